"""Writing: Markdown tables and the two files of the report."""

import json
import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter of the report: its title, its Markdown text, and the numbers behind it."""

    title: str
    text: str
    numbers: Any = field(default_factory=dict)


def to_table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    r"""Return a Markdown table; numbers are shown short.

    Examples
    --------
    >>> print(to_table(["log", "AP"], [["a|b", 0.99871]]))
    | log | AP |
    |---|---|
    | a\|b | 0.999 |
    """
    lines = [_line(columns), "|" + "---|" * len(columns)]
    return "\n".join([*lines, *(_line([show(value) for value in row]) for row in rows)])


def show(value: Any) -> str:
    """Return a value as text: three digits, thousands with commas, a dash for nothing.

    Examples
    --------
    >>> show(12345), show(0.12345), show(32.64), show(1e-12), show(None)
    ('12,345', '0.123', '32.6', '1e-12', '-')
    """
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    return _show_number(value) if isinstance(value, float) else str(value)


def show_p(value: float | None) -> str:
    """Return a p-value as text: what is too small for a float is not nothing.

    Examples
    --------
    >>> show_p(0.0), show_p(0.25)
    ('<1e-300', '0.250')
    """
    return "<1e-300" if value == 0 else show(value)


def _show_number(value: float) -> str:
    size = abs(value)
    if size == 0 or 1000 <= size < 1e9:
        return f"{value:,.0f}"
    if size >= 1:
        return f"{value:.3g}"
    return f"{value:.3f}" if size >= 0.001 else f"{value:.2g}"


def write_report(
    chapters: Sequence[Chapter], folder: Path, *, head: str, settings: dict[str, Any], name: str = "quality"
) -> None:
    """Write the report as Markdown, `name`.md, and its numbers as `name`.json; nothing in them depends on the day."""
    folder.mkdir(parents=True, exist_ok=True)
    text = "\n\n".join([head.strip(), *(f"## {each.title}\n\n{each.text.strip()}" for each in chapters)])
    (folder / f"{name}.md").write_text(text + "\n", encoding="utf-8")
    numbers = {
        "settings": settings,
        "versions": versions(),
        "chapters": {each.title: each.numbers for each in chapters},
    }
    (folder / f"{name}.json").write_text(json.dumps(numbers, indent=1) + "\n", encoding="utf-8")


def versions(*more: str) -> dict[str, str]:
    """Return the versions of what was measured and of what it stands on, and of `more` packages."""
    names = ("clickgraph", "numpy", "scipy", "pyarrow", "numba", "igraph", "networkx", "scikit-learn")
    found = {"python": platform.python_version()}
    for name in (*names, "sparse_dot_topn", "coordination_network_toolkit", *more):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    if found["clickgraph"] == "not installed":  # measured from the checkout
        import clickgraph

        found["clickgraph"] = clickgraph.__version__
    return found


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
