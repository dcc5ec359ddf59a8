"""Tails and e-values against scipy, and the choice of ties."""

import numpy as np
import oracles
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import hypergeom, poisson

from clickgraph.kernels.bursts import burst_nats
from clickgraph.kernels.sampling import choose
from clickgraph.kernels.significance import poisson_tail_bits


@given(st.integers(1, 400), st.floats(1e-6, 300))
def test_the_tail_equals_scipy(count: int, expected: float) -> None:
    bits = -poisson.logsf(count - 1, expected) / np.log(2)
    if np.isfinite(bits):
        assert poisson_tail_bits(count, expected) == pytest.approx(bits, rel=1e-8, abs=1e-8)


def test_no_tail_without_a_count_and_no_chance_without_an_expectation() -> None:
    assert poisson_tail_bits(0, 2.0) == 0.0
    assert poisson_tail_bits(3, 0.0) == np.inf


COUNTS = st.integers(0, 60)


@given(COUNTS, COUNTS, st.integers(0, 400), st.integers(0, 10**6))
def test_a_burst_is_worth_what_the_twin_says(n: int, n_outside: int, more_members: int, more_others: int) -> None:
    given = n, n_outside, n + more_members, n_outside + more_others
    assert burst_nats(*given) == pytest.approx(oracles.burst_nats(*given), rel=1e-7, abs=1e-7)


def test_no_evidence_without_a_surplus() -> None:
    assert burst_nats(0, 3, 5, 100) == 0.0
    assert burst_nats(2, 2, 50, 50) == 0.0  # exactly as many as expected
    assert burst_nats(5, 0, 5, 0) == 0.0  # nobody to compare with


@given(st.integers(1, 80), st.integers(1, 200), st.integers(1, 5_000))
def test_bursts_above_expectation_are_e_values(n_drawn: int, n_members: int, n_others: int) -> None:
    n_drawn = min(n_drawn, n_members + n_others)
    n = np.arange(max(0, n_drawn - n_others), min(n_drawn, n_members) + 1)
    chance = hypergeom.pmf(n, n_members + n_others, n_members, n_drawn)
    worth = np.array([burst_nats(int(k), int(n_drawn - k), n_members, n_others) for k in n])
    above = n * (n_members + n_others) > n_drawn * n_members
    assert (worth[~above] == 0.0).all()
    assert (chance * np.exp(worth))[above].sum() <= 1.0 + 1e-9


@given(st.integers(0, 10_000), st.integers(1, 300), st.integers(1, 80))
def test_an_account_chooses_so_many_and_always_the_same(i: int, n_others: int, n_chosen: int) -> None:
    others = np.arange(n_others, dtype=np.int32)
    kept, _ = choose(i, others, n_chosen, n_chosen)
    assert kept.sum() == min(n_others, n_chosen)
    assert set(others[kept]) == set(others[::-1][choose(i, others[::-1].copy(), n_chosen, n_chosen)[0]])


def test_every_other_is_as_likely_to_be_chosen() -> None:
    others = np.arange(100, dtype=np.int32)
    times = np.sum([choose(i, others, 20, 20)[0] for i in range(100, 2_100)], axis=0)
    assert abs(times - 400).max() < 5 * np.sqrt(2_000 * 0.2 * 0.8)
