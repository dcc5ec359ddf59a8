"""Tried: what was changed for speed, what was expected of it, and what it gave."""

from collections.abc import Iterable

from benchmarks.cells import Cell, Known
from benchmarks.races import Course
from benchmarks.writing import Chapter, to_table

_TEXT = """\
Each change was predicted, measured before and after on one machine, and kept only where it gained. These figures are
notes of that work; the tables above are measured by the command."""
_TRIED: list[tuple[str, str, str, str]] = []


def cells(_course: Course, _known: Known) -> list[Cell]:
    """Return nothing: this is told, not measured."""
    return []


def show(_course: Course, _known: Known) -> Iterable[Chapter]:
    """Return the chapter."""
    yield Chapter("What was tried", f"{_TEXT}\n\n{to_table(['what', 'predicted', 'measured', 'kept'], _TRIED)}", _TRIED)
