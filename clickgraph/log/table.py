"""Table: the one table of results and of input, at home in Arrow, pandas and polars."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from clickgraph.log.rendering import render_html, render_text

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Table:
    """Columns of equal length with names; read-only.

    Two tables are equal when names, types and values are (a NaN equals a NaN). Anything that speaks
    the Arrow C stream protocol takes a ``Table`` as it is.

    Parameters
    ----------
    data : pyarrow.Table
        The columns.

    Examples
    --------
    >>> Table.from_columns(account=["a", "b"], score_bits=[12.5, 3.0])
    account  score_bits
    a              12.5
    b                 3
    2 rows
    """

    data: pa.Table

    @classmethod
    def from_columns(cls, **columns: Any) -> "Table":
        """Return a table of `columns`: numpy arrays, Arrow arrays or lists, by name."""
        return cls(pa.table(columns))

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return list(self.data.column_names)

    def to_arrow(self) -> pa.Table:
        """Return the columns as a ``pyarrow.Table``, without a copy."""
        return self.data

    def to_pandas(self) -> "pd.DataFrame":
        """Return a pandas DataFrame (extra ``pandas``)."""
        try:
            return self.data.to_pandas()
        except ImportError as error:
            raise ImportError("to_pandas needs pandas: pip install 'clickgraph[pandas]'") from error

    def to_polars(self) -> "pl.DataFrame":
        """Return a polars DataFrame (extra ``polars``)."""
        try:
            import polars as pl
        except ImportError as error:
            raise ImportError("to_polars needs polars: pip install 'clickgraph[polars]'") from error
        return pl.DataFrame(self.data)

    def to_pylist(self) -> list[dict[str, Any]]:
        """Return the rows as dictionaries of Python values."""
        rows: list[dict[str, Any]] = self.data.to_pylist()
        return rows

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.data.__arrow_c_stream__(requested_schema)

    def __len__(self) -> int:
        return int(self.data.num_rows)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.to_pylist())

    def __getitem__(self, name: str) -> pa.ChunkedArray:
        if name not in self.data.column_names:
            raise KeyError(f"no column {name!r}; the columns are {', '.join(self.columns)}")
        return self.data.column(name)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Table):
            return NotImplemented
        if not self.data.schema.equals(other.data.schema):
            return False
        return all(map(_same_values, self.data.columns, other.data.columns))

    def __repr__(self) -> str:
        return render_text(self.data)

    def _repr_html_(self) -> str:
        return render_html(self.data)


def _same_values(left: pa.ChunkedArray, right: pa.ChunkedArray) -> bool:
    if pa.types.is_floating(left.type):
        nans = pc.is_nan(left), pc.is_nan(right)
        if not nans[0].equals(nans[1]):
            return False
        left, right = (pc.if_else(nan, 0.0, column) for nan, column in zip(nans, (left, right), strict=True))
    return bool(left.equals(right))
