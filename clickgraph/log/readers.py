"""read_events: the only door for foreign logs."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Literal, TypeVar, get_args

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clickgraph.errors import InputError
from clickgraph.log.clock import find_clock, refuse_mixed_clocks
from clickgraph.log.coding import NO_POST, CodedLog, code_events, code_table, leave_out, merge_layers
from clickgraph.log.events import Events
from clickgraph.log.names import AUTO, OPTIONAL, Names, find_names
from clickgraph.log.order import order_rows
from clickgraph.log.sources import open_source
from clickgraph.log.text import printable

Number = TypeVar("Number", bound=np.signedinteger)
Layers = Literal["separate", "merge"]


def read_events(
    source: object,
    *,
    account: str | None = None,
    content: str | None = None,
    time: str | None = AUTO,
    action: str | None = None,
    post: str | None = None,
    layers: Layers = "separate",
    timezone: str | None = None,
    ignore: Iterable[object] = (),
) -> Events:
    """Read an engagement log.

    Parameters
    ----------
    source : path, table, network or Events
        A Parquet, CSV or Feather file, a folder of Parquet files, any table with
        ``__arrow_c_stream__`` (pandas, polars, Arrow, DuckDB), a polars LazyFrame, a dict of columns, a
        list of dicts, a networkx bipartite graph (nodes with ``bipartite`` 0 or 1, edges with ``time``),
        or a scipy sparse matrix (accounts x contents). Events are returned as they are when nothing
        else is asked.
    account, content : str, optional
        Names of columns; needed only where they are not recognised.
    time : str or None, optional
        Name of the column of times: timestamps, dates, ISO 8601 text, or Unix seconds, milliseconds,
        microseconds or nanoseconds. None reads a log without times.
    action : str, optional
        Name of the column that tells likes from shares; each is a layer of its own.
    post : str, optional
        Name of the column whose values say which events of an account are one act.
    layers : {"separate", "merge"}, default "separate"
        Whether actions are kept apart, or all taken as one.
    timezone : str, optional
        Zone of times that carry none, such as "Europe/Berlin"; UTC if not given.
    ignore : iterable of ids
        Accounts and contents to leave out.

    Returns
    -------
    Events
        In canonical order, without exact repeats, with the ids in the type of the caller, and with
        notices of what was assumed or repaired.

    Raises
    ------
    InputError
        Input that cannot be used: what was expected, what was found, and a hint.
    FileNotFoundError
        A path with nothing there.

    Notes
    -----
    Cost: linear in the log but for one sort; ten million rows take a few seconds and about four times
    the memory of their Arrow table.

    Examples
    --------
    >>> events = read_events({
    ...     "user_id": ["b", "a"], "video_id": [7, 7],
    ...     "timestamp": ["2024-05-01T10:00:09Z", "2024-05-01T10:00:00Z"],
    ... })
    >>> events.account_ids.to_pylist(), events.account_code.tolist(), events.clock
    (['a', 'b'], [0, 1], 1000000)
    """
    if layers not in get_args(Layers):
        raise InputError(f"layers to be one of {', '.join(get_args(Layers))}", printable(repr(layers)))
    ignored = as_ignored(ignore)
    roles = {"account": account, "content": content, "time": time, "action": action, "post": post}
    if isinstance(source, Events):
        log = _reread(source, roles=roles, timezone=timezone)
        if layers == "separate" and not ignored and time == AUTO:
            return source
    else:
        log = _read_foreign(source, roles=roles, timezone=timezone)
    if layers == "merge":
        log = merge_layers(log)
    return _arrange(leave_out(log, ignored))


def as_ignored(ignore: Iterable[object]) -> frozenset[str]:
    """Return ids to leave out as the texts that they are compared by."""
    if isinstance(ignore, (str, bytes)) or not isinstance(ignore, Iterable):
        raise InputError("ignore to be a list of ids", printable(repr(ignore)))
    return frozenset(map(str, ignore))


def _reread(events: Events, *, roles: dict[str, str | None], timezone: str | None) -> CodedLog:
    named = [role for role, name in roles.items() if role != "time" and name is not None]
    if named or timezone is not None or roles["time"] not in (AUTO, None):
        found = ", ".join(named or ["time" if timezone is None else "timezone"])
        raise InputError("names of columns with a table only", f"{found} with Events, whose columns are known")
    log = code_events(events)
    return log if roles["time"] == AUTO else replace(log, time=None)


def _read_foreign(source: object, *, roles: dict[str, str | None], timezone: str | None) -> CodedLog:
    opened = open_source(source)
    names, said = name_columns(opened.table.column_names, roles=roles, may_lack_times=opened.may_lack_times)
    log = code_table(opened.table, names, timezone=timezone)
    return replace(log, notices=(*said, *log.notices))


def name_columns(
    found: Sequence[str], *, roles: dict[str, str | None], may_lack_times: bool = False
) -> tuple[Names, tuple[str, ...]]:
    """Return the column of each role among those `found`, and what is to be said of it."""
    given = {role: name if role == "time" else name or AUTO for role, name in roles.items()}
    names = find_names(found, given=given, optional=OPTIONAL | ({"time"} if may_lack_times else set()))
    said = _say_recognised(names, roles=roles)
    if names.time is None and given["time"] == AUTO:
        said += ("The log carries no times and was read without a clock.",)
    return names, said


def _say_recognised(names: Names, *, roles: dict[str, str | None]) -> tuple[str, ...]:
    """Return a notice of the columns that were recognised by another name than that of their role."""
    recognised = [
        f"{printable(name)} as the {role}"
        for role, name in names.by_role().items()
        if name not in (None, role, roles[role])
    ]
    return (f"Taken from the names of the columns: {', '.join(recognised)}.",) if recognised else ()


def _arrange(log: CodedLog) -> Events:
    """Return the log in canonical order without exact repeats."""
    time = np.zeros(log.n_rows, np.int64) if log.time is None else log.time
    clock = None if log.time is None else find_clock(time)
    if clock is not None:
        refuse_mixed_clocks(time, clock=clock)
    rows, n_repeats = order_rows(_sort_keys(log, time=time, clock=clock or 1), beside=log.columns)
    said = (f"Exact repeats dropped: {n_repeats}.",) if n_repeats else ()
    account = log.account.code[rows]
    return Events(
        account_code=_read_only(account),
        content_code=_read_only(log.content.code[rows]),
        action_code=_read_only(log.action.code[rows]),
        act_code=None if log.post is None else _read_only(_code_acts(account, post=log.post[rows])),
        time=_read_only(time[rows]),
        account_ids=log.account.ids,
        content_ids=log.content.ids,
        action_ids=log.action.ids,
        columns=log.columns if isinstance(rows, slice) else log.columns.take(pa.array(rows)),
        clock=clock,
        n_repeats=log.n_repeats + n_repeats,
        notices=(*log.notices, *said),
    )


def _read_only(column: NDArray[Number]) -> NDArray[Number]:
    column = column.view()
    column.setflags(write=False)
    return column


def _sort_keys(log: CodedLog, *, time: NDArray[np.int64], clock: int) -> list[NDArray[np.signedinteger]]:
    # Ticks since the first event need fewer bits than microseconds since 1970, and sort faster.
    ticks = (time - time.min()) // clock if len(time) else time
    keys: list[NDArray[np.signedinteger]] = [log.content.code, ticks, log.account.code, log.action.code]
    if log.post is not None:
        keys.append(np.where(log.post == NO_POST, log.post.max(initial=0) + 1, log.post))
    return keys


def _code_acts(account: NDArray[np.int32], *, post: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return a code per act: an account with a post, or an account with an event that names no post."""
    unnamed = int(post.max(initial=0)) + 1 + np.arange(len(post))
    pair = account.astype(np.int64) << 32 | np.where(post == NO_POST, unnamed, post)
    act: NDArray[np.int32] = np.unique(pair, return_inverse=True)[1].astype(np.int32)
    return act
