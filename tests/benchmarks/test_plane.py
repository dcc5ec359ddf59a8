"""The plane: farms weakened step by step, and what theory leaves of them."""

import math
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from toy_logs import alone, make_log, names, together

from benchmarks.measurements import plane
from benchmarks.measurements.plane import descend
from benchmarks.peers import PEERS, without_cheap
from benchmarks.scenarios import PUBLIC, SMALL, Point, farm_at, last_step, public_of, world_at
from benchmarks.sections.plane import settings_of
from benchmarks.theory import bits_if_told, shared_per_pair, work_of
from clickgraph.log.table import Table
from clickgraph.simulation.catalogue import SCENARIOS
from clickgraph.simulation.scenarios import make_farm
from clickgraph.simulation.worlds import World


def _world(acts: pa.Table, *, members: list[str]) -> World:
    counts = [acts["account"].to_pylist().count(member) for member in members]
    truth = pa.table({"account": members, "ring": ["farm"] * len(members), "n_acts": pa.array(counts, pa.int64())})
    return World(Table(acts), Table(truth))


NOBODY = World(Table(make_log(alone(30, 8))), Table(pa.table({"account": pa.array([], pa.string())})))


def test_every_farm_of_the_catalogue_is_on_the_plane() -> None:
    assert set(SMALL) == {name for name, scenario in SCENARIOS.items() if scenario.farm is not None}
    for name in SMALL:
        small, whole = farm_at(Point(name)), make_farm(name)
        assert small.n_accounts <= min(whole.n_accounts, PUBLIC["n_accounts"] // 2)
        assert small.delivery == whole.delivery
        if whole.job_sizes is not None:
            shares = [farm.job_sizes[0] / farm.n_accounts for farm in (small, whole) if farm.job_sizes]
            assert shares[0] == pytest.approx(shares[1], rel=0.01)
        else:
            assert small.participation == whole.participation


def test_a_step_takes_a_share_of_the_accounts_at_work() -> None:
    assert farm_at(Point("phone-farm", step=2)).participation == (0.5, 0.5)
    assert farm_at(Point("box-farm", step=0)).participation[0] == pytest.approx(1 / 7)
    seller = farm_at(Point("follower-seller", step=4, spread=60.0, cover=2.0))
    assert (seller.job_sizes, seller.participation, seller.spread, seller.cover) == (
        None, (0.25, 0.25), (60.0, 60.0), (2.0, 2.0)
    )  # fmt: skip
    assert farm_at(Point("manual-farm", spread=60.0)).gap is None
    for name in SMALL:
        n_accounts = farm_at(Point(name)).n_accounts
        last, beyond = (farm_at(Point(name, step=last_step(name) + more)) for more in (0, 1))
        assert last.participation[0] * n_accounts >= 2 > beyond.participation[0] * n_accounts


def test_the_same_point_is_the_same_world() -> None:
    point = Point("manual-farm", step=4, cover=1.0)
    world = world_at(point)
    assert world.events == world_at(point).events
    share = world.truth["n_acts"].to_numpy().mean() / farm_at(point).n_jobs
    assert share == pytest.approx(0.25, abs=0.02)


@pytest.mark.parametrize(
    ("found", "weakest", "tried"),
    [
        ({0, 2, 4, 5}, 5, [0, 2, 4, 5, 6, 8]),
        ({0, 2, 4}, 4, [0, 2, 4, 5, 6, 8]),
        ({0, 4}, 4, [0, 2, 4, 5, 6, 8]),  # one miss does not end the search
        ({6}, 6, [0, 2, 4, 6, 7, 8, 10]),  # so strong at first that it hides
        (set(), None, [0, 2, 4, 6]),
        (set(range(99)), 10, [0, 2, 4, 6, 8, 10]),
    ],
)
def test_the_descent(monkeypatch: pytest.MonkeyPatch, found: set[int], weakest: int | None, tried: list[int]) -> None:
    monkeypatch.setattr(plane, "last_step", lambda _name: 10)
    monkeypatch.setattr(plane, "world_at", lambda _point: None)
    facts = {"participation": 0.25, "shared_per_pair": 1.0}
    monkeypatch.setattr(plane, "_facts", lambda _world, _point: facts)

    def judge(_world: Any, point: Point) -> dict[str, Any]:
        return {"found": point.step in found, "strict": point.step in {0}}

    result = descend(Point("manual-farm"), judge)
    assert result["step"] == weakest
    assert [row["step"] for row in result["steps"]] == tried
    assert result["strict_step"] == 0
    assert result["at_floor"] is (weakest == 10)
    assert result["participation"] == (None if weakest is None else 0.25)


def test_find_rings_and_theory_see_the_farm_that_comes_whole() -> None:
    given = {"scenario": "manual-farm", "spread": None, "cover": 1.0, "seed": 0}
    ours, limit = plane.measure(**given), plane.measure_limit(**given)
    assert ours["steps"][0] == {**ours["steps"][0], "found": True, "f1": 1.0, "n_organic": 0}
    # Whoever has to search finds no weaker farm than a test that is told the members.
    assert limit["step"] >= ours["step"] > 0
    assert ours["steps"][-1]["found"] is False


def test_a_peer_by_two_readings() -> None:
    given = {"scenario": "manual-farm", "spread": None, "cover": 1.0, "seed": 0}
    result = plane.measure_peer(**given, peer="coortweet", settings=settings_of("coortweet"))
    assert result["step"] >= result["strict_step"] >= 0
    assert result["setting"] in settings_of("coortweet")


def test_the_plane_leaves_out_one_setting_only() -> None:
    assert [one["min_weight"] for one in settings_of("plain_recipe")] == [3, 5]
    for peer in PEERS:
        shown = [without_cheap(peer, setting) for setting in settings_of(peer)]
        assert shown == list(PEERS[peer].settings)[-len(shown) :]


def test_shared_targets_of_the_accounts_seen_twice() -> None:
    acts = [*together(["a", "b"], ["t1", "t2"]), ("c", "t1", 9.0), ("c", "t3", 9.0), ("once", "t1", 9.0)]
    world = _world(pa.concat_tables([NOBODY.events.to_arrow(), make_log(acts)]), members=["a", "b", "c", "once"])
    # a and b share two, c shares one with each: four over three pairs. Who acted once is left out.
    assert shared_per_pair(work_of(world, NOBODY)) == pytest.approx(4 / 3)


def test_bits_if_told_by_hand() -> None:
    ring = names("a", 4)
    world = _world(pa.concat_tables([NOBODY.events.to_arrow(), make_log(together(ring, ["t1", "t2"]))]), members=ring)
    work = work_of(world, NOBODY)
    # Two bursts of four within an hour; nobody else acts within a day, so e = 8 * 0.5 / 1.
    e, n_accounts, n_events = 4.0, 34, 248
    assert (work.n_accounts, len(work.own) + len(work.others)) == (n_accounts, n_events)
    burst = math.lgamma(5) - 4 * math.log(e) + e - math.log(20) - math.log(n_events * 6)
    expected = 2 * max(burst, 0.0) - math.log(math.comb(n_accounts, 4))
    assert bits_if_told(work) == pytest.approx(expected / math.log(2))


def test_more_bits_where_the_hours_are_busy_and_fewer_with_guests() -> None:
    ring = names("a", 12)
    busy = [(f"y{k}", f"y{k}", 7.0 * k) for k in range(2_000)]
    public = World(Table(make_log(busy)), NOBODY.truth)
    farm = together(ring, names("t", 4))
    quiet = _world(pa.concat_tables([NOBODY.events.to_arrow(), make_log(farm)]), members=ring)
    alone_there = _world(pa.concat_tables([public.events.to_arrow(), make_log(farm)]), members=ring)
    guests = [(f"y{k}", "t1", 3_605.0 + 0.1 * k) for k in range(40)]
    visited = _world(pa.concat_tables([public.events.to_arrow(), make_log(farm + guests)]), members=ring)
    bits = [
        bits_if_told(work_of(world, before))
        for world, before in ((quiet, NOBODY), (visited, public), (alone_there, public))
    ]
    assert bits == sorted(bits)
    assert bits[0] < bits[1] < bits[2]


def test_the_public_is_drawn_once() -> None:
    assert public_of("manual-farm", seed=0) is public_of("manual-farm", seed=0)
    assert len(np.unique(public_of("box-farm", seed=0).events["account"].to_numpy())) <= PUBLIC["n_accounts"]
