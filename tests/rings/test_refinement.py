"""Refinement: a seed grows to its farm, and what is small or held already is dropped."""

import numpy as np
import pytest
from made_groups import background, codes, crowd, farm

import clickgraph as cg
from clickgraph.graph.communities import Communities
from clickgraph.rings import refinement
from clickgraph.rings.refinement import fertile_seeds, grow_all, grow_parts
from clickgraph.rings.settling import Group

LOG = background(crowd(2_000, 20_000, hours=900.0) + farm("f", 120, 30, share=0.35) + farm("g", 8, 12, seed=1))
FARM, OTHER = codes(LOG, "f"), codes(LOG, "g")


def _refine(*groups: np.ndarray, **options: int) -> list[list[int]]:
    seeds = Communities.from_members(list(groups), LOG.graph.events.account_ids)
    return [members.tolist() for members in cg.refine(LOG.graph, seeds, **options)]


def test_a_seed_of_six_grows_to_the_farm() -> None:
    (grown,) = _refine(FARM[5:11])
    assert len(set(grown) & set(FARM)) >= 0.97 * len(FARM)
    assert len(set(grown) - set(FARM)) <= 1


def test_seeds_of_one_farm_are_one_group_and_farms_stay_apart() -> None:
    groups = _refine(FARM[:8], FARM[20:28], OTHER[:4])
    assert len(groups) == 2
    assert OTHER.tolist() in groups
    assert not set(groups[0]) & set(groups[1])


def test_strangers_and_small_groups_are_dropped() -> None:
    assert _refine(codes(LOG, "x1")[:6]) == []
    assert _refine(OTHER[:2], min_size=3) == []
    assert _refine(OTHER[:4], min_size=9) == []


@pytest.mark.parametrize("option", [{"min_size": 1}, {"rounds": 0}])
def test_options_out_of_bounds_are_refused(option: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="expected"):
        _refine(FARM[:6], **option)


def test_threads_change_nothing() -> None:
    seeds = [FARM[k : k + 8] for k in range(0, 100, 9)] + [OTHER[:4], codes(LOG, "x1")[:6]]
    alone = _refine(*seeds, n_threads=1)
    assert all(_refine(*seeds, n_threads=n) == alone for n in (2, 3, 7))


def test_seeds_grown_ahead_in_vain_are_left_out() -> None:
    asked = []

    def grow(k: int) -> list[Group]:
        asked.append(k)
        return [Group(np.arange(4, dtype=np.int32), np.zeros(1, np.int32), float(k))]

    seeds = [np.arange(4, dtype=np.int32), np.arange(1, 4, dtype=np.int32), np.arange(9, 12, dtype=np.int32)]
    for n_threads, n_asked in ((1, 2), (3, 3)):
        asked.clear()
        assert [group.worth for group in grow_all(seeds, grow, n_threads=n_threads)] == [0.0, 2.0]
        assert len(asked) == n_asked


@pytest.mark.parametrize(
    ("whole_rests", "hours_rest", "n_groups"),
    [(True, True, 1), (False, True, 2), (False, False, 1)],
    ids=["what rests is the group", "what drifts is one beside that of the own hours", "what never rests adds nothing"],
)
def test_a_seed_that_drifts_is_grown_beside_its_own_hours_as_well(
    whole_rests: bool, hours_rest: bool, n_groups: int
) -> None:
    def grow(_log: object, _members: np.ndarray, _rounds: int, by_hours: bool) -> tuple[np.ndarray, bool]:
        return (OTHER, hours_rest) if by_hours else (np.union1d(FARM, OTHER), whole_rests)

    groups = [group.members.tolist() for group in grow_parts(LOG, OTHER[:4], 5, min_size=3, cuts=0, grow=grow)]
    assert groups == [np.union1d(FARM, OTHER).tolist(), OTHER.tolist()][:n_groups]


def test_many_seeds_grow_to_the_same_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    seeds = [FARM[k : k + 8] for k in range(0, 100, 9)] + [OTHER[:4], codes(LOG, "x1")[:6]]
    by_steps = _refine(*seeds)
    monkeypatch.setattr(refinement, "MANY_SEEDS", 1)
    assert _refine(*seeds) == by_steps


def test_seeds_of_strangers_are_left_out_in_one_go() -> None:
    strangers = codes(LOG, "x1")
    seeds = [strangers[:6], FARM[:8], strangers[6:12], OTHER[:4]]
    assert [seed.tolist() for seed in fertile_seeds(LOG, seeds, 5, min_size=3)] == [
        FARM[:8].tolist(),
        OTHER[:4].tolist(),
    ]
