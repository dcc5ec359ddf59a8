"""Counters: the pairs of accounts that share contents, by clickgraph and by what else can count them.

Each is given the log in the form that suits it best, which is not timed, and answers with its own kind of result,
which is read as sorted pairs after the clock has stopped.
"""

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from benchmarks.races.coded import WINDOW, Coded, Read, Ready
from benchmarks.races.joins import (
    DUCKDB,
    DUCKDB_BINS,
    read_arcs,
    read_arrow,
    ready_clickgraph,
    ready_duckdb,
    ready_from_table,
    ready_polars,
    ready_toolkit,
)
from benchmarks.races.products import (
    TOP,
    read_candidates,
    read_igraph,
    read_networkx,
    read_sparse,
    ready_igraph,
    ready_minhash,
    ready_networkx,
    ready_scipy,
    ready_topn,
)


@dataclass(frozen=True, slots=True)
class Counter:
    """A way to count.

    Attributes
    ----------
    title : str
        What the table calls it.
    windowed : bool
        Whether it counts within the window, or ever.
    ready : callable
        Takes the log; returns what is timed.
    read : callable
        Makes sorted pairs of what that returns.
    answers : {"all", "top", "some"}
        All pairs; the most similar of each account; candidates, some of them missing.
    """

    title: str
    windowed: bool
    ready: Ready
    read: Read
    answers: str = "all"


COUNTERS: Mapping[str, Counter] = MappingProxyType(
    {
        "clickgraph": Counter("clickgraph", True, ready_clickgraph(f"{WINDOW}s"), read_arrow),
        "clickgraph-table": Counter("clickgraph, from the table", True, ready_from_table, read_arrow),
        "duckdb": Counter("DuckDB, band self-join", True, ready_duckdb(DUCKDB), read_arrow),
        "duckdb-bins": Counter("DuckDB, join by minutes", True, ready_duckdb(DUCKDB_BINS), read_arrow),
        "polars": Counter("polars, streaming self-join", True, ready_polars, read_arrow),
        "toolkit": Counter("coordination-network-toolkit, co-link", True, ready_toolkit, read_arcs),
        "clickgraph-ever": Counter("clickgraph, window=None", False, ready_clickgraph(None), read_arrow),
        "topn": Counter(f"sparse_dot_topn, top {TOP}", False, ready_topn, read_sparse, "top"),
        "scipy": Counter("scipy, B @ B.T", False, ready_scipy, read_sparse),
        "igraph": Counter("igraph, bipartite_projection", False, ready_igraph, read_igraph),
        "networkx": Counter("networkx, weighted_projected_graph", False, ready_networkx, read_networkx),
        "minhash": Counter("datasketch, MinHash candidates", False, ready_minhash, read_candidates, "some"),
    }
)


def start(name: str, log: Coded) -> Callable[[], Any]:
    """Return what a counter is timed by on a log."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # libraries about their own future
        return COUNTERS[name].ready(log)
