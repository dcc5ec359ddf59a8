"""Limits: what a pair must have in common to be tied, in numbers that the sweep can look up."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from clickgraph.kernels._jit import Int, inlined
from clickgraph.kernels.significance import Null


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
    """

    null: Null
    most_expected: NDArray[np.float64]
    enough: int
    n_near: int


def limits_of(null: Null, most_expected: NDArray[np.float64]) -> Limits:
    """Return the limits under a null, given the largest expectation of each number of proofs; no window is near."""
    return Limits(null, most_expected, int(np.argmax(most_expected >= 0.0)), 0)


@inlined
def most_expected_of(times: Int, most: Int, limits: Limits) -> float:
    """Return the limit of a count that goes up to `most`, which stands for that or more."""
    largest = len(limits.most_expected) - 1
    limit: float = limits.most_expected[largest if times == most else min(times, largest)]
    return limit
