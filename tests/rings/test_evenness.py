"""Evenness: a pool is even, loyal and casual fans are not, and the fringe is counted."""

import math

import numpy as np
import pytest
from made_groups import background, codes, crowd, farm
from scipy.stats import poisson

from clickgraph.rings.evenness import _spread_of, measure_evenness


def test_a_pool_is_even() -> None:
    rng = np.random.default_rng(0)
    ratios, uneven = zip(*(_spread_of(rng.binomial(30, 0.4, 200), n_bursts=30) for _ in range(200)), strict=True)
    assert np.mean(ratios) == pytest.approx(1.0, abs=0.03)
    assert np.mean(uneven) == pytest.approx(0.0, abs=0.01)


@pytest.mark.parametrize("n_bursts", [20, 200])
def test_unevenness_is_the_spread_of_readiness_however_many_bursts(n_bursts: int) -> None:
    rng = np.random.default_rng(1)
    ready = rng.beta(1.0, 4.0, 20_000)  # squared coefficient of variation: 4 / 6
    ratio, unevenness = _spread_of(rng.binomial(n_bursts, ready), n_bursts=n_bursts)
    assert unevenness == pytest.approx(4 / 6, abs=0.05)
    assert ratio == pytest.approx(1 + (n_bursts - 1) / 6, rel=0.05)


def test_all_members_everywhere() -> None:
    log = background(crowd(200, 2_000) + farm("f", 6, 9))
    members = codes(log, "f")
    found = measure_evenness(log, members, log.bursts_of(members, by_hours=True))
    assert math.isnan(found.variance_ratio)
    assert found.surplus == 0.0
    assert found.unevenness == 0.0
    assert (found.inner_edge, found.inner_p) == (pytest.approx(0.0, abs=0.01), 1.0)
    assert found.edge == pytest.approx(0.0, abs=0.01)


def test_who_comes_back_to_a_content_returns() -> None:
    again = [(who, what, when + 72 * 3_600.0) for who, what, when in farm("f", 6, 3)]
    log = background(crowd(200, 2_000) + farm("f", 6, 9) + again)
    members = codes(log, "f")
    assert measure_evenness(log, members, log.bursts_of(members, by_hours=True)).returns == pytest.approx(12 / 9)


@pytest.mark.parametrize("n_hits", [3, 5])  # a third of what the median member hits, or half
def test_near_members_are_the_edge(n_hits: int) -> None:
    near = [(f"near{k}", f"f-job{job}", 72_000.0 * (job + 1) + 25) for k in range(5) for job in range(k, k + n_hits)]
    log = background(crowd(200, 2_000) + farm("f", 10, 9, share=0.8) + near)
    members = codes(log, "f")
    bursts = log.bursts_of(members, by_hours=True)
    found = measure_evenness(log, members, bursts)
    who, hits = log.hits_in(bursts, members)
    is_member = np.isin(who, members)
    others = np.setdiff1d(np.arange(log.graph.n_accounts), members)
    expected = log.n_acted[others] * log.outside_rate(members, bursts)[0]
    median = np.median(hits[is_member])
    edges = []
    for least in (max(2, math.ceil(median / 3)), math.ceil(median / 2)):
        n_near, by_chance = (hits[~is_member] >= least).sum(), poisson.sf(least - 1, expected).sum()
        edges.append((float(n_near - by_chance) / 10, float(poisson.sf(n_near - 1, by_chance))))
    assert edges[0][0] != pytest.approx(edges[1][0])
    assert (found.inner_edge, found.inner_p) == pytest.approx(edges[1 if n_hits == 5 else 0])
    assert (found.inner_edge, found.inner_p) == pytest.approx(max(edges))
    n_outer, by_chance = (hits[~is_member] >= 2).sum(), poisson.sf(1, expected).sum()
    assert found.edge == pytest.approx(max(found.inner_edge, (n_outer - by_chance) / 10))
    assert found.inner_p < 0.01
    assert found.surplus == pytest.approx((found.variance_ratio - 1) * math.sqrt(10 / 2))
    assert found.surplus < 3
