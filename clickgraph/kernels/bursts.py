"""Bursts: the intervals on single targets in which a group acts together, and who else was there."""

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from clickgraph.kernels._jit import kernel
from clickgraph.kernels.slots import Slots

DAY = 86_400_000_000  # microseconds; a burst is compared with its own hours, a day on either side


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
        Expect what the outsiders of the same hours did, or else what the whole log did.
    """

    layer: NDArray[np.int32]
    everyone: Clock
    members: Clock
    by_hours: bool


@kernel
def burst_nats(n: int, expected: float) -> float:
    """Evidence of n members where `expected` were expected, in nats: an e-value's logarithm.

    The probability of n under the law ``1 / (n (n + 1))`` of an unknown surplus, against Poisson; about
    ``n ln(n/e) - n + e - 1.5 ln n``. Its mean under the null is at most one, whatever n, so the products of
    independent bursts bound the chance of a false ring. None where n does not exceed its expectation.
    """
    if n <= expected:
        return 0.0
    return math.lgamma(n + 1.0) - n * math.log(expected) + expected - math.log(n * (n + 1.0))


@kernel
def _between(clock: Clock, layer: int, start: int, end: int) -> int:
    """Count the events of a layer from `start` to `end`, both included."""
    times = clock.time[clock.indptr[layer] : clock.indptr[layer + 1]]
    return int(np.searchsorted(times, end, side="right") - np.searchsorted(times, start, side="left"))


@kernel
def expected_hits(first: int, end: int, n_mine: int, n_mine_on_target: int, slots: Slots, crowd: Crowd) -> float:
    """Members' events expected in slots `first` to `end` of one target, which hold `n_mine` of theirs.

    By hours: the members' events of those hours times the outsiders' rate, the larger of their share of the
    interval in those hours and of the target in the whole log. Else: in proportion to the whole log.
    """
    target = slots.target[first]
    layer = crowd.layer[target]
    n_all = crowd.everyone.indptr[layer + 1] - crowd.everyone.indptr[layer]
    n_members = crowd.members.indptr[layer + 1] - crowd.members.indptr[layer]
    if not crowd.by_hours:
        return float(n_members * (end - first) / n_all)
    start, stop = slots.time[first] - DAY, slots.time[end - 1] + DAY
    busy = _between(crowd.members, layer, start, stop)
    others = _between(crowd.everyone, layer, start, stop) - busy
    n_target = slots.target_indptr[target + 1] - slots.target_indptr[target]
    here = (end - first - n_mine + 0.5) / (others + 1.0)
    ever = (n_target - n_mine_on_target) / (n_all - n_members + 1.0)
    return float(busy * min(1.0, max(here, ever)))


@kernel
def _extent(member_slots: NDArray[np.int64], k: int, stop: int, slots: Slots) -> tuple[int, int]:
    """Slots from member event k to `stop`, widened to the whole ticks of its two ends: first, end."""
    first, end = member_slots[k], member_slots[stop - 1] + 1
    target = slots.target[first]
    while first > slots.target_indptr[target] and slots.time[first - 1] == slots.time[first]:
        first -= 1
    while end < slots.target_indptr[target + 1] and slots.time[end] == slots.time[end - 1]:
        end += 1
    return first, end


@kernel
def _distinct(
    member_slots: NDArray[np.int64], k: int, stop: int, slots: Slots, mark: int, mark_of: NDArray[Any]
) -> int:
    """Count the different members among the member events k to `stop`."""
    n = 0
    for member_event in range(k, stop):
        account = slots.account[member_slots[member_event]]
        if mark_of[account] != mark:
            mark_of[account] = mark
            n += 1
    return n


@kernel
def _merge_level(
    units: tuple[Any, ...],
    window: int,
    member_slots: NDArray[np.int64],
    slots: Slots,
    crowd: Crowd,
    cost: float,
    bursts: tuple[Any, ...],
) -> int:
    """Join the units of one target whose gaps are within `window`; where the joint burst explains more, take it.

    `units` is (starts, values, n, n_on_target): the first member event and the value of each unit, closed by
    the end. Returns the number of units left; `bursts` is (table, nats, label, mark_of) with `table` rows of
    (first, end, n_members, n_events_of_members, window) and ``nats`` rows of (expected, nats).
    """
    starts, values, n_units, n_on_target = units
    table, nats, label, mark_of, n_bursts = bursts
    left, u = 0, 0
    while u < n_units:
        v, inside = u + 1, values[u]
        while v < n_units and (slots.time[member_slots[starts[v]]] - slots.time[member_slots[starts[v] - 1]] <= window):
            inside += values[v]
            v += 1
        k, stop = starts[u], starts[v]
        if v > u + 1:
            b = n_bursts[0]
            n_bursts[0] += 1
            n = _distinct(member_slots, k, stop, slots, b, mark_of)
            first, end = _extent(member_slots, k, stop, slots)
            expected = expected_hits(first, end, stop - k, n_on_target, slots, crowd)
            value = burst_nats(n, expected) if n >= 2 else 0.0
            if value - cost > inside:
                inside = value - cost
                label[k:stop] = b
                table[b, 0], table[b, 1], table[b, 2], table[b, 3], table[b, 4] = (
                    first,
                    end,
                    n,
                    stop - k,
                    window,
                )
                nats[b, 0], nats[b, 1] = expected, value
        starts[left], values[left] = k, inside
        left += 1
        u = v
    starts[left] = starts[n_units]
    return left


@kernel
def find_bursts(
    member_slots: NDArray[np.int64], slots: Slots, windows: NDArray[np.int64], crowd: Crowd, cost: float
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Find the disjoint bursts of a group that explain most, each worth more than `cost` nats.

    On every target the members' events are joined over gaps within each window, finest first; a joint burst
    replaces the ones inside it where its evidence is larger than theirs together.

    Parameters are the members' slots (M,) int64 ascending, the log, the windows ascending, the crowd.
    Returns int64 (B, 5): first slot, end, distinct members, events of members, window; and float64 (B, 2):
    expectation, nats; in the order of the slots.
    Cost: one pass over the members' events per window.
    """
    n_events = len(member_slots)
    table = np.empty((n_events, 5), np.int64)
    nats = np.empty((n_events, 2), np.float64)
    label = np.full(n_events, -1, np.int64)
    mark_of = np.full(len(slots.account_indptr) - 1, -1, np.int64)
    bursts = (table, nats, label, mark_of, np.zeros(1, np.int64))
    starts, values = np.empty(n_events + 1, np.int64), np.empty(n_events, np.float64)
    k = 0
    while k < n_events:
        stop = k + 1
        while stop < n_events and slots.target[member_slots[stop]] == slots.target[member_slots[k]]:
            stop += 1
        n_units = stop - k
        starts[: n_units + 1] = np.arange(k, stop + 1)
        values[:n_units] = 0.0
        for window in windows:
            if n_units > 1:
                units = (starts, values, n_units, stop - k)
                n_units = _merge_level(units, window, member_slots, slots, crowd, cost, bursts)
        k = stop
    return _in_order(label, table, nats)


@kernel
def _in_order(
    label: NDArray[np.int64], table: NDArray[np.int64], nats: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Gather the bursts that are still someone's label, in the order of the member events."""
    chosen = np.empty(len(label), np.int64)
    n = 0
    for k in range(len(label)):
        if label[k] >= 0 and (n == 0 or chosen[n - 1] != label[k]):
            chosen[n] = label[k]
            n += 1
    return table[chosen[:n]], nats[chosen[:n]]


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
