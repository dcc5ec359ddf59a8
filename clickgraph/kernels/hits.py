"""Hits: which accounts acted in the bursts of a group, and in how many of them."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from clickgraph.kernels._jit import kernel
from clickgraph.kernels.slots import Slots


class Scratch(NamedTuple):
    """What one group after another is counted in, over A accounts.

    Attributes
    ----------
    hits : ndarray of int32, shape (A,)
        Zero, before a group and after.
    mark_of : ndarray of int64, shape (A,)
        The mark of the last burst to which each account came that may come twice.
    mark : ndarray of int64, shape (1,)
        The next mark to give out.
    met : ndarray of int32, shape (A,)
        Anything.
    """

    hits: NDArray[np.int32]
    mark_of: NDArray[np.int64]
    mark: NDArray[np.int64]
    met: NDArray[np.int32]


def new_scratch(n_accounts: int) -> Scratch:
    """Return a fresh :class:`Scratch`."""
    hits, met = np.zeros(n_accounts, np.int32), np.empty(n_accounts, np.int32)
    return Scratch(hits, np.full(n_accounts, -1), np.zeros(1, np.int64), met)


@kernel
def count_hits(
    bursts: NDArray[np.int64], members: NDArray[np.int32], slots: Slots, scratch: Scratch
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Count the bursts that accounts hit, for those that hit two or more, and for members that hit one.

    ``bursts[:, :2]`` are first and end slots. Returns these accounts, ascending, and their hits.
    Cost: the events inside the bursts; most accounts come once, and are not sorted.
    """
    hits, mark_of, mark, met = scratch.hits, scratch.mark_of, scratch.mark, scratch.met
    n = len(members)
    met[:n] = members
    hits[members] = 1  # ahead of the others, so that two make anyone one to return
    for b in range(len(bursts)):
        for slot in range(bursts[b, 0], bursts[b, 1]):
            a = slots.account[slot]
            if slots.is_repeated[slot]:  # only such an account may come twice to a burst
                if mark_of[a] == mark[0]:
                    continue
                mark_of[a] = mark[0]
            if hits[a] == 0:
                met[n] = a
                n += 1
            hits[a] += 1
        mark[0] += 1
    n_several = 0
    for a in met[:n]:
        if hits[a] >= 2:
            met[n_several] = a
            n_several += 1
        else:
            hits[a] = 0
    for a in members:
        hits[a] -= hits[a] > 0
    who = np.sort(met[:n_several])
    counts = hits[who]
    hits[who] = 0
    return who, counts
