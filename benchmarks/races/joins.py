"""Pairs within a window: clickgraph, data bases and data frames that join the log with itself, the QUT toolkit."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa

from benchmarks.races.coded import MICROSECONDS, MIN_SHARED, WINDOW, Coded, Pairs, Ready, sort_pairs


def ready_clickgraph(window: str | None) -> Ready:
    """Count the pairs of a graph that is built already."""

    def ready(log: Coded) -> Callable[[], Any]:
        from clickgraph import build_graph, count_coactions, read_events

        columns = {"account": log.account, "content": log.content, "time": pa.array(log.time).cast(_STAMP)}
        graph = build_graph(read_events(columns))
        return lambda: count_coactions(graph, window=window, min_shared=MIN_SHARED)

    return ready


def ready_from_table(log: Coded) -> Callable[[], Any]:
    """Read, code and sort a table, then count."""
    from clickgraph import build_graph, count_coactions, read_events

    table = pa.table({"account": log.account, "content": log.content, "time": pa.array(log.time).cast(_STAMP)})
    return lambda: count_coactions(build_graph(read_events(table)), window=f"{WINDOW}s", min_shared=MIN_SHARED)


def read_arrow(table: Any) -> Pairs:
    """Read a result that Arrow can hold."""
    return sort_pairs(*(np.asarray(column) for column in pa.table(table).columns))


_STAMP = pa.timestamp("us", "UTC")
DUCKDB = f"""
SELECT x.a, y.a AS b, count(*) AS n FROM events x JOIN events y
ON x.c = y.c AND y.t BETWEEN x.t - {WINDOW * MICROSECONDS} AND x.t + {WINDOW * MICROSECONDS} AND x.a < y.a
GROUP BY ALL HAVING n >= {MIN_SHARED}"""
DUCKDB_BINS = f"""
WITH binned AS (SELECT *, t // {WINDOW * MICROSECONDS} AS k FROM events),
     near AS (SELECT a, c, t, k + d AS k FROM binned, (VALUES (-1), (0), (1)) shift(d))
SELECT x.a, y.a AS b, count(*) AS n FROM binned x JOIN near y
ON x.c = y.c AND x.k = y.k AND y.t BETWEEN x.t - {WINDOW * MICROSECONDS} AND x.t + {WINDOW * MICROSECONDS}
AND x.a < y.a GROUP BY ALL HAVING n >= {MIN_SHARED}"""


def ready_duckdb(query: str) -> Ready:
    """Run a query on a table of small integers."""

    def ready(log: Coded) -> Callable[[], Any]:
        import duckdb

        connection = duckdb.connect()
        events = pa.table({"a": log.account.astype(np.int32), "c": log.content.astype(np.int32), "t": log.time})
        connection.register("given", events)
        connection.execute("CREATE TABLE events AS SELECT * FROM given")
        return lambda: connection.sql(query).to_arrow_table()

    return ready


def ready_polars(log: Coded) -> Callable[[], Any]:
    """Join the log with itself, streaming."""
    import polars as pl

    events = pl.DataFrame({"a": log.account.astype(np.int32), "c": log.content.astype(np.int32), "t": log.time}).lazy()
    near = (pl.col("t") - pl.col("t_right")).abs() <= WINDOW * MICROSECONDS
    met = events.join(events, on="c").filter((pl.col("a") < pl.col("a_right")) & near)
    pairs = met.group_by("a", "a_right").len().filter(pl.col("len") >= MIN_SHARED)
    return lambda: pairs.collect(engine="streaming")


def ready_toolkit(log: Coded) -> Callable[[], Any]:
    """Hand the events to the toolkit as messages with one link each."""
    from benchmarks.peers.groups import Log
    from benchmarks.peers.qut import find_arcs

    ids = pa.array(np.arange(log.n_accounts))
    plain = Log(log.account, log.content, np.zeros_like(log.account), log.time, None, ids, log.n_contents)
    return lambda: find_arcs(plain, window=float(WINDOW), min_edge_weight=MIN_SHARED, n_threads=2)


def read_arcs(arcs: Any) -> Pairs:
    """Read the toolkit's rows, each pair from both of its sides."""
    return sort_pairs(*arcs.T)
