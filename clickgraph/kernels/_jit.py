"""The one numba policy: how every kernel is compiled and how its rows are shared between threads.

Kernels release the interpreter lock and are compiled once per machine (numba's cache on disk). A kernel walks
a range of rows on one thread; :func:`map_ranges` hands ranges of equal cost to a pool. The ranges do not depend
on the number of threads and their results are joined in order, so neither does any result.
"""

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any, TypeVar

import numba
import numpy as np
from numpy.typing import NDArray

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")
Number = TypeVar("Number", bound=np.generic)

Int = int | np.signedinteger[Any] | np.unsignedinteger[Any]  # a scalar, or an element of an array

RANGES = 64  # enough for any laptop's cores to finish together, few enough for the scratch of each


def kernel(function: F) -> F:
    """Compile `function` on first use, without the interpreter lock and without fast-math."""
    compiled: F = numba.njit(**_policy())(function)
    return compiled


def inlined(function: F) -> F:
    """Compile `function` as a part of each kernel that calls it: for what an inner loop calls with arrays.

    A call of its own counts references to each array that it is given, some nanoseconds for each.
    """
    compiled: F = numba.njit(inline="always", **_policy())(function)
    return compiled


def _policy() -> dict[str, Any]:
    """Return what all kernels are compiled with."""
    # Workers of a cluster share a home: writing one cache from several processes at once races.
    cache = os.environ.get("CLICKGRAPH_KERNEL_CACHE", "1") != "0"
    return {"cache": cache, "nogil": True, "error_model": "numpy"}


def read_only(column: NDArray[Number]) -> NDArray[Number]:
    """Return a view of a column that nobody can write to.

    To numba it is another type than one that can be written to: what all kernels read is of one, and compiled once.

    Examples
    --------
    >>> read_only(np.zeros(1, np.int64)).flags.writeable
    False
    """
    column = column.view()
    column.setflags(write=False)
    return column


def ranges_by_cost(cost: NDArray[Any], n_ranges: int = RANGES) -> NDArray[np.int64]:
    """Bounds of `n_ranges` or fewer consecutive row ranges of about equal total cost, int64."""
    total = np.cumsum(cost, dtype=np.float64)
    if len(total) == 0:
        return np.zeros(1, dtype=np.int64)
    steps = total[-1] * np.arange(1, n_ranges) / n_ranges
    inner = np.searchsorted(total, steps, side="left") + 1
    return np.unique(np.concatenate(([0], np.minimum(inner, len(total)), [len(total)]))).astype(np.int64)


def per_thread(make: Callable[[], T]) -> Callable[[], T]:
    """Return a function that makes a value once for each thread that calls it: scratch, left as it was found."""
    kept = threading.local()

    def own() -> T:
        if not hasattr(kept, "value"):
            kept.value = make()
        value: T = kept.value
        return value

    return own


def map_ranges(
    work: Callable[[int, int], T],
    bounds: NDArray[np.int64],
    *,
    n_threads: int | None = None,
    progress: Callable[[float], None] | None = None,
) -> list[T]:
    """Return ``[work(first, last), ...]`` over consecutive ranges, in order, computed by `n_threads` threads."""
    n_threads = n_threads or os.cpu_count() or 1
    ranges, results = [(int(a), int(b)) for a, b in pairwise(bounds)], list[T]()
    with ThreadPoolExecutor(max_workers=n_threads) as pool:
        # One thread is the caller's own, with the scratch that it has.
        found = pool.map(lambda each: work(*each), ranges) if n_threads > 1 else (work(*each) for each in ranges)
        for done, result in enumerate(found, start=1):
            results.append(result)
            if progress is not None:
                progress(done / len(ranges))
    return results
