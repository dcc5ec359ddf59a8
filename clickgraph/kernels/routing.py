"""Routing: which events have to go where, for groups of accounts to be judged with all that was around them."""

import numpy as np
from numpy.typing import NDArray

from clickgraph.kernels._jit import Int, inlined, kernel
from clickgraph.kernels.counting import grown


@inlined
def interval_of(time: Int, first: int, last: int, low: NDArray[np.int64]) -> int:
    """Return the last of the intervals `first` to `last` that begins at `time` or before; -1 where none does."""
    while first < last:
        middle = (first + last) >> 1
        if low[middle] <= time:
            first = middle + 1
        else:
            last = middle
    return first - 1


@kernel
def batches_of(
    account: NDArray[np.int32],
    target: NDArray[np.int32],
    time: NDArray[np.int64],
    holders: tuple[NDArray[np.int64], NDArray[np.int32]],
    runs: tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int64]],
    intervals: tuple[NDArray[np.int64], NDArray[np.int64]],
    n_batches: int,
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Find, for each event, the batches that it belongs to: by its account, or by its target and time.

    ``holders`` are, for each account, where its batches begin, int64 (A + 1,), and the batches. ``runs`` are, for
    each target, where its runs of intervals begin, int64 (T + 1,); of each run its batch, int32 (R,), and where its
    intervals begin, int64 (R + 1,). ``intervals`` are their beginnings, ascending within a run and disjoint, and ends.
    Returns the events, int64, and the batches, int32: an entry for each pair. Cost: a search for each run of a target.
    """
    of_account, batch_of_account = holders
    of_target, batch_of_run, of_run = runs
    low, high = intervals
    event, batch = np.empty(64, np.int64), np.empty(64, np.int32)
    mark = np.full(n_batches, -1, np.int64)
    n = 0
    for i in range(len(account)):
        event, batch = grown(event, n + n_batches), grown(batch, n + n_batches)
        for k in range(of_account[account[i]], of_account[account[i] + 1]):
            b = batch_of_account[k]
            if mark[b] != i:
                mark[b] = i
                event[n], batch[n] = i, b
                n += 1
        for run in range(of_target[target[i]], of_target[target[i] + 1]):
            b = batch_of_run[run]
            if mark[b] == i:
                continue
            k = interval_of(time[i], of_run[run], of_run[run + 1], low)
            if k >= of_run[run] and time[i] <= high[k]:
                mark[b] = i
                event[n], batch[n] = i, b
                n += 1
    return event[:n], batch[:n]


@kernel
def are_covered(
    target: NDArray[np.int32],
    time: NDArray[np.int64],
    reach: int,
    of_target: NDArray[np.int64],
    intervals: tuple[NDArray[np.int64], NDArray[np.int64]],
) -> NDArray[np.bool_]:
    """Say of each event whether one interval of its target holds everything within `reach` of it: bool (E,).

    ``of_target``, int64 (T + 1,), is where the intervals of each target begin; they are as in :func:`batches_of`.
    """
    low, high = intervals
    covered = np.zeros(len(target), np.bool_)
    for i in range(len(target)):
        first, last = of_target[target[i]], of_target[target[i] + 1]
        k = interval_of(time[i], first, last, low)
        covered[i] = k >= first and low[k] <= time[i] - reach and time[i] + reach <= high[k]
    return covered


@kernel
def cells_of(
    time: NDArray[np.int64],
    place: NDArray[np.int64],
    indptr: NDArray[np.int64],
    ticks: NDArray[np.int64],
    windows: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Find the cell of time of each event, within which no burst of some accounts can begin or end: int64 (E,).

    ``ticks``, ascending within ``indptr[p]`` to ``indptr[p + 1]``, are when these accounts acted on the target that has
    the ``place`` p. A burst begins and ends at a tick, and its windows reach from its beginning or back from its end:
    only there cells are cut, so where one burst has an event of a cell, it has all of them. Cost: two searches, and
    two for each window, for each event.
    """
    cell = np.empty(len(time), np.int64)
    for i in range(len(time)):
        first, last = indptr[place[i]], indptr[place[i] + 1]
        n = interval_of(time[i], first, last, ticks) + interval_of(time[i] - 1, first, last, ticks)
        for window in windows:
            n += interval_of(time[i] + window, first, last, ticks)  # ticks whose window, backwards, has it
            n += interval_of(time[i] - window - 1, first, last, ticks)  # ticks of which the window is over
        cell[i] = n - (2 + 2 * len(windows)) * (first - 1)
    return cell
