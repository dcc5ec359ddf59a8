"""Counting: how many contents each pair of accounts shares within a window, judged by nothing."""

from typing import Literal, get_args

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clickgraph.errors import InputError
from clickgraph.graph.engagement import EngagementGraph
from clickgraph.graph.windows import WindowLike, parse_window
from clickgraph.kernels._jit import map_ranges, per_thread, ranges_by_cost
from clickgraph.kernels.counting import coaction_rows
from clickgraph.kernels.reach import row_cost, slot_reach
from clickgraph.kernels.scratch import new_scratch
from clickgraph.kernels.slots import Slots, make_slots, part_of
from clickgraph.log.table import Table
from clickgraph.settings import check

Repeats = Literal["all", "first"]

MOST_PAIRS = 200_000_000  # 2.4 GB of result; count_coactions refuses what may exceed it


def count_coactions(
    graph: EngagementGraph,
    *,
    window: WindowLike,
    min_shared: int = 1,
    repeats: Repeats = "all",
    n_threads: int | None = None,
) -> Table:
    """Count, for every pair of accounts, the contents on which both acted within the window.

    Parameters
    ----------
    graph : EngagementGraph
        From :func:`clickgraph.build_graph`. A content under two actions counts for each of them.
    window : str, timedelta or None
        Farthest distance of the two events, ``|dt| <= window``; ``"tick"``: the same tick of the clock;
        None: ever.
    min_shared : int
        Leave out pairs that share fewer.
    repeats : {"all", "first"}
        Look at all events of an account on a content, or at its first only.
    n_threads : int, optional
        Threads; all cores by default. The result does not depend on it.

    Returns
    -------
    Table
        Columns account, other (the caller's ids, account before other) and shared (int32), sorted. Where
        several contents belong to one act (a post), a pair's count is at most the acts of either side.
        Cost: time twice the co-actions within the window; memory 12 bytes per pair returned.

    Raises
    ------
    InputError
        If an option is unknown, or the result might exceed 200 million pairs.

    Examples
    --------
    >>> import pyarrow as pa
    >>> import clickgraph as cg
    >>> log = pa.table({"account": ["a", "b", "c"], "content": ["x"] * 3, "time": [1.7e9, 1.7e9 + 30, 1.7e9 + 300]})
    >>> cg.count_coactions(cg.build_graph(cg.read_events(log)), window="1min").to_pylist()
    [{'account': 'a', 'other': 'b', 'shared': 1}]
    """
    check("min_shared", min_shared)
    if repeats not in get_args(Repeats):
        raise InputError(f"repeats to be one of {', '.join(get_args(Repeats))}", repr(repeats))
    width = parse_window(window)
    slots = _first_slots(graph.slots) if repeats == "first" else graph.slots
    reach = slot_reach(slots.time, slots.target_indptr, np.full(len(slots.target_indptr) - 1, width))
    _refuse_too_many_pairs(graph, int(reach.sum(dtype=np.int64)) // 2 // min_shared)
    busy, slots = _meeting_part(slots, reach, min_shared)
    reach = slot_reach(slots.time, slots.target_indptr, np.full(len(slots.target_indptr) - 1, width))
    scratch = per_thread(lambda: new_scratch(slots, 1, enough=min_shared))

    def rows(first: int, last: int) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
        return coaction_rows(first, last, slots, reach, width, min_shared, scratch())

    parts = map_ranges(rows, ranges_by_cost(row_cost(slots, reach)), n_threads=n_threads)
    account, other, shared = (np.concatenate([np.empty(0, np.int32), *(part[k] for part in parts)]) for k in range(3))
    ids = graph.events.account_ids.take(pa.array(busy))
    return Table.from_columns(account=ids.take(pa.array(account)), other=ids.take(pa.array(other)), shared=shared)


def _meeting_part(slots: Slots, reach: NDArray[np.int32], min_shared: int) -> tuple[NDArray[np.int64], Slots]:
    """Drop slots that meet none, and accounts with too few others: exact. Return who is left, and the slots."""
    meets = reach[:, 0] + reach[:, 1] > 0
    n_accounts = len(slots.account_indptr) - 1
    is_busy = np.bincount(slots.account[meets], minlength=n_accounts) >= min_shared
    rows = np.flatnonzero(meets & is_busy[slots.account])
    busy = np.flatnonzero(is_busy)
    code = np.cumsum(is_busy, dtype=np.int32) - np.int32(1)
    return busy, part_of(slots, rows, code=code, n_accounts=len(busy))


def _refuse_too_many_pairs(graph: EngagementGraph, n_pairs: int) -> None:
    n_pairs = min(n_pairs, graph.n_accounts * (graph.n_accounts - 1) // 2)
    if n_pairs > MOST_PAIRS:
        raise InputError(
            f"a window in which at most {MOST_PAIRS:,} pairs of accounts may meet",
            f"up to {n_pairs:,}",
            "take a narrower window or a larger min_shared, or leave out viral contents with ignore=;"
            " project() bounds its work by itself",
        )


def _first_slots(slots: Slots) -> Slots:
    """Keep each account's first slot on each target; slots are sorted by time within a target."""
    n_accounts, n_targets = len(slots.account_indptr) - 1, len(slots.target_indptr) - 1
    _, first = np.unique(slots.target.astype(np.int64) * n_accounts + slots.account, return_index=True)
    rows = np.sort(first)
    return make_slots(
        slots.account[rows], slots.time[rows], slots.target[rows],
        n_accounts=n_accounts, n_targets=n_targets, act=slots.act[rows] if len(slots.act) else None,
    )  # fmt: skip
