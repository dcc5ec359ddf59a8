"""Candidates: the accounts that one account met often enough to be worth counting, by one byte each.

A pair needs `enough` shared targets, and most pairs that ever met share one. So a first walk over a row's slots
counts in a single byte per account, which stays in the caches of the processor. The longest stretch of slots is
walked last and only counts accounts that lack one meeting or none: the others cannot reach `enough` (at two, whoever
comes there only). A repeated slot may make a candidate of an account that is none; the
count itself, which only looks at candidates, tells.

A byte for each of ten million accounts does not stay there. Then a row first counts accounts that agree in their last
bits together: whoever was met often enough is among those whose sum is, and only these are looked at one by one.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from clickgraph.kernels._jit import inlined, kernel
from clickgraph.kernels.slots import Slots

MANY_ACCOUNTS = 1 << 21  # from so many on they are counted together first
LEAST_FOLDED, MOST_FOLDED = 1 << 10, 1 << 20  # bytes


class Scratch(NamedTuple):
    """What a thread needs to count one row after another over A accounts and W windows.

    Attributes
    ----------
    counter : ndarray of uint16 or int32, shape (A, W)
        Targets by the narrowest window in which the row met each candidate. An account's counters lie together,
        for they are touched together.
    seen : ndarray of uint8 or int32, shape (A,)
        How often the row met each account, up to 255 or what the type holds.
    near : ndarray of uint8 or int32, shape (A,)
        How often within a near window, for candidates.
    folded : ndarray of uint8, shape (2 ** k,) or (0,)
        How often the row met the accounts with the same last bits; empty where each is counted by itself at once.
    most : ndarray of int64, shape (1,)
        What `seen` and `near` count up to: that many meetings, or more.
    met : ndarray of int32, shape (A,)
        The candidates of the row.
    expected : ndarray of float64, shape (W,)
        What is expected of a pair in each window.
    hits : ndarray of int64, shape (1024,)
        Some slots of candidates, few enough to stay at hand.
    mark_of, window_of : ndarray of int32, shape (A,)
        The mark and the window of the last meeting with each account; what counts once has its own mark.
    mark : ndarray of int32, shape (1,)
        The last mark given out.
    patience : ndarray of int64, shape (2,)
        Rows that do not ask their first classes (:mod:`clickgraph.kernels.crowds`) from here on, and how many in
        succession have asked in vain.
    ours, theirs : ndarray of int32, shape (A, W) or (0, W)
        Distinct acts of the row, and of the other, that met; empty where acts are single events.
    mark_of_act, window_of_act : ndarray of int32, shape (n_acts,) or (0,)
        The same as for accounts, for the others' acts.
    """

    counter: NDArray[Any]
    seen: NDArray[Any]
    near: NDArray[Any]
    folded: NDArray[np.uint8]
    most: NDArray[np.int64]
    met: NDArray[np.int32]
    expected: NDArray[np.float64]
    hits: NDArray[np.int64]
    mark_of: NDArray[np.int32]
    window_of: NDArray[np.int32]
    mark: NDArray[np.int32]
    patience: NDArray[np.int64]
    ours: NDArray[np.int32]
    theirs: NDArray[np.int32]
    mark_of_act: NDArray[np.int32]
    window_of_act: NDArray[np.int32]


def new_scratch(
    slots: Slots, n_windows: int, *, enough: int, many: int = MANY_ACCOUNTS, most_folded: int = MOST_FOLDED
) -> Scratch:
    """Return a fresh :class:`Scratch` for a log; counters are as narrow as its busiest account allows.

    From `many` accounts on they are counted together first, in at most `most_folded` bytes, a power of two.
    """
    n_accounts = len(slots.account_indptr) - 1
    n_acts = int(slots.act.max(initial=-1)) + 1
    busiest = int(np.diff(slots.account_indptr).max(initial=0))
    dtype = np.uint16 if busiest < 1 << 16 else np.int32
    seen = np.uint8 if enough < 1 << 8 else np.int32
    acts = (n_accounts if n_acts else 0, n_windows)
    n_folded = most_folded if n_accounts >= many and seen is np.uint8 else 0
    return Scratch(
        counter=np.zeros((n_accounts, n_windows), dtype),
        seen=np.zeros(n_accounts, seen), near=np.zeros(n_accounts, seen),
        folded=np.zeros(n_folded, np.uint8), most=np.array([np.iinfo(seen).max]),
        met=np.empty(n_accounts, np.int32), expected=np.empty(n_windows), hits=np.empty(1024, np.int64),
        mark_of=np.full(n_accounts, -1, np.int32), window_of=np.zeros(n_accounts, np.int32),
        mark=np.zeros(1, np.int32), patience=np.zeros(2, np.int64),
        ours=np.zeros(acts, np.int32), theirs=np.zeros(acts, np.int32),
        mark_of_act=np.full(n_acts, -1, np.int32), window_of_act=np.zeros(n_acts, np.int32),
    )  # fmt: skip


@inlined
def meet(first: int, end: int, least: int, enough: int, account: NDArray[np.int32], scratch: Scratch, n: int) -> int:
    """Count the accounts of slots `first` to `end` that were met `least` times before; return the length of `met`."""
    seen, met, most = scratch.seen, scratch.met, scratch.most[0]
    for near in range(first, end):
        other = account[near]
        times = int(seen[other]) + 1
        if least < times <= most:
            seen[other] = times
            if times == enough:
                met[n] = other
                n += 1
    return n


@inlined
def stretch_of(slot: int, done: int, reach: NDArray[np.int32]) -> tuple[int, int]:
    """Return the stretch of slots from `done` on that a slot reaches: the first of them, and their end.

    What one account's slots reach on a target overlaps; where each begins at the end of the one before, nothing is
    walked twice.
    """
    return max(done, slot - reach[slot, 0]), slot + reach[slot, 1] + 1


@kernel
def _longest_reach(row: int, slots: Slots, reach: NDArray[np.int32]) -> int:
    """Return the slot of the row that reaches most others, the first of equal ones; -1 if it has none."""
    longest, most = -1, -1
    for k in range(slots.account_indptr[row], slots.account_indptr[row + 1]):
        slot = slots.account_slots[k]
        if reach[slot, 0] + reach[slot, 1] > most:
            longest, most = slot, reach[slot, 0] + reach[slot, 1]
    return longest


@kernel
def count_visits(row: int, slots: Slots, reach: NDArray[np.int32]) -> int:
    """Return how many slots a row's reach, each counted once. Cost: the row's slots."""
    n_visits, end = 0, 0
    for k in range(slots.account_indptr[row], slots.account_indptr[row + 1]):
        first, end = stretch_of(slots.account_slots[k], end, reach)
        n_visits += end - first
    return n_visits


@inlined
def _fold_stretch(first: int, end: int, least: int, account: NDArray[np.int32], folded: NDArray[np.uint8]) -> None:
    """Count slots `first` to `end` by the last bits of their accounts, where these were met `least` times before."""
    mask = len(folded) - 1
    for near in range(first, end):
        place = account[near] & mask
        times = folded[place]
        folded[place] = times + (least <= times < 255)


@kernel
def _fold(row: int, slots: Slots, reach: NDArray[np.int32], enough: int, folded: NDArray[np.uint8]) -> None:
    """Count whom a row met by the last bits of their numbers, the longest stretch last."""
    end, last = 0, _longest_reach(row, slots, reach)
    for k in range(slots.account_indptr[row], slots.account_indptr[row + 1]):
        if slots.account_slots[k] != last:
            first, end = stretch_of(slots.account_slots[k], end, reach)
            _fold_stretch(first, end, 0, slots.account, folded)
    if last >= 0:
        first, end = stretch_of(last, 0, reach)
        _fold_stretch(first, end, enough - 1, slots.account, folded)


@kernel
def _find_folded(row: int, slots: Slots, reach: NDArray[np.int32], enough: int, scratch: Scratch) -> NDArray[np.int32]:
    """Return what :func:`find_candidates` does, where only those are counted whose last bits were met `enough`.

    ``scratch.seen`` is zero for whoever is no candidate. A slot is counted once, however many of the row's reach it.
    """
    account, seen, met, hits = slots.account, scratch.seen, scratch.met, scratch.hits
    n_folded, n_visits = min(LEAST_FOLDED, len(scratch.folded)), count_visits(row, slots, reach)
    while n_folded < min(len(scratch.folded), 4 * n_visits):
        n_folded *= 2
    folded = scratch.folded[:n_folded]
    _fold(row, slots, reach, enough, folded)
    n, end, mask = 0, 0, len(folded) - 1
    for k in range(slots.account_indptr[row], slots.account_indptr[row + 1]):
        begin, end = stretch_of(slots.account_slots[k], end, reach)
        for first in range(begin, end, len(hits)):
            n_hits = 0
            for near in range(first, min(end, first + len(hits))):
                hits[n_hits] = account[near]
                n_hits += folded[account[near] & mask] >= enough
            for other in hits[:n_hits]:
                if seen[other] == 0:
                    met[n] = other
                    n += 1
                seen[other] += seen[other] < scratch.most[0]
    folded[:] = 0
    seen[row] = 0
    met = _keep_candidates(met[:n], enough, seen)
    seen[row] = scratch.most[0]  # nobody meets himself
    return met


@kernel
def _keep_candidates(met: NDArray[np.int32], enough: int, seen: NDArray[Any]) -> NDArray[np.int32]:
    """Return those of `met` who were met `enough`, at its front; the others are forgotten."""
    n = 0
    for other in met:
        if seen[other] >= enough:
            met[n] = other
            n += 1
        else:
            seen[other] = 0
    return met[:n]


@kernel
def find_candidates(
    row: int, slots: Slots, reach: NDArray[np.int32], enough: int, scratch: Scratch
) -> NDArray[np.int32]:
    """Return the accounts that may share `enough` targets with the row, in a view of ``scratch.met``.

    ``scratch.seen`` is at least `enough` for these and less for all others, until :func:`forget_candidates`; it is
    never less than the targets that they share.
    Cost: the row's co-actions, a byte each.
    """
    if len(scratch.folded) > 0:
        return _find_folded(row, slots, reach, enough, scratch)
    account = slots.account
    scratch.seen[row] = scratch.most[0]  # nobody meets himself
    n, end, last = 0, 0, _longest_reach(row, slots, reach)
    for k in range(slots.account_indptr[row], slots.account_indptr[row + 1]):
        if slots.account_slots[k] != last:
            first, end = stretch_of(slots.account_slots[k], end, reach)
            n = meet(first, end, 0, enough, account, scratch, n)
    if last >= 0:
        first, end = stretch_of(last, 0, reach)
        n = meet(first, end, enough - 1, enough, account, scratch, n)
    return scratch.met[:n]


@kernel
def forget_candidates(
    row: int, slots: Slots, reach: NDArray[np.int32], met: NDArray[np.int32], scratch: Scratch
) -> None:
    """Set ``scratch.seen`` back to zero after :func:`find_candidates`."""
    if len(scratch.folded) == 0:
        forget_everyone(row, slots, reach, met, scratch)
        return
    scratch.seen[row] = 0
    for other in met:
        scratch.seen[other] = 0


@kernel
def forget_everyone(row: int, slots: Slots, reach: NDArray[np.int32], met: NDArray[np.int32], scratch: Scratch) -> None:
    """Set ``scratch.seen`` back to zero for whomever the row met, by the shorter of two ways."""
    scratch.seen[row] = 0
    if 64 * count_visits(row, slots, reach) > len(scratch.seen):  # bytes in a stretch are cleared many at a time
        scratch.seen[:] = 0
        return
    for other in met:
        scratch.seen[other] = 0
    end = 0
    for k in range(slots.account_indptr[row], slots.account_indptr[row + 1]):
        first, end = stretch_of(slots.account_slots[k], end, reach)
        for near in range(first, end):
            scratch.seen[slots.account[near]] = 0
