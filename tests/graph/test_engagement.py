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


@given(logs())
def test_each_slot_is_the_event_of_its_row(log: pa.Table) -> None:
    graph = cg.build_graph(
        cg.read_events(log.append_column("action", pa.array(["like", "share"] * len(log))[: len(log)]))
    )
    slots, events, rows = graph.slots, graph.events, graph.rows_of(np.arange(graph.n_events))
    assert sorted(rows.tolist()) == list(range(len(events)))
    assert events.account_code[rows].tolist() == slots.account.tolist()
    assert events.time[rows].tolist() == slots.time.tolist()
    assert events.content_code[rows].tolist() == graph.target_content[slots.target].tolist()
    assert events.action_code[rows].tolist() == graph.target_layer[slots.target].tolist()


def test_the_columns_of_one_layer_are_shared_and_nobody_writes_to_them() -> None:
    events = cg.read_events({"account": ["a", "b"], "content": ["x", "x"], "time": [1_700_000_000] * 2})
    graph = cg.build_graph(events)
    assert graph.event_of_slot is None
    assert np.shares_memory(graph.slots.account, events.account_code)
    assert np.shares_memory(graph.slots.time, events.time)
    assert not any(column.flags.writeable for column in graph.slots)


def test_a_log_without_times_has_slots_without_gaps() -> None:
    slots = cg.build_graph(cg.read_events({"account": ["a", "b"], "content": ["x", "x"]}, time=None)).slots
    assert all(column.flags.c_contiguous for column in slots)
