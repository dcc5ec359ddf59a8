"""IdTable: the distinct ids of a log that comes batch by batch, each held once, as bytes."""

import os
from typing import Final, TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clickgraph.kernels.interning import EMPTY, Interned, intern_ids, rehash
from clickgraph.log.ids import INT32_MAX, distinct_ids, refuse_too_many, sort_ids

Number = TypeVar("Number", bound=np.generic)
_LEAST: Final = 1024
_GROWTH: Final = 1.5


class IdTable:
    """The ids of one column, numbered as they appear.

    Parameters
    ----------
    name : str
        What to call the column in an error.
    kind : pyarrow.DataType
        Its type.

    Notes
    -----
    Memory: an id's bytes and 24 to 48 more, however many rows have it; twice as much while it grows and when
    the ids are sorted.

    Examples
    --------
    >>> ids = IdTable("account", kind=pa.string())
    >>> ids.code(pa.chunked_array([["b", "a"]])).tolist(), ids.code(pa.chunked_array([["c", "b"]])).tolist()
    ([0, 1], [2, 0])
    >>> rank, names = ids.sort()
    >>> rank.tolist(), names.to_pylist()
    ([1, 0, 2], ['a', 'b', 'c'])
    """

    def __init__(self, name: str, *, kind: pa.DataType) -> None:
        self.name, self.kind = name, kind
        self.notices: dict[str, None] = {}
        self._stored: pa.DataType = kind
        self._n = 0
        # Nobody can choose ids that all fall on one place of the table; no result depends on the seed.
        self._seed = np.uint64(int.from_bytes(os.urandom(8), "little"))
        self._known = Interned(
            np.full(2 * _LEAST, EMPTY, np.int64), np.zeros(_LEAST + 1, np.int64), np.empty(16 * _LEAST, np.uint8)
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
        number, n_known = intern_ids(self._known, self._n, offsets, data, self._seed)
        self._n = int(n_known)
        refuse_too_many(self._n, name=self.name)
        codes: NDArray[np.int32] = number[found.code]
        return codes

    def sort(self) -> tuple[NDArray[np.int32], pa.Array]:
        """Return the code of each number (the rank of its id), and the sorted ids in the caller's type."""
        return sort_ids(_as_ids(self._known, self._n, kind=self._stored), kind=self.kind)

    def _make_room(self, n_new: int, *, n_bytes: int) -> None:
        table, ends, data = self._known
        n = self._n + n_new
        ends = _with_room(ends, n + 1)
        data = _with_room(data, int(ends[self._n]) + n_bytes)
        if 2 * n > len(table):
            old, table = table, np.full(1 << (2 * n).bit_length(), EMPTY, np.int64)
            rehash(table, old)
        self._known = Interned(table, ends, data)


def _with_room(column: NDArray[Number], size: int) -> NDArray[Number]:
    if size <= len(column):
        return column
    grown = np.empty(max(size, int(_GROWTH * len(column))), column.dtype)
    grown[: len(column)] = column
    return grown


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
    if not (_is_large(kind) or pa.types.is_string(kind) or pa.types.is_binary(kind)):
        return pa.Array.from_buffers(kind, n_known, [None, data])
    if int(ends[-1]) > INT32_MAX and not _is_large(kind):
        kind = pa.large_string() if pa.types.is_string(kind) else pa.large_binary()
    offsets = ends if _is_large(kind) else ends.astype(np.int32)
    return pa.Array.from_buffers(kind, n_known, [None, pa.py_buffer(offsets), data])


def _is_large(kind: pa.DataType) -> bool:
    return bool(pa.types.is_large_string(kind) or pa.types.is_large_binary(kind))
