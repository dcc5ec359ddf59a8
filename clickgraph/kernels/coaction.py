"""Who acted with whom: walk one account's slots, look both ways up to the window, count per other account.

No list of co-actions is written: a row's counters are judged and cleared, so memory is one counter per
account and window. A target counts once per pair, however often the two met on it, in the narrowest window
in which they did; one act counts once, however many targets it touches. Only accounts that a first walk met
often enough are counted (:mod:`clickgraph.kernels.candidates`).
"""

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from clickgraph.kernels._jit import inlined, kernel
from clickgraph.kernels.candidates import (
    anyone,
    count_visits,
    find_candidates,
    forget_candidates,
    last_on_target,
)
from clickgraph.kernels.mains import NONE, stretch_of
from clickgraph.kernels.pairwise import count_pair
from clickgraph.kernels.scratch import Scratch
from clickgraph.kernels.slots import Slots

PAIR_COST = 64  # what it costs to come to another account's slots, in co-actions


class Others(Protocol):
    """Slots that a row meets, those of a target ascending in time: all, or those of some accounts."""

    @property
    def account(self) -> NDArray[np.int32]:
        """Who took each."""

    @property
    def time(self) -> NDArray[np.int64]:
        """When."""

    @property
    def is_repeated(self) -> NDArray[np.bool_]:
        """Whether the account took another slot of the target too."""


@inlined
def _count_once(
    key: int,
    other: int,
    w: int,
    mark: int,
    mark_of: NDArray[Any],
    window_of: NDArray[np.int32],
    acts: NDArray[Any],
) -> None:
    """Count `key` once per mark, in its narrowest window, in ``acts[other]``."""
    if mark_of[key] != mark:
        mark_of[key] = mark
        window_of[key] = w
        acts[other, w] += 1
    elif w < window_of[key]:
        acts[other, window_of[key]] -= 1
        acts[other, w] += 1
        window_of[key] = w


@inlined
def _write_hits(first: int, end: int, enough: int, account: NDArray[np.int32], scratch: Scratch) -> int:
    """Write the slots from `first` to `end` whose accounts are candidates to ``scratch.hits``; return how many.

    No branch depends on what is found, so the processor has nothing to guess.
    """
    hits, seen, n = scratch.hits, scratch.seen, 0
    for near in range(first, end):
        hits[n] = near
        n += seen[account[near]] >= enough
    return n


@inlined
def _count_hits(
    row: int,
    place: int,
    last: int,
    n_hits: int,
    windows: NDArray[np.int64],
    slots: Slots,
    others: Others,
    scratch: Scratch,
) -> None:
    """Count the accounts of ``scratch.hits``, slots among the `others`, each in the narrowest window.

    The row's slots on the target are those at its places `place` to `last`; each hit is judged by the nearest of
    them. Neighbours lie in the same window or the next, so each begins with the window of the one before. Only an
    account that comes twice on the target is looked up.
    """
    ours, own, counter, w = slots.account_slots, slots.time, scratch.counter, 0
    for k in range(n_hits):
        near = scratch.hits[k]
        other, now = others.account[near], others.time[near]
        while place < last and own[ours[place + 1]] <= now:
            place += 1
        gap = abs(now - own[ours[place]])
        if place < last:
            gap = min(gap, own[ours[place + 1]] - now)
        while w > 0 and gap <= windows[w - 1]:
            w -= 1
        while gap > windows[w]:
            w += 1
        if other == row:
            continue
        if others.is_repeated[near]:
            _count_once(other, other, w, scratch.mark[0], scratch.mark_of, scratch.window_of, counter)
        else:
            counter[other, w] += 1


@inlined
def count_stretch(
    row: int,
    place: int,
    last: int,
    begin: int,
    end: int,
    slots: Slots,
    others: Others,
    windows: NDArray[np.int64],
    enough: int,
    scratch: Scratch,
) -> None:
    """Count the candidates among the `others` from `begin` to `end`, as :func:`_count_hits` does."""
    for first in range(begin, end, len(scratch.hits)):
        n_hits = _write_hits(first, min(end, first + len(scratch.hits)), enough, others.account, scratch)
        _count_hits(row, place, last, n_hits, windows, slots, others, scratch)


@kernel
def _count_slots(
    row: int, slots: Slots, reach: NDArray[np.int32], windows: NDArray[np.int64], enough: int, scratch: Scratch
) -> None:
    """Count the targets that the row shares with each candidate, by the narrowest window in which they met."""
    last, end = -1, 0
    for place in range(slots.account_indptr[row], slots.account_indptr[row + 1]):
        if place > last:
            scratch.mark[0] += 1
            last = last_on_target(place, slots.account_indptr[row + 1], slots)
        begin, end = stretch_of(slots.account_slots[place], end, reach)
        count_stretch(row, place, last, begin, end, slots, slots, windows, enough, scratch)
    scratch.mark[0] += 1


