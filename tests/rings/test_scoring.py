"""Scoring: any group of interest, and why there is nothing to say."""

import math
from dataclasses import replace

import numpy as np
import pytest
from made_groups import HOUR, background, codes, course, crowd, farm

import clickgraph as cg
from clickgraph.graph.communities import Communities
from clickgraph.rings import scoring
from clickgraph.rings.background import Background
from clickgraph.rings.bursts import Bursts
from clickgraph.rings.evenness import Evenness, measure_evenness
from clickgraph.rings.scoring import Totals, _most_bits
from clickgraph.rings.trial import try_group

DAY = 24 * HOUR
LOG = background(crowd(200, 2_000) + farm("f", 12, 9, share=0.8))


def _score(log, *groups: np.ndarray, **options: object) -> cg.Rings:
    return cg.score(log.graph, Communities.from_members(list(groups), log.graph.events.account_ids), **options)


def test_a_farm_is_a_ring_and_strangers_are_nothing() -> None:
    rings = _score(LOG, codes(LOG, "x1")[:6], codes(LOG, "f"))
    assert [(ring.verdict, len(ring.accounts)) for ring in rings] == [("ring", 12)]
    assert math.isclose(math.fsum(piece.bits for piece in rings[0].evidence), rings[0].score_bits, rel_tol=1e-12)
    assert rings.settings == {"alpha": 0.01}


def test_alone_in_its_hours_it_is_a_candidate_and_the_evidence_adds_up() -> None:
    # Nobody else acts within days of the farm.
    far = [(who, what, when + 60 * 86_400) for who, what, when in crowd(200, 2_000)]
    log = background(farm("f", 12, 9, share=0.8) + far)
    (ring,) = _score(log, codes(log, "f"))
    assert (ring.verdict, ring.decided_by) == ("candidate", "own hours")
    own = next(piece for piece in ring.evidence if piece.name == "own hours")
    assert own.bits == pytest.approx(own.observed - own.expected)
    assert own.bits < 0
    assert ring.score_bits == pytest.approx(own.observed)
    assert math.isclose(math.fsum(piece.bits for piece in ring.evidence), ring.score_bits, abs_tol=1e-9)


@pytest.mark.parametrize(("n_others", "verdict"), [(40, "ring"), (60, "candidate")])
def test_who_is_told_in_a_ring_follows_nobody(n_others: int, verdict: str) -> None:
    log = background(crowd(200, 2_000) + course(12, n_others) + farm("o", 40, 9))
    together, rest = codes(log, "t"), codes(log, *(f"o{k}" for k in range(40, 60)))
    workers = np.setdiff1d(codes(log, "o"), rest)
    assert [ring.verdict for ring in _score(log, together)] == ["candidate"]
    assert {len(ring.accounts): ring.verdict for ring in _score(log, together, workers)} == {12: verdict, 40: "ring"}


def _log_with_a_lazy_member() -> Background:
    # Three jobs are done when nobody else acts: beside their own hours they are worth nothing, and fz has one hit left.
    when = [DAY * day for day in (60, 65, 70)]
    alone = [(f"f{k}", f"alone{t:.0f}", t + 2.0 * k) for t in when for k in range(12)]
    lazy = [("fz", "f-job0", 20 * HOUR + 10.0)] + [("fz", f"alone{t:.0f}", t + 30.0) for t in when]
    return background(crowd(200, 2_000) + farm("f", 12, 9, share=0.8) + alone + lazy)


def test_a_ring_is_told_with_whom_the_whole_log_bears_out() -> None:
    log = _log_with_a_lazy_member()
    members = codes(log, "f")
    by_hours = try_group(log, members, by_hours=True)
    assert len(by_hours.members) == len(members) - 1
    (ring,) = _score(log, members, windows=["1min", "1h"])
    assert (ring.verdict, len(ring.accounts)) == ("ring", len(members))
    assert ring.score_bits == pytest.approx(by_hours.bits)
    assert math.isclose(math.fsum(piece.bits for piece in ring.evidence), ring.score_bits, rel_tol=1e-12)


def test_with_whom_a_ring_is_told_decides_whether_it_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    log = _log_with_a_lazy_member()
    members = codes(log, "f")
    (ring,) = _score(log, members, windows=["1min", "1h"])

    def measure(log: Background, members: np.ndarray, bursts: Bursts) -> Evenness:
        found = measure_evenness(log, members, bursts)
        return replace(found, surplus=9.0, unevenness=0.9) if len(members) == len(ring.accounts) else found

    monkeypatch.setattr(scoring, "measure_evenness", measure)
    (told,) = _score(log, members, windows=["1min", "1h"])
    assert (ring.verdict, told.verdict, told.decided_by) == ("ring", "audience", "unevenness")
    assert told.accounts == ring.accounts


def test_a_ring_is_not_told_with_others_whom_its_hours_do_not_know() -> None:
    when = [DAY * day for day in (60, 65, 70, 75)]
    others = [(f"g{k}", f"alone{t:.0f}", t + 2.0 * k) for t in when for k in range(20)]
    log = background(crowd(200, 2_000) + farm("f", 12, 9, share=0.8) + others)
    assert len(try_group(log, codes(log, "f", "g"), by_hours=False).members) == 32
    (ring,) = _score(log, codes(log, "f", "g"), windows=["1min", "1h"])
    assert ring.verdict == "ring"
    assert ring.accounts.to_pylist() == log.graph.events.account_ids.take(codes(log, "f")).to_pylist()


def test_groups_that_shrink_to_the_same_are_one_ring() -> None:
    farm = codes(LOG, "f")
    strangers = codes(LOG, "x1")
    groups = [np.sort(np.append(farm, stranger)) for stranger in strangers[:2]]
    rings = _score(LOG, *groups)
    assert rings == _score(LOG, groups[0])
    assert [ring.accounts.to_pylist() for ring in rings] == [[f"f{k}" for k in (0, 1, 10, 11, *range(2, 10))]]


def test_nothing_is_explained() -> None:
    assert "no group of accounts acts together" in _score(LOG).notices[-1]
    tiny = background([(f"a{k}", "c", float(k)) for k in range(4)])
    assert "not enough data" in _score(tiny, np.arange(4, dtype=np.int32)).notices[-1]


def test_no_ring_has_more_bits_than_are_said_to_be_reachable() -> None:
    rows = [(f"a{k}", f"c{c}", 9_000.0 * c + k) for k in range(3) for c in range(5)]
    log = background(rows + [(f"x{k}", f"y{k}", 3_000.0 * k) for k in range(30)])
    found = _score(log, codes(log, "a"))
    assert all(ring.score_bits <= _most_bits(Totals.of(log), 3) for ring in found)
    assert _most_bits(Totals.of(log), 60) == 0.0


@pytest.mark.parametrize("option", [{"alpha": 0.9}, {"min_size": 1}])
def test_options_out_of_bounds_are_refused(option: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="expected"):
        _score(LOG, codes(LOG, "f"), **option)
