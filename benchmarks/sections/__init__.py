"""Sections of the report: which cells each one asks for, and how their results are shown.

A section has ``cells(scope, known) -> list[Cell]``, called again until it asks for nothing new, and
``show(scope, known) -> list[Chapter]``.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.cells import Cell, Known, Result


@dataclass(frozen=True, slots=True)
class Scope:
    """How much is measured.

    Attributes
    ----------
    quick : bool
        Few seeds, coarse grids.
    n_worlds : int
        Seeds of each organic world.
    seeds : tuple of int
        Seeds of the planted worlds.
    peers : bool
        Whether the peers run too.
    """

    quick: bool = False
    n_worlds: int = 300
    seeds: tuple[int, ...] = (0, 1, 2, 3, 4)
    peers: bool = True


def results_of(cells: Sequence[Cell], known: Known) -> list[tuple[Cell, Result]]:
    """Return the cells that were run and did not fail, with their results."""
    found = [(cell, known[cell.key]) for cell in cells if cell.key in known]
    return [(cell, result) for cell, result in found if "failed" not in result]


def failures_of(cells: Sequence[Cell], known: Known) -> str:
    """Return a sentence per cell that failed, or nothing."""
    failed = [(cell, known[cell.key]["failed"]) for cell in cells if "failed" in known.get(cell.key, {})]
    return "\n".join(f"- Not measured: {cell.arguments}: {reason}." for cell, reason in failed)
