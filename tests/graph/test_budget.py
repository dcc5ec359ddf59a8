"""The budget of co-actions: what it leaves out is told, and a small group is seen beside crowds."""

import numpy as np
import pyarrow as pa
import pytest

import clickgraph as cg
from clickgraph.graph import null
from clickgraph.graph.null import Budget

DAY = 86_400
MEMBERS = {f"u{k}" for k in range(8)}
PAIRS = 28  # of eight members


@pytest.fixture
def crowded(monkeypatch: pytest.MonkeyPatch) -> pa.Table:
    """A thousand accounts on a hundred busy pages and 3,000 quiet ones; each member does 40 % of twenty quiet jobs."""
    monkeypatch.setattr(null, "LEAST_BUDGET", 0)
    rng = np.random.default_rng(0)
    columns = [_visits(rng, "page", n_contents=100, n=60_000), _visits(rng, "quiet", n_contents=3_000, n=6_000)]
    member, job = np.nonzero(rng.random((8, 20)) < 0.4)
    begins = rng.integers(0, 30, 20) * DAY
    columns.append((member, np.char.add("quiet", job.astype(str)), begins[job] + rng.integers(0, DAY, len(job))))
    who, what, when = (np.concatenate(parts) for parts in zip(*columns, strict=True))
    return pa.table({"account": np.char.add("u", who.astype(str)), "content": what, "time": 1_700_000_000 + when})


def _visits(rng: np.random.Generator, name: str, *, n_contents: int, n: int) -> tuple[np.ndarray, ...]:
    content = np.char.add(name, rng.integers(0, n_contents, n).astype(str))
    return rng.integers(0, 1_000, n), content, rng.integers(0, 30 * DAY, n)


def test_a_small_group_is_hidden_by_what_happens_in_crowds(crowded: pa.Table) -> None:
    graph = cg.build_graph(cg.read_events(crowded))
    all_pairs, few = (_ties_inside(cg.project(graph, coactions_per_event=n)) for n in (100, 1))
    assert 10 * all_pairs < PAIRS < 3 * few


def _ties_inside(ties: cg.AccountGraph) -> int:
    return sum({tie["account"], tie["other"]} <= MEMBERS for tie in ties.to_table())


def test_the_group_comes_back(crowded: pa.Table) -> None:
    rings = cg.find_rings(crowded)
    assert [ring.verdict for ring in rings] == ["ring"]
    assert len(MEMBERS & set(rings[0].accounts.to_pylist())) >= 7
    assert len(rings[0].accounts) <= 8


def test_what_a_window_leaves_out_is_told_in_one_sentence() -> None:
    budget = Budget(np.zeros(3, np.int32), np.array([100.0]), limit=10)
    budget.spend(10_000_000, np.array([1, 2, 3]))
    assert len(budget.notices) == 0
    budget.spend(60_000_000, np.array([1, 4, 15]))
    (told,) = budget.notices
    assert told.endswith("of 3 contents 1 in 1min (75.0% of its co-actions).")
    budget.spend(300_000_000, np.array([1, 8, 18]))
    budget.spend(600_000_000, np.array([1, 9, 20]))
    assert budget.depth.tolist() == [4, 4, 1]  # 1 + 9 fit
    (told,) = budget.notices
    assert told.endswith("of 3 contents 1 in 1min (75.0% of its co-actions) to 1 in 10min (66.7% of its co-actions).")
