"""The machine that is measured on, in words."""

import os
import platform
import re
from pathlib import Path


def describe_machine() -> str:
    """Return cores, processor, memory and system.

    Examples
    --------
    >>> "cores" in describe_machine()
    True
    """
    parts = [f"{os.cpu_count()} cores", _first(Path("/proc/cpuinfo"), r"model name\s*: (.+)") or platform.machine()]
    if memory := _first(Path("/proc/meminfo"), r"MemTotal:\s+(\d+) kB"):
        parts.append(f"{int(memory) / 2**20:.0f} GiB of memory")
    return ", ".join([*parts, platform.system()])


def _first(path: Path, pattern: str) -> str | None:
    found = re.search(pattern, path.read_text()) if path.exists() else None
    return found[1].strip() if found else None
