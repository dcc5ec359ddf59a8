"""Distinct numbers, by a sort: numpy's own way, a hash, takes several times as long on millions."""

import numpy as np
from numpy.typing import NDArray


def distinct(keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the different numbers among `keys`, ascending. Cost: one sort.

    Examples
    --------
    >>> distinct(np.array([7, 3, 7])).tolist()
    [3, 7]
    """
    ordered = np.sort(keys)
    is_new = np.ones(len(ordered), dtype=np.bool_)
    is_new[1:] = ordered[1:] != ordered[:-1]
    return ordered[is_new]
