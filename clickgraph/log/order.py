"""The canonical order of the rows of a log, and its exact repeats."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Rows = NDArray[np.int64] | slice


def order_rows(keys: Sequence[NDArray[np.signedinteger]], *, beside: pa.Table) -> tuple[Rows, int]:
    """Return the rows to keep, in canonical order, and the number of exact repeats left out.

    Rows are sorted by the keys, the first key first. Of rows equal in every key one is kept: the one
    whose other columns come first, so that the choice does not depend on the order of the log.

    Parameters
    ----------
    keys : sequence of integer ndarray
        Not negative, of equal length.
    beside : pyarrow.Table
        The other columns of the log.

    Returns
    -------
    rows : ndarray of int64, or a full slice where every row stays in its place
    n_repeats : int

    Notes
    -----
    Cost: one sort, of a single integer per row where the keys fit into 63 bits together; none where the
    rows are sorted already.

    Examples
    --------
    >>> order_rows([np.array([1, 0, 1])], beside=pa.table({"x": [5, 6, 4]}))
    (array([1, 2]), 1)
    """
    words = _pack(keys)
    if _is_sorted(words):
        order = None
    else:
        order = np.argsort(words[0], kind="stable") if len(words) == 1 else np.lexsort(words[::-1])
        words = [word[order] for word in words]
    repeat = np.zeros(len(words[0]), bool)
    repeat[1:] = np.logical_and.reduce([word[1:] == word[:-1] for word in words])
    n_repeats = int(np.count_nonzero(repeat))
    if n_repeats == 0:
        return (slice(None) if order is None else order), 0
    order = np.arange(len(repeat)) if order is None else order
    if beside.num_columns:
        _put_smallest_first(order, repeat=repeat, beside=beside)
    return order[~repeat], n_repeats


def _pack(keys: Sequence[NDArray[np.signedinteger]]) -> list[NDArray[np.int64]]:
    """Return as few int64 words per row as hold all keys, in their order."""
    words: list[NDArray[np.int64]] = []
    free = 0
    for key in keys:
        bits = int(key.max(initial=0)).bit_length()
        if words and bits <= free:
            words[-1] = (words[-1] << bits) | key
            free -= bits
        else:
            words.append(key.astype(np.int64))
            free = 63 - bits
    return words


def _is_sorted(words: Sequence[NDArray[np.int64]]) -> bool:
    ahead = np.ones(max(len(words[0]) - 1, 0), bool)
    for word in reversed(words):
        ahead = (word[1:] > word[:-1]) | ((word[1:] == word[:-1]) & ahead)
    return bool(ahead.all())


def _put_smallest_first(order: NDArray[np.int64], *, repeat: NDArray[np.bool_], beside: pa.Table) -> None:
    """Sort each group of repeats, in place, by the other columns."""
    in_group = repeat.copy()
    in_group[:-1] |= repeat[1:]
    places = np.flatnonzero(in_group)
    group = np.cumsum(~repeat)[places]
    rows = beside.take(pa.array(order[places]))
    columns = {"group": pa.array(group)}
    columns |= {str(i): _sortable(column) for i, column in enumerate(rows.columns)}
    keys = [(name, "ascending") for name in columns]
    order[places] = order[places][pc.sort_indices(pa.table(columns), sort_keys=keys).to_numpy()]


def _sortable(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column in a type that Arrow sorts; nested ones by their text."""
    kind, types = column.type, pa.types
    if types.is_dictionary(kind):
        return _sortable(column.cast(kind.value_type))
    if types.is_nested(kind) or isinstance(kind, pa.BaseExtensionType):
        return pa.chunked_array([pa.array([repr(value) for value in column.to_pylist()], pa.large_string())])
    return column
