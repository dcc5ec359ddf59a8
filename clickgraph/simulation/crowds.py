"""Crowds and contents: how organic accounts choose what they act on, and when."""

from dataclasses import dataclass

import numpy as np

from clickgraph.simulation.draws import (
    HOUR,
    ZONE_SHARES,
    ZONES,
    Floats,
    Ints,
    Range,
    draw_delays,
    draw_heavy_tailed,
    draw_log_uniform,
    draw_rhythmic,
    draw_weighted,
    rhythm_at,
)
from clickgraph.simulation.worlds import BEGIN, DAY, MICROSECONDS, Acts, join_acts, keep_first

_HOURS: Floats = np.arange(24, dtype=np.float64) * HOUR


@dataclass(frozen=True, slots=True, eq=False)
class Crowd:
    """Organic accounts: how active each is, in which time zone, and its taste for each topic.

    Accounts are numbered zone by zone; account `i` lives in zone `k` where ``first[k] <= i < first[k + 1]``.
    """

    activity: Floats
    first: Ints
    taste: Floats

    def __len__(self) -> int:
        return len(self.activity)


@dataclass(frozen=True, slots=True, eq=False)
class Contents:
    """Contents: popularity, time of posting (seconds), half-life of attention, topic, and creator number."""

    popularity: Floats
    posted: Floats
    half_life: Floats
    topic: Ints
    creator: Ints

    def __len__(self) -> int:
        return len(self.posted)


def draw_crowd(n_accounts: int, *, rng: np.random.Generator, n_topics: int, activity_exponent: float) -> Crowd:
    """Return a crowd of heavy-tailed activity; with several topics, most accounts care for a few of them."""
    zone = np.sort(draw_weighted(ZONE_SHARES, size=n_accounts, rng=rng))
    first = np.searchsorted(zone, np.arange(len(ZONES) + 1))
    # The cap keeps any one account from more than a thousand times the activity of the least active.
    activity = np.minimum(draw_heavy_tailed(activity_exponent, size=n_accounts, rng=rng), 1000.0)
    taste = np.ones((n_accounts, 1))
    if n_topics > 1:
        taste = rng.gamma(0.2, size=(n_accounts, n_topics)) + 1e-9
        taste /= taste.sum(axis=1, keepdims=True)
    return Crowd(activity, first, taste)


def draw_contents(
    n_contents: int,
    *,
    rng: np.random.Generator,
    span: float,
    n_topics: int,
    popularity_exponent: float,
    half_life: Range,
) -> Contents:
    """Return contents posted in the rhythm of the day, some of them just before the log begins."""
    n_creators = max(1, n_contents // 10)
    return Contents(
        popularity=draw_heavy_tailed(popularity_exponent, size=n_contents, rng=rng),
        posted=draw_rhythmic((-min(span, 2 * DAY), span), size=n_contents, rng=rng),
        half_life=draw_log_uniform(half_life, size=n_contents, rng=rng),
        topic=rng.integers(n_topics, size=n_contents),
        creator=draw_weighted(draw_heavy_tailed(1.5, size=n_creators, rng=rng), size=n_contents, rng=rng),
    )


def draw_acts(crowd: Crowd, contents: Contents, *, n_acts: int, span: float, rng: np.random.Generator) -> Acts:
    """Return `n_acts` acts (or as many as fit), no account twice on one content.

    Slots (content, time) are drawn first, by popularity, decay of attention and the rhythm of the whole
    crowd; then each slot is taken by an account, by its activity, its taste for the topic and its own hour.
    Given its slots, a world of one topic and one zone is thus exactly the null "anyone takes any slot".
    """
    drawn = join_acts([])
    for _ in range(12):
        missing = n_acts - len(drawn)
        if missing <= 0:
            break
        content, seconds = _draw_slots(crowd, contents, n_slots=missing + missing // 8 + 16, span=span, rng=rng)
        account = _draw_takers(crowd, contents.topic[content], seconds=seconds, rng=rng)
        drawn = keep_first(join_acts([drawn, Acts(account, content, to_microseconds(seconds))]))
    return drawn.pick(slice(n_acts))


def to_microseconds(seconds: Floats) -> Ints:
    """Return seconds after the beginning of a simulated log as microseconds since 1970, to the second."""
    return BEGIN + np.floor(seconds).astype(np.int64) * MICROSECONDS


def _draw_slots(
    crowd: Crowd, contents: Contents, *, n_slots: int, span: float, rng: np.random.Generator
) -> tuple[Ints, Floats]:
    shares = np.diff(np.concatenate([[0.0], np.cumsum(crowd.activity)])[crowd.first]) / crowd.activity.sum()
    busy = sum(share * rhythm_at(_HOURS, zone=int(zone)) for share, zone in zip(shares, ZONES, strict=True))
    content = draw_weighted(contents.popularity, size=n_slots, rng=rng)
    seconds = np.full(n_slots, -1.0)
    open_ = np.arange(n_slots)
    for _ in range(8):
        drawn = contents.posted[content[open_]] + draw_delays(contents.half_life[content[open_]], rng=rng)
        hour = (drawn // HOUR).astype(np.int64) % 24
        fits = (drawn >= 0) & (drawn < span) & (rng.random(len(drawn)) * np.max(busy) < np.asarray(busy)[hour])
        seconds[open_[fits]] = drawn[fits]
        open_ = open_[~fits]
    return content[seconds >= 0], seconds[seconds >= 0]


def _draw_takers(crowd: Crowd, topic: Ints, *, seconds: Floats, rng: np.random.Generator) -> Ints:
    account = np.empty(len(topic), dtype=np.int64)
    for k in range(crowd.taste.shape[1]):
        rows = np.flatnonzero(topic == k)
        total = np.concatenate([[0.0], np.cumsum(crowd.activity * crowd.taste[:, k])])
        borders = total[crowd.first]
        awake = np.stack([rhythm_at(_HOURS, zone=int(zone)) for zone in ZONES], axis=1)
        chance = np.cumsum(np.diff(borders) * awake, axis=1)
        chance = chance[(seconds[rows] // HOUR).astype(np.int64) % 24]
        zone = (rng.random((len(rows), 1)) * chance[:, -1:] >= chance).sum(axis=1).clip(max=len(ZONES) - 1)
        aim = borders[zone] + rng.random(len(rows)) * (borders[zone + 1] - borders[zone])
        account[rows] = np.searchsorted(total, aim, side="right") - 1
    return account.clip(max=len(crowd) - 1)
