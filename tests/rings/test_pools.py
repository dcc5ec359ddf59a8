"""Pools: told beside the groups of pairs, each once; and what find_rings finds with them."""

from typing import Any

import pytest
from made_groups import crowd, farm
from made_rings import make_ring, make_rings
from toy_logs import make_log

import clickgraph as cg
from clickgraph import detection
from clickgraph.evaluation import match_rings
from clickgraph.graph import projection
from clickgraph.graph.communities import Communities
from clickgraph.graph.engagement import EngagementGraph
from clickgraph.rings.model import Rings
from clickgraph.rings.pools import add_pools

FARM, JOBS = [f"a{k}" for k in range(20)], [f"j{k}" for k in range(8)]


def ids(rings: Rings) -> set[str]:
    return set(rings.summary["ring"].to_pylist())


def told(pool: Any, *known: Any) -> set[str]:
    return ids(add_pools(make_rings(pool), make_rings(*known)))


def test_a_pool_that_is_known_takes_the_place_of_the_ring_if_it_is_more() -> None:
    known = make_ring("ring", FARM[:14], JOBS, score_bits=90.0)  # F1 with all 28/34
    assert told(make_ring("pool", FARM, JOBS, score_bits=900.0), known) == {"pool"}
    assert told(make_ring("pool", FARM, JOBS, score_bits=9.0), known) == {"ring"}  # less evidence
    assert told(make_ring("pool", FARM[:14], JOBS, score_bits=900.0), known) == {"ring"}  # no larger
    assert told(make_ring("pool", FARM, JOBS, score_bits=900.0, verdict="candidate"), known) == {"ring"}
    # Nor is it told with a better verdict, which pairs alone would have to give.
    weaker = make_ring("ring", FARM[:14], JOBS, score_bits=90.0, verdict="candidate")
    assert told(make_ring("pool", FARM, JOBS, score_bits=900.0), weaker) == {"ring"}


def test_a_larger_version_of_a_known_ring_takes_the_place_of_this_ring_only() -> None:
    known = make_ring("ring", FARM[:14], JOBS, score_bits=90.0)
    small = make_ring("small", FARM[:3], JOBS[:2], score_bits=50.0)  # a piece of the pool, if it were new
    assert told(make_ring("pool", FARM, JOBS, score_bits=900.0), known, small) == {"pool", "small"}


def test_shifts_are_pieces_of_their_pool() -> None:
    shifts = [make_ring(f"day{k}", FARM[k : k + 7], JOBS, score_bits=50.0) for k in (0, 6, 12)]
    assert told(make_ring("pool", FARM, JOBS, score_bits=90.0), *shifts) == {"pool"}
    assert told(make_ring("pool", FARM, JOBS, score_bits=40.0), *shifts) == {
        "pool",
        "day0",
        "day6",
        "day12",
    }  # hardly one group


def test_groups_that_have_nothing_in_common_are_no_pieces_of_one_pool() -> None:
    apart = [make_ring(f"group{k}", FARM[k : k + 5], JOBS[k : k + 2], score_bits=50.0) for k in (0, 5)]
    assert told(make_ring("pool", FARM[:10], JOBS, score_bits=90.0), *apart) == {"pool", "group0", "group5"}


def test_a_piece_of_a_ring_is_not_told_beside_it() -> None:
    assert told(make_ring("pool", FARM[:8], JOBS, score_bits=9.0), make_ring("ring", FARM, JOBS)) == {"ring"}


def test_what_is_most_of_a_pool_is_a_piece_of_it() -> None:
    pool = make_ring("pool", FARM, JOBS, score_bits=90.0)
    assert told(pool, make_ring("ring", FARM[:12], JOBS, score_bits=50.0)) == {"pool"}  # F1 24/32
    assert told(pool, make_ring("ring", FARM[:12], JOBS, score_bits=95.0)) == {"ring"}
    assert told(pool, make_ring("ring", FARM[:9], JOBS, score_bits=50.0)) == {"pool", "ring"}


