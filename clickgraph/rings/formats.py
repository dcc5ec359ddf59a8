"""One table as one file: Parquet, CSV that no spreadsheet runs, or JSON."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, get_args

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from clickgraph.errors import InputError
from clickgraph.log.ids import number_ids
from clickgraph.log.table import Table
from clickgraph.log.text import csv_safe
from clickgraph.rings.document import plain

Format = Literal["parquet", "csv", "json"]
TEXT = pa.large_string()
FORMATS: tuple[str, ...] = get_args(Format)


def write_table(table: Table, path: Path, *, format: str) -> None:  # noqa: A002
    """Write a table to the file `path`.

    Parameters
    ----------
    table : Table
        What to write.
    path : Path
        The file; overwritten.
    format : {"parquet", "csv", "json"}
        In CSV, a text that a spreadsheet would run as a formula gets an apostrophe before it; JSON is a
        list of rows, one per line.

    Raises
    ------
    InputError
        If the format is unknown.
    """
    check_format(format)
    if format == "parquet":
        pa.parquet.write_table(table.to_arrow(), path)
    elif format == "csv":
        pa.csv.write_csv(_safe_texts(table.to_arrow()), path)
    else:
        _write_json(table.to_arrow(), path)


def check_format(format: object) -> None:  # noqa: A002
    """Raise InputError unless `format` is one of the three.

    Examples
    --------
    >>> check_format("csv")
    """
    if format not in FORMATS:
        raise InputError(f"format {', '.join(FORMATS[:-1])} or {FORMATS[-1]}", found=repr(format))


def _safe_texts(data: pa.Table) -> pa.Table:
    for at, column in enumerate(data.schema):
        if not (pa.types.is_primitive(column.type) or pa.types.is_null(column.type)):
            data = data.set_column(at, column.name, _each_value(data.column(at), _safe_cell))
    return data


def _safe_cell(value: object) -> str | None:
    return None if value is None else csv_safe(str(plain(value)))


def _write_json(data: pa.Table, path: Path) -> None:
    with path.open("w", encoding="ascii") as file:
        file.write("[")
        for batch in data.to_batches(max_chunksize=1 << 20):
            file.write("\n" if file.tell() == 1 else ",\n")
            file.write(",\n".join(_json_rows(pa.table(batch))))
        file.write("\n]\n")


def _json_rows(data: pa.Table) -> list[str]:
    parts: list[Any] = []
    for name, column in zip(data.column_names, data.columns, strict=True):
        key = f"{', ' if parts else '{'}{json.dumps(name)}: "
        parts += [pa.scalar(key, TEXT), _each_value(column, _json_cell)]
    rows: list[str] = pc.binary_join_element_wise(*parts, pa.scalar("}", TEXT), pa.scalar("", TEXT)).to_pylist()
    return rows


def _json_cell(value: object) -> str:
    return json.dumps(plain(value))


def _each_value(column: pa.ChunkedArray, write: Callable[[object], str | None]) -> pa.Array:
    # Values repeat, ids above all: each is written once.
    number, values = number_ids(column)
    return pa.array(map(write, values.to_pylist()), type=TEXT).take(number)
