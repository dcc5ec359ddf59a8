"""The bipartite graph: its other forms, and back."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from logs import logs

import clickgraph as cg


@given(logs())
def test_networkx_and_back_keeps_who_met_whom(log: pa.Table) -> None:
    graph = cg.build_graph(cg.read_events(log))
    back = cg.build_graph(cg.read_events(graph.to_networkx()))
    one, other = (cg.count_coactions(g, window="20s")["shared"].to_pylist() for g in (graph, back))
    assert sorted(one) == sorted(other)
    assert back.n_events == graph.n_events


@given(logs())
def test_scipy_and_igraph_hold_every_event(log: pa.Table) -> None:
    graph = cg.build_graph(cg.read_events(log))
    matrix = graph.to_scipy()
    assert matrix.sum() == graph.n_events
    assert cg.read_events(matrix).n_accounts == graph.n_accounts
    network = graph.to_igraph()
    assert network.is_bipartite()
    assert network.ecount() == graph.n_events


def test_actions_and_strata_are_layers() -> None:
    log = {
        "account": ["a", "b", "a", "b"], "content": ["x"] * 4, "time": [1.7e9] * 4,
        "action": ["like", "like", "share", "share"], "language": ["en", "de", "en", "en"],
    }  # fmt: skip
    events = cg.read_events(log)
    plain, strict = cg.build_graph(events), cg.build_graph(events, strata="language")
    assert (plain.n_layers, strict.n_layers) == (2, 3)
    assert cg.count_coactions(plain, window="tick")["shared"].to_pylist() == [2]
    assert cg.count_coactions(strict, window="tick")["shared"].to_pylist() == [1]
    merged = cg.build_graph(cg.read_events(log, layers="merge"))
    assert cg.count_coactions(merged, window="tick")["shared"].to_pylist() == [1]


def test_an_unknown_column_is_refused() -> None:
    events = cg.read_events({"account": [1], "content": [1], "time": [1.7e9], "topic": ["x"]})
    with pytest.raises(ValueError, match="topic"):
        cg.build_graph(events, strata="language")


@given(logs())
def test_slots_are_sorted_and_indexed_both_ways(log: pa.Table) -> None:
    slots = cg.build_graph(cg.read_events(log)).slots
    assert np.all(np.lexsort((slots.account, slots.time, slots.target)) == np.arange(len(slots.time)))
    for account in range(len(slots.account_indptr) - 1):
        own = slots.account_slots[slots.account_indptr[account] : slots.account_indptr[account + 1]]
        assert own.tolist() == np.flatnonzero(slots.account == account).tolist()
