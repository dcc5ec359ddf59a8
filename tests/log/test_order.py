import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clickgraph.log.order import order_rows

NOTHING = pa.table({})
# Small numbers make repeats, large ones need more than one machine word per row.
KEY = st.one_of(st.integers(0, 2), st.integers(0, 2**40))


@given(st.lists(st.tuples(KEY, KEY, KEY), max_size=30))
def test_equal_to_sorting_the_distinct_rows(log: list[tuple[int, int, int]]) -> None:
    keys = [np.array(column, np.int64) for column in zip(*log, strict=True)] or [np.empty(0, np.int64)] * 3
    rows, n_repeats = order_rows(keys, beside=NOTHING)
    kept = list(zip(*(key[rows].tolist() for key in keys), strict=True))
    assert kept == sorted(set(log))
    assert n_repeats == len(log) - len(set(log))


def test_sorted_rows_stay_in_place() -> None:
    rows, n_repeats = order_rows([np.array([0, 0, 1]), np.array([3, 4, 0])], beside=NOTHING)
    assert rows == slice(None)
    assert n_repeats == 0


@pytest.mark.parametrize(
    "values",
    [
        pa.array([3, 1, 2]),
        pa.array(["c", "a", "b"]),
        pa.array(["c", "a", "b"]).dictionary_encode(),
        pa.array([{"x": 3}, {"x": 1}, {"x": 2}]),
        pa.array([[3], [1], [2]]),
        pa.array([3, 1, None]),
    ],
)
def test_of_repeats_the_one_with_the_smallest_columns_stays(values: pa.Array) -> None:
    key = np.array([7, 7, 7])
    for order in ([0, 1, 2], [2, 1, 0], [1, 2, 0]):
        shuffled = values.take(pa.array(order))
        rows, n_repeats = order_rows([key], beside=pa.table({"x": shuffled}))
        assert n_repeats == 2
        assert shuffled.take(pa.array(rows)).to_pylist() == values.slice(1, 1).to_pylist()
