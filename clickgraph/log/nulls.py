"""Missing values, refused at the door with their rows."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from clickgraph.errors import InputError


def refuse_nulls(column: pa.ChunkedArray, *, name: str) -> None:
    """Raise an InputError with count and first rows where `column` has nulls, NaN or NaT.

    Examples
    --------
    >>> refuse_nulls(pa.chunked_array([["a", "b"]]), name="account")
    """
    if pa.types.is_floating(column.type):
        missing = pc.is_null(column, nan_is_null=True)
    elif pa.types.is_dictionary(column.type) and any(chunk.dictionary.null_count for chunk in column.chunks):
        missing = pc.is_null(column.cast(column.type.value_type))
    elif column.null_count:
        missing = pc.is_null(column)
    else:
        return
    rows = np.flatnonzero(missing.to_numpy())
    if len(rows):
        hint = "drop these rows, or fill them in, before reading"
        raise InputError(f"a value in every row of {name}", f"{len(rows)} missing in {say_rows(rows)}", hint)


def say_rows(rows: NDArray[np.int64]) -> str:
    """Return the first five row numbers in words.

    Examples
    --------
    >>> say_rows(np.array([3, 8]))
    'rows 3, 8 (counted from 0)'
    """
    listed = ", ".join(map(str, rows[:5].tolist())) + (", ..." if len(rows) > 5 else "")
    return f"{'row' if len(rows) == 1 else 'rows'} {listed} (counted from 0)"
