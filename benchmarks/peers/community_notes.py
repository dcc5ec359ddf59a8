"""Community Notes: raters who choose the same posts within 20 minutes, by smoothed NPMI.

The rule that X runs in production and publishes (github.com/twitter/communitynotes,
post_selection_similarity.py). NPMI: Bouma, GSCL 2009.
"""

import math
from typing import Any

import numpy as np

from benchmarks.peers.groups import Floats, Groups, Ints, code_log, join_ties, without_repeats
from benchmarks.peers.pairs import count_pairs


def detect(
    events: Any,
    *,
    window: str = "20min",
    npmi: float = 0.55,
    min_similarity: float = 0.4,
    min_contents: int = 10,
    pseudocounts: float = 500.0,
    similarity_pseudocounts: float = 10.0,
) -> Groups:
    """Return the components of the pairs whose choice of contents is too similar.

    With `n` the contents on which two accounts met within `window`, `d` the contents of each and `N` the
    sum of all `d`: ``npmi = log(n N / ((d_i + s) (d_j + s))) / -log(n / N)``, or
    ``n / (min(d_i, d_j) + t)`` at least `min_similarity`; accounts with fewer contents than `min_contents`
    are left out.

    Parameters
    ----------
    events : table
        account, content, time; action where the log has it.
    window : str
        Farthest distance of two ratings of one content.
    npmi, min_similarity : float
        Either threshold makes a tie.
    min_contents : int
        Fewest contents of an account.
    pseudocounts, similarity_pseudocounts : float
        The smoothing s and t.
    """
    log = code_log(events)
    d = np.bincount(without_repeats(log)[0], minlength=log.n_accounts)
    n_all = int(d.sum())
    fewest = min(
        _fewest_for_npmi(n_all, min_contents + pseudocounts, npmi=npmi),
        math.ceil(min_similarity * (min_contents + similarity_pseudocounts)),
    )
    account, other, met = count_pairs(log, window=window, min_shared=max(1, fewest))
    able = np.minimum(d[account], d[other]) >= min_contents
    account, other, met = account[able], other[able], met[able]
    left, right = ((d[ends] + pseudocounts).astype(np.float64) for ends in (account, other))
    value = smoothed_npmi(met, left, right, n_all=n_all)
    share = met / (np.minimum(d[account], d[other]) + similarity_pseudocounts)
    kept = (value >= npmi) | (share >= min_similarity)
    strength = np.maximum(value / npmi, share / min_similarity)[kept]
    return join_ties(account[kept], other[kept], strength, ids=log.account_ids)


def smoothed_npmi(met: Ints, left: Floats, right: Floats, *, n_all: int) -> Floats:
    """Return ``log(met n_all / (left right)) / -log(met / n_all)``; 1 for a pair that is all of the log."""
    sure = np.maximum(-np.log(met / n_all), 1e-12)
    return np.asarray(np.log(met * n_all / (left * right)) / sure, dtype=np.float64)


def _fewest_for_npmi(n_all: int, least: float, *, npmi: float) -> int:
    """Return the smallest count that could reach the threshold: npmi grows with it, so the rest is exact."""
    log_count = (2 * math.log(least) - (1 - npmi) * math.log(max(n_all, 2))) / (1 + npmi)
    return max(1, math.ceil(math.exp(log_count) - 1e-9))
