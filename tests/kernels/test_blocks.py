"""Pairs in blocks against the naive twins."""

import numpy as np
import oracles
from hypothesis import given
from hypothesis import strategies as st

from clickgraph.kernels.blocks import blocks_near, pairs_on_targets

WINDOWS = np.array([0, 3, 1 << 62])
EVENT = st.tuples(st.integers(0, 15), st.integers(0, 3), st.booleans())  # time, block, at home


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 15)), max_size=40))
def test_pairs_of_a_target(events: list[tuple[int, int]]) -> None:
    ticks, count = np.unique(np.array(events, dtype=np.int64).reshape(-1, 2), axis=0, return_counts=True)
    indptr = np.searchsorted(ticks[:, 0], np.arange(5))
    found = pairs_on_targets(ticks[:, 1].copy(), count, indptr, WINDOWS)
    assert found.tolist() == [oracles.pairs_within(events, 4, int(window)) for window in WINDOWS]


@given(st.lists(st.tuples(st.sampled_from([0, 3, 1 << 62]), st.lists(EVENT, max_size=12).map(sorted)), max_size=5))
def test_blocks_of_others_near(drawn: list[tuple[int, list[tuple[int, int, bool]]]]) -> None:
    runs = [run for _, run in drawn]
    time, block, home = (np.array([event[k] for run in runs for event in run]) for k in range(3))
    indptr = np.cumsum([0, *map(len, runs)])
    windows = np.array([window for window, _ in drawn], dtype=np.int64)
    event, other = blocks_near(time.astype(np.int64), block.astype(np.int32), home.astype(np.bool_), indptr, windows, 4)
    found = list(zip(event.tolist(), other.tolist(), strict=True))
    assert len(set(found)) == len(found)
    assert set(found) == oracles.blocks_near(runs, windows.tolist())
