"""One account against another: their shared targets from their own two lists of slots.

Where few candidates are left of a row, that takes less than to walk all its co-actions once more.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from clickgraph.kernels._jit import kernel
from clickgraph.kernels.slots import Slots


@kernel
def _first_from(least: int, place: int, end: int, slots: NDArray[np.int64]) -> int:
    """Return the first place from `place` on whose slot is `least` or more, or `end`: strides that double, then halve.

    Cost: the logarithm of how far it lies.
    """
    stride = 1
    while place + stride < end and slots[place + stride] < least:
        place += stride
        stride *= 2
    high = min(place + stride, end)
    while place < high:
        middle = (place + high) // 2
        if slots[middle] < least:
            place = middle + 1
        else:
            high = middle
    return place


@kernel
def _narrowest(slot: int, place: int, end: int, last: int, w: int, windows: NDArray[np.int64], slots: Slots) -> int:
    """Return the narrowest window, at most `w`, in which a slot meets one of the other's from `place` up to `last`."""
    while place < end and slots.account_slots[place] <= last:
        gap = abs(slots.time[slots.account_slots[place]] - slots.time[slot])
        while w > 0 and gap <= windows[w - 1]:
            w -= 1
        place += 1
    return w


@kernel
def count_pair(
    row: int, other: int, slots: Slots, reach: NDArray[np.int32], windows: NDArray[np.int64], counter: NDArray[Any]
) -> None:
    """Count the targets that `row` shares with `other` in ``counter[other]``, by the narrowest window of each.

    Acts of several targets are not looked at. Cost: the row's slots, times the logarithm of the other's.
    """
    place, end = slots.account_indptr[other], slots.account_indptr[other + 1]
    n_windows, w = len(windows), len(windows)
    for k in range(slots.account_indptr[row], slots.account_indptr[row + 1]):
        slot = slots.account_slots[k]
        place = _first_from(slot - reach[slot, 0], place, end, slots.account_slots)
        w = _narrowest(slot, place, end, slot + reach[slot, 1], w, windows, slots)
        goes_on = (
            slots.is_repeated[slot]
            and k + 1 < slots.account_indptr[row + 1]
            and slots.target[slots.account_slots[k + 1]] == slots.target[slot]
        )
        if not goes_on:
            if w < n_windows:
                counter[other, w] += 1
            w = n_windows
