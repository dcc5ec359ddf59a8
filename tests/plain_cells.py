"""Functions that the tests of the benchmark's machinery call by name, as a cell calls a measurement."""

import os
import time
from typing import Any


def echo(*, x: int) -> dict[str, Any]:
    """Return what was given, and by which process."""
    return {"x": x, "process": os.getpid()}


def sleep(*, seconds: float) -> dict[str, Any]:
    """Take time."""
    time.sleep(seconds)
    return {}


def hoard(*, gigabytes: float) -> dict[str, Any]:
    """Take memory."""
    return {"n_bytes": len(bytearray(round(1e9 * gigabytes)))}


def abort() -> dict[str, Any]:
    """End as native code does that gets no memory."""
    os.abort()


def fail() -> dict[str, Any]:
    """Raise what is no want of memory."""
    raise KeyError("no such column")
