"""From evidence to sentences: what a ring did, how unlikely that is, and how sure anyone can be."""

import html
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from clickgraph.log.text import printable
from clickgraph.rings.display import count_of, p_text
from clickgraph.rings.document import plain
from clickgraph.rings.ring import Evidence, Ring

NAMED = 3  # how many accounts, contents and bursts are named before the rest is a number
VERDICTS = {
    "ring": "they act together beyond others at the same hours, and as evenly as accounts in one hand do",
    "audience": "they act together, but as unevenly as followers with a common interest do",
    "candidate": "they act together beyond the whole log, but what is seen here cannot tell who they are",
    "not enough data": "they act together, but less than it takes to rule out chance",
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a group of accounts was reported.

    Attributes
    ----------
    sentences : tuple of str
        Who, on which contents, in which minutes, how unlikely, how even, and the verdict.
    evidence : tuple of Evidence
        The pieces; their bits add up to the ring's ``score_bits``.

    Examples
    --------
    >>> print(Explanation(sentences=("4 accounts are suspected of acting as one.",), evidence=()))
    4 accounts are suspected of acting as one.
    """

    sentences: tuple[str, ...]
    evidence: tuple[Evidence, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return sentences and evidence as values that JSON can carry."""
        document: dict[str, Any] = plain(asdict(self))
        return document

    def __str__(self) -> str:
        return "\n".join(self.sentences)

    def _repr_html_(self) -> str:
        return "".join(f"<p>{html.escape(sentence)}</p>\n" for sentence in self.sentences)


def explain(ring: Ring) -> Explanation:
    """Say in plain sentences why a ring was reported.

    Nothing is computed anew: the sentences are read from the ring's own tables. Ids are made safe for a
    terminal, and long ones shortened.

    Parameters
    ----------
    ring : Ring
        One of the rings that :func:`clickgraph.find_rings` returns.

    Returns
    -------
    Explanation
        ``str()`` of it is the text, a sentence per line.

    Notes
    -----
    The accounts are suspected, not convicted: the score says that chance does not explain their common
    timing, not who or what does.
    """
    sentences = (
        _say_who(ring),
        _say_when(ring),
        _say_contents(ring),
        *_say_bursts(ring),
        _say_score(ring),
        _say_chance(ring),
        _say_evenness(ring),
        f"Verdict: {ring.verdict} (decided by: {printable(ring.decided_by)}): {VERDICTS[ring.verdict]}.",
        "This is a suspicion with its evidence, not a proof of who is behind these accounts.",
    )
    return Explanation(sentences=sentences, evidence=ring.evidence)


def _say_who(ring: Ring) -> str:
    n = len(ring.accounts)
    named = _name_some(ring.accounts.slice(0, NAMED).to_pylist(), n=n)
    if ring.verdict != "ring":  # an audience is suspected of nothing
        return f"{count_of(n, 'account')} acted together more often than expected: {named}."
    return f"{count_of(n, 'account')} {'is' if n == 1 else 'are'} suspected of acting as one: {named}."


def _say_when(ring: Ring) -> str:
    bursts = count_of(len(ring.bursts), "burst")
    contents = count_of(len(ring.contents), "content")
    when = _interval(ring.summary["first"], ring.summary["last"])
    times = when or "in a log without times"
    window = printable(ring.summary["window"])
    return f"They met in {bursts} on {contents} {times}; the window that shows it best is {window!r}."


def _say_contents(ring: Ring) -> str:
    counts = Counter(ring.bursts["content"].to_pylist())
    ranked = sorted(counts, key=lambda content: -counts[content])
    most = [f"{printable(content)} ({count_of(counts[content], 'burst')})" for content in ranked[:NAMED]]
    return f"Contents with the most bursts: {_name_some(most, n=len(counts))}."


def _say_bursts(ring: Ring) -> Iterable[str]:
    rows = sorted(ring.bursts, key=lambda row: (-row["n_members"], -row["bits"]))
    for row in rows[:NAMED]:
        when = _interval(row["start"], row["end"])
        yield (
            f"Large burst: {row['n_members']} of the {count_of(len(ring.accounts), 'account')}"
            f" on {printable(row['content'])}{when and ' ' + when}, {row['expected']:.2g} expected;"
            f" {count_of(row['n_outside'], 'other account')} took part."
        )


def _say_score(ring: Ring) -> str:
    pieces = ", ".join(
        f"{piece.bits:+,.1f} {printable(piece.name)}{_observed(piece)}" for piece in ring.evidence if piece.bits != 0.0
    )
    return f"The evidence is {ring.score_bits:,.1f} bits: {pieces or 'no piece counts'}."


def _observed(piece: Evidence) -> str:
    if _is_unknown(piece.observed) or _is_unknown(piece.expected):
        return ""
    return f" ({piece.observed:,.6g} seen, {piece.expected:,.3g} expected)"


def _say_chance(ring: Ring) -> str:
    p = ring.p_value
    if _is_unknown(p):
        return "How often chance alone would do this cannot be said."
    if p > 0.5:
        return f"Chance alone would do as much in most logs like this (p = {p_text(p)})."
    bits = f"about one in 2^{round(-math.log2(p))}" if p >= 1e-300 else "less than one in 2^996"
    return (
        "Accounts as active at the same hours, each choosing as everyone else does, would act together this"
        f" much with a chance of {bits} (p = {p_text(p)}); the choice of members and bursts is paid for."
    )


def _say_evenness(ring: Ring) -> str:
    ratio, edge = ring.summary["variance_ratio"], ring.summary["edge"]
    spread = "could not be computed" if _is_unknown(ratio) else f"is {ratio:.2f}"
    border = "could not be computed" if _is_unknown(edge) else f"is {edge:.2f}"
    return (
        f"Evenness: the variance ratio of the members' hits {spread} (about 1 where orders are filled"
        " evenly from a pool, well above 1 in an audience with loyal and casual members); the edge"
        f" {border} (half-hearted outsiders per member: about 0 around a pool, more around an audience)."
    )


def _is_unknown(value: float | None) -> bool:
    return value is None or not math.isfinite(value)


def _interval(first: datetime | None, last: datetime | None) -> str:
    if first is None or last is None:
        return ""
    if first == last:
        return f"at {first:%Y-%m-%d %H:%M:%S} UTC"
    end = f"{last:%H:%M:%S}" if first.date() == last.date() else f"{last:%Y-%m-%d %H:%M:%S}"
    return f"from {first:%Y-%m-%d %H:%M:%S} to {end} UTC"


def _name_some(shown: Sequence[object], *, n: int) -> str:
    more = f" and {n - len(shown):,} more" if n > len(shown) else ""
    return ", ".join(printable(item, width=80) for item in shown) + more
