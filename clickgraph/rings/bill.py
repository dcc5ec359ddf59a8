"""Bill: the audit of one content as tables, as sentences and as data."""

import html
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from clickgraph.log.rendering import render_html, render_text
from clickgraph.log.table import Table
from clickgraph.log.text import printable
from clickgraph.rings.attribution import APART
from clickgraph.rings.display import count_of
from clickgraph.rings.document import plain
from clickgraph.rings.invoice import say_prices
from clickgraph.rings.phrases import NAMED, name_some, say_interval, say_number, say_share

SCHEMA = "clickgraph/audit"
SCHEMA_VERSION = 1
SHOWN = (
    "content", "owner", "action", "n_events", "n_ring", "share", "share_low", "share_high", "n_rings", "n_candidate",
    "cost", "currency",
)  # fmt: skip
N_SHOWN = 20


@dataclass(frozen=True, slots=True, repr=False)
class Audit:
    """How much of one content's engagement rings account for. Made by :func:`clickgraph.audit`.

    Attributes
    ----------
    content : id
        The caller's own.
    owner : id or None
        Whose it is, where the log says so.
    parts : Table
        A row per action, most bought first: content, action, n_events, n_ring, n_ring_accounts, n_low, n_high,
        n_beside, n_candidate, n_rings, expected, share, share_low, share_high; see :func:`clickgraph.audit`.
    rings : Table
        The groups that acted on it: ring, verdict, is_counted, n_acts, n_accounts, share, first, last.
    timeline : Table
        start, n_events, n_ring, n_member, n_candidate, n_rest: bins of one length; the last four add up to n_events.
    other : Table
        What else its rings serve: content, n_ring, n_accounts, n_events, share, n_common, expected_common,
        same_audience, and owner where the log says so.
    quotes : Table
        What the ring's part would have cost: action, n_low, n_ring, n_high, low, cost, high, currency, units, price,
        date, source; a row per action and quote of the price list.
    notices : tuple of str
        What to know about the log.
    """

    content: Any
    owner: Any
    parts: Table
    rings: Table
    timeline: Table
    other: Table
    quotes: Table
    notices: tuple[str, ...] = ()

    @property
    def is_clean(self) -> bool:
        """Whether no event on the content is a ring's."""
        return not any(self.parts["n_ring"].to_pylist())

    @property
    def sentences(self) -> tuple[str, ...]:
        """The audit in words; every number in it stands in the tables."""
        return (
            *_say_parts(self), *_say_rings(self), *say_prices(self.parts, self.quotes), *_say_other(self),
            *self.notices, *_say_caveat(self),
        )  # fmt: skip

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as values that JSON can carry, of the versioned ``audit.schema.json``."""
        names = ("parts", "rings", "timeline", "other", "quotes")
        document: dict[str, Any] = plain({
            "schema": SCHEMA, "schema_version": SCHEMA_VERSION, "content": self.content, "owner": self.owner,
            "is_clean": self.is_clean, "sentences": self.sentences,
            **{name: getattr(self, name).to_pylist() for name in names},
        })  # fmt: skip
        return document

    def __str__(self) -> str:
        return "\n".join(self.sentences)

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        said = "".join(f"<p>{html.escape(sentence)}</p>\n" for sentence in self.sentences)
        return f"{said}{render_html(_shown(self.parts))}"


def _say_parts(audit: Audit) -> Iterator[str]:
    name = printable(audit.content, width=80) + (f" of {printable(audit.owner)}" if audit.owner is not None else "")
    for part in audit.parts:
        events = f"{count_of(part['n_events'], 'event')} ({printable(part['action'])}) on {name}"
        between = f"{say_share(part['share_low'])} to {say_share(part['share_high'])}"
        if part["n_ring"] == 0:
            side = f"; members of rings did {part['n_high']:,} of them on the side" if part["n_high"] else ""
            none = f"The {events} is no ring's" if part["n_events"] == 1 else f"None of the {events} is a ring's"
            yield f"{none}: {say_share(0.0)} ({between}){side}."
            continue
        yield (
            f"Of the {events}, {part['n_ring']:,} by {count_of(part['n_ring_accounts'], 'account')} are rings':"
            f" {say_share(part['share'])} ({between}). At least {part['n_low']:,}, were as many of them ordinary visits"
            f" as chance allows; at most {part['n_high']:,}, with what members did there outside their bursts."
        )
        if part["n_beside"]:
            yield (
                f"While those bursts lasted, accounts of no ring did {part['n_beside']:,} more there: visitors of that"
                " hour, or accounts that a seller uses once; they are not counted."
            )


def _say_rings(audit: Audit) -> Iterator[str]:
    counted = [row for row in audit.rings if row["is_counted"]]
    for row in counted[:NAMED]:
        when = say_interval(row["first"], row["last"])
        yield (
            f"Ring {printable(row['ring'])}: {count_of(row['n_acts'], 'act')} by"
            f" {count_of(row['n_accounts'], 'account')}{when and ' ' + when}."
        )
    if len(counted) > NAMED:
        yield f"And {count_of(len(counted) - NAMED, 'ring')} more."
    for verdict in sorted({row["verdict"] for row in audit.rings if not row["is_counted"]}):
        rows = [row for row in audit.rings if row["verdict"] == verdict]
        acts = sum(row["n_acts"] for row in rows)
        yield f"Not counted: {count_of(acts, 'act')} of {count_of(len(rows), 'group')} with the verdict {verdict}."


def _say_other(audit: Audit) -> Iterator[str]:
    rows = audit.other.to_pylist()
    if not rows:
        return
    shown = [f"{printable(row['content'])} ({count_of(row['n_ring'], 'act')})" for row in rows[:NAMED]]
    yield f"The same rings serve {count_of(len(rows), 'other content')}: {name_some(shown, n=len(rows))}."
    alike = [row for row in rows if row["same_audience"]]
    shown = [
        f"{printable(row['content'])} ({row['n_common']:,} in common, {say_number(row['expected_common'])} expected)"
        for row in alike[:NAMED]
    ]
    if alike:
        yield (
            f"{len(alike):,} of these {'has' if len(alike) == 1 else 'have'} accounts outside the rings in common"
            " with it beyond chance, be they the audience of one client or members that were not recognised:"
            f" {'; '.join(shown)}."
        )
    else:
        yield (
            "None of these has accounts outside the rings in common with it beyond chance:"
            " no common audience says that they have one client."
        )
    if audit.owner is not None:
        same = sum(row["owner"] == audit.owner for row in rows)
        yield f"{same:,} of them are {printable(audit.owner)}'s too."


def _say_caveat(audit: Audit) -> Iterator[str]:
    if audit.is_clean and any(row["verdict"] == APART for row in audit.rings):
        yield (
            "No ring is seen here, yet it is not cleared: whether what a candidate did was ordered cannot be told; and"
            " accounts that a seller uses once and throws away are in no group."
        )
    elif audit.is_clean:
        yield "Clean as far as rings can be seen: accounts that a seller uses once and throws away are in none."
    else:
        yield (
            "What accounts did that are in no ring is not in this share. That engagement came from a ring does not"
            " say who ordered it."
        )


def audit_document(result: Audit | Table) -> dict[str, Any]:
    """Return an audit of one content or of all as ``audit.schema.json`` describes it."""
    if isinstance(result, Audit):
        return result.to_dict()
    return {"schema": SCHEMA, "schema_version": SCHEMA_VERSION, "contents": plain(result.to_pylist())}


def audit_text(result: Audit | Table) -> str:
    """Return an audit for a terminal: of one content its sentences, of all the most bought ones."""
    if isinstance(result, Audit):
        return str(result)
    return render_text(_shown(result), n_rows=N_SHOWN)


def _shown(table: Table) -> pa.Table:
    data = table.to_arrow()
    return data.select([name for name in SHOWN if name in data.column_names])
