"""Limits: what a pair must have in common to be tied, in numbers that the sweep can look up."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from clickgraph.kernels._jit import Int, inlined, kernel
from clickgraph.kernels.candidates import NOTHING, Sought
from clickgraph.kernels.significance import Null, expect_within


class Limits(NamedTuple):
    """When a pair passes: in some window, no more is expected than the limit of its proofs there.

    Attributes
    ----------
    null : Null
        What is expected.
    most_expected : ndarray of float64
        The largest expectation under which n proofs pass, the last one for more; below zero where n never pass.
    enough : int
        The fewest proofs that pass.
    n_near : int
        How many of the windows, the narrowest first, are near; one window at least is not. Candidates are looked at
        by the near windows and by the others before they are counted (:mod:`clickgraph.kernels.promise`).
    n_busier : ndarray of int64, shape (busiest + 2,) or (0,)
        How many accounts have more than n events; empty in a log of several layers, and where accounts are not
        numbered by their events, the busiest first.
    """

    null: Null
    most_expected: NDArray[np.float64]
    enough: int
    n_near: int
    n_busier: NDArray[np.int64]


def limits_of(null: Null, most_expected: NDArray[np.float64]) -> Limits:
    """Return the limits under a null, given the largest expectation of each number of proofs; no window is near."""
    return Limits(null, most_expected, int(np.argmax(most_expected >= 0.0)), 0, _count_busier(null))


def _count_busier(null: Null) -> NDArray[np.int64]:
    """Return what :class:`Limits` holds of it."""
    n_events, n_accounts = null.n_events, len(null.indptr) - 1
    if null.rates.shape[1] != 1 or len(n_events) != n_accounts or np.any(np.diff(n_events) > 0):
        return np.empty(0, np.int64)
    at_least = np.cumsum(np.bincount(n_events.astype(np.int64), minlength=1)[::-1])[::-1]
    return np.append(at_least[1:], [0, 0])


@kernel
def seek(row: Int, main: Int, limits: Limits) -> Sought:
    """Return whom a row looks for: those who could pass in a near window, and those who could in a wider one.

    In a wider one more proofs are needed with whoever is busier, for more is expected.
    """
    width = int(limits.null.windows[limits.n_near - 1]) if limits.n_near > 0 else NOTHING
    busier = (
        _count_who_need_more(row, limits.enough, limits),
        _count_who_need_more(row, limits.enough + 1, limits),
        _count_who_need_more(row, limits.enough + 2, limits),
    )
    return Sought(int(main), int(limits.enough), busier, width)


@kernel
def _count_who_need_more(row: Int, n_proofs: int, limits: Limits) -> int:
    """Return how many accounts, the busiest, do not pass with `n_proofs` in any window that is not near."""
    if len(limits.n_busier) == 0:
        return 0
    least = expect_within(row, row, limits.n_near, limits.null) / limits.null.n_events[row]  # for each event
    if least <= 0.0:
        return 0
    most = limits.most_expected[min(n_proofs, len(limits.most_expected) - 1)]
    n_events = int(min(most / least, len(limits.n_busier) - 1)) + 1  # rounded up, for the sake of rounding
    return int(limits.n_busier[min(n_events, len(limits.n_busier) - 1)])


@inlined
def most_expected_of(times: Int, most: Int, limits: Limits) -> float:
    """Return the limit of a count that goes up to `most`, which stands for that or more."""
    largest = len(limits.most_expected) - 1
    limit: float = limits.most_expected[largest if times == most else min(times, largest)]
    return limit
