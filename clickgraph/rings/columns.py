"""What the tables of a result hold, and that they belong together."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from clickgraph.errors import InputError
from clickgraph.log.table import Table

COLUMNS = {
    "summary": (
        "ring", "score_bits", "p_value", "verdict", "decided_by", "n_accounts", "n_contents", "n_bursts",
        "window", "first", "last", "variance_ratio", "edge",
    ),
    "members": ("ring", "account", "score_bits", "member_bits", "share"),
    "bursts": ("ring", "content", "action", "start", "end", "n_members", "n_outside", "expected", "bits"),
    "acts": ("ring", "account", "content", "action", "time"),
    "ties": ("ring", "account", "other", "shared", "expected", "window", "bits"),
    "evidence": ("ring", "name", "observed", "expected", "bits"),
}  # fmt: skip


def find_starts(tables: Mapping[str, Table]) -> dict[str, NDArray[np.int64]]:
    """Return where each ring's rows begin in each table, and where the last one's end.

    Parameters
    ----------
    tables : mapping
        The tables of :data:`COLUMNS` by name; every one has its rows in the order of the rings of `summary`.

    Returns
    -------
    dict of str to ndarray of int64, shape (n_rings + 1,)

    Raises
    ------
    InputError
        If a table lacks a column, or its rows do not follow the rings of `summary`.
    """
    for name, table in tables.items():
        _check_columns(table, name=name)
    ids = tables["summary"]["ring"].combine_chunks()
    if pc.count_distinct(ids).as_py() < len(ids):
        raise InputError("each ring once in the summary", found="one that comes twice")
    return {name: _starts_in(table, ids, name=name) for name, table in tables.items()}


def _check_columns(table: Table, *, name: str) -> None:
    missing = [column for column in COLUMNS[name] if column not in table.columns]
    if missing:
        raise InputError(
            f"the table {name} to have the columns {', '.join(COLUMNS[name])}",
            found=f"none called {', '.join(missing)}",
        )


def _starts_in(table: Table, ids: pa.Array, *, name: str) -> NDArray[np.int64]:
    position = pc.index_in(table["ring"], value_set=ids)
    if position.null_count or np.any(np.diff(position.to_numpy()) < 0):
        raise InputError(
            f"the rows of the table {name} to follow the rings of the summary",
            found="a ring that is not in it, or comes in another order",
        )
    return np.searchsorted(position.to_numpy(), np.arange(len(ids) + 1)).astype(np.int64)
