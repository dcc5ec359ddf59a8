"""Each peer on logs so small that its answer can be worked out by hand."""

import itertools
import math
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from toy_logs import alone, make_log, names, together

from benchmarks.peers import PEERS, run_peer
from benchmarks.peers.community_notes import smoothed_npmi
from benchmarks.peers.coortweet import find_ties
from benchmarks.peers.fraudar import find_block
from benchmarks.peers.groups import Groups, code_log, join_ties, without_repeats
from benchmarks.peers.tfidf_cosine import weigh

RING = names("a", 6)
RING_LOG = make_log(together(RING, names("c", 12)) + alone(5, 12))


def found(groups: Groups) -> list[set[str]]:
    """The groups as sets of ids."""
    return [set(groups.ids.take(pa.array(members)).to_pylist()) for members in groups.sets]


@pytest.mark.parametrize(
    ("peer", "parameters", "needs"),
    [
        ("qut", {"n_threads": 1}, "coordination_network_toolkit"),
        ("coortweet", {"edge_weight": 0.0}, None),
        ("synchrotrap", {}, None),
        ("tfidf_cosine", {"top": 1.0}, "sparse_dot_topn"),
        ("fraudar", {}, None),
        ("holoscope", {}, None),
        ("holoscope", {"spikes": False}, None),
        ("copycatch", {"window": 60.0, "min_accounts": 5}, None),
        ("community_notes", {"pseudocounts": 0.0}, None),
        ("plain_recipe", {}, None),
        ("plain_recipe", {"projection": "sparse"}, None),
    ],
)
def test_finds_a_ring_that_does_everything_together(peer: str, parameters: dict[str, Any], needs: str | None) -> None:
    if needs:
        pytest.importorskip(needs, reason="needs the extra `benchmarks`")
    groups = run_peer(peer, RING_LOG, **parameters)
    assert found(groups) == [set(RING)]
    members = groups.to_members()
    assert members.column_names == ["ring", "account", "score_bits"]
    assert set(members["account"].to_pylist()) == set(RING)
    in_ring = np.isin(groups.ids.to_numpy(zero_copy_only=False), RING)
    assert groups.account_scores[in_ring].min() > groups.account_scores[~in_ring].max()


def test_every_peer_has_its_papers_parameters_first() -> None:
    assert len(PEERS) == 9
    for peer in PEERS.values():
        assert peer.settings[0] == peer.paper
        assert len(peer.grid) >= 2
        assert all(one != two for one, two in itertools.pairwise(peer.settings))


def test_coortweet_counts_row_pairs_within_the_window() -> None:
    # a and b meet on two objects (5 s and exactly 10 s apart); b and c only once; d acts once and is dropped.
    acts = [("a", "p", 0.0), ("b", "p", 5.0), ("a", "q", 100.0), ("b", "q", 110.0)]
    acts += [("b", "r", 200.0), ("c", "r", 201.0), ("c", "s", 300.0), ("d", "s", 300.0)]
    log = code_log(make_log(acts))
    account, other, weight = find_ties(log, window=10, min_participation=2)
    ties = {
        tuple(sorted(log.account_ids.take(pa.array([a, b])).to_pylist())): n
        for a, b, n in zip(account, other, weight, strict=True)
    }
    # c is paired once only, but b reaches two: the pair stays, as in the package.
    assert ties == {("a", "b"): 2.0, ("b", "c"): 1.0}


def test_coortweet_pairs_no_post_with_itself() -> None:
    acts = [("a", "p", 0.0), ("b", "p", 1.0), ("a", "q", 50.0), ("b", "q", 51.0)]
    same = code_log(make_log(acts, post_id=["1", "1", "2", "2"]))
    own = code_log(make_log(acts, post_id=["1", "2", "3", "4"]))
    assert len(find_ties(same, window=10, min_participation=2)[0]) == 0
    assert len(find_ties(own, window=10, min_participation=2)[0]) == 1


