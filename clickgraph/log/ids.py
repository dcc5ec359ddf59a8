"""Columns of ids of any type -> integer codes that follow the sorted, distinct ids."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from clickgraph.errors import InputError
from clickgraph.log.nulls import refuse_nulls, say_rows
from clickgraph.log.storing import Memory, Store, chunks, gather, select_rows

INT32_MAX: Final = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Coded:
    """A column as codes (int32, one per row), its sorted distinct ids, and what was assumed."""

    code: NDArray[np.int32]
    ids: pa.Array
    notices: tuple[str, ...] = ()

    def select(self, keep: NDArray[np.bool_], *, store: Store, name: str) -> "Coded":
        """Return the rows to `keep`, in `store` as `name`; ids that no row uses any more are dropped."""
        code = select_rows(self.code, keep, store=store, name=name)
        return _drop_unused(Coded(code, self.ids, self.notices), store=store, name=name)


def encode_ids(column: pa.ChunkedArray, *, name: str, limit: int = INT32_MAX) -> Coded:
    """Return the codes of a column of ids and the table of its distinct ids.

    Ids keep their type, except that dictionaries are decoded and whole floats become int64 (with a
    notice).

    Parameters
    ----------
    column : pyarrow.ChunkedArray
        Integers, text, binary, decimals, dates, times, UUIDs, or a dictionary of these.
    name : str
        What to call the column in an error.
    limit : int, default 2**31 - 1
        Most distinct ids.

    Returns
    -------
    Coded

    Raises
    ------
    InputError
        Nulls, types that are no ids, floats that are not whole or beyond 2**53, text that is not UTF-8,
        too many ids.

    Notes
    -----
    Cost: one hash table over the column, one sort of the distinct ids. The codes follow the sorted ids,
    whatever the order of the rows, because what is built on them must not depend on it.

    Examples
    --------
    >>> coded = encode_ids(pa.chunked_array([["b", "a", "b"]]), name="account")
    >>> coded.code.tolist(), coded.ids.to_pylist()
    ([1, 0, 1], ['a', 'b'])
    """
    found = distinct_ids(column, name=name)
    refuse_too_many(len(found.ids), name=name, limit=limit)
    rank, ids = sort_ids(found.ids, kind=column.type)
    return Coded(rank[found.code], ids, found.notices)


def distinct_ids(column: pa.ChunkedArray, *, name: str) -> Coded:
    """Return the codes of a column of ids like :func:`encode_ids`, with the ids unsorted and as Arrow stores them.

    It is what is done to a batch of a log: the rules for ids, and one hash table over the column.

    Examples
    --------
    >>> distinct_ids(pa.chunked_array([["b", "a", "b"]]), name="account").code.tolist()
    [0, 1, 0]
    """
    refuse_nulls(column, name=name)
    kind = column.type
    if isinstance(kind, pa.BaseExtensionType):
        storage = pa.chunked_array([chunk.storage for chunk in column.chunks], kind.storage_type)
        return distinct_ids(storage, name=name)
    if pa.types.is_dictionary(kind):
        return _distinct_of_dictionary(column, name=name)
    column, notices = _as_ids(column, name=name)
    encoded = column.dictionary_encode()
    chunks = encoded.chunks
    distinct = chunks[0].dictionary if chunks else pa.array([], column.type)
    _refuse_broken_text(distinct, name=name)
    code = np.concatenate([np.empty(0, np.int32), *(chunk.indices.to_numpy() for chunk in chunks)])
    return Coded(code, distinct, notices)


def sort_ids(ids: pa.Array, *, kind: pa.DataType) -> tuple[NDArray[np.int32], pa.Array]:
    """Return the rank of each of the distinct `ids`, and the ids sorted, in the type of ids of a column of `kind`.

    Examples
    --------
    >>> rank, ids = sort_ids(pa.array(["b", "a"]), kind=pa.string())
    >>> rank.tolist(), ids.to_pylist()
    ([1, 0], ['a', 'b'])
    """
    order = pc.array_sort_indices(ids)
    return _invert(order.to_numpy()), as_column_type(ids.take(order), kind=kind)


def as_column_type(ids: pa.Array, *, kind: pa.DataType) -> pa.Array:
    """Return distinct ids, as Arrow stores them, in the type of ids of a column of `kind`."""
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return pa.ExtensionArray.from_storage(kind, ids) if isinstance(kind, pa.BaseExtensionType) else ids


def bare(ids: pa.Array | pa.ChunkedArray | pa.Scalar) -> Any:
    """Return ids in the type that Arrow stores them in: it compares no UUIDs, but their bytes.

    Examples
    --------
    >>> bare(pa.array(["a"])).to_pylist()
    ['a']
    """
    if not isinstance(ids.type, pa.BaseExtensionType):
        return ids
    if isinstance(ids, pa.Scalar):
        return ids.value
    if isinstance(ids, pa.ChunkedArray):
        return pa.chunked_array([part.storage for part in ids.chunks], ids.type.storage_type)
    return ids.storage


def number_ids(column: pa.ChunkedArray) -> tuple[pa.Array, pa.Array]:
    """Return the number of each row's id, by first appearance (a null has one too), and the ids in that order.

    Examples
    --------
    >>> number, ids = number_ids(pa.chunked_array([["b", "a", "b"]]))
    >>> number.to_pylist(), ids.to_pylist()
    ([0, 1, 0], ['b', 'a'])
    """
    coded = bare(column).combine_chunks().dictionary_encode(null_encoding="encode")
    return coded.indices, as_type(coded.dictionary, column.type)


def as_type(ids: Any, kind: pa.DataType) -> Any:
    """Return bare ids in the type that they had."""
    if not isinstance(kind, pa.BaseExtensionType):
        return ids
    if isinstance(ids, pa.ChunkedArray):
        return pa.chunked_array([pa.ExtensionArray.from_storage(kind, part) for part in ids.chunks], kind)
    return pa.ExtensionArray.from_storage(kind, ids)


def comparable(ids: Any) -> Any:
    """Return ids in the one type in which Arrow compares all ids of their kind, however wide it stores them.

    Examples
    --------
    >>> comparable(pa.array(["a", "b"]).dictionary_encode()).type
    DataType(large_string)
    """
    ids = bare(ids)
    types, kind = pa.types, ids.type
    if types.is_dictionary(kind):
        return comparable(ids.cast(kind.value_type))
    if types.is_string(kind) or types.is_string_view(kind):
        return ids.cast(pa.large_string())
    if types.is_binary(kind) or types.is_binary_view(kind) or types.is_fixed_size_binary(kind):
        return ids.cast(pa.large_binary())
    return ids


def id_bytes(ids: pa.Array) -> Iterator[bytes]:
    """Yield bytes that identify the ids whatever the width of their type, for a fingerprint.

    Examples
    --------
    >>> b"".join(id_bytes(pa.array(["ab"]))) == b"".join(id_bytes(pa.array(["ab"], pa.large_string())))
    True
    """
    if pa.types.is_integer(ids.type):
        yield ids.cast(pa.int64(), safe=False).to_numpy().tobytes()
        return
    for value in ids.to_pylist():
        text = value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")
        yield len(text).to_bytes(8, "little")
        yield text


def ids_as_text(ids: pa.Array) -> pa.Array:
    """Return each id as text, to compare it with what a person typed.

    Examples
    --------
    >>> ids_as_text(pa.array([7, 8])).to_pylist()
    ['7', '8']
    """
    if pa.types.is_integer(ids.type) or pa.types.is_string(ids.type) or pa.types.is_large_string(ids.type):
        return ids.cast(pa.large_string())
    return pa.array([None if value is None else str(value) for value in ids.to_pylist()], pa.large_string())


def _distinct_of_dictionary(column: pa.ChunkedArray, *, name: str) -> Coded:
    unified = column.unify_dictionaries()
    if unified.num_chunks == 0:
        return distinct_ids(pa.chunked_array([], column.type.value_type), name=name)
    values = distinct_ids(pa.chunked_array([unified.chunk(0).dictionary]), name=name)
    # The values of a dictionary may repeat, and some may be used by no row.
    code = np.concatenate([values.code[chunk.indices.to_numpy()] for chunk in unified.chunks])
    return _drop_unused(Coded(code, values.ids, values.notices), store=Memory(), name=name)


def refuse_too_many(n_ids: int, *, name: str, limit: int = INT32_MAX) -> None:
    """Raise an InputError where there are more ids than codes.

    Examples
    --------
    >>> refuse_too_many(3, name="account")
    """
    if n_ids > limit:
        raise InputError(f"at most {limit:,} different ids in {name}", f"{n_ids:,}")


def _as_ids(column: pa.ChunkedArray, *, name: str) -> tuple[pa.ChunkedArray, tuple[str, ...]]:
    """Return the column in a type that can be hashed and sorted, or refuse it."""
    kind, types = column.type, pa.types
    if types.is_null(kind):
        return column.cast(pa.string()), ()
    if types.is_floating(kind):
        return _whole_floats(column, name=name)
    if types.is_boolean(kind) or types.is_nested(kind) or types.is_duration(kind):
        raise InputError(f"ids in {name} (whole numbers, text, UUIDs)", f"the type {kind}")
    # Parquet knows no times to the second: what is written must come back equal.
    if types.is_timestamp(kind) and kind.unit == "s":
        return column.cast(pa.timestamp("ms", kind.tz)), ()
    return column.cast(pa.time32("ms")) if kind == pa.time32("s") else column, ()


def _whole_floats(column: pa.ChunkedArray, *, name: str) -> tuple[pa.ChunkedArray, tuple[str, ...]]:
    values = column.to_numpy()
    exact = 2.0 ** (np.finfo(values.dtype).nmant + 1)
    rows = np.flatnonzero(~(np.abs(values) <= exact) | (values != np.floor(values)))
    if len(rows):
        hint = "read the ids as text or whole numbers: a float rounds long ones"
        found = f"{values[rows[0]]} in {say_rows(rows[:1])}, {len(rows)} such"
        raise InputError(f"whole numbers up to 2**{int(np.log2(exact))} as float ids in {name}", found, hint)
    notices = (f"The ids in {name} came as floats and were made whole numbers.",) if len(values) else ()
    return pa.chunked_array([pa.array(values.astype(np.int64))]), notices


def _refuse_broken_text(distinct: pa.Array, *, name: str) -> None:
    try:
        distinct.validate(full=True)
    except pa.ArrowInvalid as error:
        raise InputError(f"text in UTF-8 in {name}", str(error), "convert it, or read it as binary") from error


def _drop_unused(coded: Coded, *, store: Store, name: str) -> Coded:
    used = np.zeros(len(coded.ids), bool)
    for part in chunks(coded.code):
        used[part] = True
    if used.all():
        return coded
    new_code = np.cumsum(used, dtype=np.int32) - np.int32(1)
    ids = coded.ids.filter(pa.array(used))
    column = store.begin(f"{name}.used", n_rows=len(coded.code), dtype=np.int32)
    return Coded(gather((new_code[part] for part in chunks(coded.code)), column), ids, coded.notices)


def _invert(order: NDArray[np.uint64]) -> NDArray[np.int32]:
    rank = np.empty(len(order), np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    return rank
