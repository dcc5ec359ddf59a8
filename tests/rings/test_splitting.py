"""Splitting: two farms taken for one come apart, and one farm stays whole."""

import math

import pytest
from made_groups import background, codes, crowd, farm

from clickgraph.rings import splitting
from clickgraph.rings.splitting import are_strangers, split_group

CROWD = crowd(400, 4_000, hours=600.0)
SAVED = math.log(math.comb(21, 12))  # by naming two groups at once


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


def test_two_farms_are_strangers_and_two_halves_of_one_are_not() -> None:
    log = background(CROWD + farm("f", 12, 12, share=0.7) + farm("g", 9, 12, share=0.8, seed=1))
    assert are_strangers(log, codes(log, "f", "g"), codes(log, "g"))
    half = codes(log, "f")[:6]
    assert not are_strangers(log, codes(log, "f"), half)
    alone = background(CROWD + farm("f", 12, 9))
    assert not are_strangers(alone, codes(alone, "f"), codes(alone, "f")[:6])  # whoever comes, all come


def test_one_burst_cannot_be_split() -> None:
    log = background(CROWD + farm("f", 12, 1))
    members = codes(log, "f")
    assert len(log.bursts_of(members, by_hours=False)) == 1
    (whole,) = split_group(log, members)
    assert whole.tolist() == members.tolist()


@pytest.mark.parametrize(
    ("of_g", "of_both", "n_parts"),
    [(9.0, 49.0 + SAVED - 0.1, 2), (9.0, 49.0 + SAVED + 0.1, 1), (0.0, 39.9, 2), (0.0, 40.1, 1)],
)
def test_what_one_name_saves_is_not_held_against_strangers_that_are_both_worth_something(
    monkeypatch: pytest.MonkeyPatch, of_g: float, of_both: float, n_parts: int
) -> None:
    log = background(CROWD + farm("f", 12, 12, share=0.7) + farm("g", 9, 12, share=0.8, seed=1))
    worth = {12: 40.0, 9: of_g, 21: of_both}
    monkeypatch.setattr(splitting, "worth_of", lambda _log, members, _bursts: worth.get(len(members), 0.0))
    assert len(split_group(log, codes(log, "f", "g"))) == n_parts
