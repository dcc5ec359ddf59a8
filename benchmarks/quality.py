"""The benchmark of quality: one command that measures and writes docs/quality.md and docs/quality.json.

Usage: ``python benchmarks/quality.py [--quick] [--only SECTION] [--no-peers]``; see ``--help``.
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
    # The workers are new interpreters, which look for `benchmarks` as well.
    os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])

from benchmarks.cells import Store, run_cells  # noqa: E402
from benchmarks.goals import to_chapter  # noqa: E402
from benchmarks.limits import Limits  # noqa: E402
from benchmarks.sections import Scope  # noqa: E402
from benchmarks.writing import Chapter, to_table, versions, write_report  # noqa: E402

SECTIONS = ("planted", "real_farm", "clean", "replicates", "fans", "plane", "peers")
HEAD = """\
# Quality: what the rings are worth

Written by `python benchmarks/quality.py`; every number is measured by it, on the seeds that it names. Worlds
are simulated from their seeds, so the same versions give the same numbers (times aside).
"""


@click.command()
@click.option("--quick", is_flag=True, help="One seed, 20 worlds, coarse grids, the small logs.")
@click.option("--only", multiple=True, type=click.Choice(SECTIONS), help="Sections to measure; the report has these.")
@click.option("--no-peers", is_flag=True, help="Leave out the peers.")
@click.option("--fresh", is_flag=True, help="Forget the results of earlier runs.")
@click.option("--known", is_flag=True, help="Measure nothing; write what earlier runs measured.")
@click.option("--worlds", type=int, default=None, help="Seeds of each organic world.  [300; 20 if quick]")
@click.option("--seeds", type=int, default=None, help="Seeds of the planted worlds.  [5; 1 if quick]")
@click.option("--minutes", type=float, default=None, help="Limit of a peer's time.  [10; a third if quick]")
@click.option("--gigabytes", type=float, default=16.0, show_default=True, help="Limit of a peer's memory.")
@click.option("--workers", type=int, default=os.cpu_count() or 1, show_default=True, help="Processes.")
@click.option("--results", type=click.Path(path_type=Path), default=ROOT / "benchmarks" / "results" / "cells.jsonl")
@click.option("--out", type=click.Path(path_type=Path), default=ROOT / "docs", help="Folder of the report.")
def main(
    quick: bool,
    only: tuple[str, ...],
    no_peers: bool,
    fresh: bool,
    known: bool,
    worlds: int | None,
    seeds: int | None,
    minutes: float | None,
    gigabytes: float,
    workers: int,
    results: Path,
    out: Path,
) -> None:
    """Measure the quality of find_rings and of its peers, and write the report."""
    scope = Scope(
        quick=quick,
        n_worlds=worlds or (20 if quick else 300),
        seeds=tuple(range(seeds or (1 if quick else 5))),
        peers=not no_peers,
    )
    limits = Limits(60 * (minutes or (1 / 3 if quick else 10.0)), gigabytes)
    chosen = [name for name in SECTIONS if (name in only or not only) and (name != "peers" or scope.peers)]
    store = Store(results, limits=limits, fresh=fresh)
    sections = [import_module(f"benchmarks.sections.{name}") for name in chosen]
    for section in sections if not known else []:
        _measure(section, scope, store, limits=limits, workers=workers)
    goals = [goal for section in sections if hasattr(section, "goals") for goal in section.goals(scope, store.known)]
    chapters = [chapter for section in sections for chapter in section.show(scope, store.known)]
    write_report(
        [to_chapter(goals), *chapters, _made_with()],
        out,
        head=f"{HEAD}\n{_say(scope, chosen, limits)}",
        settings={"quick": quick, "sections": chosen, "worlds": scope.n_worlds, "seeds": list(scope.seeds)},
    )
    click.echo(f"{out / 'quality.md'}, {out / 'quality.json'}")


def _measure(section: ModuleType, scope: Scope, store: Store, *, limits: Limits, workers: int) -> None:
    """Run the section's cells; what it asks for may depend on what is known already."""
    while True:
        cells = section.cells(scope, store.known)
        if all(cell.key in store.known for cell in cells):
            return
        run_cells(cells, store, limits=limits, workers=workers, say=lambda line: click.echo(line, err=True))


def _say(scope: Scope, chosen: list[str], limits: Limits) -> str:
    """Return in words how much was measured."""
    size = "**A quick run: a first impression, not the benchmark.** " if scope.quick else ""
    seeds = f"{len(scope.seeds)} seed{'s' * (len(scope.seeds) > 1)} of each planted log"
    worlds = f"{scope.n_worlds} worlds of each organic kind"
    peers = f"peers within {limits}" if scope.peers else "no peers"
    left_out = [name for name in SECTIONS if name not in chosen]
    missing = f" Sections left out: {', '.join(left_out)}." if left_out else ""
    return f"{size}Measured: {seeds}; {worlds}; {peers}.{missing}"


def _made_with() -> Chapter:
    return Chapter("Made with", to_table(["what", "version"], versions().items()), {})


if __name__ == "__main__":
    main()
