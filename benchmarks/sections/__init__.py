"""Sections of the report: which cells each one asks for, and how their results are shown.

A section has ``cells(scope, known) -> list[Cell]``, called again until it asks for nothing new, and
``show(scope, known) -> list[Chapter]``.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.cells import Cell, Known, Result

_SHOWN = 3  # cells that are named for each reason of failure


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
    """Return a sentence per reason for which cells failed, with the first few of them, or nothing."""
    failed: dict[str, list[str]] = {}
    for cell in cells:
        reason = known.get(cell.key, {}).get("failed")
        if reason is not None:
            failed.setdefault(str(reason), []).append(_name(cell))
    lines = []
    for reason, names in failed.items():
        more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        lines.append(f"- Not measured ({' '.join(reason.split())}): {'; '.join(names[:_SHOWN])}{more}.")
    return "\n".join(lines)


def _name(cell: Cell) -> str:
    """Return what was asked, without the long lists."""
    given = {name: value for name, value in cell.arguments.items() if not isinstance(value, list | dict)}
    return " ".join(
        [cell.function.split(":")[-1], *(f"{name}={value}" for name, value in given.items() if value is not None)]
    )
