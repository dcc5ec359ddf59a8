"""The sums of hashes add up over the parts of a log, in any order, and know every value."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from clickgraph.kernels.fingerprint import sum_of_rows

ROW = st.tuples(*[st.integers(0, 2**31 - 1)] * 4, st.integers(-(2**62), 2**62))


def _sums(rows: list[tuple[int, ...]], *, acts: bool) -> list[int]:
    columns = np.array(rows, dtype=np.int64).reshape(-1, 5).T
    *codes, act = (columns[k].astype(np.int32) for k in range(4))
    return sum_of_rows(*codes, act if acts else act[:0], columns[4].copy()).tolist()


@given(st.lists(ROW, max_size=20), st.integers(0, 20), st.booleans())
def test_parts_add_up(rows: list[tuple[int, ...]], cut: int, acts: bool) -> None:
    parts = [_sums(part, acts=acts) for part in (rows[cut:][::-1], rows[:cut])]
    assert [(one + other) % 2**64 for one, other in zip(*parts, strict=True)] == _sums(rows, acts=acts)


@given(ROW, st.integers(0, 4))
def test_each_value_counts(row: tuple[int, ...], place: int) -> None:
    other = [value + (k == place) * (-1 if value > 0 else 1) for k, value in enumerate(row)]
    assert all(a != b for a, b in zip(_sums([row], acts=True), _sums([tuple(other)], acts=True), strict=True))


def test_more_rows_than_are_hashed_at_a_time() -> None:
    rows = [(k, 1, 2, 3, k * k) for k in range(40_000)]
    halves = [_sums(part, acts=True) for part in (rows[:17_000], rows[17_000:])]
    assert [(one + other) % 2**64 for one, other in zip(*halves, strict=True)] == _sums(rows, acts=True)
