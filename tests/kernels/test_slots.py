"""The index of the slots against the naive twin."""

import numpy as np
import oracles
import pyarrow as pa
from hypothesis import given
from logs import logs

import clickgraph as cg
from clickgraph.kernels.slots import repeated_slots


@given(logs())
def test_repeats_equal_the_twin(log: pa.Table) -> None:
    slots = cg.build_graph(cg.read_events(log)).slots
    found = repeated_slots(slots.target, slots.account_indptr, slots.account_slots)
    assert found.tolist() == slots.is_repeated.tolist() == oracles.repeated_slots(slots.account, slots.target)


@given(logs(posts=True))
def test_every_slot_is_once_among_its_accounts_places_and_acts(log: pa.Table) -> None:
    slots = cg.build_graph(cg.read_events(log)).slots
    for account in range(len(slots.account_indptr) - 1):
        own = slice(slots.account_indptr[account], slots.account_indptr[account + 1])
        expected = np.flatnonzero(slots.account == account)
        assert np.array_equal(slots.account_slots[own], expected)
        assert np.array_equal(np.sort(slots.account_acts[own]), expected)
        assert (np.diff(slots.act[slots.account_acts[own]]) >= 0).all()
