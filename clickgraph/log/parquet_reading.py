"""A Parquet log -> Events, in memory where it fits and by way of a working folder where it does not."""

import os
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from clickgraph.log.arranging import arrange
from clickgraph.log.coding import CodedLog, finish_log
from clickgraph.log.events import Events
from clickgraph.log.memory import parse_memory, used_memory
from clickgraph.log.names import Names, say_names
from clickgraph.log.parquet import ParquetLog
from clickgraph.log.spilling import sort_on_disk
from clickgraph.log.storing import Folder, Memory, Store
from clickgraph.log.streaming import IdsOutgrowMemory, code_stream
from clickgraph.log.workdir import keep_log

BATCHES: Final = 250 * 10**6  # bytes: batches that are read and coded, and libraries that load on first use
DATABASE: Final = 60 * 10**6  # bytes that DuckDB takes beside what it counts
SORT_THREADS: Final = 2


@dataclass(frozen=True, slots=True)
class Plan:
    """How a log is read: the column of each role, what was assumed, and what was asked; `keep` is None for all."""

    names: Names
    said: tuple[str, ...]
    timezone: str | None
    layers: str
    ignore: frozenset[str]
    keep: tuple[str, ...] | None

    def identity(self, files: ParquetLog) -> dict[str, Any]:
        """Return all that the events depend on."""
        return {
            "files": files.identity(), "names": self.names.by_role(), "timezone": self.timezone,
            "layers": self.layers, "ignore": sorted(self.ignore), "keep": self.keep,
        }  # fmt: skip


def read_parquet(
    files: ParquetLog, plan: Plan, *, memory_limit: str | int | None, workdir: str | os.PathLike[str] | None
) -> Events:
    """Return the events of a Parquet log.

    Parameters
    ----------
    files : ParquetLog
        The files.
    plan : Plan
        How to read them.
    memory_limit : str, int or None
        As :func:`clickgraph.log.memory.parse_memory` takes it.
    workdir : path or None
        Where the log is kept, sorted; None where it need not be.

    Raises
    ------
    InputError
        As :func:`clickgraph.read_events` does.
    ImportError
        The log must be sorted on disk, and DuckDB is not installed.
    """
    limit = parse_memory(memory_limit)
    room = None if limit is None else limit - used_memory() - memory_to_read(files.n_rows, plan)
    others = tuple(name for name in files.schema.names if name not in plan.names.used())
    fits = room is None or room >= 0
    if fits and workdir is None:
        whole = plan if plan.keep is not None else replace(plan, keep=others)
        with suppress(IdsOutgrowMemory):
            return arrange(_code(files, whole, store=Memory(), room=room))
        fits = False
    if plan.keep is None:
        said = (f"Not kept on disk: {say_names(others)}; keep= names what to keep.",) if others else ()
        plan = replace(plan, keep=(), said=(*plan.said, *said))
    free = 0 if limit is None else limit - used_memory() - BATCHES - DATABASE
    keep_it = partial(keep_log, workdir=workdir, identity=plan.identity(files))
    if fits:
        with suppress(IdsOutgrowMemory):
            return keep_it(partial(_read_into, files=files, plan=plan, room=room))
    return keep_it(partial(_read_into, files=files, plan=plan, memory=max(0, free)))


def memory_to_read(n_events: int, plan: Plan) -> int:
    """Return the bytes that reading a log in memory takes at its peak, beside the ids and kept columns.

    What these take is known when they are read; where it is too much, the log is read again, with its ids on disk.
    """
    names = plan.names
    n_codes = 2 + (names.action is not None) + (names.post is not None)
    of_log = 4 * n_codes + (8 if names.time is not None else 0)
    of_sort = 16 + (50 if names.post is not None else 0)  # two orders, the ticks; acts are counted by a sort
    return BATCHES + n_events * (of_log + of_sort)


def _code(
    files: ParquetLog, plan: Plan, *, store: Store, room: int | None = None, memory: int | None = None
) -> CodedLog:
    keep = plan.keep or ()
    log = code_stream(files, plan.names, timezone=plan.timezone, keep=keep, store=store, room=room, memory=memory)
    log = replace(log, notices=(*plan.said, *log.notices))
    return finish_log(log, layers=plan.layers, ignore=plan.ignore, store=store)


def _read_into(
    store: Folder, *, files: ParquetLog, plan: Plan, room: int | None = None, memory: int | None = None
) -> Events:
    """Return a log whose columns lie in a folder, sorted on disk with so much memory, or without if it is None."""
    log = _code(files, plan, store=store, room=room, memory=memory)
    if memory is None:
        return arrange(log)
    return arrange(log, sort=partial(sort_on_disk, store=store, memory=memory, n_threads=SORT_THREADS))
