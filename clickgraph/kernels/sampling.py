"""A reproducible choice among an account's ties: the ones with the smallest hashes."""

import numpy as np
from numpy.typing import NDArray

from clickgraph.kernels._jit import Int, kernel


@kernel
def pair_hashes(i: Int, others: NDArray[np.int32]) -> NDArray[np.uint64]:
    """Hash the ordered pairs (i, j), j of `others`, by the finaliser of splitmix64 (Steele et al., 2014).

    (i, j) and (j, i) give independent values, so the two ends of a tie choose independently; the hashes of
    one account's pairs all differ. Returns uint64 of shape (len(others),).
    DOI 10.1145/2660193.2660195.
    """
    x = (np.uint64(i) << np.uint64(32)) | others.astype(np.uint64)
    x = x + np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


@kernel
def chosen(i: Int, others: NDArray[np.int32], n_chosen: Int) -> NDArray[np.bool_]:
    """Say which of the `others` account i keeps: the `n_chosen` of smallest hash, or all if there are fewer.

    Returns bool of shape (len(others),). Cost: linear, a partial sort.
    """
    if len(others) <= n_chosen:
        return np.ones(len(others), np.bool_)
    hashes = pair_hashes(i, others)
    kept: NDArray[np.bool_] = hashes < np.partition(hashes, n_chosen)[n_chosen]
    return kept
