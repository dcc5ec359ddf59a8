"""A reproducible choice among an account's ties: the ones with the smallest hashes.

All accounts are cut into classes. Each account ranks the classes in an order of its own, which comes first in the
hashes of its pairs: whoever looks at the accounts of its first classes only has seen all the smallest hashes.
"""

import numpy as np
from numpy.typing import NDArray

from clickgraph.kernels._jit import Int, inlined, kernel

CLASS_BITS = 5
N_CLASSES = 1 << CLASS_BITS
_LAST_CLASS = N_CLASSES - 1
_REST = np.uint64(64 - CLASS_BITS)
_CLASS_BITS = np.uint64(CLASS_BITS)


@inlined
def mixed(x: np.uint64) -> np.uint64:
    """Mix 64 bits by the finaliser of splitmix64 (Steele et al., 2014). DOI 10.1145/2660193.2660195."""
    x = x + np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


@inlined
def class_of(account: Int) -> int:
    """Return the class of an account."""
    return int(mixed(np.uint64(account)) >> _REST)


@inlined
def order_of_classes(i: Int) -> tuple[int, int]:
    """Return factor and shift: account i ranks class c as ``(factor * c + shift) % N_CLASSES``, each at its own."""
    own = mixed(np.uint64(i))
    return int(own % np.uint64(N_CLASSES)) | 1, int((own >> _CLASS_BITS) % np.uint64(N_CLASSES))


@kernel
def first_classes(i: Int, n: Int) -> NDArray[np.int64]:
    """Return the first `n` classes in the order of account i: int64, ascending."""
    factor, shift = order_of_classes(i)
    found, k = np.empty(n, np.int64), 0
    for c in range(N_CLASSES):
        if (factor * c + shift) & _LAST_CLASS < n:
            found[k] = c
            k += 1
    return found


@kernel
def pair_hashes(i: Int, others: NDArray[np.int32]) -> NDArray[np.uint64]:
    """Hash the ordered pairs (i, j), j of `others`: the rank of j's class first, then the mixed bits of both codes.

    (i, j) and (j, i) give independent values, so the two ends of a tie choose independently; the hashes of one
    account's pairs differ, but for a chance of ``2 ** -59`` each. Returns uint64 of shape (len(others),).
    """
    hashes = np.empty(len(others), np.uint64)
    factor, shift = order_of_classes(i)
    for k in range(len(others)):
        rank = np.uint64((factor * class_of(others[k]) + shift) & _LAST_CLASS)
        pair = mixed((np.uint64(i) << np.uint64(32)) | np.uint64(others[k]))
        hashes[k] = (rank << _REST) | (pair >> _CLASS_BITS)
    return hashes


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
