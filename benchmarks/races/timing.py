"""Timing: several runs of one call, their median and spread, and the peak memory of this process."""

import re
import resource
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
Numbers = dict[str, Any]

_STATUS = Path("/proc/self/status")


def time_runs(call: Callable[[], T], *, seconds: float = 10.0, most: int = 7) -> tuple[T, Numbers]:
    """Call until `seconds` have passed or `most` runs are made, at least once; return the first answer and the times.

    The numbers are ``median``, ``low``, ``high`` (seconds) and ``n_runs``. A call that takes longer than the
    budget alone is run once.
    """
    answer, first = _timed(call)
    runs = [first]
    while len(runs) < most and sum(runs) + min(runs) <= seconds:
        runs.append(_timed(call)[1])
    return answer, summarise(runs)


def time_in_turns(calls: Sequence[Callable[[], T]], *, rounds: int) -> list[tuple[T, Numbers]]:
    """Make every call once a round, so that an hour in which the machine is slow is slow to all.

    Returns the first answer of each and its times, as :func:`time_runs` does.
    """
    runs = [[_timed(call) for call in calls] for _ in range(rounds)]
    return [(of_one[0][0], summarise([seconds for _, seconds in of_one])) for of_one in zip(*runs, strict=True)]


def summarise(runs: list[float]) -> Numbers:
    """Return median, lowest and highest of the seconds of several runs.

    Examples
    --------
    >>> summarise([3.0, 1.0, 2.0])
    {'median': 2.0, 'low': 1.0, 'high': 3.0, 'n_runs': 3}
    """
    return {
        "median": round(statistics.median(runs), 5),
        "low": round(min(runs), 5),
        "high": round(max(runs), 5),
        "n_runs": len(runs),
    }


def _timed(call: Callable[[], T]) -> tuple[T, float]:
    begun = time.perf_counter()
    answer = call()
    return answer, time.perf_counter() - begun


def peak_bytes() -> int:
    """Return the most memory that this process has held so far, or one of those that it started, if that held more."""
    return max(_held("VmHWM"), 1024 * resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)


def held_bytes() -> int:
    """Return the memory that this process holds now."""
    return _held("VmRSS")


def _held(what: str) -> int:
    found = re.search(rf"{what}:\s+(\d+) kB", _STATUS.read_text()) if _STATUS.exists() else None
    return 1024 * (int(found[1]) if found else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


@contextmanager
def compiling() -> Iterator[list[float]]:
    """Collect the seconds that numba spends compiling meanwhile; kernels that lie on disk need none."""
    from numba.core import event

    spent: list[float] = []
    with event.install_timer("numba:compile", spent.append):
        yield spent
