"""Fans or farm: groups of the same size and participation side by side, and where nobody can tell them apart."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from benchmarks.cells import Cell, Known, Result
from benchmarks.sections import Scope, failures_of, results_of
from benchmarks.writing import Chapter, to_table
from benchmarks.writing import show as say

_FUNCTION = "benchmarks.measurements.fans:"
KINDS = ("many clients", "one creator amid his fans")
FAITHFUL = (0.0, 0.25, 0.5, 1.0)
LOYALTY = (0.0, 0.5, 1.0, 2.0)
APART = 0.9  # area from which two kinds of groups count as told apart
_SMALLEST = 5
# What says how strong a group is, not whether it is even: a farm and its twin may differ in that by accident.
_STRENGTH = ("bursts", "choice of bursts", "choice of members", "own hours", "whole log")
_LEGEND = """\
Small worlds (3,000 accounts, 30,000 events) with one group each. *Fans*: 400 fans of one creator with 24 posts,
half of those who come within minutes; loyalty is heavy-tailed, and a share of them (*faithful*) never misses a
post. *Farms*: as large as the group of fans that came back (its median size and participation over the seeds),
24 jobs, each member with a life patched from the log's own; *loyalty* is the standard deviation of the
logarithm of the accounts' readiness to take part: 0 is a pool of equals, at 2 some phones take nearly every job
and others none. *Many clients*: new targets of eight creators, with passers-by as a post has them. *One creator
amid his fans*: every job is a post of a creator with 400 fans of his own. A farm came back if a group has F1 >=
0.5; *F1* is the median of those.

Variance ratio and edge are medians over the worlds in which the group came back, with the 10 % and 90 %
quantiles; verdicts are counted over all worlds. A fan group with the verdict `ring` is a false alarm; a farm with
another verdict, or none, is missed."""
_AREAS = """\
The chance that a random fan group has more of a piece of evidence than a random farm of its size, or less,
whichever is larger (the area under the ROC curve): 1 tells the two apart every time, 0.5 is a coin. Shown is
the best piece; pieces that only say how strong a group is are left out. Below {apart} the two count as not told
apart. If nothing told them apart, the better of two pieces would still reach {mean:.2f} on average with {n} worlds
on either side, and {high:.2f} in one case of twenty."""


def cells(scope: Scope, known: Known) -> list[Cell]:
    """Return a cell per fan world, and, once the fans' groups are known, per farm of their size."""
    fans = [fan for faithful in faithful_of(scope) for fan in _fans(faithful, scope)]
    fans += [
        Cell(cell.function, {**cell.arguments, "strata": "creator"}) for cell in fans if not cell.arguments["strata"]
    ]
    twins = [twin for faithful in faithful_of(scope) for twin in _twins(faithful, scope, known)]
    return fans + twins


def faithful_of(scope: Scope) -> tuple[float, ...]:
    """Return the shares of faithful fans."""
    return (0.0, 1.0) if scope.quick else FAITHFUL


def loyalty_of(scope: Scope) -> tuple[float, ...]:
    """Return the spreads of the farms' loyalty."""
    return (0.0, 2.0) if scope.quick else LOYALTY


def show(scope: Scope, known: Known) -> list[Chapter]:
    """Return the chapters: side by side, and told apart."""
    every = cells(scope, known)
    results = results_of(every, known)
    groups = {key: [r for c, r in results if _key(c) == key] for key in dict.fromkeys(map(_key, every))}
    columns = ["group", "faithful fans", "loyalty", "strata", "worlds", "came back", "F1", "accounts"]
    columns += ["participation", "variance ratio", "edge", "ring", "audience", "candidate", "none or little"]
    rows = [_row(key, of) for key, of in groups.items() if of]
    text = "\n\n".join([_LEGEND, to_table(columns, rows), failures_of(every, known)])
    numbers = [{**cell.arguments, **result} for cell, result in results]
    return [Chapter("Fans or farm", text, numbers), _told_apart(groups, scope)]


def area(left: list[float], right: list[float]) -> float:
    """Return the chance that a random value of `left` exceeds one of `right`, ties counting half.

    Examples
    --------
    >>> area([3.0, 2.0], [1.0, 2.0])
    0.875
    """
    a, b = np.array(left)[:, None], np.array(right)[None, :]
    return float(np.mean((a > b) + 0.5 * (a == b)))


def area_by_chance(n: int, *, n_pieces: int = 2, n_draws: int = 2_000) -> tuple[float, float]:
    """Return mean and 95 % quantile of the best piece's area where all groups are drawn from one bag."""
    rng = np.random.default_rng(0)
    drawn = rng.random((n_draws, n_pieces, 2, n))
    areas = (drawn[:, :, 0, :, None] > drawn[:, :, 1, None, :]).mean(axis=(2, 3))
    best = np.maximum(areas, 1 - areas).max(axis=1)
    return float(best.mean()), float(np.quantile(best, 0.95))


