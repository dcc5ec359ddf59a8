"""Replicates: rings and p-values where chance decided who took which slot."""

import numpy as np

from benchmarks.backgrounds import has_data
from benchmarks.cells import Cell, Known, Result
from benchmarks.goals import Goal
from benchmarks.sections import Scope, failures_of, results_of
from benchmarks.writing import Chapter, show_p, to_table
from clickgraph.measures import calibration

REAL = ("german_elections",)
WORLDS = ("topics", "fans")
_FUNCTION = "benchmarks.measurements.replicates:"
_LEVELS = (0.1, 0.05, 0.01)
_LEGEND = """\
Logs in which who took which slot is drawn anew: accounts swap events of one day and action at random, as often as
it takes to forget who met whom, and none acts twice on one content by it. Each account keeps its events of each
day, each content its moments (repeats of one account on one content are left out), so whatever is found was made
by chance. Searched with the defaults, alpha 0.01.
*With any*: replicates with a group of any verdict. The smallest p-value of any group, 1 where none came back; a
valid test has P(p <= a) <= a, and *holds* where the exact 95 % interval (Clopper and Pearson) allows it."""


def cells(scope: Scope, _known: Known) -> list[Cell]:
    """Return a cell per replicate: 20 of each real log and 100 of each kind of world, in a full run."""
    n_real, n_worlds = max(1, scope.n_worlds // 15), max(1, scope.n_worlds // 3)
    real = [
        Cell(_FUNCTION + "measure_real", {"log": log, "seed": seed})
        for log in REAL
        if has_data(log)
        for seed in range(n_real)
    ]
    worlds = [
        Cell(_FUNCTION + "measure_world", {"world": world, "seed": seed})
        for world in WORLDS
        for seed in range(n_worlds)
    ]
    return real + worlds


def goals(scope: Scope, known: Known) -> list[Goal]:
    """Return the goals: no ring, and p-values that mean what they say."""
    sources = _by_source(results_of(cells(scope, known), known))
    if not sources:
        return []
    every = [result for of in sources.values() for result in of]
    n = sum(result["n_verdicts"]["ring"] > 0 for result in every)
    broken = [source for source, of in sources.items() if not all(row["holds"] for row in _calibrate(of))]
    say = f"broken in {', '.join(broken)}" if broken else f"holds for {', '.join(sources)}"
    asked = "P(p <= a) <= a for a = 0.1, 0.05, 0.01, within sampling error"
    return [
        Goal("rings in replicates", "no `ring`", f"{n} of {len(every)} with one", n == 0),
        Goal("p-values of replicates", asked, say, not broken),
    ]


def show(scope: Scope, known: Known) -> list[Chapter]:
    """Return the chapter: a row per source of replicates."""
    every = cells(scope, known)
    sources = _by_source(results_of(every, known))
    columns = ["source", "replicates", "with a ring", "with any", "rings of any verdict", "events moved", "smallest p"]
    columns += [*(f"p <= {level}" for level in _LEVELS), "holds", "median s"]
    table = to_table(columns, [_row(source, of) for source, of in sources.items()])
    numbers = [{"source": s, "calibration": _calibrate(of), "replicates": of} for s, of in sources.items()]
    return [Chapter("Replicates", "\n\n".join([_LEGEND, table, failures_of(every, known)]), numbers)]


def _by_source(results: list[tuple[Cell, Result]]) -> dict[str, list[Result]]:
    sources: dict[str, list[Result]] = {}
    for cell, result in results:
        sources.setdefault(str(cell.arguments.get("log") or cell.arguments["world"]), []).append(result)
    return sources


def _calibrate(results: list[Result]) -> list[Result]:
    rows: list[Result] = calibration([result["smallest_p"] for result in results], levels=_LEVELS).to_pylist()
    return rows


def _row(source: str, results: list[Result]) -> list[object]:
    totals = [sum(result["n_verdicts"].values()) for result in results]
    levels = _calibrate(results)
    return [
        source, len(results), sum(result["n_verdicts"]["ring"] > 0 for result in results),
        sum(total > 0 for total in totals), sum(totals),
        float(np.median([result["share_moved"] for result in results])),
        show_p(min(result["smallest_p"] for result in results)),
        *(f"{row['share']:.3f} ({row['low']:.3f} to {row['high']:.3f})" for row in levels),
        all(row["holds"] for row in levels), float(np.median([result["search_seconds"] for result in results])),
    ]  # fmt: skip
