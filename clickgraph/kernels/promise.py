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
def _that_pass_far(row: int, met: NDArray[np.int32], limits: Limits, scratch: Scratch) -> int:
    """Swap those to the front of `met` who could pass in a window that is not near; return how many they are."""
    seen, most, n = scratch.seen, scratch.most[0], 0
    for k in range(len(met)):
        j = met[k]
        if expect_within(row, j, limits.n_near, limits.null) <= most_expected_of(seen[j], most, limits):
            met[k], met[n] = met[n], j
            n += 1
    return n


@kernel
def promising(
    row: int, met: NDArray[np.int32], slots: Slots, reach: NDArray[np.int32], limits: Limits, scratch: Scratch
) -> NDArray[np.int32]:
    """Drop the candidates that could not pass wherever their meetings lay; return the others, reordered.

    Who passes does so in a near window, which expects no less than the narrowest and has no more proofs than there
    were near meetings; or in a wider one, which expects no less than the narrowest of these. So nobody is lost. Where
    most pass far, as in a farm, all meetings stand for the near ones of the others.
    Cost: the row's near co-actions, and its candidates.
    """
    n = _that_pass_far(row, met, limits, scratch)
    is_counted = limits.n_near > 0 and 2 * n < len(met)
    if is_counted:
        _count_near(row, slots, reach, limits.null.windows[limits.n_near - 1], limits.enough, scratch)
    times, most = scratch.near if is_counted else scratch.seen, scratch.most[0]
    for j in met[n:]:
        is_near = limits.n_near > 0 and times[j] >= limits.enough
        if is_near and expect_within(row, j, 0, limits.null) <= most_expected_of(times[j], most, limits):
            met[n] = j
            n += 1
        else:
            scratch.seen[j] = 0
        scratch.near[j] = 0
    for j in met[:n]:
        scratch.near[j] = 0
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

    What passes does not depend on it. `cost` is what each row costs; the rows are equally far apart by it.
    Cost: the co-actions of these rows, for each window; none where there is but one.
    """
    rows = ranges_by_cost(cost, SAMPLED)[:-1]
    ways = [limits._replace(n_near=n) for n in range(len(limits.null.windows))]
    return ways[0] if len(ways) == 1 else min(ways, key=lambda way: _count_promising(rows, slots, reach, way, scratch))
