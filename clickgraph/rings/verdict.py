"""Verdict: what a group looks like, and the piece of evidence that decided it."""

from typing import Literal, NamedTuple

from clickgraph.rings.evenness import Evenness
from clickgraph.rings.trial import Trial

Name = Literal["ring", "audience", "candidate", "not enough data"]


class Verdict(NamedTuple):
    """A suspicion, never a conviction.

    Attributes
    ----------
    name : {"ring", "audience", "candidate", "not enough data"}
        "ring": together beyond the outsiders of its own hours, and even. "audience": together, but uneven,
        with casual outsiders around it. "candidate": beyond the whole log only, its own hours cannot tell.
        "not enough data": more than nothing, less than `alpha` asks for.
    decided_by : str
        The name of the piece of evidence that decided.
    """

    name: Name
    decided_by: str


def decide(hours: Trial, whole: Trial, evenness: Evenness, *, alpha: float) -> Verdict | None:
    """Return the verdict on a group; None where there is nothing to say."""
    if hours.p_value <= alpha:
        if evenness.is_audience:
            return Verdict("audience", "edge")
        return Verdict("ring", "bursts")
    if whole.p_value <= alpha:
        return Verdict("candidate", "own hours")
    if max(hours.bits, whole.bits) > 0:
        return Verdict("not enough data", "choice of members")
    return None
