"""Warming: kernels compiled before anything is timed, each process with a cache of its own.

Several processes that write one cache of compiled kernels race, and a cache does not notice a change in a kernel
that another kernel calls: so each state of the kernels and each worker has a folder.
"""

import os
from multiprocessing.queues import Queue
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parent.parent
KERNELS = _ROOT / "benchmarks" / "results" / "kernels"


def settle(numbers: "Queue[int]", state: str, compile_now: bool) -> None:
    """Give this worker its cache, before numba is imported, and compile what find_rings and the peers need."""
    os.environ["NUMBA_CACHE_DIR"] = str(cache_folder(state, f"worker-{numbers.get()}"))
    if compile_now:
        warm()


def cache_folder(state: str, who: str) -> Path:
    """Return the folder of compiled kernels of a process, for a state of the sources."""
    return KERNELS / state / who


def warm() -> dict[str, Any]:
    """Run find_rings and the peers that use kernels on a small world."""
    from benchmarks.peers import run_peer
    from clickgraph.detection import find_rings
    from clickgraph.simulation.scenarios import simulate

    public = {"n_organic_accounts": 300, "n_organic_events": 3_000}
    world = simulate("phone-farm", n_accounts=40, n_jobs=12, **public)
    for strata in (None, "creator"):
        find_rings(world.events, strata=strata, n_threads=1)
    for peer in ("synchrotrap", "fraudar", "holoscope"):
        run_peer(peer, world.events)
    return {}
