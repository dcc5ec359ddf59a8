"""How much memory reading and searching take, each in a process of its own: writes docs/memory.md.

Minutes with ``python -m benchmarks.memory``; with ``--read 1e6 1e8`` also a hundred million events, for which it
wants 2 GB of disk and 4 GB of memory.
"""

import argparse
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import clickgraph as cg
from benchmarks.writing import to_table
from clickgraph.graph.memory import estimate_memory
from clickgraph.log.memory import say_memory, used_memory

PAGE = Path(__file__).parents[1] / "docs" / "memory.md"
ROWS = 1_000_000  # of a row group
EVENTS_PER_ACCOUNT, EVENTS_PER_CONTENT = 20, 100
LEAST = 450_000_000  # bytes: the libraries, and what a batch and a sort on disk take
START, MONTH = 1_700_000_000, 30 * 86_400


def write_log(folder: Path, n_events: int, *, raw: bool = False) -> int:
    """Write a log in Parquet, its ids as text, and return its decoded bytes.

    A `raw` one has long ids and a browser's name in each row, as the log of a server has.
    """
    rng = np.random.default_rng(1)
    n_bytes = 0
    with pq.ParquetWriter(folder / "log.parquet", _schema(raw)) as file:
        for first in range(0, n_events, ROWS):
            part = _draw(rng, min(ROWS, n_events - first), n_events=n_events, raw=raw)
            n_bytes += part.nbytes
            file.write_table(part)
    return n_bytes


def _schema(raw: bool) -> pa.Schema:
    fields = [("account", pa.string()), ("content", pa.string()), ("time", pa.int64())]
    return pa.schema(fields + [("agent", pa.string())] * raw)


def _draw(rng: np.random.Generator, n: int, *, n_events: int, raw: bool) -> pa.Table:
    accounts, contents = n_events // EVENTS_PER_ACCOUNT, n_events // EVENTS_PER_CONTENT
    account, content = (_draw_codes(rng, n, n_codes=size) for size in (accounts, contents))
    columns: dict[str, Any] = {
        "account": _as_text("account-", account),
        "content": _as_text("https://example.org/" + "a-long-title-" * 25 if raw else "content-", content),
        "time": START + rng.integers(0, MONTH, n),
    }
    if raw:
        columns["agent"] = _as_text("Mozilla/5.0 (X11; Linux x86_64) " * 12, rng.integers(0, 500, n))
    return pa.table(columns, schema=_schema(raw))


def _draw_codes(rng: np.random.Generator, n: int, *, n_codes: int) -> Any:
    """Draw codes of which a few come often and most seldom."""
    return (n_codes * rng.random(n) ** 3).astype(np.int64)


def _as_text(head: str, codes: Any) -> pa.Array:
    distinct, place = np.unique(codes, return_inverse=True)
    texts = pa.array([f"{head}{code}" for code in distinct.tolist()])
    return texts.take(pa.array(place))


def measure(task: str, source: Path, limit: str | None) -> dict[str, Any]:
    """Do a task in this process, and return its seconds, its peak and what was expected of it."""
    started, before = time.perf_counter(), time.process_time()
    numbers: dict[str, Any] = {}
    if task == "read":
        events = cg.read_events(source, keep=[], memory_limit=limit)
        numbers["events"] = len(events)
    elif task == "search":
        events = cg.read_events(source, keep=[], memory_limit=limit)
        numbers["expected"] = used_memory() + estimate_memory(events, n_windows=8)
        numbers["rings"] = len(cg.find_rings(events, memory_limit=limit))
    else:
        table = cg.read_events(pq.read_table(source))
        numbers["events"] = len(table)
    numbers |= {"seconds": time.perf_counter() - started, "processor": time.process_time() - before, "peak": _peak()}
    return numbers


