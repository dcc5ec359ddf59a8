"""Promise: nobody who passes is lost, and who met at a distance only is dropped."""

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st
from logs import logs

import clickgraph as cg
from clickgraph.kernels.candidates import Scratch, find_candidates, new_scratch
from clickgraph.kernels.coaction import clear_row, count_candidates
from clickgraph.kernels.limits import Limits, limits_of
from clickgraph.kernels.promise import promising
from clickgraph.kernels.reach import slot_reach
from clickgraph.kernels.significance import Null
from clickgraph.kernels.slots import Slots

WINDOWS = np.array([0, 5_000_000, 40_000_000])
MOST_EXPECTED = np.array([-1.0, -1.0, 0.4, 0.9, 2.0])


def _slots_of(log: pa.Table) -> tuple[Slots, np.ndarray]:
    slots = cg.build_graph(cg.read_events(log)).slots
    return slots, slot_reach(slots.time, slots.target_indptr, np.full(len(slots.target_indptr) - 1, WINDOWS[-1]))


def _limits(slots: Slots, rates: tuple[float, float, float]) -> Limits:
    """Return limits in a log of one layer."""
    n_accounts, depth = len(slots.account_indptr) - 1, np.full(len(slots.target_indptr) - 1, len(WINDOWS), np.int32)
    n_events = np.diff(slots.account_indptr).astype(np.float64)
    everyone = np.arange(n_accounts + 1), np.zeros(n_accounts, np.int32), n_events
    return limits_of(Null(WINDOWS, depth, np.array(rates)[:, None], *everyone), MOST_EXPECTED)


def _promising(row: int, slots: Slots, reach: np.ndarray, limits: Limits, scratch: Scratch) -> set[int]:
    met = find_candidates(row, slots, reach, limits.enough, scratch)
    return set(promising(row, met, slots, reach, limits, scratch).tolist())


def _that_pass(row: int, slots: Slots, reach: np.ndarray, limits: Limits) -> set[int]:
    """Count every candidate and look at every window."""
    scratch, null = new_scratch(slots, len(WINDOWS), enough=2), limits.null
    met = find_candidates(row, slots, reach, 2, scratch)
    met = count_candidates(row, met, slots, reach, WINDOWS, 2, scratch)
    passing = set()
    for j in met.tolist():
        product = null.n_events[row] * null.n_events[j]
        proofs = np.minimum(scratch.counter[j], len(MOST_EXPECTED) - 1)
        if np.any(product * null.rates[:, 0] <= MOST_EXPECTED[proofs]):
            passing.add(j)
    clear_row(met, scratch)
    return passing


@given(log=logs(), narrow=st.floats(1e-3, 0.2), rise=st.floats(1.0, 4.0), more=st.floats(1.0, 4.0))
def test_nobody_who_passes_is_lost(log: pa.Table, narrow: float, rise: float, more: float) -> None:
    slots, reach = _slots_of(log)
    limits = _limits(slots, (narrow, narrow * rise, narrow * rise * more))
    scratch = new_scratch(slots, len(WINDOWS), enough=limits.enough)
    for row in range(len(slots.account_indptr) - 1):
        assert _that_pass(row, slots, reach, limits) <= _promising(row, slots, reach, limits, scratch)
        assert not scratch.near.any()
        scratch.seen[:] = 0


def _promising_to_first(seconds: int, *, n_other: int, rates: tuple[float, float, float], n_near: int) -> set[int]:
    """Who is promising to one of two accounts that met twice, so many seconds apart; a third acts elsewhere."""
    acts = [(0, 0, 0), (1, 0, seconds), (0, 1, 100), (1, 1, 100 + seconds), *((2, 2 + k, k) for k in range(n_other))]
    account, content, time = zip(*acts, strict=True)
    times = pa.array(time, pa.timestamp("s", "UTC"))
    slots, reach = _slots_of(pa.table({"account": account, "content": content, "time": times}))
    limits = _limits(slots, rates)
    assert limits.n_near == n_near
    return _promising(0, slots, reach, limits, new_scratch(slots, len(WINDOWS), enough=2))


def test_who_met_at_a_distance_only_is_dropped() -> None:
    assert _promising_to_first(10, n_other=2, rates=(0.001, 0.01, 1.0), n_near=2) == set()


def test_who_met_nearby_stays() -> None:
    assert _promising_to_first(5, n_other=2, rates=(0.001, 0.01, 1.0), n_near=2) == {1}


def test_who_is_less_active_than_others_may_pass_beyond_the_near_windows() -> None:
    assert _promising_to_first(5, n_other=20, rates=(0.005, 0.05, 1.0), n_near=1) == {1}
