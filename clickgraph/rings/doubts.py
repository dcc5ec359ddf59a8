"""Doubts: what speaks against a ring, and what else could explain it."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow.compute as pc
from scipy.stats import binom

from clickgraph.log.clock import find_clock, say_clock
from clickgraph.log.ids import bare
from clickgraph.log.text import printable
from clickgraph.rings import verdict
from clickgraph.rings.answer import Answer
from clickgraph.rings.display import count_of
from clickgraph.rings.occasions import HOUR, measure_occasions
from clickgraph.rings.odds import bits_by_content
from clickgraph.rings.phrases import is_or_are, is_unknown, name_all, say_duration, say_share
from clickgraph.rings.rhythm import DAY
from clickgraph.rings.ring import Ring
from clickgraph.rings.witnesses import Witnesses, as_microseconds
from clickgraph.settings import ALPHA

MINUTE = 60_000_000
SECOND = 1_000_000  # a clock of seconds or finer shows the order within a minute
MOSTLY = 0.8  # share of its events in bursts above which a member has no life of its own to speak of
UNEVEN = 3.0  # variance ratio that is well above that of a pool
FRINGE = 0.3  # half-hearted outsiders per member that are more than a pool has around it
ONE_DAY = 12 * 3600.0  # seconds: where nine in ten acts lie within them, all is of one day
SESSION = 1.2  # acts a sitting above which the bursts are no longer called independent
SCHEDULED = 0.001  # so improbable that bursts begin at full hours by chance, where a timer is named


def answer_against(ring: Ring, acts: Witnesses) -> Answer:
    """Say what weakens the case: cover, fans, a promotion, sittings, a timer, and what hangs on one content."""
    facts = {
        **measure_cover(ring, acts), "variance_ratio": ring.summary["variance_ratio"], "edge": ring.summary["edge"],
        "unevenness": _told(ring, "unevenness"), "bits_by_sittings": _told(ring, "sittings"),
        "followers": _told(ring, "followers"),
        **_measure_public(ring, acts), **_measure_timer(ring, acts), **measure_weight(ring),
        "n_barely": int(np.sum(acts.hits() == 2)),
    }  # fmt: skip
    checks = _check_others(facts)
    facts |= {"checked": list(checks), "fits": [name for name, fits in checks.items() if fits]}
    said = (_say_fitting, _say_cover, _say_fans, _say_public, _say_sittings, _say_timer, _say_weight, _say_barely)
    return Answer("what speaks against it", tuple(sentence for say in said for sentence in say(facts)), facts)


def _told(ring: Ring, name: str) -> float | None:
    """Return what a piece of the evidence observed, if there is such a piece."""
    return next((piece.observed for piece in ring.evidence if piece.name == name), None)


def _check_others(facts: Mapping[str, Any]) -> dict[str, bool]:
    """Return for each innocent explanation that can be checked whether it fits what was measured."""
    ratio, edge, others = facts["variance_ratio"], facts["edge"], facts["n_outside_in_bursts"]
    checks = {"a public occasion": others >= facts["n_acts"] > 0}
    if not is_unknown(ratio) or not is_unknown(edge):
        uneven, fringed = (not is_unknown(value) and value > most for value, most in ((ratio, UNEVEN), (edge, FRINGE)))
        checks = {"fans": uneven or fringed, **checks}
    if facts["n_occasions"] is not None:
        # Bursts of many days that overlap are one occasion too.
        checks["one day"] = facts["core_seconds"] <= ONE_DAY or (facts["n_occasions"] == 1 and facts["n_days"] <= 2)
    if not is_unknown(facts["followers"]):
        checks["a list"] = facts["followers"] > verdict.FOLLOWERS
    if facts["full_hour_p"] is not None:
        checks["a timer"] = facts["full_hour_p"] < SCHEDULED
    return checks


def measure_cover(ring: Ring, acts: Witnesses) -> dict[str, Any]:
    """Return what the members do outside the bursts, as far as their shares tell.

    Returns
    -------
    dict
        n_accounts; median_share of a member's events inside bursts; n_member_events (inside and outside);
        n_cover: those outside; n_without_cover: members with none.
    """
    inside = np.bincount(acts.account[acts.account >= 0], minlength=acts.n_accounts)
    mine = inside[pc.index_in(bare(ring.members["account"]), value_set=bare(ring.accounts)).to_numpy()]
    share = np.asarray(ring.members["share"].to_numpy(), dtype=np.float64)
    known = share > 0
    total = np.rint(mine[known] / share[known])
    return {
        "n_accounts": len(ring.accounts), "median_share": float(np.median(share[known])) if known.any() else None,
        "n_member_events": int(total.sum()), "n_cover": int(np.maximum(total - mine[known], 0).sum()),
        "n_without_cover": int(np.sum(share >= 1.0)),
    }  # fmt: skip


def measure_weight(ring: Ring) -> dict[str, Any]:
    """Return how much of the score hangs on its strongest content.

    Returns
    -------
    dict
        strongest (content), strongest_bits; bits_without_strongest: what would be left of the score; n_may_fall: how
        many contents, strongest first, may fall before p exceeds 0.01. The price of the choice is left as it is, so
        this is the careful side.
    """
    ranked = list(bits_by_content(ring).items())
    left = ring.score_bits - np.cumsum([bits for _, bits in ranked])
    strongest, bits = ranked[0] if ranked else (None, 0.0)
    return {
        "strongest": strongest, "strongest_bits": bits, "bits_without_strongest": ring.score_bits - bits,
        "n_may_fall": int(np.sum(left >= -math.log2(ALPHA.default))), "score_bits": ring.score_bits,
    }  # fmt: skip


def _measure_public(ring: Ring, acts: Witnesses) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "n_acts": len(ring.acts), "n_outside_in_bursts": int(np.sum(ring.bursts["n_outside"].to_numpy())),
        "n_contents": len(ring.contents), **measure_occasions(ring, acts),
    }  # fmt: skip
    is_dated = acts.has_clock and acts.n_bursts > 0
    return facts | {"n_days": len(np.unique(acts.time // DAY)) if is_dated else None}


def _measure_timer(ring: Ring, acts: Witnesses) -> dict[str, Any]:
    """Return the resolution of the times, and how many bursts begin as a timer would begin them."""
    if not acts.has_clock or len(acts.time) == 0:
        return {"clock": None, "n_at_full_hour": None, "full_hour_p": None}
    clock = find_clock(acts.time)
    if clock > MINUTE:
        return {"clock": clock, "n_at_full_hour": None, "full_hour_p": None}
    n = int(np.sum(as_microseconds(ring.bursts["start"]) % HOUR < MINUTE))
    return {"clock": clock, "n_at_full_hour": n, "full_hour_p": float(binom.sf(n - 1, acts.n_bursts, 1 / 60))}


def _say_fitting(facts: Mapping[str, Any]) -> Iterator[str]:
    if facts["fits"]:
        yield f"Look twice: {name_all(facts['fits'])} would explain a part of this; the sentences below say why."
    else:
        yield f"No other explanation that was checked fits the figures below: {name_all(facts['checked'])}."


def _say_cover(facts: Mapping[str, Any]) -> Iterator[str]:
    if facts["median_share"] is None:
        return
    alone = f"{facts['n_without_cover']:,} of the {count_of(facts['n_accounts'], 'account')}"
    if facts["median_share"] > MOSTLY:
        said = "whoever is behind them, most are used for little else that this log shows"
    else:
        said = "a life of their own is what people have, and what a farm adds to look like them"
    yield (
        f"Cover: outside these bursts the members did {count_of(facts['n_cover'], 'event')}, and {alone} did nothing"
        f" else in this log; the median member has {say_share(facts['median_share'])} of its events in the bursts:"
        f" {said}."
    )


def _say_fans(facts: Mapping[str, Any]) -> Iterator[str]:
    ratio, edge, uneven = facts["variance_ratio"], facts["edge"], facts["unevenness"]
    spread, border = (
        "could not be computed" if is_unknown(value) else f"is {round(value, 2) + 0.0:.2f}" for value in (ratio, edge)
    )
    steady = ""
    if uneven is not None and not is_unknown(uneven):
        steady = (
            f" The unevenness, which unlike the ratio does not grow with the number of bursts, is"
            f" {round(uneven, 2) + 0.0:.2f}: half of it with the edge, more than {verdict.UNEVEN:g} speaks of an"
            " audience, and half of that where members come back to a content or their hours explain most."
        )
    yield (
        f"Fans: the variance ratio of the members' hits {spread} (about 1 where orders are filled"
        " evenly from a pool, well above 1 in an audience with loyal and casual members); the edge"
        f" {border} (half-hearted outsiders per member: about 0 around a pool, more around an audience).{steady}"
    )


def _say_public(facts: Mapping[str, Any]) -> Iterator[str]:
    others, all_events = facts["n_outside_in_bursts"], facts["n_acts"] + facts["n_outside_in_bursts"]
    share = say_share(others / max(1, all_events))
    days, contents = facts["n_days"], facts["n_contents"]
    narrow = [f"all on {count_of(days, 'day')}"] if days is not None and days <= 2 else []
    core = facts["core_seconds"]
    if not narrow and core is not None and core <= ONE_DAY:
        narrow = [f"nine in ten of their acts within {say_duration(core)}"]
    narrow += [f"only {count_of(contents, 'content')}"] if contents <= 2 else []
    yield (
        "Promotion, news or a notification: it would bring others in the same minutes; of the"
        f" {count_of(all_events, 'event')} in the bursts others did {others:,} ({share})."
        + (
            f" But it is {' and '.join(narrow)}: one occasion outside this log could have brought them."
            if narrow
            else ""
        )
    )


def _say_sittings(facts: Mapping[str, Any]) -> Iterator[str]:
    sittings, acts, bits = facts["n_sittings"], facts["n_acts"], facts["bits_by_sittings"]
    if sittings is None or acts <= SESSION * sittings:
        return
    left, others = "", ""
    if not is_unknown(bits):
        few = ", too few to report" if bits < -math.log2(ALPHA.default) else ""
        left = f": with each sitting counted once {bits:,.1f} bits would be left{few}"
    if not is_unknown(facts["followers"]):
        others = (
            f" For each member, {facts['followers']:.2g} others, told in no ring, went through them in one sitting."
        )
    yield (
        f"Sittings: the {count_of(acts, 'act')} were done in {count_of(sittings, 'sitting')} (an hour from a member's"
        f" first act), {acts / sittings:.2g} a sitting, on {count_of(facts['n_occasions'], 'occasion')}. Several"
        f" contents in one sitting are fewer independent proofs than the score counts{left}.{others}"
    )


def _say_timer(facts: Mapping[str, Any]) -> Iterator[str]:
    clock, n = facts["clock"], facts["n_at_full_hour"]
    if clock is None:
        yield "Clock: without times, only who acted on the same contents is known, not whether they came together."
        return
    if clock > SECOND:
        yield f"Clock: these times have a {say_clock(clock)}; who acted together within one tick cannot be told."
    if n is not None and facts["full_hour_p"] < SCHEDULED:
        yield (
            f"Timer: {n:,} of the {count_of(facts['n_bursts'], 'burst')} {'begins' if n == 1 else 'begin'} within a"
            f" minute after a full hour ({facts['n_bursts'] / 60:.2g} by chance): so do scheduled posts and mailings."
        )


def _say_weight(facts: Mapping[str, Any]) -> Iterator[str]:
    if facts["strongest"] is None or facts["score_bits"] < -math.log2(ALPHA.default):
        return
    name, left, n = printable(facts["strongest"]), facts["bits_without_strongest"], facts["n_may_fall"]
    if n == 0:
        yield (
            f"Weight: the case hangs on its strongest content, {name}: without its {facts['strongest_bits']:,.1f} bits"
            f" the score would be {left:,.1f}, and p above {ALPHA.default:g}."
        )
    else:
        yield (
            f"Weight: without its strongest content, {name}, {left:,.1f} bits would be left; {n:,} of the"
            f" {count_of(facts['n_contents'], 'content')}, the strongest first, may be explained away before p exceeds"
            f" {ALPHA.default:g}."
        )


def _say_barely(facts: Mapping[str, Any]) -> Iterator[str]:
    n = facts["n_barely"]
    if n:
        yield f"Margin: {n:,} of the {count_of(facts['n_accounts'], 'account')} {is_or_are(n)} held by two bursts only."
