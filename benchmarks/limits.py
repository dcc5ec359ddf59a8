"""Limits: a call in a process of its own, with a limit of time and one of memory."""

import contextlib
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

_ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds of wall time, and gigabytes of address space of each process that the call starts."""

    seconds: float = 600.0
    gigabytes: float = 16.0

    def __str__(self) -> str:
        """Return both in words."""
        time = f"{self.seconds / 60:.3g} min" if self.seconds >= 60 else f"{self.seconds:.3g} s"
        return f"{time} and {self.gigabytes:g} GB"

    def allow_more(self, result: dict[str, Any]) -> bool:
        """Say whether a result failed for want of time or memory of which there is now more."""
        had = Limits(**result.get("limits", {"seconds": 0.0, "gigabytes": 0.0}))
        if result.get("failed") == "time":
            return self.seconds > had.seconds
        return result.get("failed") == "memory" and self.gigabytes > had.gigabytes


def run_limited(
    task: dict[str, Any], limits: Limits, *, environment: Mapping[str, str] = MappingProxyType({})
) -> dict[str, Any]:
    """Return the result of a task {"function": "module:name", "arguments": {...}}.

    Where it cannot finish, the result says why: ``{"failed": "time"}``, ``{"failed": "memory"}``,
    ``{"failed": "error: ..."}``.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "result.json"
        order = json.dumps({**task, "gigabytes": limits.gigabytes, "result": str(path)})
        begun = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.limits", order],
            cwd=_ROOT,
            env={**os.environ, "PYTHONPATH": str(_ROOT), **environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        try:
            errors = process.communicate(timeout=limits.seconds)[1]
        except subprocess.TimeoutExpired:
            return {"failed": "time", "seconds": limits.seconds, "limits": asdict(limits)}
        finally:
            _end(process)
        seconds = round(time.perf_counter() - begun, 2)
        if path.exists():
            return {"seconds": seconds, **json.loads(path.read_text(encoding="utf-8")), "limits": asdict(limits)}
        why = _why(process.returncode, errors.decode(errors="replace"))
        return {"failed": why, "seconds": seconds, "limits": asdict(limits)}


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Stop the process and those that it started: they share its session."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def _why(code: int, errors: str) -> str:
    # Native code aborts when it gets no memory: numba, Arrow, C++ libraries.
    if code < 0 or "MemoryError" in errors or "bad_alloc" in errors or "BrokenProcessPool" in errors:
        return "memory"
    return f"error: {errors.strip()[-400:]}"


def _is_memory(error: BaseException) -> bool:
    """Say whether an error means that memory was short, or that the pairs were too many to be written."""
    text = f"{type(error).__name__} {error}"
    signs = ("MemoryError", "bad_alloc", "Unable to allocate", "BrokenProcessPool", "pairs of accounts may meet")
    return any(sign in text for sign in signs)


def main(order: str) -> None:
    """Run the task in this process."""
    task = json.loads(order)
    most = int(task["gigabytes"] * 1e9)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    from benchmarks.cells import call

    try:
        result = call(task["function"], task["arguments"])
        result["peak_gigabytes"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, 2)
    except Exception as error:
        if not _is_memory(error):
            raise
        result = {"failed": "memory"}
    Path(task["result"]).write_text(json.dumps(result), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
