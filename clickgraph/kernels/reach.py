"""How far each slot reaches: the slots of its target that lie within a window of it, and the pairs that they make."""

import numpy as np
from numpy.typing import NDArray

from clickgraph.kernels._jit import kernel
from clickgraph.kernels.slots import Slots


@kernel
def slot_reach(
    time: NDArray[np.int64], target_indptr: NDArray[np.int64], width: NDArray[np.int64]
) -> NDArray[np.int32]:
    """Count, for each slot, the slots of its target before and after it within the width of the target.

    ``width[target]`` is in microseconds; negative: the target takes no part. Returns int32 (E, 2); half of its sum
    over a target is that target's number of slot pairs.
    Cost: one pass with two pointers.
    """
    reach = np.zeros((len(time), 2), np.int32)
    for target in range(len(width)):
        if width[target] < 0:
            continue
        last = target_indptr[target + 1]
        left = target_indptr[target]
        right = left
        for slot in range(target_indptr[target], last):
            while time[slot] - time[left] > width[target]:
                left += 1
            while right < last and time[right] - time[slot] <= width[target]:
                right += 1
            reach[slot, 0] = slot - left
            reach[slot, 1] = right - slot - 1
    return reach


@kernel
def target_pairs(
    first: int, last: int, time: NDArray[np.int64], target_indptr: NDArray[np.int64], windows: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Count the slot pairs of targets `first` to `last` within each window: int64 (last - first, W).

    Cost: one pass with a pointer per window.
    """
    n_windows = len(windows)
    pairs = np.zeros((last - first, n_windows), np.int64)
    right = np.empty(n_windows, np.int64)
    for target in range(first, last):
        end = target_indptr[target + 1]
        right[:] = target_indptr[target]
        for slot in range(target_indptr[target], end):
            for w in range(n_windows):
                until = right[w] if w == 0 else max(right[w], right[w - 1])
                while until < end and time[until] - time[slot] <= windows[w]:
                    until += 1
                right[w] = until
                pairs[target - first, w] += until - slot - 1
    return pairs


@kernel
def row_cost(slots: Slots, reach: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return what it costs to count each account's row, in co-actions: int64 (A,). Cost: one pass."""
    cost = np.zeros(len(slots.account_indptr) - 1, np.int64)
    for slot in range(len(reach)):
        cost[slots.account[slot]] += 8 + reach[slot, 0] + reach[slot, 1]  # to come to a slot is worth some
    return cost
