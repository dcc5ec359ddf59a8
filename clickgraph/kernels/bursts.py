"""Bursts: the intervals on single targets in which a group acts together, and who else was there."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from clickgraph.kernels._jit import Int, kernel
from clickgraph.kernels.factorials import log_choose
from clickgraph.kernels.hits import Scratch
from clickgraph.kernels.slots import Slots

DAY = 86_400_000_000  # microseconds; a burst is compared with its own hours, a day on either side
N_COLUMNS = 10  # of a burst, as :func:`find_bursts` returns it


class Clock(NamedTuple):
    """The times of a set of events, sorted within each of S layers.

    Attributes
    ----------
    time : ndarray of int64, shape (n_times,)
        Microseconds, ascending within a layer; a time may stand for several events.
    indptr : ndarray of int64, shape (S + 1,)
        Where each layer begins.
    before : ndarray of int32 or int64, shape (n_times + 1,)
        Events before each entry of `time`, those of earlier layers included; then all of them.
    """

    time: NDArray[np.int64]
    indptr: NDArray[np.int64]
    before: NDArray[np.signedinteger]


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
    before : ndarray of int64, shape (E + 1,) or (0,)
        Events before each slot, then all of them: a slot may stand for several. Empty where each is one event.
    """

    layer: NDArray[np.int32]
    everyone: Clock
    members: Clock
    by_hours: bool
    before: NDArray[np.int64]


class Mine(NamedTuple):
    """The events of a group's members side by side, in the order of the slots; M of them.

    Attributes
    ----------
    slot, time : ndarray of int64, shape (M,)
        Slots of the log, and their times.
    account, target : ndarray of int32, shape (M,)
        Who acted there, and on what.
    """

    slot: NDArray[np.int64]
    time: NDArray[np.int64]
    account: NDArray[np.int32]
    target: NDArray[np.int32]


class Places(NamedTuple):
    """Where a burst may be: one for each event of a member (M of them) and window (W).

    Attributes
    ----------
    end, n_members : ndarray of int64, shape (W, M)
        One past the last member event of the window that begins with each event, and its distinct members.
    nats : ndarray of float64, shape (W, M)
        What a burst there is worth; 0 where there is none.
    count_of : ndarray of int32, shape (A,)
        Scratch: zero.
    """

    end: NDArray[np.int64]
    n_members: NDArray[np.int64]
    nats: NDArray[np.float64]
    count_of: NDArray[np.int32]


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
    chance = log_choose(n_members, n) + log_choose(n_others, n_outside) - log_choose(n_all, n_drawn)
    return -math.log(n * (n + 1.0)) - chance


@kernel
def _between(clock: Clock, layer: int, start: int, end: int) -> int:
    """Count the events of a layer from `start` to `end`, both included."""
    low = clock.indptr[layer]
    times = clock.time[low : clock.indptr[layer + 1]]
    first, stop = np.searchsorted(times, start, side="left"), np.searchsorted(times, end, side="right")
    return int(clock.before[low + stop] - clock.before[low + first])


@kernel
def _n_events(first: int, end: int, before: NDArray[np.int64]) -> int:
    """Count the events of the slots from `first` to `end`."""
    return int(before[end] - before[first]) if len(before) else end - first


@kernel
def _all_of(clock: Clock, layer: int) -> int:
    """Count the events of a layer."""
    return int(clock.before[clock.indptr[layer + 1]] - clock.before[clock.indptr[layer]])


@kernel
def events_around(layer: int, start: int, end: int, crowd: Crowd) -> tuple[int, int]:
    """Count the events of members, and of others, with which those from `start` to `end` are compared."""
    everyone, members = crowd.everyone, crowd.members
    if crowd.by_hours:
        n_members = _between(members, layer, start - DAY, end + DAY)
        return n_members, _between(everyone, layer, start - DAY, end + DAY) - n_members
    n_members = _all_of(members, layer)
    return n_members, _all_of(everyone, layer) - n_members


