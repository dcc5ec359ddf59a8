"""Organic worlds: people only, no farm."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from clickgraph.errors import InputError
from clickgraph.log.table import Table
from clickgraph.simulation.crowds import (
    Contents,
    draw_acts,
    draw_contents,
    draw_crowd,
    to_microseconds,
)
from clickgraph.simulation.draws import HOUR, Range
from clickgraph.simulation.gatherings import (
    Gathering,
    draw_attendance,
    draw_fans,
    draw_flash,
    draw_match,
    draw_sale,
)
from clickgraph.simulation.worlds import (
    DAY,
    Acts,
    World,
    draw_ids,
    join_acts,
    keep_first,
    to_times,
    to_truth,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Organic:
    """A public without a farm, as numbers.

    Attributes
    ----------
    n_accounts, n_events, n_contents : int
        Size; `n_contents` None: one content per twenty events. No account acts twice on one content.
    days : float
        Length of the log.
    popularity_exponent, activity_exponent : float
        Pareto exponents of the contents' popularity and of the accounts' activity.
    half_life : (float, float)
        Seconds within which a content gets half of its attention, log-uniform per content.
    n_topics : int
        Topics of shared taste; 1: none.
    n_creators : int
        Creators with fans who are notified of each post.
    n_fans, n_posts : (int, int)
        Fans and posts of such a creator, uniform.
    faithful : float
        Share of the fans who never miss a post.
    n_flashes, n_matches, n_sales : int
        News flashes, live matches and sale days.
    action : str
        What the accounts do.
    """

    n_accounts: int = 20_000
    n_events: int = 200_000
    n_contents: int | None = None
    days: float = 28.0
    popularity_exponent: float = 1.5
    activity_exponent: float = 1.8
    half_life: Range = (0.4 * HOUR, 19 * HOUR)
    n_topics: int = 1
    n_creators: int = 0
    n_fans: Range = (600, 3000)
    n_posts: Range = (10, 40)
    faithful: float = 0.0
    n_flashes: int = 0
    n_matches: int = 0
    n_sales: int = 0
    action: str = "like"

    def __post_init__(self) -> None:
        for name in ("n_accounts", "n_topics", "days"):
            if getattr(self, name) <= 0:
                raise InputError(f"{name} above 0", repr(getattr(self, name)))
        for name in ("n_events", "n_creators", "n_flashes", "n_matches", "n_sales"):
            if getattr(self, name) < 0:
                raise InputError(f"{name} of at least 0", repr(getattr(self, name)))


def draw_organic(organic: Organic, *, rng: np.random.Generator) -> World:
    """Return a World of `organic` people, without a farm; the column `creator` is the source of a content.

    Acts of fans and other gatherings come first; the rest of `n_events` is everyday life.
    Cost: O(n_events * log(n_events)); ten million events take some tens of seconds.
    """
    n_contents = max(1, organic.n_events // 20) if organic.n_contents is None else organic.n_contents
    span = organic.days * DAY
    crowd = draw_crowd(
        organic.n_accounts, rng=rng, n_topics=organic.n_topics, activity_exponent=organic.activity_exponent
    )
    contents = draw_contents(
        n_contents,
        rng=rng,
        span=span,
        n_topics=organic.n_topics,
        popularity_exponent=organic.popularity_exponent,
        half_life=organic.half_life,
    )
    parts = []
    for gathering in _draw_gatherings(organic, span=span, rng=rng):
        came = _attend(gathering, first=len(contents), span=span, rng=rng)
        contents = _append(contents, gathering, n_acts=len(came), organic=organic, rng=rng)
        parts.append(came)
    n_everyday = max(organic.n_events - sum(map(len, parts)), 0)
    parts.append(draw_acts(crowd, contents, n_acts=n_everyday, span=span, rng=rng))
    acts = parts[0] if len(parts) == 1 else keep_first(join_acts(parts))
    return _to_world(acts.pick(np.argsort(acts.time, kind="stable")), contents, organic=organic, rng=rng)


def _draw_gatherings(organic: Organic, *, span: float, rng: np.random.Generator) -> list[Gathering]:
    n = organic.n_accounts
    fans = [
        draw_fans(n, n_fans=organic.n_fans, n_posts=organic.n_posts, faithful=organic.faithful, span=span, rng=rng)
        for _ in range(organic.n_creators)
    ]
    flashes = [draw_flash(n, span=span, rng=rng) for _ in range(organic.n_flashes)]
    matches = [draw_match(n, span=span, rng=rng) for _ in range(organic.n_matches)]
    return fans + flashes + matches + [draw_sale(n, span=span, rng=rng) for _ in range(organic.n_sales)]


def _attend(gathering: Gathering, *, first: int, span: float, rng: np.random.Generator) -> Acts:
    account, post, seconds = draw_attendance(gathering, rng=rng)
    seen = seconds < span
    return Acts(account[seen], first + post[seen], to_microseconds(seconds[seen]))


def _append(
    contents: Contents, gathering: Gathering, *, n_acts: int, organic: Organic, rng: np.random.Generator
) -> Contents:
    """Return `contents` with the posts of `gathering`, as popular among passers-by as it says."""
    n = len(gathering.posted)
    casual = gathering.casual * n_acts / max(n, 1) * contents.popularity.sum() / max(organic.n_events, 1)
    creator = int(contents.creator.max()) + 1 + (np.arange(n) if gathering.own_creators else np.zeros(n, np.int64))
    return Contents(
        popularity=np.concatenate([contents.popularity, np.full(n, casual)]),
        posted=np.concatenate([contents.posted, gathering.posted]),
        half_life=np.concatenate([contents.half_life, np.full(n, gathering.half_life)]),
        topic=np.concatenate([contents.topic, np.full(n, rng.integers(organic.n_topics))]),
        creator=np.concatenate([contents.creator, creator]),
    )


def _to_world(acts: Acts, contents: Contents, *, organic: Organic, rng: np.random.Generator) -> World:
    none = pa.array([], pa.string())
    accounts = draw_ids(organic.n_accounts, known=none, prefix="account", rng=rng)
    ids = draw_ids(len(contents), known=none, prefix="content", rng=rng)
    creators = draw_ids(int(contents.creator.max()) + 1, known=none, prefix="creator", rng=rng)
    events = {
        "account": accounts.take(pa.array(acts.account)),
        "content": ids.take(pa.array(acts.content)),
        "time": to_times(acts.time),
        "action": pa.repeat(organic.action, len(acts)),
        "creator": creators.take(pa.array(contents.creator[acts.content])),
    }
    truth = to_truth(none, ring=none, n_acts=np.empty(0, dtype=np.int64))
    return World(Table(pa.table(events)), Table(truth))
