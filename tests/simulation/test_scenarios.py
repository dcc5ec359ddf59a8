"""The catalogue: every farm by name, at a size that a test can afford."""

import numpy as np
import pytest

import clickgraph as cg
from clickgraph.errors import InputError
from clickgraph.simulation.catalogue import SCENARIOS
from clickgraph.simulation.scenarios import make_farm, simulate

PUBLIC = {"n_organic_accounts": 500, "n_organic_events": 4000}
FARMS = {
    "manual-farm": {},
    "box-farm": {"n_accounts": 2000, "n_jobs": 40},
    "phone-farm": {"n_accounts": 60, "n_jobs": 10},
    "computer-farm": {"n_accounts": 1000, "n_jobs": 10},
    "stealth-farm": {"n_accounts": 200, "job_sizes": (60.0, 0.1)},
    "follower-seller": {"n_accounts": 400, "n_jobs": 20, "job_sizes": (70.0, 0.15)},
    "star-seller": {"n_accounts": 1000, "n_jobs": 100},
}


@pytest.mark.parametrize("name", FARMS)
def test_every_farm_comes_with_its_truth(name):
    world = simulate(name, rng=1, **FARMS[name], **PUBLIC)
    farm = make_farm(name, **FARMS[name])
    truth = world.truth.to_pandas()
    assert world.events.columns == ["account", "content", "time", "action", "creator"]
    assert len(truth) == farm.n_accounts
    assert set(truth.ring) == {name}
    assert (truth.n_acts >= 2).any()
    acted = set(truth.account[truth.n_acts > 0])
    assert acted <= set(world.events["account"].to_pylist())
    assert world.events == simulate(name, rng=np.random.default_rng(1), **FARMS[name], **PUBLIC).events


def test_every_scenario_has_a_source_and_valid_defaults():
    assert set(FARMS) == {name for name, scenario in SCENARIOS.items() if scenario.farm is not None}
    for name, scenario in SCENARIOS.items():
        assert len(scenario.source) > 20
        assert "assumed" in scenario.source
        if scenario.farm is not None:
            assert make_farm(name).name == name


def test_the_numbers_of_the_sources():
    box, bots = make_farm("box-farm"), make_farm("follower-seller")
    assert (box.n_accounts, box.hands) == (347_200, 9)
    per_day = np.mean(box.participation) / box.on_days * box.n_jobs / 7
    assert 4 <= per_day <= 16
    assert bots.job_sizes is not None
    assert bots.job_sizes[0] * bots.n_jobs / bots.n_accounts == pytest.approx(57, rel=0.03)
    assert make_farm("phone-farm").n_accounts == 10_000


def test_actions_fit_the_scenario():
    assert set(simulate("star-seller", **FARMS["star-seller"], **PUBLIC).events["action"].to_pylist()) == {"star"}
    assert set(simulate("phone-farm", **FARMS["phone-farm"], **PUBLIC).events["action"].to_pylist()) == {"like"}


def test_star_sellers_accounts_star_once_or_for_a_week():
    world = simulate("star-seller", n_accounts=6000, n_jobs=400, **PUBLIC)
    truth = world.truth.to_pandas()
    assert np.mean(truth.n_acts[truth.n_acts > 0] == 1) == pytest.approx(0.6, abs=0.12)
    frame = world.events.to_pandas()
    again = frame[frame.account.isin(truth.account[truth.n_acts >= 5])]
    spans = again.groupby("account").time.agg(np.ptp).dt.total_seconds() / 86_400
    assert 3 < spans.median() < 14


def test_simulate_is_public():
    assert cg.simulate is simulate


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: simulate("click-farm"), "a scenario among manual-farm, .*; found 'click-farm'"),
        (lambda: simulate("fans", n_fan=3), "parameters among .*; found n_fan"),
        (lambda: simulate("phone-farm", n_robots=3), "parameters among .*; found n_robots"),
        (lambda: make_farm("phone-farm", days=3), "parameters among .*; found days"),
        (lambda: make_farm("topics"), "a scenario with a farm .*; found 'topics'"),
    ],
)
def test_unknown_names_are_refused(call, message):
    with pytest.raises(InputError, match=message):
        call()
