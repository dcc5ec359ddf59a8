"""Activity: how often accounts acted, per layer, read from a sparse table without making another."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from clickgraph.kernels._jit import kernel


@kernel
def count_by_layer(
    accounts: NDArray[np.int32],
    indptr: NDArray[Any],
    layer: NDArray[np.int32],
    n_events: NDArray[np.int64],
    n_layers: int,
) -> NDArray[np.int64]:
    """Sum the events of some accounts per layer: int64 (n_layers,); the table is in CSR form. Cost: their entries."""
    total = np.zeros(n_layers, np.int64)
    for account in accounts:
        for entry in range(indptr[account], indptr[account + 1]):
            total[layer[entry]] += n_events[entry]
    return total


@kernel
def expected_hits(
    accounts: NDArray[np.int32],
    indptr: NDArray[Any],
    layer: NDArray[np.int32],
    n_events: NDArray[np.int64],
    rate: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Sum the rates of each account's events, by layer in ascending order: float64, one for each of `accounts`.

    `rate` is that of one event in each layer (S,); the table of events is in CSR form. Cost: the accounts' entries.
    """
    expected = np.zeros(len(accounts))
    for k in range(len(accounts)):
        for entry in range(indptr[accounts[k]], indptr[accounts[k] + 1]):
            expected[k] += n_events[entry] * rate[layer[entry]]
    return expected
