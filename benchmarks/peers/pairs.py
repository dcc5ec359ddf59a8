"""Windowed pair counts, by clickgraph's own sweep where a peer counts exactly the same thing."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.peers.groups import Ints, Log
from clickgraph import build_graph, count_coactions, read_events


def count_pairs(log: Log, *, window: str | None, min_shared: int) -> tuple[Ints, Ints, Ints]:
    """Return account, other and the contents on which the two acted within the window.

    A content counts once per pair, whichever of their events on it met: what SynchroTrap and the
    Community Notes rule count, at the speed of :func:`clickgraph.count_coactions`.
    """
    # Posts are clickgraph's idea (one act, one proof): the peers do not know it.
    graph = build_graph(read_events({"account": log.account, "content": log.content, "time": _times(log)}))
    table = count_coactions(graph, window=window, min_shared=min_shared)
    account, other, shared = (table[name].to_numpy().astype(np.int64) for name in ("account", "other", "shared"))
    return account, other, shared


def _times(log: Log) -> pa.Array:
    return pc.cast(pa.array(log.time), pa.timestamp("us", "UTC"))
