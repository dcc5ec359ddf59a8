"""The pairs of one window: counted in one walk, for there is nothing to judge and no narrower window to tell apart."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from clickgraph.kernels._jit import Int, inlined, kernel
from clickgraph.kernels.coaction import clear_row, count_row
from clickgraph.kernels.mains import stretch_of
from clickgraph.kernels.scratch import Scratch
from clickgraph.kernels.slots import Slots

NARROW = 1 << 12  # events of an account: up to so many, 16 bits do for many rows before they are cleared
Pairs = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]


class Tally(NamedTuple):
    """What a thread counts one row after another in, where every event is an act of its own.

    Nothing is cleared between rows: each counts on from a base that none before it reached, and less is nothing.

    Attributes
    ----------
    times : ndarray of uint16 or uint32, shape (A,)
        The base of the last row that met each account, and how often it did.
    mark_of : ndarray of int32, shape (A,)
        The mark of the last target on which each account was met that comes there repeatedly.
    met : ndarray of int32, shape (A + 1,)
        The accounts that the row met often enough.
    base, mark : ndarray of int64, shape (1,)
        The base of the next row; the last mark that a target of a row was given.
    """

    times: NDArray[Any]
    mark_of: NDArray[np.int32]
    met: NDArray[np.int32]
    base: NDArray[np.int64]
    mark: NDArray[np.int64]


def new_tally(slots: Slots) -> Tally:
    """Return a fresh :class:`Tally` for a log; what counts is as narrow as its busiest account allows."""
    n_accounts = len(slots.account_indptr) - 1
    busiest = int(np.diff(slots.account_indptr).max(initial=0))
    return Tally(
        np.zeros(n_accounts, np.uint16 if busiest <= NARROW else np.uint32), np.full(n_accounts, -1, np.int32),
        np.empty(n_accounts + 1, np.int32), np.zeros(1, np.int64), np.zeros(1, np.int64),
    )  # fmt: skip


@inlined
def _next_base(n_slots: Int, tally: Tally) -> np.uint32:
    """Return the base of a row with so many slots; that of the next lies beyond all that this one can reach."""
    if tally.base[0] + n_slots >= 1 << (8 * tally.times.itemsize):
        tally.times[:] = 0
        tally.base[0] = 0
    tally.base[0] += n_slots
    return np.uint32(tally.base[0] - n_slots)


@inlined
def _meet(row: Int, slots: Slots, reach: NDArray[np.int32], base: np.uint32, enough: np.uint32, tally: Tally) -> int:
    """Count the targets that a row shares with each account in ``tally.times``; return how many are in ``tally.met``.

    Who shares `enough` less the base is there. Only who comes twice on a target is looked up, to be counted once.
    Cost: the row's co-actions, once.
    """
    account, is_repeated, times, mark_of, met = slots.account, slots.is_repeated, tally.times, tally.mark_of, tally.met
    end, previous, mark, n = 0, -1, tally.mark[0], np.uint64(0)
    for k in range(slots.account_indptr[row], slots.account_indptr[row + 1]):
        slot = slots.account_slots[k]
        mark += slots.target[slot] != previous
        previous = slots.target[slot]
        begin, end = stretch_of(slot, end, reach)
        for near in range(np.uint64(begin), np.uint64(end)):  # unsigned: no place can be less than zero
            other = np.uint32(account[near])
            if is_repeated[near]:
                if mark_of[other] == mark:
                    continue
                mark_of[other] = mark
            now = np.uint32(max(np.uint32(times[other]), base) + np.uint32(1))
            times[other] = now
            met[n] = other
            n += np.uint64(now == enough)
    tally.mark[0] = mark
    return int(n)


@kernel
def coaction_rows(
    first: int, last: int, slots: Slots, reach: NDArray[np.int32], min_shared: int, tally: Tally
) -> Pairs:
    """Count the pairs of rows `first` to `last` with accounts before them that share at least `min_shared` targets.

    Returns three int32 arrays: account, other, shared; `other` is the row, ascending, and `account` less than it.
    Cost: twice the co-actions of the rows, for each is seen from both sides.
    """
    account, other, shared, n = np.empty(64, np.int32), np.empty(64, np.int32), np.empty(64, np.int32), 0
    for row in range(first, last):
        n_slots = slots.account_indptr[row + 1] - slots.account_indptr[row]
        if n_slots < min_shared:
            continue
        base = _next_base(n_slots, tally)
        n_met = _meet(row, slots, reach, base, base + np.uint32(min_shared), tally)
        if n + n_met > len(account):
            account, other, shared = grown(account, n + n_met), grown(other, n + n_met), grown(shared, n + n_met)
        for k in range(n_met):
            j = tally.met[k]
            if j < row:  # the other end of the pair tells the rest
                account[n], other[n], shared[n] = j, row, tally.times[j] - base
                n += 1
    return account[:n], other[:n], shared[:n]


@kernel
def act_rows(
    first: int, last: int, slots: Slots, reach: NDArray[np.int32], window: int, min_shared: int, scratch: Scratch
) -> Pairs:
    """Do what :func:`coaction_rows` does for a log in which an act may touch several targets, and counts once.

    Cost: the co-actions of the rows, six times.
    """
    windows = np.array([window])
    account, other, shared, n = np.empty(64, np.int32), np.empty(64, np.int32), np.empty(64, np.int32), 0
    for row in range(first, last):
        met = count_row(row, slots, reach, windows, min_shared, scratch)
        room = n + len(met)
        account, other, shared = grown(account, room), grown(other, room), grown(shared, room)
        for j in met:
            if j < row:
                account[n], other[n], shared[n] = j, row, scratch.counter[j, 0]
                n += 1
        clear_row(met, scratch)
    return account[:n], other[:n], shared[:n]


@kernel
def place_pairs(first: int, last: int, pairs: Pairs, indptr: NDArray[np.int64], placed: NDArray[np.int32]) -> None:
    """Write (other, shared) of the pairs of accounts `first` to `last` to ``placed[indptr[account]:]``, in their order.

    Cost: a pass over all pairs.
    """
    account, other, shared = pairs
    free = indptr[first:last].copy()
    for k in range(len(account)):
        if first <= account[k] < last:
            place = free[account[k] - first]
            placed[place, 0], placed[place, 1] = other[k], shared[k]
            free[account[k] - first] += 1


@inlined
def grown(array: NDArray[Any], length: int) -> NDArray[Any]:
    """Return `array`, or a copy with twice the room, so that `length` entries fit."""
    if length <= len(array):
        return array
    larger = np.empty(max(2 * len(array), length), array.dtype)
    larger[: len(array)] = array
    return larger
