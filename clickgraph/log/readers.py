"""read_events: the only door for foreign logs."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Literal, get_args

from clickgraph.errors import InputError
from clickgraph.log.arranging import arrange
from clickgraph.log.coding import CodedLog, code_events, code_table, leave_out, merge_layers
from clickgraph.log.events import Events
from clickgraph.log.names import AUTO, OPTIONAL, Names, find_names
from clickgraph.log.sources import open_source
from clickgraph.log.text import printable

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
    ignored = _as_ids(ignore)
    roles = {"account": account, "content": content, "time": time, "action": action, "post": post}
    if isinstance(source, Events):
        log = _reread(source, roles=roles, timezone=timezone)
        if layers == "separate" and not ignored and time == AUTO:
            return source
    else:
        log = _read_foreign(source, roles=roles, timezone=timezone)
    if layers == "merge":
        log = merge_layers(log)
    return arrange(leave_out(log, ignored))


def _as_ids(ignore: Iterable[object]) -> frozenset[str]:
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
    given = {role: name if role == "time" else name or AUTO for role, name in roles.items()}
    optional = OPTIONAL | ({"time"} if opened.may_lack_times else set())
    names = find_names(opened.table.column_names, given=given, optional=optional)
    said = _say_recognised(names, roles=roles)
    if names.time is None and given["time"] == AUTO:
        said += ("The log carries no times and was read without a clock.",)
    log = code_table(opened.table, names, timezone=timezone)
    return replace(log, notices=(*said, *log.notices))


def _say_recognised(names: Names, *, roles: dict[str, str | None]) -> tuple[str, ...]:
    """Return a notice of the columns that were recognised by another name than that of their role."""
    recognised = [
        f"{printable(name)} as the {role}"
        for role, name in names.by_role().items()
        if name not in (None, role, roles[role])
    ]
    return (f"Taken from the names of the columns: {', '.join(recognised)}.",) if recognised else ()
