"""What a search for rings will take of the memory, said before it begins."""

import os
from typing import Final

import numpy as np
from numpy.typing import NDArray

from clickgraph.errors import InputError
from clickgraph.log.events import Events
from clickgraph.log.memory import parse_memory, say_memory, used_memory

# Bytes, as the arrays of a search add up; benchmarks/memory.py holds them against measured peaks.
_FIXED: Final = 150 * 10**6  # libraries that load on first use, and kernels that are compiled
_PER_EVENT: Final = 5 + 21 + 16  # the graph's indices; the log without idle accounts; neighbours and costs in a window
_PER_ACT: Final = 8 + 8 + 8  # where the log names acts: the places of each account by act, and once more
_PER_LAYER: Final = 24 + 40  # per event where there are several layers: the columns in their order; codes sorted
_PER_ACCOUNT: Final = 80  # bounds, activity and order of the accounts, twice
_PER_CONTENT: Final = 40  # bounds, depth and pairs of the targets
_PER_COUNTER: Final = 2  # one per window, account and thread
_PER_TIE: Final = 160  # both ends, joined, sorted, and in the graph that is cut into communities
_TIES: Final = 2  # per account: what chance lets pass, and some rings; a log full of rings has more


def estimate_memory(events: Events, *, n_windows: int, n_layers: int = 1, n_threads: int | None = None) -> int:
    """Return the bytes that a search for rings takes at its peak, beside what the process holds already.

    Parameters
    ----------
    events : Events
        The log.
    n_windows : int
        Windows that are looked at together.
    n_layers : int, default 1
        Actions, times strata.
    n_threads : int, optional
        Threads; all cores by default.

    Returns
    -------
    int
        Within a factor of two for logs of 10**5 to 10**7 events with few rings.

    Examples
    --------
    >>> import clickgraph as cg
    >>> events = cg.read_events({"account": ["a", "b"], "content": ["x", "x"], "time": [1_700_000_000] * 2})
    >>> estimate_memory(events, n_windows=8) // 10**6
    150
    """
    threads = n_threads or os.cpu_count() or 1
    per_event = _PER_EVENT + (0 if events.act_code is None else _PER_ACT) + (_PER_LAYER if n_layers > 1 else 0)
    per_account = _PER_ACCOUNT + threads * (16 + _PER_COUNTER * (n_windows + 1)) + _TIES * _PER_TIE
    of_log = per_event * len(events) + per_account * events.n_accounts + _PER_CONTENT * events.n_contents
    columns = (events.account_code, events.content_code, events.time)
    return _FIXED + of_log + sum(column.nbytes for column in columns if _is_mapped(column))


def check_memory(
    events: Events,
    *,
    n_windows: int,
    n_layers: int = 1,
    n_threads: int | None = None,
    memory_limit: str | int | None = None,
) -> None:
    """Raise an InputError where a search for rings would take more memory than there is.

    Parameters
    ----------
    events, n_windows, n_layers, n_threads
        As for :func:`estimate_memory`.
    memory_limit : str, int or None
        What the process may take; by default what it has and 80 % of what is free.

    Examples
    --------
    >>> import clickgraph as cg
    >>> events = cg.read_events({"account": ["a", "b"], "content": ["x", "x"], "time": [1_700_000_000] * 2})
    >>> check_memory(events, n_windows=8, memory_limit="8GB")
    """
    limit = parse_memory(memory_limit)
    peak = used_memory() + estimate_memory(events, n_windows=n_windows, n_layers=n_layers, n_threads=n_threads)
    if limit is None or peak <= limit:
        return
    whose = "what is free" if memory_limit is None else "memory_limit"
    raise InputError(
        f"memory for a search in {len(events):,} events of {events.n_accounts:,} accounts on {events.n_contents:,}"
        f" contents, in {n_windows} windows: about {say_memory(peak)}",
        f"{say_memory(limit)} ({whose})",
        "give the path of Parquet files instead of a table; ask for fewer windows and threads; cut the log in time;"
        " leave out an action or viral contents; or spread the search over machines with Spark",
    )


def _is_mapped(column: NDArray[np.signedinteger]) -> bool:
    return isinstance(column, np.memmap)
