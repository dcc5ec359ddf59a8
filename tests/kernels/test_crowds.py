"""A row that asks its first classes, against the same row that asks everybody."""

from itertools import pairwise

import numpy as np
import pytest

import clickgraph as cg
from clickgraph.kernels.coaction import clear_row, count_row
from clickgraph.kernels.crowds import N_FIRST_CLASSES, count_first_classes, find_crowds, is_due, learn, no_crowds
from clickgraph.kernels.reach import slot_reach
from clickgraph.kernels.sampling import N_CLASSES, class_of, first_classes, pair_hashes
from clickgraph.kernels.scratch import new_scratch
from clickgraph.kernels.slots import Slots

WINDOWS = np.array([5_000_000, 60_000_000])


def _at(seconds: float) -> float:
    return 1_700_000_000 + float(seconds)


@pytest.fixture(scope="module")
def slots() -> Slots:
    """Return a log in which 600 accounts crowd some contents, twice on one of them, and few meet on the others."""
    rng = np.random.default_rng(5)
    crowd = [(f"a{a}", f"c{c}", _at(rng.uniform(0, 300))) for c in range(12) for a in range(600) if rng.random() < 0.6]
    again = [(f"a{a}", "c0", _at(rng.uniform(0, 300))) for a in range(0, 600, 3)]
    few = [(f"a{a}", f"f{c}", _at(rng.uniform(0, 30))) for c in range(300) for a in rng.integers(0, 600, 4)]
    names = ("account", "content", "time")
    return cg.build_graph(cg.read_events(dict(zip(names, zip(*(crowd + again + few), strict=True), strict=True)))).slots


def _reach(slots: Slots) -> np.ndarray:
    return slot_reach(slots.time, slots.target_indptr, np.full(len(slots.target_indptr) - 1, WINDOWS[-1]))


def test_slots_of_crowded_targets_are_kept_by_class(slots: Slots) -> None:
    reach = _reach(slots)
    crowds = find_crowds(slots, reach, crowd=50, least_visits=0)
    n_others = np.array([reach[begin:end].sum(axis=1).max() for begin, end in pairwise(slots.target_indptr)])
    assert (crowds.of_target >= 0).tolist() == (n_others >= 50).tolist()
    assert sorted(crowds.slot.tolist()) == np.flatnonzero(crowds.of_target[slots.target] >= 0).tolist()
    for name in ("account", "time", "is_repeated"):
        assert getattr(crowds, name).tolist() == getattr(slots, name)[crowds.slot].tolist()
    group = np.repeat(np.arange(len(crowds.begins) - 1), np.diff(crowds.begins))
    own = [crowds.of_target[slots.target[slot]] * N_CLASSES + class_of(slots.account[slot]) for slot in crowds.slot]
    assert group.tolist() == own
    assert all((np.diff(crowds.slot[begin:end]) > 0).all() for begin, end in pairwise(crowds.begins))


@pytest.mark.parametrize("n_classes", [1, N_FIRST_CLASSES, N_CLASSES // 2])
def test_the_first_classes_are_counted_as_all_are(slots: Slots, n_classes: int) -> None:
    reach, scratch = _reach(slots), new_scratch(slots, len(WINDOWS), enough=2, most_folded=64)
    crowds = find_crowds(slots, reach, crowd=50, least_visits=0)
    for row in range(0, 600, 7):
        everybody = count_row(row, slots, reach, WINDOWS, 2, scratch).copy()
        counts = {int(j): scratch.counter[j].tolist() for j in everybody}
        clear_row(everybody, scratch)
        asked = set(first_classes(row, n_classes).tolist())
        some = count_first_classes(row, n_classes, slots, reach, WINDOWS, 2, crowds, 1, scratch).copy()
        found = {int(j): scratch.counter[j].tolist() for j in some}
        clear_row(some, scratch)
        assert found == {j: n for j, n in counts.items() if class_of(j) in asked}
        assert not scratch.counter.any()
        assert not scratch.seen.any()


def test_nobody_is_counted_where_there_are_too_few(slots: Slots) -> None:
    reach, scratch = _reach(slots), new_scratch(slots, len(WINDOWS), enough=2)
    crowds = find_crowds(slots, reach, crowd=50, least_visits=0)
    assert len(count_first_classes(0, 1, slots, reach, WINDOWS, 2, crowds, 600, scratch)) == 0
    assert not scratch.seen.any()


def test_the_more_have_asked_in_vain_the_more_wait() -> None:
    patience = np.zeros(2, np.int64)
    asked = []
    for row in range(200):
        if is_due(patience):
            asked.append(row)
            learn(row == 190, patience)
    assert asked[:7] == [0, 2, 6, 14, 30, 62, 126]
    assert asked[7] == 190
    assert asked[8:] == [191, 193, 197]


def test_no_crowds_and_acts_of_several_slots_have_none(slots: Slots) -> None:
    with_acts = slots._replace(act=np.arange(len(slots.time), dtype=np.int32))
    for crowds in (no_crowds(3), find_crowds(with_acts, _reach(slots), crowd=1)):
        assert crowds.least_visits < 0
        assert (crowds.of_target == -1).all()


def test_who_is_of_the_first_classes_has_the_smallest_hashes() -> None:
    others = np.arange(2_000, dtype=np.int32)
    for i in range(0, 50, 7):
        hashes = pair_hashes(i, others)
        is_first = np.isin([class_of(j) for j in others], first_classes(i, N_FIRST_CLASSES))
        assert hashes[is_first].max() < hashes[~is_first].min()
        assert 60 < is_first.sum() < 200
