"""A coded log -> Events: in canonical order, without exact repeats."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clickgraph.kernels._jit import read_only
from clickgraph.kernels.sorting import Rows
from clickgraph.log.clock import find_clock, refuse_mixed_clocks
from clickgraph.log.coding import NO_POST, CodedLog
from clickgraph.log.events import Events
from clickgraph.log.order import order_rows
from clickgraph.log.storing import chunks

ByRole = dict[str, NDArray[Any]]
_INT32_MAX: Final = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Arranged:
    """The columns of a log by role, sorted, its other columns, and the number of repeats left out."""

    by_role: ByRole
    columns: pa.Table
    n_repeats: int


Sorter = Callable[[ByRole, pa.Table], Arranged]


def arrange(log: CodedLog, *, sort: Sorter | None = None) -> Events:
    """Return the log in canonical order without exact repeats.

    Parameters
    ----------
    log : CodedLog
        Its columns are overwritten where they can be: there may be no room for others.
    sort : callable, optional
        What sorts columns by content, time, account, action and post, and drops repeats; in memory by default.

    Notes
    -----
    Cost: one sort. Memory: 12 to 16 bytes per event beside the log.
    """
    clock = None if log.time is None else find_clock(log.time)
    if log.time is not None and clock is not None:
        refuse_mixed_clocks(log.time, clock=clock)
    done = (sort or partial(sort_in_memory, step=clock or 1))(_columns_to_sort(log), log.columns)
    account, post = done.by_role["account"], done.by_role.get("post")
    said = (f"Exact repeats dropped: {done.n_repeats}.",) if done.n_repeats else ()
    return Events(
        account_code=read_only(account),
        content_code=read_only(done.by_role["content"]),
        action_code=read_only(done.by_role.get("action", np.broadcast_to(np.int32(0), len(account)))),
        act_code=None if post is None else read_only(_code_acts(account, post=post)),
        time=read_only(done.by_role.get("time", np.broadcast_to(np.int64(0), len(account)))),
        account_ids=log.account.ids,
        content_ids=log.content.ids,
        action_ids=log.action.ids,
        columns=done.columns,
        clock=clock,
        n_repeats=log.n_repeats + done.n_repeats,
        notices=(*log.notices, *said),
    )


def _columns_to_sort(log: CodedLog) -> ByRole:
    """Return the columns that tell events apart, the first key first."""
    columns: dict[str, NDArray[Any] | None] = {
        "content": log.content.code,
        "time": log.time,
        "account": log.account.code,
        "action": log.action.code if len(log.action.ids) > 1 else None,
        "post": log.post,
    }
    return {role: column for role, column in columns.items() if column is not None}


def sort_in_memory(by_role: ByRole, beside: pa.Table, *, step: int) -> Arranged:
    """Sort columns of a log, in their place where they may be written to, and drop repeats.

    All times are multiples of `step` from the first on.
    """
    keys = [_as_key(column, role=role, step=step) for role, column in by_role.items()]
    rows, n_repeats = order_rows(keys, beside=beside)
    del keys
    if isinstance(rows, slice):
        return Arranged(by_role, beside, n_repeats)
    return Arranged(
        {role: _take(column, rows) for role, column in by_role.items()},
        beside.take(pa.array(rows)) if beside.num_columns else beside,
        n_repeats,
    )


def _as_key(column: NDArray[Any], *, role: str, step: int) -> NDArray[np.signedinteger]:
    if role == "post":  # rows that name none come last
        return np.where(column == NO_POST, column.max(initial=0) + 1, column)
    return _ticks(column, step=step) if role == "time" else column


def _ticks(time: NDArray[np.int64], *, step: int) -> NDArray[np.signedinteger]:
    """Return the steps since the first time: they need fewer bits than microseconds since 1970, and sort faster."""
    if len(time) == 0:
        return time
    first = int(time.min())
    last = (int(time.max()) - first) // step
    ticks: NDArray[np.signedinteger] = np.empty(len(time), np.int32 if last <= _INT32_MAX else np.int64)
    for into, part in zip(chunks(ticks), chunks(time), strict=True):
        into[:] = (part - first) // step
    return ticks


def _take(column: NDArray[Any], rows: Rows) -> NDArray[Any]:
    taken: NDArray[Any] = column[rows]
    if not column.flags.writeable:
        return taken
    column[: len(taken)] = taken
    return column[: len(taken)]


def _code_acts(account: NDArray[np.int32], *, post: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return a code per act: an account with a post, or an account with an event that names no post."""
    unnamed = int(post.max(initial=0)) + 1 + np.arange(len(post))
    pair = account.astype(np.int64) << 32 | np.where(post == NO_POST, unnamed, post)
    act: NDArray[np.int32] = np.unique(pair, return_inverse=True)[1].astype(np.int32)
    return act
