"""Settling: what repeats a stronger group is dropped; what is left when its parts are taken out stays."""

from typing import Any

import numpy as np
import pytest

from clickgraph.rings import settling
from clickgraph.rings.settling import Group, settle

LOG: Any = None  # what is left of a group is weighed by `worth_of_rest`


@pytest.fixture
def worth_of_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """One more than half of its members, each on every target; parts are no strangers to it."""

    def weigh(log: Any, members: Any, **_: bool) -> Group:
        assert log is LOG
        return Group(members, np.arange(40, dtype=np.int32), len(members) / 2 + 1.0)

    monkeypatch.setattr(settling, "weigh", weigh)
    monkeypatch.setattr(settling, "are_strangers", lambda *_: False)


def group(first: int, end: int, *, n_targets: int, worth: float) -> Group:
    return Group(np.arange(first, end, dtype=np.int32), np.arange(n_targets, dtype=np.int32), worth)


def members_of(groups: list[Group]) -> list[tuple[int, int]]:
    return [(int(each.members[0]), int(each.members[-1]) + 1) for each in groups]


@pytest.mark.usefixtures("worth_of_rest")
def test_what_lies_in_a_stronger_group_is_dropped() -> None:
    whole, part = group(0, 20, n_targets=20, worth=99.0), group(0, 8, n_targets=5, worth=9.0)
    assert members_of(settle(LOG, [part, whole], min_size=3)) == [(0, 20)]


def test_an_account_may_serve_two_groups_on_different_targets() -> None:
    one = group(0, 20, n_targets=20, worth=99.0)
    other = Group(one.members[:12], np.arange(20, 40, dtype=np.int32), 9.0)
    assert members_of(settle(LOG, [one, other], min_size=3)) == [(0, 20), (0, 12)]


@pytest.mark.usefixtures("worth_of_rest")
def test_the_rest_takes_the_place_of_what_its_parts_are_worth_more_than() -> None:
    whole, part = group(0, 50, n_targets=40, worth=30.0), group(0, 20, n_targets=20, worth=18.0)
    assert members_of(settle(LOG, [whole, part], min_size=3)) == [(20, 50), (0, 20)]


@pytest.mark.usefixtures("worth_of_rest")
def test_a_part_of_a_part_is_free_when_both_are_taken_out() -> None:
    whole, part = group(0, 50, n_targets=40, worth=34.0), group(0, 20, n_targets=20, worth=19.0)
    smallest = group(0, 9, n_targets=9, worth=14.0)
    assert members_of(settle(LOG, [smallest, part, whole], min_size=3)) == [(20, 50), (9, 20), (0, 9)]


@pytest.mark.usefixtures("worth_of_rest")
def test_what_is_not_worth_taking_out_holds_nothing_else_back() -> None:
    whole, part = group(0, 50, n_targets=40, worth=34.0), group(0, 20, n_targets=20, worth=19.0)
    piece = group(30, 36, n_targets=5, worth=0.5)
    assert members_of(settle(LOG, [piece, part, whole], min_size=3)) == [(20, 50), (0, 20)]


@pytest.mark.usefixtures("worth_of_rest")
@pytest.mark.parametrize(
    ("part_worth", "strangers", "taken_out"),
    [(18.0, False, True), (13.0, False, False), (13.0, True, True), (0.0, True, False)],
)
def test_what_one_name_saves_is_not_held_against_strangers_that_are_both_worth_something(
    monkeypatch: pytest.MonkeyPatch, part_worth: float, strangers: bool, taken_out: bool
) -> None:
    monkeypatch.setattr(settling, "are_strangers", lambda *_: strangers)
    whole, part = group(0, 50, n_targets=40, worth=30.0), group(0, 20, n_targets=20, worth=part_worth)
    kept = members_of(settle(LOG, [whole, part], min_size=3))
    assert kept == ([(20, 50), (0, 20)] if taken_out else [(0, 50)])


def test_nobody_asks_for_strangers_where_one_name_saves_too_little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settling, "weigh", lambda _, members: Group(members, np.arange(40, dtype=np.int32), 16.0))
    monkeypatch.setattr(settling, "are_strangers", pytest.fail)  # what is saved is too little
    whole, part = group(0, 50, n_targets=40, worth=99.0), group(0, 20, n_targets=20, worth=18.0)
    assert members_of(settle(LOG, [whole, part], min_size=3)) == [(0, 50)]


@pytest.mark.usefixtures("worth_of_rest")
def test_what_is_most_of_a_group_may_be_taken_out_of_it() -> None:
    whole, most = group(0, 94, n_targets=40, worth=60.0), group(0, 65, n_targets=30, worth=50.0)
    assert members_of(settle(LOG, [most, whole], min_size=3)) == [(65, 94), (0, 65)]


@pytest.mark.usefixtures("worth_of_rest")
def test_of_the_same_groups_one_stays() -> None:
    same = [group(0, 50, n_targets=40, worth=30.0) for _ in range(4)]
    assert members_of(settle(LOG, same, min_size=3)) == [(0, 50)]


@pytest.mark.parametrize(
    ("worth_of_core", "outside", "is_purer", "kept"),
    [
        (48.0, 0, True, [(0, 40)]),
        (48.0, 0, False, [(0, 50)]),  # the whole is worth more beside its own hours
        (44.0, 0, True, [(0, 50)]),  # the others are lazy members
        (48.0, 9, True, [(0, 50)]),  # no core: another group, of which a part is in the first
    ],
)
def test_the_core_of_a_group_takes_its_place_where_it_is_worth_more_beside_its_own_hours(
    monkeypatch: pytest.MonkeyPatch, worth_of_core: float, outside: int, is_purer: bool, kept: list[tuple[int, int]]
) -> None:
    whole, core = group(0, 50, n_targets=50, worth=50.0), group(0, 40, n_targets=40, worth=worth_of_core)
    core = core._replace(members=np.append(core.members, np.arange(90, 90 + outside, dtype=np.int32)))
    best = (core if is_purer else whole).members

    def weigh(log: Any, members: Any, *, by_hours: bool = False) -> Group:
        assert log is LOG
        return Group(members, np.arange(40, dtype=np.int32), float(by_hours and np.array_equal(members, best)))

    monkeypatch.setattr(settling, "weigh", weigh)
    assert members_of(settle(LOG, [core, whole], min_size=3)) == kept
