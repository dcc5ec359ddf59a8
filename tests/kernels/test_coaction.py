"""Counting co-actions against the naive twin, and its laws."""

import networkx as nx
import numpy as np
import oracles
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from logs import logs

import clickgraph as cg
from clickgraph.kernels.candidates import Sought, find_candidates, forget_candidates
from clickgraph.kernels.coaction import clear_row, count_row
from clickgraph.kernels.mains import NONE, plan_rows
from clickgraph.kernels.pairwise import count_pair
from clickgraph.kernels.reach import row_cost, slot_reach, target_pairs
from clickgraph.kernels.scratch import new_scratch
from clickgraph.kernels.slots import Slots

SECOND = 1_000_000
FOLDED = {"most_folded": 4}  # accounts counted together in four bytes
WINDOWS = np.array([0, 5 * SECOND, 40 * SECOND, 1 << 62])


def _slots(log: pa.Table) -> Slots:
    return cg.build_graph(cg.read_events(log)).slots


def _events(slots: Slots) -> list[oracles.Event]:
    act = slots.act if len(slots.act) else np.arange(len(slots.time))
    return list(zip(*(column.tolist() for column in (slots.account, slots.target, slots.time, act)), strict=True))


def _reach(slots: Slots, windows: np.ndarray, depth: np.ndarray) -> np.ndarray:
    """The slots that each reaches in the widest window of its target."""
    return slot_reach(slots.time, slots.target_indptr, np.array([-1, *windows])[depth])


def _counts(slots: Slots, windows: np.ndarray, depth: np.ndarray, **folded: int) -> list[dict[tuple[int, int], int]]:
    scratch = new_scratch(slots, len(windows), enough=1, **folded)
    reach = _reach(slots, windows, depth)
    found: list[dict[tuple[int, int], int]] = [{} for _ in windows]
    for row in range(len(slots.account_indptr) - 1):
        met = count_row(row, slots, reach, windows, 1, scratch)
        for j in met.tolist():
            for w in range(len(windows)):
                if j > row and scratch.counter[j, w]:
                    found[w][row, j] = int(scratch.counter[j, w])
        clear_row(met, scratch)
        counters = scratch.counter, scratch.seen, scratch.near, scratch.folded, scratch.ours, scratch.theirs
        assert not any(array.any() for array in counters)
    return found


@given(logs())
def test_counts_equal_the_twin_in_every_window(log: pa.Table) -> None:
    slots = _slots(log)
    depth = np.full(len(slots.target_indptr) - 1, len(WINDOWS), np.int32)
    expected = [oracles.shared_targets(_events(slots), int(window)) for window in WINDOWS]
    assert _counts(slots, WINDOWS, depth) == expected
    assert _counts(slots, WINDOWS, depth, **FOLDED) == expected


@given(logs())
def test_one_pair_equals_the_twin_in_every_window(log: pa.Table) -> None:
    slots = _slots(log)
    depth = np.full(len(slots.target_indptr) - 1, len(WINDOWS), np.int32)
    reach = _reach(slots, WINDOWS, depth)
    expected = [oracles.shared_targets(_events(slots), int(window)) for window in WINDOWS]
    n = len(slots.account_indptr) - 1
    for row in range(n):
        for other in set(range(n)) - {row}:
            counter = np.zeros((n, len(WINDOWS)), np.int32)
            count_pair(row, other, slots, reach, WINDOWS, counter)
            pair = (min(row, other), max(row, other))
            assert np.cumsum(counter[other]).tolist() == [found.get(pair, 0) for found in expected]


@given(logs(posts=True))
def test_one_act_is_one_proof(log: pa.Table) -> None:
    slots = _slots(log)
    depth = np.full(len(slots.target_indptr) - 1, len(WINDOWS), np.int32)
    expected = [oracles.shared_proofs(_events(slots), int(window)) for window in WINDOWS]
    assert _counts(slots, WINDOWS, depth) == expected
    assert _counts(slots, WINDOWS, depth, **FOLDED) == expected


@given(logs(), st.integers(0, 2**32 - 1))
def test_a_target_counts_in_the_windows_that_it_affords(log: pa.Table, seed: int) -> None:
    slots = _slots(log)
    depth = np.random.default_rng(seed).integers(0, len(WINDOWS) + 1, len(slots.target_indptr) - 1).astype(np.int32)
    for w, counts in enumerate(_counts(slots, WINDOWS, depth)):
        expected: dict[tuple[int, int], int] = {}
        for target, reach in enumerate(depth.tolist()):
            if reach:
                own = [event for event in _events(slots) if event[1] == target]
                for pair in oracles.shared_targets(own, int(WINDOWS[min(w, reach - 1)])):
                    expected[pair] = expected.get(pair, 0) + 1
        assert counts == expected


