"""Lead: in which order the members of a ring come, whether it repeats, and who is ahead."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from clickgraph.log.text import printable
from clickgraph.rings.arrivals import Arrivals, compare_in_turn
from clickgraph.rings.display import count_of
from clickgraph.rings.occasions import label_sittings, occasions_of
from clickgraph.rings.phrases import say_duration, say_share
from clickgraph.rings.ring import Ring
from clickgraph.rings.witnesses import Witnesses

LEADERS = 3
ALIKE = 0.5  # rank correlation from which an order repeats, not only in part
STEADY = 3.0  # standard deviations beyond a random order that are called the same order


def measure_order(ring: Ring, acts: Witnesses) -> dict[str, Any]:
    """Return in which order members come, and whether it repeats.

    Parameters
    ----------
    ring : Ring
        The ring.
    acts : Witnesses
        Its acts.

    Returns
    -------
    dict
        accounts: how alike the order of the members is from occasion to occasion, and route: that of the contents from
        sitting to sitting, both as :class:`clickgraph.rings.arrivals.Likeness`; leaders: the members farthest ahead of
        a random order, each with account, place (mean over the occasions, 0 first, 1 last), n_occasions, n_first,
        lag_seconds (median, behind the first), ahead (standard deviations); ahead_by_chance: what the
        foremost of so many stays below with a chance of 99 %. All None without a clock.
    """
    if not acts.has_clock or len(acts.time) == 0:
        return dict.fromkeys(("accounts", "route", "leaders", "ahead_by_chance"))
    leads = measure_leads(ring, acts)
    best = np.argsort(-leads["ahead"], kind="stable")[:LEADERS]
    ids = ring.accounts.take(best).to_pylist()
    leaders = [
        {"account": who, **{name: column[at].item() for name, column in leads.items()}}
        for who, at in zip(ids, best, strict=True)
    ]
    return {
        "accounts": asdict(compare_in_turn(_by_occasion(ring, acts))),
        "route": asdict(compare_in_turn(_by_sitting(acts))),
        "leaders": leaders, "ahead_by_chance": ahead_by_chance(acts.n_accounts),
    }  # fmt: skip


def measure_leads(ring: Ring, acts: Witnesses) -> dict[str, NDArray[Any]]:
    """Return for each member place (mean), n_occasions, n_first, lag_seconds (median), ahead (standard deviations)."""
    came = _by_occasion(ring, acts)
    lag = came.lags() / 1e6
    n = np.bincount(came.item, minlength=acts.n_accounts)
    place = np.bincount(came.item, weights=came.places(), minlength=acts.n_accounts) / np.maximum(n, 1)
    parts = np.split(lag[np.argsort(came.item, kind="stable")], np.cumsum(n)[:-1])
    first = np.bincount(came.item, weights=lag == 0, minlength=acts.n_accounts).astype(np.int64)
    return {
        "place": place, "n_occasions": n, "n_first": first,
        "lag_seconds": np.array([np.median(part) if len(part) else np.nan for part in parts]),
        # A place drawn evenly from 0 to 1 has the variance 1/12.
        "ahead": np.where(n > 0, (0.5 - place) * np.sqrt(12 * n), 0.0),
    }  # fmt: skip


def ahead_by_chance(n_accounts: int) -> float:
    """Return how many standard deviations the foremost of `n_accounts` stays below with a chance of 99 %.

    Examples
    --------
    >>> round(ahead_by_chance(60), 2)
    3.59
    """
    return float(ndtri(1 - 0.01 / max(1, n_accounts)))


def _by_occasion(ring: Ring, acts: Witnesses) -> Arrivals:
    inside = (acts.burst >= 0) & (acts.account >= 0)
    occasion = occasions_of(ring)[acts.burst[inside]]
    return Arrivals.of(occasion, acts.account[inside], acts.time[inside])


def _by_sitting(acts: Witnesses) -> Arrivals:
    inside = acts.burst >= 0
    sitting = label_sittings(acts.account[inside], acts.time[inside])
    return Arrivals.of(sitting, acts.target[acts.burst[inside]], acts.time[inside])


def say_order(facts: Mapping[str, Any]) -> Iterator[str]:
    """Say whether the order repeats, by accounts and by contents, and who leads."""
    if facts["accounts"] is None:
        return
    accounts, route = facts["accounts"], facts["route"]
    if accounts["rank_correlation"] is not None:
        yield f"The order in which members come {_say_likeness(accounts, 'one occasion', 'the next')}."
        yield from _say_lags(accounts)
        yield from _say_leader(facts)
    if route["rank_correlation"] is not None:
        like = _say_likeness(route, "one sitting", "the next")
        cause = ": a list worked off, or a page that shows them in this order" if like.startswith("repeats:") else ""
        yield f"The order in which a sitting takes the contents {like}{cause}."


def _say_likeness(like: Mapping[str, Any], one: str, two: str) -> str:
    steady, sd = like["rank_correlation"], like["random_sd"]
    if sd * STEADY > 1:
        said = "is seen too seldom to tell"
    elif abs(steady) > STEADY * sd:
        said = ("repeats" if steady > ALIKE else "repeats in part") if steady > 0 else "turns round"
    else:
        said = "is not told from a random one"
    return (
        f"{said}: the rank correlation of {one} with {two} is {steady:+.2f}"
        f" (in a random order 0, give or take {sd:.2f})"
    )


def _say_lags(like: Mapping[str, Any]) -> Iterator[str]:
    same, chance = like["same_lag"], like["same_lag_by_chance"]
    if same > 0.2 and same > 2 * chance:
        yield (
            f"{say_share(same)} of the members follow the first at the same distance, to the second, as on the occasion"
            f" before ({say_share(chance)} if the distances were dealt out anew): a hand or a program in a fixed order."
        )


def _say_leader(facts: Mapping[str, Any]) -> Iterator[str]:
    row = facts["leaders"][0]
    if row["ahead"] < facts["ahead_by_chance"]:
        yield "No member comes early more often than chance lets one of so many."
        return
    yield (
        f"{printable(row['account'])} leads: on {count_of(row['n_occasions'], 'occasion')} it comes, on average, after"
        f" {say_share(row['place'])} of the others, was the first on {row['n_first']:,}, and follows the first by"
        f" {say_duration(row['lag_seconds'])} (median)."
    )
