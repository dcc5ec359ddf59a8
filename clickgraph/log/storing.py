"""Where the columns of a coded log lie: in memory, or in files that are mapped into it."""

import mmap
import os
import weakref
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any, Final, Protocol, TypeVar

import numpy as np
from numpy.typing import DTypeLike, NDArray

Number = TypeVar("Number", bound=np.generic)
CHUNK: Final = 1 << 20  # rows that are worked on at a time


class Column(Protocol):
    """A column that grows."""

    def append(self, values: NDArray[Any]) -> None:
        """Put `values` at its end."""
        ...

    def finish(self) -> NDArray[Any]:
        """Return all of it."""
        ...


class Store(Protocol):
    """Who makes columns, and tables that are written to anywhere."""

    def grow(self, name: str, column: NDArray[Number], *, size: int) -> NDArray[Number]:
        """Return a longer `column` that can be written to; it begins as it was, and goes on as may be."""
        ...

    def begin(self, name: str, *, n_rows: int, dtype: DTypeLike) -> Column:
        """Return an empty column for `n_rows` at most."""
        ...


class Memory:
    """Columns in memory.

    Examples
    --------
    >>> column = Memory().begin("time", n_rows=3, dtype=np.int64)
    >>> column.append(np.array([1, 2]))
    >>> column.finish().tolist()
    [1, 2]
    """

    def grow(self, name: str, column: NDArray[Number], *, size: int) -> NDArray[Number]:  # noqa: ARG002
        """Return a longer copy of a column."""
        grown = np.empty(size, column.dtype)
        grown[: len(column)] = column
        return grown

    def begin(self, name: str, *, n_rows: int, dtype: DTypeLike) -> Column:  # noqa: ARG002 - a file needs one
        """Return an empty column for `n_rows` at most."""
        return _Held(np.empty(n_rows, dtype))


class Folder:
    """Columns in the files of a folder, mapped once they are whole; what was read is not kept in memory."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._begun: dict[str, _Filed] = {}
        self._mapped: list[weakref.ref[NDArray[Any]]] = []

    def begin(self, name: str, *, n_rows: int, dtype: DTypeLike) -> Column:  # noqa: ARG002 - memory needs it
        """Return an empty column; a file of the same name is replaced when it is finished."""
        if name in self._begun:
            self._begun[name].close()
        self._begun[name] = _Filed(self.path / name, np.dtype(dtype), self._mapped)
        return self._begun[name]

    def grow(self, name: str, column: NDArray[Number], *, size: int) -> NDArray[Number]:
        """Return a longer column in the file `name`; one that lies there already is not copied.

        Its pages are written to the file when memory is short, or when :func:`forget` lets go of them. OSError where
        the disk has no room: a page that found none would end the process.
        """
        path = (self.path / name).resolve()
        is_there = isinstance(column, np.memmap) and Path(str(column.filename)) == path
        with path.open("r+b" if is_there else "w+b") as file:
            _reserve(file, max(1, size) * column.itemsize)  # nothing cannot be mapped
        grown = np.memmap(path, column.dtype, mode="r+")[:size]
        self._mapped.append(weakref.ref(grown))
        if not is_there:
            grown[: len(column)] = column
        return grown

    def forget(self) -> None:
        """Let go of the pages of all columns."""
        self._mapped[:] = [column for column in self._mapped if column() is not None]
        for column in self._mapped:
            forget(column())

    def close(self) -> None:
        """Close the files of columns that were not finished."""
        for column in self._begun.values():
            column.close()


class _Held:
    def __init__(self, values: NDArray[Any]) -> None:
        self._values, self._n = values, 0

    def append(self, values: NDArray[Any]) -> None:
        self._values[self._n : self._n + len(values)] = values
        self._n += len(values)

    def finish(self) -> NDArray[Any]:
        return self._values[: self._n]


class _Filed:
    def __init__(self, path: Path, dtype: np.dtype[Any], mapped: "list[weakref.ref[NDArray[Any]]]") -> None:
        self._path, self._dtype, self._partial = path, dtype, path.with_name(path.name + ".partial")
        self._mapped = mapped
        self._file = self._partial.open("wb")

    def append(self, values: NDArray[Any]) -> None:
        self._file.write(np.ascontiguousarray(values, self._dtype).data)

    def finish(self) -> NDArray[Any]:
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        os.replace(self._partial, self._path)
        column = map_column(self._path, self._dtype)
        self._mapped.append(weakref.ref(column))
        return column

    def close(self) -> None:
        self._file.close()


def _reserve(file: IO[bytes], n_bytes: int) -> None:
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(file.fileno(), 0, n_bytes)
    else:  # Windows and macOS: what finds no room there ends the process
        file.truncate(n_bytes)


def map_column(path: Path, dtype: DTypeLike) -> NDArray[Any]:
    """Return a file of numbers as a read-only column that the machine reads as it is looked at."""
    if path.stat().st_size == 0:  # nothing cannot be mapped
        return np.empty(0, dtype)
    return np.memmap(path, dtype, mode="r")


def chunks(column: NDArray[Number], *, n_rows: int = CHUNK) -> Iterator[NDArray[Number]]:
    """Yield a column some rows at a time; of a mapped one, what was seen leaves the memory again.

    Examples
    --------
    >>> [part.tolist() for part in chunks(np.arange(3), n_rows=2)]
    [[0, 1], [2]]
    """
    for first in range(0, len(column), n_rows):
        yield column[first : first + n_rows]
        forget(column)


def forget(column: NDArray[Any] | None) -> None:
    """Let go of the pages of a mapped column; they stay on disk."""
    mapped = getattr(column, "_mmap", None)
    if mapped is not None and hasattr(mmap, "MADV_DONTNEED"):
        mapped.madvise(mmap.MADV_DONTNEED)


def gather(parts: Iterable[NDArray[Any]], column: Column) -> NDArray[Any]:
    """Return the parts as one column.

    Examples
    --------
    >>> gather([np.array([1]), np.array([2])], Memory().begin("x", n_rows=2, dtype=np.int32)).tolist()
    [1, 2]
    """
    for part in parts:
        column.append(part)
    return column.finish()


def select_rows(column: NDArray[Any], keep: NDArray[np.bool_], *, store: Store, name: str) -> NDArray[Any]:
    """Return the rows of a column to `keep`, in `store` as `name`.

    Examples
    --------
    >>> select_rows(np.array([1, 2]), np.array([False, True]), store=Memory(), name="x").tolist()
    [2]
    """
    into = store.begin(f"{name}.selected", n_rows=int(np.count_nonzero(keep)), dtype=column.dtype)
    return gather((part[wanted] for part, wanted in zip(chunks(column), chunks(keep), strict=True)), into)
