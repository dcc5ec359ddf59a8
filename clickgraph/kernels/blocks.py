"""Pairs of accounts in blocks: what each target costs, and to which pairs of blocks an event has to go."""

import numpy as np
from numpy.typing import NDArray

from clickgraph.kernels._jit import kernel
from clickgraph.kernels.counting import grown


@kernel
def pairs_on_targets(
    time: NDArray[np.int64], count: NDArray[np.int64], indptr: NDArray[np.int64], windows: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Count the pairs of events of each target within each window, from the events at each of its times.

    ``time[indptr[t]:indptr[t + 1]]`` are the times of target t, ascending, each once, with `count` events.
    Returns int64 (W, T). Cost: a pass with two pointers for each window.
    """
    pairs = np.zeros((len(windows), len(indptr) - 1), np.int64)
    for w in range(len(windows)):
        for target in range(len(indptr) - 1):
            right, within = indptr[target], 0
            for i in range(indptr[target], indptr[target + 1]):
                while right < indptr[target + 1] and time[right] - time[i] <= windows[w]:
                    within += count[right]
                    right += 1
                within -= count[i]
                pairs[w, target] += count[i] * (count[i] - 1) // 2 + count[i] * within
    return pairs


@kernel
def blocks_near(
    time: NDArray[np.int64],
    block: NDArray[np.int32],
    is_home: NDArray[np.bool_],
    indptr: NDArray[np.int64],
    windows: NDArray[np.int64],
    n_blocks: int,
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Find, for each event that is at home, the blocks of the other events within its window.

    ``indptr`` parts the events into runs of one target, ascending in time, each with a window of `windows`.
    Returns the events, int64, and the blocks, int32: an entry for each pair of the two.
    Cost: the number of blocks for each event.
    """
    event, other = np.empty(64, np.int64), np.empty(64, np.int32)
    near = np.zeros(n_blocks, np.int64)
    n = 0
    for run in range(len(indptr) - 1):
        left = right = indptr[run]
        for i in range(indptr[run], indptr[run + 1]):
            while right < indptr[run + 1] and time[right] - time[i] <= windows[run]:
                near[block[right]] += 1
                right += 1
            while time[i] - time[left] > windows[run]:
                near[block[left]] -= 1
                left += 1
            if is_home[i]:
                event, other = grown(event, n + n_blocks), grown(other, n + n_blocks)
                for b in range(n_blocks):
                    if near[b] > (b == block[i]):
                        event[n], other[n] = i, b
                        n += 1
        near[:] = 0
    return event[:n], other[:n]
