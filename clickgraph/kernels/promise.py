"""Promise: the candidates that could pass, by how often they met in all, and how often they met near in time.

Most pairs that met twice did so at some distance, where two meetings are no news. To see that, their meetings need
not be counted window by window: those within one near window, in one more byte for each account, will do.
"""

import numpy as np
from numpy.typing import NDArray

from clickgraph.kernels._jit import kernel, ranges_by_cost
from clickgraph.kernels.candidates import find_candidates, forget_candidates
from clickgraph.kernels.limits import Limits, most_expected_of, seek
from clickgraph.kernels.mains import Agenda
from clickgraph.kernels.scratch import Scratch
from clickgraph.kernels.significance import expect_within
from clickgraph.kernels.slots import Slots

SAMPLED = 16  # rows that tell how many windows are best taken for near


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
def promising(row: int, met: NDArray[np.int32], limits: Limits, scratch: Scratch) -> NDArray[np.int32]:
    """Drop the candidates that could not pass wherever their meetings lay; return the others, reordered.

    Who passes does so in a near window, which expects no less than the narrowest and has no more proofs than there
    were near meetings; or in a wider one, which expects no less than the narrowest of these. So nobody is lost.
    Cost: the candidates.
    """
    n, near, most = _that_pass_far(row, met, limits, scratch), scratch.near, scratch.most[0]
    for j in met[n:]:
        is_near = near[j] >= limits.enough
        if is_near and expect_within(row, j, 0, limits.null) <= most_expected_of(near[j], most, limits):
            met[n] = j
            n += 1
        else:
            scratch.seen[j] = 0
        near[j] = 0
    near[met[:n]] = 0
    return met[:n]


@kernel
def _count_promising(
    rows: NDArray[np.int32], agenda: Agenda, slots: Slots, reach: NDArray[np.int32], limits: Limits, scratch: Scratch
) -> int:
    """Return how many candidates of some rows are promising."""
    n = 0
    for row in rows:
        met = find_candidates(row, seek(row, agenda.main[row], limits), slots, reach, scratch)
        met = promising(row, met, limits, scratch)
        forget_candidates(met, scratch)
        n += len(met)
    return n


def with_near(limits: Limits, agenda: Agenda, slots: Slots, reach: NDArray[np.int32], scratch: Scratch) -> Limits:
    """Return the limits with as many near windows as leave the fewest candidates to some rows, the fewest of equals.

    What passes does not depend on it. The rows are equally far apart by their cost.
    Cost: the co-actions of these rows, for each window; none where there is but one.
    """
    rows = agenda.rows[ranges_by_cost(agenda.cost, SAMPLED)[:-1]]
    ways = [limits._replace(n_near=n) for n in range(len(limits.null.windows))]
    if len(ways) == 1:
        return ways[0]
    return min(ways, key=lambda way: _count_promising(rows, agenda, slots, reach, way, scratch))
