"""How rings print: a table that a person can read, and how it was made."""

import html
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from clickgraph.log.rendering import render_html, render_text
from clickgraph.log.table import Table
from clickgraph.log.text import printable

SHOWN = 20
REASONS = ("not enough data", "no group")  # how a notice begins that says why there are no rings


def rings_as_text(summary: Table, *, facts: Mapping[str, Any]) -> str:
    """Return the first rings as aligned text, then what they are and how they were found.

    Parameters
    ----------
    summary : Table
        A row per ring.
    facts : mapping
        `settings`, `version`, `fingerprint` and `notices` of the result.

    Returns
    -------
    str
    """
    table = [render_text(_shown_columns(summary), n_rows=SHOWN)] if len(summary) else []
    return "\n".join([*table, *_remarks(summary, facts=facts)])


def rings_as_html(summary: Table, *, facts: Mapping[str, Any]) -> str:
    """Return the same for a notebook, every text escaped."""
    table = [render_html(_shown_columns(summary), n_rows=SHOWN)] if len(summary) else []
    remarks = [f"<p>{html.escape(remark)}</p>" for remark in _remarks(summary, facts=facts)]
    return "\n".join([*table, *remarks])


def p_text(p_value: float | None) -> str:
    """Return a p-value as text; a zero is only smaller than what a float can hold, None is empty.

    Examples
    --------
    >>> p_text(0.0123), p_text(0.0)
    ('0.012', '<1e-300')
    """
    if p_value is None:
        return ""
    return "<1e-300" if p_value < 1e-300 else f"{p_value:.2g}"


def count_of(n: int, noun: str) -> str:
    """Return ``"1 account"``, ``"2,000 accounts"``.

    Examples
    --------
    >>> count_of(1, "account"), count_of(2000, "account")
    ('1 account', '2,000 accounts')
    """
    return f"{n:,} {noun}" + ("" if n == 1 else "s")


def _shown_columns(summary: Table) -> pa.Table:
    rows = summary.to_arrow()
    return pa.table(
        {
            "ring": rows["ring"],
            "verdict": rows["verdict"],
            "score_bits": pc.round(rows["score_bits"], ndigits=1),
            "p_value": [p_text(value) for value in rows["p_value"].to_pylist()],
            "accounts": rows["n_accounts"],
            "contents": rows["n_contents"],
            "bursts": rows["n_bursts"],
            "window": rows["window"],
            "first": _to_the_second(rows["first"]),
            "last": _to_the_second(rows["last"]),
        }
    )


def _to_the_second(times: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.floor_temporal(times, unit="second") if pa.types.is_timestamp(times.type) else times


def _remarks(summary: Table, *, facts: Mapping[str, Any]) -> Iterator[str]:
    notices = facts["notices"]
    if len(summary):
        counts = Counter(summary["verdict"].to_pylist())
        yield "verdicts: " + ", ".join(f"{n} {verdict}" for verdict, n in counts.items())
    else:
        reasons = [notice for notice in notices if notice.startswith(REASONS)]
        reason = printable(reasons[0], width=400) if reasons else "nothing here goes beyond chance"
        yield f"no rings: {reason}"
        notices = [notice for notice in notices if notice not in reasons[:1]]
    fingerprint = printable(facts["fingerprint"], width=12)
    settings = [
        f"{printable(key)}={_say_setting(value)}"
        for key, value in facts["settings"].items()
        if value not in (None, [], {})
    ]
    yield ", ".join([f"clickgraph {printable(facts['version'])}", f"input {fingerprint}", *settings])
    for notice in notices:
        yield f"notice: {printable(notice, width=400)}"


def _say_setting(value: object) -> str:
    return printable("+".join(map(str, value)) if isinstance(value, list) else value)
