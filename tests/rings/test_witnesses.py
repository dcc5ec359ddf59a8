"""Witnesses: each act in its burst, against a slow search; sittings, occasions and arrivals against the same."""

import math
from itertools import pairwise

import numpy as np
import oracles
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_rings import make_ring, make_rings, two_rings
from scipy.stats import spearmanr

import clickgraph as cg
from clickgraph.rings.arrivals import Arrivals, compare_in_turn
from clickgraph.rings.occasions import HOUR, label_occasions, label_sittings, measure_occasions
from clickgraph.rings.rhythm import find_busiest, find_shifts
from clickgraph.rings.witnesses import Witnesses, find_intervals

places = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 40)), max_size=40)


@given(places, st.lists(st.tuples(st.integers(0, 3), st.sets(st.integers(0, 40), min_size=2, max_size=6)), max_size=4))
def test_finds_the_interval_that_holds_a_time(asked: list[tuple[int, int]], cuts: list[tuple[int, set[int]]]) -> None:
    intervals = []
    for target, marks in dict(cuts).items():
        ordered = sorted(marks)
        intervals += [(target, a, b - 1) for a, b in list(pairwise(ordered))[::2]]  # disjoint: every other gap
    held = tuple(np.array([row[at] for row in intervals], dtype=np.int64) for at in range(3))
    target, time = (np.array([row[at] for row in asked], dtype=np.int64) for at in range(2))
    expected = [
        next((at for at, (of, a, b) in enumerate(intervals) if of == t and a <= moment <= b), -1) for t, moment in asked
    ]
    assert find_intervals(target, time, intervals=held).tolist() == expected


def test_every_act_lies_in_its_burst() -> None:
    for ring in two_rings():
        acts = Witnesses.of(ring)
        bursts = ring.bursts.to_pylist()
        for at, act in enumerate(ring.acts):
            burst = bursts[acts.burst[at]]
            assert burst["content"] == act["content"]
            assert burst["start"] <= act["time"] <= burst["end"]
            assert ring.accounts[acts.account[at]].as_py() == act["account"]
        assert np.unique(acts.target).size == len(ring.contents)


def test_an_act_outside_all_bursts_is_in_none() -> None:
    rows = make_ring("r", ["a1", "a2"], ["c1"])
    rows["acts"][0]["time"] = rows["acts"][0]["time"].replace(year=2020)
    rows["acts"][1]["content"] = "c9"
    acts = Witnesses.of(make_rings(rows)[0])
    assert acts.burst.tolist() == [-1, -1]
    assert acts.hits().tolist() == [0, 0]


@given(st.lists(st.tuples(st.integers(0, 20 * HOUR), st.integers(0, 2 * HOUR)), min_size=1, max_size=12))
def test_occasions_are_the_connected_parts(spans: list[tuple[int, int]]) -> None:
    start = np.array([a for a, _ in spans])
    end = start + np.array([length for _, length in spans])
    label = label_occasions(start, end)
    joined = np.eye(len(spans), dtype=bool)
    for i in range(len(spans)):
        for j in range(len(spans)):
            joined[i, j] |= start[i] <= end[j] + HOUR and start[j] <= end[i] + HOUR
    for _ in spans:
        joined = (joined.astype(int) @ joined) > 0
    assert np.array_equal(label[:, None] == label[None, :], joined)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 10)), max_size=30))
