"""The ties of one account after another: count, judge against the slot null, keep a bounded choice."""

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from clickgraph.kernels._jit import kernel
from clickgraph.kernels.coaction import Scratch, clear_row, count_row
from clickgraph.kernels.sampling import chosen
from clickgraph.kernels.significance import Null, best_window, expect_shared, poisson_tail_bits
from clickgraph.kernels.slots import Slots


class Part(NamedTuple):
    """Which pairs of a log are judged, and by which numbers accounts are known in the whole of it.

    Attributes
    ----------
    first, last : int
        The others that rows are judged with: `first` to `last`, the end left out.
    row_shift, other_shift : int
        What is added to a row, and to those others, for its number in the whole log.
    """

    first: int
    last: int
    row_shift: int
    other_shift: int


@kernel
def _passing(
    row: int,
    met: NDArray[np.int32],
    null: Null,
    most_expected: NDArray[np.float64],
    counter: NDArray[Any],
    expected: NDArray[np.float64],
    part: Part,
) -> NDArray[np.int32]:
    """Move the accounts of `met` in the part whose tie with `row` passes in some window to its front; return those.

    ``most_expected[n]`` is the largest expectation under which n proofs pass, so no tail is summed here.
    """
    largest = len(most_expected) - 1
    n = 0
    for j in met:
        if j < part.first or j >= part.last:
            continue
        expect_shared(row, j, null, expected)
        for w in range(len(expected)):
            if expected[w] <= most_expected[min(counter[j, w], largest)]:
                met[n] = j
                n += 1
                break
    return met[:n]


@kernel
def tie_rows(
    first: int,
    last: int,
    slots: Slots,
    null: Null,
    most_expected: NDArray[np.float64],
    n_chosen: int,
    scratch: Scratch,
    part: Part,
) -> tuple[NDArray[np.int32], NDArray[np.float64], NDArray[np.int64]]:
    """Judge rows `first` to `last` with the others of `part`; each row chooses at most `n_chosen` that pass.

    A pair passes where some window expects at most ``most_expected[shared]`` proofs; that is below zero for
    the counts that never pass. Returns (row, other, shared, window) int32 (n, 4) of the chosen ties in
    their best windows, (expected, bits) float64 (n, 2), and n_passing int64 (last - first,).
    Cost: twice the co-actions of the rows; a logarithm per window of each chosen tie.
    """
    windows, depth, n_windows = null.windows, null.depth, len(null.windows)
    enough = int(np.argmax(most_expected >= 0.0))
    codes, values = np.empty((64, 4), np.int32), np.empty((64, 2), np.float64)
    expected = np.empty(n_windows, np.float64)
    n_passing = np.zeros(last - first, np.int64)
    n = 0
    for row in range(first, last):
        met = count_row(row, slots, windows, depth, enough, scratch)
        passing = _passing(row, met, null, most_expected, scratch.counter, expected, part)
        n_passing[row - first] = len(passing)
        names = passing + np.int32(part.other_shift)
        picked = passing[chosen(row + part.row_shift, names, n_chosen)]
        codes, values = _with_room(codes, n + len(picked)), _with_room(values, n + len(picked))
        for j in picked:
            expect_shared(row, j, null, expected)
            w = best_window(j, scratch.counter, expected)
            shared = scratch.counter[j, w]
            codes[n, 0], codes[n, 1] = row + part.row_shift, j + part.other_shift
            codes[n, 2], codes[n, 3] = shared, w
            values[n, 0], values[n, 1] = (
                expected[w],
                poisson_tail_bits(shared, expected[w]) - math.log2(n_windows),
            )
            n += 1
        clear_row(row, slots, windows, depth, scratch)
    return codes[:n], values[:n], n_passing


@kernel
def _with_room(array: NDArray[Any], length: int) -> NDArray[Any]:
    """Return the 2-d `array`, or a copy with twice the room, so that `length` rows fit."""
    if length <= len(array):
        return array
    larger = np.empty((max(2 * len(array), length), array.shape[1]), array.dtype)
    larger[: len(array)] = array
    return larger
