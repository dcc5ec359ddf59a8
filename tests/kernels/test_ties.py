"""Expectations, best windows and the ties of whole rows against the naive twins."""

from collections import Counter

import numpy as np
import oracles
import pytest
from hypothesis import given
from hypothesis import strategies as st
from logs import logs
from scipy.stats import poisson

import clickgraph as cg
from clickgraph.kernels.crowds import find_crowds, no_crowds
from clickgraph.kernels.limits import limits_of
from clickgraph.kernels.mains import plan_rows
from clickgraph.kernels.reach import slot_reach
from clickgraph.kernels.scratch import new_scratch
from clickgraph.kernels.significance import Null, best_window, expect_shared
from clickgraph.kernels.slots import Slots
from clickgraph.kernels.ties import Choice, Part, tie_rows

WINDOWS = np.array([0, 5_000_000, 40_000_000])
MOST_EXPECTED = np.array([-1.0, -1.0, 0.4, 0.9, 2.0])  # two proofs pass where few were expected
Tie = tuple[int, int, int, int]  # row, other, shared, window

ACTIVE = st.dictionaries(st.integers(0, 5), st.integers(1, 50))  # an account's events by layer


def _null(active: list[dict[int, int]], n_targets: int, rates: np.ndarray) -> Null:
    layers = [sorted(own) for own in active]
    return Null(
        windows=WINDOWS,
        depth=np.full(n_targets, len(WINDOWS), np.int32),
        rates=rates,
        indptr=np.cumsum([0, *map(len, layers)]),
        layer=np.array([layer for own in layers for layer in own], dtype=np.int32),
        n_events=np.array([own[layer] for own in active for layer in sorted(own)], dtype=np.float64),
    )


@given(ACTIVE, ACTIVE, st.integers(0, 2**32 - 1))
def test_expectations_equal_the_twin_both_ways(ours: dict[int, int], theirs: dict[int, int], seed: int) -> None:
    rates = np.random.default_rng(seed).random((len(WINDOWS), 6))
    null = _null([ours, theirs], 1, rates)
    one, other = np.full(len(WINDOWS), np.nan), np.full(len(WINDOWS), np.nan)
    expect_shared(0, 1, null, one)
    expect_shared(1, 0, null, other)
    assert one.tolist() == other.tolist()
    assert one.tolist() == pytest.approx(oracles.expect_shared(ours, theirs, rates))


@given(st.lists(st.tuples(st.integers(0, 30), st.floats(1e-3, 30)), min_size=1, max_size=6))
def test_the_best_window_equals_the_twin(counted: list[tuple[int, float]]) -> None:
    counts, expected = [n for n, _ in counted], [e for _, e in counted]
    counter = np.array([[0] * len(counts), counts], dtype=np.int32)
    assert best_window(1, counter, np.array(expected)) == oracles.best_window(counts, expected)


def _twin(
    slots: Slots, active: list[dict[int, int]], rates: np.ndarray, n_chosen: int, n_told: int
) -> tuple[set[Tie], list[int]]:
    act = slots.act if len(slots.act) else np.arange(len(slots.time))
    events = list(zip(*(c.tolist() for c in (slots.account, slots.target, slots.time, act)), strict=True))
    proofs = [oracles.shared_proofs(events, int(window)) for window in WINDOWS]
    ties, n_passing = set(), []
    for i in range(len(active)):
        passing = {}
        for j in set(range(len(active))) - {i}:
            counts = [found.get((min(i, j), max(i, j)), 0) for found in proofs]
            expected = oracles.expect_shared(active[i], active[j], rates)
            limits = [MOST_EXPECTED[min(n, len(MOST_EXPECTED) - 1)] for n in counts]
            if any(e <= limit for e, limit in zip(expected, limits, strict=True)):
                w = oracles.best_window(counts, expected)
                passing[j] = (i, j, counts[w], w)
        kept = sorted(passing, key=lambda j: oracles.pair_hash(i, j))[:n_chosen]
        ties |= {passing[j] for j in kept}
        n_passing.append(oracles.estimate_passing(i, passing, n_told))
    return ties, n_passing


@pytest.mark.parametrize("posts", [False, True])
@pytest.mark.parametrize("n_layers", [1, 2])
@given(
    data=st.data(),
    n_chosen=st.integers(1, 8),
    n_told=st.integers(0, 4),
    n_first=st.integers(1, 4),
    scale=st.floats(1e-3, 1.0),
    least=st.integers(0, 4),
)
def test_the_ties_of_all_rows_equal_the_twin(
    n_layers: int, posts: bool, data: st.DataObject, n_chosen: int, n_told: int, n_first: int, scale: float,
    least: int,
) -> None:  # fmt: skip
    slots = cg.build_graph(cg.read_events(data.draw(logs(posts=posts)))).slots
    n_accounts, n_targets = len(slots.account_indptr) - 1, len(slots.target_indptr) - 1
    layer_of = np.arange(n_targets) % n_layers
    active = [dict(Counter(layer_of[slots.target[slots.account == a]].tolist())) for a in range(n_accounts)]
    rates = scale * np.array([[0.1, 0.23], [0.3, 0.37], [0.71, 1.0]])[:, :n_layers]
    null, scratch = _null(active, n_targets, rates), new_scratch(slots, len(WINDOWS), enough=2)
    reach = slot_reach(slots.time, slots.target_indptr, np.full(n_targets, WINDOWS[-1]))
    part, choice = Part(0, n_accounts, 0, 0), Choice(n_chosen, n_chosen + n_told, n_first)
    limits = limits_of(null, MOST_EXPECTED)._replace(n_near=n_first % len(WINDOWS))
    crowds = find_crowds(slots, reach, crowd=least, least_visits=least) if least else no_crowds(n_targets)
    agenda = plan_rows(slots, reach, limits.enough)
    codes, values, in_order = tie_rows(agenda.rows, agenda.main, slots, reach, limits, choice, scratch, part, crowds)
    n_passing = in_order[np.argsort(agenda.rows)]
    assert not any(column.any() for column in (scratch.counter, scratch.seen, scratch.near))
    ties, expected_passing = _twin(slots, active, rates, n_chosen, n_chosen + n_told)
    assert {tuple(row) for row in codes.tolist()} == ties
    assert len(codes) == len(ties)
    assert n_passing.tolist() == expected_passing
    for (i, j, shared, w), (expected, bits) in zip(codes.tolist(), values.tolist(), strict=True):
        assert expected == pytest.approx(oracles.expect_shared(active[i], active[j], rates)[w])
        tail = -poisson.logsf(shared - 1, expected) / np.log(2)
        assert bits == pytest.approx(tail - np.log2(len(WINDOWS)), abs=1e-8)
