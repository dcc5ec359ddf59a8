"""The benchmark of speed: one command that measures and writes docs/speed.md and docs/speed.json.

Usage: ``python benchmarks/speed.py [--quick] [--only RACE]``; see ``--help``.
"""

import os
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import click

ROOT = Path(__file__).resolve().parent.parent
if __name__ == "__main__" and sys.path[0] != str(ROOT):
    sys.path.insert(0, str(ROOT))
    # The cells are new interpreters, which look for `benchmarks` as well.
    os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])

from benchmarks.cells import Store, run_cells  # noqa: E402
from benchmarks.goals import to_chapter  # noqa: E402
from benchmarks.limits import Limits  # noqa: E402
from benchmarks.machine import describe_machine  # noqa: E402
from benchmarks.races import Course  # noqa: E402
from benchmarks.writing import Chapter, to_table, versions, write_report  # noqa: E402

RACES = ("pairs", "floor", "threads", "starting", "leiden", "growth", "tried")
PEERS = ("datasketch", "duckdb", "leidenalg", "polars")
HEAD = """\
# Speed: how long it takes, and in how much memory

Written by `python benchmarks/speed.py`, in one run on one machine; every measurement is a process of its own, nothing
beside it. Times are medians of several runs with their spread (the number of runs in brackets), kernels compiled
before; memory is the peak of the process.
"""


@click.command()
@click.option("--quick", is_flag=True, help="The small logs only.")
@click.option("--only", multiple=True, type=click.Choice(RACES), help="Races to run; the report has these.")
@click.option("--fresh", is_flag=True, help="Forget the results of earlier runs.")
@click.option("--known", is_flag=True, help="Measure nothing; write what earlier runs measured.")
@click.option("--minutes", type=float, default=10.0, show_default=True, help="Limit of a measurement's time.")
@click.option("--gigabytes", type=float, default=16.0, show_default=True, help="Limit of a measurement's memory.")
@click.option("--results", type=click.Path(path_type=Path), default=ROOT / "benchmarks" / "results" / "speed.jsonl")
@click.option("--out", type=click.Path(path_type=Path), default=ROOT / "docs", help="Folder of the report.")
def main(
    quick: bool,
    only: tuple[str, ...],
    fresh: bool,
    known: bool,
    minutes: float,
    gigabytes: float,
    results: Path,
    out: Path,
) -> None:
    """Measure how fast clickgraph and its peers are, and write the report."""
    course, limits = Course(quick=quick), Limits(60 * minutes, gigabytes)
    chosen = [name for name in RACES if name in only or not only]
    store = Store(results, limits=limits, fresh=fresh)
    races = [import_module(f"benchmarks.races.{name}") for name in chosen]
    for each in races if not known else []:
        _measure(each, course, store, limits=limits)
    goals = [goal for each in races if hasattr(each, "goals") for goal in each.goals(course, store.known)]
    chapters = [chapter for each in races for chapter in each.show(course, store.known)]
    write_report(
        [to_chapter(goals), *chapters, _made_with()],
        out,
        name="speed",
        head=f"{HEAD}\n{_say(course, chosen, limits)}",
        settings={"quick": quick, "races": chosen, "minutes": minutes, "gigabytes": gigabytes},
    )
    click.echo(f"{out / 'speed.md'}, {out / 'speed.json'}")


def _measure(each: ModuleType, course: Course, store: Store, *, limits: Limits) -> None:
    """Run a race's cells, one process after the other; what it asks for may depend on what is known already."""
    while True:
        cells = each.cells(course, store.known)
        if all(cell.key in store.known for cell in cells):
            return
        run_cells(cells, store, limits=limits, workers=1, say=lambda line: click.echo(line, err=True))


def _say(course: Course, chosen: list[str], limits: Limits) -> str:
    """Return in words where and within what limits was measured."""
    size = "**A quick run: a first impression, not the benchmark.** " if course.quick else ""
    left_out = [name for name in RACES if name not in chosen]
    missing = f" Races left out: {', '.join(left_out)}." if left_out else ""
    return f"{size}Machine: {describe_machine()}. What does not end within {limits} is shown as such.{missing}"


def _made_with() -> Chapter:
    return Chapter("Made with", to_table(["what", "version"], versions(*PEERS).items()), {})


if __name__ == "__main__":
    main()
