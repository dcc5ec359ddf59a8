"""Bursts against the naive twin."""

import math
from dataclasses import replace

import numpy as np
import oracles
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st
from logs import logs
from toy_logs import make_log

import clickgraph as cg
from clickgraph.graph.engagement import EngagementGraph
from clickgraph.graph.windows import EVER
from clickgraph.kernels.bursts import Crowd, burst_nats, clock_of, find_bursts
from clickgraph.kernels.hits import count_hits, new_scratch
from clickgraph.kernels.slots import make_slots
from clickgraph.rings.background import Background

WINDOWS = np.array([0, 3_000_000, 30_000_000, 86_400_000_000])


def _apart(graph: EngagementGraph, *, n_apart: int) -> EngagementGraph:
    """Set the first targets apart in a layer of their own."""
    layer = np.where(np.arange(len(graph.target_layer)) < n_apart, 1, 0).astype(np.int32)
    return replace(graph, target_layer=layer, base_layer=np.array([0, 0], np.int32)) if n_apart else graph


def _plainly(graph: EngagementGraph, members: np.ndarray) -> oracles.SlotLog:
    slots = graph.slots
    own = graph.target_layer[slots.target]
    pools = [{int(layer), int(graph.base_layer[layer])} for layer in own]
    return (*(c.tolist() for c in (slots.account, slots.target, slots.time)), pools, set(members.tolist()))


def _search(graph: EngagementGraph, members: np.ndarray, *, windows: np.ndarray, by_hours: bool):
    background = Background.of(graph, windows)
    mine = background.slots_of(members)
    theirs = clock_of(mine, True, graph.target_layer, graph.base_layer, graph.slots)
    crowd = Crowd(graph.target_layer, background.clock, theirs, by_hours, background.before)
    return find_bursts(mine, graph.slots, background.windows, crowd, new_scratch(graph.n_accounts))


def test_without_a_window_there_is_no_burst() -> None:
    graph = cg.build_graph(cg.read_events(make_log([("a", "c", 0), ("b", "c", 1)])))
    found = _search(graph, np.arange(2, dtype=np.int32), windows=np.array([EVER]), by_hours=True)
    assert found.shape == (0, 10)


@given(logs(days=4, n_events=40), st.booleans(), st.integers(0, 3))
def test_no_set_of_disjoint_bursts_is_worth_more(log: pa.Table, by_hours: bool, n_apart: int) -> None:
    graph = _apart(cg.build_graph(cg.read_events(log)), n_apart=n_apart)
    members = np.arange(min(4, graph.n_accounts), dtype=np.int32)
    found = _search(graph, members, windows=WINDOWS, by_hours=by_hours)
    plain = _plainly(graph, members)
    possible = oracles.possible_bursts(plain, WINDOWS.tolist(), by_hours=by_hours)
    rows = [tuple(row) for row in found.tolist()]
    assert set(rows) <= set(possible)
    worth = [burst_nats(row[2] - 1, *row[7:]) for row in rows]
    n_places = max(2, int(np.isin(graph.slots.account, members).sum()) * len(WINDOWS))
    first, n_first = _best(plain, possible, cost=math.log(n_places))
    cost = math.log(max(2, n_places / n_first)) if n_first > 1 else math.log(n_places)
    assert all(value > cost for value in worth)
    assert np.isclose(sum(worth) - cost * len(rows), _best(plain, possible, cost=cost)[0] if n_first > 1 else first)
    assert (found[1:, 0] >= found[:-1, 1]).all()


def _best(plain: oracles.SlotLog, possible: list, *, cost: float) -> tuple[float, int]:
    """Return the nats of the best bursts of all targets, less their costs, and their number."""
    found = [
        oracles.most_nats([row for row in possible if plain[1][row[0]] == target], cost) for target in set(plain[1])
    ]
    return sum(nats for nats, _ in found), sum(n for _, n in found)


def test_a_burst_among_its_own_hours_and_in_the_whole_log() -> None:
    day = 86_400
    crowd = [(f"x{k}", f"y{k}", day - 60.0 * k) for k in range(30)] + [(f"z{k}", "far", 20 * day) for k in range(50)]
    log = make_log([("m1", "c", 0), ("m2", "c", 2), ("o", "c", 3), ("m3", "c", 4), *crowd])
    graph = cg.build_graph(cg.read_events(log))
    members = np.flatnonzero([name.startswith("m") for name in graph.events.account_ids.to_pylist()]).astype(np.int32)
    hours, whole = (
        _search(graph, members, windows=np.array([10_000_000]), by_hours=by_hours) for by_hours in (True, False)
    )
    # Two members follow the first, and one outsider; 30 others act within a day, and 50 much later.
    assert hours.tolist() == [[0, 4, 3, 3, 10_000_000, 0, 4, 1, 2, 31]]
    assert whole.tolist() == [[0, 4, 3, 3, 10_000_000, 0, 4, 1, 2, 81]]


def test_without_a_clock_a_content_is_one_burst() -> None:
    log = {"account": [*"abc", *"defgh"], "content": ["x"] * 3 + ["y"] * 5}
    graph = cg.build_graph(cg.read_events(log, time=None))
    found = _search(graph, np.arange(3, dtype=np.int32), windows=np.array([EVER]), by_hours=True)
    assert found.tolist() == [[0, 3, 3, 3, EVER, 0, 3, 0, 2, 5]]


@given(st.lists(st.integers(0, 6), min_size=1, max_size=40), st.integers(1, 5), st.sets(st.integers(0, 6)))
def test_hits_equal_the_twin(accounts: list[int], width: int, members: set[int]) -> None:
    account = np.array(accounts, dtype=np.int32)
    n = len(account)
    slots = make_slots(account, np.arange(n), np.zeros(n, np.int32), n_accounts=7, n_targets=1)
    runs = [(k, min(k + width, n)) for k in range(0, n, width + 1)]
    scratch = new_scratch(7)
    for _ in range(2):  # the second group finds nothing left of the first
        who, hits = count_hits(np.array(runs), np.array(sorted(members), np.int32), slots, scratch)
    expected = {a: n for a, n in oracles.hits(runs, account).items() if n >= 2 or a in members}
    assert dict(zip(who.tolist(), hits.tolist(), strict=True)) == expected
    assert who.tolist() == sorted(expected)
    assert not scratch.hits.any()
