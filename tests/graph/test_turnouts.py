"""Turnouts: against a naive count, and pools of which no two accounts share enough."""

from collections import Counter, defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_groups import HOUR, crowd, farm
from toy_logs import Act, make_log

import clickgraph as cg
from clickgraph.graph import turnouts
from clickgraph.graph.engagement import EngagementGraph
from clickgraph.graph.turnouts import find_pools, find_turnouts, take_part

DAY = 24 * HOUR


def graph_of(acts: list[Act]) -> EngagementGraph:
    return cg.build_graph(cg.read_events(make_log(acts)))


def naive_turnouts(graph: EngagementGraph, is_left: np.ndarray) -> list[tuple[int, int]]:
    """Return (number of the turnout, account), by account: counted one slot after another."""
    slots, came = graph.slots, defaultdict(set)
    for slot in np.flatnonzero(is_left).tolist():
        came[int(slots.target[slot]), int(slots.time[slot]) // turnouts.SPAN].add(int(slots.account[slot]))
    large = {key: who for key, who in came.items() if len(who) >= turnouts.LEAST_CAME}
    n = Counter(account for who in large.values() for account in who)
    kept = take_part(np.array([n[a] for a in range(graph.n_accounts)]), n_all=len(large))
    left = {key: [account for account in who if kept[account]] for key, who in large.items()}
    number = {key: k for k, key in enumerate(sorted(key for key, who in left.items() if who))}
    return sorted(((number[key], a) for key in number for a in left[key]), key=lambda row: (row[1], row[0]))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 12), st.integers(0, 4), st.integers(0, 5)), min_size=1, max_size=150), st.data()
)
def test_turnouts_are_those_of_a_naive_count(rows: list[tuple[int, int, int]], data: st.DataObject) -> None:
    graph = graph_of([(f"a{who}", f"c{what}", day * 2 * DAY + who) for who, what, day in rows])
    is_left = np.array(data.draw(st.lists(st.booleans(), min_size=graph.n_events, max_size=graph.n_events)))
    came = find_turnouts(graph, is_left)
    assert list(zip(came.turnout.tolist(), came.accounts[came.place].tolist(), strict=True)) == naive_turnouts(
        graph, is_left
    )


def test_a_target_without_a_clock_has_one_turnout() -> None:
    log = {"account": [f"a{k % 6}" for k in range(18)], "content": [f"c{k // 6}" for k in range(18)]}
    came = find_turnouts(cg.build_graph(cg.read_events(log, time=None)), np.ones(18, np.bool_))
    assert (came.turnout.reshape(6, 3) == np.arange(3)).all()


def test_the_busiest_are_left_out_where_they_are_few_and_very_busy() -> None:
    n = np.array([1] * 50 + [2, 3] * 500 + [400] * 10)
    assert take_part(n, n_all=1_000).tolist() == [False] * 50 + [True] * 1_000 + [False] * 10
    assert take_part(n, n_all=2_000_000)[-10:].all()  # they would not meet by chance
    assert take_part(np.array([5] * 80 + [400] * 20), n_all=1_000).all()  # not a hundredth: all of a kind
    assert not take_part(np.array([1, 0]), n_all=3).any()


CROWD = crowd(600, 6_000, hours=600.0)
SHARED = 0.1  # of a farm of 120, for each of 60 jobs: two accounts have .6 targets in common, two jobs 1.2 accounts


def test_a_pool_is_found_of_which_two_accounts_share_next_to_nothing() -> None:
    graph = graph_of(CROWD + farm("f", 120, 60, share=SHARED))
    names = graph.events.account_ids.to_pylist()
    pool = [names[a] for a in find_pools(graph)[0].tolist()]
    assert len(pool) > 80
    assert all(name.startswith("f") for name in pool)


def test_who_comes_to_the_turnouts_of_a_pool_by_chance_does_not_belong() -> None:
    world = {"n_organic_accounts": 4_000, "n_organic_events": 40_000, "cover": (4.0, 4.0), "rng": 1}
    work = {"n_accounts": 300, "n_jobs": 100, "participation": (0.25, 0.25), "job_sizes": None}
    log = cg.simulate("follower-seller", **world, **work)
    graph = cg.build_graph(cg.read_events(log.events))
    farm = np.isin(graph.events.account_ids.to_pylist(), log.truth["account"].to_pylist())
    came = find_turnouts(graph, np.ones(graph.n_events, np.bool_))
    pool = find_pools(graph)[0]
    returned = came.accounts[np.bincount(came.place) >= turnouts.LEAST_TURNOUTS]
    assert farm[pool].sum() > 200
    assert farm[pool].mean() > 3 * farm[returned].mean()
    assert [(ring.verdict, len(ring.accounts)) for ring in cg.find_rings(log.events)] == [("ring", 300)]


def test_slots_that_are_left_out_make_no_pool() -> None:
    graph = graph_of(CROWD + farm("f", 120, 60, share=SHARED))
    of_farm = np.array([name.startswith("f") for name in graph.events.account_ids.to_pylist()])
    assert not any(of_farm[pool].any() for pool in find_pools(graph, ~of_farm[graph.slots.account]))


@pytest.mark.parametrize("n_threads", [1, 2])
def test_pools_are_the_same_on_any_number_of_threads(n_threads: int) -> None:
    graph = graph_of(CROWD + farm("f", 120, 60, share=SHARED))
    one, other = find_pools(graph), find_pools(graph, n_threads=n_threads)
    assert np.array_equal(one.account_code, other.account_code)


def test_a_log_of_one_event_has_no_pools() -> None:
    assert len(find_pools(graph_of([("a", "x", 0.0)]))) == 0
