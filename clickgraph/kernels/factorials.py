"""Logarithms of factorials: what every hypergeometric chance is made of, faster than by the gamma function."""

import math
from typing import Final

import numpy as np

from clickgraph.kernels._jit import Int, kernel

FEW: Final = 64  # smaller ones are looked up; from here on four terms of Stirling's series are exact to the last digits
_SMALL: Final = np.array([math.lgamma(n + 1.0) for n in range(FEW)])
_HALF_LOG_TAU: Final = 0.5 * math.log(2.0 * math.pi)


@kernel
def log_factorial(n: Int) -> float:
    """Return ``ln n!`` of a whole number n >= 0, to a relative error of some 1e-16. Cost: one logarithm.

    Stirling's series, as in Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 6.1.41.
    """
    if n < FEW:
        return float(_SMALL[n])
    inverse = 1.0 / n
    square = inverse * inverse
    tail = inverse * (1.0 / 12.0 - square * (1.0 / 360.0 - square * (1.0 / 1260.0 - square / 1680.0)))
    return (n + 0.5) * math.log(n) - n + _HALF_LOG_TAU + tail


@kernel
def log_choose(n: Int, k: Int) -> float:
    """Return ``ln C(n, k)`` of whole numbers, 0 <= k <= n."""
    return log_factorial(n) - log_factorial(k) - log_factorial(n - k)
