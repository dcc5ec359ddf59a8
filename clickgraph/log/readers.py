"""read_events: the only door for foreign logs."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Literal, get_args

from clickgraph.errors import InputError
from clickgraph.log.arranging import arrange
from clickgraph.log.coding import CodedLog, code_events, code_table, finish_log
from clickgraph.log.events import Events
from clickgraph.log.memory import parse_memory
from clickgraph.log.names import AUTO, OPTIONAL, Names, find_names, say_names
from clickgraph.log.parquet_reading import Plan, read_parquet
from clickgraph.log.sources import find_parquet, open_source
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
    keep: Iterable[str] | None = None,
    memory_limit: str | int | None = None,
    workdir: str | os.PathLike[str] | None = None,
) -> Events:
    """Read an engagement log.

    Parameters
    ----------
    source : path, table, network or Events
        A Parquet, CSV or Feather file, a folder or a list of Parquet files, any table with
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
    keep : iterable of str, optional
        Names of other columns of a table to keep, for strata; all by default, none of a log that memory does
        not hold.
    memory_limit : str or int, optional
        Memory that the process may take while it reads Parquet: ``"4GB"``, or bytes; by default what it has and
        80 % of what is free. A log that needs more is sorted on disk (extra ``duckdb``), and its columns and ids are
        mapped from there: pages that look like memory of the process, and give way. What `keep` names is in memory in
        any case, and so are ids of a fixed width while they are sorted.
    workdir : path, optional
        Folder in which a Parquet log is kept once it is sorted: another call finds it there while the files are
        the same, and what a killed process left is made anew. By default a log that memory does not hold lies in
        the machine's temporary folder, and goes with the events.

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
    Cost: linear in the log. Parquet is read batch by batch: 16 bytes per event (4 more for each of several actions,
    acts and kept columns), as much again while it is sorted, and the distinct ids. Other tables are whole in memory.

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
    parse_memory(memory_limit)
    ignored = as_ignored(ignore)
    roles = {"account": account, "content": content, "time": time, "action": action, "post": post}
    if isinstance(source, Events):
        log = _reread(source, roles=roles, timezone=timezone)
        if layers == "separate" and not ignored and time == AUTO:
            return source
    elif (files := find_parquet(source)) is not None:
        names, said = name_columns(files.schema.names, roles=roles)
        plan = Plan(names, said, timezone, layers, ignored, other_columns(files.schema.names, names, keep=keep))
        return read_parquet(files, plan, memory_limit=memory_limit, workdir=workdir)
    else:
        log = _read_foreign(source, roles=roles, timezone=timezone, keep=keep)
    return arrange(finish_log(log, layers=layers, ignore=ignored))


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


def _read_foreign(
    source: object, *, roles: dict[str, str | None], timezone: str | None, keep: Iterable[str] | None
) -> CodedLog:
    opened = open_source(source)
    found = opened.table.column_names
    names, said = name_columns(found, roles=roles, may_lack_times=opened.may_lack_times)
    columns = [*names.used(), *(other_columns(found, names, keep=keep) or ())]
    table = opened.table if keep is None else opened.table.select(columns)
    log = code_table(table, names, timezone=timezone)
    return replace(log, notices=(*said, *log.notices))


def name_columns(
    found: Sequence[str], *, roles: dict[str, str | None], may_lack_times: bool = False
) -> tuple[Names, tuple[str, ...]]:
    """Return the column of each role among those `found`, and what was assumed."""
    given = {role: name if role == "time" else name or AUTO for role, name in roles.items()}
    optional = OPTIONAL | ({"time"} if may_lack_times else set())
    names = find_names(found, given=given, optional=optional)
    said = _say_recognised(names, roles=roles)
    if names.time is None and given["time"] == AUTO:
        said += ("The log carries no times and was read without a clock.",)
    return names, said


def other_columns(found: Sequence[str], names: Names, *, keep: Iterable[str] | None) -> tuple[str, ...] | None:
    """Return the columns to keep, in the order of the log; None for all that have no role."""
    if keep is None:
        return None
    others = [name for name in found if name not in names.used()]
    wanted = [keep] if isinstance(keep, str) else list(keep)
    unknown = [name for name in wanted if name not in others]
    if unknown:
        raise InputError(f"keep, or strata, to name other columns of the log: {say_names(others)}", say_names(unknown))
    return tuple(name for name in others if name in wanted)


def _say_recognised(names: Names, *, roles: dict[str, str | None]) -> tuple[str, ...]:
    """Return a notice of the columns that were recognised by another name than that of their role."""
    recognised = [
        f"{printable(name)} as the {role}"
        for role, name in names.by_role().items()
        if name not in (None, role, roles[role])
    ]
    return (f"Taken from the names of the columns: {', '.join(recognised)}.",) if recognised else ()
