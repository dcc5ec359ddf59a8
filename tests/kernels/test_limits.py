"""Limits: whoever must have more in common with a row does not pass with less."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clickgraph.kernels.limits import Limits, limits_of, seek
from clickgraph.kernels.significance import Null

WINDOWS = np.array([0, 5_000_000, 40_000_000])
MOST_EXPECTED = np.array([-1.0, -1.0, 0.02, 0.3, 0.9, 2.0])


def _limits(n_events: list[int], rates: list[float], *, n_near: int) -> Limits:
    n = len(n_events)
    activity = np.arange(n + 1), np.zeros(n, np.int32), np.array(n_events, np.float64)
    null = Null(WINDOWS, np.zeros(0, np.int32), np.array(rates)[:, None], *activity)
    return limits_of(null, MOST_EXPECTED)._replace(n_near=n_near)


@given(
    n_events=st.lists(st.integers(2, 300), min_size=1, max_size=30), n_near=st.integers(0, 2),
    rates=st.lists(st.one_of(st.just(0.0), st.floats(1e-7, 1e-1)), min_size=3, max_size=3),
)  # fmt: skip
def test_who_must_share_more_does_not_pass_with_less(n_events: list[int], n_near: int, rates: list[float]) -> None:
    n_events, rates = sorted(n_events, reverse=True), sorted(rates)
    limits = _limits(n_events, rates, n_near=n_near)
    for row in range(len(n_events)):
        sought = seek(row, 7, limits)
        assert (sought.main, sought.enough) == (7, 2)
        assert sought.near == (WINDOWS[n_near - 1] if n_near else -1)
        assert list(sought.busier) == sorted(sought.busier, reverse=True)
        for n_proofs, bound in enumerate(sought.busier, start=2):
            for other in range(bound):
                assert n_events[row] * n_events[other] * rates[n_near] > MOST_EXPECTED[n_proofs]


def test_the_busiest_must_share_more_where_much_is_expected() -> None:
    # 100 times 100 times 1e-4 is one: more than what lets two, three or four pass; 100 times 2 passes with two.
    assert seek(0, -1, _limits([100, 100, 2], [1e-6, 1e-5, 1e-4], n_near=2)).busier == (2, 2, 2)


@pytest.mark.parametrize("n_events", [[2, 100], [100, 2]])
def test_accounts_in_another_order_are_asked_alike(n_events: list[int]) -> None:
    is_ranked = n_events[0] > n_events[1]
    assert (seek(0, -1, _limits(n_events, [1e-6, 1e-5, 1e-3], n_near=2)).busier == (0, 0, 0)) != is_ranked
