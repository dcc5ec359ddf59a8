"""Splitting: a group whose bursts fall into parts with few members in common is several groups."""

import math

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from clickgraph.rings.background import Background
from clickgraph.rings.bursts import Bursts
from clickgraph.rings.trial import price_of_choice

MOST_BURSTS = 4000  # whose pairs are compared; what has more is an audience
LEAST_PART = 3  # accounts


def split_group(log: Background, members: NDArray[np.int32], bursts: Bursts) -> list[NDArray[np.int32]]:
    """Return the parts of a group where they are worth more than the whole, else the group itself.

    Bursts belong together where they have more members in common than chance among the members gives, by a
    standard deviation; an account goes to the part of which it hit most bursts.
    """
    if not 1 < len(bursts) <= MOST_BURSTS:
        return [members]
    parts = _parts(log, members, bursts)
    if len(parts) < 2 or math.fsum(_worth(log, part) for part in parts) <= _worth(log, members):
        return [members]
    return parts


def _worth(log: Background, members: NDArray[np.int32]) -> float:
    bursts = log.bursts_of(members, by_hours=False)
    return max(0.0, math.fsum(bursts.nats) - price_of_choice(log, members, bursts))


def _parts(log: Background, members: NDArray[np.int32], bursts: Bursts) -> list[NDArray[np.int32]]:
    slot, burst = bursts.holding(log.slots_of(members))
    who = np.searchsorted(members, log.graph.slots.account[slot])
    burst, who = np.unique(np.column_stack((burst, who)), axis=0).T
    came = csr_array((np.ones(len(who)), (burst, who)), shape=(len(bursts), len(members)))
    n = np.bincount(burst, minlength=len(bursts))
    common = (came @ came.T).tocoo()
    by_chance = n[common.row] * n[common.col] / len(members)
    more = common.data > by_chance + np.sqrt(by_chance)
    tied = csr_array((np.ones(more.sum()), (common.row[more], common.col[more])), shape=common.shape)
    n_parts, part = connected_components(tied, directed=False)
    hits = csr_array((np.ones(len(who)), (part[burst], who)), shape=(n_parts, len(members)))
    own = np.asarray(hits.argmax(axis=0)).ravel()
    is_borne_out = np.asarray(hits.max(axis=0).todense()).ravel() >= 2
    found = [members[(own == k) & is_borne_out] for k in np.unique(own[is_borne_out])]
    return [each for each in found if len(each) >= LEAST_PART]
