"""Sittings: a list that people go through at one go is one proof, and others who do it are counted."""

import math

import pyarrow as pa
import pytest
from made_groups import PAGES, background, codes, course, crowd, farm, visit
from toy_logs import Act, make_log

import clickgraph as cg
from clickgraph.rings.sittings import measure_sittings
from clickgraph.rings.trial import try_group

HOUR = 3_600.0


def test_one_visit_is_one_proof() -> None:
    log = background(crowd(200, 2_000) + course(12, 60))
    trial = try_group(log, codes(log, "t"), by_hours=True)
    assert len(trial.bursts) == len(PAGES)
    sittings = measure_sittings(log, trial, alpha=0.01)
    assert sittings.bits < 0 < trial.bits
    assert sittings.p_value == 1.0
    assert sittings.followers == pytest.approx(60 / 12)


def test_jobs_on_different_days_are_proofs_of_their_own() -> None:
    log = background(crowd(200, 2_000) + farm("f", 12, 8))
    trial = try_group(log, codes(log, "f"), by_hours=True)
    sittings = measure_sittings(log, trial, alpha=0.01)
    assert sittings.bits == pytest.approx(trial.bits)
    assert math.isnan(sittings.followers)  # nobody was looked for


def test_followers_went_through_a_quarter_of_the_list_at_one_go() -> None:
    some = visit("a0", 7 * HOUR, pages=PAGES[:2]) + visit("b0", 9 * HOUR, pages=PAGES[:1])
    apart = [("c0", page, (20 + 2 * k) * HOUR) for k, page in enumerate(PAGES)]
    log = background(crowd(200, 2_000) + course(10, 0) + some + apart)
    assert measure_sittings(log, try_group(log, codes(log, "t"), by_hours=True), alpha=0.01).followers == pytest.approx(
        1 / 10
    )


def test_who_is_told_in_a_ring_follows_nobody() -> None:
    log = background(crowd(200, 2_000) + course(12, 60))
    trial = try_group(log, codes(log, "t"), by_hours=True)
    assert measure_sittings(log, trial, alpha=0.01, rings=codes(log, "o")[:24]).followers == pytest.approx(36 / 12)


def test_nobody_has_no_followers() -> None:
    log = background(crowd(50, 200))
    sittings = measure_sittings(log, try_group(log, codes(log, "x1"), by_hours=True), alpha=0.01)
    assert sittings.followers == 0.0
    assert sittings.bits <= 0.0


def _verdicts(acts: list[Act]) -> set[tuple[str, str]]:
    log: pa.Table = make_log(acts)
    rings = cg.find_rings(log)
    return {(ring.verdict, ring.decided_by) for ring in rings if "t0" in ring.accounts.to_pylist()}


def test_who_goes_through_what_others_go_through_too_is_a_candidate() -> None:
    assert _verdicts(crowd(300, 3_000) + course(12, 200)) == {("candidate", "sittings")}


def test_a_list_that_nobody_else_goes_through_is_a_ring() -> None:
    assert _verdicts(crowd(300, 3_000) + course(12, 0)) == {("ring", "bursts")}