def test_a_sitting_is_the_hour_from_its_first_act(rows: list[tuple[int, int]]) -> None:
    account = np.array([a for a, _ in rows], dtype=np.int64)
    time = np.array([t for _, t in rows], dtype=np.int64) * (HOUR // 2)
    label = label_sittings(account, time)
    order = np.lexsort((time, account))
    assert label[order].tolist() == oracles.sittings(account[order], time[order], HOUR)


def test_a_ring_that_does_all_in_one_go_has_one_sitting_a_member() -> None:
    rows = make_ring("r", ["a1", "a2", "a3"], ["c1", "c2"])
    for table in ("bursts", "acts"):
        for row in rows[table]:
            for name in {"start", "end", "time"} & set(row):
                row[name] = row[name].replace(hour=12)
    ring = make_rings(rows)[0]
    facts = measure_occasions(ring, Witnesses.of(ring))
    assert facts == {"n_bursts": 2, "n_acts": 6, "n_occasions": 1, "n_sittings": 3, "core_seconds": 20.0}


class TestArrivals:
    @given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 8), st.integers(0, 9)), min_size=1, max_size=60))
    def test_like_spearman_over_the_common_ones(self, rows: list[tuple[int, int, int]]) -> None:
        columns = (np.array(column, dtype=np.int64) for column in zip(*rows, strict=True))
        came = Arrivals.of(*columns)
        groups = {}
        for group, item, time in sorted(rows, reverse=True):
            groups.setdefault(group, {})[item] = time
        turn = sorted(groups.values(), key=lambda times: min(times.values()))
        order = sorted(groups, key=lambda group: (min(groups[group].values()), group))
        turn = [groups[group] for group in order]
        total = weight = 0.0
        for one, two in pairwise(turn):
            common = sorted(set(one) & set(two))
            x, y = [one[k] for k in common], [two[k] for k in common]
            if len(common) >= 3 and len(set(x)) > 1 and len(set(y)) > 1:
                total += spearmanr(x, y).statistic * (len(common) - 1)
                weight += len(common) - 1
        like = compare_in_turn(came)
        if weight == 0:
            assert like.rank_correlation is None
        else:
            assert math.isclose(like.rank_correlation or 0.0, total / weight, abs_tol=1e-9)
            assert math.isclose(like.random_sd or 0.0, weight**-0.5)

    def test_the_spread_of_a_random_order_is_as_said(self) -> None:
        rng = np.random.default_rng(0)
        n_groups, n_items = 4, 6
        found, sd = [], 0.0
        for _ in range(2_000):
            time = np.concatenate([10_000 * g + rng.permutation(n_items) for g in range(n_groups)])
            like = compare_in_turn(
                Arrivals.of(np.repeat(np.arange(n_groups), n_items), np.tile(np.arange(n_items), n_groups), time)
            )
            found.append(like.rank_correlation)
            sd = like.random_sd or 0.0
        assert sd == pytest.approx(15**-0.5)
        assert np.mean(found) == pytest.approx(0.0, abs=0.02)
        assert np.std(found) == pytest.approx(sd, rel=0.05)

    def test_repeated_lags_are_counted(self) -> None:
        lag = np.array([0, 60, 130, 300]) * 1_000_000
        time = np.concatenate((lag, 10**12 + lag))
        like = compare_in_turn(Arrivals.of(np.repeat([0, 1], 4), np.tile(np.arange(4), 2), time))
        assert (like.same_lag, like.same_lag_by_chance, like.n_pairs) == (1.0, 0.25, 1)
        assert like.rank_correlation == pytest.approx(1.0)

    def test_all_at_one_moment_have_no_order(self) -> None:
        like = compare_in_turn(Arrivals.of(np.repeat([0, 1], 3), np.tile(np.arange(3), 2), np.repeat([5, 9], 3)))
        assert (like.rank_correlation, like.random_sd, like.same_lag, like.n_pairs) == (None, None, 1.0, 1)

    def test_places_go_from_first_to_last(self) -> None:
        came = Arrivals.of(np.array([0, 0, 0, 0, 4]), np.array([3, 2, 1, 0, 1]), np.array([10, 30, 20, 20, 5]))
        assert dict(zip(came.item[:4].tolist(), came.places()[:4].tolist(), strict=True)) == {
            0: 0.5,
            1: 0.5,
            2: 1.0,
            3: 0.0,
        }
        assert came.places()[4] == 0.5
        assert came.lags().tolist() == [10, 10, 20, 0, 0]


class TestHours:
    @given(st.lists(st.integers(0, 5), min_size=24, max_size=24))
    def test_the_busiest_eight(self, counts: list[int]) -> None:
        begin, share = find_busiest(np.array(counts))
        sums = [sum(counts[(h + k) % 24] for k in range(8)) for h in range(24)]
        assert sums[begin] == max(sums)
        assert share == pytest.approx(max(sums) / max(1, sum(counts)))

    @given(st.lists(st.booleans(), min_size=24, max_size=24))
    def test_shifts_hold_every_active_hour_and_no_long_pause(self, active: list[bool]) -> None:
        shifts = find_shifts(np.array(active, dtype=np.int64))
        held = {hour % 24 for begin, end in shifts for hour in range(begin, end)}
        assert {hour for hour in range(24) if active[hour]} <= held
        if shifts != [[0, 24]]:
            idle = [hour for hour in held if not active[hour]]
            assert all(active[(hour - 1) % 24] and active[(hour + 1) % 24] for hour in idle)
            assert all(active[begin] and active[(end - 1) % 24] for begin, end in shifts)


def test_a_serial_farm_repeats_its_order() -> None:
    public = {"n_organic_accounts": 1_000, "n_organic_events": 8_000}
    world = cg.simulate("manual-farm", n_accounts=40, n_jobs=25, participation=(0.9, 0.9), rng=2, **public)
    order = cg.explain(cg.find_rings(world.events)[0]).facts["when"]
    assert order["accounts"]["rank_correlation"] > 0.5
    assert order["leaders"][0]["ahead"] > order["ahead_by_chance"]
