"""Anything that holds a table -> pyarrow.Table."""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeGuard

import pyarrow as pa

from clickgraph.errors import InputError
from clickgraph.log.files import is_parquet, open_log, read_file
from clickgraph.log.networks import matrix_table, network_table
from clickgraph.log.parquet import ParquetLog
from clickgraph.log.text import printable
from clickgraph.log.zones import refuse_mixed_zones

_ACCEPTED: Final = (
    "a path, a table (pandas, polars, Arrow, DuckDB), a dict of columns, a list of dicts, "
    "a networkx bipartite graph or a scipy sparse matrix"
)
_OFFSET_LIMIT = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Opened:
    """A foreign log as a table, and whether its kind may do without times."""

    table: pa.Table
    may_lack_times: bool = False


def find_parquet(source: object) -> ParquetLog | None:
    """Return the Parquet files that `source` names, one by one or as a folder; None where it names none.

    Raises
    ------
    FileNotFoundError
        A path with nothing there.
    InputError
        Files that are no Parquet, or of different columns.

    Examples
    --------
    >>> find_parquet({"account": ["a"], "content": ["x"]}) is None
    True
    """
    match source:
        case str() | os.PathLike():
            path = Path(source)
            return open_log([path]) if is_parquet(path) else None
        case list() | tuple() if _name_parquet(source):
            return open_log([Path(path) for path in source])
    return None


def _name_parquet(paths: Sequence[object]) -> bool:
    named = [isinstance(path, os.PathLike) or path.lower().endswith(".parquet") for path in paths if _is_path(path)]
    return len(named) == len(paths) and any(named)


def _is_path(path: object) -> TypeGuard[str | os.PathLike[str]]:
    return isinstance(path, (str, os.PathLike))


def open_source(source: object) -> Opened:
    """Return what `source` holds as an Arrow table.

    Parameters
    ----------
    source : object
        A path, anything with ``__arrow_c_stream__``, a polars LazyFrame (collected), a dict of columns,
        a list of dicts, a networkx bipartite graph, or a scipy sparse matrix.

    Raises
    ------
    FileNotFoundError
        A path with nothing there.
    InputError
        Any other source, and one that cannot be read.

    Examples
    --------
    >>> open_source({"account": ["a"], "content": ["x"]}).table.num_rows
    1
    """
    match source:
        case str() | os.PathLike():
            return Opened(steady(read_file(Path(source))))
        case _ if hasattr(source, "__arrow_c_stream__"):
            return Opened(steady(_stream_table(source)))
        case _ if hasattr(source, "collect_schema") and hasattr(source, "collect"):
            return Opened(steady(_stream_table(source.collect())))
        case _ if hasattr(source, "is_multigraph"):
            return Opened(network_table(source), may_lack_times=True)  # type: ignore[arg-type]
        case _ if hasattr(source, "tocoo"):
            return Opened(matrix_table(source), may_lack_times=True)  # type: ignore[arg-type]
        case Mapping() | list():
            return Opened(steady(_python_table(source)))
    raise InputError(_ACCEPTED, f"{type(source).__module__}.{type(source).__qualname__}")


def _stream_table(source: Any) -> pa.Table:
    if type(source).__module__.startswith("pandas"):
        for name, column in source.items():
            if column.dtype == object:
                refuse_mixed_zones(column, name=printable(name))
    try:
        table = pa.table(source)
    except (pa.ArrowException, ValueError, OverflowError) as error:
        raise _unreadable(error) from error
    # pandas sends a row index along that is not a plain count.
    indices = [name for name in table.column_names if re.fullmatch(r"__index_level_\d+__", name)]
    return table.drop_columns(indices) if indices else table


def _python_table(source: Mapping[str, Any] | list[Any]) -> pa.Table:
    try:
        columns = pa.Table.from_pylist(source) if isinstance(source, list) else pa.table(dict(source))
    except (pa.ArrowException, ValueError, OverflowError, TypeError, AttributeError) as error:
        raise _unreadable(error) from error
    for name in columns.column_names:
        if pa.types.is_timestamp(columns.field(name).type):
            values = (row.get(name) for row in source) if isinstance(source, list) else source[name]
            refuse_mixed_zones(values, name=printable(name))
    return columns


def steady(table: pa.Table) -> pa.Table:
    """Return the table without views, which Arrow cannot sort, and with room to gather long text.

    Examples
    --------
    >>> steady(pa.table({"x": pa.array(["a"], pa.string_view())})).schema.types
    [DataType(large_string)]
    """
    schema = table.schema
    for i, field in enumerate(schema):
        schema = schema.set(i, field.with_type(_steady_type(field.type, n_bytes=table.column(i).nbytes)))
    return table if schema.equals(table.schema) else table.cast(schema)


def _steady_type(kind: pa.DataType, *, n_bytes: int) -> pa.DataType:
    types = pa.types
    if types.is_string_view(kind) or (types.is_string(kind) and n_bytes > _OFFSET_LIMIT):
        return pa.large_string()
    if types.is_binary_view(kind) or (types.is_binary(kind) and n_bytes > _OFFSET_LIMIT):
        return pa.large_binary()
    if types.is_dictionary(kind):
        return pa.dictionary(kind.index_type, _steady_type(kind.value_type, n_bytes=0), kind.ordered)
    return kind


def _unreadable(error: Exception) -> InputError:
    found = printable("; ".join(map(str, error.args)), width=200)
    hint = "each column needs a name of its own and values of one type"
    return InputError("a table that Arrow can hold", found, hint)
