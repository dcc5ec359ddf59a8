"""Membership: how much better than chance belonging to a group explains how often an account hit its bursts."""

import math

import numpy as np
from numpy.typing import NDArray

from clickgraph.kernels._jit import Int, kernel

LEAST_HITS = 2  # of bursts: who hit one shares nothing with the group
LEAST_NATS = 2.0  # a member is more than seven times as likely to belong as not, the prior included


@kernel
def membership_nats(
    who: NDArray[np.int32],
    hits: NDArray[np.int32],
    members: NDArray[np.int32],
    expected: NDArray[np.float64],
    n_outside: float,
    n_accounts: Int,
) -> NDArray[np.float64]:
    """Return for each account ``h ln(l1/l0) - (l1 - l0) + ln(members/accounts)``, float64; -inf below two hits.

    ``l1`` is the members' mean of the hits, ``l0`` what is `expected` of the account by its activity. Of an outsider
    that stands on the `n_outside` acts of outsiders, his own hits among them: they are left out. `who` and `members`
    ascend. Cost: one pass over both.
    """
    is_member, n_hit, place = np.zeros(len(who), np.bool_), 0, 0
    for k in range(len(who)):
        while place < len(members) and members[place] < who[k]:
            place += 1
        if place < len(members) and members[place] == who[k]:
            is_member[k] = True
            n_hit += hits[k]
    mean, prior = n_hit / len(members), math.log(len(members) / n_accounts)
    nats = np.full(len(who), -np.inf)
    for k in range(len(who)):
        if hits[k] >= LEAST_HITS:
            others = 1.0 if is_member[k] else (n_outside - hits[k] + 0.5) / (n_outside + 0.5)
            chance = expected[k] * others
            nats[k] = hits[k] * math.log(mean / chance) - (mean - chance) + prior
    return nats
