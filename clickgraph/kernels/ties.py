"""The ties of one account after another: count, judge against the slot null, keep a bounded choice."""

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from clickgraph.kernels._jit import kernel
from clickgraph.kernels.candidates import Scratch, find_candidates
from clickgraph.kernels.coaction import clear_row, count_candidates
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
def _within(met: NDArray[np.int32], part: Part, scratch: Scratch) -> NDArray[np.int32]:
    """Drop the candidates that are none of the part's others; return the rest."""
    n = 0
    for j in met:
        if part.first <= j < part.last:
            met[n] = j
            n += 1
        else:
            scratch.seen[j] = 0
    return met[:n]


@kernel
def _promising(
    row: int, met: NDArray[np.int32], null: Null, most_expected: NDArray[np.float64], scratch: Scratch
) -> NDArray[np.int32]:
    """Drop the candidates that could not pass if every meeting lay in the narrowest window; return the others.

    No window expects less than the narrowest, and none has more proofs than there were meetings: exact. Only in a
    log of one layer, where an expectation is one product.
    """
    if null.rates.shape[1] > 1:
        return met
    largest, narrowest = len(most_expected) - 1, null.rates[0, 0]
    ours, n = null.n_events[null.indptr[row]], 0
    for j in met:
        times = largest if scratch.seen[j] == scratch.most[0] else min(scratch.seen[j], largest)
        if ours * null.n_events[null.indptr[j]] * narrowest <= most_expected[times]:
            met[n] = j
            n += 1
        else:
            scratch.seen[j] = 0
    return met[:n]


@kernel
def _passing(
    row: int,
    met: NDArray[np.int32],
    null: Null,
    most_expected: NDArray[np.float64],
    counter: NDArray[Any],
    expected: NDArray[np.float64],
) -> NDArray[np.int32]:
    """Swap the accounts of `met` whose tie with `row` passes in some window to its front; return those.

    ``most_expected[n]`` is the largest expectation under which n proofs pass, so no tail is summed here; where it
    is below zero, none passes. In a log of one layer an expectation is a product, made where it is looked at.
    """
    largest, single = len(most_expected) - 1, null.rates.shape[1] == 1
    ours = null.n_events[null.indptr[row]] if single else 0.0
    n = 0
    for k in range(len(met)):
        j = met[k]
        product = ours * null.n_events[null.indptr[j]] if single else 0.0
        if not single:
            expect_shared(row, j, null, expected)
        for w in range(len(expected)):
            limit = most_expected[min(counter[j, w], largest)]
            if limit >= 0.0 and (product * null.rates[w, 0] if single else expected[w]) <= limit:
                met[k], met[n] = met[n], j
                n += 1
                break
    return met[:n]


@kernel
def tie_rows(
    first: int,
    last: int,
    slots: Slots,
    reach: NDArray[np.int32],
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
    n_windows = len(null.windows)
    enough = int(np.argmax(most_expected >= 0.0))
    codes, values = np.empty((64, 4), np.int32), np.empty((64, 2), np.float64)
    expected = np.empty(n_windows, np.float64)
    n_passing = np.zeros(last - first, np.int64)
    n = 0
    for row in range(first, last):
        met = _within(find_candidates(row, slots, reach, enough, scratch), part, scratch)
        met = _promising(row, met, null, most_expected, scratch)
        met = count_candidates(row, met, slots, reach, null.windows, enough, scratch)
        passing = _passing(row, met, null, most_expected, scratch.counter, expected)
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
        clear_row(met, scratch)
    return codes[:n], values[:n], n_passing


@kernel
def _with_room(array: NDArray[Any], length: int) -> NDArray[Any]:
    """Return the 2-d `array`, or a copy with twice the room, so that `length` rows fit."""
    if length <= len(array):
        return array
    larger = np.empty((max(2 * len(array), length), array.shape[1]), array.dtype)
    larger[: len(array)] = array
    return larger
