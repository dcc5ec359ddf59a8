"""Growth: a seed's bursts, then every account that those explain, in turns, without a step outside the kernels."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from clickgraph.kernels._jit import Int, kernel
from clickgraph.kernels.activity import count_by_layer, expected_hits, rate_of_outsiders
from clickgraph.kernels.bursts import Clock, Crowd, clock_of, find_bursts, widen
from clickgraph.kernels.hits import Scratch, count_hits
from clickgraph.kernels.membership import LEAST_HITS, LEAST_NATS, membership_nats
from clickgraph.kernels.slots import Slots, slots_of


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
        Empty: each slot is one event.
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
def are_fertile(
    indptr: NDArray[np.int64],
    accounts: NDArray[np.int32],
    first: Int,
    last: Int,
    rounds: Int,
    min_size: Int,
    ground: Ground,
    scratch: Scratch,
) -> NDArray[np.bool_]:
    """Say which of the seeds `first` to `last`, in CSR form, grow or stay: in the whole log, or beside their own hours.

    The others end with fewer than `min_size` members. Cost: two turns of each, and as many more as it shrinks in.
    """
    fertile = np.zeros(last - first, np.bool_)
    for k in range(first, last):
        seed = accounts[indptr[k] : indptr[k + 1]]
        for by_hours in (False, True):
            if not fertile[k - first]:
                fertile[k - first] = _lasts(seed, rounds, min_size, by_hours, ground, scratch)
    return fertile


@kernel
def _lasts(
    members: NDArray[np.int32], rounds: Int, min_size: Int, by_hours: bool, ground: Ground, scratch: Scratch
) -> bool:
    """Say whether a seed grows, or only shrinks, but to no fewer than `min_size` members."""
    for _ in range(rounds):
        grown = _explained(members, by_hours, ground, scratch)
        if len(grown) > len(members):
            return True
        if len(grown) < LEAST_HITS or np.array_equal(grown, members):
            return bool(len(grown) >= min_size)
        members = grown
    return bool(len(members) >= min_size)


@kernel
def _explained(members: NDArray[np.int32], by_hours: bool, ground: Ground, scratch: Scratch) -> NDArray[np.int32]:
    """Return the accounts that the bursts of some members explain, ascending."""
    mine = slots_of(members, ground.slots)
    theirs = clock_of(mine, by_hours, ground.layer, ground.base_layer, ground.slots)
    crowd = Crowd(ground.layer, ground.everyone, theirs, by_hours, ground.before)
    rows = find_bursts(mine, ground.slots, ground.windows, crowd, scratch)
    if len(rows) < LEAST_HITS:
        return members[:0].copy()
    widen(rows)
    n_mine = np.searchsorted(mine, rows[:, 1]) - np.searchsorted(mine, rows[:, 0])
    n_outside = rows[:, 1] - rows[:, 0] - n_mine
    layer = ground.layer[ground.slots.target[rows[:, 0]]]
    by_members = count_by_layer(members, ground.indptr, ground.activity_layer, ground.n_events, len(ground.base_layer))
    by_all = np.diff(ground.everyone.before[ground.everyone.indptr])
    rate = rate_of_outsiders(by_members, by_all, layer, n_outside)
    who, hits = count_hits(rows, members, ground.slots, scratch)
    expected = expected_hits(who, ground.indptr, ground.activity_layer, ground.n_events, rate)
    n_all_outside = n_outside.sum() + 0.5 * len(rows)
    nats = membership_nats(who, hits, members, expected, n_all_outside, len(ground.slots.account_indptr) - 1)
    return who[nats > LEAST_NATS]
