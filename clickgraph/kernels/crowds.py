"""Crowds: a row that meets tens of thousands of times looks at a sixteenth of the accounts first.

It asks the classes that it ranks first (:mod:`clickgraph.kernels.sampling`). On targets where many meet, slots are kept
by class, so that the others are not walked. Where enough of those accounts pass, they hold the row's choice already,
the same as if all had been counted: each member of a farm of ten thousand meets six hundred of it.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from clickgraph.kernels._jit import inlined, kernel
from clickgraph.kernels.candidates import count_visits, last_on_target
from clickgraph.kernels.coaction import count_stretch, keep_enough
from clickgraph.kernels.mains import NONE, stretch_of
from clickgraph.kernels.sampling import N_CLASSES, class_of, first_classes
from clickgraph.kernels.scratch import Scratch
from clickgraph.kernels.slots import Slots

N_FIRST_CLASSES = N_CLASSES // 16
CROWD = 128  # slots that one of a target reaches: from there on they are kept by class
LEAST_VISITS = 1 << 15  # of a row that asks its first classes first
MOST_IN_VAIN = 6  # rows in succession, from which on one in 64 asks


class Crowds(NamedTuple):
    """The slots of crowded targets by the class of their accounts.

    Attributes
    ----------
    of_target : ndarray of int32, shape (T,)
        The number of each crowded target among them; -1 for the others.
    begins : ndarray of int64, shape (n_crowds * N_CLASSES + 1,)
        Where each class of each crowded target begins.
    slot : ndarray of int32 or int64
        The slots of a class on a target, ascending.
    account, time, is_repeated : ndarray of int32, int64 and bool
        The columns of these slots.
    least_visits : int
        Rows with less ask everybody.
    """

    of_target: NDArray[np.int32]
    begins: NDArray[np.int64]
    slot: NDArray[np.signedinteger]
    account: NDArray[np.int32]
    time: NDArray[np.int64]
    is_repeated: NDArray[np.bool_]
    least_visits: int


def find_crowds(
    slots: Slots, reach: NDArray[np.int32], *, crowd: int = CROWD, least_visits: int = LEAST_VISITS
) -> Crowds:
    """Return the crowded targets, on which some slot reaches at least `crowd` others. Cost: three passes."""
    if len(slots.act):  # acts are counted from both sides
        return no_crowds(len(slots.target_indptr) - 1)
    is_crowded = _most_reached(slots.target_indptr, reach) >= crowd
    of_target = np.where(is_crowded, np.cumsum(is_crowded) - 1, -1).astype(np.int32)
    begins = _count_classes(of_target, slots.target_indptr, slots.account, int(is_crowded.sum()))
    slot = np.empty(begins[-1], slots.account_slots.dtype)
    _sort_by_class(of_target, slots.target_indptr, slots.account, begins[:-1].copy(), slot)
    return Crowds(of_target, begins, slot, slots.account[slot], slots.time[slot], slots.is_repeated[slot], least_visits)


def no_crowds(n_targets: int) -> Crowds:
    """Return what every row asks everybody with."""
    return Crowds(
        np.full(n_targets, -1, np.int32), np.zeros(1, np.int64), np.empty(0, np.int32), np.empty(0, np.int32),
        np.empty(0, np.int64), np.empty(0, np.bool_), -1,
    )  # fmt: skip


@kernel
def _most_reached(target_indptr: NDArray[np.int64], reach: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the most others that a slot of each target reaches: int32 (T,)."""
    most = np.zeros(len(target_indptr) - 1, np.int32)
    for target in range(len(most)):
        for slot in range(target_indptr[target], target_indptr[target + 1]):
            most[target] = max(most[target], reach[slot, 0] + reach[slot, 1])
    return most


