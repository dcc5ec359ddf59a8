"""Bursts against the naive twin."""

import numpy as np
import oracles
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st
from logs import logs

import clickgraph as cg
from clickgraph.kernels.bursts import Crowd, burst_nats, count_hits, expected_hits, find_bursts
from clickgraph.kernels.slots import positions_by_code
from clickgraph.rings.background import Background, _clock

WINDOWS = np.array([0, 3_000_000, 30_000_000])


@given(logs(), st.booleans(), st.floats(0, 3))
def test_bursts_are_the_best_disjoint_runs(log: pa.Table, by_hours: bool, cost: float) -> None:
    graph = cg.build_graph(cg.read_events(log))
    background = Background.of(graph, WINDOWS)
    members = np.arange(min(4, graph.n_accounts), dtype=np.int32)
    mine, slots = background.slots_of(members), graph.slots
    crowd = Crowd(graph.target_layer, background.clock, _clock(graph, mine), by_hours)
    table, nats = find_bursts(mine, slots, WINDOWS, crowd, cost)
    total = 0.0
    for target in np.unique(slots.target[mine]):
        own = mine[slots.target[mine] == target]
        value = {
            (i, j): _worth(own, i, j, slots, crowd) - cost for i in range(len(own)) for j in range(i + 1, len(own) + 1)
        }
        total += oracles.best_runs(slots.time[own].tolist(), WINDOWS.tolist(), value)[0]
    assert np.isclose(nats[:, 1].sum() - cost * len(table), total)
    assert (table[1:, 0] >= table[:-1, 1]).all()


def _worth(own: np.ndarray, i: int, j: int, slots: cg.EngagementGraph, crowd: Crowd) -> float:
    n = len(set(slots.account[own[i:j]].tolist()))
    if n < 2:
        return 0.0
    at = np.flatnonzero(
        (slots.target == slots.target[own[i]])
        & (slots.time >= slots.time[own[i]])
        & (slots.time <= slots.time[own[j - 1]])
    )
    return burst_nats(n, expected_hits(int(at[0]), int(at[-1]) + 1, j - i, len(own), slots, crowd))


@given(st.lists(st.integers(0, 6), min_size=1, max_size=40), st.integers(1, 5))
def test_hits_equal_the_twin(accounts: list[int], width: int) -> None:
    account = np.array(accounts, dtype=np.int32)
    runs = [(k, min(k + width, len(account))) for k in range(0, len(account), width + 1)]
    scratch = np.zeros(7, np.int32), np.full(7, -1, np.int64), np.empty(7, np.int32)
    who, hits = count_hits(np.array(runs), account, *scratch)
    assert dict(zip(who.tolist(), hits.tolist(), strict=True)) == oracles.hits(runs, account)
    assert not scratch[0].any()


@given(st.lists(st.integers(0, 6), max_size=40))
def test_positions_come_by_code_and_in_order(codes: list[int]) -> None:
    indptr, order = positions_by_code(np.array(codes, dtype=np.int32), 7)
    expected = [k for c in range(7) for k, code in enumerate(codes) if code == c]
    assert order.tolist() == expected
    assert np.diff(indptr).tolist() == [codes.count(c) for c in range(7)]
