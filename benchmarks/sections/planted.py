"""Planted in real traffic: what is found of the rings that were put there."""

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from benchmarks.backgrounds import CLOCKS, has_data
from benchmarks.cells import Cell, Known, Result
from benchmarks.goals import Goal, worst_of
from benchmarks.sections import Scope, failures_of, results_of
from benchmarks.writing import Chapter, show_p, to_table
from clickgraph.matching import MATCH
from clickgraph.settings import ALPHA

LEVELS = ("plain", "weak")
_REACH = math.log2(1 / ALPHA.default)
_GOALS = {"plain": (0.995, 1.0), "weak": (0.8, 0.9)}
_LEGEND = """\
Twenty-three rings of five styles are planted into a real log, each member with a cover life; `find_rings` runs
with its defaults and no window. *AP*: average precision over accounts, an account's score being its best
ring's. *Matched*: true rings with F1 >= 0.8, one to one. *Organic*: rings less than half of whose accounts are
of a farm; *ahead*: those that outrank the median matched one. Accounts that acted once for a farm are counted
apart. "ring" counts the rings with that verdict only. The real logs may hold true farms of their own:
german_elections has page networks that post the same within the minute. *Bits if told*: what the ring-level test
gives a true ring whose members it is told, the price of naming them paid; one with fewer than log2(1 / alpha) = 6.6
bits cannot be reported at alpha 0.01, however it is looked for. *Within reach*: those with more."""


def logs(scope: Scope) -> list[str]:
    """Return the real logs to plant into: all that are there, the small one only when quick."""
    names = [name for name in CLOCKS if has_data(name)]
    return names[:1] if scope.quick else names


def cells(scope: Scope, _known: Known) -> list[Cell]:
    """Return a cell per log, level and seed."""
    return [
        Cell("benchmarks.measurements.planted:measure", {"log": log, "level": level, "seed": seed})
        for log in logs(scope)
        for level in LEVELS
        for seed in scope.seeds
    ]


def show(scope: Scope, known: Known) -> list[Chapter]:
    """Return the chapter: a row per log, level and seed, the goals, and what was missed."""
    every = cells(scope, known)
    results = results_of(every, known)
    columns = ["log", "level", "seed", "AP", "matched", "organic", "ahead", "AP, ring", "matched, ring"]
    columns += ["organic, ring", "ahead, ring", "within reach", "median p", "search s"]
    table = to_table(columns, [_row(cell, result) for cell, result in results])
    text = "\n\n".join([_LEGEND, table, _missed(results), failures_of(every, known)])
    numbers = [{**cell.arguments, **result} for cell, result in results]
    return [Chapter("Planted in real traffic", text, numbers)]


def goals(scope: Scope, known: Known) -> list[Goal]:
    """Return the goals: both levels on each log, and the p-values of the plain rings."""
    results = results_of(cells(scope, known), known)
    found = [
        Goal(
            f"{level} rings in {log}",
            f"AP >= {precision}, {share:.0%} of the rings matched, no organic ring ahead",
            f"AP {ap:.4f}, {matched:.0%} matched, {ahead} ahead ({worst_of(n_seeds, 'seed')}); {reach}",
            met,
        )
        for level, log, n_seeds, ap, precision, matched, share, ahead, reach, met in _worst(results)
    ]
    values = [median_p(result) for cell, result in results if cell.arguments["level"] == "plain"]
    if values:
        worst = max(1.0 if value is None else value for value in values)
        say = f"{show_p(worst)} ({worst_of(len(values), 'world')})"
        found.append(Goal("p-values of the plain rings", "a median below 1e-6", say, worst < 1e-6))
    return found


def median_p(result: Result) -> float | None:
    """Return the median p-value of the matched rings."""
    values = [row["p_value"] for row in result["rings"] if row["f1"] >= MATCH and row["p_value"] is not None]
    return float(np.median(values)) if values else None


def _row(cell: Cell, result: Result) -> list[object]:
    given, row = cell.arguments, [cell.arguments[name] for name in ("log", "level", "seed")]
    for kind in ("all", "ring"):
        of = result[kind]
        matched = f"{of['n_matched']}/{of['n_true_rings']}"
        row += [of["average_precision"], matched, of["n_organic"], of["n_organic_ahead"]]
    reach = "/".join(map(str, _within_reach([result])))
    return [*row, reach, show_p(median_p(result)) if given["level"] == "plain" else None, result["search_seconds"]]


def _within_reach(results: Sequence[Result]) -> tuple[int, int]:
    """Return how many of the true rings that pass when the test is told them were matched, and of how many."""
    found = [ring["f1"] >= MATCH for result in results for ring in result["rings"] if ring["bits_if_told"] >= _REACH]
    return sum(found), len(found)


def _worst(results: list[tuple[Cell, Result]]) -> Iterator[tuple[Any, ...]]:
    """Yield level, log, number of seeds, and for each measure the worst seed beside what is asked."""
    for level, (precision, share) in _GOALS.items():
        for log in CLOCKS:
            every = [r for c, r in results if (c.arguments["level"], c.arguments["log"]) == (level, log)]
            if every:
                of = [each["all"] for each in every]
                ap = min(each["average_precision"] or 0.0 for each in of)
                matched = min(each["n_matched"] / each["n_true_rings"] for each in of)
                ahead = max(each["n_organic_ahead"] for each in of)
                met = ap >= precision and matched >= share and ahead == 0
                reach = "{} of {} within reach".format(*_within_reach(every))
                yield level, log, len(of), ap, precision, matched, share, ahead, reach, met


def _missed(results: list[tuple[Cell, Result]]) -> str:
    names = ["ring", "n_accounts", "participation", "n_jobs", "spread", "bits_if_told"]
    names += ["f1", "precision", "recall", "verdict"]
    rows = [
        [*(cell.arguments[name] for name in ("log", "level", "seed")), *(ring[name] for name in names)]
        for cell, result in results
        for ring in result["rings"]
        if ring["f1"] < MATCH
    ]
    columns = ["log", "level", "seed", "missed ring", "accounts", "participation", "targets", "spread s"]
    columns += ["bits if told", "F1"]
    return "Missed:\n\n" + to_table([*columns, "precision", "recall", "verdict"], rows) if rows else ""
