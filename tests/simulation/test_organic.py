"""Organic worlds: sizes, no repeats, and the behaviour that each one is there for."""

import numpy as np
import pytest

from clickgraph.errors import InputError
from clickgraph.simulation.crowds import draw_acts, draw_contents, draw_crowd
from clickgraph.simulation.gatherings import draw_attendance, draw_fans, draw_flash, draw_match, draw_sale
from clickgraph.simulation.organic import Organic, draw_organic
from clickgraph.simulation.scenarios import simulate

SMALL = {"n_accounts": 800, "n_events": 6000}
NAMES = ["independent", "topics", "fans", "news-flash", "live-event", "sale-day", "mixture"]


def small(name, **parameters):
    fans = {"n_fans": (30, 60)} if name in ("fans", "mixture") else {}
    return simulate(name, **(SMALL | fans | parameters))


@pytest.mark.parametrize("name", NAMES)
def test_every_organic_world_has_its_columns_and_no_repeats(name):
    world = small(name)
    frame = world.events.to_pandas()
    assert world.events.columns == ["account", "content", "time", "action", "creator"]
    assert str(world.events["time"].type) == "timestamp[us, tz=UTC]"
    assert len(world.truth) == 0
    assert 0.9 * 6000 <= len(frame) <= 1.6 * 6000
    assert not frame.duplicated(["account", "content"]).any()
    assert frame.time.is_monotonic_increasing
    assert (frame.groupby("content").creator.nunique() == 1).all()
    assert (frame.time.max() - frame.time.min()).days < 28


@pytest.mark.parametrize("name", NAMES)
def test_same_seed_same_bytes(name):
    first, second, other = small(name, rng=3), small(name, rng=3), small(name, rng=4)
    assert first.events == second.events
    assert first.events != other.events


def test_popularity_and_activity_are_heavy_tailed():
    frame = simulate("independent", n_accounts=3000, n_events=30_000).events.to_pandas()
    for column in ("account", "content"):
        counts = frame[column].value_counts()
        assert counts.iloc[0] > 10 * counts.mean()
        assert counts.iloc[0] < 0.1 * len(frame)


def test_attention_decays_as_the_half_life_says():
    quick = small("independent", half_life=(600.0, 600.0)).events.to_pandas()
    slow = small("independent", half_life=(86_400.0, 86_400.0)).events.to_pandas()
    ages = [
        (frame.time - frame.groupby("content").time.transform("min")).dt.total_seconds().median()
        for frame in (quick, slow)
    ]
    assert ages[0] < 3600 < 6 * 3600 < ages[1]


def test_nights_are_quiet_in_each_account_s_own_zone():
    frame = simulate("independent", n_accounts=50, n_events=4000, n_contents=2000).events.to_pandas()
    hours = frame.groupby("account").time.apply(lambda time: np.bincount(time.dt.hour, minlength=24))
    busy = [counts for counts in hours if counts.sum() > 150]
    assert all(np.sort(counts)[:4].sum() < 0.06 * counts.sum() for counts in busy)
    assert len({int(np.argmin(np.convolve(counts, np.ones(5), "same"))) for counts in busy}) > 1


def test_most_accounts_care_for_a_few_topics():
    rng = np.random.default_rng(0)
    crowd = draw_crowd(500, rng=rng, n_topics=20, activity_exponent=1.8)
    sizes = {"span": 1e6, "popularity_exponent": 1.5, "half_life": (1e3, 1e4)}
    contents = draw_contents(3000, rng=rng, n_topics=20, **sizes)
    acts = draw_acts(crowd, contents, n_acts=20_000, span=1e6, rng=rng)
    table = np.zeros((500, 20))
    np.add.at(table, (acts.account, contents.topic[acts.content]), 1)
    table = table[table.sum(axis=1) >= 20]
    assert np.mean(np.sort(table, axis=1)[:, -3:].sum(axis=1) / table.sum(axis=1)) > 0.6


def test_half_of_the_fans_come_within_ten_minutes():
    rng = np.random.default_rng(0)
    fans = draw_fans(5000, n_fans=(2000, 2000), n_posts=(20, 20), faithful=0.0, span=20 * 86_400.0, rng=rng)
    account, post, seconds = draw_attendance(fans, rng=rng)
    delays = seconds - fans.posted[post]
    assert np.mean(delays < 600) == pytest.approx(0.5, abs=0.06)
    hits = np.bincount(account)[fans.members]
    p = hits.mean() / 20
    assert hits.var() > 4 * 20 * p * (1 - p)


def test_faithful_fans_never_miss_a_post():
    rng = np.random.default_rng(0)
    fans = draw_fans(100, n_fans=(40, 40), n_posts=(12, 12), faithful=1.0, span=1e6, rng=rng)
    account, _, _ = draw_attendance(fans, rng=rng)
    assert (np.bincount(account)[fans.members] == 12).all()


@pytest.mark.parametrize(
    ("draw", "within"), [(draw_flash, 6 * 3600.0), (draw_match, 2 * 3600.0), (draw_sale, 8 * 3600.0)]
)
def test_other_gatherings_are_short(draw, within):
    gathering = draw(1000, span=10 * 86_400.0, rng=np.random.default_rng(0))
    assert gathering.own_creators
    assert np.ptp(gathering.posted) <= within
    assert len(np.unique(gathering.members)) == len(gathering.members) >= 100


def test_a_creator_s_fans_are_a_creator_s():
    frame = small("fans", n_creators=1, n_posts=(15, 15)).events.to_pandas()
    posts = frame.groupby("creator").content.nunique()
    assert posts.max() >= 15


def test_more_events_than_fit_give_as_many_as_fit():
    world = draw_organic(Organic(n_accounts=3, n_events=500, n_contents=2), rng=np.random.default_rng(0))
    assert len(world.events) <= 6


def test_a_log_without_events():
    assert len(simulate("independent", n_accounts=3, n_events=0).events) == 0


@pytest.mark.parametrize(("name", "value"), [("n_accounts", 0), ("days", 0), ("n_events", -1)])
def test_impossible_sizes_are_refused(name, value):
    with pytest.raises(InputError, match=f"expected {name}"):
        Organic(**{name: value})
