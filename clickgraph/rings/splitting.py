"""Splitting: a group whose bursts fall into halves with few members in common is two groups."""

import math

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from clickgraph.kernels.factorials import log_choose
from clickgraph.log.distinct import distinct
from clickgraph.rings.background import Background
from clickgraph.rings.bursts import Bursts
from clickgraph.rings.membership import judge_accounts
from clickgraph.rings.trial import price_of_choice

LEAST_PART = 3  # accounts
FEW = 0.8  # of the members that chance lets two halves share: with more, they are one group
STRANGERS = 0.25  # with less, they have next to nothing in common
FEW_OF_POOL = 0.25  # a pool's orders may take one shift after another, which share less than chance would have it
MOST_BURSTS = 4000  # what has more is an audience
TURNS = 100  # of the power iteration


def split_group(log: Background, members: NDArray[np.int32], *, few: float = FEW) -> list[NDArray[np.int32]]:
    """Return the parts of a group where they are worth more than the whole, else the group itself.

    The bursts are cut in two where the members that they have in common, beyond chance among the members, say so:
    by the leading eigenvector, as Newman cuts a network. Those who hit the larger share of a half tell how well it
    bears out each account, which goes to the half that does so better. Halves are cut again. `few`: of the members
    that chance lets two halves share; with more, they are one group. What the whole saves by not saying which of its
    members are of which half is not held against halves that are strangers to each other, and worth something both.

    References
    ----------
    Newman: Modularity and community structure in networks. PNAS 103 (2006), DOI 10.1073/pnas.0601602103.
    """
    bursts = log.bursts_of(members, by_hours=False)
    parts, share = _halves(log, members, bursts)
    if len(parts) < 2 or share >= few:
        return [members]
    of_parts = [worth_of(log, part, log.bursts_of(part, by_hours=False)) for part in parts]
    saved = log_choose(sum(map(len, parts)), len(parts[0])) if share < STRANGERS and min(of_parts) > 0 else 0.0
    if math.fsum(of_parts) + saved <= worth_of(log, members, bursts):
        return [members]
    return [piece for part in parts for piece in split_group(log, part, few=few)]


def are_strangers(log: Background, members: NDArray[np.int32], part: NDArray[np.int32]) -> bool:
    """Say whether a part of a group and the rest share less than a quarter of what chance would let them.

    Each burst is of the side of which the larger share came. Cost: the group's bursts.
    """
    came = _attendance(log, members, log.bursts_of(members, by_hours=False))
    is_part = np.isin(members, part)
    own, other = (np.asarray(came[:, half].mean(axis=1)).ravel() for half in (is_part, ~is_part))
    side = own > other
    return 0 < side.sum() < len(side) and _share_of_chance(came, side) < STRANGERS


def worth_of(log: Background, members: NDArray[np.int32], bursts: Bursts) -> float:
    """Return the nats of a group's bursts less what choosing them and the members cost; nothing if that is more."""
    return max(0.0, math.fsum(bursts.nats) - price_of_choice(log, members, bursts))


def _halves(log: Background, members: NDArray[np.int32], bursts: Bursts) -> tuple[list[NDArray[np.int32]], float]:
    """Return the halves, and what they share of what chance would let them; the group itself where it has none."""
    if len(members) < 2 * LEAST_PART or not 2 <= len(bursts) <= MOST_BURSTS:
        return [members], 1.0
    came = _attendance(log, members, bursts)
    side = _leading_side(came)
    hits = np.stack((came[~side].sum(axis=0), came[side].sum(axis=0)))
    of_half = hits / np.maximum(1, [[(~side).sum()], [side.sum()]])
    own = of_half.argmax(axis=0)
    nats = np.stack([_nats_of(log, members, own == half, bursts.where(side == half)) for half in (0, 1)])
    own, is_borne_out = nats.argmax(axis=0), nats.max(axis=0) > 0
    parts = [members[is_borne_out & (own == half)] for half in (0, 1)]
    return (parts, _share_of_chance(came, side)) if min(map(len, parts)) >= LEAST_PART else ([members], 1.0)


def _nats_of(
    log: Background, members: NDArray[np.int32], is_own: NDArray[np.bool_], bursts: Bursts
) -> NDArray[np.float64]:
    """Return how well a half bears out each member, told by those who hit the larger share of it; 0 if it does not."""
    judged = judge_accounts(log, members[is_own], bursts)
    nats = np.zeros(len(members))
    is_member = np.isin(judged.account, members)
    nats[np.searchsorted(members, judged.account[is_member])] = judged.nats[is_member]
    return nats


def _attendance(log: Background, members: NDArray[np.int32], bursts: Bursts) -> csr_array:
    """Return bursts x members, one where the member came."""
    slot, burst = bursts.acts()
    who = np.searchsorted(members, log.graph.slots.account[slot])
    burst, who = np.divmod(distinct(burst * len(members) + who), len(members))
    return csr_array((np.ones(len(who)), (burst, who)), shape=(len(bursts), len(members)))


def _leading_side(came: csr_array) -> NDArray[np.bool_]:
    """Return the side of each burst: the sign of the leading eigenvector of what two have in common beyond chance."""
    n, back = np.asarray(came.sum(axis=1)).ravel(), came.T
    own = n - n * n / came.shape[1]  # a burst's excess with itself says nothing
    vector = np.linspace(-1.0, 1.0, len(n))
    shift = float(n.max())  # so that the largest eigenvalue is the leading one, not the most negative
    for _ in range(TURNS):
        vector = came @ (back @ vector) - n * (n @ vector) / came.shape[1] - own * vector + shift * vector
        vector /= np.abs(vector).max()
    side: NDArray[np.bool_] = vector > 0
    return side


def _share_of_chance(came: csr_array, side: NDArray[np.bool_]) -> float:
    """Return what the halves have in common, over what chance among the members would give them."""
    one, other = (np.asarray(came[half].sum(axis=0)).ravel() for half in (~side, side))
    by_chance = one.sum() * other.sum() / came.shape[1]
    return float(one @ other / by_chance)
