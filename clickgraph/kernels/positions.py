"""Positions: where each code stands in a column, by a counting sort in two steps.

Codes are dealt into groups of neighbours first, a stream of writes for each group; then each group is sorted in the
cache. In one step every position would be written to a far place.
"""

import numpy as np
from numpy.typing import NDArray

from clickgraph.kernels._jit import Int, kernel, map_ranges, ranges_by_cost
from clickgraph.kernels.sorting import DIGIT, PART

_INT32_MAX = 2**31 - 1


def positions_by_code(
    code: NDArray[np.int32], n_codes: int, *, n_threads: int | None = None
) -> tuple[NDArray[np.int64], NDArray[np.signedinteger]]:
    """Sort by counting: ``order[indptr[c]:indptr[c + 1]]`` are the ascending positions of code c.

    Takes codes of shape (E,) in [0, n_codes); returns `indptr`, int64 (n_codes + 1,), and `order`, int32 (E,), or int64
    from 2**31 positions on. Cost: three passes over `code`; memory 8 bytes a position beside the answer.
    """
    shift = max(0, max(0, n_codes - 1).bit_length() - DIGIT)
    kind = np.int32 if len(code) <= _INT32_MAX else np.int64
    dealt: NDArray[np.signedinteger] = np.empty(len(code), kind)
    bounds, codes = _deal(code, shift, 1 << DIGIT, dealt)
    indptr, order = np.full(n_codes + 1, len(code)), np.empty_like(dealt)
    map_ranges(
        lambda first, last: _sort_groups(first, last, shift, bounds, codes, dealt, indptr, order),
        ranges_by_cost(np.diff(bounds), 1 + len(code) // PART), n_threads=n_threads,
    )  # fmt: skip
    return indptr, order


@kernel
def _deal(
    code: NDArray[np.int32], shift: Int, n_groups: Int, dealt: NDArray[np.signedinteger]
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Write the positions to `dealt` by ``code >> shift``; return where each group begins, and the codes there."""
    bounds = np.zeros(n_groups + 1, np.int64)
    for each in code:
        bounds[(each >> shift) + 1] += 1
    bounds = np.cumsum(bounds)
    codes, free = np.empty(len(code), np.int32), bounds[:-1].copy()
    for position in range(len(code)):
        group = code[position] >> shift
        codes[free[group]] = code[position]
        dealt[free[group]] = position
        free[group] += 1
    return bounds, codes


@kernel
def _sort_groups(
    first: int,
    last: int,
    shift: Int,
    bounds: NDArray[np.int64],
    codes: NDArray[np.int32],
    dealt: NDArray[np.signedinteger],
    indptr: NDArray[np.int64],
    order: NDArray[np.signedinteger],
) -> None:
    """Write where each code of groups `first` to `last` begins to `indptr`, and its positions to `order`."""
    free = np.empty(1 << shift, np.int64)
    for group in range(first, last):
        least = group << shift
        free[:] = 0
        for k in range(bounds[group], bounds[group + 1]):
            free[codes[k] - least] += 1
        begin = bounds[group]
        for c in range(min(len(free), len(indptr) - 1 - least)):
            indptr[least + c] = begin
            begin, free[c] = begin + free[c], begin
        for k in range(bounds[group], bounds[group + 1]):
            place = free[codes[k] - least]
            order[place] = dealt[k]
            free[codes[k] - least] += 1
