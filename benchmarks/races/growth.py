"""Growth: find_rings from Parquet to rings on ever larger logs of one kind, on ever larger farms, and the largest."""

import math
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from benchmarks.cells import Cell, Known
from benchmarks.goals import Goal
from benchmarks.races import Course, race
from benchmarks.races.logs import Recipe
from benchmarks.races.pairs import say_failure
from benchmarks.races.timing import Numbers
from benchmarks.writing import Chapter, to_table

EXPONENTS = (5, 6, 7, 8)
SIZES = (100, 1_000, 10_000, 100_000)
DEMO = Recipe(n_events=10_000_000, farm_size=10_000, n_jobs=300)
LARGEST_FARM = Recipe(n_events=14_000_000, farm_size=100_000, n_jobs=300, participation=0.2, spread=7200.0)
_COLUMNS = (
    "log", "events", "seconds", "microseconds an event", "peak GB", "bytes an event", "of these beyond the coded log",
    "rings", "farms", "worst F1",
)  # fmt: skip
_TEXT = """\
find_rings with its defaults, from a Parquet file of 18-digit ids to rings, each in a process of its own whose kernels
were compiled before. Logs of one kind: ten events an account, twenty a content, popularity and activity
heavy-tailed, 28 days; in every million events a farm of 300 accounts, of which 60 % do each of 40 jobs within five
minutes. *Bytes an event* are the peak of the process less what it held before the log was read; those *beyond the coded
log* are less the columns of codes and times and the tables of ids, too."""
_SIZES = """\
Farms of 100 to 100,000 accounts in two million organic events: the same 300 jobs, each done by a fifth of the farm
within two hours. A `ring` more than there are farms is a false one."""
_LARGE = """\
The demo at full size: 10,000 accounts, 60 % of them on each of 300 targets within five minutes, beside one million
organic accounts. And 100,000 accounts over 300 targets, a fifth of them on each within two hours."""


