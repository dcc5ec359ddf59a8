"""Audiences: what they share becomes a layer of its own, and everything else stays as it was."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from made_groups import crowd, farm
from toy_logs import make_log

import clickgraph as cg
from clickgraph.log.table import Table
from clickgraph.rings.audiences import are_uneven, set_apart

ACTS = crowd(200, 2_000) + farm("f", 12, 9) + farm("g", 12, 9, seed=1)
LOG = make_log(ACTS, topic=["even" if k % 2 else "odd" for k in range(len(ACTS))])


@pytest.fixture(scope="module")
def rings() -> cg.Rings:
    return cg.find_rings(LOG)


@pytest.fixture(scope="module")
def graph() -> cg.EngagementGraph:
    return cg.build_graph(cg.read_events(LOG))


def _contents(graph: cg.EngagementGraph, layer: int) -> set[str]:
    names = graph.events.content_ids.to_pylist()
    return {names[c] for c in graph.target_content[graph.target_layer == layer]}


def test_each_audience_gets_a_layer(graph: cg.EngagementGraph, rings: cg.Rings) -> None:
    assert [len(ring.accounts) for ring in rings] == [12, 12]
    apart = set_apart(graph, rings)
    assert apart.base_layer.tolist() == [0, 0, 0]
    theirs = [{f"{name}-job{k}" for k in range(9)} for name in "fg"]
    assert sorted(map(sorted, (_contents(apart, 1), _contents(apart, 2)))) == sorted(map(sorted, theirs))
    assert _contents(apart, 0) == set(LOG["content"].to_pylist()) - theirs[0] - theirs[1]
    assert apart.n_apart == 2 * 12 * 9
    assert apart.slots is graph.slots


def test_contents_of_nobody_stay_and_earlier_layers_are_made_anew(graph: cg.EngagementGraph, rings: cg.Rings) -> None:
    assert set_apart(graph, rings[:0]).n_apart == 0
    once, again = set_apart(graph, rings), set_apart(set_apart(graph, rings[:1]), rings)
    assert once.target_layer.tolist() == again.target_layer.tolist()
    assert once.base_layer.tolist() == again.base_layer.tolist()


def test_a_visit_makes_no_content_theirs(rings: cg.Rings) -> None:
    # A member of the first ring is one of four visitors elsewhere; and one of two on another content.
    more = [("f0", "shared", 1e6), *((f"x{k}", "shared", 1e6 + 9_000 * k) for k in range(3))]
    more += [("f0", "half", 2e6), ("x9", "half", 2e6 + 9_000)]
    graph = cg.build_graph(cg.read_events(make_log(ACTS + more)))
    farm_ring = next(ring for ring in rings if "f0" in ring.accounts.to_pylist())
    apart = set_apart(graph, rings.where([ring == farm_ring for ring in rings]))
    assert "half" in _contents(apart, 1)
    assert "shared" in _contents(apart, 0)


def test_strata_keep_their_layers_apart(rings: cg.Rings) -> None:
    graph = cg.build_graph(cg.read_events(LOG), strata="topic")
    apart = set_apart(graph, rings)
    assert apart.base_layer.tolist() == [0, 1, 0, 0, 1, 1]
    assert apart.base_layer[apart.target_layer].tolist() == graph.target_layer.tolist()


def test_events_are_counted_in_their_pools(graph: cg.EngagementGraph, rings: cg.Rings) -> None:
    apart = set_apart(graph, rings)
    slots, layer = apart.in_pools(np.arange(apart.n_events))
    counted = sorted(zip(slots.tolist(), layer.tolist(), strict=True))
    expected = []
    for slot, target in enumerate(apart.slots.target.tolist()):
        own = int(apart.target_layer[target])
        expected += [(slot, layer) for layer in sorted({own, int(apart.base_layer[own])})]
    assert counted == expected
    assert len(counted) == apart.n_events + apart.n_apart


def test_audiences_known_by_their_members_are_uneven(rings: cg.Rings) -> None:
    decided = [("audience", "unevenness"), ("audience", "edge"), ("ring", "bursts")]
    table = pa.concat_tables([rings[:1].summary.to_arrow()] * 3)
    for column, values in zip(("verdict", "decided_by"), zip(*decided, strict=True), strict=True):
        table = table.set_column(table.column_names.index(column), column, pa.array(values))
    names = pa.array(["a", "b", "c"])
    table = table.set_column(0, "ring", names)
    empty = {name: Table(getattr(rings, name).to_arrow()[:0]) for name in ("members", "bursts", "acts", "ties")}
    made = replace(rings, summary=Table(table), evidence=Table(rings.evidence.to_arrow()[:0]), **empty)
    assert are_uneven(made).tolist() == [True, False, False]


def test_fans_are_audiences_and_no_ring() -> None:
    world = cg.simulate("fans", n_accounts=1_000, n_events=8_000, n_creators=2, n_fans=(100, 200), rng=0)
    verdicts = cg.find_rings(world.events).summary["verdict"].to_pylist()
    assert "audience" in verdicts
    assert "ring" not in verdicts
