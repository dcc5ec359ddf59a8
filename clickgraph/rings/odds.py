"""Odds: how unlikely a ring is: its pieces of evidence, its largest bursts, and what chance would do."""

import math
from collections.abc import Iterator
from typing import Any

from clickgraph.log.text import printable
from clickgraph.rings.answer import Answer
from clickgraph.rings.display import count_of, p_text
from clickgraph.rings.phrases import NAMED, is_unknown, say_interval, say_number
from clickgraph.rings.ring import Evidence, Ring


def answer_how_unlikely(ring: Ring) -> Answer:
    """Say what was observed and expected, what each piece is worth, and what chance would do."""
    rows = sorted(ring.bursts, key=lambda row: (-row["n_members"], -row["bits"]))
    facts: dict[str, Any] = {
        "score_bits": ring.score_bits,
        "p_value": ring.p_value,
        "pieces": [
            {"name": piece.name, "observed": piece.observed, "expected": piece.expected, "bits": piece.bits}
            for piece in ring.evidence
        ],
        "largest_bursts": rows[:NAMED],
    }
    bursts = (_say_burst(row, ring) for row in rows[:NAMED])
    return Answer("how unlikely", (*bursts, _say_score(ring), _say_chance(ring.p_value), *_say_whole_log(ring)), facts)


def say_pieces(pieces: tuple[Evidence, ...]) -> str:
    """Return the pieces that count, with their bits and what was seen and expected.

    Examples
    --------
    >>> say_pieces((Evidence("bursts", 40.0, 2.5, 106.0), Evidence("edge", 0.0, 0.0, 0.0)))
    '+106.0 bursts (40 seen beside the first of each, 2.5 expected)'
    """
    counted = (f"{piece.bits:+,.1f} {printable(piece.name)}{_seen(piece)}" for piece in pieces if piece.bits != 0.0)
    return ", ".join(counted) or "no piece counts"


def _seen(piece: Evidence) -> str:
    if is_unknown(piece.observed) or is_unknown(piece.expected):
        return ""
    if piece.name == "own hours":  # not counts, but what the members' own hours leave of the bits
        return f" ({piece.observed:,.1f} bits left of {piece.expected:,.1f})"
    if piece.bits < 0 and piece.expected == 0:  # a price: so many were chosen, and none is expected of chance
        return f" ({say_number(piece.observed)} chosen)"
    beside = " beside the first of each" if piece.name == "bursts" else ""  # who came first made it a burst
    return f" ({say_number(piece.observed)} seen{beside}, {say_number(piece.expected)} expected)"


def _say_burst(row: dict[str, Any], ring: Ring) -> str:
    when, expected = say_interval(row["start"], row["end"]), say_number(row["expected"])
    return (
        f"Large burst: {row['n_members']:,} of the {count_of(len(ring.accounts), 'account')}"
        f" on {printable(row['content'])}{when and ' ' + when}, {expected} expected beside the first; others did"
        f" {count_of(row['n_outside'], 'event')} in it."
    )


def _say_score(ring: Ring) -> str:
    return f"The evidence is {ring.score_bits:,.1f} bits: {say_pieces(ring.evidence)}."


def _say_chance(p: float | None) -> str:
    if p is None or is_unknown(p):
        return "How often chance alone would do this cannot be said."
    if p > 0.5:
        return f"By this measure chance is not ruled out ({_say_p(p)})."
    bits = f"at most one in 2^{round(-math.log2(p))}" if p >= 1e-300 else "less than one in 2^996"
    return (
        "Were the members, as active as they are and at the same hours, to choose as everyone else does, a log like"
        f" this would hold any group that acts together so much with a chance of {bits} ({_say_p(p)}); the choice"
        " of members and bursts is paid for."
    )


def _say_p(p: float) -> str:
    text = p_text(p)
    return f"p < {text[1:]}" if text.startswith("<") else f"p = {text}"


def _say_whole_log(ring: Ring) -> Iterator[str]:
    """Say what a candidate would be worth against the whole log, where the evidence tells."""
    told = [piece.observed for piece in ring.evidence if piece.name == "whole log" and not is_unknown(piece.observed)]
    if ring.verdict == "candidate" and ring.decided_by not in ("edge", "sittings") and told:
        yield (
            f"Against the whole log it would be {told[0]:,.1f} bits; against what others did in the same hours"
            f" {ring.score_bits:,.1f} are left: others were as busy then, or too few to compare with."
        )


def bits_by_content(ring: Ring) -> dict[object, float]:
    """Return the bits of the bursts on each content, the strongest first; equal ones in the order of the table.

    Examples
    --------
    >>> import clickgraph as cg
    >>> world = cg.simulate("phone-farm", n_accounts=60, n_organic_accounts=1000, n_organic_events=10000, rng=1)
    >>> ring = cg.find_rings(world.events)[0]
    >>> len(bits_by_content(ring)) == len(ring.contents)
    True
    """
    bits: dict[object, float] = {}
    for content, worth in zip(ring.bursts["content"].to_pylist(), ring.bursts["bits"].to_pylist(), strict=True):
        bits[content] = bits.get(content, 0.0) + worth
    return dict(sorted(bits.items(), key=lambda item: -item[1]))
