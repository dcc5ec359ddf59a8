"""Compiled kernels in the workers of a cluster: each process keeps a cache of its own, and finds it again."""

import hashlib
import os
import sys
import tempfile
from pathlib import Path

MOST = 1024  # processes of one machine
KERNELS = Path(__file__).parent.parent / "kernels"


def keep_kernels_apart() -> None:
    """In a Python worker of Spark, before numba is imported: say where this process keeps what it compiles.

    numba's cache on disk is not safe against several writers, and a worker that compiled everything anew would be busy
    with that before its first task. So there is a folder for each process that runs at the same time; a lock on
    it lasts as long as the process. Where no folder can be had, nothing is kept.
    """
    if "pyspark.worker" not in sys.modules or "numba" in sys.modules:
        return
    try:
        os.environ["NUMBA_CACHE_DIR"] = str(_own_folder(_base()))
    except (ImportError, OSError):
        os.environ["CLICKGRAPH_KERNEL_CACHE"] = "0"


def _base() -> Path:
    """Return a folder that belongs to this user alone, for the kernels as they are: numba runs what it finds there."""
    sources = (path.read_bytes() for path in sorted(KERNELS.glob("*.py")))
    state = hashlib.blake2b(b"".join(sources), digest_size=8).hexdigest()
    given = os.environ.get("NUMBA_CACHE_DIR")
    mine = Path(given) if given else Path(tempfile.gettempdir()) / f"clickgraph-kernels-{os.getuid()}"
    mine.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not given and (mine.is_symlink() or mine.stat().st_uid != os.getuid() or mine.stat().st_mode & 0o022):
        raise PermissionError(f"{mine} is not this user's own")
    return mine / state


def _own_folder(base: Path) -> Path:
    """Return the first folder that no other process holds."""
    import fcntl

    for k in range(MOST):
        folder = base / f"worker-{k}"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        held = os.open(folder / "held", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(held)
            continue
        return folder  # the lock goes when the process goes
    raise OSError("every folder is held")
