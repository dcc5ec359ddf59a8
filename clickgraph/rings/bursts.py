"""Bursts: the intervals on contents in which a group acts together."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clickgraph.kernels.bursts import burst_nats
from clickgraph.kernels.slots import Slots


@dataclass(frozen=True, slots=True, eq=False)
class Bursts:
    """The bursts of one group, in the order of the log's slots.

    Attributes
    ----------
    first, end : ndarray of int64, shape (n_bursts,)
        The slots of each burst: a run on one target.
    n_members, n_mine : ndarray of int64
        Different members in it, and events of members.
    window : ndarray of int64
        Microseconds: gaps up to this were joined.
    expected, nats : ndarray of float64
        Members expected, and the evidence of those seen.
    """

    first: NDArray[np.int64]
    end: NDArray[np.int64]
    n_members: NDArray[np.int64]
    n_mine: NDArray[np.int64]
    window: NDArray[np.int64]
    expected: NDArray[np.float64]
    nats: NDArray[np.float64]

    @property
    def n_outside(self) -> NDArray[np.int64]:
        """Events of outsiders in each burst."""
        return self.end - self.first - self.n_mine

    def __len__(self) -> int:
        """Return the number of bursts."""
        return len(self.first)

    def holding(self, slots: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return those of the ascending `slots` that lie in a burst, and the burst of each."""
        burst = np.searchsorted(self.first, slots, side="right") - 1
        inside = burst >= 0
        inside[inside] = slots[inside] < self.end[burst[inside]]
        return slots[inside], burst[inside]


def one_proof_per_act(bursts: Bursts, mine: NDArray[np.int64], slots: Slots, *, cost: float) -> Bursts:
    """Count each act in one burst only, the one with most evidence; drop bursts that no longer pay.

    A post with a link, its domain and two hashtags is one act, not four proofs. `mine` are the members' slots.
    """
    if len(slots.act) == 0 or len(bursts) == 0:
        return bursts
    inside, burst = bursts.holding(mine)
    rank = np.empty(len(bursts), dtype=np.int64)
    rank[np.lexsort((bursts.first, -bursts.nats))] = np.arange(len(bursts))
    order = np.lexsort((rank[burst], slots.act[inside]))
    act = slots.act[inside][order]
    counted = order[np.concatenate(([True], act[1:] != act[:-1]))]
    pairs = np.unique(np.column_stack((burst[counted], slots.account[inside[counted]])), axis=0)
    n_members = np.bincount(pairs[:, 0], minlength=len(bursts))
    nats = np.array([burst_nats(n, e) for n, e in zip(n_members, bursts.expected, strict=True)])
    kept = (n_members >= 2) & (nats > cost)
    return Bursts(
        bursts.first[kept], bursts.end[kept], n_members[kept], bursts.n_mine[kept],
        bursts.window[kept], bursts.expected[kept], nats[kept],
    )  # fmt: skip
