"""Rows sorted by several whole numbers each: a radix sort, one digit of one key after the other."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from clickgraph.kernels._jit import Int, kernel

DIGIT = 11  # bits: the free places of 2,048 groups stay in the first cache
_INT32_MAX = 2**31 - 1

Rows = NDArray[np.int32] | NDArray[np.int64]


@kernel
def sort_by_digit(
    order: Rows, key: NDArray[np.signedinteger], shift: Int, n_groups: Int, free: NDArray[np.int64], out: Rows
) -> None:
    """Write `order` to `out`, stably sorted by ``(key >> shift) % n_groups``.

    `n_groups` is a power of two, `free` a scratch of as many. Cost: two passes over `key`, the second in the
    order of the rows.
    """
    free[:] = 0
    mask = n_groups - 1
    for row in range(len(key)):
        free[(key[row] >> shift) & mask] += 1
    before = 0
    for group in range(n_groups):
        n_rows = free[group]
        free[group] = before
        before += n_rows
    for place in range(len(order)):
        row = order[place]
        group = (key[row] >> shift) & mask
        out[free[group]] = row
        free[group] += 1


@kernel
def mark_equal(same: NDArray[np.bool_], order: Rows, key: NDArray[np.signedinteger]) -> None:
    """Clear ``same[k]`` where row ``order[k]`` has another key than the row before it. Cost: one pass."""
    for place in range(1, len(order)):
        if key[order[place]] != key[order[place - 1]]:
            same[place] = False


@kernel
def mark_ascending(ahead: NDArray[np.bool_], key: NDArray[np.signedinteger]) -> None:
    """Say in ``ahead[k]`` whether row k + 1 comes after row k by this key, or by those seen before if equal."""
    for row in range(len(ahead)):
        if key[row + 1] != key[row]:
            ahead[row] = key[row + 1] > key[row]


def sort_rows(keys: Sequence[NDArray[np.signedinteger]]) -> Rows | None:
    """Return the order of the rows by the keys, the first key first; None where they are sorted already.

    Parameters
    ----------
    keys : sequence of integer ndarray, shape (n_rows,)
        Not negative.

    Returns
    -------
    ndarray of int32, shape (n_rows,), or None
        int64 beyond 2**31 rows. Equal rows stay in their order. Cost: two passes per 11 bits of a key; memory
        8 bytes per row.
    """
    n_rows = len(keys[0])
    ahead = np.ones(max(n_rows - 1, 0), np.bool_)
    for key in reversed(keys):
        mark_ascending(ahead, key)
    if ahead.all():
        return None
    del ahead
    order = rows_in_place(n_rows)
    out = np.empty_like(order)
    for key in reversed(keys):
        bits = int(key.max(initial=0)).bit_length()
        for shift in range(0, bits, DIGIT):
            n_groups = 1 << min(DIGIT, bits - shift)
            sort_by_digit(order, key, shift, n_groups, np.empty(n_groups, np.int64), out)
            order, out = out, order
    return order


def rows_in_place(n_rows: int) -> Rows:
    """Return 0, 1, 2, ... as int32, or int64 where there are more rows than that counts."""
    return np.arange(n_rows, dtype=np.int32) if n_rows <= _INT32_MAX else np.arange(n_rows, dtype=np.int64)


def find_repeats(keys: Sequence[NDArray[np.signedinteger]], order: Rows | None) -> NDArray[np.bool_]:
    """Return for each place of the order whether its row equals the one before it in every key."""
    n_rows = len(keys[0])
    same = np.ones(n_rows, np.bool_)
    same[:1] = False
    for key in keys:
        if order is None:
            same[1:] &= key[1:] == key[:-1]
        else:
            mark_equal(same, order, key)
    return same
