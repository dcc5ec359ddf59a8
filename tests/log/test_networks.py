import networkx as nx
import numpy as np
import pytest
import scipy.sparse

from clickgraph import read_events
from clickgraph.errors import InputError


def network(kind: type[nx.Graph] = nx.Graph) -> nx.Graph:
    graph = kind()
    graph.add_nodes_from(["b", "a", "idle"], bipartite=0)
    graph.add_nodes_from([7, 8], bipartite=1)
    return graph


@pytest.mark.parametrize("kind", [nx.Graph, nx.MultiGraph, nx.DiGraph, nx.MultiDiGraph])
def test_edges_are_events_whichever_way_they_point(kind: type[nx.Graph]) -> None:
    graph = network(kind)
    graph.add_edge("a", 7, time=1_700_000_000, action="like", weight=2.0)
    graph.add_edge(8, "b", time=1_700_000_060, action="share", weight=1.0)
    events = read_events(graph)
    assert events.to_table().to_arrow().drop_columns("time").to_pylist() == [
        {"account": "a", "content": 7, "action": "like", "weight": 2.0},
        {"account": "b", "content": 8, "action": "share", "weight": 1.0},
    ]
    assert events.clock == 60_000_000


def test_parallel_edges_are_events_of_their_own() -> None:
    graph = network(nx.MultiGraph)
    for second in (0, 5, 5):
        graph.add_edge("a", 7, time=1_700_000_000 + second)
    events = read_events(graph)
    assert len(events) == 2
    assert events.n_repeats == 1


def test_a_network_without_times_has_no_clock() -> None:
    graph = network()
    graph.add_edge("a", 7)
    events = read_events(graph)
    assert events.clock is None
    assert events.notices == ("The log carries no times and was read without a clock.",)
    assert len(read_events(network())) == 0


def test_times_under_another_name_are_recognised() -> None:
    graph = network()
    graph.add_edge("a", 7, starred_at="2024-05-01T10:00:00Z")
    assert read_events(graph).clock is not None


def test_a_time_on_some_edges_only() -> None:
    graph = network()
    graph.add_edge("a", 7, time=1_700_000_000)
    graph.add_edge("b", 7)
    with pytest.raises(InputError, match="every row of time; found 1 missing"):
        read_events(graph)


def test_edges_within_a_side() -> None:
    graph = network()
    graph.add_edge("a", "b")
    with pytest.raises(InputError, match=r"bipartite network: .*; found one between the accounts (a and b|b and a)"):
        read_events(graph)


@pytest.mark.parametrize("side", [None, 2, "accounts"])
def test_nodes_of_no_side(side: object) -> None:
    graph = network()
    graph.add_node("odd", bipartite=side)
    with pytest.raises(
        InputError, match=r"bipartite=0 \(account\) or 1 \(content\).*; found 1 nodes without, first odd"
    ):
        read_events(graph)


def test_attributes_of_mixed_types() -> None:
    graph = network()
    graph.add_edge("a", 7, weight="much")
    graph.add_edge("b", 7, weight=3)
    with pytest.raises(InputError, match="values of one type as weight"):
        read_events(graph)


def test_nodes_of_mixed_types() -> None:
    graph = nx.Graph()
    graph.add_nodes_from(["a", 1], bipartite=0)
    graph.add_node("post", bipartite=1)
    graph.add_edges_from([("a", "post"), (1, "post")])
    with pytest.raises(InputError, match="values of one type as account"):
        read_events(graph)


@pytest.mark.parametrize("make", [scipy.sparse.csr_matrix, scipy.sparse.csc_array, scipy.sparse.coo_array])
def test_entries_of_a_matrix_are_events_without_times(make: type) -> None:
    events = read_events(make(np.array([[0, 2], [0, 0], [1, 1]])))
    assert events.clock is None
    assert events.account_ids.to_pylist() == [0, 2]
    assert events.to_table().to_pylist() == [
        {"account": 2, "content": 0, "action": "act", "weight": 1},
        {"account": 0, "content": 1, "action": "act", "weight": 2},
        {"account": 2, "content": 1, "action": "act", "weight": 1},
    ]


def test_stored_zeros_are_no_events() -> None:
    matrix = scipy.sparse.csr_array(np.eye(2))
    matrix.data[0] = 0
    assert len(read_events(matrix)) == 1
    assert matrix.nnz == 2


def test_a_matrix_has_two_sides() -> None:
    with pytest.raises(InputError, match="a matrix of accounts x contents; found the shape"):
        read_events(scipy.sparse.coo_array(np.array([1, 0, 1])))
