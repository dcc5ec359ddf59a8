"""The drawing of the ties: the strongest, each account in its place."""

import numpy as np
import pytest
from made_rings import make_ring, make_rings, two_rings

from clickgraph.rings.model import Rings
from clickgraph.views.layout import draw_ties


def test_all_ties_of_a_small_ring(found: Rings) -> None:
    drawing = draw_ties(found[0])
    names = drawing.accounts.to_pylist()
    drawn = {(names[one], names[other]) for one, other in zip(drawing.one, drawing.other, strict=True)}
    assert drawn == {(row["account"], row["other"]) for row in found[0].ties}
    assert sorted(drawing.bits) == sorted(found[0].ties["bits"].to_pylist())
    assert drawing.n_partners.sum() == 2 * len(found[0].ties)
    assert drawing.partner_share.max() == 1.0


def test_places_are_apart_and_inside(found: Rings) -> None:
    place = draw_ties(found[0]).place
    assert np.abs(place).max() == pytest.approx(1.0)
    assert len(np.unique(place.round(6), axis=0)) == len(place)


def test_the_same_ring_gives_the_same_drawing(found: Rings) -> None:
    assert np.array_equal(draw_ties(found[0]).place, draw_ties(found[0]).place)


def test_the_weakest_are_left_out_and_that_is_said() -> None:
    rows = make_ring("r", ["a", "b", "c", "d", "e", "f"], ["c1"])
    for tie, bits in zip(rows["ties"], [5.0, 50.0, 10.0, 40.0, 1.0], strict=True):
        tie["bits"] = bits
    ring = make_rings(rows)[0]
    drawing = draw_ties(ring, most_accounts=4)
    assert sorted(drawing.accounts.to_pylist()) == ["b", "c", "d", "e"]
    assert drawing.bits.tolist() == [50.0, 40.0, 10.0]
    assert drawing.caption == "5 ties link 6 of the 6 accounts; drawn are the 3 strongest among 4 accounts"
    assert draw_ties(ring, most_ties=2).bits.tolist() == [50.0, 40.0]


def test_parts_that_hang_together_by_nothing_stay_near() -> None:
    rows = make_ring("r", [f"a{at}" for at in range(12)], ["c1"])
    rows["ties"] = rows["ties"][::2]  # six pairs
    place = draw_ties(make_rings(rows)[0]).place
    far = np.linalg.norm(place[:, None] - place[None], axis=2).max()
    assert np.median(np.abs(place)) > far / 20  # not one heap and a stray


def test_a_ring_without_ties_says_so() -> None:
    drawing = draw_ties(make_rings(make_ring("r", ["a", "b"], ["c"]) | {"ties": []})[0])
    assert len(drawing.accounts) == 0
    assert drawing.place.shape == (0, 2)
    assert drawing.caption.startswith("No pair of the 2 accounts is tied on its own")


def test_one_tie() -> None:
    assert draw_ties(two_rings()[1]).caption == "2 ties link 3 of the 3 accounts"
    pair = draw_ties(make_rings(make_ring("r", ["a", "b"], ["c"]))[0])
    assert pair.caption == "1 tie links 2 of the 2 accounts"
    assert pair.partner_share.tolist() == [0.1, 0.1]
    assert not np.array_equal(*pair.place)
