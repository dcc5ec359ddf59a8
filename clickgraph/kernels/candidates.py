"""Candidates: the accounts that one account met often enough to be worth counting.

A pair needs `enough` shared targets, and most pairs that ever met share one. So a first walk over a row's slots counts
the accounts that agree in their last bits together, in bytes that stay in the caches of the processor: whoever was met
often enough is among those whose sum is, and only these are looked at one by one in a second walk. The row's main
target is walked by neither (:mod:`clickgraph.kernels.mains`). A repeated slot may make a candidate of an account that
is none; the count itself, which only looks at candidates, tells.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from clickgraph.kernels._jit import Int, inlined, kernel
from clickgraph.kernels.mains import (
    NONE,
    OnMain,
    find_on_main,
    is_marked,
    mark,
    meet_on_main,
    near_stretch,
    stretch_of,
)
from clickgraph.kernels.scratch import Scratch
from clickgraph.kernels.slots import Slots

LEAST_FOLDED = 1 << 10  # bytes
FOLDED_PER_VISIT = 8  # bytes: of nine accounts met once, one shares its byte with another
ACCOUNTS_PER_VISIT = 1  # that can be looked at in the time in which a slot is walked once more
NOTHING = -1  # a window in which nothing is near
PER_LINE = 16  # accounts that are read together
MOST_TIMES = 255  # what such a byte counts up to


class Sought(NamedTuple):
    """Whom a row looks for.

    Attributes
    ----------
    main : int
        The row's main target if `enough` is more than one, or ``NONE``.
    enough : int
        The fewest targets that they share.
    busier : tuple of int
        Accounts with smaller numbers than the first of these have to share one more, unless two meetings were near;
        than the second, two more; than the third, three more.
    near : int
        How wide the near window is; less than nothing where there is none.
    """

    main: int
    enough: int
    busier: tuple[int, int, int]
    near: int


@inlined
def anyone(enough: Int) -> Sought:
    """Look for everyone who shares `enough` targets."""
    return Sought(NONE, int(enough), (0, 0, 0), NOTHING)


@kernel
def count_visits(row: Int, slots: Slots, reach: NDArray[np.int32], main: Int) -> int:
    """Return how many slots a row reaches beside its main target, each counted once. Cost: the row's slots."""
    n_visits, end = 0, 0
    for k in range(slots.account_indptr[row], slots.account_indptr[row + 1]):
        slot = slots.account_slots[k]
        first, end = stretch_of(slot, end, reach)
        if slots.target[slot] != main:
            n_visits += end - first
    return n_visits


@kernel
def find_candidates(
    row: Int, sought: Sought, slots: Slots, reach: NDArray[np.int32], scratch: Scratch
) -> NDArray[np.int32]:
    """Return the accounts that may be among those that a row looks for, in a view of ``scratch.met``.

    For these ``scratch.seen`` is at least ``sought.enough``, and ``scratch.near`` counts the near meetings, until
    :func:`forget_candidates`; neither is less than the targets that they share, but `seen` where that is fewer than
    they have to. For all others both are zero.
    Cost: the row's co-actions beside its main target, twice.
    """
    mark(sought.main, slots, scratch.marks)
    n_visits = _look_ahead(row, sought.main, slots, reach, scratch)
    on_main, cuts = find_on_main(row, sought.main, slots, reach, sought.near), _cut_stretches(row, sought, slots, reach)
    folded = scratch.folded[: _n_folded(n_visits, scratch)]
    _fold(cuts, slots.account, folded)
    if _meets_most(n_visits, scratch):
        n = _take_all(cuts, sought.enough, slots.account, folded, scratch)
    else:
        n = _meet_all(cuts, sought, slots.account, folded, scratch)
    folded[:] = 0
    scratch.seen[row] = 0  # nobody meets himself
    return _keep_candidates(scratch.met[:n], on_main, sought.enough, scratch)


@kernel
def _look_ahead(row: Int, main: Int, slots: Slots, reach: NDArray[np.int32], scratch: Scratch) -> int:
    """Return how many slots a row walks, and bring them near: far reads, of many places at once."""
    n_visits, end, account, total = 0, 0, slots.account, 0
    for k in range(slots.account_indptr[row], slots.account_indptr[row + 1]):
        slot = slots.account_slots[k]
        first, end = stretch_of(slot, end, reach)
        if slots.target[slot] != main:
            n_visits += end - first
            total += slots.time[slot]
            for near in range(first, end, PER_LINE):
                total += account[near]
    scratch.hits[0] = total  # or nothing would be read
    return n_visits


@inlined
def _meets_most(n_visits: int, scratch: Scratch) -> bool:
    """Say whether to look at all accounts takes less than a second walk; each needs a byte of its own."""
    n_accounts = len(scratch.seen)
    has_own = len(scratch.folded) >= n_accounts and scratch.most[0] == MOST_TIMES
    return bool(has_own and ACCOUNTS_PER_VISIT * n_visits >= n_accounts)


@inlined
def _n_folded(n_visits: int, scratch: Scratch) -> int:
    """Return in how many bytes a row counts whom it meets."""
    if _meets_most(n_visits, scratch):
        return len(scratch.folded)
    n_folded = min(LEAST_FOLDED, len(scratch.folded))
    while n_folded < min(len(scratch.folded), FOLDED_PER_VISIT * n_visits):
        n_folded *= 2
    return n_folded


