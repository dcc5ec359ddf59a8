"""How far each slot reaches: the slots of its target that lie within a window of it, and the pairs that they make."""

import numpy as np
from numpy.typing import NDArray

from clickgraph.kernels._jit import kernel, map_ranges, ranges_by_cost
from clickgraph.kernels.slots import Slots
from clickgraph.kernels.sorting import PART


def slot_reach(
    time: NDArray[np.int64],
    target_indptr: NDArray[np.int64],
    width: NDArray[np.int64],
    *,
    n_threads: int | None = None,
) -> NDArray[np.int32]:
    """Count, for each slot, the slots of its target before and after it within the width of the target.

    ``width[target]`` is in microseconds; negative: the target takes no part. Returns int32 (E, 2); half of its sum
    over a target is that target's number of slot pairs.
    Cost: one pass with two pointers.
    """
    reach = np.zeros((len(time), 2), np.int32)
    ranges = ranges_by_cost(1 + np.diff(target_indptr), 1 + len(time) // PART)
    map_ranges(
        lambda first, last: _reach_on(first, last, time, target_indptr, width, reach), ranges, n_threads=n_threads
    )
    return reach


@kernel
def _reach_on(
    first: int,
    last: int,
    time: NDArray[np.int64],
    target_indptr: NDArray[np.int64],
    width: NDArray[np.int64],
    reach: NDArray[np.int32],
) -> None:
    """Fill in the reach of the slots of targets `first` to `last`."""
    for target in range(first, last):
        if width[target] < 0:
            continue
        end = target_indptr[target + 1]
        left = target_indptr[target]
        right = left
        for slot in range(target_indptr[target], end):
            while time[slot] - time[left] > width[target]:
                left += 1
            while right < end and time[right] - time[slot] <= width[target]:
                right += 1
            reach[slot, 0] = slot - left
            reach[slot, 1] = right - slot - 1


@kernel
def meeting_slots(time: NDArray[np.int64], target: NDArray[np.int32], window: int) -> NDArray[np.bool_]:
    """Say of each slot whether another one of its target lies within the window of it. Cost: one pass."""
    meets = np.zeros(len(time), np.bool_)
    for slot in range(1, len(time)):
        is_near = target[slot] == target[slot - 1] and time[slot] - time[slot - 1] <= window
        meets[slot] = is_near
        meets[slot - 1] |= is_near
    return meets


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
