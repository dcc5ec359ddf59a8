"""The pairs of one window: counted in one walk, for there is nothing to judge and no narrower window to tell apart."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from clickgraph.kernels._jit import inlined, kernel
from clickgraph.kernels.coaction import clear_row, count_row
from clickgraph.kernels.mains import stretch_of
from clickgraph.kernels.scratch import Scratch
from clickgraph.kernels.slots import Slots


@kernel
def _count_stretch(first: int, end: int, slots: Slots, scratch: Scratch, enough: int, n: int) -> int:
    """Count the accounts of slots `first` to `end`, each once per mark; return the length of ``scratch.met``.

    Only where an account comes twice on the target is it looked up.
    """
    account, is_repeated, counter = slots.account, slots.is_repeated, scratch.counter
    mark, mark_of, met = scratch.mark[0], scratch.mark_of, scratch.met
    for near in range(first, end):
        other = account[near]
        if is_repeated[near]:
            if mark_of[other] == mark:
                continue
            mark_of[other] = mark
        counter[other, 0] += 1
        if counter[other, 0] == enough:
            met[n] = other
            n += 1
    return n


@kernel
def _count_plain(row: int, slots: Slots, reach: NDArray[np.int32], enough: int, scratch: Scratch) -> NDArray[np.int32]:
    """Fill ``counter[j, 0]`` with the targets that `row` shares with j, its own number with all that it has.

    Returns those who share enough. Cost: the row's co-actions, once.
    """
    n, end, previous = 0, 0, -1
    for k in range(slots.account_indptr[row], slots.account_indptr[row + 1]):
        slot = slots.account_slots[k]
        if slots.target[slot] != previous:
            previous = slots.target[slot]
            scratch.mark[0] += 1
        first, end = stretch_of(slot, end, reach)
        n = _count_stretch(first, end, slots, scratch, enough, n)
    return scratch.met[:n]


@kernel
def _clear_plain(row: int, slots: Slots, reach: NDArray[np.int32], scratch: Scratch) -> None:
    """Set the counters that :func:`_count_plain` touched back to zero, by the shorter of two ways."""
    n_visits, end = 0, 0
    for k in range(slots.account_indptr[row], slots.account_indptr[row + 1]):
        first, end = stretch_of(slots.account_slots[k], end, reach)
        n_visits += end - first
        if 16 * n_visits > len(scratch.counter):
            scratch.counter[:] = 0
            return
        for near in range(first, end):
            scratch.counter[slots.account[near], 0] = 0


@inlined
def grown(array: NDArray[Any], length: int) -> NDArray[Any]:
    """Return `array`, or a copy with twice the room, so that `length` entries fit."""
    if length <= len(array):
        return array
    larger = np.empty(max(2 * len(array), length), array.dtype)
    larger[: len(array)] = array
    return larger


@kernel
def coaction_rows(
    first: int, last: int, slots: Slots, reach: NDArray[np.int32], window: int, min_shared: int, scratch: Scratch
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Count the pairs (i, j), i < j, of rows `first` to `last` that share at least `min_shared` targets.

    Returns three int32 arrays: account, other, shared, ordered by account and other.
    Cost: twice the co-actions of the rows, for each is seen from both sides.
    """
    plain, windows = len(slots.act) == 0, np.array([window])
    account, other, shared = np.empty(64, np.int32), np.empty(64, np.int32), np.empty(64, np.int32)
    n = 0
    for row in range(first, last):
        if plain:
            met = _count_plain(row, slots, reach, min_shared, scratch)
        else:
            met = count_row(row, slots, reach, windows, min_shared, scratch)
        begun, room = n, n + len(met)
        account, other, shared = grown(account, room), grown(other, room), grown(shared, room)
        for j in met:
            if j > row:  # the other end of the pair tells the rest
                other[n] = j
                n += 1
        other[begun:n].sort()
        for k in range(begun, n):
            account[k], shared[k] = row, scratch.counter[other[k], 0]
        if plain:
            _clear_plain(row, slots, reach, scratch)
        else:
            clear_row(met, scratch)
    return account[:n], other[:n], shared[:n]
