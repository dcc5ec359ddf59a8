"""Clients: for whom a ring acts, and how much of those contents' engagement is its own."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clickgraph.log.table import Table
from clickgraph.log.text import printable
from clickgraph.rings.answer import Answer
from clickgraph.rings.beyond import Beyond
from clickgraph.rings.display import count_of
from clickgraph.rings.phrases import NAMED, name_some, say_share
from clickgraph.rings.ring import Ring
from clickgraph.rings.witnesses import Witnesses


def answer_for_whom(ring: Ring, acts: Witnesses, beyond: Beyond | None) -> Answer:
    """Say which contents the ring serves, what part of its acts each gets, and what part of theirs it is."""
    served = measure_served(ring, acts, beyond=beyond)
    outside = int(np.sum(ring.bursts["n_outside"].to_numpy()))
    verb = "serve" if ring.verdict == "ring" else "met on"  # an audience is suspected of nothing
    facts = {
        "n_contents": len(ring.contents), "n_acts": len(ring.acts), "n_outside_in_bursts": outside,
        "contents": served.to_pylist(),
    }  # fmt: skip
    return Answer("for whom", (*_say_served(facts, verb), _say_inside(facts), *_say_shares(facts, verb)), facts)


def measure_served(ring: Ring, acts: Witnesses, *, beyond: Beyond | None = None) -> Table:
    """Return what the ring did for each content, the most served first.

    Parameters
    ----------
    ring : Ring
        The ring.
    acts : Witnesses
        Its acts.
    beyond : Beyond, optional
        The ring in its log.

    Returns
    -------
    Table
        content, action, n_bursts, n_acts (int64), bits (of its bursts), share_of_ring (of their acts), and,
        null where the log is not given, n_events (of everyone, int64) and share_of_content.
    """
    target, row, place = np.unique(acts.target, return_index=True, return_inverse=True)
    inside = acts.burst[acts.burst >= 0]
    n_acts = np.bincount(place[inside], minlength=len(target))
    bits = np.bincount(place, weights=ring.bursts["bits"].to_numpy(), minlength=len(target))
    order = np.lexsort((row, -bits, -n_acts))
    chosen = ring.bursts.to_arrow().take(pa.array(row[order]))
    served = {
        "content": chosen["content"], "action": chosen["action"],
        "n_bursts": np.bincount(place, minlength=len(target))[order], "n_acts": n_acts[order], "bits": bits[order],
        "share_of_ring": n_acts[order] / max(1, len(inside)),
    }  # fmt: skip
    total = pa.nulls(len(target), pa.int64())
    if beyond is not None:
        total = pa.array(beyond.n_events_on(chosen["content"], chosen["action"]))
    share = pc.divide(pa.array(n_acts[order], pa.float64()), total.cast(pa.float64()))
    return Table.from_columns(**served, n_events=total, share_of_content=share)


def _say_served(facts: Mapping[str, Any], verb: str) -> Iterator[str]:
    rows = facts["contents"]
    if not rows:
        return
    shown = [
        f"{_name(row, rows)} ({count_of(row['n_acts'], 'act')} in {count_of(row['n_bursts'], 'burst')},"
        f" {say_share(row['share_of_ring'])} of their acts)"
        for row in rows[:NAMED]
    ]
    most = sum(row["share_of_ring"] for row in rows[:NAMED])
    tail = f"; these {len(shown)} get {say_share(most)}" if len(rows) > NAMED else ""
    yield f"They {verb} {count_of(facts['n_contents'], 'content')}: {name_some(shown, n=len(rows))}{tail}."


def _say_inside(facts: Mapping[str, Any]) -> str:
    others = facts["n_outside_in_bursts"]
    share = facts["n_acts"] / max(1, facts["n_acts"] + others)
    return (
        f"While their bursts lasted, {count_of(facts['n_acts'], 'event')} on those contents "
        f"{'was' if facts['n_acts'] == 1 else 'were'} theirs and {others:,} other accounts': {say_share(share)}."
    )


def _say_shares(facts: Mapping[str, Any], verb: str) -> Iterator[str]:
    rows = facts["contents"]
    if not rows:
        return
    if rows[0]["n_events"] is None:
        yield "What part of all engagement with each content that is, only the log can tell: pass events=."
        return
    shown = [
        f"{say_share(row['share_of_content'])} of the {row['n_events']:,} on {_name(row, rows)}" for row in rows[:NAMED]
    ]
    over_half = sum(row["share_of_content"] >= 0.5 for row in rows)
    yield (
        f"Of all events in the log theirs are {', '.join(shown)}; and half or more on"
        f" {over_half:,} of the {len(rows):,} that they {verb}."
    )


def _name(row: Mapping[str, Any], rows: list[dict[str, Any]]) -> str:
    """Return the content's id, with the action where the ring does more than one."""
    several = len({each["action"] for each in rows}) > 1
    return printable(row["content"]) + (f" ({printable(row['action'])})" if several else "")
