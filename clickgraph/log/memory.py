"""How much memory a process may take: what was asked for, or a share of what the machine has."""

import ctypes
import os
import re
import sys
from pathlib import Path
from typing import Final

import pyarrow as pa

from clickgraph.errors import InputError
from clickgraph.log.text import printable

SHARE: Final = 0.8  # of what is free: other programs want to live, too
_UNITS: Final = {
    "": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12,
    "KIB": 2**10, "MIB": 2**20, "GIB": 2**30, "TIB": 2**40,
}  # fmt: skip
_PROC: Final = Path("/proc")
_GROUP: Final = Path("/sys/fs/cgroup")


def parse_memory(limit: str | int | None) -> int | None:
    """Return the memory that a process may take at its peak, in bytes.

    Parameters
    ----------
    limit : str, int or None
        Like ``"4GB"`` or ``"512 MiB"``, or bytes; None: what the process has and 80 % of what is free.

    Returns
    -------
    int or None
        None where nothing was asked and the machine does not tell.

    Raises
    ------
    InputError
        If it is none of these.

    Examples
    --------
    >>> parse_memory("4GB"), parse_memory("1.5 KiB")
    (4000000000, 1536)
    """
    if limit is None:
        free = free_memory()
        return None if free is None else used_memory() + int(SHARE * free)
    if isinstance(limit, int) and not isinstance(limit, bool) and limit > 0:
        return limit
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([a-zA-Z]*)", limit.strip()) if isinstance(limit, str) else None
    if match is None or match[2].upper() not in _UNITS or float(match[1]) == 0:
        raise InputError("a memory_limit such as '4GB', '512MiB' or a number of bytes", printable(repr(limit)))
    return int(float(match[1]) * _UNITS[match[2].upper()])


def say_memory(n_bytes: float) -> str:
    """Return a number of bytes in words.

    Examples
    --------
    >>> say_memory(2_340_000_000), say_memory(56_000_000)
    ('2.3 GB', '56 MB')
    """
    return f"{n_bytes / 1e9:.1f} GB" if n_bytes >= 1e9 else f"{n_bytes / 1e6:.0f} MB"


def used_memory() -> int:
    """Return the memory that this process takes now, in bytes; 0 where the machine does not tell."""
    return 1024 * _line(_PROC / "self/status", "VmRSS") if (_PROC / "self/status").exists() else 0


def give_back() -> None:
    """Give what is free again back to the system: Arrow and glibc keep it, in pieces that large arrays do not fit.

    Cost: a pass over these pieces. Nothing else is done where the C library is not glibc.
    """
    pa.default_memory_pool().release_unused()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)


def free_memory() -> int | None:
    """Return the memory, in bytes, that the machine and the limit of a container leave free; None if unknown."""
    free = [bound for bound in (_free_of_machine(), _free_of_group()) if bound is not None]
    return min(free, default=None)


def _free_of_machine() -> int | None:
    if (_PROC / "meminfo").exists():
        return 1024 * _line(_PROC / "meminfo", "MemAvailable")
    names = getattr(os, "sysconf_names", {})
    if {"SC_PAGE_SIZE", "SC_PHYS_PAGES"} <= set(names):  # what is free is not told: all of it
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return None


def _free_of_group() -> int | None:
    """Return what a container still allows, as version 2 of Linux' control groups tells it."""
    try:
        most, used, parts = ((_GROUP / f"memory.{name}").read_text("ascii") for name in ("max", "current", "stat"))
    except OSError:
        return None
    if most.strip() == "max":
        return None
    files = re.search(r"^file (\d+)", parts, flags=re.MULTILINE)  # copies of files, which give way
    return max(0, int(most) - int(used) + (int(files[1]) if files else 0))


def _line(path: Path, name: str) -> int:
    found = re.search(rf"^{name}:\s+(\d+)", path.read_text("ascii"), flags=re.MULTILINE)
    return int(found[1]) if found else 0
