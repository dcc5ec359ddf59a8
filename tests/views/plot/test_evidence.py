"""The waterfall: its bars join, and end at the score."""

import pytest
from made_rings import make_ring, make_rings, two_rings

import clickgraph as cg
from clickgraph.rings.ring import Evidence
from clickgraph.views.plot.evidence import waterfall_steps


def test_each_bar_begins_where_the_last_one_ended() -> None:
    ring = two_rings()[0]
    *steps, total = waterfall_steps(ring.evidence)
    assert [name for name, _, _ in steps] == ["bursts", "choice of bursts", "choice of members"]
    assert [start for _, start, _ in steps] == [0.0, *(end for _, _, end in steps[:-1])]
    assert total == ("score", 0.0, pytest.approx(ring.score_bits))


def test_the_bars_are_the_steps(found: cg.Rings) -> None:
    ax = cg.plot.waterfall(found[0])
    bars = [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in ax.patches]
    assert bars == [pytest.approx((start, end)) for _, start, end in waterfall_steps(found[0].evidence)]
    assert bars[-1][1] == pytest.approx(found[0].score_bits)


def test_what_speaks_against_is_hatched_for_print() -> None:
    assert [bar.get_hatch() for bar in cg.plot.waterfall(two_rings()[0]).patches] == [None, "///", "///", None]


@pytest.mark.parametrize(
    ("summary", "said"),
    [
        ({"p_value": 0.0, "score_bits": 5000.0}, "5,000 bits of evidence remain (p < 1e-300)"),
        ({"p_value": 0.003}, "remain (p = 0.003)"),
        ({"score_bits": -12.0, "p_value": None}, "does not outweigh its choices: -12 bits (p = unknown)"),
    ],
)
def test_says_what_remains(summary: dict[str, object], said: str) -> None:
    assert said in cg.plot.waterfall(make_rings(make_ring("r", ["a", "b"], ["c"], **summary))[0]).get_title(loc="left")


def test_says_what_the_own_hours_leave() -> None:
    rows = make_ring("r", ["a", "b"], ["c"], score_bits=-12.0, p_value=1.0)
    rows["evidence"][0] = {"ring": "r", "name": "own hours", "observed": -12.0, "expected": 1800.0, "bits": -1812.0}
    title = cg.plot.waterfall(make_rings(rows)[0]).get_title(loc="left")
    assert title == "Against what others did at the same hours, -12 of 1,800 bits are left (p = 1)"


def test_pieces_of_any_name_and_none_at_all() -> None:
    pieces = [Evidence("something new", 1.0, 2.0, bits=-3.5), Evidence("told only", 1.0, 2.0, bits=0.0)]
    assert waterfall_steps(pieces) == [("something new", 0.0, -3.5), ("score", 0.0, -3.5)]
    rows = make_ring("r", ["a", "b"], ["c"]) | {"evidence": []}
    assert len(cg.plot.waterfall(make_rings(rows)[0]).patches) == 1
