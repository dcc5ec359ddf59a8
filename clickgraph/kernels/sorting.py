"""Rows sorted by several whole numbers each: a radix sort, one digit of one key after the other.

Many rows are cut by the first digits of the first key into parts, each of which stays in the cache while it is sorted.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from clickgraph.kernels._jit import Int, Number, kernel, map_ranges, ranges_by_cost

DIGIT = 11  # bits: the free places of 2,048 groups stay in the first cache
PART = 1 << 16  # rows that are sorted at a time, about
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
def mark_ascending(ahead: NDArray[np.bool_], key: NDArray[np.signedinteger]) -> None:
    """Say in ``ahead[k]`` whether row k + 1 comes after row k by this key, or by those seen before if equal."""
    for row in range(len(ahead)):
        if key[row + 1] != key[row]:
            ahead[row] = key[row + 1] > key[row]


@kernel
def gather(column: NDArray[Number], rows: Rows) -> NDArray[Number]:
    """Return the values of some rows. Cost: a far read each, without the interpreter lock."""
    found = np.empty(len(rows), column.dtype)
    for place in range(len(rows)):
        found[place] = column[rows[place]]
    return found


def sort_rows(
    keys: Sequence[NDArray[np.signedinteger]], *, n_threads: int | None = None, part: int = PART
) -> tuple[Rows | None, NDArray[np.bool_]]:
    """Return the order of the rows by the keys, the first key first, and which of them repeat the one before.

    Parameters
    ----------
    keys : sequence of integer ndarray, shape (n_rows,)
        Not negative.
    n_threads : int, optional
        Threads; all cores by default.
    part : int
        Rows that are sorted at a time, about.

    Returns
    -------
    order : ndarray of int32, shape (n_rows,), or None
        None where the rows are sorted already; int64 beyond 2**31 rows. Equal rows stay in their order.
    repeat : ndarray of bool, shape (n_rows,)
        For each place of the order whether its row equals the one before it in every key.

    Notes
    -----
    Cost: two passes per 11 bits of a key. Memory: 9 bytes per row, the answer among them.
    """
    if _are_ascending(keys):
        return None, _are_repeats(keys)
    order, bounds = _cut(keys[0], n_parts=len(keys[0]) // part)
    repeat = np.zeros(len(order), np.bool_)

    def sort_part(first: int, last: int) -> None:
        rows = order[first:last]
        own = [gather(key, rows) for key in keys]
        sorted_rows = _sort_part(own)
        order[first:last] = gather(rows, sorted_rows)
        repeat[first:last] = _are_repeats([gather(key, sorted_rows) for key in own])

    map_ranges(sort_part, bounds, n_threads=n_threads)
    return order, repeat


def _are_ascending(keys: Sequence[NDArray[np.signedinteger]]) -> bool:
    ahead = np.ones(max(len(keys[0]) - 1, 0), np.bool_)
    for key in reversed(keys):
        mark_ascending(ahead, key)
    return bool(ahead.all())


def _cut(key: NDArray[np.signedinteger], *, n_parts: int) -> tuple[Rows, NDArray[np.int64]]:
    """Return the rows by the first digits of a key, and the bounds of about so many parts between equal ones."""
    order = rows_in_place(len(key))
    if n_parts < 2:
        return order, np.array([0, len(key)])
    shift = max(0, int(key.max()).bit_length() - DIGIT)
    cut, ends = np.empty_like(order), np.empty(1 << DIGIT, np.int64)
    sort_by_digit(order, key, shift, len(ends), ends, cut)
    groups = ranges_by_cost(np.diff(ends, prepend=0), n_parts)
    return cut, np.unique(np.append(0, ends[groups[1:] - 1]))


def _sort_part(keys: Sequence[NDArray[np.signedinteger]]) -> Rows:
    """Return the order of some rows by the keys, by their last digits first; equal rows stay in their order."""
    order = rows_in_place(len(keys[0]))
    out = np.empty_like(order)
    for key in reversed(keys):
        rise = key - key.min()
        bits = int(rise.max()).bit_length()
        for shift in range(0, bits, DIGIT):
            n_groups = 1 << min(DIGIT, bits - shift)
            sort_by_digit(order, rise, shift, n_groups, np.empty(n_groups, np.int64), out)
            order, out = out, order
    return order


def _are_repeats(keys: Sequence[NDArray[np.signedinteger]]) -> NDArray[np.bool_]:
    """Say of each row whether it equals the one before it in every key."""
    same = np.ones(len(keys[0]), np.bool_)
    same[:1] = False
    for key in keys:
        same[1:] &= key[1:] == key[:-1]
    return same


def rows_in_place(n_rows: int) -> Rows:
    """Return 0, 1, 2, ... as int32, or int64 where there are more rows than that counts."""
    return np.arange(n_rows, dtype=np.int32) if n_rows <= _INT32_MAX else np.arange(n_rows, dtype=np.int64)