@kernel
def _count_acts(
    row: int, slots: Slots, reach: NDArray[np.int32], windows: NDArray[np.int64], enough: int, scratch: Scratch
) -> None:
    """Count the distinct acts of the row (`ours`) and of each candidate (`theirs`) that met."""
    row_mark = scratch.mark[0]
    previous = -1
    for k in range(slots.account_indptr[row], slots.account_indptr[row + 1]):
        slot = slots.account_acts[k]
        scratch.mark[0] += slots.act[slot] != previous
        previous, mark = slots.act[slot], scratch.mark[0]
        for near in range(slot - reach[slot, 0], slot + reach[slot, 1] + 1):
            other, act, w = slots.account[near], slots.act[near], 0
            if other != row and scratch.seen[other] >= enough:
                while abs(slots.time[near] - slots.time[slot]) > windows[w]:
                    w += 1
                _count_once(other, other, w, mark, scratch.mark_of, scratch.window_of, scratch.ours)
                _count_once(act, other, w, row_mark, scratch.mark_of_act, scratch.window_of_act, scratch.theirs)


@inlined
def _clear(other: int, counter: NDArray[Any]) -> None:
    """Set an account's counters to zero, one by one: a slice of eight takes longer to make than to fill."""
    for w in range(counter.shape[1]):
        counter[other, w] = 0


@inlined
def _add_up(other: int, n_windows: int, scratch: Scratch) -> int:
    """Turn an account's counters into counts within each window, at most the acts of either side; return the widest."""
    limited = len(scratch.ours) > 0
    counter, ours, theirs = scratch.counter, scratch.ours, scratch.theirs
    for w in range(1, n_windows):
        counter[other, w] += counter[other, w - 1]
        if limited:
            ours[other, w] += ours[other, w - 1]
            theirs[other, w] += theirs[other, w - 1]
    if limited:
        for w in range(n_windows):
            counter[other, w] = min(counter[other, w], min(ours[other, w], theirs[other, w]))
            ours[other, w] = theirs[other, w] = 0
    return int(counter[other, n_windows - 1])


@kernel
def _are_few(row: int, n_met: int, slots: Slots, reach: NDArray[np.int32]) -> bool:
    """Say whether it takes less to count the candidates one by one than to walk the row's co-actions."""
    n_visits, n_slots = count_visits(row, slots, reach, NONE), slots.account_indptr[row + 1] - slots.account_indptr[row]
    return len(slots.act) == 0 and n_met * (PAIR_COST + 8 * n_slots) < n_visits


@kernel
def count_row(
    row: int,
    slots: Slots,
    reach: NDArray[np.int32],
    windows: NDArray[np.int64],
    enough: int,
    scratch: Scratch,
) -> NDArray[np.int32]:
    """Fill ``counter[j, w]`` with the proofs that `row` and j acted together within window w.

    ``reach[slot]`` are the slots before and after it that take part, none of them beyond the widest window.
    Returns the accounts met on at least `enough` targets, a view of ``scratch.met`` that may be reordered; only
    their counters hold anything, and :func:`clear_row` is to be called when they are read.
    Cost: the row's co-actions, three times.
    """
    met = find_candidates(row, anyone(enough), slots, reach, scratch)
    return count_candidates(row, met, slots, reach, windows, enough, scratch)


@kernel
def count_candidates(
    row: int,
    met: NDArray[np.int32],
    slots: Slots,
    reach: NDArray[np.int32],
    windows: NDArray[np.int64],
    enough: int,
    scratch: Scratch,
) -> NDArray[np.int32]:
    """Fill the counters of the candidates `met`, a view of ``scratch.met``, as :func:`count_row` does."""
    if _are_few(row, len(met), slots, reach):
        for other in met:
            count_pair(row, other, slots, reach, windows, scratch.counter)
    elif len(met) > 0:
        _count_slots(row, slots, reach, windows, enough, scratch)
        if len(slots.act) > 0:
            _count_acts(row, slots, reach, windows, enough, scratch)
    forget_candidates(met, scratch)
    return keep_enough(met, len(windows), enough, scratch)


@kernel
def keep_enough(met: NDArray[np.int32], n_windows: int, enough: int, scratch: Scratch) -> NDArray[np.int32]:
    """Add up the counters of the candidates, and return those with `enough`; the others' are cleared."""
    n = 0
    for other in met:
        if _add_up(other, n_windows, scratch) >= enough:
            met[n] = other
            n += 1
        else:
            _clear(other, scratch.counter)
    return met[:n]


@kernel
def clear_row(met: NDArray[np.int32], scratch: Scratch) -> None:
    """Set the counters of the accounts that :func:`count_row` returned back to zero."""
    for other in met:
        _clear(other, scratch.counter)
