"""Measuring and backgrounds: plain numbers of rings and groups, and the logs that they are measured on."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from made_rings import make_ring, make_rings, two_rings
from toy_logs import alone, make_log, names

from benchmarks import backgrounds
from benchmarks.measurements.clean import measure_worlds_peer
from benchmarks.measurements.planted import try_true_rings
from benchmarks.measuring import (
    against_truth,
    describe,
    groups_against_truth,
    organic_rings,
    p_against_own_hours,
    search,
)
from benchmarks.peers.groups import Groups
from clickgraph.log.table import Table
from clickgraph.simulation.farms import Farm
from clickgraph.simulation.planting import plant
from clickgraph.simulation.scenarios import simulate
from clickgraph.simulation.worlds import World


def _world(members: dict[str, int], everyone: list[str]) -> World:
    events = pa.table({"account": everyone, "content": ["c"] * len(everyone)})
    truth = {
        "account": list(members),
        "ring": ["farm"] * len(members),
        "n_acts": pa.array(members.values(), pa.int64()),
    }
    return World(Table(events), Table(pa.table(truth)))


def test_a_search_counts_verdicts_and_tells_the_smallest_p() -> None:
    public = {"n_organic_accounts": 1_000, "n_organic_events": 10_000}
    rings, numbers = search(simulate("phone-farm", n_accounts=60, rng=1, **public).events)
    assert numbers["n_verdicts"]["ring"] == 1
    assert sum(numbers["n_verdicts"].values()) == len(rings)
    assert 0 <= numbers["smallest_p"] <= 0.01
    _, nothing = search(make_log(alone(20, 5)))
    assert nothing["smallest_p"] == 1.0
    assert set(nothing["n_verdicts"].values()) == {0}


def test_a_ring_in_plain_numbers() -> None:
    farm, fans = two_rings()
    told = describe(farm)
    assert (told["n_accounts"], told["n_contents"], told["verdict"]) == (4, 3, "ring")
    assert told["participation"] == 1.0
    assert describe(fans)["edge"] is None  # not a number: JSON has none


def test_the_p_value_is_that_of_the_rings_own_hours() -> None:
    rows = make_ring("r", ["a1", "a2", "a3"], ["c1", "c2"])
    assert p_against_own_hours(make_rings(rows)[0]) == 1e-12
    rows["evidence"].append({"ring": "r", "name": "own hours", "observed": 3.0, "expected": 9.0, "bits": -6.0})
    assert p_against_own_hours(make_rings(rows)[0]) == 0.125


def test_rings_against_the_truth_by_all_verdicts_and_by_one() -> None:
    world = _world({"a1": 4, "a2": 4, "a3": 4, "a4": 4}, [*names("a", 5), *names("b", 9)])
    found = against_truth(two_rings(), world)
    assert (found["all"]["n_rings"], found["all"]["n_organic"], found["all"]["n_matched"]) == (2, 1, 1)
    assert (found["ring"]["n_rings"], found["ring"]["n_organic"], found["ring"]["n_matched"]) == (1, 0, 1)
    (row,) = found["rings"]
    assert (row["ring"], row["f1"], row["verdict"]) == ("farm", 1.0, "ring")
    (organic,) = organic_rings(two_rings(), world)
    assert organic["verdict"] == "audience"


def test_what_the_test_would_give_if_it_were_told_who() -> None:
    public = simulate("independent", n_accounts=1_000, n_events=10_000, rng=1).events
    strong = Farm(name="strong", n_accounts=40, n_jobs=10, participation=(0.8, 0.8), spread=(60.0, 60.0))
    weak = Farm(name="weak", n_accounts=4, n_jobs=3, participation=(0.5, 0.5), spread=(86_400.0, 86_400.0))
    told = try_true_rings(plant(public, (strong, weak), rng=1))
    assert told["strong"] > 500
    assert told["weak"] < 6


def test_a_peers_accounts_are_ranked_by_its_own_scores() -> None:
    everyone = ["a", "b", "c", "x", "once", "y"]
    groups = Groups(
        pa.array(everyone), (np.array([0, 1, 2, 3]),), np.array([5.0]), np.array([9.0, 8.0, 7.0, 1.0, 99.0, 0.0])
    )
    world = _world({"a": 3, "b": 3, "c": 2, "once": 1}, everyone)
    found = groups_against_truth(groups, world)["all"]
    # x is in the group, but ranks below the members; who acted once counts neither way.
    assert found["average_precision"] == 1.0
    assert (found["n_true_rings"], found["n_matched"], found["n_apart"]) == (1, 1, 1)


def test_peers_in_clean_worlds_are_counted_by_setting() -> None:
    settings = [{"n_blocks": 1}, {"n_blocks": 2}]
    result = measure_worlds_peer(world="independent", seeds=2, peer="fraudar", settings=settings)
    assert len(result["n_with"]) == len(settings)
    assert [len(counts) for counts in result["n_groups"]] == [2, 2]
    assert all(
        n <= setting["n_blocks"] for counts, setting in zip(result["n_groups"], settings, strict=True) for n in counts
    )


def test_the_data_folder_can_be_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CLICKGRAPH_DATA", str(tmp_path))
    assert backgrounds.data_folder() == tmp_path
    assert not backgrounds.has_data("oulad_clicks")
    (tmp_path / "oulad_clicks").mkdir()
    (tmp_path / "oulad_clicks" / "events.parquet").touch()
    assert backgrounds.has_data("oulad_clicks")


def test_rings_are_planted_into_the_whole_real_log(
    shared_data: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLICKGRAPH_DATA", str(shared_data("german_elections").parent))
    world, farms = backgrounds.planted("german_elections", level="plain", seed=1, n_rings=2)
    assert set(world.truth["ring"].to_pylist()) == {farm.name for farm in farms} == {"burst-0", "operator-1"}
    real = backgrounds.load("german_elections")
    rows, planted = (Counter(map(tuple, table.to_pandas().to_numpy().tolist())) for table in (real, world.events))
    assert not rows - planted  # the members' own lives are still there, and everyone else's
    acts = Counter(row[0] for row in (planted - rows).elements())
    assert acts == {row["account"]: row["n_acts"] for row in world.truth if row["n_acts"]}


def test_the_real_farm_keeps_its_stars_among_others(
    shared_data: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLICKGRAPH_DATA", str(shared_data("stargazers_ghost").parent))
    world, stargazers = backgrounds.ghosts_in_starring("independent", seed=0, times=2)
    is_real = pc.is_in(world.events["account"], value_set=stargazers).to_numpy(zero_copy_only=False)
    assert len(stargazers) == 606
    assert is_real.sum() == 9_117
    assert (~is_real).sum() == 2 * 9_117
    acts = world.truth["n_acts"].to_numpy()
    assert (len(acts), int((acts >= 3).sum())) == (204, 172)
    times = world.events["time"].cast(pa.int64()).to_numpy()
    assert times[is_real].min() == times[~is_real].min()