def at(exponent: int) -> Recipe:
    """Return the log of about ten to the power of `exponent` events."""
    n = 10**exponent
    return Recipe(n_events=n, n_farms=max(1, n // 1_000_000))


def farm_of(size: int) -> Recipe:
    """Return the log with a farm of `size` accounts."""
    return Recipe(n_events=2_000_000, farm_size=size, n_jobs=300, participation=0.2, spread=7200.0)


def cells(course: Course, _known: Known) -> list[Cell]:
    """Return the cells, the largest logs last."""
    found = [_coded(at(exponent)) for exponent in _exponents(course)]
    small = [_find(at(exponent)) for exponent in _exponents(course)[:3]]
    farms = [_find(farm_of(size)) for size in _sizes(course)]
    large = [] if course.quick else [_find(DEMO), _find(LARGEST_FARM), _find(at(EXPONENTS[-1]))]
    return [*small, *farms, *large[:2], *found, *large[2:]]


def _exponents(course: Course) -> tuple[int, ...]:
    return EXPONENTS[:2] if course.quick else EXPONENTS


def _sizes(course: Course) -> tuple[int, ...]:
    return SIZES[:2] if course.quick else SIZES


def _find(recipe: Recipe) -> Cell:
    return race("finding:measure", log=asdict(recipe), runs=3 if recipe.n_events <= 2_000_000 else 1)


def _coded(recipe: Recipe) -> Cell:
    return race("finding:measure_coded", log=asdict(recipe))


def show(course: Course, known: Known) -> Iterable[Chapter]:
    """Return the chapters of growth, of farms, and of the largest logs."""
    rows = [_row(f"10^{exponent}", at(exponent), known) for exponent in _exponents(course)]
    told = [_TEXT, to_table(_COLUMNS, rows), *_say_exponents(course, known)]
    yield Chapter("Growth", "\n\n".join(told), {f"10^{e}": _result(at(e), known) for e in _exponents(course)})
    rows = [_row(f"{size:,} accounts", farm_of(size), known) for size in _sizes(course)]
    numbers = {str(size): _result(farm_of(size), known) for size in _sizes(course)}
    yield Chapter("Farms of every size", f"{_SIZES}\n\n{to_table(_COLUMNS, rows)}", numbers)
    if not course.quick:
        large = {"10,000 accounts": DEMO, "100,000 accounts": LARGEST_FARM}
        rows = [_row(name, recipe, known) for name, recipe in large.items()]
        numbers = {name: _result(recipe, known) for name, recipe in large.items()}
        yield Chapter("The large farms", f"{_LARGE}\n\n{to_table(_COLUMNS, rows)}\n\n{_say_notices(numbers)}", numbers)


def _result(recipe: Recipe, known: Known) -> Numbers:
    return known.get(_find(recipe).key, {})


def _row(name: str, recipe: Recipe, known: Known) -> list[Any]:
    result = _result(recipe, known)
    if "times" not in result:
        return [name, recipe.n_events, say_failure(result), *[None] * 7]
    n, seconds = result["n_events"], result["times"]["median"]
    per_event = (result["peak_bytes"] - result["base_bytes"]) / n
    coded = known.get(_coded(recipe).key, {})
    beyond = per_event - coded["coded_bytes"] / coded["n_events"] if "coded_bytes" in coded else None
    return [
        name, n, seconds, 1e6 * seconds / n, result["peak_bytes"] / 1e9, per_event, beyond,
        f"{result['n_called_ring']} of {result['n_rings']}", result["n_farms"], result["worst_f1"],
    ]  # fmt: skip


def slope(points: list[tuple[float, float]]) -> float:
    """Return the exponent of a power law through points, by least squares of the logarithms.

    Examples
    --------
    >>> round(slope([(1.0, 2.0), (10.0, 20.0), (100.0, 200.0)]), 3)
    1.0
    """
    x, y = ([math.log(value) for value in column] for column in zip(*points, strict=True))
    middle_x, middle_y = sum(x) / len(x), sum(y) / len(y)
    above = sum((a - middle_x) * (b - middle_y) for a, b in zip(x, y, strict=True))
    return above / sum((a - middle_x) ** 2 for a in x)


def _points(course: Course, known: Known, what: str) -> list[tuple[float, float]]:
    """Return (events, seconds or bytes) from a million events on."""
    found = [_result(at(exponent), known) for exponent in _exponents(course) if exponent >= 6]
    return [
        (r["n_events"], r["times"]["median"] if what == "seconds" else r["peak_bytes"] - r["base_bytes"])
        for r in found if "times" in r
    ]  # fmt: skip


def _say_exponents(course: Course, known: Known) -> list[str]:
    seconds, held = (_points(course, known, what) for what in ("seconds", "bytes"))
    if len(seconds) < 2:
        return []
    first, last = seconds[0][0], seconds[-1][0]
    return [
        f"From {first:,.0f} to {last:,.0f} events time grows as the {slope(seconds):.2f}th power, memory as the"
        f" {slope(held):.2f}th."
    ]


def _say_notices(numbers: dict[str, Numbers]) -> str:
    told = [f"- {name}: {notice}" for name, result in numbers.items() for notice in result.get("notices", [])]
    return "What the results say about themselves:\n\n" + "\n".join(told) if told else ""


def goals(course: Course, known: Known) -> Iterable[Goal]:
    """Yield the goals of growth, of the two large farms and of the largest log."""
    seconds = _points(course, known, "seconds")
    if len(seconds) > 1:
        exponent = slope(seconds)
        yield Goal("growth of time from 10^6 events on", "exponent of at most 1.1", f"{exponent:.2f}", exponent <= 1.1)
    beyond = [row[6] for e in _exponents(course) if e >= 6 and (row := _row("", at(e), known))[6] is not None]
    if beyond:
        yield Goal(
            "memory beyond the coded log", "at most 40 bytes an event", f"{max(beyond):.0f} at most", max(beyond) <= 40
        )
    if not course.quick:
        yield from _goal("10,000 accounts in 12 million events", _result(DEMO, known), (25.0, 2.5, 0.999))
        yield from _goal("100,000 accounts in 20 million events", _result(LARGEST_FARM, known), (300.0, 8.0, 0.99))
        yield from _goal("100 million events from Parquet", _result(at(EXPONENTS[-1]), known), (480.0, 10.0, 0.0))


def _goal(about: str, result: Numbers, asked: tuple[float, float, float]) -> Iterable[Goal]:
    seconds, gigabytes, f1 = asked
    wanted = f"under {seconds:g} s, {gigabytes:g} GB" + (f", F1 of at least {f1:g}" if f1 else "")
    if "times" not in result:
        if result:
            yield Goal(about, wanted, say_failure(result), False)
        return
    took, held = result["times"]["median"], result["peak_bytes"] / 1e9
    met = took < seconds and held < gigabytes and (f1 == 0 or result["worst_f1"] >= f1)
    yield Goal(about, wanted, f"{took:.1f} s, {held:.2f} GB, F1 {result['worst_f1']:.4f}", met)
