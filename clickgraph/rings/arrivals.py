"""Arrivals: who comes when to what, ranked, and how alike two arrivals in a row are."""

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from clickgraph.log.distinct import are_first

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
TICK = 1_000_000  # microseconds: lags that differ by no more repeat


@dataclass(frozen=True, slots=True, eq=False)
class Arrivals:
    """Each item's first time in each group: a member's in an occasion, or a content's in a sitting.

    Attributes
    ----------
    group, item, time : ndarray of int64, shape (n,)
        Sorted by group and item; a pair comes once. Microseconds.
    """

    group: Ints
    item: Ints
    time: Ints

    @classmethod
    def of(cls, group: Ints, item: Ints, time: Ints) -> "Arrivals":
        """Keep the first of each item in each group. Cost: one sort."""
        order = np.lexsort((time, item, group))
        group, item, time = group[order], item[order], time[order]
        is_first = are_first(group, item)
        return cls(group[is_first], item[is_first], time[is_first])

    def lags(self) -> Ints:
        """Return how long each came after the first of its group, in microseconds."""
        n = int(self.group.max(initial=-1)) + 1
        begin = np.full(n, np.iinfo(np.int64).max)
        np.minimum.at(begin, self.group, self.time)
        behind: Ints = self.time - begin[self.group]
        return behind

    def places(self) -> Floats:
        """Return the rank of each in its group, from 0 (first) to 1 (last), equal times in the middle; alone: 0.5."""
        order = np.lexsort((self.time, self.group))
        g, t = self.group[order], self.time[order]
        start, tie = _run_starts(are_first(g)), _run_starts(are_first(g, t))
        size, n_tied = np.bincount(start, minlength=len(g))[start], np.bincount(tie, minlength=len(g))[tie]
        rank = np.empty(len(g))
        rank[order] = np.where(size > 1, (tie - start + (n_tied - 1) / 2) / np.maximum(size - 1, 1), 0.5)
        return rank

    def in_turn(self) -> list[slice]:
        """Return the rows of each group, the groups in order of their first times."""
        bounds = np.flatnonzero(np.diff(self.group, prepend=-1, append=-1))
        parts = [slice(int(a), int(b)) for a, b in itertools.pairwise(bounds)]
        return sorted(parts, key=lambda part: (int(self.time[part].min()), part.start))


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike the groups of arrivals are, each compared with the next.

    Attributes
    ----------
    rank_correlation : float or None
        Spearman's over the items common to both, averaged with weights (common items - 1).
    random_sd : float or None
        Its standard deviation if every order were random, exactly ``1 / sqrt(sum of weights)``: the permutation
        variance of a rank correlation over m items is ``1 / (m - 1)``, ties or not, and those of successive pairs
        are uncorrelated.
    same_lag, same_lag_by_chance : float or None
        Share of the common items whose lag behind the first of the group repeats to the second, and the share if
        the lags were dealt out anew among the same items.
    n_pairs : int
        Pairs of groups in a row with three or more items in common.
    """

    rank_correlation: float | None
    random_sd: float | None
    same_lag: float | None
    same_lag_by_chance: float | None
    n_pairs: int


def compare_in_turn(arrivals: Arrivals) -> Likeness:
    """Compare each group with the next. Cost: a sort per pair of groups."""
    lag = arrivals.lags()
    sums, pairs = np.zeros(5), 0
    parts = arrivals.in_turn()
    for one, two in itertools.pairwise(parts):
        _, left, right = np.intersect1d(arrivals.item[one], arrivals.item[two], assume_unique=True, return_indices=True)
        if len(left) >= 3:
            sums += _compare(lag[one][left], lag[two][right])
            pairs += 1
    if pairs == 0:
        return Likeness(None, None, None, None, 0)
    total, weight, same, by_chance, common = sums.tolist()
    steady, sd = (total / weight, weight**-0.5) if weight else (None, None)
    return Likeness(steady, sd, same / common, by_chance / common, pairs)


def _compare(x: Ints, y: Ints) -> Floats:
    """Return weighted correlation, weight, repeated lags, those by chance, and the number of items."""
    m = len(x)
    rx, ry = rankdata(x), rankdata(y)
    ranks = np.array([0.0, 0.0])
    if rx.std() > 0 and ry.std() > 0:
        ranks = np.array([np.corrcoef(rx, ry)[0, 1] * (m - 1), m - 1])
    ordered = np.sort(y)
    near = np.searchsorted(ordered, x + TICK, side="right") - np.searchsorted(ordered, x - TICK, side="left")
    return np.concatenate((ranks, [np.sum(np.abs(x - y) <= TICK), near.sum() / m, m]))


def _run_starts(is_first: NDArray[np.bool_]) -> Ints:
    """Return for each position where its run begins."""
    starts: Ints = np.maximum.accumulate(np.where(is_first, np.arange(len(is_first)), 0))
    return starts
