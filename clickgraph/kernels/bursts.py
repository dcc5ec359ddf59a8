"""Bursts: the intervals on single targets in which a group acts together, and who else was there."""

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from clickgraph.kernels._jit import Int, kernel
from clickgraph.kernels.slots import Slots

DAY = 86_400_000_000  # microseconds; a burst is compared with its own hours, a day on either side
N_COLUMNS = 10  # of a burst, as :func:`find_bursts` returns it


class Clock(NamedTuple):
    """The times of a set of events, sorted within each of S layers.

    Attributes
    ----------
    time : ndarray of int64, shape (n_events,)
        Microseconds, ascending within a layer.
    indptr : ndarray of int64, shape (S + 1,)
        Where each layer begins.
    """

    time: NDArray[np.int64]
    indptr: NDArray[np.int64]


class Crowd(NamedTuple):
    """What a group is compared with.

    Attributes
    ----------
    layer : ndarray of int32, shape (T,)
        The layer of each target.
    everyone, members : Clock
        When all accounts, and when the members of the group, acted.
    by_hours : bool
        Compare with what was done in the same hours, or else in the whole log.
    """

    layer: NDArray[np.int32]
    everyone: Clock
    members: Clock
    by_hours: bool


class Plan(NamedTuple):
    """The best choice of bursts so far, per event of a member (M of them) and window (W).

    Attributes
    ----------
    ends, n_members : ndarray of int64, shape (W, M)
        One past the last member event of the window that begins with each event, and its distinct members.
    value : ndarray of float64, shape (M,)
        Nats of the best bursts from this event to the end of its target, their costs deducted.
    choice : ndarray of int64, shape (M,)
        The window of the burst that begins with this event; -1 where none does.
    count_of : ndarray of int32, shape (A,)
        Scratch: zero.
    """

    ends: NDArray[np.int64]
    n_members: NDArray[np.int64]
    value: NDArray[np.float64]
    choice: NDArray[np.int64]
    count_of: NDArray[np.int32]


@kernel
def _log_choose(n: Int, k: Int) -> float:
    return math.lgamma(n + 1.0) - math.lgamma(k + 1.0) - math.lgamma(n - k + 1.0)


@kernel
def burst_nats(n: Int, n_outside: Int, n_members: Int, n_others: Int) -> float:
    """Evidence that `n` members and `n_outside` others took some slots, in nats: the logarithm of an e-value.

    Those who take given slots are a draw without replacement from the events of the hours, of which
    `n_members` are members' and `n_others` are not: n is hypergeometric. The evidence is the law
    ``1 / (n (n + 1))`` of an unknown surplus over that probability; its mean under the null is at most one, so the
    products of bursts bound the chance of a false ring. None where n does not exceed its expectation.
    """
    n_all, n_drawn = n_members + n_others, n + n_outside
    if n < 1 or n * n_all <= n_drawn * n_members:
        return 0.0
    chance = _log_choose(n_members, n) + _log_choose(n_others, n_outside) - _log_choose(n_all, n_drawn)
    return -math.log(n * (n + 1.0)) - chance


@kernel
def _between(clock: Clock, layer: int, start: int, end: int) -> int:
    """Count the events of a layer from `start` to `end`, both included."""
    times = clock.time[clock.indptr[layer] : clock.indptr[layer + 1]]
    return int(np.searchsorted(times, end, side="right") - np.searchsorted(times, start, side="left"))


@kernel
def events_around(layer: int, start: int, end: int, crowd: Crowd) -> tuple[int, int]:
    """Count the events of members, and of others, with which those from `start` to `end` are compared."""
    everyone, members = crowd.everyone, crowd.members
    if crowd.by_hours:
        n_members = _between(members, layer, start - DAY, end + DAY)
        return n_members, _between(everyone, layer, start - DAY, end + DAY) - n_members
    n_members = members.indptr[layer + 1] - members.indptr[layer]
    return n_members, everyone.indptr[layer + 1] - everyone.indptr[layer] - n_members


@kernel
def _slide(k: int, stop: int, w: int, window: int, member_slots: NDArray[np.int64], slots: Slots, plan: Plan) -> None:
    """Fill the plan's `ends` and `n_members` for one window and the member events k to `stop` of one target."""
    end, n = k, 0
    for i in range(k, stop):
        last = slots.time[member_slots[i]] + window
        while end < stop and slots.time[member_slots[end]] <= last:
            account = slots.account[member_slots[end]]
            n += plan.count_of[account] == 0
            plan.count_of[account] += 1
            end += 1
        plan.ends[w, i], plan.n_members[w, i] = end, n
        account = slots.account[member_slots[i]]
        plan.count_of[account] -= 1
        n -= plan.count_of[account] == 0


@kernel
def _target_times(slot: int, slots: Slots) -> tuple[int, NDArray[np.int64]]:
    """Return the first slot of a slot's target, and the times of all of them."""
    target = slots.target[slot]
    first = slots.target_indptr[target]
    return first, slots.time[first : slots.target_indptr[target + 1]]


