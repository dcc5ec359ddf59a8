"""Measures of a ranking, of two partitions, and of p-values: arrays in, numbers out."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta

from clickgraph.errors import InputError
from clickgraph.log.table import Table

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]


def average_precision(score: Floats, *, positive: Flags) -> float:
    """Return the average precision of a ranking by `score`; equal scores share one threshold.

    ``sum((recall_k - recall_{k-1}) * precision_k)`` over the distinct scores, highest first; nan without
    positives. O(n log n).

    Examples
    --------
    >>> average_precision(np.array([3.0, 2.0, 1.0]), positive=np.array([True, False, True]))
    0.8333333333333333
    """
    order = np.argsort(-score, kind="stable")
    hits = np.cumsum(positive[order])
    if not len(hits) or not hits[-1]:
        return float("nan")
    last = np.flatnonzero(np.append(score[order][1:] != score[order][:-1], True))
    precision = hits[last] / (last + 1.0)
    return float(np.sum(np.diff(hits[last], prepend=0) * precision) / hits[-1])


def adjusted_rand_index(left: Ints, right: Ints) -> float:
    """Return the agreement of two partitions, given as class numbers: 1 if equal, 0 as by chance.

    Hubert and Arabie (1985), doi:10.1007/BF01908075. O(n log n).

    Examples
    --------
    >>> adjusted_rand_index(np.array([0, 0, 1, 1]), np.array([5, 5, 7, 7]))
    1.0
    """
    pairs = [_count_pairs(np.unique(side, return_counts=True)[1]) for side in (left, right)]
    both = _count_pairs(np.unique(np.stack([left, right]), axis=1, return_counts=True)[1])
    every = _count_pairs(np.array([len(left)]))
    expected = pairs[0] * pairs[1] / every if every else 0.0
    most = sum(pairs) / 2
    return 1.0 if most == expected else (both - expected) / (most - expected)


def calibration(p_values: Any, *, levels: Sequence[float] = (0.1, 0.05, 0.01), confidence: float = 0.95) -> Table:
    """Return how often p-values of clean worlds are at most `a`: a valid test has ``P(p <= a) <= a``.

    The interval is the exact binomial one (Clopper and Pearson 1934, doi:10.1093/biomet/26.4.404); where
    its lower end exceeds the level, the promise is broken beyond sampling error.

    Parameters
    ----------
    p_values : array_like of float
        One p-value per clean world, each between 0 and 1.
    levels : sequence of float
        The values of `a`.
    confidence : float
        Of the interval.

    Returns
    -------
    Table
        level, n, n_below, share, low, high, holds.

    Raises
    ------
    InputError
        A p-value is not between 0 and 1.

    Examples
    --------
    >>> calibration([0.2, 0.5, 0.9], levels=[0.05]).to_pylist()[0]["holds"]
    True
    """
    values = np.asarray(p_values, dtype=np.float64)
    wrong = ~((values >= 0) & (values <= 1))
    if wrong.any():
        raise InputError("p-values between 0 and 1", f"{values[wrong][0]}", "leave out worlds without a p-value")
    a = np.asarray(levels, dtype=np.float64)
    n, below = len(values), np.sum(values[:, None] <= a, axis=0)
    rest = (1 - confidence) / 2
    low = np.where(below > 0, beta.ppf(rest, np.maximum(below, 1), n - below + 1), 0.0)
    high = np.where(below < n, beta.ppf(1 - rest, below + 1, np.maximum(n - below, 1)), 1.0)
    return Table.from_columns(
        level=a,
        n=np.full(len(a), n),
        n_below=below,
        share=below / max(n, 1),
        low=low,
        high=high,
        holds=low <= a,
    )


def _count_pairs(sizes: Ints) -> float:
    return float(np.sum(sizes.astype(np.float64) * (sizes - 1)) / 2)