def test_coortweet_keeps_what_exceeds_the_quantile() -> None:
    acts = together(["a", "b", "c"], names("p", 4)) + together(["d", "e", "f"], names("q", 2))
    every = run_peer("coortweet", make_log(acts), edge_weight=0.0)
    heavy = run_peer("coortweet", make_log(acts), edge_weight=0.5)
    assert sorted(map(sorted, found(every))) == [["a", "b", "c"], ["d", "e", "f"]]
    # Weights 4, 4, 4, 2, 2, 2: their median is 3.
    assert found(heavy) == [{"a", "b", "c"}]


def test_synchrotrap_is_the_jaccard_of_matched_actions() -> None:
    # a and b match on 5 contents; a has 6 actions and b 9: 5 / (6 + 9 - 5) = 0.5. c matches neither in time.
    shared = together(["a", "b"], names("p", 5))
    own = [("a", "u", 9e5)] + [("b", f"v{k}", 1e6 + 9_000 * k) for k in range(4)]
    late = [("c", f"p{k}", 3600.0 * k + 7200.5) for k in range(5)]
    third = together(["a", "b", "e"], names("p", 5))[2::3]
    log = make_log(shared + own + late + [(who, what, when) for who, what, when in third])
    at = run_peer("synchrotrap", log, window="1min", threshold=0.5)
    above = run_peer("synchrotrap", log, window="1min", threshold=0.51)
    # e acts on the five contents only: 5 / (5 + 6 - 5) with a, 5 / (5 + 9 - 5) with b: all three hang together.
    assert found(at) == [{"a", "b", "e"}]
    score = dict(zip(at.ids.to_pylist(), at.account_scores, strict=True))
    assert score["e"] == pytest.approx(5 / 6)
    assert score["b"] == pytest.approx(5 / 9)
    assert score["c"] == 0.0
    # e still ties a and b where their own similarity is too small: single linkage.
    assert found(above) == [{"a", "b", "e"}]
    assert found(run_peer("synchrotrap", log, window="1min", threshold=0.6)) == []


def test_synchrotrap_leaves_out_who_acts_little() -> None:
    log = make_log(together(["a", "b", "c"], names("p", 4)))
    assert found(run_peer("synchrotrap", log, min_actions=5)) == []
    assert found(run_peer("synchrotrap", log, min_actions=4)) == [{"a", "b", "c"}]


def test_tfidf_weighs_rare_contents() -> None:
    acts = [("a", "all", 0.0), ("b", "all", 1.0), ("c", "all", 2.0), ("a", "rare", 3.0), ("b", "rare", 4.0)]
    vectors, code = weigh(code_log(make_log(acts)), min_contents=1)
    cosine = (vectors @ vectors.T).toarray()
    assert len(code) == 3
    # What all share weighs log(3 / 3) = 0: only the rare content counts.
    assert cosine[0, 1] == pytest.approx(1.0)
    assert cosine[0, 2] == 0.0


def test_fraudars_bound_holds_on_every_block() -> None:
    rng = np.random.default_rng(5)
    edges = np.unique(rng.integers(0, 7, (24, 2)), axis=0)
    account, content = edges[:, 0], edges[:, 1]
    weight = {c: 1 / math.log(n + 5) for c, n in zip(*np.unique(content, return_counts=True), strict=True)}
    nodes = [*(("a", a) for a in np.unique(account)), *(("c", c) for c in np.unique(content))]
    best = 0.0
    for mask in range(1, 2 ** len(nodes)):
        inside = {node for place, node in enumerate(nodes) if mask >> place & 1}
        total = sum(weight[c] for a, c in edges.tolist() if ("a", a) in inside and ("c", c) in inside)
        best = max(best, total / len(inside))
    members, contents, density = find_block(account, content)
    inside = [weight[c] for a, c in edges.tolist() if a in members and c in contents]
    assert density == pytest.approx(sum(inside) / (len(members) + len(contents)))
    assert best / 2 <= density <= best + 1e-12


