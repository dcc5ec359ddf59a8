"""Planting leaves the log as it is, keeps its types and its clock, and tells the truth."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from clickgraph.errors import InputError
from clickgraph.log.events import Events
from clickgraph.log.table import Table
from clickgraph.simulation.farms import Farm
from clickgraph.simulation.planting import plant
from clickgraph.simulation.scenarios import simulate
from clickgraph.simulation.worlds import to_times

FARM = Farm(name="farm", n_accounts=30, n_jobs=8)


@pytest.fixture(scope="module")
def log():
    return simulate("independent", n_accounts=400, n_events=4000)


def numbered(clock=1_000_000, n=3000):
    rng = np.random.default_rng(0)
    return pa.table(
        {
            "account": pa.array(rng.integers(100, 400, n)),
            "content": pa.array(rng.integers(1, 200, n)),
            "time": to_times(rng.integers(0, 28 * 86_400_000_000, n) // clock * clock),
            "action": pa.array(["click"] * n),
            "course": pa.array(rng.choice(["a", "b"], n)).dictionary_encode(),
        }
    )


def planted_rows(world, log):
    rest = world.events.to_pandas().merge(log.to_pandas(), how="left", indicator=True)
    return rest[rest._merge == "left_only"]


def test_the_log_is_still_there(log):
    world = plant(log, FARM)
    assert len(planted_rows(world, log.events)) == len(world.events) - len(log.events)
    assert world.events["time"].type == log.events["time"].type
    assert world.events.to_pandas().time.is_monotonic_increasing


def test_the_truth_is_a_recount_of_the_events(log):
    world = plant(log, FARM, rng=2)
    rows = planted_rows(world, log.events)
    truth = world.truth.to_pandas().set_index("account").n_acts
    assert rows.account.value_counts().reindex(truth.index, fill_value=0).equals(truth.rename("count"))
    assert rows.content.nunique() == 8
    assert not set(rows.content) & set(log.events.to_pandas().content)


def test_same_seed_same_bytes(log):
    assert plant(log, FARM, rng=5).events == plant(log, FARM, rng=5).events
    assert plant(log, FARM, rng=5).events == plant(log, FARM, rng=np.random.default_rng(5)).events
    assert plant(log, FARM, rng=5).events != plant(log, FARM, rng=6).events


def test_several_farms_and_a_world_that_has_one(log):
    farms = [FARM, replace(FARM, name="other", n_accounts=7)]
    world = plant(plant(log, farms), replace(FARM, name="third"))
    rings = world.truth.to_pandas().ring.value_counts()
    assert rings.to_dict() == {"farm": 30, "third": 30, "other": 7}
    assert world.truth.to_pandas().account.is_unique


def test_numbers_stay_numbers_and_days_stay_days():
    log = numbered(clock=86_400_000_000)
    world = plant(log, replace(FARM, lives="clone", cover=(0.5, 1.0)))
    assert world.events.to_arrow().schema == log.schema
    assert world.truth["account"].type == pa.int64()
    assert not (world.events["time"].cast(pa.int64()).to_numpy() % 86_400_000_000).any()
    assert not set(world.truth["account"].to_pylist()) & set(log["account"].to_pylist())


def test_old_targets_are_ordinary_contents_at_their_own_time():
    log = numbered()
    rows = planted_rows(plant(log, replace(FARM, old_targets=1.0)), log)
    counts = log["content"].to_pandas().value_counts()
    chosen = counts[rows.content.unique()]
    assert chosen.between(counts.median(), counts.quantile(0.99)).all()
    assert len(chosen) == 8


def test_a_clone_lives_the_life_of_an_account_at_other_moments(log):
    world = plant(log, replace(FARM, n_jobs=1, participation=(0.0, 0.0), lives="clone"))
    rows = planted_rows(world, log.events)
    lives = {frozenset(group.content) for _, group in log.events.to_pandas().groupby("account")}
    for account, group in rows.groupby("account"):
        paid = int(world.truth.to_pandas().set_index("account").n_acts[account])
        cover = set(group.content) & set(log.events.to_pandas().content)
        assert frozenset(cover) in lives
        assert len(group) == len(cover) + paid
    both = rows.merge(log.events.to_pandas(), on="content", suffixes=("", "_of_log"))
    moved = (both.time - both.time_of_log).abs().dt.total_seconds()
    assert moved.groupby([both.account, both.content]).min().median() < 3600


def test_patchwork_lives_are_as_active_but_no_double(log):
    world = plant(log, replace(FARM, n_accounts=200, n_jobs=1, participation=(0.0, 0.0), lives="patchwork"))
    rows = planted_rows(world, log.events)
    assert rows.account.nunique() >= 199
    mean = len(log.events) / log.events.to_pandas().account.nunique()
    assert 0.6 * mean < len(rows) / 200 < 1.6 * mean
    lives = log.events.to_pandas().groupby("account").content.agg(frozenset)
    members = rows.groupby("account").content.agg(frozenset)
    assert not any(len(life) >= 10 and life <= member for member in members for life in lives)


def test_a_takeover_gives_the_jobs_to_accounts_of_the_log(log):
    world = plant(log, replace(FARM, lives="takeover"))
    members = set(world.truth["account"].to_pylist())
    assert members <= set(log.events["account"].to_pylist())
    assert len(members) == 30
    assert world.events.to_pandas().account.nunique() == log.events.to_pandas().account.nunique()


def test_no_account_is_taken_over_twice(log):
    farms = [replace(FARM, name=str(k), n_accounts=60, lives="takeover") for k in range(5)]
    world = plant(plant(log, farms[:2]), farms[2:], rng=3)
    assert world.truth.to_pandas().account.is_unique


def test_camouflage_is_half_to_one_act_per_job(log):
    world = plant(log, replace(FARM, n_accounts=200, cover=(0.5, 1.0)))
    rows = planted_rows(world, log.events)
    paid = world.truth.to_pandas().n_acts.sum()
    assert 0.65 < (len(rows) - paid) / paid < 0.85


def test_new_targets_may_have_an_audience(log):
    world = plant(log, replace(FARM, audience=(1.0, 1.0)))
    rows = planted_rows(world, log.events)
    audience = rows[~rows.account.isin(world.truth["account"].to_pylist())]
    assert 0.8 < len(audience) / world.truth.to_pandas().n_acts.sum() <= 1.0
    assert set(audience.account) <= set(log.events["account"].to_pylist())


def test_clients_are_new_creators(log):
    world = plant(log, replace(FARM, n_jobs=40, clients=3))
    rows = planted_rows(world, log.events)
    assert rows.creator.nunique() == 3
    assert not set(rows.creator) & set(log.events["creator"].to_pylist())
    old = plant(log, replace(FARM, old_targets=1.0))
    assert set(planted_rows(old, log.events).creator) <= set(log.events["creator"].to_pylist())


def test_a_copied_post_stays_one_post():
    n = 600
    log = pa.table(
        {
            "account": [f"a{i // 6}" for i in range(n)],
            "content": [f"c{i % 37}" for i in range(n)],
            "time": to_times(np.repeat(np.arange(n // 2), 2) * 5_000_000_000),
            "post_id": [f"p{i // 2}" for i in range(n)],
        }
    )
    world = plant(log, replace(FARM, lives="clone", participation=(0.0, 0.0), n_jobs=1))
    rows = planted_rows(world, Table(log))
    cover = rows[rows.content.isin(log["content"].to_pylist())]
    assert (cover.groupby("post_id").size() == 2).all()
    assert (rows.groupby("post_id").account.nunique() == 1).all()
    assert not set(rows.post_id) & set(log["post_id"].to_pylist())


def test_events_are_a_log_too():
    codes = np.arange(6, dtype=np.int32)
    events = Events(
        account_code=codes,
        content_code=codes,
        action_code=np.zeros(6, np.int32),
        act_code=codes,
        time=np.arange(6) * 3_600_000_000,
        account_ids=pa.array(list("abcdef")),
        content_ids=pa.array(list("uvwxyz")),
        action_ids=pa.array(["like"]),
        columns=pa.table({"topic": ["t"] * 6}),
        clock=1_000_000,
    )
    world = plant(events, replace(FARM, n_accounts=3))
    assert world.events.columns == ["account", "content", "time", "action", "post_id", "topic"]
    assert set(world.events["action"].to_pylist()) == {"like"}


def test_a_log_at_one_instant_takes_a_farm():
    log = pa.table({"account": ["a", "b"], "content": ["x", "x"], "time": to_times(np.array([0, 0]))})
    assert len(plant(log, FARM).truth) == 30


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (pa.table({"account": ["a"], "time": to_times(np.array([1]))}), "a log with a column 'content'"),
        (
            pa.table({"account": [None], "content": ["c"], "time": to_times(np.array([1]))}),
            "no nulls in 'account'; found 1",
        ),
        (
            pa.table({"account": [1.5], "content": ["c"], "time": to_times(np.array([1]))}),
            "ids that are text or whole numbers; found double",
        ),
        (
            numbered().slice(0, 0),
            "a log with events to plant among",
        ),
    ],
)  # fmt: skip
def test_a_log_that_takes_no_farm(table, message):
    with pytest.raises(InputError, match=message):
        plant(table, FARM)


def test_farms_that_do_not_fit(log):
    with pytest.raises(InputError, match="farms of different names"):
        plant(log, [FARM, FARM])
    with pytest.raises(InputError, match="at least 500 accounts without a farm"):
        plant(log, replace(FARM, n_accounts=500, lives="takeover"))
    with pytest.raises(InputError, match="contents of ordinary popularity to aim at"):
        plant(log, replace(FARM, n_jobs=500, old_targets=1.0))
