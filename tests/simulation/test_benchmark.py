"""The rings of the quality benchmark stay within their levels."""

import numpy as np
import pytest

from clickgraph.errors import InputError
from clickgraph.simulation.benchmark import planted_rings
from clickgraph.simulation.planting import plant
from clickgraph.simulation.scenarios import simulate

MONTH = 28 * 86_400.0
LIMITS = {
    "plain": {"n": (5, 900), "part": (0.25, 1.0), "jobs": (10, 60), "spread": (5.0, 86_400.0)},
    "weak": {"n": (4, 900), "part": (0.08, 0.5), "jobs": (6, 25), "spread": (300.0, 3 * 86_400.0)},
}


@pytest.mark.parametrize("level", LIMITS)
@pytest.mark.parametrize("seed", range(5))
def test_levels_keep_their_bounds(level, seed):
    limits = LIMITS[level]
    farms = planted_rings(level, span=MONTH, rng=seed)
    assert len({farm.name for farm in farms}) == len(farms) == 23
    for farm in farms:
        assert limits["n"][0] <= farm.n_accounts <= limits["n"][1]
        assert limits["part"][0] <= farm.participation[0] <= limits["part"][1]
        assert limits["jobs"][0] <= farm.n_jobs <= limits["jobs"][1]
        assert limits["spread"][0] <= farm.spread[0] <= min(limits["spread"][1], MONTH / 10)
        assert farm.participation[0] * farm.n_jobs >= 2
        if level == "plain" and farm.n_accounts < 10:
            assert farm.participation[0] >= 0.8
            assert farm.n_jobs == 12


def test_same_seed_same_farms_and_a_short_log_shortens_the_spread():
    assert planted_rings("weak", span=MONTH, rng=2) == planted_rings("weak", span=MONTH, rng=2)
    assert max(farm.spread[0] for farm in planted_rings("weak", span=86_400.0)) <= 8640
    assert max(farm.spread[0] for farm in planted_rings("weak", span=86_400.0, clock=86_400.0)) == 86_400


def test_every_member_has_a_cover_life():
    log = simulate("independent", n_accounts=3000, n_events=30_000)
    world = plant(log, planted_rings("weak", span=MONTH, n_rings=5, rng=1), rng=1)
    truth = world.truth.to_pandas()
    assert truth.ring.nunique() == 5
    own = log.events.to_pandas().account.value_counts().reindex(truth.account, fill_value=0).to_numpy()
    counts = world.events.to_pandas().account.value_counts().reindex(truth.account, fill_value=0).to_numpy()
    assert np.all(own > 0)
    assert np.array_equal(counts, own + truth.n_acts)


def test_an_unknown_level_is_refused():
    with pytest.raises(InputError, match="a level among plain, weak; found 'strong'"):
        planted_rings("strong", span=MONTH)
