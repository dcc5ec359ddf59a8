"""Beside audiences: what is left of a log without the members of its audiences."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
from made_groups import crowd, farm
from toy_logs import make_log

import clickgraph as cg
from clickgraph.rings.pools import beside_audiences


def test_the_accounts_of_audiences_are_not_left() -> None:
    graph = cg.build_graph(cg.read_events(make_log(crowd(200, 2_000) + farm("f", 12, 9) + farm("g", 10, 9, seed=1))))
    rings = cg.find_rings(graph.events)
    assert [len(ring.accounts) for ring in rings] == [12, 10]
    assert beside_audiences(graph, rings).all()
    summary = rings.summary.to_arrow()
    at = summary.column_names.index("verdict")
    told = replace(rings, summary=cg.Table(summary.set_column(at, "verdict", pa.array(["ring", "audience"]))))
    left = beside_audiences(graph, told)
    accounts, who = set(rings[1].accounts.to_pylist()), graph.events.account_ids.to_pylist()
    there = graph.events.account_code[graph.rows_of(np.arange(graph.n_events))]
    assert left.tolist() == [who[account] not in accounts for account in there]
    assert 0 < left.sum() < len(left)
