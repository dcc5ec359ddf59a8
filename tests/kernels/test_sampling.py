"""The choice among ties against the naive twin."""

import numpy as np
import oracles
from hypothesis import given
from hypothesis import strategies as st

from clickgraph.kernels.sampling import chosen, pair_hashes

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
    assert sorted(codes[chosen(i, codes, n_chosen)].tolist()) == sorted(smallest)