@given(logs(), st.integers(0, 2**32 - 1))
def test_reach_pairs_and_costs_equal_the_twin(log: pa.Table, seed: int) -> None:
    slots = _slots(log)
    n_targets = len(slots.target_indptr) - 1
    width = np.random.default_rng(seed).choice([-1, *WINDOWS], n_targets)
    reach = slot_reach(slots.time, slots.target_indptr, width)
    assert np.array_equal(reach, oracles.slot_reach(slots.time, slots.target, width))
    cost = row_cost(slots, reach)
    assert cost.sum() == reach.sum() + 8 * len(reach)
    assert np.array_equal(cost > 0, np.diff(slots.account_indptr) > 0)
    pairs = target_pairs(0, n_targets, slots.time, slots.target_indptr, WINDOWS)
    for w, window in enumerate(WINDOWS):
        both = oracles.slot_reach(slots.time, slots.target, np.full(n_targets, window)).sum(axis=1)
        assert np.array_equal(2 * pairs[:, w], np.bincount(slots.target, both, n_targets))
    half = n_targets // 2
    parts = [target_pairs(a, b, slots.time, slots.target_indptr, WINDOWS) for a, b in ((0, half), (half, n_targets))]
    assert np.array_equal(np.concatenate(parts), pairs)


@pytest.mark.parametrize("has_main", [False, True])
@given(
    log=logs(), enough=st.integers(1, 4), window=st.sampled_from(WINDOWS.tolist()),
    n_folded=st.sampled_from([1, 2, 16]), near=st.sampled_from([-1, *WINDOWS.tolist()]),
)  # fmt: skip
def test_whoever_shares_enough_is_a_candidate(
    has_main: bool, log: pa.Table, enough: int, window: int, n_folded: int, near: int
) -> None:
    slots = _slots(log)
    reach = _reach(slots, np.array([window]), np.ones(len(slots.target_indptr) - 1, np.int32))
    shared = oracles.shared_targets(_events(slots), window)
    shared_near = oracles.shared_targets(_events(slots), min(near, window)) if near >= 0 else {}
    scratch, agenda = new_scratch(slots, 1, enough=enough, most_folded=n_folded), plan_rows(slots, reach, enough)
    for row in range(len(slots.account_indptr) - 1):
        sought = Sought(int(agenda.main[row]) if has_main else NONE, enough, (0, 0, 0), near)
        found = find_candidates(row, sought, slots, reach, scratch)
        partners = {sum(pair) - row for pair, n in shared.items() if row in pair and n >= enough}
        met = {sum(pair) - row for pair in shared if row in pair}
        assert partners <= set(found.tolist())
        assert has_main or set(found.tolist()) <= met
        assert len(set(found.tolist())) == len(found)
        assert np.array_equal(scratch.seen >= enough, np.isin(np.arange(len(scratch.seen)), found))
        for other in found.tolist():
            pair = (min(row, other), max(row, other))
            assert scratch.seen[other] >= shared.get(pair, 0)
            assert scratch.near[other] >= shared_near.get(pair, 0)
        forget_candidates(found, scratch)
        assert not any(column.any() for column in (scratch.seen, scratch.near, scratch.folded))


@given(logs(), st.integers(2, 3), st.sampled_from(WINDOWS.tolist()), st.integers(0, 2**32 - 1))
def test_of_busier_accounts_more_is_asked_unless_they_were_near(
    log: pa.Table, enough: int, near: int, seed: int
) -> None:
    slots = _slots(log)
    window, rng = int(WINDOWS[-1]), np.random.default_rng(seed)
    reach = _reach(slots, np.array([window]), np.ones(len(slots.target_indptr) - 1, np.int32))
    far, nearby = (oracles.shared_targets(_events(slots), width) for width in (window, near))
    n = len(slots.account_indptr) - 1
    busier = tuple(sorted(rng.integers(0, n + 1, 3).tolist(), reverse=True))
    scratch, agenda = new_scratch(slots, 1, enough=enough), plan_rows(slots, reach, enough)
    for row in range(n):
        sought = Sought(int(agenda.main[row]), enough, busier, near)
        found = find_candidates(row, sought, slots, reach, scratch)
        for other in set(range(n)) - {row}:
            pair = (min(row, other), max(row, other))
            asked = enough + sum(other < bound for bound in busier)
            if far.get(pair, 0) >= asked:
                assert other in found
                assert scratch.seen[other] >= far[pair]
            if nearby.get(pair, 0) >= enough:
                assert other in found
                assert scratch.near[other] >= nearby[pair]
        forget_candidates(found, scratch)


