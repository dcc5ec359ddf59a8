"""The draws have the shapes that they promise."""

import numpy as np
import pytest

from clickgraph.simulation.draws import (
    HOUR,
    RHYTHM,
    ZONE_SHARES,
    ZONES,
    draw_delays,
    draw_heavy_tailed,
    draw_log_uniform,
    draw_rhythmic,
    draw_weighted,
    rhythm_at,
)


@pytest.fixture
def rng():
    return np.random.default_rng(7)


def test_heavy_tail_has_its_exponent(rng):
    values = draw_heavy_tailed(1.5, size=200_000, rng=rng)
    assert values.min() >= 1
    assert np.mean(values > 4) == pytest.approx(4**-1.5, rel=0.05)


def test_log_uniform_keeps_its_bounds_and_its_median(rng):
    values = draw_log_uniform((10.0, 1000.0), size=20_000, rng=rng)
    assert values.min() >= 10
    assert values.max() <= 1000
    assert np.median(values) == pytest.approx(100, rel=0.05)


def test_weighted_draw_follows_the_weights(rng):
    drawn = draw_weighted(np.array([1.0, 0.0, 3.0]), size=40_000, rng=rng)
    assert np.bincount(drawn, minlength=3) / 40_000 == pytest.approx([0.25, 0.0, 0.75], abs=0.01)


def test_half_of_the_attention_comes_within_the_half_life(rng):
    delays = draw_delays(np.full(100_000, 600.0), rng=rng)
    assert np.mean(delays < 600.0) == pytest.approx(0.5, abs=0.02)
    # A power law: nine half-lives take away nine tenths; then the cut-off ends it.
    assert np.mean(delays > 9 * 600.0) == pytest.approx(0.1 * np.exp(-0.3), abs=0.01)
    assert np.mean(delays > 300 * 600.0) == 0


def test_rhythm_is_one_on_average_and_shifted_by_the_zone():
    hours = np.arange(24) * HOUR
    assert rhythm_at(hours, zone=0).mean() == pytest.approx(1.0)
    assert rhythm_at(np.array([0.0]), zone=5)[0] == rhythm_at(np.array([5 * HOUR]), zone=0)[0]
    assert len(RHYTHM) == 24
    assert len(ZONES) == len(ZONE_SHARES)
    assert ZONE_SHARES.sum() == pytest.approx(1.0)


def test_rhythmic_times_are_dense_in_the_evening(rng):
    times = draw_rhythmic((0.0, 2 * 24 * HOUR), size=50_000, rng=rng)
    by_hour = np.bincount((times // HOUR).astype(int) % 24, minlength=24) / len(times)
    assert by_hour == pytest.approx(RHYTHM / RHYTHM.sum(), abs=0.01)


def test_rhythmic_times_between_equal_bounds(rng):
    assert draw_rhythmic((5.0, 5.0), size=3, rng=rng) == pytest.approx([5.0] * 3, abs=1e-3)