@kernel
def clock_of(
    some: NDArray[np.int64], timed: bool, layer: NDArray[np.int32], base_layer: NDArray[np.int32], slots: Slots
) -> Clock:
    """Sort the times of some slots within their layers; count them only, if they need not be `timed`.

    A slot is counted in the base of its target's layer, and in that itself where it was set apart.
    """
    indptr = np.zeros(len(base_layer) + 1, np.int64)
    for slot in some:
        own = layer[slots.target[slot]]
        base = base_layer[own]
        indptr[base + 1] += 1
        indptr[own + 1] += base != own
    indptr = np.cumsum(indptr)
    before = np.arange(indptr[-1] + 1).astype(np.int32)
    if not timed:
        return Clock(np.empty(0, np.int64), indptr, before)
    time, free = np.empty(indptr[-1], np.int64), indptr[:-1].copy()
    for slot in some:
        own = layer[slots.target[slot]]
        base = base_layer[own]
        time[free[base]] = slots.time[slot]
        free[base] += 1
        if base != own:
            time[free[own]] = slots.time[slot]
            free[own] += 1
    for k in range(len(indptr) - 1):
        time[indptr[k] : indptr[k + 1]] = np.sort(time[indptr[k] : indptr[k + 1]])
    return Clock(time, indptr, before)


@kernel
def _slide(k: int, stop: int, w: int, window: int, mine: Mine, places: Places) -> None:
    """Fill `end` and `n_members` for one window and the member events k to `stop` of one target."""
    end, n = k, 0
    for i in range(k, stop):
        last = mine.time[i] + window
        while end < stop and mine.time[end] <= last:
            account = mine.account[end]
            n += places.count_of[account] == 0
            places.count_of[account] += 1
            end += 1
        places.end[w, i], places.n_members[w, i] = end, n
        account = mine.account[i]
        places.count_of[account] -= 1
        n -= places.count_of[account] == 0


@kernel
def _judge(
    k: int, stop: int, windows: NDArray[np.int64], mine: Mine, slots: Slots, crowd: Crowd, places: Places
) -> None:
    """Fill `nats` for the member events k to `stop` of one target: only where a window holds more members.

    Where a window begins and ends is looked for between the member events around its ends.
    """
    target, time = mine.target[k], slots.time
    before = slots.target_indptr[target]
    for i in range(k, stop):
        start = mine.time[i]
        is_alone = places.n_members[-1, i] < 2  # in the widest window
        if is_alone or (i > k and mine.time[i - 1] == start):
            continue  # a burst begins with a tick
        first, known = before + np.searchsorted(time[before : mine.slot[i]], start, side="left"), 1
        before = mine.slot[i]
        for w in range(len(windows)):
            if places.n_members[w, i] > known:
                known, end = places.n_members[w, i], places.end[w, i]
                last = mine.slot[end - 1]
                after = mine.slot[end] if end < stop else slots.target_indptr[target + 1]
                until = last + np.searchsorted(time[last:after], start + windows[w], side="right")
                n_beside = _n_events(first, until, crowd.before) - (end - i)
                n_around, n_others = events_around(crowd.layer[target], start, start + windows[w], crowd)
                places.nats[w, i] = burst_nats(known - 1, n_beside, n_around - 1, n_others)


@kernel
def _choose(places: Places, stops: NDArray[np.int64], cost: float) -> tuple[NDArray[np.int64], int]:
    """Choose the best disjoint bursts, each less its cost, from the last member event back.

    ``stops[i]`` is one past the last member event of i's target. Returns the window of the burst that begins with
    each member event, -1 where none does, int64 (M,); and the number of bursts.
    """
    n_windows, n_events = places.nats.shape
    value, choice = np.zeros(n_events + 1), np.full(n_events, -1, np.int64)
    for i in range(n_events - 1, -1, -1):
        value[i] = value[i + 1] if i + 1 < stops[i] else 0.0
        for w in range(n_windows):
            if places.nats[w, i] > cost:
                after = value[places.end[w, i]] if places.end[w, i] < stops[i] else 0.0
                if places.nats[w, i] - cost + after > value[i]:
                    value[i], choice[i] = places.nats[w, i] - cost + after, w
    n, i = 0, 0
    while i < n_events:
        n += choice[i] >= 0
        i = places.end[choice[i], i] if choice[i] >= 0 else i + 1
    return choice, n


