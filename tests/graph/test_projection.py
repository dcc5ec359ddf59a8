"""The slot null where contents are set apart, against a plain count; and the laws of the ties."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from logs import logs

import clickgraph as cg
from clickgraph.graph import sweep
from clickgraph.graph.null import layer_activity, pairs_of_targets, slot_null

WIDTHS = np.array([0, 5_000_000, 60_000_000])


@given(logs(), st.integers(0, 4))
def test_contents_set_apart_expect_their_own_and_the_rest_the_whole(log: pa.Table, n_apart: int) -> None:
    graph = cg.build_graph(cg.read_events(log))
    layer = (np.arange(len(graph.target_layer)) < n_apart).astype(np.int32)
    graph = replace(graph, target_layer=layer, base_layer=np.array([0, 0], np.int32))
    null, notices = slot_null(graph, WIDTHS, pairs_of_targets(graph.slots, WIDTHS), 1e9)
    assert notices == ()
    slots = list(zip(*(c.tolist() for c in (graph.slots.account, graph.slots.target, graph.slots.time)), strict=True))
    pools = [slots, [slot for slot in slots if layer[slot[1]] == 1]]
    for k, pool in enumerate(pools):
        n = len(pool)
        for w, width in enumerate(WIDTHS):
            pairs = sum(
                one[1] == other[1] and layer[one[1]] == k and abs(one[2] - other[2]) <= width
                for at, one in enumerate(slots) for other in slots[:at]
            )  # fmt: skip
            assert null.rates[w, k] == pytest.approx(2 * pairs / max(n * (n - 1), 1))
    indptr, of_layer, n_events = layer_activity(graph)
    active = [Counter(slot[0] for slot in pool) for pool in pools]
    for a in range(graph.n_accounts):
        own = dict(zip(of_layer[indptr[a] : indptr[a + 1]], n_events[indptr[a] : indptr[a + 1]], strict=True))
        assert own == {k: active[k][a] for k in (0, 1) if active[k][a]}


@given(logs(), st.integers(0, 2**32 - 1))
def test_shuffling_changes_nothing_and_renaming_permutes(log: pa.Table, seed: int) -> None:
    def ties(table: pa.Table) -> list[tuple[object, ...]]:
        made = cg.project(cg.build_graph(cg.read_events(table)), min_shared=1, false_ties=100.0)
        return [tuple(row.values()) for row in made.to_table()]

    rng = np.random.default_rng(seed)
    plain = ties(log)
    assert ties(log.take(pa.array(rng.permutation(len(log))))) == plain
    new = rng.permutation(9)
    renamed = log.set_column(0, "account", pa.array(new[log["account"].to_numpy()]))
    expected = [(*sorted((int(new[a]), int(new[b]))), *rest) for a, b, *rest in plain]
    assert ties(renamed) == sorted(expected, key=lambda tie: tie[:2])


@given(logs(), st.integers(1, 3))
def test_leaving_out_who_has_too_few_events_for_a_tie_changes_nothing(log: pa.Table, min_shared: int) -> None:
    graph = cg.build_graph(cg.read_events(log))
    made = []
    for share in (0.0, 1.0):  # of the events that the others may have to stay
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sweep, "IDLE", share)
            made.append(list(cg.project(graph, min_shared=min_shared, false_ties=100.0).to_table()))
    assert made[0] == made[1]
