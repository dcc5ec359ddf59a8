"""From evidence to sentences: what a ring did, how unlikely that is, and how sure anyone can be."""

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

import numpy as np

from clickgraph.errors import InputError
from clickgraph.log.readers import read_events
from clickgraph.log.table import Table
from clickgraph.log.text import printable
from clickgraph.rings.answer import Answer, Explanation
from clickgraph.rings.beyond import Beyond
from clickgraph.rings.clients import answer_for_whom
from clickgraph.rings.display import count_of
from clickgraph.rings.doubts import answer_against
from clickgraph.rings.entry import answer_who
from clickgraph.rings.lead import measure_order, say_order
from clickgraph.rings.member import explain_member
from clickgraph.rings.odds import answer_how_unlikely
from clickgraph.rings.phrases import name_all
from clickgraph.rings.rhythm import measure_rhythm, say_rhythm
from clickgraph.rings.ring import Ring, one_ring
from clickgraph.rings.witnesses import Witnesses

__all__ = ["Answer", "Explanation", "explain"]

AGAIN = 0.8  # F1 from which a ring of another run counts as the same one
UNEVEN = "they act together beyond others at the same hours, though not as evenly as accounts in one hand do"
VERDICTS = {
    "ring": "they act together beyond others at the same hours, and as evenly as accounts in one hand do",
    "audience": "they act together, but as unevenly as followers with a common interest do",
    "candidate": "they act together, but what is seen here cannot tell an order from an audience or from busy hours",
    "not enough data": "they act together, but less than it takes to rule out chance",
}
# What decided says more than the verdict alone.
DECIDED = {
    ("audience", "edge"): "they act together, but half-hearted outsiders surround them, as followers are surrounded",
    ("candidate", "own hours"): "they act together beyond the whole log, but not, or hardly, beyond others at the same"
    " hours: what is seen here cannot tell an order from busy hours",
    ("candidate", "sittings"): "what they have in common they did at one go, as others do at other times: what is seen"
    " here cannot tell an order from a list that people go through",
    ("candidate", "edge"): "they act together and evenly, but half-hearted outsiders surround them: what is seen here"
    " cannot tell an order from an audience",
}


class HasRuns(Protocol):
    """What is read of a stability result: `runs` (ring, setting, value, f1, verdict), `accounts` (ring, n_runs)."""

    @property
    def runs(self) -> Table: ...
    @property
    def accounts(self) -> Table: ...


def explain(
    ring: Ring, *, account: object | None = None, events: object | None = None, stability: HasRuns | None = None
) -> Explanation:
    """Say in plain sentences why a ring was reported, and what speaks against it.

    All is read from the ring's own tables, so a result that was written and read back explains itself. Ids are made
    safe for a terminal, and long ones shortened.

    Parameters
    ----------
    ring : Ring
        One of the rings that :func:`clickgraph.find_rings` returns.
    account : id, optional
        Explain this member instead: which of its acts bind it to the ring, which do not, whether it leads.
    events : path, table or Events, optional
        The log of the rings, as :func:`clickgraph.read_events` takes it. Only it can tell which part of each content's
        engagement is the ring's and what a member does outside; without it, the text says what is missing. Read it with
        the options with which the rings were found.
    stability : Stability, optional
        From :func:`clickgraph.stability`: whether the ring comes back under other settings.

    Returns
    -------
    Explanation
        Of a ring, the answers "who", "for whom", "when", "how unlikely", "what speaks against it" and "how sure";
        of a member, "how it belongs", "which acts bind it", "which do not" and "does it lead". ``str()`` of it is the
        text, a sentence per line; `to_dict` and a notebook say the same numbers.

    Raises
    ------
    InputError
        If `ring` is no Ring or has no such account, `events` is another log, or `stability` does not know the ring.

    Notes
    -----
    The accounts are suspected, not convicted: the score says that chance does not explain their common
    timing, not who or what does. Cost: a few sorts of the ring's acts; with `events`, a few passes over the log.

    Examples
    --------
    >>> import clickgraph as cg
    >>> world = cg.simulate("phone-farm", n_accounts=60, n_organic_accounts=1000, n_organic_events=10000, rng=1)
    >>> ring = cg.find_rings(world.events)[0]
    >>> [answer.question for answer in cg.explain(ring).answers]
    ['who', 'for whom', 'when', 'how unlikely', 'what speaks against it', 'how sure']
    """
    ring = one_ring(ring)
    beyond = None if events is None else Beyond.of(ring, read_events(events))
    if account is not None:
        return explain_member(ring, account, beyond=beyond)
    acts = Witnesses.of(ring)
    against = answer_against(ring, acts)
    answers = (
        answer_who(ring, acts, beyond),
        answer_for_whom(ring, acts, beyond),
        _answer_when(ring, acts),
        answer_how_unlikely(ring),
        against,
        _answer_how_sure(ring, stability, doubts=against.facts),
    )
    return Explanation("ring", answers, ring.evidence)


