"""Counting: how many contents each pair of accounts shares within a window, judged by nothing."""

import os
from collections.abc import Callable
from typing import Literal, get_args

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clickgraph.errors import InputError
from clickgraph.graph.engagement import EngagementGraph
from clickgraph.graph.windows import WindowLike, parse_window
from clickgraph.kernels._jit import map_ranges, per_thread, ranges_by_cost
from clickgraph.kernels.counting import Pairs, act_rows, coaction_rows, new_tally, place_pairs
from clickgraph.kernels.reach import meeting_slots, row_cost, slot_reach
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
    busy, slots = _meeting_part(slots, width, min_shared, n_threads=n_threads)
    widths = np.full(len(slots.target_indptr) - 1, width)
    reach = slot_reach(slots.time, slots.target_indptr, widths, n_threads=n_threads)
    _refuse_too_many_pairs(len(busy), int(reach.sum(dtype=np.int64)) // 2 // min_shared)
    parts = map_ranges(
        _counter(slots, reach, width, min_shared), ranges_by_cost(row_cost(slots, reach)), n_threads=n_threads
    )
    account, other, shared = _by_account(parts, n_accounts=len(busy), n_threads=n_threads)
    ids = graph.events.account_ids.take(pa.array(busy))
    return Table.from_columns(account=ids.take(pa.array(account)), other=ids.take(pa.array(other)), shared=shared)


def _counter(slots: Slots, reach: NDArray[np.int32], width: int, min_shared: int) -> Callable[[int, int], Pairs]:
    """Return what counts the pairs of a range of rows."""
    if len(slots.act) == 0:
        tally = per_thread(lambda: new_tally(slots))
        return lambda first, last: coaction_rows(first, last, slots, reach, min_shared, tally())
    scratch = per_thread(lambda: new_scratch(slots, 1, enough=min_shared))
    return lambda first, last: act_rows(first, last, slots, reach, width, min_shared, scratch())


def _by_account(parts: list[Pairs], *, n_accounts: int, n_threads: int | None) -> Pairs:
    """Sort pairs, which are sorted by their other ends, by their accounts: a share of the accounts to each thread."""
    none = np.empty(0, np.int32)
    account, other, shared = (np.concatenate(columns) for columns in zip((none, none, none), *parts, strict=True))
    n_pairs = np.bincount(account, minlength=n_accounts)
    indptr, placed = np.append(0, np.cumsum(n_pairs)), np.empty((len(account), 2), np.int32)
    map_ranges(
        lambda first, last: place_pairs(first, last, (account, other, shared), indptr, placed),
        ranges_by_cost(n_pairs, n_threads or os.cpu_count() or 1), n_threads=n_threads,
    )  # fmt: skip
    return np.repeat(np.arange(n_accounts, dtype=np.int32), n_pairs), placed[:, 0].copy(), placed[:, 1].copy()


def _meeting_part(
    slots: Slots, width: int, min_shared: int, *, n_threads: int | None
) -> tuple[NDArray[np.int64], Slots]:
    """Drop slots that meet none, and accounts with too few others: exact. Return who is left, and the slots."""
    meets = meeting_slots(slots.time, slots.target, width)
    n_accounts = len(slots.account_indptr) - 1
    is_busy = np.bincount(slots.account[meets], minlength=n_accounts) >= min_shared
    rows = np.flatnonzero(meets & is_busy[slots.account])
    busy = np.flatnonzero(is_busy)
    code = np.cumsum(is_busy, dtype=np.int32) - np.int32(1)
    return busy, part_of(slots, rows, code=code, n_accounts=len(busy), n_threads=n_threads)


def _refuse_too_many_pairs(n_accounts: int, n_pairs: int) -> None:
    n_pairs = min(n_pairs, n_accounts * (n_accounts - 1) // 2)
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
