"""IdTable: the distinct ids of a log that comes batch by batch, each held once, as bytes."""

import os
from collections.abc import Iterator
from typing import Final, TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clickgraph.kernels.interning import EMPTY, Interned, intern_ids, rehash
from clickgraph.log.ids import INT32_MAX, as_column_type, distinct_ids, refuse_too_many, sort_ids
from clickgraph.log.spilling import sort_bytes
from clickgraph.log.storing import Folder, Memory, Store, chunks, forget

Number = TypeVar("Number", bound=np.generic)
MEMORY: Final = Memory()
RESIDENT: Final = 32 * 2**20  # bytes of a table above which pages that were looked at are let go of
_LEAST: Final = 1024
_GROWTH: Final = 1.5
_PIECE: Final = 256  # ids between one letting go and the next: each may bring 64 KiB of a file into memory
_PART: Final = 1 << 14  # ids that are sent to be sorted at a time


class IdTable:
    """The ids of one column, numbered as they appear.

    Parameters
    ----------
    name : str
        What to call the column in an error.
    kind : pyarrow.DataType
        Its type.
    store : Store
        Where the table lies; in memory by default.
    role : str
        What its files are called.

    Notes
    -----
    Memory: an id's bytes and 24 to 48 more, however many rows have it; twice as much while it grows and when
    the ids are sorted. In a folder: the pages that were looked at last, :data:`RESIDENT` bytes or about as many.

    Examples
    --------
    >>> ids = IdTable("account", kind=pa.string())
    >>> ids.code(pa.chunked_array([["b", "a"]])).tolist(), ids.code(pa.chunked_array([["c", "b"]])).tolist()
    ([0, 1], [2, 0])
    >>> rank, names = ids.sort()
    >>> rank.tolist(), names.to_pylist()
    ([1, 0, 2], ['a', 'b', 'c'])
    """

    def __init__(self, name: str, *, kind: pa.DataType, store: Store = MEMORY, role: str = "ids") -> None:
        self.name, self.kind = name, kind
        self._store, self._role = store, role
        self.notices: dict[str, None] = {}
        self._stored: pa.DataType = kind
        self._n = 0
        # Nobody can choose ids that all fall on one place of the table; no result depends on the seed.
        self._seed = np.uint64(int.from_bytes(os.urandom(8), "little"))
        self._known = Interned(
            self._new_places(2 * _LEAST), self._grown("ends", np.zeros(1, np.int64), _LEAST + 1),
            self._grown("bytes", np.empty(0, np.uint8), 16 * _LEAST),
        )  # fmt: skip

    def __len__(self) -> int:
        return self._n

    @property
    def nbytes(self) -> int:
        """The memory that the table takes, in bytes."""
        return sum(column.nbytes for column in self._known)

    def code(self, column: pa.ChunkedArray) -> NDArray[np.int32]:
        """Return the numbers of a batch of ids: int32, one per row.

        Raises
        ------
        InputError
            As :func:`clickgraph.log.ids.encode_ids` does.
        """
        found = distinct_ids(column, name=self.name)
        self.notices.update(dict.fromkeys(found.notices))
        self._stored = found.ids.type
        offsets, data = _as_bytes(found.ids)
        self._make_room(len(found.ids), n_bytes=int(offsets[-1] - offsets[0]))
        number = np.empty(len(found.ids), np.int32)
        step = _PIECE if self._is_mapped and self.nbytes > RESIDENT else max(1, len(number))
        for first in range(0, len(number), step):
            piece = offsets[first : first + step + 1]
            number[first : first + step], n_known = intern_ids(self._known, self._n, piece, data, self._seed)
            self._n = int(n_known)
            if step == _PIECE:
                self.forget()
        refuse_too_many(self._n, name=self.name)
        codes: NDArray[np.int32] = number[found.code]
        return codes

    def forget(self) -> None:
        """Let go of the pages of a table that lies in a folder."""
        for column in self._known:
            forget(column)

    def sort(self) -> tuple[NDArray[np.int32], pa.Array]:
        """Return the code of each number (the rank of its id), and the sorted ids in the caller's type."""
        return sort_ids(_as_ids(self._known, self._n, kind=self._stored), kind=self.kind)

    def sort_on_disk(self, store: Folder, *, memory: int) -> tuple[NDArray[np.int32], pa.Array]:
        """Return what :meth:`sort` does, for ids that vary in length in files, sorted with so much memory."""
        if not _varies(self._stored):
            return self.sort()
        n_bytes = int(self._known.ends[self._n])
        rank, ends, data = sort_bytes(
            self._parts(), self._n, n_bytes=n_bytes, store=store, name=self._role, memory=memory
        )  # fmt: skip
        known = Interned(np.empty(0, np.int64), ends, data)
        return rank, as_column_type(_as_ids(known, self._n, kind=self._stored), kind=self.kind)

    def _parts(self) -> Iterator[pa.Array]:
        """Yield the ids by number, as bytes, some at a time."""
        _, ends, data = self._known
        for first in range(0, self._n, _PART):
            bounds = np.array(ends[first : min(first + _PART, self._n) + 1])
            buffers = [None, *map(pa.py_buffer, (bounds - bounds[0], np.array(data[bounds[0] : bounds[-1]])))]
            yield pa.Array.from_buffers(pa.large_binary(), len(bounds) - 1, buffers)
            self.forget()

    def _make_room(self, n_new: int, *, n_bytes: int) -> None:
        table, ends, data = self._known
        n = self._n + n_new
        ends = self._grown("ends", ends, n + 1)
        data = self._grown("bytes", data, int(ends[self._n]) + n_bytes)
        if 2 * n > len(table):
            old, table = table, self._new_places(1 << (2 * n).bit_length())
            rehash(table, old)
        self._known = Interned(table, ends, data)

    def _new_places(self, size: int) -> NDArray[np.int64]:
        table = self._store.grow(f"{self._role}.places-{size}", np.empty(0, np.int64), size=size)
        for part in chunks(table):
            part[:] = EMPTY
        return table

    def _grown(self, name: str, column: NDArray[Number], size: int) -> NDArray[Number]:
        if size <= len(column):
            return column
        return self._store.grow(f"{self._role}.{name}", column, size=max(size, int(_GROWTH * len(column))))

    @property
    def _is_mapped(self) -> bool:
        return isinstance(self._known.data, np.memmap)