@kernel
def _count_classes(
    of_target: NDArray[np.int32], target_indptr: NDArray[np.int64], account: NDArray[np.int32], n_crowds: int
) -> NDArray[np.int64]:
    """Return where each class of each crowded target begins: int64 (n_crowds * N_CLASSES + 1,)."""
    begins = np.zeros(n_crowds * N_CLASSES + 1, np.int64)
    for target in range(len(of_target)):
        if of_target[target] >= 0:
            first = of_target[target] * N_CLASSES
            for slot in range(target_indptr[target], target_indptr[target + 1]):
                begins[first + class_of(account[slot]) + 1] += 1
    return np.cumsum(begins)


@kernel
def _sort_by_class(
    of_target: NDArray[np.int32],
    target_indptr: NDArray[np.int64],
    account: NDArray[np.int32],
    free: NDArray[np.int64],
    out: NDArray[np.signedinteger],
) -> None:
    """Write the slots of the crowded targets to `out`, by class; `free` is where each class begins."""
    for target in range(len(of_target)):
        if of_target[target] >= 0:
            first = of_target[target] * N_CLASSES
            for slot in range(target_indptr[target], target_indptr[target + 1]):
                group = first + class_of(account[slot])
                out[free[group]] = slot
                free[group] += 1


@kernel
def asks_first_classes(row: int, slots: Slots, reach: NDArray[np.int32], crowds: Crowds) -> bool:
    """Say whether a row meets so many that it asks its first classes first."""
    return 0 <= crowds.least_visits <= count_visits(row, slots, reach, NONE)


@kernel
def is_due(patience: NDArray[np.int64]) -> bool:
    """Say whether the next row asks; the more have asked in vain, the more wait. Nothing depends on it but the time."""
    patience[0] -= 1
    return bool(patience[0] < 0)


@kernel
def learn(was_answered: bool, patience: NDArray[np.int64]) -> None:
    """Take down whether a row that asked found what it keeps: twice as many rows wait each time that one did not."""
    patience[1] = 0 if was_answered else min(patience[1] + 1, MOST_IN_VAIN)
    patience[0] = (1 << patience[1]) - 1


@inlined
def _first_from(slot: int, guess: int, low: int, high: int, ascending: NDArray[np.signedinteger]) -> int:
    """Return the first place from `low` on, or `high`, that holds `slot` or a later one: some steps from a guess."""
    while guess > low and ascending[guess - 1] >= slot:
        guess -= 1
    while guess < high and ascending[guess] < slot:
        guess += 1
    return guess


