"""Evenness: whether members take part like phones of a pool, or like an audience, loyal and casual."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import pdtrc

from clickgraph.log.distinct import distinct
from clickgraph.rings.background import Background
from clickgraph.rings.bursts import Bursts

EDGES = 1 / 4, 1 / 3, 1 / 2  # of the median member's hits
Hits = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Evenness:
    """How a group takes part in its bursts, and who else does.

    Attributes
    ----------
    variance_ratio : float
        Variance of the members' hits against a binomial with their mean: about 1 for a farm that fills each
        order from its pool, well above for an audience. NaN where every member hit every burst.
    surplus : float
        How far that lies above 1, in standard errors of an even pool, ``(ratio - 1) sqrt(members / 2)``.
    unevenness : float
        Squared coefficient of variation of the members' readiness to take part, the noise of a binomial taken
        off: about 0 for a pool; it does not grow with the number of bursts, as the variance ratio does.
    edge : float
        Outsiders who hit at least a quarter as many bursts as the median member (two at least), beyond what their
        activity explains, per member; or a third, or half as many, whichever is most. About 0 for a farm; an audience
        thins out, and around a part of one stand others like its members.
    inner_edge, inner_p : float
        The same from a third on, where passers-by of busy contents are no longer; and how likely at least so many
        outsiders are by their activity alone (Poisson).
    returns : float
        In how many bursts a member is seen on a content, where it is seen at all: 1 for likes, stars and follows, which
        are given once; people come back to what they read.
    """

    variance_ratio: float
    surplus: float
    unevenness: float
    edge: float
    inner_edge: float
    inner_p: float
    returns: float


def measure_evenness(log: Background, members: NDArray[np.int32], bursts: Bursts) -> Evenness:
    """Compare the members' hits with a binomial, and the outsiders' with their activity."""
    who, hits = log.hits_in(bursts, members)
    is_member = np.isin(who, members)
    ratio, unevenness = _spread_of(hits[is_member], n_bursts=len(bursts))
    surplus = (ratio - 1) * float(np.sqrt(len(members) / 2)) if np.isfinite(ratio) else 0.0
    median = float(np.median(hits[is_member]))
    outer, *inner = (
        _edge_from(log, members, bursts, hits[~is_member], least=max(2, math.ceil(median * share))) for share in EDGES
    )
    inner_edge, inner_p = max(inner)
    return Evenness(ratio, surplus, unevenness, max(outer[0], inner_edge), inner_edge, inner_p, _returns(log, bursts))


def _edge_from(
    log: Background, members: NDArray[np.int32], bursts: Bursts, hits: Hits, *, least: int
) -> tuple[float, float]:
    """Return who hit at least so many bursts beyond what is expected, per member, and the chance of it."""
    n_near, n_expected = int((hits >= least).sum()), _n_expected(log, members, bursts, least=least)
    return (n_near - n_expected) / len(members), float(pdtrc(n_near - 1, n_expected)) if n_near else 1.0


def _n_expected(log: Background, members: NDArray[np.int32], bursts: Bursts, *, least: int) -> float:
    """Return how many outsiders hit at least so many bursts by their activity alone."""
    rate = log.outside_rate(members, bursts)
    if log.graph.n_layers > 1:
        expected = log.activity @ rate
        expected[members] = 0.0
        return float(pdtrc(least - 1, expected).sum())
    # Those that acted as often expect the same.
    n_accounts = log.n_as_active - np.bincount(log.n_acted[members], minlength=len(log.n_as_active))
    levels = np.flatnonzero(n_accounts)
    return float(n_accounts[levels] @ pdtrc(least - 1, levels * rate[0]))


def _returns(log: Background, bursts: Bursts) -> float:
    """Return the bursts in which a member was seen, per content on which it was."""
    slots = log.graph.slots
    inside, burst = bursts.acts()
    account = slots.account[inside].astype(np.int64)
    n_seen = len(distinct(account * len(bursts) + burst))
    return n_seen / max(1, len(distinct(account * len(slots.target_indptr) + slots.target[inside])))


def _spread_of(hits: Hits, *, n_bursts: int) -> tuple[float, float]:
    """Return the variance ratio and the unevenness of the members' hits."""
    mean, variance = float(hits.mean()), float(hits.var())
    binomial = mean * (1 - mean / n_bursts)
    return (variance / binomial if binomial > 0 else float("nan")), (variance - binomial) / mean**2
