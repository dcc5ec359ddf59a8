"""Ids, and the plain columns that worlds are made of."""

import numpy as np
import pyarrow as pa
import pytest

from clickgraph.simulation.worlds import Acts, draw_ids, in_time_order, join_acts, keep_first, to_times


def acts(*rows):
    return Acts(*(np.array(column, dtype=np.int64) for column in zip(*rows, strict=True)))


def test_keep_first_drops_the_second_act_on_a_content():
    kept = keep_first(acts((0, 1, 5), (2, 1, 6), (0, 1, 3), (0, 2, 9)))
    assert kept.account.tolist() == [0, 2, 0]
    assert kept.time.tolist() == [5, 6, 9]


def test_no_acts_at_all():
    assert len(keep_first(join_acts([]))) == 0


@pytest.mark.parametrize("known", [["account-1234567"], [3, 5, 9]])
def test_new_ids_are_distinct_unknown_and_of_the_known_type(known):
    known = pa.array(known)
    fresh = draw_ids(500, known=known, prefix="account", rng=np.random.default_rng(0))
    assert fresh.type == known.type
    assert len(set(fresh.to_pylist())) == 500
    assert not set(fresh.to_pylist()) & set(known.to_pylist())
    assert fresh.to_pylist() != sorted(fresh.to_pylist())


def test_new_numbers_are_found_where_the_known_ones_lie_densely():
    known = pa.array(range(1000))
    fresh = draw_ids(50, known=known, prefix="x", rng=np.random.default_rng(0))
    assert len(set(fresh.to_pylist()) - set(range(1000))) == 50


def test_time_order_keeps_the_order_of_equal_times():
    table = pa.table({"time": to_times(np.array([5, 1, 5])), "row": [0, 1, 2]})
    assert in_time_order(table)["row"].to_pylist() == [1, 0, 2]
