"""Promise: the candidates that could pass, by how often they met in all, and how often they met near in time.

Most pairs that met twice did so at some distance, where two meetings are no news. To see that, their meetings need
not be counted window by window: a walk over the near slots, and one more byte for each account, will do.
"""

import numpy as np
from numpy.typing import NDArray

from clickgraph.kernels._jit import Int, kernel, ranges_by_cost
from clickgraph.kernels.candidates import Scratch, find_candidates, forget_candidates, stretch_of
from clickgraph.kernels.limits import Limits, most_expected_of
from clickgraph.kernels.significance import expect_within
from clickgraph.kernels.slots import Slots

SAMPLED = 16  # rows that tell how many windows are best taken for near
MOST_LEFT = 0.25  # of the candidates: with more, what is dropped does not pay for the look


@kernel
def _near_stretch(
    slot: int, done: int, width: Int, time: NDArray[np.int64], reach: NDArray[np.int32]
) -> tuple[int, int]:
    """Return the stretch of slots from `done` on that lie within `width` of a slot that reaches them."""
    first, stop = stretch_of(slot, done, reach)
    begin, end = max(slot, first), max(slot + 1, first)
    while begin > first and time[slot] - time[begin - 1] <= width:
        begin -= 1
    while end < stop and time[end] - time[slot] <= width:
        end += 1
    return begin, end


@kernel
def _count_near(row: int, slots: Slots, reach: NDArray[np.int32], width: Int, enough: int, scratch: Scratch) -> None:
    """Count in ``scratch.near`` how often the row met each candidate within `width`. Cost: its near co-actions."""
    account, seen, near, most, end = slots.account, scratch.seen, scratch.near, scratch.most[0], 0
    for k in range(slots.account_indptr[row], slots.account_indptr[row + 1]):
        begin, end = _near_stretch(slots.account_slots[k], end, width, slots.time, reach)
        for place in range(begin, end):
            other = account[place]
            if seen[other] >= enough and near[other] < most:
                near[other] += 1
    near[row] = 0  # nobody meets himself


@kernel
def promising(
    row: int, met: NDArray[np.int32], slots: Slots, reach: NDArray[np.int32], limits: Limits, scratch: Scratch
) -> NDArray[np.int32]:
    """Drop the candidates that could not pass wherever their meetings lay; return the others.

    Who passes does so in a near window, which expects no less than the narrowest and has no more proofs than there
    were near meetings; or in a wider one, which expects no less than the narrowest of these. So nobody is lost.
    Cost: the row's near co-actions, and its candidates.
    """
    null, enough, n_near, n = limits.null, limits.enough, limits.n_near, 0
    if n_near < 0 or len(met) == 0:
        return met
    if n_near > 0:
        _count_near(row, slots, reach, null.windows[n_near - 1], enough, scratch)
    seen, near, most = scratch.seen, scratch.near, scratch.most[0]
    for j in met:
        passes = expect_within(row, j, n_near, null) <= most_expected_of(seen[j], most, limits)
        if not passes and near[j] >= enough:
            passes = expect_within(row, j, 0, null) <= most_expected_of(near[j], most, limits)
        if passes:
            met[n] = j
            n += 1
        else:
            seen[j] = 0
        near[j] = 0
    return met[:n]


@kernel
def _count_promising(
    rows: NDArray[np.int64], slots: Slots, reach: NDArray[np.int32], limits: Limits, scratch: Scratch
) -> int:
    """Return how many candidates of some rows are promising."""
    n = 0
    for row in rows:
        met = find_candidates(row, slots, reach, limits.enough, scratch)
        n += len(promising(row, met, slots, reach, limits, scratch))
        forget_candidates(row, slots, reach, met, scratch)
    return n


def with_near(
    limits: Limits, cost: NDArray[np.int64], slots: Slots, reach: NDArray[np.int32], scratch: Scratch
) -> Limits:
    """Return the limits with as many near windows as leave the fewest candidates to some rows, the fewest of equals.

    Where most are left, none are looked at beforehand. What passes does not depend on it. `cost` is what each row
    costs; the rows are equally far apart by it. Cost: the co-actions of these rows, for each window.
    """
    rows = ranges_by_cost(cost, SAMPLED)[:-1]
    ways = [limits._replace(n_near=n) for n in range(-1, len(limits.null.windows))]
    n_all, *n_left = [_count_promising(rows, slots, reach, way, scratch) for way in ways]
    best = int(np.argmin(n_left))
    return ways[best + 1] if n_left[best] <= MOST_LEFT * n_all else ways[0]
