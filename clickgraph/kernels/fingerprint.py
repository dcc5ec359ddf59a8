"""A hash of many rows that does not depend on their order, nor on how they were parted."""

import numpy as np
from numpy.typing import NDArray

from clickgraph.kernels._jit import kernel

ROWS = 1 << 14  # hashed at a time: their hashes fit the caches


@kernel
def sum_of_rows(
    account: NDArray[np.int32],
    content: NDArray[np.int32],
    action: NDArray[np.int32],
    act: NDArray[np.int32],
    time: NDArray[np.int64],
) -> NDArray[np.uint64]:
    """Hash each row twice, by steps of splitmix64 (Steele et al., 2014), and add the hashes up, modulo 2**64.

    Columns of shape (n,), `act` of shape (n,) or (0,) where every event is an act of its own. Returns uint64 (2,);
    the sums of two parts of a log add up to that of the whole. DOI 10.1145/2660193.2660195. Cost: one pass.
    """
    sums = np.zeros(2, np.uint64)
    for first in range(0, len(account), ROWS):
        last = first + ROWS
        for lane in range(2):
            x = np.full(len(account[first:last]), lane, np.uint64)
            x = _step(x, account[first:last].astype(np.uint64))
            x = _step(x, content[first:last].astype(np.uint64))
            x = _step(x, action[first:last].astype(np.uint64))
            x = _step(x, time[first:last].astype(np.uint64))
            if len(act) > 0:
                x = _step(x, act[first:last].astype(np.uint64))
            sums[lane : lane + 1] += x.sum()
    return sums


@kernel
def _step(state: NDArray[np.uint64], value: NDArray[np.uint64]) -> NDArray[np.uint64]:
    x = (state ^ value) + np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))
