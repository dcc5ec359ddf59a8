"""Starting: the command line on a small log, before and after its kernels lie compiled on disk."""

import os
import subprocess
import sys
import tempfile
import time
import venv
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
compiles the kernels and leaves them on disk; the later ones load them. `import clickgraph` and `--help` load none.
*By itself*: in an environment with what `pip install clickgraph` brings, for which the goal is meant. *Beside others*:
in the one in which this page is made; igraph imports matplotlib where it is installed, and pyarrow pandas."""
_RUNS = 5
_ALONE, _BESIDE = "by itself", "beside others"


def measure() -> Numbers:
    """Return the seconds of the first and of later runs, of the import and of the help, by itself and beside others."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        public = {"n_organic_accounts": 150, "n_organic_events": 640}
        world = simulate("manual-farm", n_accounts=30, n_jobs=16, cover=(0.0, 0.0), rng=1, **public)
        pq.write_table(world.events.to_arrow()[:1000], folder / "log.parquet")
        times = {_ALONE: _measure_in(_install_in(folder / "own"), folder), _BESIDE: _measure_in(sys.executable, folder)}
    return {**times, "n_events": min(1000, len(world.events)), "peak_bytes": peak_bytes()}


def _install_in(folder: Path) -> str:
    """Install clickgraph and what it needs in an environment of its own; return its interpreter."""
    venv.create(folder, with_pip=True)
    python = str(folder / "bin" / "python")
    subprocess.run([python, "-m", "pip", "install", "--quiet", str(ROOT)], check=True, capture_output=True)
    return python


def _measure_in(python: str, folder: Path) -> Numbers:
    """Measure in the environment of an interpreter; `folder` has the log, and gets the compiled kernels."""
    cache = folder / f"kernels-of-{Path(python).parent.parent.name}"
    find = [python, "-m", "clickgraph", "find", "log.parquet"]
    first = _run(find, folder, cache)
    calls = {"later": find, "help": [*find[:3], "--help"], "import": [python, "-c", "import clickgraph"]}
    return {"first": first} | {
        key: summarise([_run(call, folder, cache) for _ in range(_RUNS)]) for key, call in calls.items()
    }


def _run(command: list[str], folder: Path, cache: Path) -> float:
    path = str(ROOT) if command[0] == sys.executable else ""
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(cache), "PYTHONPATH": path}
    begun = time.perf_counter()
    subprocess.run(command, env=environment, cwd=folder, check=True, capture_output=True)
    return round(time.perf_counter() - begun, 3)


def _cell() -> Cell:
    return race("starting:measure")


def cells(_course: Course, _known: Known) -> list[Cell]:
    """Return the only cell."""
    return [_cell()]


def show(_course: Course, known: Known) -> Iterable[Chapter]:
    """Return the chapter."""
    found = known.get(_cell().key, {})
    if _ALONE not in found:
        yield Chapter("Starting", f"{_TEXT}\n\n{say_failure(found)}", found)
        return
    rows = [["first run, kernels compiled", *(found[where]["first"] for where in (_ALONE, _BESIDE))]]
    for what, key in (("later runs", "later"), ("--help", "help"), ("import clickgraph", "import")):
        rows.append([what, *(_say(found[where][key]) for where in (_ALONE, _BESIDE))])
    yield Chapter("Starting", f"{_TEXT}\n\n{to_table(['seconds', _ALONE, _BESIDE], rows)}", found)


def _say(times: Numbers) -> str:
    return f"{times['median']:.2f} ({times['low']:.2f} to {times['high']:.2f}, {times['n_runs']} runs)"


def goals(_course: Course, known: Known) -> Iterable[Goal]:
    """Yield how long a later run takes."""
    found = known.get(_cell().key, {})
    if _ALONE in found:
        median = found[_ALONE]["later"]["median"]
        yield Goal("`clickgraph find` on 1,000 events, kernels on disk", "under 3 s", f"{median:.2f} s", median < 3)
