"""Sittings: what an account did at one go."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from clickgraph.kernels._jit import Int, kernel


@kernel
def number_sittings(account: NDArray[Any], time: NDArray[np.int64], length: Int) -> NDArray[np.int64]:
    """Count off the sittings of events sorted by (account, time): int64, shape (E,), ascending from 0.

    A sitting begins with an event and holds what the account does until `length` microseconds later, both
    included; the next event begins the next one. Cost: one pass.
    """
    sitting = np.empty(len(account), np.int64)
    n, start = -1, 0
    for k in range(len(account)):
        if k == 0 or account[k] != account[k - 1] or time[k] > start + length:
            n, start = n + 1, time[k]
        sitting[k] = n
    return sitting
