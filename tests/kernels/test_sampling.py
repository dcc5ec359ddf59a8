"""The choice among ties against the naive twin."""

import numpy as np
import oracles
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clickgraph.kernels.sampling import bring_forward, choose, pair_hashes

CODES = st.integers(0, 2**31 - 1)
OTHERS = st.lists(CODES, unique=True, max_size=40)


@given(CODES, OTHERS)
def test_hashes_equal_the_twin(i: int, others: list[int]) -> None:
    found = pair_hashes(i, np.array(others, dtype=np.int32))
    assert found.dtype == np.uint64
    assert found.tolist() == [oracles.pair_hash(i, j) for j in others]


@given(CODES, OTHERS, st.integers(0, 45))
def test_the_smallest_hashes_are_kept(i: int, others: list[int], n_chosen: int) -> None:
    codes = np.array(others, dtype=np.int32)
    smallest = sorted(others, key=lambda j: oracles.pair_hash(i, j))[:n_chosen]
    assert sorted(codes[choose(i, codes, n_chosen, n_chosen)[0]].tolist()) == sorted(smallest)


@given(CODES, OTHERS, st.integers(0, 45), st.integers(0, 9))
def test_how_many_there_are_equals_the_twin(i: int, others: list[int], n_chosen: int, more: int) -> None:
    n_told = n_chosen + more
    assert choose(i, np.array(others, dtype=np.int32), n_chosen, n_told)[1] == oracles.estimate_passing(
        i, others, n_told
    )


@pytest.mark.parametrize(("n", "n_told"), [(2_000, 64), (1_000, 48), (700, 256)])
def test_the_estimate_of_how_many_is_unbiased_and_as_exact_as_told(n: int, n_told: int) -> None:
    others = np.arange(n, dtype=np.int32)
    estimates = np.array([choose(i, others, 16, n_told)[1] for i in range(n, n + 2_000)])
    error = n / np.sqrt(n_told - 1)
    assert abs(estimates.mean() - n) < 5 * error / np.sqrt(len(estimates))
    assert estimates.std() < 1.1 * error


@given(st.integers(0, 1_000), st.lists(st.integers(0, 10_000), unique=True, min_size=2, max_size=40), st.data())
def test_the_smallest_hashes_come_forward(i: int, others: list[int], data: st.DataObject) -> None:
    n, shift = data.draw(st.integers(0, len(others) - 1)), data.draw(st.integers(0, 5))
    codes = np.array(others, dtype=np.int32)
    bring_forward(i, codes, shift, n)
    ranked = sorted(others, key=lambda j: oracles.pair_hash(i, j + shift))
    assert sorted(codes[:n].tolist()) == sorted(ranked[:n])
    assert sorted(codes.tolist()) == sorted(others)
