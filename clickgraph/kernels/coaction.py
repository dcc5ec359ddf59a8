"""Who acted with whom: walk one account's slots, look both ways up to the window, count per other account.

No list of co-actions is written: a row's counters are judged and cleared, so memory is one counter per
account and window. A target counts once per pair, however often the two met on it, in the narrowest window
in which they did; one act counts once, however many targets it touches.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from clickgraph.kernels._jit import kernel
from clickgraph.kernels.slots import Slots


class Scratch(NamedTuple):
    """What a thread needs to count one row after another over A accounts and W windows.

    Attributes
    ----------
    counter : ndarray of uint16 or int32, shape (A, W + 1)
        Targets by the narrowest window in which the row met each account, then their total. An account's
        counters lie together, for they are touched together.
    met : ndarray of int32, shape (A,)
        The accounts met often enough in this row.
    mark_of, window_of : ndarray of int32, shape (A,)
        The mark and the window of the last meeting with each account; what counts once has its own mark.
    mark : ndarray of int32, shape (1,)
        The last mark given out.
    ours, theirs : ndarray of int32, shape (A, W) or (0, W)
        Distinct acts of the row, and of the other, that met; empty where acts are single events.
    mark_of_act, window_of_act : ndarray of int32, shape (n_acts,) or (0,)
        The same as for accounts, for the others' acts.
    """

    counter: NDArray[Any]
    met: NDArray[np.int32]
    mark_of: NDArray[np.int32]
    window_of: NDArray[np.int32]
    mark: NDArray[np.int32]
    ours: NDArray[np.int32]
    theirs: NDArray[np.int32]
    mark_of_act: NDArray[np.int32]
    window_of_act: NDArray[np.int32]


def new_scratch(slots: Slots, n_windows: int) -> Scratch:
    """Return a fresh :class:`Scratch` for a log; counters are as narrow as its busiest account allows."""
    n_accounts = len(slots.account_indptr) - 1
    n_acts = int(slots.act.max(initial=-1)) + 1
    busiest = int(np.diff(slots.account_indptr).max(initial=0))
    dtype = np.uint16 if busiest < 1 << 16 else np.int32
    acts = (n_accounts if n_acts else 0, n_windows)
    return Scratch(
        counter=np.zeros((n_accounts, n_windows + 1), dtype),
        met=np.empty(n_accounts, np.int32),
        mark_of=np.full(n_accounts, -1, np.int32), window_of=np.zeros(n_accounts, np.int32),
        mark=np.zeros(1, np.int32),
        ours=np.zeros(acts, np.int32), theirs=np.zeros(acts, np.int32),
        mark_of_act=np.full(n_acts, -1, np.int32), window_of_act=np.zeros(n_acts, np.int32),
    )  # fmt: skip


@kernel
def slot_neighbours(time: NDArray[np.int64], target_indptr: NDArray[np.int64], window: int) -> NDArray[np.int64]:
    """Count, for each slot, the other slots of its target within `window` microseconds.

    Returns int64 of shape (E,); half of its sum over a target is that target's number of slot pairs.
    Cost: one pass with two pointers.
    """
    neighbours = np.empty(len(time), np.int64)
    for target in range(len(target_indptr) - 1):
        last = target_indptr[target + 1]
        left = target_indptr[target]
        right = left
        for slot in range(target_indptr[target], last):
            while time[slot] - time[left] > window:
                left += 1
            while right < last and time[right] - time[slot] <= window:
                right += 1
            neighbours[slot] = right - left - 1
    return neighbours


@kernel
def _first_from(time: NDArray[np.int64], low: int, high: int, moment: int) -> int:
    """Return the first of the slots `low` to `high` that is not before `moment`, or `high`."""
    while low < high:
        middle = (low + high) >> 1
        if time[middle] < moment:
            low = middle + 1
        else:
            high = middle
    return low


@kernel
def near_slots(slot: int, slots: Slots, window: int) -> tuple[int, int]:
    """Return the first and one past the last slot of the same target within `window` of `slot`."""
    first, end = slots.target_indptr[slots.target[slot]], slots.target_indptr[slots.target[slot] + 1]
    now = slots.time[slot]
    if now - slots.time[first] > window:
        first = _first_from(slots.time, first, slot, now - window)
    if slots.time[end - 1] - now > window:
        end = _first_from(slots.time, slot, end, now + window + 1)
    return first, end


@kernel
def _count_slots(
    first: int, end: int, w: int, careful: bool, slots: Slots, scratch: Scratch, enough: int, n_met: int
) -> int:
    """Count the accounts of slots `first` to `end` in window w; return the length of `met`.

    Only where an account may come twice on the target (`careful`, or a repeated slot) is it looked up.
    """
    counter, mark = scratch.counter, scratch.mark[0]
    total = counter.shape[1] - 1
    for near in range(first, end):
        other = slots.account[near]
        if careful or slots.is_repeated[near]:
            if scratch.mark_of[other] == mark:
                known = scratch.window_of[other]
                if w < known:
                    counter[other, known] -= 1
                    counter[other, w] += 1
                    scratch.window_of[other] = w
                continue
            scratch.mark_of[other] = mark
            scratch.window_of[other] = w
        counter[other, w] += 1
        counter[other, total] += 1
        if counter[other, total] == enough:
            scratch.met[n_met] = other
            n_met += 1
    return n_met


@kernel
def _count_once(
    key: int,
    other: int,
    w: int,
    mark: int,
    mark_of: NDArray[Any],
    window_of: NDArray[np.int32],
    acts: NDArray[np.int32],
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


@kernel
def _count_acts(row: int, slots: Slots, windows: NDArray[np.int64], depth: NDArray[np.int32], scratch: Scratch) -> None:
    """Count the distinct acts of the row (`ours`) and of each other account (`theirs`) that met."""
    row_mark = scratch.mark[0]
    previous = -1
    for k in range(slots.account_indptr[row], slots.account_indptr[row + 1]):
        slot = slots.account_acts[k]
        scratch.mark[0] += slots.act[slot] != previous
        previous = slots.act[slot]
        for w in range(depth[slots.target[slot]]):
            first, end = near_slots(slot, slots, windows[w])
            for near in range(first, end):
                other, act, mark = slots.account[near], slots.act[near], scratch.mark[0]
                _count_once(other, other, w, mark, scratch.mark_of, scratch.window_of, scratch.ours)
                _count_once(act, other, w, row_mark, scratch.mark_of_act, scratch.window_of_act, scratch.theirs)


@kernel
def _add_up(met: NDArray[np.int32], n_windows: int, scratch: Scratch) -> None:
    """Turn the counters of the accounts met into counts within each window, at most the acts of either side."""
    limited = len(scratch.ours) > 0
    for other in met:
        for w in range(1, n_windows):
            scratch.counter[other, w] += scratch.counter[other, w - 1]
            if limited:
                scratch.ours[other, w] += scratch.ours[other, w - 1]
                scratch.theirs[other, w] += scratch.theirs[other, w - 1]
        if limited:
            for w in range(n_windows):
                fewest = min(scratch.ours[other, w], scratch.theirs[other, w])
                scratch.counter[other, w] = min(scratch.counter[other, w], fewest)


@kernel
def count_row(
    row: int,
    slots: Slots,
    windows: NDArray[np.int64],
    depth: NDArray[np.int32],
    enough: int,
    scratch: Scratch,
) -> NDArray[np.int32]:
    """Fill ``counter[j, w]`` with the proofs that `row` and j acted together within window w.

    A target takes part in the ``depth[target]`` narrowest windows, and counts in wider ones for what it
    brings in those. Returns the accounts met on at least `enough` targets, a view of ``scratch.met``;
    call :func:`clear_row` when they are read.
    Cost: the row's co-actions within the widest window of each target.
    """
    n_met = 0
    previous = -1
    for k in range(slots.account_indptr[row], slots.account_indptr[row + 1]):
        slot = slots.account_slots[k]
        if slots.target[slot] != previous:
            scratch.mark[0] += 1
            scratch.mark_of[row], scratch.window_of[row] = scratch.mark[0], 0  # nobody meets himself
        previous = slots.target[slot]
        first, end = slot, slot + 1
        for w in range(depth[previous]):
            wide_first, wide_end = near_slots(slot, slots, windows[w])
            careful = slots.is_repeated[slot]
            n_met = _count_slots(wide_first, first, w, careful, slots, scratch, enough, n_met)
            n_met = _count_slots(end, wide_end, w, careful, slots, scratch, enough, n_met)
            first, end = wide_first, wide_end
    scratch.mark[0] += 1
    met = scratch.met[:n_met]
    if len(slots.act) > 0 and n_met > 0:
        _count_acts(row, slots, windows, depth, scratch)
    _add_up(met, len(windows), scratch)
    return met


@kernel
def clear_row(row: int, slots: Slots, windows: NDArray[np.int64], depth: NDArray[np.int32], scratch: Scratch) -> None:
    """Set the counters that :func:`count_row` touched back to zero, by the shorter of two ways."""
    n_accounts = len(scratch.met)
    n_visits = 0
    for k in range(slots.account_indptr[row], slots.account_indptr[row + 1]):
        slot = slots.account_slots[k]
        reach = depth[slots.target[slot]]
        if reach == 0:
            continue
        first, end = near_slots(slot, slots, windows[reach - 1])
        n_visits += end - first
        if 4 * n_visits > n_accounts:
            scratch.counter[:] = 0
            scratch.ours[:] = 0
            scratch.theirs[:] = 0
            return
        for near in range(first, end):
            scratch.counter[slots.account[near]] = 0
            if len(scratch.ours) > 0:
                scratch.ours[slots.account[near]] = 0
                scratch.theirs[slots.account[near]] = 0


@kernel
def grown(array: NDArray[Any], length: int) -> NDArray[Any]:
    """Return `array`, or a copy with twice the room, so that `length` entries fit."""
    if length <= len(array):
        return array
    larger = np.empty(max(2 * len(array), length), array.dtype)
    larger[: len(array)] = array
    return larger


@kernel
def coaction_rows(
    first: int, last: int, slots: Slots, windows: NDArray[np.int64], min_shared: int, scratch: Scratch
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Count the pairs (i, j), i < j, of rows `first` to `last` that share at least `min_shared` targets.

    `windows` is one width. Returns three int32 arrays: account, other, shared, ordered by account and other.
    Cost: twice the co-actions of the rows, for each is seen from both sides.
    """
    depth = np.ones(len(slots.target_indptr) - 1, np.int32)
    account, other, shared = np.empty(64, np.int32), np.empty(64, np.int32), np.empty(64, np.int32)
    n = 0
    for row in range(first, last):
        for j in np.sort(count_row(row, slots, windows, depth, min_shared, scratch)):
            count = scratch.counter[j, 0]
            if j > row and count >= min_shared:
                account, other, shared = grown(account, n + 1), grown(other, n + 1), grown(shared, n + 1)
                account[n], other[n], shared[n] = row, j, count
                n += 1
        clear_row(row, slots, windows, depth, scratch)
    return account[:n], other[:n], shared[:n]