@inlined
def _stretch_of_class(target: int, c: int, first: int, end: int, slots: Slots, crowds: Crowds) -> tuple[int, int]:
    """Return the places in ``crowds.slot`` of a class's slots from `first` to `end` on a crowded target.

    Classes are spread evenly over a target: a slot's share of the way through it is nearly that of its place.
    """
    group = crowds.of_target[target] * N_CLASSES + c
    low, high = crowds.begins[group], crowds.begins[group + 1]
    begin, n_slots = slots.target_indptr[target], slots.target_indptr[target + 1] - slots.target_indptr[target]
    guess = low + (first - begin) * (high - low) // n_slots
    low = _first_from(first, guess, low, high, crowds.slot)
    guess = min(high, low + (end - first) * (high - low) // max(1, begin + n_slots - first))
    return low, _first_from(end, guess, low, high, crowds.slot)


@inlined
def _meet(first: int, end: int, least: int, enough: int, account: NDArray[np.int32], scratch: Scratch, n: int) -> int:
    """Count the accounts of slots `first` to `end` that were met `least` times before; return the length of `met`."""
    seen, met, most = scratch.seen, scratch.met, scratch.most[0]
    for near in range(first, end):
        other = account[near]
        times = int(seen[other]) + 1
        if least < times <= most:
            seen[other] = times
            if times == enough:
                met[n] = other
                n += 1
    return n


@kernel
def _meet_classes(
    row: int,
    classes: NDArray[np.int64],
    slots: Slots,
    reach: NDArray[np.int32],
    enough: int,
    crowds: Crowds,
    scratch: Scratch,
) -> NDArray[np.int32]:
    """Return the accounts of some classes that may share `enough` targets, as ``find_candidates`` does of all."""
    scratch.seen[row] = scratch.most[0]  # nobody meets himself
    n, end = 0, 0
    for k in range(slots.account_indptr[row], slots.account_indptr[row + 1]):
        slot = slots.account_slots[k]
        first, end = stretch_of(slot, end, reach)
        if crowds.of_target[slots.target[slot]] < 0:
            n = _meet(first, end, 0, enough, slots.account, scratch, n)
        else:
            for c in classes:
                low, high = _stretch_of_class(slots.target[slot], c, first, end, slots, crowds)
                n = _meet(low, high, 0, enough, crowds.account, scratch, n)
    return _of_classes(scratch.met[:n], classes, scratch)


@kernel
def _of_classes(met: NDArray[np.int32], classes: NDArray[np.int64], scratch: Scratch) -> NDArray[np.int32]:
    """Drop the accounts of other classes, who were met where nobody crowds; return the rest."""
    is_asked = np.zeros(N_CLASSES, np.bool_)
    is_asked[classes] = True
    n = 0
    for other in met:
        if is_asked[class_of(other)]:
            met[n] = other
            n += 1
        else:
            scratch.seen[other] = 0
    return met[:n]


@kernel
def _forget_everyone(
    row: int, slots: Slots, reach: NDArray[np.int32], met: NDArray[np.int32], scratch: Scratch
) -> None:
    """Set ``scratch.seen`` back to zero for whomever the row met, by the shorter of two ways."""
    scratch.seen[row] = 0
    if 64 * count_visits(row, slots, reach, NONE) > len(scratch.seen):  # bytes in a stretch are cleared many at a time
        scratch.seen[:] = 0
        return
    for other in met:
        scratch.seen[other] = 0
    end = 0
    for k in range(slots.account_indptr[row], slots.account_indptr[row + 1]):
        first, end = stretch_of(slots.account_slots[k], end, reach)
        for near in range(first, end):
            scratch.seen[slots.account[near]] = 0


@kernel
def _count_of_classes(
    row: int,
    classes: NDArray[np.int64],
    slots: Slots,
    reach: NDArray[np.int32],
    windows: NDArray[np.int64],
    enough: int,
    crowds: Crowds,
    scratch: Scratch,
) -> None:
    """Count the targets that the row shares with each candidate of some classes, by the narrowest window."""
    last, end = -1, 0
    for place in range(slots.account_indptr[row], slots.account_indptr[row + 1]):
        slot = slots.account_slots[place]
        if place > last:
            scratch.mark[0] += 1
            last = last_on_target(place, slots.account_indptr[row + 1], slots)
        first, end = stretch_of(slot, end, reach)
        if crowds.of_target[slots.target[slot]] < 0:
            count_stretch(row, place, last, first, end, slots, slots, windows, enough, scratch)
            continue
        for c in classes:
            low, high = _stretch_of_class(slots.target[slot], c, first, end, slots, crowds)
            count_stretch(row, place, last, low, high, slots, crowds, windows, enough, scratch)
    scratch.mark[0] += 1


@kernel
def count_first_classes(
    row: int,
    n_classes: int,
    slots: Slots,
    reach: NDArray[np.int32],
    windows: NDArray[np.int64],
    enough: int,
    crowds: Crowds,
    least: int,
    scratch: Scratch,
) -> NDArray[np.int32]:
    """Count the accounts of the row's first classes, as ``count_row`` does of all; none if there are less than `least`.

    Cost: of crowded targets the co-actions with those classes and some steps to each, twice; of others all.
    """
    classes = first_classes(row, n_classes)
    met = _meet_classes(row, classes, slots, reach, enough, crowds, scratch)
    if len(met) >= least:
        _count_of_classes(row, classes, slots, reach, windows, enough, crowds, scratch)
    _forget_everyone(row, slots, reach, met, scratch)
    return keep_enough(met, len(windows), enough, scratch)