@kernel
def find_bursts(
    member_slots: NDArray[np.int64], slots: Slots, windows: NDArray[np.int64], crowd: Crowd, scratch: Scratch
) -> NDArray[np.int64]:
    """Find the disjoint bursts of a group that explain most, each worth more than its choice costs.

    A burst begins with an event of a member and lasts one of the windows. Given that event, the evidence is in
    the other members who follow it there: see :func:`burst_nats`. Its choice costs the logarithm of the places
    where one could be, M events times W windows, shared among the bursts that a first choice finds.

    Parameters are the members' slots (M,) int64 ascending, the log, the windows ascending, the crowd, the scratch.
    Returns int64 (B, 10), in the order of the slots: first slot and end of the members' events, distinct members,
    their events, the window; first slot and end of all windows of that width that hold the same events; outsiders'
    events in the window; other events of members, and events of outsiders, around it.
    Cost: W passes over the members' events, and for each one up to W searches in the hours around it.
    """
    n_events, n_windows = len(member_slots), len(windows)
    if n_windows == 0:  # on a clock, where only "ever" was asked for
        return np.empty((0, N_COLUMNS), np.int64)
    shape = n_windows, n_events
    # Read at once, far reads overlap; one after another, each would be waited for.
    mine = Mine(member_slots, slots.time[member_slots], slots.account[member_slots], slots.target[member_slots])
    places = Places(np.empty(shape, np.int64), np.empty(shape, np.int64), np.zeros(shape), scratch.hits)
    stops = np.empty(n_events, np.int64)
    k = 0
    while k < n_events:
        stop = k + 1
        while stop < n_events and mine.target[stop] == mine.target[k]:
            stop += 1
        stops[k:stop] = stop
        for w in range(n_windows):
            _slide(k, stop, w, windows[w], mine, places)
        _judge(k, stop, windows, mine, slots, crowd, places)
        k = stop
    n_places = max(2, n_events * n_windows)
    choice, n = _choose(places, stops, math.log(n_places))
    if n > 1:
        choice, n = _choose(places, stops, math.log(max(2.0, n_places / n)))
    return _rows(choice, n, windows, mine, slots, crowd, places)


@kernel
def _rows(
    choice: NDArray[np.int64],
    n: int,
    windows: NDArray[np.int64],
    mine: Mine,
    slots: Slots,
    crowd: Crowd,
    places: Places,
) -> NDArray[np.int64]:
    """Describe the `n` bursts that were chosen, as :func:`find_bursts` returns them."""
    rows = np.empty((n, N_COLUMNS), np.int64)
    i = 0
    for row in rows:
        while choice[i] < 0:
            i += 1
        stop, window = places.end[choice[i], i], windows[choice[i]]
        target = mine.target[i]
        low = slots.target_indptr[target]
        times = slots.time[low : slots.target_indptr[target + 1]]
        start, end = mine.time[i], mine.time[stop - 1]
        row[0] = low + np.searchsorted(times, start, side="left")
        row[1] = low + np.searchsorted(times, end, side="right")
        row[2], row[3], row[4] = places.n_members[choice[i], i], stop - i, window
        row[5] = low + np.searchsorted(times, end - window, side="left")
        row[6] = low + np.searchsorted(times, start + window, side="right")
        row[7] = _n_events(row[0], row[6], crowd.before) - (stop - i)
        n_around, row[9] = events_around(crowd.layer[target], start, start + window, crowd)
        row[8] = n_around - 1
        i = stop
    return rows


@kernel
def widen(rows: NDArray[np.int64]) -> None:
    """Make bursts, as :func:`find_bursts` returns them, as wide as their windows reach.

    None reaches into its neighbour. Changes the first two columns, first slot and end.
    """
    for b in range(len(rows)):
        rows[b, 1] = rows[b, 6]
        if b + 1 < len(rows):
            rows[b, 1] = min(rows[b, 6], rows[b + 1, 0])
        rows[b, 0] = rows[b, 5]
        if b > 0:
            rows[b, 0] = max(rows[b, 5], rows[b - 1, 1])
