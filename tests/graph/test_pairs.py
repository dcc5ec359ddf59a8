"""A pair judged alone is the tie that the projection makes, and its meetings are the closest there are."""

import numpy as np
import pyarrow as pa
from hypothesis import given
from logs import logs

import clickgraph as cg
from clickgraph.graph.pairs import find_meetings, judge_pair
from clickgraph.graph.windows import parse_window


def test_a_tie_of_the_projection_is_judged_alike() -> None:
    world = cg.simulate("phone-farm", n_accounts=60, n_organic_accounts=1_000, n_organic_events=10_000, rng=1)
    graph = cg.build_graph(cg.read_events(world.events))
    ties = cg.project(graph)
    for at in range(0, len(ties), 97):
        judged = judge_pair(graph, (int(ties.other_code[at]), int(ties.account_code[at])))
        assert judged.shared[judged.best] == ties.shared[at]
        assert judged.expected[judged.best] == ties.expected[at]
        assert judged.windows[judged.best] == ties.window[at]
        assert judged.bits == ties.bits[at]


@given(logs(posts=True))
def test_counts_what_count_coactions_counts(log: pa.Table) -> None:
    graph = cg.build_graph(cg.read_events(log))
    ids = graph.events.account_ids.to_pylist()
    for window in ("10s", "1min", "ever"):
        counted = {(row["account"], row["other"]): row["shared"] for row in cg.count_coactions(graph, window=window)}
        for i in range(min(4, len(ids))):
            for j in range(i + 1, min(4, len(ids))):
                judged = judge_pair(graph, (j, i), windows=[window])
                assert judged.shared.tolist() == [counted.get((ids[i], ids[j]), 0)]
                assert judged.choice_bits == 0.0


@given(logs())
def test_meetings_are_the_closest_on_each_common_content(log: pa.Table) -> None:
    graph = cg.build_graph(cg.read_events(log))
    if graph.n_accounts < 2:
        return
    mine, theirs = find_meetings(graph, (0, 1))
    slots = graph.slots
    sides = [np.flatnonzero(slots.account == code) for code in (0, 1)]
    common = sorted(set(slots.target[sides[0]].tolist()) & set(slots.target[sides[1]].tolist()))
    assert slots.target[mine].tolist() == slots.target[theirs].tolist() == common
    for target, a, b in zip(common, mine, theirs, strict=True):
        gaps = [
            abs(int(slots.time[i]) - int(slots.time[j]))
            for i in sides[0] if slots.target[i] == target for j in sides[1] if slots.target[j] == target
        ]  # fmt: skip
        assert abs(int(slots.time[a]) - int(slots.time[b])) == min(gaps)
        assert slots.account[a] == 0
        assert slots.account[b] == 1


def test_a_window_s_name_and_width_agree() -> None:
    graph = cg.build_graph(cg.read_events({"account": ["a", "b"], "content": ["x", "x"], "time": [1.7e9, 1.7e9 + 5]}))
    assert judge_pair(graph, (0, 1)).windows.tolist()[-1] == parse_window("ever")
