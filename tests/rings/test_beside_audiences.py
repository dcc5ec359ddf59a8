"""Beside audiences: what is left of a log without the people and the contents of its audiences."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
from made_groups import crowd, farm
from toy_logs import make_log

import clickgraph as cg
from clickgraph.rings.pools import beside_audiences


def test_neither_the_accounts_nor_the_contents_of_audiences_are_left() -> None:
    graph = cg.build_graph(cg.read_events(make_log(crowd(200, 2_000) + farm("f", 12, 9) + farm("g", 10, 9, seed=1))))
    rings = cg.find_rings(graph.events)
    assert [len(ring.accounts) for ring in rings] == [12, 10]
    assert beside_audiences(graph, rings).all()
    summary = rings.summary.to_arrow()
    at = summary.column_names.index("verdict")
    told = replace(rings, summary=cg.Table(summary.set_column(at, "verdict", pa.array(["ring", "audience"]))))
    left = beside_audiences(graph, told)
    accounts, contents = (set(ids.to_pylist()) for ids in (rings[1].accounts, rings[1].contents))
    events, there = graph.events, graph.rows_of(np.arange(graph.n_events))
    who, what = events.account_ids.to_pylist(), events.content_ids.to_pylist()
    rows = zip(events.account_code[there], events.content_code[there], strict=True)
    assert left.tolist() == [who[a] not in accounts and what[c] not in contents for a, c in rows]
    assert 0 < left.sum() < len(left)
