"""What the pictures of measurements read: columns of any table."""

from collections.abc import Sequence

import pyarrow as pa

from clickgraph.errors import InputError
from clickgraph.log.sources import open_source


def read_columns(table: object, names: Sequence[str]) -> dict[str, pa.ChunkedArray]:
    """Return the columns `names` of any table.

    Raises
    ------
    InputError
        If a column is missing, or the table is empty or holds a null in one of them.
    """
    data = open_source(table).table
    missing = [name for name in names if name not in data.column_names]
    if missing:
        have = ", ".join(data.column_names) or "none"
        raise InputError(f"a table with the columns {', '.join(names)}", f"none called {', '.join(missing)}", have)
    if len(data) == 0:
        raise InputError("a table with at least one row", "an empty one")
    holed = [name for name in names if data[name].null_count]
    if holed:
        raise InputError("a value in every row", f"nulls in {', '.join(holed)}", "drop those rows")
    return {name: data[name] for name in names}
