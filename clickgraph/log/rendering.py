"""How a table is shown: aligned text for a terminal, HTML for a notebook."""

import datetime
import html
from collections.abc import Sequence

import pyarrow as pa

from clickgraph.log.text import printable


def render_text(data: pa.Table, *, n_rows: int = 10) -> str:
    """Return the first rows as aligned text, every cell made safe for a terminal.

    Examples
    --------
    >>> print(render_text(pa.table({"account": ["a", "bb"], "shared": [10, 2]})))
    account  shared
    a            10
    bb            2
    2 rows
    """
    heads = [printable(name) for name in data.column_names]
    cells = [[_show(value) for value in column.to_pylist()] for column in data.slice(0, n_rows).columns]
    widths = [max(map(len, [head, *column])) for head, column in zip(heads, cells, strict=True)]
    right = [_is_number(field.type) for field in data.schema]
    lines = [heads, *zip(*cells, strict=True)]
    shown = [_align(line, widths=widths, right=right) for line in lines]
    return "\n".join([*shown, _footer(data.num_rows, shown=n_rows)])


def render_html(data: pa.Table, *, n_rows: int = 10) -> str:
    """Return the first rows as an HTML table, every cell escaped.

    Examples
    --------
    >>> "<td>&lt;b&gt;</td>" in render_html(pa.table({"account": ["<b>"]}))
    True
    """
    heads = "".join(f"<th>{_escape(printable(name))}</th>" for name in data.column_names)
    columns = [column.to_pylist() for column in data.slice(0, n_rows).columns]
    rows = "".join(
        "<tr>" + "".join(f"<td>{_escape(_show(value))}</td>" for value in row) + "</tr>\n"
        for row in zip(*columns, strict=True)
    )
    footer = _footer(data.num_rows, shown=n_rows)
    return f"<table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n<p>{footer}</p>"


def _escape(text: str) -> str:
    return html.escape(text, quote=True)


def _show(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, datetime.datetime):
        return value.isoformat(sep=" ").removesuffix("+00:00")
    return printable(value)


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def _align(cells: Sequence[str], *, widths: Sequence[int], right: Sequence[bool]) -> str:
    padded = (
        cell.rjust(width) if is_right else cell.ljust(width)
        for cell, width, is_right in zip(cells, widths, right, strict=True)
    )
    return "  ".join(padded).rstrip()


def _footer(n_rows: int, *, shown: int) -> str:
    word = "row" if n_rows == 1 else "rows"
    return f"{n_rows} {word}" + (f", {shown} shown" if n_rows > shown else "")
