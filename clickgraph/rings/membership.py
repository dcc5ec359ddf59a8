"""Membership: which accounts the bursts of a group explain better than chance."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clickgraph.kernels.membership import LEAST_HITS, LEAST_NATS, membership_nats
from clickgraph.rings.background import Background
from clickgraph.rings.bursts import Bursts


@dataclass(frozen=True, slots=True, eq=False)
class Membership:
    """Who belongs to a group, and how much better that explains him.

    Attributes
    ----------
    account : ndarray of int32, ascending
        The accounts.
    hits : ndarray of int32
        Bursts that each of them hit.
    nats : ndarray of float64
        Log likelihood ratio of belonging, prior included.
    """

    account: NDArray[np.int32]
    hits: NDArray[np.int32]
    nats: NDArray[np.float64]

    def __len__(self) -> int:
        """Return the number of members."""
        return len(self.account)

    def where(self, chosen: NDArray[np.bool_]) -> "Membership":
        """Return the chosen members."""
        return Membership(self.account[chosen], self.hits[chosen], self.nats[chosen])


NOBODY = Membership(np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.float64))


def judge_accounts(log: Background, members: NDArray[np.int32], bursts: Bursts) -> Membership:
    """Decide for every account whether the group's bursts explain it.

    An account that hit `h` bursts belongs if ``h ln(l1/l0) - (l1 - l0) + ln(members/accounts) > 2``, with
    `l1` the members' mean and `l0` what its activity and the outsiders' rate, the account itself left out, expect.
    Who hit one burst only shares nothing with the group.
    """
    if len(bursts) < LEAST_HITS or len(members) == 0:
        return NOBODY
    who, hits = log.hits_in(bursts, members)
    expected = log.expected_hits(who, log.outside_rate(members, bursts))
    n_outside = float(bursts.n_outside.sum()) + 0.5 * len(bursts)
    nats = membership_nats(who, hits, members, expected, n_outside, log.n_accounts)
    return Membership(who, hits, nats).where(nats > LEAST_NATS)