@kernel
def _cut_stretches(row: Int, sought: Sought, slots: Slots, reach: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return the bounds of what a row walks: int64 (n, 4); of each stretch, the near slots are from second to third."""
    begin, stop, n, done = slots.account_indptr[row], slots.account_indptr[row + 1], 0, 0
    cuts = np.empty((stop - begin, 4), np.int64)
    for place in range(begin, stop):
        slot = slots.account_slots[place]
        if slots.target[slot] == sought.main:
            continue
        first, end = stretch_of(slot, done, reach)
        near_first, near_end = near_stretch(slot, sought.near, slots.time, reach)
        if near_end - near_first == 1:  # nobody but itself
            near_first = near_end = first
        if last_on_target(place, min(place + 2, stop), slots) > place:
            end = min(end, near_stretch(slots.account_slots[place + 1], sought.near, slots.time, reach)[0])
        near_first = max(first, near_first)
        near_end = max(near_first, near_end)
        done = max(near_end, end)
        cuts[n, 0], cuts[n, 1], cuts[n, 2], cuts[n, 3] = first, near_first, near_end, done
        n += 1
    return cuts[:n]


@kernel
def _fold(cuts: NDArray[np.int64], account: NDArray[np.int32], folded: NDArray[np.uint8]) -> None:
    """Count whom a row meets beside its main target by the last bits of their numbers."""
    mask = np.uint32(len(folded) - 1)
    for k in range(len(cuts)):
        for other in account[cuts[k, 0] : cuts[k, 3]]:
            place = np.uint32(other) & mask  # unsigned: no place can be less than zero
            times = folded[place]
            folded[place] = times + (times < MOST_TIMES)


@kernel
def _take_all(
    cuts: NDArray[np.int64], enough: Int, account: NDArray[np.int32], folded: NDArray[np.uint8], scratch: Scratch
) -> int:
    """Do what :func:`_meet_all` does, where each account has a byte of its own and most were met.

    Cost: a look at each account, and the near slots.
    """
    seen, near, met, is_on, n = scratch.seen, scratch.near, scratch.met, scratch.marks.is_on, 0
    for other in range(len(seen)):
        if folded[other] + is_marked(other, is_on) >= enough:
            seen[other] = folded[other]
            met[n] = other
            n += 1
    for k in range(len(cuts)):
        for other in account[cuts[k, 1] : cuts[k, 2]]:
            near[other] += (seen[other] > 0) & (near[other] < MOST_TIMES)
    return n


@kernel
def _meet_all(
    cuts: NDArray[np.int64], sought: Sought, account: NDArray[np.int32], folded: NDArray[np.uint8], scratch: Scratch
) -> int:
    """Count in `seen` and `near` those whose last bits were met often enough; return how many are in ``met``.

    No branch depends on who it is.
    """
    seen, near, met, hits = scratch.seen, scratch.near, scratch.met, scratch.hits
    is_on, most, n = scratch.marks.is_on, scratch.most[0], 0
    for k in range(len(cuts)):
        for part in range(3):
            is_near, stop = part == 1, cuts[k, part + 1]
            for first in range(cuts[k, part], stop, len(hits)):
                end = min(stop, first + len(hits))
                n_hits = _write_likely(np.uint64(first), np.uint64(end), is_near, sought, account, folded, is_on, hits)
                for h in range(n_hits):
                    other = hits[h]
                    times = seen[other]
                    met[n] = other
                    n += times == 0
                    seen[other] = times + (times < most)
                    near[other] += is_near & (near[other] < most)
    return n


@inlined
def _write_likely(
    begin: np.uint64,
    end: np.uint64,
    is_near: bool,
    sought: Sought,
    account: NDArray[np.int32],
    folded: NDArray[np.uint8],
    is_on: NDArray[np.uint64],
    hits: NDArray[np.int64],
) -> int:
    """Write the accounts of slots `begin` to `end` to `hits` that may be candidates; return how many they are.

    No branch depends on what is found, so the processor has nothing to guess; and no place can be less than zero.
    """
    least, mask, n = np.int32(min(sought.enough, MOST_TIMES)), np.uint32(len(folded) - 1), np.uint64(0)
    busier = (0, 0, 0) if is_near else sought.busier
    first, second, third = np.int32(busier[0]), np.int32(busier[1]), np.int32(busier[2])
    for slot in range(begin, end):
        other = account[slot]
        times = np.int32(folded[np.uint32(other) & mask]) + is_marked(other, is_on)
        hits[n] = other
        n += np.uint64(times >= least + np.int32(other < first) + np.int32(other < second) + np.int32(other < third))
    return int(n)


@inlined
def last_on_target(place: int, end: int, slots: Slots) -> int:
    """Return the last of an account's places, from `place` up to `end`, whose slot is on the same target."""
    ours = slots.account_slots
    last = place
    if slots.is_repeated[ours[place]]:
        while last + 1 < end and slots.target[ours[last + 1]] == slots.target[ours[place]]:
            last += 1
    return last


@kernel
def _keep_candidates(met: NDArray[np.int32], on_main: OnMain, enough: Int, scratch: Scratch) -> NDArray[np.int32]:
    """Add the main target; return those of `met` who were met `enough`, at its front, and forget the others."""
    seen, near, marks, most, n = scratch.seen, scratch.near, scratch.marks, scratch.most[0], 0
    for other in met:
        if is_marked(other, marks.is_on):
            is_met, is_near = meet_on_main(marks.slot[other], on_main)
            seen[other] += is_met & (seen[other] < most)
            near[other] += is_near & (near[other] < most)
        if seen[other] >= enough:
            met[n] = other
            n += 1
        else:
            seen[other] = near[other] = 0
    return met[:n]


@kernel
def forget_candidates(met: NDArray[np.int32], scratch: Scratch) -> None:
    """Set what :func:`find_candidates` counted back to zero."""
    for other in met:
        scratch.seen[other] = scratch.near[other] = 0