def _as_bytes(ids: pa.Array) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Return where the bytes of each id begin and end, and the bytes: an Arrow array without nulls, as it lies."""
    buffers = ids.buffers()
    data = np.frombuffer(buffers[-1] or b"", np.uint8)
    if len(buffers) == 2:
        width = ids.type.bit_width // 8
        return np.arange(ids.offset, ids.offset + len(ids) + 1, dtype=np.int64) * width, data
    kind = np.int64 if _is_large(ids.type) else np.int32
    offsets = np.frombuffer(buffers[1] or bytes(8), kind)[ids.offset : ids.offset + len(ids) + 1]
    return offsets.astype(np.int64), data


def _as_ids(known: Interned, n_known: int, *, kind: pa.DataType) -> pa.Array:
    """Return the ids by number, as Arrow stores them, without a copy of their bytes."""
    ends, data = known.ends[: n_known + 1], pa.py_buffer(known.data)
    if not _varies(kind):
        return pa.Array.from_buffers(kind, n_known, [None, data])
    if int(ends[-1]) > INT32_MAX and not _is_large(kind):
        kind = pa.large_string() if pa.types.is_string(kind) else pa.large_binary()
    offsets = ends if _is_large(kind) else ends.astype(np.int32)
    return pa.Array.from_buffers(kind, n_known, [None, pa.py_buffer(offsets), data])


def _varies(kind: pa.DataType) -> bool:
    """Say whether ids of a kind vary in length."""
    return bool(_is_large(kind) or pa.types.is_string(kind) or pa.types.is_binary(kind))


def _is_large(kind: pa.DataType) -> bool:
    return bool(pa.types.is_large_string(kind) or pa.types.is_large_binary(kind))
