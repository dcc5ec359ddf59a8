"""The ties of one account after another: count, judge against the slot null, keep a bounded choice.

Of an account's candidates those with the smallest hashes are counted first. Where enough of them pass, they hold its
choice already, and the others are not counted: in a clique of ten thousand, a twentieth of the pairs is.
"""

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from clickgraph.kernels._jit import inlined, kernel
from clickgraph.kernels.candidates import find_candidates
from clickgraph.kernels.coaction import clear_row, count_candidates
from clickgraph.kernels.crowds import N_FIRST_CLASSES, Crowds, asks_first_classes, count_first_classes, is_due, learn
from clickgraph.kernels.limits import Limits, seek
from clickgraph.kernels.promise import promising
from clickgraph.kernels.sampling import N_CLASSES, bring_forward, choose
from clickgraph.kernels.scratch import Scratch
from clickgraph.kernels.significance import best_window, expect_shared, expect_within, poisson_tail_bits
from clickgraph.kernels.slots import Slots

NEARLY = 4  # times as many would be enough


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


class Choice(NamedTuple):
    """How many ties an account keeps.

    Attributes
    ----------
    n_chosen : int
        The most that it chooses of those that pass.
    n_told : int
        Up to so many it is counted how many pass, at least `n_chosen`; beyond, it is estimated.
    n_first : int
        So many candidates are counted first; the others only where those do not hold more than `n_told` that pass.
    """

    n_chosen: int
    n_told: int
    n_first: int


@kernel
def _within(met: NDArray[np.int32], part: Part, scratch: Scratch) -> NDArray[np.int32]:
    """Drop the candidates that are none of the part's others; return the rest."""
    n = 0
    for j in met:
        if part.first <= j < part.last:
            met[n] = j
            n += 1
        else:
            scratch.seen[j] = scratch.near[j] = 0
    return met[:n]


@kernel
def _passing(row: int, met: NDArray[np.int32], limits: Limits, scratch: Scratch) -> NDArray[np.int32]:
    """Swap the accounts of `met` whose tie with `row` passes in some window to its front; return those.

    No tail is summed here: the limits are looked up. In a log of one layer an expectation is made where it is looked
    at.
    """
    null, most_expected, counter, expected = limits.null, limits.most_expected, scratch.counter, scratch.expected
    largest, single, n = len(most_expected) - 1, null.rates.shape[1] == 1, 0
    for k in range(len(met)):
        j = met[k]
        if not single:
            expect_shared(row, j, null, expected)
        for w in range(len(expected)):
            limit = most_expected[min(counter[j, w], largest)]
            if limit >= 0.0 and (expect_within(row, j, w, null) if single else expected[w]) <= limit:
                met[k], met[n] = met[n], j
                n += 1
                break
    return met[:n]


@kernel
def _count_and_judge(
    row: int, met: NDArray[np.int32], slots: Slots, reach: NDArray[np.int32], limits: Limits, scratch: Scratch
) -> NDArray[np.int32]:
    """Return those of the candidates `met` that pass, their counters filled; the others' counters are cleared."""
    met = count_candidates(row, met, slots, reach, limits.null.windows, limits.enough, scratch)
    passing = _passing(row, met, limits, scratch)
    clear_row(met[len(passing) :], scratch)
    return passing


@kernel
def _find_in_first_classes(
    row: int,
    slots: Slots,
    reach: NDArray[np.int32],
    limits: Limits,
    choice: Choice,
    scratch: Scratch,
    crowds: Crowds,
) -> NDArray[np.int32]:
    """Return the accounts of the row's first classes that pass, if they are more than are told; none otherwise.

    Where they are nearly so many, twice the classes are asked.
    """
    least, n_classes = choice.n_told + 1, N_FIRST_CLASSES
    while n_classes < N_CLASSES:
        met = count_first_classes(
            row, n_classes, slots, reach, limits.null.windows, limits.enough, crowds, least, scratch
        )
        passing = _passing(row, met, limits, scratch)
        clear_row(met[len(passing) :], scratch)
        if len(passing) >= least:
            return passing
        clear_row(passing, scratch)
        if NEARLY * len(passing) < least:
            break
        n_classes *= 2
    return scratch.met[:0]


@kernel
def _find_passing(
    row: int,
    main: int,
    slots: Slots,
    reach: NDArray[np.int32],
    limits: Limits,
    choice: Choice,
    scratch: Scratch,
    part: Part,
    crowds: Crowds,
) -> NDArray[np.int32]:
    """Return the accounts that pass, or those of the smallest hashes where more pass than are told."""
    if asks_first_classes(row, slots, reach, crowds) and is_due(scratch.patience):
        found = _find_in_first_classes(row, slots, reach, limits, choice, scratch, crowds)
        learn(len(found) > 0, scratch.patience)
        if len(found) > 0:
            return found
    met = find_candidates(row, seek(row, main, limits), slots, reach, scratch)
    met = promising(row, _within(met, part, scratch), limits, scratch)
    if len(met) <= 2 * choice.n_first:
        return _count_and_judge(row, met, slots, reach, limits, scratch)
    bring_forward(row + part.row_shift, met, part.other_shift, choice.n_first)
    for j in met[choice.n_first :]:
        scratch.seen[j] = 0
    found = _count_and_judge(row, met[: choice.n_first], slots, reach, limits, scratch)
    if len(found) > choice.n_told:
        return found
    found, rest = found.copy(), met[choice.n_first :]
    for j in rest:
        scratch.seen[j] = limits.enough
    return np.concatenate((found, _count_and_judge(row, rest, slots, reach, limits, scratch)))


@kernel
def tie_rows(
    rows: NDArray[np.int32],
    main: NDArray[np.int32],
    slots: Slots,
    reach: NDArray[np.int32],
    limits: Limits,
    choice: Choice,
    scratch: Scratch,
    part: Part,
    crowds: Crowds,
) -> tuple[NDArray[np.int32], NDArray[np.float64], NDArray[np.int64]]:
    """Judge some rows with the others of `part`; each chooses some that pass.

    `main` is the main target of each account; rows that have it in common do best one after another.
    Returns (row, other, shared, window) int32 (n, 4) of the chosen ties in
    their best windows, (expected, bits) float64 (n, 2), and int64 (len(rows),): how many passed, estimated beyond
    ``choice.n_told`` (:func:`clickgraph.kernels.sampling.choose`).
    Cost: the co-actions of the rows beside their main targets, twice; those of the pairs that could pass once more; a
    logarithm per window of each chosen tie.
    """
    null, expected = limits.null, scratch.expected
    n_windows = len(null.windows)
    codes, values = np.empty((64, 4), np.int32), np.empty((64, 2), np.float64)
    n_passing = np.zeros(len(rows), np.int64)
    n = 0
    for k in range(len(rows)):
        row = rows[k]
        passing = _find_passing(row, main[row], slots, reach, limits, choice, scratch, part, crowds)
        names = passing + np.int32(part.other_shift)
        is_picked, n_passing[k] = choose(row + part.row_shift, names, choice.n_chosen, choice.n_told)
        picked = passing[is_picked]
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
        clear_row(passing, scratch)
    return codes[:n], values[:n], n_passing


@inlined
def _with_room(array: NDArray[Any], length: int) -> NDArray[Any]:
    """Return the 2-d `array`, or a copy with twice the room, so that `length` rows fit."""
    if length <= len(array):
        return array
    larger = np.empty((max(2 * len(array), length), array.shape[1]), array.dtype)
    larger[: len(array)] = array
    return larger
