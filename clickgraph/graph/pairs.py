"""Pairs: two accounts, where and when they met, judged by the slot null as a tie is."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clickgraph.graph.engagement import EngagementGraph
from clickgraph.graph.null import budget_of, pairs_of_targets, slot_null, widest
from clickgraph.graph.windows import WindowLike, choose_windows
from clickgraph.kernels.coaction import count_row
from clickgraph.kernels.reach import slot_reach
from clickgraph.kernels.scratch import new_scratch
from clickgraph.kernels.significance import best_window, expect_shared, poisson_tail_bits
from clickgraph.settings import COACTIONS_PER_EVENT


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """Two accounts under the slot null, window by window.

    Attributes
    ----------
    windows : ndarray of int64, shape (n_windows,)
        Widths in microseconds, ascending.
    shared : ndarray of int64
        Proofs that the two acted together within each window.
    expected : ndarray of float64
        What chance gives two accounts as active as they are.
    tail_bits : ndarray of float64
        ``-log2 P(X >= shared)``, X Poisson.
    best : int
        Position of the window that surprises most.
    """

    windows: NDArray[np.int64]
    shared: NDArray[np.int64]
    expected: NDArray[np.float64]
    tail_bits: NDArray[np.float64]
    best: int

    @property
    def choice_bits(self) -> float:
        """What the choice of the window costs."""
        return math.log2(len(self.windows))

    @property
    def bits(self) -> float:
        """Evidence of the tie in its best window, the choice of the window paid for."""
        return float(self.tail_bits[self.best]) - self.choice_bits


def judge_pair(
    graph: EngagementGraph,
    pair: tuple[int, int],
    *,
    windows: str | Sequence[WindowLike] = "auto",
    coactions_per_event: float = COACTIONS_PER_EVENT.default,
) -> Pair:
    """Judge two accounts as :func:`clickgraph.project` judges all.

    Parameters
    ----------
    graph : EngagementGraph
        The log.
    pair : (int, int)
        Codes of two different accounts; their order does not matter.
    windows : "auto" or sequence of windows
        As for :func:`clickgraph.project`.
    coactions_per_event : float
        As for :func:`clickgraph.project`.

    Returns
    -------
    Pair
        Cost: one pass over the log per window, and the co-actions of one account.

    Examples
    --------
    >>> import clickgraph as cg
    >>> log = {"account": ["a", "b", "c"], "content": ["x"] * 3, "time": [1.7e9, 1.7e9 + 30, 1.7e9 + 300]}
    >>> judge_pair(cg.build_graph(cg.read_events(log)), (0, 1), windows=["1min", "10min"]).shared.tolist()
    [1, 1]
    """
    row, other = min(pair), max(pair)
    widths, _ = choose_windows(windows, graph.events.clock)
    pairs, limit = pairs_of_targets(graph.slots, widths), budget_of(graph.n_events, coactions_per_event)
    null, _ = slot_null(graph, widths, pairs, limit)
    reach = slot_reach(graph.slots.time, graph.slots.target_indptr, widest(null))
    scratch = new_scratch(graph.slots, len(widths), enough=1)
    count_row(row, graph.slots, reach, widths, 1, scratch)
    expected = np.empty(len(widths))
    expect_shared(row, other, null, expected)
    best = int(best_window(other, scratch.counter, expected))
    shared = scratch.counter[other].astype(np.int64)
    tail = np.array([poisson_tail_bits(n, e) for n, e in zip(shared.tolist(), expected.tolist(), strict=True)])
    return Pair(widths, shared, expected, tail, best)


def find_meetings(graph: EngagementGraph, pair: tuple[int, int]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return, for each target that both accounts took, the two slots closest in time: int64 (n_targets,) each.

    Of equally close ones the first. In the order of the targets. Cost: a sort of the two accounts' events.
    """
    mine, theirs = (_slots_of(graph, account) for account in pair)
    slots = graph.slots
    common = np.intersect1d(slots.target[mine], slots.target[theirs])
    near = [_closest(graph, *(part[slots.target[part] == target] for part in (mine, theirs))) for target in common]
    table = np.array(near, dtype=np.int64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


def _slots_of(graph: EngagementGraph, account: int) -> NDArray[np.int64]:
    slots = graph.slots
    return slots.account_slots[slots.account_indptr[account] : slots.account_indptr[account + 1]]


def _closest(graph: EngagementGraph, one: NDArray[np.int64], two: NDArray[np.int64]) -> tuple[int, int]:
    gaps = np.abs(graph.slots.time[one][:, None] - graph.slots.time[two][None, :])
    a, b = np.unravel_index(int(np.argmin(gaps)), gaps.shape)
    return int(one[a]), int(two[b])
