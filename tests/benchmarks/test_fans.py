"""Fans and farms side by side: the worlds are what they are called."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from benchmarks.measurements.fans import N_POSTS, creator_with_fans, fan_world, measure_fans, measure_farm, serve
from benchmarks.sections.fans import KINDS
from clickgraph.simulation.farms import Farm
from clickgraph.simulation.planting import plant
from clickgraph.simulation.worlds import World


def _first_acts(events: pa.Table) -> dict[str, object]:
    first = events.group_by("content").aggregate([("time", "min")])
    return dict(zip(first["content"].to_pylist(), first["time_min"].to_pylist(), strict=True))


@pytest.fixture(scope="module")
def public() -> World:
    return fan_world(faithful=0.5, seed=3)


@pytest.mark.parametrize("seed", range(4))
def test_the_creator_with_fans_is_the_one_with_many_regulars(seed: int) -> None:
    public = fan_world(faithful=0.5, seed=seed)
    events = public.events.to_arrow()
    posts = events.filter(pc.equal(events["creator"], creator_with_fans(public)))
    assert N_POSTS - 2 <= len(pc.unique(posts["content"])) <= N_POSTS
    counts = posts.group_by("account").aggregate([("content", "count")])["content_count"].to_numpy()
    # Half of 400 fans never miss one, but for the posts at the very end of the log.
    assert np.sum(counts >= N_POSTS - 2) > 150


def test_a_farm_serves_the_posts_of_one_creator(public: World) -> None:
    farm = Farm(n_accounts=30, n_jobs=N_POSTS, participation=(0.5, 0.5), clients=1, core=(1.0, 1.0))
    planted = plant(public.events, farm, rng=1)
    creator = creator_with_fans(public)
    world = serve(planted, public, creator=creator)
    events, before = world.events.to_arrow(), public.events.to_arrow()
    assert events.schema == planted.events.to_arrow().schema
    assert len(events) == len(planted.events)
    assert set(pc.unique(events["content"]).to_pylist()) == set(pc.unique(before["content"]).to_pylist())
    paid = events.filter(pc.is_in(events["account"], value_set=world.truth["account"].combine_chunks()))
    assert pc.unique(paid["creator"]).to_pylist() == [creator]
    assert len(pc.unique(paid["content"])) == N_POSTS
    # A job begins when the post comes out, and within the log.
    out, begun = (_first_acts(table) for table in (before, paid))
    assert all(begun[content] == out[content] for content in begun)
    assert pc.max(events["time"]) == pc.max(before["time"])
    assert world.truth["n_acts"].to_pylist() == planted.truth["n_acts"].to_pylist()
    assert events["time"].to_pylist() == sorted(events["time"].to_pylist())


def test_jobs_beyond_the_posts_are_dropped_and_not_counted(public: World) -> None:
    planted = plant(public.events, Farm(n_accounts=30, n_jobs=N_POSTS + 6, participation=(0.5, 0.5)), rng=1)
    world = serve(planted, public, creator=creator_with_fans(public))
    lost = sum(planted.truth["n_acts"].to_pylist()) - sum(world.truth["n_acts"].to_pylist())
    assert lost == 6 * 15
    assert len(planted.events) - len(world.events) == lost


def test_fans_and_farms_are_described_alike() -> None:
    fans = measure_fans(faithful=0.0, seed=0)
    for kind in KINDS:
        farm = measure_farm(kind=kind, loyalty=0.0, n_accounts=60, participation=0.6, faithful=0.0, seed=0)
        assert fans["group"].keys() == farm["group"].keys()
        assert {"variance_ratio", "edge", "verdict", "participation", "evidence"} <= farm["group"].keys()
        assert farm["f1"] > 0.5
    assert set(fans["n_verdicts"]) >= {"ring", "audience"}
