"""Evenness: whether members take part like phones of a pool, or like an audience, loyal and casual."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import poisson

from clickgraph.rings.background import Background
from clickgraph.rings.bursts import Bursts

AUDIENCE_VARIANCE = 3.0  # times the variance of a pool in which every member is as likely to come
AUDIENCE_EDGE = 0.3  # surplus of casual outsiders per member


@dataclass(frozen=True, slots=True)
class Evenness:
    """How a group takes part in its bursts.

    Attributes
    ----------
    variance_ratio : float
        Variance of the members' hits against a binomial with their mean: about 1 for a farm that fills each
        order from its pool, well above for an audience. NaN where every member hit every burst.
    edge : float
        Outsiders with two to half the median member's hits, beyond what their activity explains, per member:
        about 0 for a farm; an audience thins out.
    """

    variance_ratio: float
    edge: float

    @property
    def is_audience(self) -> bool:
        """Whether both say audience."""
        return self.variance_ratio > AUDIENCE_VARIANCE and self.edge > AUDIENCE_EDGE


def measure_evenness(log: Background, members: NDArray[np.int32], bursts: Bursts) -> Evenness:
    """Compare the members' hits with a binomial, and the outsiders' with their activity."""
    who, hits = log.hits_in(bursts)
    is_member = np.isin(who, members)
    mine = np.zeros(len(members))
    mine[np.searchsorted(members, who[is_member])] = hits[is_member]
    share = mine.mean() / len(bursts)
    pool = len(bursts) * share * (1 - share)
    most = int(np.median(mine) / 2)
    casual = int(((hits >= 2) & (hits <= most) & ~is_member).sum())
    expected = log.activity @ log.outside_rate(members, bursts)
    expected[members] = 0.0
    by_activity = (poisson.cdf(most, expected) - poisson.cdf(1, expected)).sum() if most >= 2 else 0.0
    edge = (casual - by_activity) / len(members)
    return Evenness(float(mine.var() / pool) if pool > 0 else float("nan"), float(edge))
