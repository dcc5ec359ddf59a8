"""A real farm: the ghosts of stargazers_ghost in organic starring of a hundred times their size."""

from benchmarks.backgrounds import has_data
from benchmarks.cells import Cell, Known, Result
from benchmarks.goals import Goal, worst_of
from benchmarks.sections import Scope, failures_of, results_of
from benchmarks.writing import Chapter, to_table

ORGANIC = ("independent", "topics", "fans")
_ASKED = 0.95
_LEGEND = """\
All stars of stargazers_ghost amid a simulated public with *times* as many stars, stargazers and repositories over
the same span: people who choose for themselves, by shared topics, or as fans of creators. *Listed ghosts*:
accounts of the published list that star something here. The other stargazers of the real log are unlabelled, not
innocent, so a ring is *organic* if fewer than half of its accounts come from the real log. Only rings with the
verdict `ring` count as found."""


def cells(scope: Scope, _known: Known) -> list[Cell]:
    """Return a cell per public and seed."""
    if not has_data("stargazers_ghost"):
        return []
    kinds = ORGANIC[1:2] if scope.quick else ORGANIC
    times = 10 if scope.quick else 100
    return [
        Cell("benchmarks.measurements.planted:measure_ghosts", {"organic": o, "seed": s, "times": times})
        for o in kinds
        for s in scope.seeds[:3]
    ]


def goals(scope: Scope, known: Known) -> list[Goal]:
    """Return the goal: the ghosts found, and nobody else."""
    results = results_of(cells(scope, known), known)
    if not results:
        return []
    share = min(r["n_busy_found"] / r["n_busy"] for _, r in results)
    organic = max(r["n_organic"] for _, r in results)
    times = max(cell.arguments["times"] for cell, _ in results)
    say = f"{share:.1%}, {organic} organic, in {times} times as many ({worst_of(len(results), 'world')})"
    asked = f"{_ASKED:.0%} of the ghosts with three stars and more, no organic ring, in 100 times as many stars"
    return [Goal("a real farm in organic starring", asked, say, share >= _ASKED and organic == 0)]


def show(scope: Scope, known: Known) -> list[Chapter]:
    """Return the chapter: a row per public and seed."""
    every = cells(scope, known)
    results = results_of(every, known)
    columns = ["public", "times", "seed", "events", "ghosts found", "with 3 stars and more", "share"]
    columns += ["organic rings", "organic, any verdict", "organic accounts in rings", "search s", "met"]
    table = to_table(columns, [_row(cell, result) for cell, result in results])
    text = "\n\n".join([_LEGEND, table, failures_of(every, known)])
    return [Chapter("A real farm", text, [{**cell.arguments, **result} for cell, result in results])]


def _row(cell: Cell, r: Result) -> list[object]:
    share = r["n_busy_found"] / r["n_busy"]
    given = [cell.arguments[name] for name in ("organic", "times", "seed")]
    counts = [f"{r['n_ghosts_found']}/{r['n_ghosts']}", f"{r['n_busy_found']}/{r['n_busy']}", share]
    organic = [r["n_organic"], r["n_organic_any"], r["n_organic_accounts"]]
    return [*given, r["n_events"], *counts, *organic, r["search_seconds"], share >= _ASKED and not r["n_organic"]]
