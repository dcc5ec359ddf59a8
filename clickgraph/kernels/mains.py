"""Main targets: where a row meets most others, looked at from the other side.

Whoever shares two targets with a row shares one besides its main one. So the main target, on which a row of a log with
viral contents meets more than on all others, is not walked: its accounts are marked once for all rows whose main
target it is, and whoever is met elsewhere is looked up. That is the prefix filter of similarity joins, for two.

References
----------
Chaudhuri, Ganti, Kaushik: A primitive operator for similarity joins in data cleaning. ICDE 2006,
DOI 10.1109/ICDE.2006.9.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from clickgraph.kernels._jit import Int, inlined, kernel, map_ranges, ranges_by_cost
from clickgraph.kernels.positions import positions_by_code
from clickgraph.kernels.slots import Slots

NONE = -1  # no target is the main one: all are walked
SEVERAL = -1  # the account has several slots on the marked target


class Agenda(NamedTuple):
    """The rows in an order in which those of one main target come after each other.

    Attributes
    ----------
    rows : ndarray of int32, shape (A,)
        The accounts.
    main : ndarray of int32, shape (A,)
        The main target of each account, by code; ``NONE`` where it meets nobody or none is asked for.
    cost : ndarray of int64, shape (A,)
        What each of `rows` costs, in co-actions.
    """

    rows: NDArray[np.int32]
    main: NDArray[np.int32]
    cost: NDArray[np.int64]


class Marks(NamedTuple):
    """Who is on one target.

    Attributes
    ----------
    target : ndarray of int64, shape (1,)
        The target.
    is_on : ndarray of uint64, shape (A // 64 + 1,)
        A bit for each account.
    slot : ndarray of int32 or int64, shape (A,)
        The slot of each account that is on the target.
    """

    target: NDArray[np.int64]
    is_on: NDArray[np.uint64]
    slot: NDArray[np.signedinteger]


def new_marks(slots: Slots) -> Marks:
    """Return marks of nobody."""
    n = len(slots.account_indptr) - 1
    return Marks(np.full(1, NONE), np.zeros(n // 64 + 1, np.uint64), np.empty(n, slots.account_slots.dtype))


def plan_rows(slots: Slots, reach: NDArray[np.int32], enough: int, *, n_threads: int | None = None) -> Agenda:
    """Return the order in which rows are judged that must share `enough` targets; for one, no target is the main one.

    Cost: a pass over the slots of the accounts.
    """
    n_accounts = len(slots.account_indptr) - 1
    main, cost = np.full(n_accounts, NONE, np.int32), np.zeros(n_accounts, np.int64)
    map_ranges(
        lambda first, last: _find_mains(first, last, slots, reach, enough > 1, main, cost),
        ranges_by_cost(np.diff(slots.account_indptr)), n_threads=n_threads,
    )  # fmt: skip
    _, rows = positions_by_code(main + np.int32(1), len(slots.target_indptr), n_threads=n_threads)
    return Agenda(rows.astype(np.int32, copy=False), main, cost[rows])


@kernel
def _find_mains(
    first_row: int,
    last_row: int,
    slots: Slots,
    reach: NDArray[np.int32],
    has_main: bool,
    main: NDArray[np.int32],
    cost: NDArray[np.int64],
) -> None:
    """Fill in the target on which each of some rows reaches most slots, the first of equals, and what the row costs."""
    for row in range(first_row, last_row):
        on_target, most, end, previous = 0, 0, 0, -1
        for k in range(slots.account_indptr[row], slots.account_indptr[row + 1]):
            slot = slots.account_slots[k]
            first, end = stretch_of(slot, end, reach)
            target = slots.target[slot]
            on_target = on_target + end - first if target == previous else end - first
            previous = target
            cost[row] += 8 + end - first  # to come to a slot is worth some
            if has_main and on_target > most:
                main[row], most = target, on_target
        cost[row] -= most


@inlined
def stretch_of(slot: int, done: int, reach: NDArray[np.int32]) -> tuple[int, int]:
    """Return the stretch of slots from `done` on that a slot reaches: the first of them, and their end.

    What one account's slots reach on a target overlaps; where each begins at the end of the one before, nothing is
    walked twice.
    """
    return max(done, slot - reach[slot, 0]), slot + reach[slot, 1] + 1


@kernel
def mark(target: Int, slots: Slots, marks: Marks) -> None:
    """Mark the accounts on a target, and no others. Cost: its slots, and those of the target before."""
    before = marks.target[0]
    if target == before:
        return
    if before != NONE:
        for slot in range(slots.target_indptr[before], slots.target_indptr[before + 1]):
            marks.is_on[slots.account[slot] >> 6] = np.uint64(0)
    if target != NONE:
        for slot in range(slots.target_indptr[target], slots.target_indptr[target + 1]):
            account = slots.account[slot]
            marks.is_on[account >> 6] |= np.uint64(1) << np.uint64(account & 63)
            marks.slot[account] = SEVERAL if slots.is_repeated[slot] else slot
    marks.target[0] = target


@inlined
def is_marked(account: Int, is_on: NDArray[np.uint64]) -> np.int32:
    """Return 1 for an account on the marked target, and 0 for others."""
    number = np.uint32(account)  # no place can be less than zero
    return np.int32((is_on[number >> np.uint32(6)] >> np.uint64(number & np.uint32(63))) & np.uint64(1))


class OnMain(NamedTuple):
    """What a row reaches on its main target.

    Attributes
    ----------
    first, end : int
        The slots that it reaches there; none if it is not there.
    near_first, near_end : int
        Those that may be near.
    """

    first: int
    end: int
    near_first: int
    near_end: int


@kernel
def find_on_main(row: Int, main: Int, slots: Slots, reach: NDArray[np.int32], width: Int) -> OnMain:
    """Return what a row reaches on its main target, from its first slot there to its last. Cost: the row's slots."""
    first, end, near_first, near_end = len(slots.time), 0, len(slots.time), 0
    for place in range(slots.account_indptr[row], slots.account_indptr[row + 1]):
        slot = slots.account_slots[place]
        if slots.target[slot] == main:
            near = near_stretch(slot, width, slots.time, reach)
            first, end = min(first, slot - reach[slot, 0]), slot + reach[slot, 1] + 1
            near_first, near_end = min(near_first, near[0]), near[1]
    return OnMain(first, end, near_first, near_end)


@kernel
def near_stretch(slot: int, width: Int, time: NDArray[np.int64], reach: NDArray[np.int32]) -> tuple[int, int]:
    """Return the first slot within `width` of one that reaches it, and the end of these. Cost: a logarithm of them."""
    n_before = _count_within(slot, -1, reach[slot, 0], width, time)
    return slot - n_before, slot + 1 + _count_within(slot, 1, reach[slot, 1], width, time)


@inlined
def _count_within(slot: int, step: int, most: Int, width: Int, time: NDArray[np.int64]) -> int:
    """Return how many slots on one side of a slot, at most `most`, lie within `width`: strides that double, then halve.

    `step` is -1 for those before it and 1 for those after it.
    """
    n, stride = 0, 1
    while n + stride <= most and abs(time[slot + step * (n + stride)] - time[slot]) <= width:
        n += stride
        stride *= 2
    while stride > 0:
        if n + stride <= most and abs(time[slot + step * (n + stride)] - time[slot]) <= width:
            n += stride
        stride //= 2
    return n


@inlined
def meet_on_main(slot: Int, on_main: OnMain) -> tuple[int, int]:
    """Say whether a row may reach a marked account's slot, and whether it may be near: 0 or 1 each."""
    is_met = slot == SEVERAL or on_main.first <= slot < on_main.end
    is_near = slot == SEVERAL or on_main.near_first <= slot < on_main.near_end
    return int(is_met), int(is_near)
