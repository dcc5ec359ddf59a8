"""Occasions and sittings: which bursts, and which acts of one account, belong together.

Bursts on ten contents within one hour, by members who pass through all ten in one go, are one occasion seen ten
times: whoever asks whether an order repeats, or how many independent proofs there are, must not count them as ten.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from clickgraph.kernels.sittings import number_sittings
from clickgraph.rings.ring import Ring
from clickgraph.rings.witnesses import Witnesses, as_microseconds

HOUR = 3_600_000_000  # microseconds; a longer pause begins a new occasion; a sitting lasts as long
Ints = NDArray[np.int64]


def label_occasions(start: Ints, end: Ints) -> Ints:
    """Return for each interval (int64 microseconds) its occasion: the run of those that overlap or are an hour apart.

    Numbered by time.

    Examples
    --------
    >>> label_occasions(np.array([9 * HOUR, 0, 5]), np.array([9 * HOUR, 10, 8])).tolist()
    [1, 0, 0]
    """
    order = np.argsort(start, kind="stable")
    until = np.maximum.accumulate(end[order])
    label = np.empty(len(start), dtype=np.int64)
    label[order] = np.cumsum(np.concatenate(([False], start[order][1:] > until[:-1] + HOUR))[: len(start)])
    return label


def label_sittings(account: NDArray[np.integer[Any]], time: Ints) -> Ints:
    """Return for each time its sitting: what an account does within an hour from its first act.

    A sitting has an end, however busy the account: who never rests for an hour does not sit for days.

    Examples
    --------
    >>> label_sittings(np.array([7, 7, 8]), np.array([0, 2 * HOUR, 5])).tolist()
    [0, 1, 2]
    """
    order = np.lexsort((time, account))
    label = np.empty(len(order), dtype=np.int64)
    label[order] = number_sittings(account[order], time[order], HOUR)
    return label


def shortest_span(time: Ints, *, share: float) -> int:
    """Return the length of the shortest interval that holds a share of the times.

    Examples
    --------
    >>> shortest_span(np.array([0, 100, 101, 102, 500]), share=0.6)
    2
    """
    ordered = np.sort(time)
    n = max(1, int(np.ceil(share * len(ordered))))
    return int((ordered[n - 1 :] - ordered[: len(ordered) - n + 1]).min())


def measure_occasions(ring: Ring, acts: Witnesses) -> dict[str, Any]:
    """Return how many occasions and sittings the bursts and the acts come down to.

    Returns
    -------
    dict
        n_bursts, n_acts; n_occasions: runs of bursts that overlap or follow each other within an hour; n_sittings: of
        the members, an hour from their first act; core_seconds: the shortest span that holds nine in ten of
        the acts; all None without a clock.
    """
    facts: dict[str, Any] = {"n_bursts": acts.n_bursts, "n_acts": len(acts.time)}
    facts |= dict.fromkeys(("n_occasions", "n_sittings", "core_seconds"))
    if acts.has_clock and len(acts.time):
        facts["n_occasions"] = int(occasions_of(ring).max()) + 1
        facts["n_sittings"] = int(label_sittings(acts.account, acts.time).max()) + 1
        facts["core_seconds"] = shortest_span(acts.time, share=0.9) / 1e6
    return facts


def occasions_of(ring: Ring) -> Ints:
    """Return the occasion of each burst of a ring: int64 (n_bursts,)."""
    return label_occasions(as_microseconds(ring.bursts["start"]), as_microseconds(ring.bursts["end"]))
