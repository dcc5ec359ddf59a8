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
def rate_of_outsiders(
    n_by_members: NDArray[np.int64],
    n_by_all: NDArray[np.int64],
    layer_of_burst: NDArray[np.int32],
    n_outside: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Return the bursts that one event of an outsider hits on average, per layer: float64 (n_layers,).

    From the events per layer, of the members and of all, and the outsiders' events in each burst; half an event more
    in each, for the outsider whom nobody has seen yet. Cost: the bursts.
    """
    inside = np.zeros(len(n_by_all))
    for b in range(len(n_outside)):
        inside[layer_of_burst[b]] += n_outside[b] + 0.5
    rate: NDArray[np.float64] = inside / np.maximum(n_by_all - n_by_members, 1)
    return rate


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
