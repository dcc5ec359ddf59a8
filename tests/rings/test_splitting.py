"""Splitting: two farms taken for one come apart, and one farm stays whole."""

import math

import pytest
from made_groups import background, codes, crowd, farm

from clickgraph.rings.splitting import are_worth_more, split_group

CROWD = crowd(400, 4_000, hours=600.0)


def test_two_farms_come_apart() -> None:
    log = background(CROWD + farm("f", 12, 12, share=0.7) + farm("g", 9, 12, share=0.8, seed=1))
    both = codes(log, "f", "g")
    parts = split_group(log, both)
    assert sorted(part.tolist() for part in parts) == sorted([codes(log, "f").tolist(), codes(log, "g").tolist()])


def test_who_came_to_some_jobs_of_the_other_farm_stays_with_his_own() -> None:
    own, few = farm("f", 11, 40, share=0.5), farm("g", 29, 8, share=0.9, seed=1)
    also = [("f0", content, when + 1.0) for who, content, when in few if who == "g0"][:6]
    log = background(CROWD + own + few + also)
    parts = split_group(log, codes(log, "f", "g"))
    assert sorted(part.tolist() for part in parts) == sorted([codes(log, "f").tolist(), codes(log, "g").tolist()])


def test_one_farm_stays_whole() -> None:
    for share in (1.0, 0.6, 0.35):
        log = background(CROWD + farm("f", 24, 24, share=share))
        members = codes(log, "f")
        (whole,) = split_group(log, members)
        assert whole.tolist() == members.tolist()


def test_one_burst_cannot_be_split() -> None:
    log = background(CROWD + farm("f", 12, 1))
    members = codes(log, "f")
    assert len(log.bursts_of(members, by_hours=False)) == 1
    (whole,) = split_group(log, members)
    assert whole.tolist() == members.tolist()


@pytest.mark.parametrize(("of_rest", "saved"), [(9.0, math.log(math.comb(20, 12))), (0.0, 0.0)])
def test_to_say_who_is_of_which_part_is_not_held_against_parts_that_are_worth_something(
    of_rest: float, saved: float
) -> None:
    of_parts = [40.0, of_rest]
    assert are_worth_more(of_parts, [12, 8], sum(of_parts) + saved - 0.1)
    assert not are_worth_more(of_parts, [12, 8], sum(of_parts) + saved + 0.1)
