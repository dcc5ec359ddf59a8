"""A log in a working folder: found again, never half, whenever the process is killed."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clickgraph import Events, read_events
from clickgraph.errors import InputError
from clickgraph.log import filing, parquet, workdir

N = 5_000
posix = pytest.mark.skipif(os.name != "posix", reason="signals that kill, and locks of files, are those of POSIX")
# What a process does until it is killed: where, and after how many calls.
KILLED = """
import os, signal, sys
from clickgraph import read_events
from clickgraph.log import {module}
n, whole = 0, {module}.{name}
def until_killed(*values, **named):
    global n
    n += 1
    if n == {call}:
        os.kill(os.getpid(), signal.SIGKILL)
    return whole(*values, **named)
{module}.{name} = until_killed
read_events(sys.argv[1], workdir=sys.argv[2], memory_limit=1, keep=["language"])
"""


@pytest.fixture
def log(tmp_path: Path) -> Path:
    rng = np.random.default_rng(5)
    table = pa.table({
        "account": [f"account {k}" for k in rng.integers(0, 400, N)],
        "content": [f"content {k}" for k in rng.integers(0, 60, N)],
        "time": 1_700_000_000 + rng.integers(0, 3_600, N),
        "language": [["de", "en"][k] for k in rng.integers(0, 2, N)],
    })  # fmt: skip
    pq.write_table(table, tmp_path / "log.parquet", row_group_size=700)
    return tmp_path / "log.parquet"


def read(log: Path, folder: Path | None, *, limit: int | None = 1) -> Events:
    return read_events(log, workdir=folder, memory_limit=limit, keep=["language"])


def left_in(folder: Path) -> list[str]:
    return sorted(path.name.partition("-log-")[0] for path in folder.iterdir())


def refuse_to_read(*_: object, **__: object) -> None:
    raise AssertionError("the log was read again")


@posix
@pytest.mark.parametrize(
    ("module", "name", "call"),
    [
        ("streaming", "_settle", 2), ("spilling", "_as_dictionary", 1), ("filing", "_write_table", 2),
        ("filing", "json.dump", 1), ("workdir", "_publish", 1), ("workdir", "_sync", 1),
    ],
)  # fmt: skip
def test_a_killed_process_leaves_nothing_half(log: Path, tmp_path: Path, module: str, name: str, call: int) -> None:
    folder = tmp_path / "work"
    script = KILLED.format(module=module, name=name, call=call)
    killed = subprocess.run([sys.executable, "-c", script, str(log), str(folder)], capture_output=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    found = read(log, folder)
    assert left_in(folder) == ["clickgraph"]
    expected = read_events(log, keep=["language"])
    assert found.fingerprint == expected.fingerprint
    assert found.columns["language"].to_pylist() == expected.columns["language"].to_pylist()


@posix
def test_a_process_killed_at_any_moment(log: Path, tmp_path: Path) -> None:
    folder, expected = tmp_path / "work", read_events(log).fingerprint
    script = (
        "import sys, clickgraph\nwhile True:\n clickgraph.read_events(sys.argv[1], workdir=sys.argv[2], memory_limit=1)"
    )
    for pause in (0.0, 0.004, 0.02):
        process = subprocess.Popen([sys.executable, "-c", script, str(log), str(folder)])
        while not folder.exists() or not any(folder.iterdir()):
            time.sleep(0.001)
            assert process.poll() is None
        time.sleep(pause)
        process.kill()
        process.wait()
        assert read_events(log, workdir=folder, memory_limit=1).fingerprint == expected
        assert left_in(folder) == ["clickgraph"]
        shutil.rmtree(next(folder.iterdir()))


@pytest.mark.parametrize("limit", [1, None])
def test_a_finished_log_is_found_again(
    log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: int | None
) -> None:
    expected = read(log, tmp_path / "work", limit=limit).fingerprint
    monkeypatch.setattr(parquet.ParquetLog, "batches", refuse_to_read)
    for again in (1, None):
        assert read(log, tmp_path / "work", limit=again).fingerprint == expected


def test_another_log_or_question_is_read_anew(log: Path, tmp_path: Path) -> None:
    folder = tmp_path / "work"
    first = read(log, folder)
    pq.write_table(pq.read_table(log).slice(0, 100), log)
    assert len(read(log, folder)) == 100 < len(first)
    assert len(read_events(log, workdir=folder, ignore=["content 1"])) < 100
    assert len(left_in(folder)) == 3


@pytest.mark.parametrize("harm", ["manifest", "short", "gone"])
def test_a_damaged_log_is_made_anew(log: Path, tmp_path: Path, harm: str) -> None:
    folder = tmp_path / "work"
    expected = read(log, folder).fingerprint
    kept = next(folder.iterdir())
    if harm == "manifest":
        (kept / filing.MANIFEST).write_text("{}")
    elif harm == "short":
        os.truncate(kept / "time.numbers", 8)
    else:
        (kept / "account_ids.arrow").unlink()
    assert read(log, folder).fingerprint == expected
    assert left_in(folder) == ["clickgraph"]


@posix
def test_a_living_process_is_left_alone_and_a_dead_one_is_not(log: Path, tmp_path: Path) -> None:
    folder = tmp_path / "work"
    with workdir._unfinished(folder.mkdir() or folder) as alive:
        (folder / ".clickgraph-unfinished-dead").mkdir()
        (folder / ".clickgraph-unfinished-dead" / "account.read.partial").write_text("half")
        read(log, folder)
        assert alive.exists()
        assert not (folder / ".clickgraph-unfinished-dead").exists()
    assert left_in(folder) == ["clickgraph"]


def test_the_temporary_folder_is_empty_again(log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    events = read(log, None)
    assert os.name != "posix" or left_in(tmp_path / "temporary") == []
    assert events.fingerprint == read_events(log).fingerprint


def test_an_error_leaves_nothing(tmp_path: Path) -> None:
    table = pa.table({"account": ["a", None], "content": ["x", "x"], "time": [1_700_000_000] * 2})
    pq.write_table(table, tmp_path / "log.parquet")
    with pytest.raises(InputError, match="1 missing in row 1"):
        read_events(tmp_path / "log.parquet", workdir=tmp_path / "work")
    assert left_in(tmp_path / "work") == []


def test_a_file_is_no_working_folder(log: Path) -> None:
    with pytest.raises(InputError, match="a folder as workdir; found the file "):
        read(log, log)


def test_without_duckdb_the_error_names_the_extra(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(ImportError, match=r"pip install 'clickgraph\[duckdb\]'"):
        read(log, None)


@posix
def test_a_folder_that_is_taken_for_dead_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [False, True]
    monkeypatch.setattr(workdir, "_try_lock", lambda _: answers.pop(0))
    folder, lock = workdir._claim(tmp_path)
    lock.close()
    assert folder.exists()
    assert answers == []