def best_piece(fans: list[Result], farms: list[Result]) -> tuple[str, float] | None:
    """Return the piece of evidence that tells most, and its area; None where either came back in under half."""
    of = [[r["group"]["evidence"] for r in results if r["group"]] for results in (fans, farms)]
    if any(2 * len(found) < len(results) for found, results in zip(of, (fans, farms), strict=True)) or not all(of):
        return None
    names = {name for evidence in of[0] for name in evidence} - set(_STRENGTH)
    found = []
    for name in sorted(names):
        left, right = ([evidence[name] for evidence in side if name in evidence] for side in of)
        if 2 * len(left) >= len(of[0]) and 2 * len(right) >= len(of[1]):
            found.append((name, max(area(left, right), 1 - area(left, right))))
    return max(found, key=lambda piece: piece[1], default=None)


_Key = tuple[str, float, float | None, str | None]


def _key(cell: Cell) -> _Key:
    given = cell.arguments
    return given.get("kind", "fans"), given["faithful"], given.get("loyalty"), given["strata"]


def _seeds(scope: Scope) -> range:
    return range(5 if scope.quick else 20)


def _fans(faithful: float, scope: Scope) -> Iterator[Cell]:
    for seed in _seeds(scope):
        yield Cell(_FUNCTION + "measure_fans", {"faithful": faithful, "seed": seed, "strata": None})


def _twins(faithful: float, scope: Scope, known: Known) -> Iterator[Cell]:
    """Yield farms as large, and as often there, as the fan groups that came back: none where none did."""
    results = [known.get(cell.key, {}) for cell in _fans(faithful, scope)]
    found = [result["group"] for result in results if result.get("group")]
    if not all(results) or not found:
        return
    size = max(_SMALLEST, round(float(np.median([group["n_accounts"] for group in found]))))
    share = round(float(np.median([group["participation"] for group in found])), 2)
    for kind in KINDS:
        for loyalty in loyalty_of(scope):
            for strata in (None, "creator") if loyalty == 0 else (None,):
                for seed in _seeds(scope):
                    given = {"kind": kind, "loyalty": loyalty, "n_accounts": size, "participation": share}
                    given |= {"faithful": faithful, "seed": seed, "strata": strata}
                    yield Cell(_FUNCTION + "measure_farm", given)


def _row(key: _Key, results: list[Result]) -> list[object]:
    kind, faithful, loyalty, strata = key
    found = [result["group"] for result in results if result["group"]]
    verdicts = [group["verdict"] for group in found]
    counts = [verdicts.count(verdict) for verdict in ("ring", "audience", "candidate")]
    name = "fans" if kind == "fans" else f"farm, {kind}"
    row = [name, faithful, loyalty, strata, len(results), len(found), _f1(kind, results)]
    row += [_median(found, "n_accounts", round)]
    row += [_median(found, "participation", float), _range(found, "variance_ratio"), _range(found, "edge")]
    return [*row, *counts, len(results) - sum(counts)]


def _f1(kind: str, results: list[Result]) -> float | None:
    values = [result["f1"] for result in results if result["group"] and kind != "fans"]
    return float(np.median(values)) if values else None


def _median(found: list[Result], name: str, kind: Callable[[Any], Any]) -> Any:
    return kind(float(np.median([group[name] for group in found]))) if found else None


def _range(found: list[Result], name: str) -> str | None:
    values = [group[name] for group in found if group[name] is not None]
    if not values:
        return None
    low, middle, high = np.quantile(values, [0.1, 0.5, 0.9])
    return f"{middle:.2f} ({low:.2f} to {high:.2f})"


def _told_apart(groups: dict[_Key, list[Result]], scope: Scope) -> Chapter:
    rows, blurred = [], []
    for kind in KINDS:
        for loyalty in loyalty_of(scope):
            row: list[object] = [kind, loyalty]
            for faithful in faithful_of(scope):
                fans = groups.get(("fans", faithful, None, None), [])
                piece = best_piece(fans, groups.get((kind, faithful, loyalty, None), []))
                row.append(None if piece is None else f"{piece[1]:.2f} ({piece[0]})")
                if piece is not None and piece[1] < APART:
                    blurred.append([kind, loyalty, faithful, *piece])
            rows.append(row)
    columns = ["farm", "loyalty", *(f"fans, {say(faithful)} faithful" for faithful in faithful_of(scope))]
    lines = [f"- a farm with {kind} and loyalty {x:g}, and fans of whom {f:.0%} are faithful: {a:.2f} by the {name}"
             for kind, x, f, name, a in blurred]  # fmt: skip
    where = "Not told apart by any single piece:\n\n" + "\n".join(lines) if lines else "All pairs are told apart."
    n = len(_seeds(scope))
    mean, high = area_by_chance(n)
    legend = _AREAS.format(apart=APART, mean=mean, high=high, n=n)
    text = "\n\n".join([legend, to_table(columns, rows), where])
    return Chapter("Where fans and farm cannot be told apart", text, blurred)
