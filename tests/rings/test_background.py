"""The background against plain counts."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st
from logs import logs
from made_groups import background

import clickgraph as cg
from clickgraph.graph.windows import EVER
from clickgraph.rings.background import Background

WINDOWS = np.array([3_000_000, 40_000_000])


@given(logs(), st.integers(0, 3), st.sets(st.integers(0, 8)))
def test_counts_equal_plain_ones(log: pa.Table, n_apart: int, chosen: set[int]) -> None:
    graph = cg.build_graph(cg.read_events(log))
    layer = (np.arange(len(graph.target_layer)) < n_apart).astype(np.int32)
    graph = replace(graph, target_layer=layer, base_layer=np.array([0, 0], np.int32))
    against = Background.of(graph, WINDOWS)
    slots = graph.slots
    members = np.array(sorted(a for a in chosen if a < graph.n_accounts), dtype=np.int32)
    mine = [k for k, a in enumerate(slots.account.tolist()) if a in members]
    assert against.slots_of(members).tolist() == mine
    assert against.n_acted.tolist() == np.bincount(slots.account, minlength=graph.n_accounts).tolist()

    # Each event counts in the base layer; those set apart in their own too.
    own = layer[slots.target]
    activity = [[int((slots.account == a).sum()), int(((slots.account == a) & (own == 1)).sum())]
                for a in range(graph.n_accounts)]  # fmt: skip
    assert against.activity.toarray().tolist() == activity
    for k, pool in enumerate((slots.time, slots.time[own == 1])):
        clock = against.clock
        assert clock.time[clock.indptr[k] : clock.indptr[k + 1]].tolist() == sorted(pool.tolist())

    bursts = against.bursts_of(members, by_hours=False)
    who, hits = against.hits_in(bursts, members)
    runs = list(zip(bursts.first.tolist(), bursts.end.tolist(), strict=True))
    counts = {a: sum(a in slots.account[i:j] for i, j in runs) for a in range(graph.n_accounts)}
    assert dict(zip(who.tolist(), hits.tolist(), strict=True)) == {
        a: n for a, n in counts.items() if n >= 2 or (n and a in members)
    }

    rate = against.outside_rate(members, bursts)
    for k in range(2):
        inside = sum(
            0.5 + sum(a not in members for a in slots.account[i:j]) for i, j in runs if layer[slots.target[i]] == k
        )
        others = sum(row[k] for a, row in enumerate(activity) if a not in members)
        assert np.isclose(rate[k], inside / max(others, 1))


def test_on_a_clock_a_burst_ends() -> None:
    timed = {"account": ["a", "b"], "content": ["x", "x"], "time": [1.7e9, 1.8e9]}
    widths = np.array([60_000_000, EVER])
    assert background(pa.table(timed), windows=widths).windows.tolist() == [60_000_000]
    untimed = cg.read_events({"account": ["a", "b"], "content": ["x", "x"]}, time=None)
    assert Background.of(cg.build_graph(untimed), np.array([EVER])).windows.tolist() == [EVER]
