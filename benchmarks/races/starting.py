"""Starting: the command line on a small log, before and after its kernels lie compiled on disk."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import pyarrow.parquet as pq

from benchmarks.cells import ROOT, Cell, Known
from benchmarks.goals import Goal
from benchmarks.races import Course, race
from benchmarks.races.pairs import say_failure
from benchmarks.races.timing import Numbers, peak_bytes, summarise
from benchmarks.writing import Chapter, to_table
from clickgraph.simulation.scenarios import simulate

_TEXT = """\
`clickgraph find` on a log of 1,000 events with a farm of 30 accounts, each run in a new interpreter. The first run
compiles the kernels and leaves them on disk; the later ones load them. `import clickgraph` and `--help` load none."""
_RUNS = 5


def measure() -> Numbers:
    """Return the seconds of the first and of later runs, of the import and of the help."""
    with tempfile.TemporaryDirectory() as name:
        log = Path(name) / "log.parquet"
        public = {"n_organic_accounts": 150, "n_organic_events": 640}
        world = simulate("manual-farm", n_accounts=30, n_jobs=16, cover=(0.0, 0.0), rng=1, **public)
        pq.write_table(world.events.to_arrow()[:1000], log)
        environment = {**os.environ, "NUMBA_CACHE_DIR": name, "PYTHONPATH": str(ROOT)}
        find = [sys.executable, "-m", "clickgraph", "find", str(log)]
        first = _run(find, environment)
        later = [_run(find, environment) for _ in range(_RUNS)]
        help_ = [_run([*find[:3], "--help"], environment) for _ in range(_RUNS)]
        imports = [_run([sys.executable, "-c", "import clickgraph"], environment) for _ in range(_RUNS)]
    return {
        "first": first, "later": summarise(later), "help": summarise(help_), "import": summarise(imports),
        "n_events": min(1000, len(world.events)), "peak_bytes": peak_bytes(),
    }  # fmt: skip


def _run(command: list[str], environment: dict[str, str]) -> float:
    begun = time.perf_counter()
    subprocess.run(command, env=environment, cwd=ROOT, check=True, capture_output=True)
    return round(time.perf_counter() - begun, 3)


def _cell() -> Cell:
    return race("starting:measure")


def cells(_course: Course, _known: Known) -> list[Cell]:
    """Return the only cell."""
    return [_cell()]


def show(_course: Course, known: Known) -> Iterable[Chapter]:
    """Return the chapter."""
    found = known.get(_cell().key, {})
    if "first" not in found:
        yield Chapter("Starting", f"{_TEXT}\n\n{say_failure(found)}", found)
        return
    rows = [["first run, kernels compiled", found["first"], None]]
    for name, key in (("later runs", "later"), ("--help", "help"), ("import clickgraph", "import")):
        times = found[key]
        rows.append([name, times["median"], f"{times['low']:.2f} to {times['high']:.2f} ({times['n_runs']})"])
    yield Chapter("Starting", f"{_TEXT}\n\n{to_table(['what', 'median s', 'spread'], rows)}", found)


def goals(_course: Course, known: Known) -> Iterable[Goal]:
    """Yield how long a later run takes."""
    found = known.get(_cell().key, {})
    if "later" in found:
        median = found["later"]["median"]
        yield Goal("`clickgraph find` on 1,000 events, kernels on disk", "under 3 s", f"{median:.2f} s", median < 3)
