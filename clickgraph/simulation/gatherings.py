"""Gatherings: organic crowds that come together again and again: fans, news, a match, a sale."""

from dataclasses import dataclass

import numpy as np

from clickgraph.simulation.draws import (
    HOUR,
    Floats,
    Ints,
    Range,
    draw_delays,
    draw_heavy_tailed,
    draw_log_uniform,
    draw_rhythmic,
)
from clickgraph.simulation.worlds import DAY


@dataclass(frozen=True, slots=True, eq=False)
class Gathering:
    """Members who come to some posts, each to a post with the chance of his own turnout.

    Attributes
    ----------
    posted : ndarray of float64
        Seconds of each post.
    own_creators : bool
        Whether each post has a creator of its own; else one creator posts them all.
    members, turnout : ndarray
        Account numbers, and each one's chance to come to a post.
    prompt, prompt_delay : float
        Share of the comers who come at once, and the median of their log-normal delay in seconds.
    half_life : float
        Of the attention of all others, in seconds.
    casual : float
        Acts by passers-by, per act by a member.
    """

    posted: Floats
    own_creators: bool
    members: Ints
    turnout: Floats
    prompt: float
    prompt_delay: float
    half_life: float
    casual: float


def draw_attendance(gathering: Gathering, *, rng: np.random.Generator) -> tuple[Ints, Ints, Floats]:
    """Return account, post (position in `posted`) and seconds of everyone who came."""
    accounts, posts, seconds = [], [], []
    for post, posted in enumerate(gathering.posted):
        came = gathering.members[rng.random(len(gathering.members)) < gathering.turnout]
        soon = gathering.prompt_delay * rng.lognormal(0.0, 1.0, len(came))
        later = draw_delays(np.full(len(came), gathering.half_life), rng=rng)
        accounts.append(came)
        posts.append(np.full(len(came), post))
        seconds.append(posted + np.where(rng.random(len(came)) < gathering.prompt, soon, later))
    empty = np.empty(0, dtype=np.int64)
    return (
        np.concatenate([empty, *accounts]),
        np.concatenate([empty, *posts]),
        np.concatenate([np.empty(0), *seconds]),
    )


def draw_fans(
    n_accounts: int, *, n_fans: Range, n_posts: Range, faithful: float, span: float, rng: np.random.Generator
) -> Gathering:
    """Return a creator's fans: half of those who come are notified and there within minutes.

    Loyalty is heavy-tailed: most fans come to one post in twenty, some to nearly all; the share `faithful`
    never misses one.
    """
    members = _draw_members(n_accounts, size=int(rng.integers(int(n_fans[0]), int(n_fans[1]) + 1)), rng=rng)
    turnout = _draw_turnout(len(members), least=0.05, rng=rng)
    turnout[rng.random(len(members)) < faithful] = 1.0
    posted = draw_rhythmic((0.0, span), size=int(rng.integers(int(n_posts[0]), int(n_posts[1]) + 1)), rng=rng)
    half_life = float(draw_log_uniform((2 * HOUR, 19 * HOUR), size=1, rng=rng)[0])
    return Gathering(np.sort(posted), False, members, turnout, 0.5, 180.0, half_life, 0.3)


def draw_flash(n_accounts: int, *, span: float, rng: np.random.Generator) -> Gathering:
    """Return a news flash: a dozen outlets within the hour, and everyone who follows the news (assumed)."""
    members = _draw_members(n_accounts, size=round(0.15 * n_accounts), rng=rng)
    posted = rng.uniform(0.0, 0.9 * span) + rng.exponential(0.4 * HOUR, 12)
    turnout = _draw_turnout(len(members), least=0.06, rng=rng)
    return Gathering(np.sort(posted), True, members, turnout, 0.3, 60.0, 0.4 * HOUR, 0.5)


def draw_match(n_accounts: int, *, span: float, rng: np.random.Generator) -> Gathering:
    """Return a live match of two hours: thirty moments, seen by all and shared within seconds (assumed)."""
    members = _draw_members(n_accounts, size=round(0.1 * n_accounts), rng=rng)
    posted = rng.uniform(0.0, 0.9 * span) + rng.uniform(0.0, 2 * HOUR, 30)
    turnout = _draw_turnout(len(members), least=0.04, rng=rng)
    return Gathering(np.sort(posted), True, members, turnout, 0.9, 20.0, 0.1 * HOUR, 0.3)


def draw_sale(n_accounts: int, *, span: float, rng: np.random.Generator) -> Gathering:
    """Return a sale day: forty advertised offers of as many shops, seen all day long (assumed)."""
    members = _draw_members(n_accounts, size=round(0.2 * n_accounts), rng=rng)
    midnight = DAY * rng.integers(max(1, int(span // DAY)))
    posted = midnight + rng.uniform(0.0, min(8 * HOUR, span), 40)
    turnout = _draw_turnout(len(members), least=0.03, rng=rng)
    return Gathering(np.sort(posted), True, members, turnout, 0.0, 60.0, 4 * HOUR, 0.5)


def _draw_members(n_accounts: int, *, size: int, rng: np.random.Generator) -> Ints:
    return rng.choice(n_accounts, size=min(size, n_accounts), replace=False)


def _draw_turnout(n: int, *, least: float, rng: np.random.Generator) -> Floats:
    return np.minimum(least * draw_heavy_tailed(1.3, size=n, rng=rng), 1.0)