def _peak() -> int:
    status = Path("/proc/self/status")
    if status.exists():
        found = re.search(r"VmHWM:\s+(\d+)", status.read_text("ascii"))
        return 1024 * int(found[1]) if found else 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def in_its_own_process(task: str, source: Path, *, limit: str | None = None) -> dict[str, Any]:
    """Return what :func:`measure` returns in a new process."""
    command = [sys.executable, "-m", "benchmarks.memory", "--task", task, str(source), *([limit] if limit else [])]
    done = subprocess.run(command, check=True, capture_output=True, cwd=PAGE.parents[1])
    numbers: dict[str, Any] = json.loads(done.stdout)
    return numbers


def read_rows(sizes: Sequence[int], folder: Path) -> Iterator[list[Any]]:
    """Yield two rows per size: a log of short ids read from Parquet, and sorted on disk under a limit."""
    for n_events in sizes:
        write_log(folder, n_events)
        for limit in (None, f"{LEAST + 15 * n_events}B"):
            found = in_its_own_process("read", folder, limit=limit)
            asked = say_memory(int(limit[:-1])) if limit else None
            yield [n_events, asked, say_memory(found["peak"]), found["seconds"], found["processor"]]


def larger_rows(n_events: int, folder: Path) -> Iterator[list[Any]]:
    """Yield a row per way to read a raw log: at once, batch by batch, and sorted on disk."""
    n_bytes = write_log(folder, n_events, raw=True)
    limit = str(n_bytes // 4)
    for way, task, given in (("at once", "whole", None), ("in batches", "read", None), ("in a quarter", "read", limit)):
        found = in_its_own_process(task, folder, limit=given)
        asked = say_memory(int(given)) if given else None
        yield [way, n_events, say_memory(n_bytes), asked, say_memory(found["peak"]), found["seconds"]]


def search_rows(sizes: Sequence[int], folder: Path) -> Iterator[list[Any]]:
    """Yield a row per size: the peak of a search, and what was expected of it at the door."""
    for n_events in sizes:
        write_log(folder, n_events)
        found = in_its_own_process("search", folder)
        expected, peak = found["expected"], found["peak"]
        yield [n_events, say_memory(expected), say_memory(peak), expected / peak, found["seconds"]]


def write_page(read: Sequence[int], search: Sequence[int], raw: int) -> None:
    """Measure all, and write the page."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tables = [
            to_table(["events", "limit", "peak", "seconds", "processor seconds"], read_rows(read, folder)),
            to_table(["read", "events", "decoded", "limit", "peak", "seconds"], larger_rows(raw, folder)),
            to_table(["events", "expected", "peak", "ratio", "seconds"], search_rows(search, folder)),
        ]
    PAGE.write_text(TEXT.format(*tables), encoding="utf-8")


TEXT = """# Memory

Written by `benchmarks/memory.py`; every row is a process of its own, and its peak is all that the process held at once,
libraries and compiled kernels (about 0.4 GB) included. Seconds are a hint: they depend on what else runs.

## Reading Parquet
Ids are text; a twentieth as many accounts as events, a hundredth as many contents. Under a limit that leaves no room to
sort in memory, DuckDB sorts on disk.

{}

## A log larger than the memory it may take
Long addresses and a browser's name in every row. `at once` is the table in memory, as other sources are read; `in
batches` is `read_events(path)`; `in a quarter` is the same with a `memory_limit` of a quarter of the decoded size.

{}

## The estimate at the door
What `find_rings` expects before it begins, and what it took.

{}
"""


def main() -> None:
    """Run the benchmark, or one task of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--task", nargs="+", help=argparse.SUPPRESS)
    for name, sizes in (("read", ["1e6", "1e7"]), ("search", ["1e5", "1e6"]), ("raw", ["4e6"])):
        parser.add_argument(f"--{name}", nargs="+", type=float, default=[float(size) for size in sizes])
    given = parser.parse_args()
    if given.task:
        task, source, *limit = given.task
        print(json.dumps(measure(task, Path(source), limit[0] if limit else None)))
    else:
        write_page(list(map(int, given.read)), list(map(int, given.search)), int(given.raw[0]))


if __name__ == "__main__":
    main()
