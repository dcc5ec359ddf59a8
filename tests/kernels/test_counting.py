"""The pairs of one window against the naive twin."""

import numpy as np
import oracles
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from logs import logs

import clickgraph as cg
from clickgraph.kernels import counting
from clickgraph.kernels.counting import Pairs, act_rows, coaction_rows, new_tally, place_pairs
from clickgraph.kernels.reach import meeting_slots, slot_reach
from clickgraph.kernels.scratch import new_scratch
from clickgraph.kernels.slots import Slots

WINDOW = 20_000_000


def _plain(log: pa.Table) -> tuple[Slots, np.ndarray]:
    """Return a log's slots, each an act of its own, and what they reach."""
    slots = cg.build_graph(cg.read_events(log)).slots
    slots = slots._replace(act=np.empty(0, np.int32), account_acts=np.empty(0, np.int64))
    return slots, slot_reach(slots.time, slots.target_indptr, np.full(len(slots.target_indptr) - 1, WINDOW))


def _twin(slots: Slots, least: int) -> dict[tuple[int, int], int]:
    act = np.arange(len(slots.time))
    events = zip(*(column.tolist() for column in (slots.account, slots.target, slots.time, act)), strict=True)
    return {pair: n for pair, n in oracles.shared_targets(list(events), WINDOW).items() if n >= least}


def _as_dict(pairs: Pairs) -> dict[tuple[int, int], int]:
    account, other, shared = (column.tolist() for column in pairs)
    assert len(set(zip(account, other, strict=True))) == len(account)
    assert other == sorted(other)
    return dict(zip(zip(account, other, strict=True), shared, strict=True))


@given(logs(), st.integers(1, 3))
def test_pairs_equal_the_twin_however_often_it_is_counted(log: pa.Table, least: int) -> None:
    slots, reach = _plain(log)
    tally, n_accounts = new_tally(slots), len(slots.account_indptr) - 1
    for _ in range(3):
        assert _as_dict(coaction_rows(0, n_accounts, slots, reach, least, tally)) == _twin(slots, least)


@given(logs())
def test_counts_begin_anew_where_no_larger_base_fits(log: pa.Table) -> None:
    slots, reach = _plain(log)
    tally, n_accounts = new_tally(slots), len(slots.account_indptr) - 1
    tally.base[0] = np.iinfo(tally.times.dtype).max - 3
    tally.times[:] = tally.base[0]
    assert _as_dict(coaction_rows(0, n_accounts, slots, reach, 1, tally)) == _twin(slots, 1)


@given(logs())
def test_busy_accounts_are_counted_in_wider_counters(log: pa.Table) -> None:
    slots, reach = _plain(log)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counting, "NARROW", 0)
        tally = new_tally(slots)
    assert tally.times.dtype == np.uint32
    assert _as_dict(coaction_rows(0, len(slots.account_indptr) - 1, slots, reach, 1, tally)) == _twin(slots, 1)


@given(logs(), st.integers(1, 3))
def test_acts_of_one_target_each_are_counted_like_events(log: pa.Table, least: int) -> None:
    slots, reach = _plain(log)
    acts = slots._replace(
        act=np.arange(len(slots.time), dtype=np.int32), account_acts=slots.account_slots.astype(np.int64)
    )
    found = act_rows(0, len(slots.account_indptr) - 1, acts, reach, WINDOW, least, new_scratch(acts, 1, enough=least))
    assert _as_dict(found) == _twin(slots, least)


@given(logs())
def test_slots_meet_where_another_is_within_reach(log: pa.Table) -> None:
    slots, reach = _plain(log)
    assert meeting_slots(slots.time, slots.target, WINDOW).tolist() == (reach.sum(axis=1) > 0).tolist()


@given(st.lists(st.integers(0, 5), max_size=30), st.integers(0, 6))
def test_pairs_are_placed_by_account_in_their_order(accounts: list[int], cut: int) -> None:
    account = np.array(accounts, np.int32)
    other, shared = np.arange(len(account), dtype=np.int32), np.arange(len(account), dtype=np.int32)[::-1].copy()
    indptr = np.append(0, np.cumsum(np.bincount(account, minlength=6)))
    placed = np.full((len(account), 2), -1, np.int32)
    for first, last in ((0, cut), (cut, 6)):
        place_pairs(first, last, (account, other, shared), indptr, placed)
    order = np.argsort(account, kind="stable")
    assert placed.tolist() == np.stack((other[order], shared[order]), axis=1).tolist()
