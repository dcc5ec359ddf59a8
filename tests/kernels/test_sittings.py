"""Sittings against the naive twin."""

import numpy as np
import oracles
from hypothesis import given
from hypothesis import strategies as st

from clickgraph.kernels.sittings import number_sittings

EVENTS = st.lists(st.tuples(st.integers(0, 4), st.integers(-20, 20)), max_size=40)


@given(EVENTS, st.integers(0, 10))
def test_equal_the_twin(events: list[tuple[int, int]], length: int) -> None:
    account, time = np.array(sorted(events), dtype=np.int64).reshape(-1, 2).T
    found = number_sittings(account.astype(np.int32), time, length)
    assert found.tolist() == oracles.sittings(account, time, length)


def test_a_sitting_has_an_end_however_busy_the_account() -> None:
    assert number_sittings(np.zeros(7, np.int32), np.arange(0, 70, 10), 30).tolist() == [0, 0, 0, 0, 1, 1, 1]
