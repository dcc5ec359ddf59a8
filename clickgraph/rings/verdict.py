"""Verdict: what a group looks like, and the piece of evidence that decided it."""

from typing import NamedTuple

from clickgraph.rings.evenness import Evenness
from clickgraph.rings.ring import VerdictName
from clickgraph.rings.sittings import Sittings
from clickgraph.rings.trial import Trial

# Between planted farms and simulated fans: see "farm or audience" in docs/method.md.
SURPLUS = 3.0  # standard errors above an even pool
UNEVEN = 0.25  # half of the unevenness and the edge together
EDGE, EDGE_P = 0.15, 0.01
WIDE_EDGE = 0.25
OWN_HOURS = 0.25  # of the whole-log evidence: what leaves less is mostly a matter of hours
SEASONAL = 2.0  # times less unevenness, where the hours explain most
RETURNS = 2.0  # bursts of a member on one content: people come back, a like is given once
FOLLOWERS = 1.0  # outsiders per member who go through the same contents in one sitting


class Verdict(NamedTuple):
    """A suspicion, never a conviction.

    Attributes
    ----------
    name : {"ring", "audience", "candidate", "not enough data"}
        "ring": together beyond the outsiders of its own hours, and even or with nobody around. "audience":
        together, but uneven, with casual members around it or mostly because of its hours. "candidate": cannot be
        told: beyond the whole log only, or hardly beyond its own hours; even but with an audience around it; or all at
        one go, as others do at other times. "not enough data": more than nothing, less than `alpha` asks for.
    decided_by : str
        The name of the piece of evidence that decided.
    """

    name: VerdictName
    decided_by: str


def decide(hours: Trial, whole: Trial, evenness: Evenness, sittings: Sittings, *, alpha: float) -> Verdict | None:
    """Return the verdict on a group; None where there is nothing to say."""
    if hours.p_value <= alpha:
        of_people = _audience(evenness, is_seasonal=hours.bits < OWN_HOURS * whole.bits)
        return of_people or _doubt(hours, whole, sittings, alpha=alpha) or Verdict("ring", "bursts")
    if whole.p_value <= alpha:
        return Verdict("candidate", "own hours")
    if max(hours.bits, whole.bits) > 0:
        return Verdict("not enough data", "choice of members")
    return None


def _audience(evenness: Evenness, *, is_seasonal: bool) -> Verdict | None:
    """Return the verdict on those who are, or may be, people who choose for themselves; None for an even group.

    An edge speaks twice as loud: farms may be uneven, but nobody is around them. Less of both is enough for people of
    the same hours, and for those who come back often.
    """
    unevenness, edge = max(0.0, evenness.unevenness), max(0.0, evenness.edge)
    returns = evenness.returns if evenness.returns >= RETURNS else 1.0
    limit = UNEVEN / max(returns, SEASONAL if is_seasonal else 1.0)
    if evenness.surplus > SURPLUS and unevenness / 2 + edge > limit:
        return Verdict("audience", "unevenness" if unevenness > edge else "edge")
    inner = evenness.inner_edge
    if inner > EDGE and evenness.inner_p < EDGE_P and (inner > WIDE_EDGE or evenness.surplus > 1):
        return Verdict("candidate", "edge")
    return None


def _doubt(hours: Trial, whole: Trial, sittings: Sittings, *, alpha: float) -> Verdict | None:
    """Return the verdict on an even group that a list which others go through, or its hours, may explain as well.

    Hours explain a group of which they leave little evidence and few members; a farm amid a rush keeps its members.
    """
    if sittings.p_value > alpha and sittings.followers > FOLLOWERS:
        return Verdict("candidate", "sittings")
    if hours.burst_bits < OWN_HOURS * whole.burst_bits and 2 * len(hours.members) < len(whole.members):
        return Verdict("candidate", "own hours")
    return None
