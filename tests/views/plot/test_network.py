"""The network shows the ring's ties, and says what it leaves out."""

import numpy as np
from made_rings import make_ring, make_rings, two_rings

import clickgraph as cg


def test_a_line_per_tie_and_a_dot_per_account(found: cg.Rings) -> None:
    ax = cg.plot.network(found[0])
    lines, dots = ax.collections
    assert len(lines.get_segments()) == len(found[0].ties)
    tied = set(found[0].ties["account"].to_pylist()) | set(found[0].ties["other"].to_pylist())
    assert len(dots.get_offsets()) == len(tied)
    ends = {tuple(np.round(end, 9)) for segment in lines.get_segments() for end in segment}
    assert ends == {tuple(np.round(place, 9)) for place in dots.get_offsets()}


def test_few_accounts_are_named() -> None:
    assert [text.get_text() for text in cg.plot.network(two_rings()[0]).texts] == ["a1", "a2", "a3", "a4"]


def test_says_what_it_leaves_out(found: cg.Rings) -> None:
    title = cg.plot.network(found[0], most_accounts=10).get_title(loc="left").replace("\n", " ")
    assert title.startswith(f"{len(found[0].ties)} ties link ")
    assert "strongest among" in title


def test_a_ring_without_ties_says_so() -> None:
    ring = make_rings(make_ring("r", ["a", "b"], ["c"]) | {"ties": []})[0]
    ax = cg.plot.network(ring)
    assert not ax.collections
    assert "only the group as a whole" in ax.get_title(loc="left")
