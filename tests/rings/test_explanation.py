"""explain: sentences that say what the evidence says, and accuse nobody."""

import json

import pytest
from made_rings import NAN, make_ring, make_rings, two_rings

from clickgraph.rings.explanation import Explanation, explain
from clickgraph.rings.model import Ring


def made(**summary: object) -> Ring:
    return make_rings(make_ring("r", ["a1", "a2", "a3", "a4"], ["c2", "c1", "c2"], **summary))[0]


def test_says_who_where_when() -> None:
    text = str(explain(made()))
    assert "4 accounts are suspected of acting as one: a1, a2, a3 and 1 more." in text
    assert "3 bursts on 2 contents from 2024-01-01 12:00:00 to 14:00:40 UTC" in text
    assert "the most bursts: c2 (2 bursts), c1 (1 burst)." in text
    assert "Large burst: 4 of the 4 accounts on c2 from 2024-01-01 12:00:00 to 12:00:40 UTC, 0.25 expected" in text
    assert "1 other account took part" in text


def test_names_the_largest_bursts_first() -> None:
    rows = make_ring("r", ["a1", "a2"], [f"c{at}" for at in range(6)])
    rows["bursts"][4]["n_members"] = 9
    bursts = [sentence for sentence in explain(make_rings(rows)[0]).sentences if "Large burst" in sentence]
    assert len(bursts) == 3
    assert "9 of the 2 accounts on c4" in bursts[0]


def test_the_parts_add_up_to_the_score() -> None:
    for ring in two_rings():
        explanation = explain(ring)
        assert explanation.evidence == ring.evidence
        assert sum(piece.bits for piece in explanation.evidence) == pytest.approx(ring.score_bits)


def test_says_the_parts_that_count() -> None:
    text = str(explain(made()))
    assert "The evidence is 65.0 bits: +90.0 bursts (12 seen, 0.75 expected)" in text
    assert "-15.0 choice of bursts, -10.0 choice of members." in text


@pytest.mark.parametrize(
    ("p_value", "said"),
    [
        (2.0**-40, "about one in 2^40 (p = 9.1e-13)"),
        (0.0, "less than one in 2^996 (p = <1e-300)"),
        (0.9, "Chance alone would do as much in most logs like this (p = 0.9)"),
        (NAN, "cannot be said"),
        (None, "cannot be said"),
    ],
)
def test_says_how_unlikely(p_value: float | None, said: str) -> None:
    assert said in str(explain(made(p_value=p_value)))


def test_says_how_even() -> None:
    text = str(explain(made(variance_ratio=6.25, edge=NAN)))
    assert "hits is 6.25 (about 1 where" in text
    assert "the edge could not be computed" in text
    assert "could not be computed (about 1" in str(explain(made(variance_ratio=None)))


@pytest.mark.parametrize("verdict", ["ring", "audience", "candidate", "not enough data"])
def test_says_the_verdict_and_what_decided(verdict: str) -> None:
    text = str(explain(made(verdict=verdict, decided_by="edge")))
    assert f"Verdict: {verdict} (decided by: edge): " in text
    assert "a suspicion with its evidence, not a proof" in text


def test_only_a_ring_is_suspected() -> None:
    audience = explain(made(verdict="audience"))
    assert not any("suspected" in sentence for sentence in audience.sentences)


def test_a_log_without_times_has_no_minutes() -> None:
    text = str(explain(make_rings(make_ring("r", ["a1"], ["c1"], clock=False))[0]))
    assert "1 account is suspected" in text
    assert "in a log without times" in text
    assert "UTC" not in text


def test_a_single_instant_and_several_days() -> None:
    rows = make_ring("r", ["a1", "a2"], ["c1"])
    rows["bursts"][0]["end"] = rows["bursts"][0]["start"]
    rows["summary"][0]["last"] = rows["summary"][0]["first"].replace(day=3)
    text = str(explain(make_rings(rows)[0]))
    assert "on c1 at 2024-01-01 12:00:00 UTC" in text
    assert "from 2024-01-01 12:00:00 to 2024-01-03 12:00:00 UTC" in text


def test_nothing_counts() -> None:
    rows = make_ring("r", ["a1", "a2"], ["c1"], score_bits=0.0)
    rows["evidence"] = rows["evidence"][3:]
    assert "0.0 bits: no piece counts." in str(explain(make_rings(rows)[0]))


def test_hostile_ids_are_safe() -> None:
    explanation = explain(make_rings(make_ring("r", ["\x1b[31m<i>"], ["\x1b]0;<b>\x07"]))[0])
    assert "\x1b" not in str(explanation)
    assert "<i>" not in explanation._repr_html_()
    assert "&lt;i&gt;" in explanation._repr_html_()


def test_goes_through_json() -> None:
    explanation = explain(made())
    document = json.loads(json.dumps(explanation.to_dict(), allow_nan=False))
    assert document["sentences"] == list(explanation.sentences)
    assert document["evidence"][1] == {
        "name": "choice of bursts", "observed": 4.0, "expected": None, "bits": -15.0
    }  # fmt: skip
    assert isinstance(explanation, Explanation)