def test_many_co_actions_are_counted_and_forgotten_in_stretches() -> None:
    times = np.arange(3000) % 1500 + 1_700_000_000
    log = {"account": np.arange(3000) % 1500, "content": np.arange(3000) // 1500, "time": times}
    slots = _slots(pa.table(log))
    windows = np.array([0, 5 * SECOND, 1 << 62])
    (nobody, few, everyone) = _counts(slots, windows, np.full(2, 3, np.int32))
    assert (nobody, few, everyone) == tuple(_counts(slots, windows, np.full(2, 3, np.int32), **FOLDED))
    assert nobody == {}
    assert few == {(i, j): 2 for i in range(1500) for j in range(i + 1, min(1500, i + 6))}
    assert len(everyone) == 1500 * 1499 // 2
    assert set(everyone.values()) == {2}


def _as_dict(pairs: cg.Table) -> dict[tuple[int, int], int]:
    return {(row["account"], row["other"]): row["shared"] for row in pairs.to_pylist()}


@given(logs())
def test_without_a_window_it_is_the_bipartite_projection(log: pa.Table) -> None:
    graph = cg.build_graph(cg.read_events(log))
    found = _as_dict(cg.count_coactions(graph, window=None))
    binary = (graph.to_scipy() > 0).astype(np.int64)
    product = (binary @ binary.T).toarray()
    ids = graph.events.account_ids.to_pylist()
    by_scipy = {
        (ids[i], ids[j]): int(product[i, j]) for i in range(len(ids)) for j in range(i + 1, len(ids)) if product[i, j]
    }
    simple = nx.Graph(graph.to_networkx())
    side = [node for node, kind in simple.nodes(data="bipartite") if kind == 0]
    projected = nx.bipartite.weighted_projected_graph(simple, side)
    by_networkx = {(min(a[1], b[1]), max(a[1], b[1])): weight for a, b, weight in projected.edges(data="weight")}
    assert found == by_scipy == by_networkx


@given(logs())
def test_a_wider_window_never_lowers_a_count(log: pa.Table) -> None:
    graph = cg.build_graph(cg.read_events(log))
    narrow, wide = (_as_dict(cg.count_coactions(graph, window=window)) for window in ("5s", "1min"))
    assert all(wide[pair] >= count for pair, count in narrow.items())


@given(logs(), st.randoms(use_true_random=False))
def test_shuffling_the_log_changes_nothing(log: pa.Table, random: object) -> None:
    order = list(range(len(log)))
    random.shuffle(order)  # type: ignore[attr-defined]
    one, other = (cg.build_graph(cg.read_events(table)) for table in (log, log.take(pa.array(order))))
    assert cg.count_coactions(one, window="20s") == cg.count_coactions(other, window="20s")


@given(logs())
def test_threads_change_nothing(log: pa.Table) -> None:
    graph = cg.build_graph(cg.read_events(log))
    one, two = (cg.count_coactions(graph, window="20s", n_threads=n) for n in (1, 2))
    assert one == two


@pytest.mark.parametrize("options", [{"min_shared": 0}, {"repeats": "some"}, {"window": "soon"}])
def test_unknown_options_are_refused(options: dict[str, object]) -> None:
    graph = cg.build_graph(cg.read_events({"account": [1, 2], "content": [1, 1], "time": [1.7e9, 1.7e9]}))
    with pytest.raises(ValueError, match="expected"):
        cg.count_coactions(graph, **{"window": "1min", **options})


def test_too_many_pairs_are_refused_before_they_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clickgraph.graph.counting.MOST_PAIRS", 3)
    graph = cg.build_graph(cg.read_events({"account": list(range(9)), "content": [1] * 9, "time": [1.7e9] * 9}))
    with pytest.raises(ValueError, match="narrower window"):
        cg.count_coactions(graph, window=None)
