"""Refinement: a seed grows to its farm, and what is small or held already is dropped."""

import numpy as np
import pytest
from made_groups import background, codes, crowd, farm

import clickgraph as cg
from clickgraph.graph.communities import Communities

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
