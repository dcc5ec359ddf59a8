"""The canonical order of a log that memory does not hold: sorted by DuckDB, which spills to disk."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from clickgraph.errors import InputError
from clickgraph.log.arranging import Arranged, ByRole
from clickgraph.log.coding import NO_POST, as_dictionary
from clickgraph.log.memory import say_memory
from clickgraph.log.order import sortable
from clickgraph.log.storing import CHUNK, Folder, chunks, forget, gather

LEAST: Final = 128 * 2**20  # bytes that DuckDB needs for a sort
ROWS_AT_HAND: Final = 1 << 16  # of a sort of ids, whatever the limit of the memory
FEW: Final = 1 << 14  # ids that are worked on at a time: they may be long
_KEPT: Final = "kept"


def sort_on_disk(by_role: ByRole, beside: pa.Table, *, store: Folder, memory: int, n_threads: int) -> Arranged:
    """Sort columns of a log and drop repeats, as :func:`clickgraph.log.arranging.sort_in_memory` does.

    Parameters
    ----------
    by_role : dict of ndarray
        The columns, the first key first.
    beside : pyarrow.Table
        The other columns; they come back as dictionaries.
    store : Folder
        Where the sorted columns lie; the sort spills beside them.
    memory : int
        Bytes that the sort may take.
    n_threads : int
        Threads.

    Raises
    ------
    ImportError
        DuckDB is not installed.
    InputError
        Another column of a type that has no dictionary.

    Notes
    -----
    Cost: the log is written twice, and read as often. Memory: `memory`, and 4 bytes per event for each other
    column.
    """
    kept = [_as_codes(column, name=name) for name, column in zip(beside.column_names, beside.columns, strict=True)]
    keys = by_role | {f"{_KEPT}{i}": codes for i, (codes, _) in enumerate(kept)}
    outcome = {name: store.begin(f"{name}.sorted", n_rows=0, dtype=column.dtype) for name, column in keys.items()}
    n_repeats = 0
    batches = _sorted_batches(keys, folder=store.path, memory=memory, n_threads=n_threads)
    for batch, repeat in _with_repeats(batches, told_apart_by=list(by_role)):
        n_repeats += int(np.count_nonzero(repeat))
        for name, column in outcome.items():
            column.append(batch[name][~repeat])
    done = {name: column.finish() for name, column in outcome.items()}
    columns = {
        name: _as_dictionary(done[f"{_KEPT}{i}"], values, store=store, name=f"{_KEPT}{i}.by-row")
        for i, (name, (_, values)) in enumerate(zip(beside.column_names, kept, strict=True))
    }
    return Arranged({role: done[role] for role in by_role}, pa.table(columns), n_repeats)


def sort_bytes(
    parts: Iterable[pa.Array], n: int, *, n_bytes: int, store: Folder, name: str, memory: int
) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.uint8]]:
    """Sort distinct ids by their bytes.

    Parameters
    ----------
    parts : iterable of pyarrow.Array
        The ids as large binary, some at a time.
    n : int
        How many there are.
    store : Folder
        Where the sorted ids lie; the sort spills beside them.
    name : str
        How the names of the files begin.
    n_bytes : int
        Bytes of all of them.
    memory : int
        Bytes that the sort may take; it takes as much as a few blocks of its rows do in any case.

    Raises
    ------
    InputError
        If that is not enough.

    Returns
    -------
    tuple of ndarray
        The rank of each id, int32 (n,); where the sorted ids end, behind a zero, int64 (n + 1,); and their bytes.
    """
    rank = store.grow(f"{name}.rank", np.empty(0, np.int32), size=n)
    ends = store.begin(f"{name}.sorted-ends", n_rows=n + 1, dtype=np.int64)
    data = store.begin(f"{name}.sorted-bytes", n_rows=0, dtype=np.uint8)
    ends.append(np.zeros(1, np.int64))
    n_sorted, end = 0, 0
    memory = max(memory, LEAST + ROWS_AT_HAND * n_bytes // max(1, n))
    for number, ids in _sorted_ids(parts, folder=store.path, memory=memory):
        rank[number] = np.arange(n_sorted, n_sorted + len(number), dtype=np.int32)
        forget(rank)
        offsets = np.frombuffer(ids.buffers()[1], np.int64)[ids.offset : ids.offset + len(ids) + 1]
        data.append(np.frombuffer(ids.buffers()[2] or b"", np.uint8)[offsets[0] : offsets[-1]])
        ends.append(offsets[1:] - offsets[0] + end)
        n_sorted, end = n_sorted + len(number), end + int(offsets[-1] - offsets[0])
    return rank, ends.finish(), data.finish()


def _sorted_ids(
    parts: Iterable[pa.Array], *, folder: Path, memory: int
) -> Iterator[tuple[NDArray[np.int32], pa.Array]]:
    """Yield the ids in the order of their bytes, some at a time, with their numbers."""
    schema = pa.schema([("number", pa.int32()), ("id", pa.large_binary())])
    with _database(folder, memory=memory, n_threads=1) as database, _enough_memory(memory):
        ids = pa.RecordBatchReader.from_batches(schema, _numbered(parts, schema))  # noqa: F841 - DuckDB sees it
        for batch in database.sql("select * from ids order by id").to_arrow_reader(FEW):
            yield batch.column(0).to_numpy(), batch.column(1).cast(pa.large_binary())


@contextmanager
def _enough_memory(memory: int) -> Iterator[None]:
    import duckdb

    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise InputError(
            "memory to sort the distinct ids on disk", f"{say_memory(memory)} for it, which is not enough",
            "a higher memory_limit, or shorter ids: a hash or a number of each",
        ) from error  # fmt: skip


def _numbered(parts: Iterable[pa.Array], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    n = 0
    for part in parts:
        yield pa.record_batch([pa.array(np.arange(n, n + len(part), dtype=np.int32)), part], schema=schema)
        n += len(part)


def _sorted_batches(keys: ByRole, *, folder: Path, memory: int, n_threads: int) -> Iterator[dict[str, NDArray[Any]]]:
    order = ", ".join(f"nullif({role}, {NO_POST}) nulls last" if role == "post" else role for role in keys)
    with _database(folder, memory=memory, n_threads=n_threads) as database:
        log = pa.RecordBatchReader.from_batches(_schema_of(keys), _as_batches(keys))  # noqa: F841 - DuckDB sees it
        for batch in database.sql(f"select * from log order by {order}").to_arrow_reader(CHUNK):
            yield {name: batch.column(name).to_numpy() for name in keys}


def _database(folder: Path, *, memory: int, n_threads: int) -> Any:
    """Open a database that holds nothing, and spills into the folder."""
    try:
        import duckdb
    except ImportError as error:
        found = "a log that memory does not hold is sorted by DuckDB: pip install 'clickgraph[duckdb]'"
        raise ImportError(found) from error
    options = {
        "memory_limit": f"{max(LEAST, memory)}B", "temp_directory": str(folder / "spilled"), "threads": n_threads,
    }  # fmt: skip
    database = duckdb.connect(config=options)
    database.execute("set enable_progress_bar = false")  # it would write among what the caller prints
    return database


def _schema_of(keys: ByRole) -> pa.Schema:
    return pa.schema([(name, pa.from_numpy_dtype(column.dtype)) for name, column in keys.items()])


def _as_batches(keys: ByRole) -> Iterator[pa.RecordBatch]:
    for parts in zip(*(chunks(column) for column in keys.values()), strict=True):
        yield pa.record_batch([pa.array(np.array(part)) for part in parts], schema=_schema_of(keys))


def _with_repeats(
    batches: Iterator[dict[str, NDArray[Any]]], *, told_apart_by: Sequence[str]
) -> Iterator[tuple[dict[str, NDArray[Any]], NDArray[np.bool_]]]:
    """Yield each batch, and for each of its rows whether it equals the one before it."""
    last: dict[str, Any] = {}
    for batch in batches:
        repeat = np.ones(len(batch[told_apart_by[0]]), np.bool_)
        for name in told_apart_by:
            column = batch[name]
            repeat[1:] &= column[1:] == column[:-1]
            repeat[:1] &= name in last and bool(column[0] == last[name])
            last[name] = column[-1]
        yield batch, repeat


def _as_codes(column: pa.ChunkedArray, *, name: str) -> tuple[NDArray[np.int32], pa.Array]:
    """Return a column as codes that follow its sorted distinct values, missing ones last, and these values."""
    coded = as_dictionary(column, name=name).unify_dictionaries()
    values = coded.chunk(0).dictionary if coded.num_chunks else pa.array([], column.type.value_type)
    order = pc.sort_indices(sortable(pa.chunked_array([values]))).to_numpy()
    rank = np.full(len(order) + 1, len(order), np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    places = (chunk.indices.fill_null(len(order)).to_numpy(zero_copy_only=False) for chunk in coded.chunks)
    codes = np.concatenate([np.empty(0, np.int32), *(rank[part] for part in places)])
    return codes, pa.concat_arrays([values.take(pa.array(order)), pa.nulls(1, values.type)])


def _as_dictionary(codes: NDArray[np.int32], values: pa.Array, *, store: Folder, name: str) -> pa.DictionaryArray:
    """Return sorted rows as a dictionary of the values that are used, in the order of their first rows."""
    first = np.full(len(values), len(codes), np.int64)
    before = 0
    for part in chunks(codes):
        present, at = np.unique(part, return_index=True)
        first[present] = np.minimum(first[present], before + at)
        before += len(part)
    order = np.argsort(first, kind="stable")[: int(np.count_nonzero(first < len(codes)))]
    rank = np.zeros(len(values), np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    into = store.begin(name, n_rows=len(codes), dtype=np.int32)
    by_row = gather((rank[part] for part in chunks(codes)), into)
    return pa.DictionaryArray.from_arrays(pa.array(by_row), values.take(pa.array(order)))
