"""Goals: what is asked of find_rings, what was measured, and whether it is enough."""

from collections.abc import Iterable
from dataclasses import dataclass

from benchmarks.writing import Chapter, to_table

_LEGEND = """\
What find_rings is to reach with its defaults, and what the chapters below measured. A goal that only part of the
worlds, seeds or sizes was measured for is called met or not on that part: the column *measured* says on which."""


@dataclass(frozen=True, slots=True)
class Goal:
    """One goal: about what, the number asked for, the number measured, and whether that is enough.

    `met` is None where a goal asks for a plain statement, not for a number.
    """

    about: str
    asked: str
    measured: str
    met: bool | None


def worst_of(n: int, what: str) -> str:
    """Return of how many cases a number is the worst.

    Examples
    --------
    >>> worst_of(1, "seed"), worst_of(5, "seed")
    ('1 seed', 'worst of 5 seeds')
    """
    return f"1 {what}" if n == 1 else f"worst of {n} {what}s"


def to_chapter(goals: Iterable[Goal]) -> Chapter:
    """Return the chapter of all goals, with how many are met."""
    every = list(goals)
    rows = [[goal.about, goal.asked, goal.measured, _say(goal.met)] for goal in every]
    judged = [goal.met for goal in every if goal.met is not None]
    counts = f"{sum(judged)} of {len(judged)} goals are met."
    text = "\n\n".join([_LEGEND, counts, to_table(["about", "asked", "measured", "met"], rows)])
    return Chapter("Goals", text, [dict(zip(("about", "asked", "measured", "met"), row, strict=True)) for row in rows])


def _say(met: bool | None) -> str | None:
    return None if met is None else "**yes**" if met else "no"
