"""Bursts: the intervals on contents in which a group acts together."""

import math
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from clickgraph.kernels.bursts import burst_nats
from clickgraph.kernels.slots import Slots
from clickgraph.log.distinct import are_first, distinct

OF_LOG = ("mine", "before")  # fields that are not of the bursts


@dataclass(frozen=True, slots=True, eq=False)
class Bursts:
    """The bursts of one group, in the order of the log's slots; arrays are of shape (n_bursts,) but for the last two.

    Attributes
    ----------
    first, end : ndarray of int64
        The slots of each burst, from its first member's event to its last one's: a run on one target.
    n_members, n_mine : ndarray of int64
        Different members in it, and events of members.
    window : ndarray of int64
        Microseconds that it was given from its first event on.
    reach_first, reach_end : ndarray of int64
        The slots of all windows of that width that hold the same events.
    n_beside : ndarray of int64
        Events of outsiders within the window.
    n_around, n_others : ndarray of int64
        Events of members (the first of the burst left out), and of outsiders, with which it is compared.
    mine : ndarray of int64, shape (n_events of the members,)
        All slots of the members, ascending.
    before : ndarray of int64, shape (n_slots + 1,) or (0,)
        Events before each slot of the log, where a slot may stand for several.
    """

    first: NDArray[np.int64]
    end: NDArray[np.int64]
    n_members: NDArray[np.int64]
    n_mine: NDArray[np.int64]
    window: NDArray[np.int64]
    reach_first: NDArray[np.int64]
    reach_end: NDArray[np.int64]
    n_beside: NDArray[np.int64]
    n_around: NDArray[np.int64]
    n_others: NDArray[np.int64]
    mine: NDArray[np.int64]
    before: NDArray[np.int64]

    @classmethod
    def from_rows(cls, rows: NDArray[np.int64], mine: NDArray[np.int64], before: NDArray[np.int64]) -> "Bursts":
        """Take the columns of :func:`clickgraph.kernels.bursts.find_bursts`: the fields, in their order."""
        return cls(*(*rows.T, mine, before))

    def __len__(self) -> int:
        """Return the number of bursts."""
        return len(self.first)

    @property
    def n_outside(self) -> NDArray[np.int64]:
        """Events of outsiders in each burst."""
        n_there = self.before[self.end] - self.before[self.first] if len(self.before) else self.end - self.first
        n_outside: NDArray[np.int64] = n_there - self.n_mine
        return n_outside

    @property
    def expected(self) -> NDArray[np.float64]:
        """Members expected beside the first."""
        drawn = self.n_members - 1 + self.n_beside
        expected: NDArray[np.float64] = drawn * (self.n_around / np.maximum(self.n_around + self.n_others, 1))
        return expected

    @property
    def nats(self) -> NDArray[np.float64]:
        """Evidence of each burst."""
        rows = zip(self.n_members - 1, self.n_beside, self.n_around, self.n_others, strict=True)
        return np.array([burst_nats(*row) for row in rows], dtype=np.float64)

    def where(self, chosen: NDArray[np.bool_]) -> "Bursts":
        """Return the chosen bursts."""
        columns = {each.name: getattr(self, each.name) for each in fields(self) if each.name not in OF_LOG}
        return replace(self, **{name: values[chosen] for name, values in columns.items()})

    def widened(self) -> "Bursts":
        """Return the bursts as wide as their windows reach, none into its neighbour."""
        if len(self) == 0:
            return self
        first, end = self.reach_first.copy(), self.reach_end.copy()
        np.minimum(end[:-1], self.first[1:], out=end[:-1])
        np.maximum(first[1:], end[:-1], out=first[1:])
        n_mine = np.searchsorted(self.mine, end) - np.searchsorted(self.mine, first)
        return replace(self, first=first, end=end, n_mine=n_mine)

    def acts(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the members' slots that lie in a burst, ascending, and the burst of each."""
        burst = np.searchsorted(self.first, self.mine, side="right") - 1
        inside = burst >= 0
        inside[inside] = self.mine[inside] < self.end[burst[inside]]
        return self.mine[inside], burst[inside]


def one_proof_per_act(bursts: Bursts, slots: Slots, *, n_windows: int) -> Bursts:
    """Count each act in one burst only, the one with most evidence; drop bursts that no longer pay.

    A post with a link, its domain and two hashtags is one act, not four proofs.
    """
    if len(slots.act) == 0:
        return bursts
    return keep_one_proof(bursts, slots.account, slots.act[bursts.acts()[0]], n_windows=n_windows)


def keep_one_proof(
    bursts: Bursts, account: NDArray[np.int32], proof: NDArray[np.int64] | NDArray[np.int32], *, n_windows: int
) -> Bursts:
    """Count each proof in one burst only, the one with most evidence; drop bursts that no longer pay.

    `account` is that of every slot, `proof` a number for each slot of :meth:`Bursts.acts`: slots with one number are
    one proof.
    """
    if len(bursts) == 0:
        return bursts
    inside, burst = bursts.acts()
    rank = np.empty(len(bursts), dtype=np.int64)
    rank[np.lexsort((bursts.first, -bursts.nats))] = np.arange(len(bursts))
    order = np.lexsort((rank[burst], proof))
    counted = order[are_first(proof[order])]
    who = account[inside[counted]]
    n_accounts = int(who.max()) + 1
    pairs = distinct(burst[counted] * n_accounts + who)
    left = replace(bursts, n_members=np.bincount(pairs // n_accounts, minlength=len(bursts)))
    cost = math.log(max(2, len(bursts.mine) * n_windows / len(bursts)))
    return left.where((left.n_members >= 2) & (left.nats > cost))
