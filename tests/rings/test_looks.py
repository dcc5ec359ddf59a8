"""Looks: each group is told once, and what an earlier look found is not lost."""

from typing import Any

from made_rings import make_ring, make_rings

from clickgraph.rings.looks import unite
from clickgraph.rings.model import Rings


def names(letter: str, n: int, *, first: int = 0) -> list[str]:
    return [f"{letter}{k}" for k in range(first, n)]


def ring(name: str, accounts: list[str], contents: list[str], verdict: str = "ring", **summary: Any) -> Any:
    decided = {"audience": "unevenness", "ring": "bursts", "candidate": "own hours"}[verdict]
    return make_ring(name, accounts, contents, verdict=verdict, decided_by=decided, **summary)


def found(*rows: Any) -> Rings:
    return make_rings(*rows)


def ids(rings: Rings) -> set[str]:
    return set(rings.summary["ring"].to_pylist())


FARM, JOBS = names("a", 10), names("j", 8)
FANS, POSTS = names("f", 20), names("p", 5)


def test_an_audience_stays() -> None:
    earlier, later = found(ring("fans", FANS, POSTS, "audience")), found(ring("farm", FARM, JOBS))
    assert ids(unite(later, earlier)) == {"fans", "farm"}


def test_who_is_in_an_audience_is_not_told_as_another_but_as_a_ring() -> None:
    earlier = found(ring("fans", FANS, POSTS, "audience"))
    again, new = ring("again", FANS[:9], POSTS, "candidate"), ring("new", FANS[:4] + FARM[:5], JOBS, "candidate")
    hidden = ring("hidden", FANS[:6], JOBS)
    assert ids(unite(found(again, new, hidden), earlier)) == {"fans", "new", "hidden"}


def test_of_two_forms_of_a_ring_that_with_more_evidence_is_told() -> None:
    full, thin = ring("full", FARM, JOBS, score_bits=90.0), ring("thin", [*FARM[:7], "x"], JOBS, score_bits=60.0)
    assert ids(unite(found(full), found(thin))) == ids(unite(found(thin), found(full))) == {"full"}


def test_a_ring_that_fell_to_pieces_is_told_whole() -> None:
    earlier = found(ring("whole", FARM, JOBS, score_bits=99.0))
    pieces = (
        ring("one", FARM[:3], JOBS, score_bits=50.0), ring("two", FARM[3:6], JOBS, "candidate", score_bits=9.0),
        ring("else", FARM[:3], POSTS, score_bits=40.0),
    )  # fmt: skip
    assert ids(unite(found(*pieces), earlier)) == {"whole", "else"}


def test_a_ring_that_no_later_look_finds_is_told() -> None:
    assert ids(unite(found(ring("other", FANS, POSTS)), found(ring("farm", FARM, JOBS)))) == {"other", "farm"}


def test_an_earlier_candidate_that_no_later_look_finds_is_not() -> None:
    assert ids(unite(found(ring("other", FANS, POSTS)), found(ring("farm", FARM, JOBS, "candidate")))) == {"other"}


def test_a_later_look_that_finds_nothing_does_not_speak_for_the_log() -> None:
    earlier = found(ring("fans", FANS, POSTS, "audience"))
    later = make_rings(notices=("no group of accounts acts together beyond chance",))
    both = unite(later, earlier)
    assert (ids(both), both.notices) == ({"fans"}, ())
