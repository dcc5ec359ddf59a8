"""Entry: who the members of a ring are, since when they act, and how they came in."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clickgraph.rings.answer import Answer
from clickgraph.rings.beyond import Beyond
from clickgraph.rings.display import count_of
from clickgraph.rings.phrases import NAMED, is_or_are, moment_of, name_some, say_moment, say_share
from clickgraph.rings.ring import Ring
from clickgraph.rings.witnesses import Witnesses

_NEVER = np.iinfo(np.int64).max


def answer_who(ring: Ring, acts: Witnesses, beyond: Beyond | None) -> Answer:
    """Say how many accounts there are, since when, and how they came in."""
    facts = {"n_accounts": len(ring.accounts), "first": ring.summary["first"], **measure_entry(acts)}
    if beyond is not None:
        facts["n_log_accounts"] = beyond.events.n_accounts
        facts["n_debuts_in_bursts"] = beyond.n_debuts()
    sentences = (_say_number(ring), *_say_attendance(facts), *_say_entry(facts), *_say_debuts(facts))
    return Answer("who", sentences, facts)


def measure_entry(acts: Witnesses) -> dict[str, Any]:
    """Return how often members came, and how they came in.

    Parameters
    ----------
    acts : Witnesses
        The acts of a ring.

    Returns
    -------
    dict
        n_bursts; hits_least, hits_median, hits_most: bursts per member; and, None without a clock:
        n_in_first_burst, half_entered_by, all_entered_by (times), n_bursts_until_all (bursts that had begun when the
        last member came for the first time).
    """
    hits = acts.hits() if acts.n_accounts else np.zeros(1, np.int64)
    facts: dict[str, Any] = {
        "n_bursts": acts.n_bursts, "hits_least": int(hits.min()), "hits_median": float(np.median(hits)),
        "hits_most": int(hits.max()), "n_in_first_burst": None, "half_entered_by": None, "all_entered_by": None,
        "n_bursts_until_all": None,
    }  # fmt: skip
    burst, account, time = acts.first_hits()
    if not acts.has_clock or len(burst) == 0:
        return facts
    begin = _earliest(time, by=burst, n=acts.n_bursts)
    debut = _earliest(time, by=account, n=acts.n_accounts)
    entered = np.sort(debut[debut != _NEVER])
    return facts | {
        "n_in_first_burst": int(np.sum(burst == np.argmin(begin))),
        "half_entered_by": moment_of(entered[(len(entered) - 1) // 2]),
        "all_entered_by": moment_of(entered[-1]),
        "n_bursts_until_all": int(np.sum(begin <= entered[-1])),
    }


def _earliest(time: NDArray[np.int64], *, by: NDArray[np.int64], n: int) -> NDArray[np.int64]:
    earliest = np.full(n, _NEVER)
    np.minimum.at(earliest, by, time)
    return earliest


def _say_number(ring: Ring) -> str:
    n = len(ring.accounts)
    named = name_some(ring.accounts.slice(0, NAMED).to_pylist(), n=n)
    if ring.verdict != "ring":  # an audience is suspected of nothing
        return f"{count_of(n, 'account')} acted together more often than expected: {named}."
    return f"{count_of(n, 'account')} {is_or_are(n)} suspected of acting as one: {named}."


def _say_attendance(facts: Mapping[str, Any]) -> Iterator[str]:
    least, most = facts["hits_least"], facts["hits_most"]
    if least == most:
        yield f"Each of them came to {most:,} of the {count_of(facts['n_bursts'], 'burst')}."
    elif most:
        yield (
            f"The median member came to {facts['hits_median']:,.4g} of the {count_of(facts['n_bursts'], 'burst')},"
            f" the rarest to {least:,}, the most frequent to {most:,}."
        )


def _say_entry(facts: Mapping[str, Any]) -> Iterator[str]:
    if facts["n_in_first_burst"] is None:
        return
    half, last = facts["half_entered_by"], facts["all_entered_by"]
    yield (
        f"Their first burst begins at {say_moment(facts['first'])}: {facts['n_in_first_burst']:,} came to it, half of"
        f" all had come by {say_moment(half)}, and the last came for the first time at {say_moment(last)},"
        f" when {facts['n_bursts_until_all']:,} of the {count_of(facts['n_bursts'], 'burst')} had begun."
    )


def _say_debuts(facts: Mapping[str, Any]) -> Iterator[str]:
    n = facts.get("n_debuts_in_bursts")
    if n == 0:
        yield "For none of them the first event in the whole log is one of these bursts."
    elif n is not None:
        share = say_share(n / facts["n_accounts"])
        yield f"For {n:,} of them ({share}) the first event in the whole log is already one of these bursts."