def _answer_when(ring: Ring, acts: Witnesses) -> Answer:
    rhythm, order = measure_rhythm(ring, acts), measure_order(ring, acts)
    return Answer("when", (*say_rhythm(ring, rhythm), *say_order(order)), {**rhythm, **order})


def _answer_how_sure(ring: Ring, stability: HasRuns | None, *, doubts: Mapping[str, Any]) -> Answer:
    facts: dict[str, Any] = {"verdict": ring.verdict, "decided_by": ring.decided_by, "p_value": ring.p_value}
    meaning = DECIDED.get((ring.verdict, ring.decided_by), VERDICTS[ring.verdict])
    if ring.verdict == "ring" and "fans" in doubts["fits"]:
        meaning = UNEVEN
    facts["stability"] = None if stability is None else _measure_stability(ring, stability)
    sentences = (
        f"Verdict: {ring.verdict} (decided by: {printable(ring.decided_by)}): {meaning}.",
        *_say_stability(facts["stability"]),
        "This is a suspicion with its evidence, not a proof of who is behind these accounts.",
    )
    return Answer("how sure", sentences, facts)


def _measure_stability(ring: Ring, stability: HasRuns) -> dict[str, Any]:
    if not hasattr(stability, "runs"):
        raise InputError("stability as clickgraph.stability returns it", f"a {type(stability).__name__}")
    runs = [row for row in stability.runs if row["ring"] == ring.id]
    if not runs:
        raise InputError(f"the stability of ring {ring.id}", "one that does not know it", "run it on the same log")
    again = [row for row in runs if row["f1"] >= AGAIN]
    lost = [_name_run(row["setting"], row["value"]) for row in runs if row["f1"] < AGAIN]
    times = np.array([row["n_runs"] for row in stability.accounts if row["ring"] == ring.id])
    return {
        "n_runs": len(runs), "n_again": len(again), "lost_under": lost,
        "median_f1": float(np.median([row["f1"] for row in runs])),
        "n_same_verdict": sum(row["verdict"] == ring.verdict for row in again),
        "n_always": int(np.sum(times >= len(again))), "n_accounts": len(ring.accounts),
    }  # fmt: skip


def _name_run(setting: str, value: str) -> str:
    """Return a run as a sentence calls it."""
    if setting == "windows":
        return value.replace("without ", "without the window ") if "without" in value else f"with the windows {value}"
    return f"with {'seed' if setting == 'rng' else setting} {value}"


def _say_stability(facts: Mapping[str, Any] | None) -> Iterator[str]:
    if facts is None:
        return
    lost = f"; it is lost {name_all([printable(run) for run in facts['lost_under']])}" if facts["lost_under"] else ""
    always = f" {facts['n_always']:,} of its {count_of(facts['n_accounts'], 'account')} are there each time"
    yield (
        f"Under other seeds, windows and resolutions the same ring comes back in {facts['n_again']:,} of"
        f" {count_of(facts['n_runs'], 'run')}, with the same verdict in {facts['n_same_verdict']:,};"
        f"{always if facts['n_again'] else ' it hangs on these settings'}{lost}."
    )
