"""Verdicts: every branch, and the piece that decided."""

from types import SimpleNamespace
from typing import Any

import pytest

from clickgraph.rings.evenness import Evenness
from clickgraph.rings.sittings import Sittings
from clickgraph.rings.verdict import Verdict, decide

ALPHA = 0.01
EVEN = {
    "variance_ratio": 1.0,
    "surplus": 0.0,
    "unevenness": 0.0,
    "edge": 0.0,
    "inner_edge": 0.0,
    "inner_p": 1.0,
    "returns": 1.0,
}
APART = Sittings(bits=50.0, followers=0.0)


def _trial(bits: float, *, burst_bits: float = 500.0, n_members: int = 20) -> Any:
    return SimpleNamespace(
        bits=bits, p_value=min(1.0, 2.0**-bits), burst_bits=burst_bits, members=range(n_members)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("measured", "verdict"),
    [
        ({}, ("ring", "bursts")),
        ({"surplus": 9.0, "unevenness": 0.6}, ("audience", "unevenness")),
        ({"surplus": 9.0, "unevenness": 0.48}, ("ring", "bursts")),  # batches of a farm; nobody is around it
        ({"surplus": 9.0, "unevenness": 0.1, "edge": 0.21}, ("audience", "edge")),
        ({"surplus": 2.9, "unevenness": 0.6}, ("ring", "bursts")),  # few members: it may be chance
        ({"surplus": 9.0, "unevenness": 0.2, "edge": 0.1}, ("ring", "bursts")),  # many bursts: significant, but small
        ({"surplus": 9.0, "unevenness": 0.51, "edge": -5.0}, ("audience", "unevenness")),
        ({"inner_edge": 0.3, "inner_p": 0.001}, ("candidate", "edge")),
        ({"inner_edge": 0.3, "inner_p": 0.5}, ("ring", "bursts")),
        ({"inner_edge": 0.2, "inner_p": 0.001}, ("ring", "bursts")),
        ({"inner_edge": 0.2, "inner_p": 0.001, "surplus": 1.5}, ("candidate", "edge")),
    ],
)
def test_what_passes_in_its_own_hours(measured: dict[str, float], verdict: tuple[str, str]) -> None:
    found = decide(_trial(50.0), _trial(60.0), Evenness(**{**EVEN, **measured}), APART, alpha=ALPHA)
    assert found == Verdict(*verdict)


@pytest.mark.parametrize(("whole", "verdict"), [(199.0, "ring"), (201.0, "audience")])
def test_half_the_unevenness_is_enough_where_hours_explain_most(whole: float, verdict: str) -> None:
    uneven = Evenness(**{**EVEN, "surplus": 9.0, "unevenness": 0.3})
    found = decide(_trial(50.0), _trial(whole), uneven, APART, alpha=ALPHA)
    assert found is not None
    assert found.name == verdict


@pytest.mark.parametrize(
    ("returns", "unevenness", "verdict"),
    [(1.9, 0.3, "ring"), (2.0, 0.3, "audience"), (2.0, 0.2, "ring"), (5.0, 0.11, "audience"), (5.0, 0.09, "ring")],
)
def test_less_unevenness_is_enough_the_more_often_members_come_back(
    returns: float, unevenness: float, verdict: str
) -> None:
    uneven = Evenness(**{**EVEN, "surplus": 9.0, "unevenness": unevenness, "returns": returns})
    found = decide(_trial(50.0), _trial(60.0), uneven, APART, alpha=ALPHA)
    assert found is not None
    assert found.name == verdict


@pytest.mark.parametrize(
    ("bits", "followers", "verdict"),
    [
        (5.0, 1.5, ("candidate", "sittings")),
        (5.0, 0.9, ("ring", "bursts")),  # at one go, but nobody else does it
        (9.0, 1.5, ("ring", "bursts")),  # others do it too, but these did more than that
    ],
)
def test_a_list_of_contents_is_no_proof_where_others_go_through_it(
    bits: float, followers: float, verdict: tuple[str, str]
) -> None:
    sittings = Sittings(bits=bits, followers=followers)
    assert decide(_trial(50.0), _trial(60.0), Evenness(**EVEN), sittings, alpha=ALPHA) == Verdict(*verdict)


@pytest.mark.parametrize(
    ("left", "n_members", "measured", "verdict"),
    [
        (124.0, 9, {}, ("candidate", "own hours")),
        (126.0, 9, {}, ("ring", "bursts")),
        (124.0, 10, {}, ("ring", "bursts")),  # a farm amid a rush
        (124.0, 9, {"surplus": 9.0, "unevenness": 0.6}, ("audience", "unevenness")),
    ],
)
def test_what_the_own_hours_explain_is_no_ring(
    left: float, n_members: int, measured: dict[str, float], verdict: tuple[str, str]
) -> None:
    hours, whole = _trial(30.0, burst_bits=left, n_members=n_members), _trial(60.0, burst_bits=500.0)
    assert decide(hours, whole, Evenness(**{**EVEN, **measured}), APART, alpha=ALPHA) == Verdict(*verdict)


def test_an_audience_stays_one_however_it_sits() -> None:
    uneven = Evenness(**{**EVEN, "surplus": 9.0, "unevenness": 0.6})
    found = decide(_trial(50.0), _trial(60.0), uneven, Sittings(bits=-9.0, followers=5.0), alpha=ALPHA)
    assert found == Verdict("audience", "unevenness")


@pytest.mark.parametrize(
    ("hours", "whole", "verdict"),
    [
        (5.0, 60.0, ("candidate", "own hours")),
        (5.0, 6.0, ("not enough data", "choice of members")),
        (-5.0, 1.0, ("not enough data", "choice of members")),
        (-5.0, 0.0, None),
    ],
)
def test_what_does_not(hours: float, whole: float, verdict: tuple[str, str] | None) -> None:
    found = decide(_trial(hours), _trial(whole), Evenness(**EVEN), APART, alpha=ALPHA)
    assert found == (verdict and Verdict(*verdict))
