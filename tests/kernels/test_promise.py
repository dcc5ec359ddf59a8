"""Promise: nobody who passes is lost, and who met at a distance only is dropped."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from logs import logs

import clickgraph as cg
from clickgraph.kernels.candidates import anyone, find_candidates
from clickgraph.kernels.coaction import clear_row, count_candidates
from clickgraph.kernels.limits import Limits, limits_of, seek
from clickgraph.kernels.mains import plan_rows
from clickgraph.kernels.promise import promising, with_near
from clickgraph.kernels.reach import slot_reach
from clickgraph.kernels.scratch import Scratch, new_scratch
from clickgraph.kernels.significance import Null, expect_shared
from clickgraph.kernels.slots import Slots

WINDOWS = np.array([0, 5_000_000, 40_000_000])
MOST_EXPECTED = np.array([-1.0, -1.0, 0.4, 0.9, 2.0])


def _slots_of(log: pa.Table) -> tuple[Slots, np.ndarray]:
    slots = cg.build_graph(cg.read_events(log)).slots
    return slots, slot_reach(slots.time, slots.target_indptr, np.full(len(slots.target_indptr) - 1, WINDOWS[-1]))


def _limits(slots: Slots, rates: tuple[float, float, float], *, n_near: int, n_layers: int = 1) -> Limits:
    """Return limits in a log of which each account acts in one layer or, half as often, in two."""
    n_accounts, depth = len(slots.account_indptr) - 1, np.full(len(slots.target_indptr) - 1, len(WINDOWS), np.int32)
    n_events = np.repeat(np.diff(slots.account_indptr) / n_layers, n_layers)
    everyone = n_layers * np.arange(n_accounts + 1), np.tile(np.arange(n_layers, dtype=np.int32), n_accounts), n_events
    of_layers = np.outer(rates, np.arange(1.0, n_layers + 1))
    return limits_of(Null(WINDOWS, depth, of_layers, *everyone), MOST_EXPECTED)._replace(n_near=n_near)


def _promising(row: int, slots: Slots, reach: np.ndarray, limits: Limits, scratch: Scratch) -> set[int]:
    main = int(plan_rows(slots, reach, limits.enough).main[row])
    met = find_candidates(row, seek(row, main, limits), slots, reach, scratch)
    return set(promising(row, met, limits, scratch).tolist())


def _that_pass(row: int, slots: Slots, reach: np.ndarray, limits: Limits) -> set[int]:
    """Count every candidate and look at every window."""
    scratch, null = new_scratch(slots, len(WINDOWS), enough=2), limits.null
    met = find_candidates(row, anyone(2), slots, reach, scratch)
    met = count_candidates(row, met, slots, reach, WINDOWS, 2, scratch)
    passing = set()
    for j in met.tolist():
        expect_shared(row, j, null, scratch.expected)
        proofs = np.minimum(scratch.counter[j], len(MOST_EXPECTED) - 1)
        if np.any(scratch.expected <= MOST_EXPECTED[proofs]):
            passing.add(j)
    clear_row(met, scratch)
    return passing


@pytest.mark.parametrize("n_layers", [1, 2])
@pytest.mark.parametrize("n_near", [0, 1, 2])
@given(log=logs(), narrow=st.floats(1e-3, 0.2), rise=st.floats(1.0, 4.0), more=st.floats(1.0, 4.0))
def test_nobody_who_passes_is_lost(
    n_near: int, n_layers: int, log: pa.Table, narrow: float, rise: float, more: float
) -> None:
    slots, reach = _slots_of(log)
    limits = _limits(slots, (narrow, narrow * rise, narrow * rise * more), n_near=n_near, n_layers=n_layers)
    scratch = new_scratch(slots, len(WINDOWS), enough=limits.enough)
    for row in range(len(slots.account_indptr) - 1):
        assert _that_pass(row, slots, reach, limits) <= _promising(row, slots, reach, limits, scratch)
        assert not scratch.near.any()
        scratch.seen[:] = 0


def _met_twice(seconds: int) -> tuple[Slots, np.ndarray]:
    """Two accounts on two contents, each time so many seconds apart; a third acts elsewhere."""
    acts = [(0, 0, 0), (1, 0, seconds), (0, 1, 100), (1, 1, 100 + seconds), (2, 2, 0)]
    account, content, time = zip(*acts, strict=True)
    times = pa.array(time, pa.timestamp("s", "UTC"))
    return _slots_of(pa.table({"account": account, "content": content, "time": times}))


def _promising_to_first(seconds: int, *, rates: tuple[float, float, float], n_near: int) -> set[int]:
    slots, reach = _met_twice(seconds)
    limits = _limits(slots, rates, n_near=n_near)
    return _promising(0, slots, reach, limits, new_scratch(slots, len(WINDOWS), enough=2))


def test_who_met_at_a_distance_only_is_dropped() -> None:
    assert _promising_to_first(10, rates=(0.001, 0.01, 1.0), n_near=2) == set()


def test_who_met_nearby_stays() -> None:
    assert _promising_to_first(5, rates=(0.001, 0.01, 1.0), n_near=2) == {1}


def test_a_wider_window_may_be_the_one() -> None:
    assert _promising_to_first(5, rates=(0.005, 0.05, 1.0), n_near=1) == {1}


@pytest.mark.parametrize(("seconds", "n_near"), [(10, 2), (5, 0)])
def test_near_are_as_many_windows_as_leave_the_fewest(seconds: int, n_near: int) -> None:
    slots, reach = _met_twice(seconds)
    limits, scratch = _limits(slots, (0.001, 0.01, 1.0), n_near=0), new_scratch(slots, len(WINDOWS), enough=2)
    assert with_near(limits, plan_rows(slots, reach, 2), slots, reach, scratch).n_near == n_near
    assert not scratch.seen.any()
