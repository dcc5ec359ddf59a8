"""A log in Parquet -> CodedLog, batch by batch: the text of an id is held once, however many rows have it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clickgraph.errors import InputError
from clickgraph.log.coding import NO_POST, CodedLog, as_dictionary, one_action, present_posts
from clickgraph.log.ids import Coded
from clickgraph.log.interning import IdTable
from clickgraph.log.names import Names
from clickgraph.log.parquet import ParquetLog
from clickgraph.log.sources import steady
from clickgraph.log.storing import Memory, Store, chunks, forget, gather
from clickgraph.log.times import read_times

SORTED: Final = 2  # a table of ids, and the same ids sorted
Codes = NDArray[np.int32]
Coder = Callable[[pa.ChunkedArray], NDArray[Any]]


class WrittenBothWays(Exception):  # noqa: N818 - no error: the log is read once more
    """Times are text of whole numbers in one batch and of fractions in another."""


class IdsOutgrowMemory(Exception):  # noqa: N818 - no error: the log is read once more, its ids on disk
    """The distinct ids of a log take more memory than there is for them."""


@dataclass(slots=True)
class TimeReader:
    """The rules for times, batch after batch, which must all be of one kind."""

    name: str
    timezone: str | None
    as_floats: bool = False
    kind: str | None = None
    is_exact: bool = True
    notices: dict[str, None] = field(default_factory=dict)

    def read(self, column: pa.ChunkedArray) -> NDArray[np.int64]:
        """Return a batch of times as microseconds; InputError as :func:`read_times` raises it."""
        times = read_times(column, name=self.name, timezone=self.timezone, as_floats=self.as_floats)
        if self.kind not in (None, times.kind):
            raise InputError(f"times of one kind in {self.name}", f"{self.kind}, and {times.kind} further on")
        if self.kind is not None and self.is_exact != times.is_exact:
            raise WrittenBothWays
        self.kind, self.is_exact = times.kind, times.is_exact
        self.notices.update(dict.fromkeys(times.notices))
        return times.values


def code_stream(
    source: ParquetLog,
    names: Names,
    *,
    timezone: str | None,
    keep: Sequence[str],
    store: Store,
    room: int | None = None,
    memory: int | None = None,
) -> CodedLog:
    """Return a log, whose columns of each role are known, as codes.

    It is the log that :func:`clickgraph.log.coding.code_table` makes of all rows at once: every batch goes
    through the same rules.

    Parameters
    ----------
    source : ParquetLog
        The files.
    names : Names
        The column of each role.
    timezone : str or None
        Zone of times that carry none.
    keep : sequence of str
        The other columns to keep.
    store : Store
        Where the coded columns lie.
    room : int, optional
        Bytes that the ids, and what `keep` holds, may take in memory.
    memory : int, optional
        Bytes that sorting the ids may take, where not even these fit into memory: they lie in `store`, a folder, too.

    Raises
    ------
    IdsOutgrowMemory
        The ids need more than `room`.
    InputError
        As :func:`clickgraph.log.coding.code_table` does; rows are counted from the first of their batch, which
        is named.

    Notes
    -----
    Cost: one pass over the columns that are needed, accounts and contents coded on two threads while the next
    batch is read. Memory: a few batches, the distinct ids where they do not lie in `store`, and what `keep` holds.
    """
    code = partial(_code_once, source, names, timezone=timezone, keep=keep, store=store, room=room, memory=memory)
    try:
        return code()
    except WrittenBothWays:  # what the whole column would have been read as
        return code(as_floats=True)


def _code_once(
    source: ParquetLog,
    names: Names,
    *,
    timezone: str | None,
    keep: Sequence[str],
    store: Store,
    room: int | None,
    memory: int | None,
    as_floats: bool = False,
) -> CodedLog:
    by_role = {role: name for role, name in names.by_role().items() if name is not None}
    at = {} if memory is None else {"store": store}
    tables = {
        role: IdTable(name, kind=source.schema.field(name).type, role=role, **at)
        for role, name in by_role.items() if role != "time"
    }  # fmt: skip
    times = TimeReader(names.time or "", timezone, as_floats)
    coders: dict[str, Coder] = {role: table.code for role, table in tables.items()}
    coders |= {"post": lambda column: _code_some(column, tables["post"])} if names.post is not None else {}
    coders |= {"time": times.read} if names.time is not None else {}
    columns = {
        role: store.begin(f"{role}.read", n_rows=source.n_rows, dtype=np.int64 if role == "time" else np.int32)
        for role in by_role
    }
    kept: list[pa.Table] = []
    for batch in _coded_batches(source, by_role, coders=coders, keep=keep):
        kept.append(batch.pop("columns") if isinstance(store, Memory) else _compact(batch.pop("columns")))
        for role, values in batch.items():
            columns[role].append(values)
        _check_room(tables.values(), kept, room=room)
    read = {role: column.finish() for role, column in columns.items()}
    pa.default_memory_pool().release_unused()
    with ThreadPoolExecutor(2 if memory is None else 1) as pool:
        settle = partial(_settle, store=store, memory=memory)
        settled = pool.map(lambda role: settle(tables[role], read[role], role=role), tables)
        coded = dict(zip(tables, settled, strict=True))
    action = coded.get("action", one_action(source.n_rows, word="act"))
    said = [coded["account"].notices, coded["content"].notices, action.notices, tuple(times.notices)]
    return CodedLog(
        account=coded["account"], content=coded["content"], action=action,
        post=coded["post"].code if "post" in coded else None,
        time=read.get("time"), columns=pa.concat_tables(kept),
        notices=tuple(notice for notices in said for notice in notices),
    )  # fmt: skip


def _check_room(tables: Iterable[IdTable], kept: Sequence[pa.Table], *, room: int | None) -> None:
    """Raise IdsOutgrowMemory where sorting the ids would take more than there is room for."""
    if room is not None and SORTED * sum(table.nbytes for table in tables) + sum(each.nbytes for each in kept) > room:
        raise IdsOutgrowMemory


def _coded_batches(
    source: ParquetLog, by_role: dict[str, str], *, coders: dict[str, Coder], keep: Sequence[str]
) -> Iterator[dict[str, Any]]:
    """Yield the coded columns of each batch by role, and its other columns; the next is read meanwhile."""
    batches = source.batches([*by_role.values(), *keep])
    first = 0
    with ThreadPoolExecutor(2) as pool:  # Arrow and the kernels let go of the interpreter
        batch = next(batches, None)
        while batch is not None:
            table = steady(batch)
            jobs = {role: pool.submit(coder, table.column(by_role[role])) for role, coder in coders.items()}
            batch = next(batches, None)
            yield _results(jobs, first=first) | {"columns": table.select(list(keep))}
            first += len(table)


def _results(jobs: dict[str, "Future[NDArray[Any]]"], *, first: int) -> dict[str, Any]:
    try:
        return {role: job.result() for role, job in jobs.items()}
    except InputError as error:
        if first == 0:
            raise
        found = f"{error.found}, of the rows from {first:,} on"
        raise InputError(error.expected, found, error.hint) from error


def _compact(columns: pa.Table) -> pa.Table:
    names = columns.column_names
    return pa.table({name: as_dictionary(columns.column(name), name=name) for name in names})


def _code_some(column: pa.ChunkedArray, posts: IdTable) -> Codes:
    present = present_posts(column)
    code = np.full(len(column), NO_POST, np.int32)
    code[present] = posts.code(column.filter(pa.array(present)))
    return code


def _settle(table: IdTable, numbers: Codes, *, store: Store, role: str, memory: int | None) -> Coded:
    """Return a column of numbers as codes that follow the sorted ids."""
    rank, ids = table.sort_on_disk(store, memory=memory) if memory is not None else table.sort()  # type: ignore[arg-type]
    rank = store.grow(f"{role}.rank", rank, size=len(rank) + 1)
    rank[-1] = NO_POST  # the number -1 stays what it is
    if numbers.flags.writeable:
        for part in chunks(numbers):
            part[:] = rank[part]
        return Coded(numbers, ids, tuple(table.notices))
    column = store.begin(f"{role}.code", n_rows=len(numbers), dtype=np.int32)
    return Coded(gather((_taken(rank, part) for part in chunks(numbers)), column), ids, tuple(table.notices))


def _taken(rank: Codes, part: Codes) -> Codes:
    taken: Codes = rank[part]
    forget(rank)
    return taken
