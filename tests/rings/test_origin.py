"""Where acts stand in the log: found whatever else is there, and refused where they are not."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from logs import logs
from made_logs import its_log, one_ring
from made_rings import make_ring, make_rings, two_rings

import clickgraph as cg
from clickgraph.errors import InputError
from clickgraph.log.table import Table
from clickgraph.rings.beyond import Beyond
from clickgraph.rings.origin import code_in, find_rows


@given(logs(), st.integers(0, 2**32 - 1))
def test_any_events_are_found_again(log: pa.Table, seed: int) -> None:
    events = cg.read_events(log)
    rows = np.random.default_rng(seed).permutation(len(events))[: max(1, len(events) // 2)]
    acts = events.to_table().to_arrow().take(pa.array(rows))
    acts = acts.append_column("ring", pa.array(["r"] * len(rows)))
    assert find_rows(events, Table(acts)).tolist() == rows.tolist()


def test_repeats_of_one_moment_are_told_apart_and_two_rings_may_share_one() -> None:
    log = {"account": ["a"] * 3, "content": ["x"] * 3, "time": [1.7e9, 1.7e9, 1.7e9 + 1], "post_id": ["p", "q", "r"]}
    events = cg.read_events(log)
    table = events.to_table().to_arrow().drop_columns("post")
    twice = pa.concat_tables([table, table.slice(0, 1)])
    acts = Table(twice.append_column("ring", pa.array(["one", "one", "one", "two"])))
    assert sorted(find_rows(events, acts)[:3].tolist()) == [0, 1, 2]
    assert find_rows(events, acts)[3] == 0
    thrice = pa.concat_tables([table.slice(0, 1)] * 3).append_column("ring", pa.array(["one"] * 3))
    with pytest.raises(InputError, match="1 that are not there, the first by a on x"):
        find_rows(events, Table(thrice))


def test_acts_of_another_log_are_refused() -> None:
    events = its_log(one_ring())
    with pytest.raises(InputError, match=r"hold the acts of the rings \(22\); found 14 that are not there"):
        find_rows(events, two_rings().acts)
    numbers = make_rings(make_ring("r", [1, 2], ["c1"]), accounts=pa.int64())
    with pytest.raises(InputError, match="2 that are not there, the first by 1 on c1"):
        find_rows(events, numbers.acts)
    timeless = cg.read_events(events, time=None)
    with pytest.raises(InputError, match="a log with times"):
        find_rows(timeless, one_ring().acts)


def test_without_times_who_and_what_suffice() -> None:
    rings = make_rings(make_ring("r", ["a1", "a2"], ["c1"], clock=False))
    events = cg.read_events({"account": ["a2", "a1", "b"], "content": ["c1"] * 3, "action": ["like"] * 3}, time=None)
    assert find_rows(events, rings.acts).tolist() == [0, 1]
    assert Beyond.of(rings[0], events).n_debuts() is None


def test_a_value_of_another_type_is_nowhere() -> None:
    assert code_in(pa.array([1, 2]), pa.chunked_array([["2", "x"]])).tolist() == [-1, -1]
    assert code_in(pa.array([1, 2]), pa.chunked_array([[2, 3]])).tolist() == [1, -1]


def test_the_log_knows_members_and_acts() -> None:
    ring = one_ring()
    beyond = Beyond.of(ring, its_log(ring, ("b", "c1", 1_600_000_000), ("a1", "c1", 1_600_000_001)))
    assert beyond.is_act.sum() == len(ring.acts)
    assert (beyond.member >= 0).sum() == len(ring.acts) + 1
    assert beyond.n_events_on(ring.bursts["content"], ring.bursts["action"]).tolist() == [8, 6, 8]
    assert beyond.n_debuts() == 3
