"""Events in the files of a folder, with a manifest that is written last."""

import io
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clickgraph.kernels._jit import read_only
from clickgraph.log.events import Events
from clickgraph.log.storing import CHUNK, chunks, map_column

MANIFEST: Final = "log.json"
VERSION: Final = 1
_TABLES: Final = ("account_ids", "content_ids", "action_ids", "columns")
_CODES: Final = ("account_code", "content_code", "action_code", "act_code", "time")

PIECE: Final = 1 << 24  # bytes
_CONSTANT: Final = ("action_code", "time")  # one number for all rows where there is one action, or no clock


class _InPieces(io.RawIOBase):
    """A file that is written to a piece at a time: of what is mapped, the pages of a piece leave the memory again."""

    def __init__(self, file: IO[bytes], forget: Callable[[], None]) -> None:
        self._file, self._forget = file, forget

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._file.tell()

    def write(self, data: Any) -> int:
        view = memoryview(data).cast("B")
        for first in range(0, len(view), PIECE):
            self._file.write(view[first : first + PIECE])
            self._forget()
        return len(view)


def _nothing() -> None:
    pass


def write_events(events: Events, folder: Path, *, forget: Callable[[], None] = _nothing) -> None:
    """Write events to files of a folder, which is emptied of all else.

    Parameters
    ----------
    events : Events
        A log, whose columns may themselves be mapped from files of the folder.
    folder : Path
        There already.
    forget : callable, optional
        Lets go of what is mapped; called while that is written.
    """
    sizes = {
        name: _write_codes(column, _path_of(folder, name))
        for name, column in ((name, getattr(events, name)) for name in _CODES)
        if not (column is None or (name in _CONSTANT and column.strides == (0,)))
    }
    for name in _TABLES:
        table = events.columns if name == "columns" else pa.table({name: getattr(events, name)})
        sizes[name] = _write_table(table, _path_of(folder, name), forget=forget)
    _remove_others(folder, kept=sizes)
    manifest = {
        "schema": "clickgraph/log-folder", "version": VERSION, "n_events": len(events), "sizes": sizes,
        "clock": events.clock, "n_repeats": events.n_repeats, "notices": list(events.notices),
    }  # fmt: skip
    with (folder / MANIFEST).open("w", encoding="ascii") as file:
        json.dump(manifest, file, indent=2)
        _sync(file)


def check_files(folder: Path) -> bool:
    """Return whether a folder holds a log whose files are all there, in their full length."""
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
        sizes = manifest["sizes"].items() if manifest["version"] == VERSION else ()
        return bool(sizes) and all(_path_of(folder, name).stat().st_size == size for name, size in sizes)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def load_events(folder: Path) -> Events:
    """Return the events of a folder that :func:`check_files` found whole, their columns mapped from the files."""
    manifest = json.loads((folder / MANIFEST).read_bytes())
    n_events = manifest["n_events"]
    codes: dict[str, Any] = {
        "act_code": None,
        "action_code": np.broadcast_to(np.int32(0), n_events),
        "time": np.broadcast_to(np.int64(0), n_events),
    }
    codes |= {name: _load_codes(_path_of(folder, name), name=name) for name in _CODES if name in manifest["sizes"]}
    ids = {name: _load_ids(_path_of(folder, name)) for name in _TABLES if name != "columns"}
    return Events(
        **codes, **ids, columns=_load_table(_path_of(folder, "columns")), clock=manifest["clock"],
        n_repeats=manifest["n_repeats"], notices=tuple(manifest["notices"]),
    )  # fmt: skip


def _path_of(folder: Path, name: str) -> Path:
    return folder / f"{name}.{'arrow' if name in _TABLES else 'numbers'}"


def _write_codes(column: NDArray[Any], path: Path) -> int:
    """Write a column, or give its file the name, and return the size of the file."""
    mapped = getattr(column, "filename", None)
    if mapped is not None and Path(mapped).parent == path.parent and Path(mapped).stat().st_size == column.nbytes:
        os.replace(mapped, path)
    else:
        with path.open("wb") as file:
            for part in chunks(column):
                file.write(np.ascontiguousarray(part).data)
            _sync(file)
    return path.stat().st_size


def _write_table(table: pa.Table, path: Path, *, forget: Callable[[], None]) -> int:
    is_ids = path.stem.endswith("_ids")  # one batch, which is mapped as it lies
    with path.open("wb") as file:
        with pa.ipc.new_file(_InPieces(file, forget), table.schema) as into:
            into.write_table(table, max_chunksize=None if is_ids else CHUNK)
        _sync(file)
    return path.stat().st_size


def _remove_others(folder: Path, *, kept: dict[str, int]) -> None:
    names = {_path_of(folder, name).name for name in kept} | {"lock"}
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name not in names:
            path.unlink()


def _load_codes(path: Path, *, name: str) -> NDArray[Any]:
    return read_only(map_column(path, np.int64 if name == "time" else np.int32))


def _load_table(path: Path) -> pa.Table:
    with pa.memory_map(str(path)) as file:
        return pa.ipc.open_file(file).read_all()


def _load_ids(path: Path) -> pa.Array:
    parts = _load_table(path).column(0)
    return parts.chunk(0) if parts.num_chunks == 1 else parts.combine_chunks()


def _sync(file: IO[Any]) -> None:
    """Wait until what was written is on disk."""
    file.flush()
    os.fsync(file.fileno())
