"""What the report says: a card per ring, the summary, the settings, and how to do it again."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import pyarrow.compute as pc

import clickgraph
from clickgraph.log.ids import bare
from clickgraph.log.text import printable
from clickgraph.rings.display import count_of, p_text
from clickgraph.rings.document import plain
from clickgraph.rings.model import Rings
from clickgraph.rings.ring import Evidence, Ring
from clickgraph.settings import SETTINGS
from clickgraph.views.report_pictures import ring_pictures
from clickgraph.views.report_tables import PageTable, ring_tables

HINT = ": pass events=."  # for who calls explain; who reads the page calls nothing


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """A piece of evidence with its bar: from `start`, `length` wide, in percent of the widest sum."""

    name: str
    observed: str
    expected: str
    bits: str
    start: float
    length: float
    role: str


@dataclass(frozen=True, slots=True, eq=False)
class Card:
    """All that the page shows of one ring."""

    number: int
    id: str
    verdict: str
    facts: tuple[tuple[str, str], ...]
    sentences: tuple[str, ...]
    steps: tuple[Step, ...]
    tables: tuple[PageTable, ...]
    pictures: tuple[dict[str, Any], ...]


def make_cards(rings: Rings) -> list[Card]:
    """Return a card per ring, in their order."""
    return [_make_card(ring, number) for number, ring in enumerate(rings, start=1)]


def _make_card(ring: Ring, number: int) -> Card:
    row = ring.summary
    said = tuple(sentence.replace(HINT, ".") for sentence in clickgraph.explain(ring).sentences)
    facts = (
        ("evidence", f"{ring.score_bits:,.0f} bits"),
        ("p-value", p_text(ring.p_value) or "unknown"),
        ("accounts", f"{row['n_accounts']:,}"),
        ("contents", f"{row['n_contents']:,}"),
        ("bursts", f"{row['n_bursts']:,}"),
        ("window", printable(row["window"])),
    )
    return Card(
        number=number, id=printable(ring.id), verdict=ring.verdict, facts=facts,
        sentences=said, steps=make_steps(ring.evidence, score=ring.score_bits),
        tables=ring_tables(ring, number=number), pictures=ring_pictures(ring, number=number),
    )  # fmt: skip


def make_steps(evidence: tuple[Evidence, ...], *, score: float) -> tuple[Step, ...]:
    """Return the pieces as the steps of a waterfall, and the score under them.

    Examples
    --------
    >>> pieces = (Evidence("bursts", 9.0, 1.0, bits=20.0), Evidence("choice", 1.0, 0.0, bits=-5.0))
    >>> [(step.name, step.start, step.length) for step in make_steps(pieces, score=15.0)]
    [('bursts', 0.0, 100.0), ('choice', 75.0, 25.0), ('score', 0.0, 75.0)]
    """
    ends = [0.0]
    for piece in evidence:
        ends.append(ends[-1] + piece.bits)
    low, high = min(*ends, score, 0.0), max(*ends, score, 0.0)
    scale = 100.0 / (high - low) if high > low else 0.0
    steps = [
        _make_step(piece, _bar(start, start + piece.bits, low=low, scale=scale))
        for piece, start in zip(evidence, ends[:-1], strict=True)
    ]
    total = Step("score", "", "", f"{score:+,.1f}", *_bar(0.0, score, low=low, scale=scale), "total")
    return (*steps, total)


def _make_step(piece: Evidence, bar: tuple[float, float]) -> Step:
    bits = f"{piece.bits:+,.1f}" if piece.bits else "0"
    unit = " bits" if piece.name in ("own hours", "whole log", "sittings") else ""  # all others are counts and ratios
    observed, expected = (f"{_say_number(each)}{unit}" for each in (piece.observed, piece.expected))
    return Step(printable(piece.name), observed, expected, bits, *bar, _role(piece.bits))


def _bar(start: float, end: float, *, low: float, scale: float) -> tuple[float, float]:
    return round((min(start, end) - low) * scale, 2), round(abs(end - start) * scale, 2)


def _role(bits: float) -> str:
    return "for" if bits > 0 else "against" if bits < 0 else "told"


def _say_number(value: float) -> str:
    return "–" if plain(value) is None else f"{value:,.4g}" if abs(value) < 1e4 else f"{value:,.0f}"


def say_summary(rings: Rings) -> list[tuple[str, str]]:
    """Return the key figures: what, and how many."""
    verdicts = Counter(rings.summary["verdict"].to_pylist())
    days = _say_days(rings)
    return [
        *(
            (f"{verdict}{'s' if n > 1 and verdict != 'not enough data' else ''}", f"{n:,}")
            for verdict, n in verdicts.items()
        ),
        ("accounts in them", f"{pc.count_distinct(bare(rings.members['account'])).as_py():,}"),
        ("contents they met on", f"{pc.count_distinct(bare(rings.bursts['content'])).as_py():,}"),
        ("bursts", f"{len(rings.bursts):,}"),
        *([("from first to last burst", days)] if days else []),
    ]


def _say_days(rings: Rings) -> str:
    first, last = pc.min(rings.summary["first"]).as_py(), pc.max(rings.summary["last"]).as_py()
    if first is None or last is None:
        return ""
    days = (last - first).days
    return count_of(days, "day") if days else "under a day"


def say_settings(rings: Rings) -> list[tuple[str, str, str]]:
    """Return name, value and meaning of each setting."""
    return [
        (printable(name), _say_setting(value), SETTINGS[name].meaning if name in SETTINGS else "")
        for name, value in rings.settings.items()
    ]


def _say_setting(value: object) -> str:
    if value is None:
        return "none"
    return printable(", ".join(map(str, value)) if isinstance(value, list) else value, width=400)


def say_reproduction(rings: Rings, *, hidden: bool) -> str:
    """Return the lines of Python that make this result again; `hidden` leaves out whose log it was."""
    given = "".join(
        f"    {printable(name)}={printable(repr(value), width=400)},\n"
        for name, value in rings.settings.items()
        if value is not None
    )
    check = (
        ""
        if hidden
        else f"assert rings.fingerprint == {printable(repr(rings.fingerprint), width=80)}  # the same log\n"
    )
    return (
        f"import clickgraph as cg  # {printable(rings.version)}\n\n"
        "rings = cg.find_rings(\n"
        "    log,  # and account=, content=, time=, ... where its columns have other names\n"
        f"{given})\n{check}"
    )