def test_whatever_else_is_known_stays() -> None:
    known = [
        make_ring("fans", [f"f{k}" for k in range(9)], ["p"], verdict="audience", decided_by="edge"),
        make_ring("hint", [f"h{k}" for k in range(9)], ["q"], verdict="candidate", decided_by="own hours"),
    ]
    assert told(make_ring("pool", FARM, JOBS), *known) == {"pool", "fans", "hint"}


def test_a_pool_speaks_for_a_log_in_which_nothing_was_found() -> None:
    found = make_rings(make_ring("pool", FARM, JOBS), notices=("cut",))
    nothing = make_rings(notices=("cut", "no group of accounts acts together beyond chance"))
    assert add_pools(found, nothing).notices == ("cut",)
    assert add_pools(nothing, found).notices == ("cut",)


def test_pieces_of_a_known_group_are_told_only_if_they_say_more() -> None:
    known = make_ring("known", FARM, JOBS, verdict="candidate", decided_by="own hours", score_bits=5.0)
    piece = make_ring("piece", FARM[:8], JOBS, verdict="candidate", decided_by="own hours", score_bits=9.0)
    assert told(piece, known) == {"known"}
    assert told(make_ring("piece", FARM[:8], JOBS, score_bits=9.0), known) == {"known", "piece"}


CROWD = crowd(600, 6_000, hours=600.0)


def no_pools(graph: EngagementGraph, *_: Any, **__: Any) -> Communities:
    return Communities.from_members([], graph.events.account_ids)


def test_find_rings_finds_a_farm_of_which_two_accounts_share_next_to_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    log = make_log(CROWD + farm("f", 120, 60, share=0.07))
    (ring,) = cg.find_rings(log)
    assert ring.verdict == "ring"
    assert len(ring.accounts) > 60
    assert all(account.startswith("f") for account in ring.accounts.to_pylist())
    monkeypatch.setattr(detection, "find_pools", no_pools)
    assert len(cg.find_rings(log)) == 0


def test_find_rings_finds_shifts_as_one_farm(monkeypatch: pytest.MonkeyPatch) -> None:
    farm = {"n_accounts": 350, "n_jobs": 84, "participation": (0.07, 0.07), "cover": (1.0, 1.0)}
    world = cg.simulate("box-farm", **farm, n_organic_accounts=2_000, n_organic_events=20_000, rng=0)
    best = max(match["f1"] for match in match_rings(cg.find_rings(world.events), world.truth).to_pylist())
    monkeypatch.setattr(detection, "find_pools", no_pools)
    apart = max(match["f1"] for match in match_rings(cg.find_rings(world.events), world.truth).to_pylist())
    assert best > 0.9 > 0.6 > apart


def test_two_farms_that_share_a_few_phones_stay_two() -> None:
    both = farm("f", 60, 40, share=0.3) + [
        (who.replace("g", "f") if who in ("g0", "g1", "g2") else who, what, when)
        for who, what, when in farm("g", 60, 40, share=0.3, seed=1)
    ]
    rings = [ring for ring in cg.find_rings(make_log(CROWD + both)) if ring.verdict == "ring"]
    assert sorted(len(ring.accounts) for ring in rings) == [60, 60]


def test_a_large_farm_is_found_whose_pairs_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    farm = {"n_accounts": 1_600, "n_jobs": 200, "participation": (0.2, 0.2), "on_days": 1.0, "cover": (0.0, 0.0)}
    world = cg.simulate(
        "phone-farm", **farm, spread=(7_200.0, 7_200.0), n_organic_accounts=8_000, n_organic_events=150_000, rng=1
    )
    n_events, budget_of = len(world.events), projection.budget_of
    # The farm's jobs hold ten million pairs; the turnouts' log is smaller.
    monkeypatch.setattr(projection, "budget_of", lambda n, _: 100_000 if n == n_events else budget_of(n, 100.0))
    rings = cg.find_rings(world.events)
    assert any("exceeds its budget" in notice for notice in rings.notices)
    (match,) = match_rings(rings, world.truth).to_pylist()
    assert match["f1"] >= 0.99
    monkeypatch.setattr(detection, "find_pools", no_pools)
    (match,) = match_rings(cg.find_rings(world.events), world.truth).to_pylist()
    assert match["f1"] < 0.9  # the narrow windows alone do not tell
