"""Leiden on ties: planted groups, other qualities, layers, and nobody's random state."""

import random

import numpy as np
import pyarrow as pa
import pytest

from clickgraph.graph import communities
from clickgraph.graph.communities import Communities, find_communities, pack_of
from clickgraph.graph.ties import AccountGraph


def _ties(n_accounts: int = 40, size: int = 12, seed: int = 0) -> AccountGraph:
    """Return two cliques of strong ties, and a few weak ones between strangers."""
    rng = np.random.default_rng(seed)
    pairs = {
        (a, b): 20.0 for first in (0, size) for a in range(first, first + size) for b in range(a + 1, first + size)
    }
    for _ in range(30):
        a, b = sorted(rng.choice(n_accounts, 2, replace=False).tolist())
        pairs.setdefault((a, b), 1.0)
    ends = np.array(sorted(pairs), dtype=np.int32)
    n = len(ends)
    bits = np.array([pairs[a, b] for a, b in ends.tolist()])
    return AccountGraph(
        ends[:, 0], ends[:, 1], np.full(n, 3, np.int32), np.full(n, 0.1), np.zeros(n, np.int64), bits, np.ones(n),
        np.bincount(ends.ravel(), minlength=n_accounts), pa.array(range(n_accounts)),
    )  # fmt: skip


@pytest.mark.parametrize("quality", ["CPM", "modularity", "RBConfiguration", "surprise"])
def test_planted_cliques_come_back(quality: str) -> None:
    found = find_communities(_ties(), quality=quality)
    for clique in (set(range(12)), set(range(12, 24))):
        assert any(clique <= set(members.tolist()) for members in found)


def test_layers_of_the_same_accounts_add_up() -> None:
    found = find_communities([_ties(seed=1), _ties(seed=2)])
    assert {frozenset(range(12)), frozenset(range(12, 24))} <= {frozenset(members.tolist()) for members in found}


def test_the_seed_decides_and_nobody_elses_does() -> None:
    random.seed(7)
    state = random.getstate()
    one, two = find_communities(_ties(), rng=3), find_communities(_ties(), rng=3)
    assert np.array_equal(one.account_code, two.account_code)
    assert random.getstate() == state


def test_components_are_searched_in_packs_of_about_one_size(monkeypatch: pytest.MonkeyPatch) -> None:
    # Components of 3, 1, 4 and 2 vertices, numbered in no order: they begin at vertices 0, 3, 4 and 8.
    monkeypatch.setattr(communities, "PACK", 4)
    component = np.array([9, 9, 9, 0, 5, 5, 5, 5, 2, 2])
    assert pack_of(component).tolist() == [0, 0, 0, 0, 1, 1, 1, 1, 2, 2]
    assert pack_of(np.empty(0, np.int32)).tolist() == []


def test_packs_find_what_the_whole_graph_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = [members.tolist() for members in find_communities(_ties())]
    monkeypatch.setattr(communities, "PACK", 1)
    assert [members.tolist() for members in find_communities(_ties())][:2] == whole[:2]


@pytest.mark.parametrize(
    ("ties", "options"),
    [(_ties(), {"quality": "beauty"}), (_ties(), {"resolution": 0}), ([], {}), ([_ties(), _ties(50)], {})],
)
def test_what_cannot_be_grouped_is_refused(ties: object, options: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="expected"):
        find_communities(ties, **options)


def test_communities_are_a_sequence_and_a_table() -> None:
    groups = Communities.from_members([np.array([4, 2], np.int32), np.array([9], np.int32)], pa.array(range(10)))
    assert [members.tolist() for members in groups] == [[2, 4], [9]]
    assert groups[-1].tolist() == [9]
    assert groups.to_table().to_pylist()[1] == {"community": 0, "account": 4}
    with pytest.raises(IndexError):
        groups[2]
