"""How surprising a count is under the slot null, in bits."""

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from clickgraph.kernels._jit import Int, inlined, kernel

LN2 = math.log(2.0)


class Null(NamedTuple):
    """The slot null of a log with A accounts, S layers and W windows.

    Attributes
    ----------
    windows : ndarray of int64, shape (W,)
        Widths in microseconds, ascending.
    depth : ndarray of int32, shape (T,)
        In how many of the windows, narrowest first, each target takes part.
    rates : ndarray of float64, shape (W, S)
        ``2 P / (E (E - 1))``: the chance that two given events of a layer share a target in time.
    indptr : ndarray of int64, shape (A + 1,)
        Where each account's entries in `layer` and `n_events` begin.
    layer : ndarray of int32, ascending within an account
        The layers in which an account is active.
    n_events : ndarray of float64
        Its events there.
    """

    windows: NDArray[np.int64]
    depth: NDArray[np.int32]
    rates: NDArray[np.float64]
    indptr: NDArray[np.int64]
    layer: NDArray[np.int32]
    n_events: NDArray[np.float64]


@kernel
def poisson_tail_bits(count: Int, expected: float) -> float:
    """Return ``-log2 P(X >= count)`` for X Poisson with mean `expected`: int, float -> float.

    The tail is its first term times a series of ratios, so it neither underflows nor cancels.
    Cost: a few terms where the count exceeds its expectation.
    """
    if count <= 0:
        return 0.0
    if expected <= 0.0:
        return np.inf
    log_first = count * math.log(expected) - expected - math.lgamma(count + 1.0)
    term, total, k = 1.0, 1.0, count + 1.0
    while term > 1e-17 * total:
        term *= expected / k
        total += term
        k += 1.0
    return max(0.0, -(log_first + math.log(total)) / LN2)


@inlined
def expect_shared(i: Int, j: Int, null: Null, expected: NDArray[np.float64]) -> None:
    """Fill `expected` (W,) with the targets that chance lets accounts i and j share within each window.

    The sum over the layers of ``d_i d_j rates``, in the order of the layers, so it is symmetric to the bit.
    """
    a, b = null.indptr[i], null.indptr[j]
    expected[:] = 0.0
    while a < null.indptr[i + 1] and b < null.indptr[j + 1]:
        if null.layer[a] == null.layer[b]:
            product = null.n_events[a] * null.n_events[b]
            for w in range(len(expected)):
                expected[w] += product * null.rates[w, null.layer[a]]
        step = null.layer[a] - null.layer[b]
        a += step <= 0
        b += step >= 0


@inlined
def expect_within(i: Int, j: Int, w: Int, null: Null) -> float:
    """Return what :func:`expect_shared` expects of accounts i and j within window `w`, to the bit.

    In a log of one layer, of which both have events, that is a product.
    """
    a, b, expected = null.indptr[i], null.indptr[j], 0.0
    if null.rates.shape[1] == 1:
        product: float = null.n_events[a] * null.n_events[b] * null.rates[w, 0]
        return product
    while a < null.indptr[i + 1] and b < null.indptr[j + 1]:
        if null.layer[a] == null.layer[b]:
            expected += null.n_events[a] * null.n_events[b] * null.rates[w, null.layer[a]]
        step = null.layer[a] - null.layer[b]
        a += step <= 0
        b += step >= 0
    return expected


@inlined
def best_window(j: Int, counter: NDArray[Any], expected: NDArray[np.float64]) -> int:
    """Return the window in which the counts ``counter[j, w]`` surprise most, by Chernoff's bound."""
    best, most = 0, 0.0
    for w in range(len(expected)):
        n = counter[j, w]
        if n > expected[w]:
            surprise = n * math.log(n / expected[w]) - n + expected[w]
            if surprise > most:
                best, most = w, surprise
    return best
