"""A log whose decoded size is four times the memory of a process, and the estimate against measured peaks."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import clickgraph as cg
from clickgraph.errors import InputError
from clickgraph.graph.memory import check_memory, estimate_memory

linux = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells the peak of a process")
LIMIT = 640_000_000  # of which two thirds are libraries
SCRIPT = """
import json, re, sys
from pathlib import Path
import clickgraph as cg
from clickgraph.graph.memory import estimate_memory
from clickgraph.log.memory import used_memory

def peak():
    return 1024 * int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])

source, limit, out = sys.argv[1:]
if limit == "none":
    events = cg.read_events(source, keep=[])
    before, expected = used_memory(), estimate_memory(events, n_windows=8)
    cg.find_rings(events)
    print(json.dumps({"expected": before + expected, "peak": peak()}))
else:
    cg.find_rings(source, memory_limit=int(limit)).write(out)
    print(json.dumps({"peak": peak()}))
"""


def run(source: Path, *, limit: int | None, out: Path) -> dict[str, int]:
    command = [sys.executable, "-c", SCRIPT, str(source), str(limit or "none"), str(out)]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    numbers: dict[str, int] = json.loads(done.stdout)
    return numbers


@pytest.fixture(scope="module")
def log() -> pa.Table:
    world = cg.simulate("phone-farm", n_accounts=200, n_organic_accounts=10_000, n_organic_events=150_000, rng=1)
    names = world.events.to_arrow().select(["account", "content", "time"])
    address = "https://example.org/" + "a-long-title-" * 12
    contents = pa.array([f"{address}{content}" for content in names["content"].to_pylist()])
    return names.set_column(1, "content", contents)


def write_raw(log: pa.Table, folder: Path) -> int:
    """Write the log with the full text of what was shared, to several files, and return its decoded bytes."""
    texts = pa.array([f"{k} " + "what was said about it " * 740 for k in range(50)])
    folder.mkdir()
    n_bytes = 0
    for number in range(4):
        part = log.slice(number * len(log) // 4, (number + 1) * len(log) // 4 - number * len(log) // 4)
        which = np.arange(len(part), dtype=np.int32) % len(texts)
        text = pa.DictionaryArray.from_arrays(which, texts)
        n_bytes += part.nbytes + int(pa.compute.sum(pa.compute.binary_length(text.cast(pa.large_string()))).as_py())
        pq.write_table(part.append_column("text", text), folder / f"{number}.parquet", store_schema=False)
    return n_bytes


@linux
def test_a_log_of_four_times_the_memory_has_the_same_rings(log: pa.Table, tmp_path: Path) -> None:
    expected = cg.find_rings(log)
    assert len(expected) > 0
    n_bytes = write_raw(log, tmp_path / "raw")
    assert n_bytes > 4 * LIMIT
    assert "text" in pq.read_schema(tmp_path / "raw/0.parquet").names
    found = run(tmp_path / "raw", limit=LIMIT, out=tmp_path / "rings")
    assert found["peak"] < LIMIT
    rings = cg.read_rings(tmp_path / "rings")
    for name in ("summary", "members", "bursts", "acts", "ties", "evidence"):
        assert getattr(rings, name) == getattr(expected, name), name


@linux
@pytest.mark.parametrize(("n_accounts", "n_events"), [(10_000, 100_000), (100_000, 1_000_000)])
def test_the_estimate_is_near_the_measured_peak(tmp_path: Path, n_accounts: int, n_events: int) -> None:
    rng = np.random.default_rng(1)
    table = pa.table({
        "account": rng.integers(0, n_accounts, n_events),
        "content": (rng.pareto(1.0, n_events) * n_accounts / 50).astype(np.int64),
        "time": 1_700_000_000 + rng.integers(0, 30 * 86_400, n_events),
    })  # fmt: skip
    pq.write_table(table, tmp_path / "log.parquet")
    measured = run(tmp_path / "log.parquet", limit=None, out=tmp_path)
    assert measured["peak"] / 2 < measured["expected"] < 2 * measured["peak"]


def events_of(**more: object) -> cg.Events:
    return cg.read_events({"account": ["a", "b"], "content": ["x", "x"], "time": [1_700_000_000] * 2} | more)


def test_more_of_anything_takes_more_memory() -> None:
    plain = estimate_memory(events_of(), n_windows=8, n_threads=2)
    assert estimate_memory(events_of(), n_windows=8, n_threads=3) > plain
    assert estimate_memory(events_of(), n_windows=9, n_threads=2) > plain
    assert estimate_memory(events_of(), n_windows=8, n_threads=2, n_layers=2) > plain
    assert estimate_memory(events_of(post=["p", "q"]), n_windows=8, n_threads=2) > plain
    assert estimate_memory(events_of(account=["a", "a"]), n_windows=8, n_threads=2) < plain


def test_too_little_memory_is_said_before_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match=r"a search in 2 events of 2 accounts .*; found 1 MB \(memory_limit"):
        cg.find_rings(events_of(), memory_limit="1MB")
    monkeypatch.setattr("clickgraph.log.memory.free_memory", lambda: 1000)
    with pytest.raises(InputError, match=r"\(what is free\) \(give the path of Parquet .* fewer windows.* Spark\)"):
        cg.find_rings(events_of())
    monkeypatch.setattr("clickgraph.log.memory.free_memory", lambda: None)
    check_memory(events_of(), n_windows=8)  # a machine that does not tell is trusted


LONG = """
import json, sys, threading, time
from pathlib import Path
import clickgraph as cg

peak, done = 0, threading.Event()

def watch():  # what does not give way: pages of files do
    global peak
    while not done.wait(0.01):
        peak = max(peak, 1024 * int(Path("/proc/self/status").read_text().split("RssAnon:")[1].split()[0]))

threading.Thread(target=watch, daemon=True).start()
events = cg.read_events(sys.argv[1], memory_limit=int(sys.argv[2]), keep=[])
done.set()
print(json.dumps({"peak": peak, "n_events": len(events), "fingerprint": events.fingerprint}))
"""


@linux
def test_long_ids_lie_on_disk_where_memory_does_not_hold_them(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    n_rows, padding = 200_000, "/of-a-long-address" * 60
    columns = {
        name: pa.array([f"{name}{code}{padding}" for code in rng.integers(0, 10**12, n_rows).tolist()])
        for name in ("account", "content")
    }
    log = pa.table(columns | {"time": 1_700_000_000 + rng.integers(0, 30 * 86_400, n_rows)})
    assert 2 * sum(log[name].nbytes for name in columns) > LIMIT  # and sorted once more
    pq.write_table(log, tmp_path / "log.parquet", compression="zstd", use_dictionary=False)
    command = [sys.executable, "-c", LONG, str(tmp_path / "log.parquet"), str(LIMIT)]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    found = json.loads(done.stdout)
    assert found["peak"] < LIMIT
    assert found["n_events"] == n_rows
    assert found["fingerprint"] == cg.read_events(log).fingerprint
