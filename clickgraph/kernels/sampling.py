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
def choose(i: Int, others: NDArray[np.int32], n_chosen: Int, n_told: Int) -> tuple[NDArray[np.bool_], int]:
    """Say which of the `others` account i keeps: the `n_chosen` of smallest hash, or all if there are fewer.

    Returns bool of shape (len(others),), and how many others there are. That is counted up to `n_told`, at least
    `n_chosen`; beyond, it is `n_told` over the next smallest hash, taken as a share of all hashes, which needs no more
    of the others than the ``n_told + 1`` of smallest hash. The estimate is unbiased, its relative standard error at
    most ``1 / sqrt(n_told - 1)``.
    Cost: linear, a partial sort.

    References
    ----------
    Cohen, Kaplan: Summarizing data using bottom-k sketches. PODC 2007, DOI 10.1145/1281100.1281133.
    """
    if len(others) <= n_chosen:
        return np.ones(len(others), np.bool_), len(others)
    hashes = pair_hashes(i, others)
    kept = hashes < np.partition(hashes, n_chosen)[n_chosen]
    if len(others) <= n_told:
        return kept, len(others)
    share = (np.float64(np.partition(hashes, n_told)[n_told] >> np.uint64(11)) + 1.0) / 2.0**53
    return kept, int(max(n_told + 1, np.rint(n_told / share)))


@kernel
def bring_forward(i: Int, others: NDArray[np.int32], shift: Int, n: Int) -> None:
    """Reorder the `others`, the `n` of smallest hash first; in the hashes `shift` is added to their numbers.

    Cost: linear, a partial sort.
    """
    hashes = pair_hashes(i, others + np.int32(shift))
    limit, front = np.partition(hashes, n)[n], 0
    for k in range(len(others)):
        if hashes[k] < limit:
            others[k], others[front] = others[front], others[k]
            hashes[k], hashes[front] = hashes[front], hashes[k]
            front += 1
