"""The working folder: where a log lies that memory does not hold, whole or not at all."""

import hashlib
import json
import os
import shutil
import tempfile
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final, TextIO

from clickgraph.errors import InputError
from clickgraph.log.events import Events
from clickgraph.log.filing import check_files, load_events, write_events
from clickgraph.log.storing import Folder
from clickgraph.log.text import printable

_UNFINISHED: Final = ".clickgraph-unfinished-"
_FINISHED: Final = "clickgraph-log-"
_LOCK: Final = "lock"


def keep_log(
    make: Callable[[Folder], Events], *, workdir: str | os.PathLike[str] | None, identity: Mapping[str, Any]
) -> Events:
    """Return the log that `make` leaves in a folder, its columns mapped from there.

    Parameters
    ----------
    make : callable
        Reads and sorts a log, its columns in the folder that it is given.
    workdir : path or None
        Where the log is kept: a later call with the same identity finds it whole and does not read again. None:
        in the machine's temporary folder, until the events are let go of.
    identity : mapping
        What the log depends on, as JSON can carry it.

    Returns
    -------
    Events

    Raises
    ------
    InputError
        `workdir` is a file.

    Notes
    -----
    A log is made in a folder of its own, whose name says that it is not finished, and takes its name only when
    all of it is on disk. What a killed process left is removed by the next call; what a running one makes is
    left alone: its lock says that it lives.
    """
    place = Path(tempfile.gettempdir() if workdir is None else workdir)
    if place.exists() and not place.is_dir():
        raise InputError("a folder as workdir", f"the file {printable(place, width=200)}")
    place.mkdir(parents=True, exist_ok=True)
    _remove_dead(place)
    if workdir is None:
        return _make_for_now(make, place)
    finished = place / f"{_FINISHED}{_digest(identity)}"
    if not check_files(finished):
        with _unfinished(place) as folder:
            _make_whole(make, folder)
            _publish(folder, finished)
    return load_events(finished)


def _make_for_now(make: Callable[[Folder], Events], place: Path) -> Events:
    with _unfinished(place, keep=True) as folder:
        _make_whole(make, folder)
        events = load_events(folder)
    # Where a mapped file may lose its name, nothing is left even by a killed process.
    shutil.rmtree(folder, ignore_errors=True)
    if folder.exists():  # pragma: no cover - Windows: when the columns are no longer used
        weakref.finalize(events.account_ids, shutil.rmtree, folder, ignore_errors=True)
    return events


def _make_whole(make: Callable[[Folder], Events], folder: Path) -> None:
    store = Folder(folder)
    try:
        write_events(make(store), folder, forget=store.forget)
    finally:
        store.close()


def _publish(folder: Path, finished: Path) -> None:
    if finished.exists() and not check_files(finished):  # damaged by other hands
        shutil.rmtree(finished)
    (folder / _LOCK).unlink()
    try:
        folder.rename(finished)
    except OSError:
        if not check_files(finished):  # not even another process was faster
            raise
    _sync(finished.parent)


def _digest(identity: Mapping[str, Any]) -> str:
    return hashlib.blake2b(json.dumps(identity, sort_keys=True).encode(), digest_size=8).hexdigest()


@contextmanager
def _unfinished(place: Path, *, keep: bool = False) -> Iterator[Path]:
    folder, lock = _claim(place)
    try:
        with lock:
            yield folder
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    if not keep:
        shutil.rmtree(folder, ignore_errors=True)


def _claim(place: Path) -> tuple[Path, TextIO]:
    """Return a new folder, and the lock that says that its maker lives."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=place))
        with suppress(FileNotFoundError):
            lock = (folder / _LOCK).open("w")
            # Another process may have taken the folder for a dead one before it was locked.
            if _try_lock(lock) and (folder / _LOCK).exists():
                return folder, lock
            lock.close()


def _remove_dead(place: Path) -> None:
    """Remove what processes left that no longer live; where locks do not tell, all may live."""
    if os.name != "posix":  # pragma: no cover - Windows
        return
    for folder in place.glob(f"{_UNFINISHED}*"):
        try:
            with (folder / _LOCK).open("a") as lock:
                if _try_lock(lock):
                    shutil.rmtree(folder, ignore_errors=True)
        except OSError:  # of somebody else, or gone by now
            continue


def _try_lock(file: TextIO) -> bool:
    """Lock a file until it is closed or the process ends; return whether nobody else holds it."""
    try:
        import fcntl
    except ImportError:  # pragma: no cover - Windows
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _sync(folder: Path) -> None:
    """Wait until the names in a folder are on disk."""
    if os.name != "posix":  # pragma: no cover - Windows opens no folders
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
