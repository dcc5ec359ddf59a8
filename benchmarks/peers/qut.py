"""coordination-network-toolkit: the real package, its co-link network on our events.

Graham, QUT Digital Observatory: Coordination Network Toolkit, DOI 10.25912/RDF_1632782596538.
"""

import contextlib
import io
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.peers.groups import SECOND, Floats, Groups, Log, code_log, join_ties


def detect(events: Any, *, window: float = 60.0, min_edge_weight: int = 2, n_threads: int = 2) -> Groups:
    """Return the components of the co-link network: every event is a message with one link, its content.

    Parameters
    ----------
    events : table
        account, content, time; action where the log has it.
    window : float
        Seconds.
    min_edge_weight : int
        Fewest messages that make a tie.
    n_threads : int
        Processes that the toolkit starts.
    """
    log = code_log(events)
    arcs = find_arcs(log, window=window, min_edge_weight=min_edge_weight, n_threads=n_threads)
    ends = np.sort(arcs[:, :2].astype(np.int64), axis=1)
    # Each tie comes twice, once from each side, with the messages of that side.
    pair, place = np.unique(ends, axis=0, return_inverse=True)
    weight = np.zeros(len(pair))
    np.maximum.at(weight, place.ravel(), arcs[:, 2])
    return join_ties(pair[:, 0], pair[:, 1], weight, ids=log.account_ids)


def find_arcs(log: Log, *, window: float, min_edge_weight: int, n_threads: int) -> Floats:
    """Return the toolkit's own rows: account, other and weight, each tie from both of its sides."""
    from coordination_network_toolkit.compute_networks import compute_co_link_network
    from coordination_network_toolkit.graph import get_edge_rows
    from coordination_network_toolkit.preprocess import preprocess_data

    messages = (
        (row, account, "", "", "", "", when, [f"c{content}"])
        for row, (account, content, when) in enumerate(
            zip(log.account.tolist(), log.content.tolist(), (log.time / SECOND).tolist(), strict=True)
        )
    )
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        path = str(Path(folder) / "network.db")
        preprocess_data(path, messages)
        compute_co_link_network(path, window, n_threads=n_threads, min_edge_weight=min_edge_weight)
        rows = [row[:3] for row in get_edge_rows(path, "co_link")]
    return np.array(rows, dtype=np.float64).reshape(-1, 3)