@kernel
def describe_burst(
    i: int, w: int, windows: NDArray[np.int64], member_slots: NDArray[np.int64], slots: Slots, crowd: Crowd, plan: Plan
) -> NDArray[np.int64]:
    """Return the row of :func:`find_bursts` for the burst that begins with member event i and lasts window w."""
    row = np.empty(N_COLUMNS, np.int64)
    stop, window = plan.ends[w, i], windows[w]
    low, times = _target_times(member_slots[i], slots)
    start, end = slots.time[member_slots[i]], slots.time[member_slots[stop - 1]]
    reach = low + np.searchsorted(times, start + window, side="right")
    row[0] = low + np.searchsorted(times, start, side="left")
    row[1] = low + np.searchsorted(times, end, side="right")
    row[2], row[3], row[4] = plan.n_members[w, i], stop - i, window
    row[5], row[6] = low + np.searchsorted(times, end - window, side="left"), reach
    row[7] = reach - row[0] - (stop - i)
    n_members, row[9] = events_around(crowd.layer[slots.target[member_slots[i]]], start, start + window, crowd)
    row[8] = n_members - 1
    return row


@kernel
def _choose(
    k: int,
    stop: int,
    windows: NDArray[np.int64],
    member_slots: NDArray[np.int64],
    slots: Slots,
    crowd: Crowd,
    cost: float,
    plan: Plan,
) -> None:
    """Choose the best disjoint bursts among the member events k to `stop` of one target, from the last one back."""
    for i in range(stop - 1, k - 1, -1):
        plan.value[i] = plan.value[i + 1] if i + 1 < stop else 0.0
        if i > k and slots.time[member_slots[i - 1]] == slots.time[member_slots[i]]:
            continue  # a burst begins with a tick
        known = 1
        for w in range(len(windows)):
            if plan.n_members[w, i] == known:
                continue  # a wider window that holds no more of them
            known = plan.n_members[w, i]
            row = describe_burst(i, w, windows, member_slots, slots, crowd, plan)
            after = plan.value[plan.ends[w, i]] if plan.ends[w, i] < stop else 0.0
            value = burst_nats(known - 1, row[7], row[8], row[9]) - cost + after
            if value > plan.value[i]:
                plan.value[i], plan.choice[i] = value, w


@kernel
def find_bursts(
    member_slots: NDArray[np.int64], slots: Slots, windows: NDArray[np.int64], crowd: Crowd, cost: float
) -> NDArray[np.int64]:
    """Find the disjoint bursts of a group that explain most, each worth more than `cost` nats.

    A burst begins with an event of a member and lasts one of the windows. Given that event, the evidence is in
    the other members who follow it there: see :func:`burst_nats`.

    Parameters are the members' slots (M,) int64 ascending, the log, the windows ascending, the crowd.
    Returns int64 (B, 10), in the order of the slots: first slot and end of the members' events, distinct members,
    their events, the window; first slot and end of all windows of that width that hold the same events; outsiders'
    events in the window; other events of members, and events of outsiders, around it.
    Cost: W passes over the members' events, and for each one up to W searches in the hours around it.
    """
    n_events, n_windows = len(member_slots), len(windows)
    shape, n_accounts = (n_windows, n_events), len(slots.account_indptr) - 1
    plan = Plan(
        np.empty(shape, np.int64), np.empty(shape, np.int64), np.zeros(n_events), np.full(n_events, -1, np.int64),
        np.zeros(n_accounts, np.int32),
    )  # fmt: skip
    k = 0
    while k < n_events:
        stop = k + 1
        while stop < n_events and slots.target[member_slots[stop]] == slots.target[member_slots[k]]:
            stop += 1
        if stop - k > 1:
            for w in range(n_windows):
                _slide(k, stop, w, windows[w], member_slots, slots, plan)
            _choose(k, stop, windows, member_slots, slots, crowd, cost, plan)
        k = stop
    return _chosen_rows(windows, member_slots, slots, crowd, plan)


@kernel
def _chosen_rows(
    windows: NDArray[np.int64], member_slots: NDArray[np.int64], slots: Slots, crowd: Crowd, plan: Plan
) -> NDArray[np.int64]:
    """Follow the plan from the first member event on, and describe the bursts that it chose."""
    rows = np.empty((len(member_slots), N_COLUMNS), np.int64)
    n, i = 0, 0
    while i < len(member_slots):
        w = plan.choice[i]
        if w < 0:
            i += 1
            continue
        rows[n] = describe_burst(i, w, windows, member_slots, slots, crowd, plan)
        n += 1
        i = plan.ends[w, i]
    return rows[:n].copy()


@kernel
def count_hits(
    bursts: NDArray[np.int64],
    account: NDArray[np.int32],
    hits: NDArray[np.int32],
    mark_of: NDArray[Any],
    met: NDArray[np.int32],
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Count for each account the bursts that it hit.

    ``bursts[:, :2]`` are first and end slots. Scratch over the accounts: `hits` (zero), `mark_of` (-1), `met`.
    Returns the accounts met, ascending, and their hits; the scratch is left as it was found.
    Cost: the events inside the bursts.
    """
    n = 0
    for b in range(len(bursts)):
        for slot in range(bursts[b, 0], bursts[b, 1]):
            a = account[slot]
            if mark_of[a] != b:
                if mark_of[a] < 0:
                    met[n] = a
                    n += 1
                mark_of[a] = b
                hits[a] += 1
    who = np.sort(met[:n])
    counts = hits[who]
    hits[who] = 0
    mark_of[who] = -1
    return who, counts
