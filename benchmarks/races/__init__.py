"""Races: what the benchmark of speed runs, a file per question, each with its cells, its chapter and its goals."""

from dataclasses import dataclass
from typing import Any

from benchmarks.cells import Cell


@dataclass(frozen=True, slots=True)
class Course:
    """How much is measured.

    Attributes
    ----------
    quick : bool
        Small logs only: minutes, not half an hour.
    """

    quick: bool = False


def race(function: str, *, peer: bool = False, **arguments: Any) -> Cell:
    """Return a cell that runs alone, in a process of its own; a `peer` does not depend on clickgraph's code."""
    return Cell(f"benchmarks.races.{function}", arguments, kind="races of peers" if peer else "races", limited=True)
