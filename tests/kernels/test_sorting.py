"""The radix sort against sorted(), and the rows that repeat the one before against a walk."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from clickgraph.kernels import sorting
from clickgraph.kernels.sorting import sort_rows

KEY = st.one_of(st.integers(0, 2), st.integers(0, 5000), st.integers(0, 2**62))
LOGS = st.lists(st.tuples(KEY, st.integers(0, 3000), KEY), max_size=40)


def keys_of(rows: list[tuple[int, int, int]]) -> list[np.ndarray]:
    columns = list(zip(*rows, strict=True)) or [(), (), ()]
    return [np.array(column, kind) for column, kind in zip(columns, (np.int64, np.int32, np.int64), strict=True)]


@given(LOGS, st.sampled_from([1, 3, 1 << 16]))
def test_equal_to_sorted_and_stable(rows: list[tuple[int, int, int]], part: int) -> None:
    order, repeat = sort_rows(keys_of(rows), part=part)
    expected = sorted(range(len(rows)), key=lambda row: rows[row])
    assert (list(range(len(rows))) if order is None else order.tolist()) == expected
    assert (order is None) == (rows == sorted(rows)) or len(set(rows)) < len(rows)
    ordered = sorted(rows)
    assert repeat.tolist() == [k > 0 and ordered[k] == ordered[k - 1] for k in range(len(rows))]


def test_rows_beyond_int32_are_counted_in_int64(monkeypatch: object) -> None:
    assert sorting.rows_in_place(3).dtype == np.int32
    monkeypatch.setattr(sorting, "_INT32_MAX", 2)  # type: ignore[attr-defined]
    order, _ = sort_rows([np.array([2, 1, 0])])
    assert order is not None
    assert order.dtype == np.int64
    assert order.tolist() == [2, 1, 0]
