"""Growth: a seed's bursts, then every account that those explain, in turns, without a step outside the kernels."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from clickgraph.kernels._jit import Int, kernel
from clickgraph.kernels.activity import count_by_layer, expected_hits, rate_of_outsiders
from clickgraph.kernels.bursts import Clock, Crowd, find_bursts
from clickgraph.kernels.hits import Scratch, count_hits
from clickgraph.kernels.membership import LEAST_HITS, LEAST_NATS, membership_nats
from clickgraph.kernels.slots import Slots, gather_slots

MANY = 100  # a pass over all events is faster than to sort a hundredth of them


class Ground(NamedTuple):
    """A log in which every slot is one event and one act, as seeds grow in it; L layers, T targets, A accounts.

    Attributes
    ----------
    slots : Slots
        The log.
    windows : ndarray of int64
        Widths of bursts in microseconds, ascending.
    layer, base_layer : ndarray of int32, shapes (T,) and (L,)
        The layer of each target, and the layer that each was set apart from: itself where it was not.
    everyone : Clock
        When all accounts acted.
    indptr, activity_layer, n_events : ndarray
        Events per account and layer, in CSR form.
    before : ndarray of int64, shape (0,)
        Nothing: each slot is one event.
    """

    slots: Slots
    windows: NDArray[np.int64]
    layer: NDArray[np.int32]
    base_layer: NDArray[np.int32]
    everyone: Clock
    indptr: NDArray[Any]
    activity_layer: NDArray[np.int32]
    n_events: NDArray[np.int64]
    before: NDArray[np.int64]


@kernel
def grow_seed(
    members: NDArray[np.int32], rounds: Int, by_hours: bool, ground: Ground, scratch: Scratch
) -> tuple[NDArray[np.int32], bool]:
    """Return what a seed grows to in so many rounds, ascending, and whether it came to rest.

    It is compared with the events of its own hours, or of the whole log. Cost: in each round the members' events, and
    those in their bursts.
    """
    for _ in range(rounds):
        grown = _explained(members, by_hours, ground, scratch)
        if len(grown) < LEAST_HITS or np.array_equal(grown, members):
            return grown, True
        members = grown
    return members, False


@kernel
def _explained(members: NDArray[np.int32], by_hours: bool, ground: Ground, scratch: Scratch) -> NDArray[np.int32]:
    """Return the accounts that the bursts of some members explain, ascending."""
    mine = slots_of(members, ground.slots)
    crowd = Crowd(ground.layer, ground.everyone, _clock_of(mine, by_hours, ground), by_hours, ground.before)
    rows = find_bursts(mine, ground.slots, ground.windows, crowd, scratch)
    if len(rows) < LEAST_HITS:
        return members[:0].copy()
    widen(rows)
    n_mine = np.searchsorted(mine, rows[:, 1]) - np.searchsorted(mine, rows[:, 0])
    n_outside = rows[:, 1] - rows[:, 0] - n_mine
    layer = ground.layer[ground.slots.target[rows[:, 0]]]
    theirs = count_by_layer(members, ground.indptr, ground.activity_layer, ground.n_events, len(ground.base_layer))
    n_by_all = np.diff(ground.everyone.before[ground.everyone.indptr])
    rate = rate_of_outsiders(theirs, n_by_all, layer, n_outside)
    who, hits = count_hits(rows, members, ground.slots, scratch)
    expected = expected_hits(who, ground.indptr, ground.activity_layer, ground.n_events, rate)
    n_all_outside = n_outside.sum() + 0.5 * len(rows)
    nats = membership_nats(who, hits, members, expected, n_all_outside, len(ground.slots.account_indptr) - 1)
    return who[nats > LEAST_NATS]


@kernel
def slots_of(members: NDArray[np.int32], slots: Slots) -> NDArray[np.int64]:
    """Return the slots of some accounts, ascending. Cost: a sort of them, or a pass over all where they are many."""
    mine = gather_slots(members, slots)
    if len(mine) * MANY < len(slots.account):
        return np.sort(mine)
    is_mine = np.zeros(len(slots.account), np.bool_)
    is_mine[mine] = True
    return np.flatnonzero(is_mine)


@kernel
def widen(rows: NDArray[np.int64]) -> None:
    """Make bursts, as :func:`clickgraph.kernels.bursts.find_bursts` returns them, as wide as their windows reach.

    None reaches into its neighbour. Changes the first two columns, first slot and end.
    """
    for b in range(len(rows)):
        rows[b, 1] = rows[b, 6]
        if b + 1 < len(rows):
            rows[b, 1] = min(rows[b, 6], rows[b + 1, 0])
        rows[b, 0] = rows[b, 5]
        if b > 0:
            rows[b, 0] = max(rows[b, 5], rows[b - 1, 1])


@kernel
def _clock_of(mine: NDArray[np.int64], timed: bool, ground: Ground) -> Clock:
    """Sort the times of some slots within their layers; count them only, if they need not be `timed`.

    A slot is counted in its base layer, and in its own if that was set apart.
    """
    indptr = np.zeros(len(ground.base_layer) + 1, np.int64)
    for slot in mine:
        own = ground.layer[ground.slots.target[slot]]
        base = ground.base_layer[own]
        indptr[base + 1] += 1
        indptr[own + 1] += base != own
    indptr = np.cumsum(indptr)
    before = np.arange(indptr[-1] + 1).astype(np.int32)
    if not timed:
        return Clock(np.empty(0, np.int64), indptr, before)
    time, free = np.empty(indptr[-1], np.int64), indptr[:-1].copy()
    for slot in mine:
        own = ground.layer[ground.slots.target[slot]]
        base = ground.base_layer[own]
        time[free[base]] = ground.slots.time[slot]
        free[base] += 1
        if base != own:
            time[free[own]] = ground.slots.time[slot]
            free[own] += 1
    for k in range(len(indptr) - 1):
        time[indptr[k] : indptr[k + 1]] = np.sort(time[indptr[k] : indptr[k + 1]])
    return Clock(time, indptr, before)