def test_fraudar_tells_its_bound_and_peels_block_by_block() -> None:
    acts = together(names("a", 6), names("p", 6)) + together(names("b", 4), names("q", 4)) + alone(20, 2)
    groups = run_peer("fraudar", make_log(acts), n_blocks=2)
    assert found(groups) == [set(names("a", 6)), set(names("b", 4))]
    # 36 edges of 1 / log(6 + 5) among 6 accounts and 6 contents.
    assert groups.scores[0] == pytest.approx(36 / math.log(11) / 12)
    assert groups.notes["densest_possible"] == pytest.approx(2 * groups.scores[0])


def test_copycatch_lets_members_miss_some_contents() -> None:
    acts = together(RING, names("c", 10))
    lazy = [act for act in acts if act[0] != "a5" or act[1] in names("c", 5)]
    log = make_log(lazy + alone(5, 12))
    options = {"window": 60.0, "min_accounts": 4, "min_contents": 10}
    assert found(run_peer("copycatch", log, rho=0.5, **options)) == [set(RING)]
    assert found(run_peer("copycatch", log, rho=0.6, **options)) == [set(RING) - {"a5"}]
    assert found(run_peer("copycatch", log, rho=0.5, **{**options, "min_accounts": 7})) == []


def test_copycatch_each_content_has_its_own_time() -> None:
    slow = make_log(together(RING, names("c", 10), apart=500.0))
    assert found(run_peer("copycatch", slow, window=30.0, min_accounts=3)) == []
    assert found(run_peer("copycatch", slow, window=1500.0, min_accounts=3)) == [set(RING)]


def test_npmi_is_one_for_those_who_are_all_of_each_other() -> None:
    n, d = np.array([10]), np.array([10.0])
    assert smoothed_npmi(n, d, d, n_all=1000)[0] == pytest.approx(1.0)
    assert smoothed_npmi(n, np.array([100.0]), np.array([100.0]), n_all=1000)[0] == pytest.approx(0.0)


def test_community_notes_smoothing_quiets_small_counts() -> None:
    log = make_log(together(RING, names("c", 12)) + alone(5, 12))
    assert found(run_peer("community_notes", log, pseudocounts=500.0, min_similarity=0.9)) == []
    # 12 of 12 + 10 is above 0.4: the other threshold is enough.
    assert found(run_peer("community_notes", log, pseudocounts=500.0)) == [set(RING)]
    assert found(run_peer("community_notes", log, pseudocounts=0.0, min_contents=13)) == []


@pytest.mark.parametrize("min_weight", [1, 2, 3])
def test_the_sparse_product_is_networkxs_projection(min_weight: int) -> None:
    rng = np.random.default_rng(3)
    acts = [(f"a{a}", f"c{c}", float(k)) for k, (a, c) in enumerate(rng.integers(0, 12, (60, 2)).tolist())]
    from benchmarks.peers.plain_recipe import _multiply, _project

    log = code_log(make_log(acts))
    one, two = _project(log, min_weight=min_weight), _multiply(log, min_weight=min_weight)
    ties = [{(*sorted(tie[:2]), tie[2]) for tie in ties.edges(data="weight")} for ties in (one, two)]
    assert ties[0] == ties[1]
    assert set(one) == set(two)
    assert ties[0]


def test_a_content_under_two_actions_is_two_contents() -> None:
    log = code_log(make_log([("a", "p", 0.0), ("a", "p", 1.0), ("a", "p", 2.0)], action=["like", "share", "like"]))
    assert log.n_contents == 2
    assert len(without_repeats(log)[0]) == 2


def test_components_are_scored_by_their_mean_tie() -> None:
    ids = pa.array(["a", "b", "c", "d", "e"])
    groups = join_ties(np.array([0, 1, 3]), np.array([1, 2, 4]), np.array([2.0, 4.0, 9.0]), ids=ids)
    assert found(groups) == [{"a", "b", "c"}]  # a pair is a tie, not a group
    assert groups.scores.tolist() == [3.0]
    assert groups.account_scores.tolist() == [2.0, 4.0, 4.0, 9.0, 9.0]
