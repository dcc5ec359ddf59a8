"""Member: which acts of one account bind it to its ring, and which do not."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clickgraph.errors import InputError
from clickgraph.log.text import printable
from clickgraph.rings.answer import Answer, Explanation
from clickgraph.rings.beyond import Beyond
from clickgraph.rings.display import count_of
from clickgraph.rings.lead import ahead_by_chance, measure_leads
from clickgraph.rings.origin import code_in
from clickgraph.rings.phrases import NAMED, is_unknown, moment_of, name_some, say_duration, say_moment, say_share
from clickgraph.rings.ring import Ring
from clickgraph.rings.witnesses import Witnesses

MOST_LISTED = 1_000  # acts outside the bursts that an explanation carries; their number is always told


def explain_member(ring: Ring, account: object, *, beyond: Beyond | None) -> Explanation:
    """Say how one account belongs to a ring; see :func:`clickgraph.explain`."""
    at = _find(ring, account)
    acts = Witnesses.of(ring)
    answers = (
        _answer_belonging(ring, acts, at),
        _answer_binding(ring, acts, at),
        _answer_unbound(ring, acts, at, beyond),
        _answer_lead(ring, acts, at),
    )
    return Explanation("member", answers)


def _find(ring: Ring, account: object) -> int:
    """Return the account's position in ``ring.accounts``."""
    ids = ring.accounts.to_pylist()
    if account not in ids:
        some = name_some(ids[:NAMED], n=len(ids))
        raise InputError(f"an account of the ring ({some})", printable(repr(account)), "ids keep the type of the log")
    at: int = ids.index(account)
    return at


def _row(ring: Ring, at: int) -> dict[str, Any]:
    place = int(code_in(pa.array(ring.members["account"].combine_chunks()), pa.chunked_array([ring.accounts]))[at])
    (row,) = ring.members.to_arrow().slice(place, 1).to_pylist()
    return dict(row)


def _answer_belonging(ring: Ring, acts: Witnesses, at: int) -> Answer:
    row, bits = _row(ring, at), ring.members["member_bits"].to_numpy()
    mine, hits = row["member_bits"], int(acts.hits()[at])
    facts = {
        "account": row["account"], "ring": ring.id, "verdict": ring.verdict, "member_bits": mine,
        "n_bursts_hit": hits, "n_bursts": acts.n_bursts, "share": row["share"],
        "rank_by_bits": int(np.sum(bits > mine)) + 1, "n_accounts": len(ring.accounts),
    }  # fmt: skip
    known = not is_unknown(mine)
    worth = f"{mine:,.1f} bits better than chance" if known else "by an unknown number of bits"
    sentence = (
        f"{printable(row['account'])} came to {hits:,} of the {count_of(acts.n_bursts, 'burst')} of ring"
        f" {printable(ring.id)} (verdict: {ring.verdict}); being a member explains that {worth}"
        + (f", the {_nth(facts['rank_by_bits'])} of its {count_of(len(ring.accounts), 'account')}." if known else ".")
    )
    return Answer("how it belongs", (sentence,), facts)


def _nth(n: int) -> str:
    suffix = "th" if n % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return "strongest" if n == 1 else f"{n:,}{suffix} strongest"


def _answer_binding(ring: Ring, acts: Witnesses, at: int) -> Answer:
    rows = np.flatnonzero(acts.account == at)
    listed = ring.acts.to_arrow().take(pa.array(rows)).drop_columns(["ring", "account"]).to_pylist()
    bursts = ring.bursts.to_arrow().select(["n_members", "n_outside", "expected", "bits"]).to_pylist()
    for act, burst in zip(listed, acts.burst[rows].tolist(), strict=True):
        act.update(bursts[burst] if burst >= 0 else {})
    listed.sort(key=lambda act: -act.get("bits", 0.0))
    shown = [_say_act(act, ring) for act in listed[:NAMED]]
    sentences = (f"{count_of(len(listed), 'act')} bind it: {_some(shown, n=len(listed))}.",)
    return Answer("which acts bind it", sentences, {"n_acts": len(listed), "acts": listed})


def _say_act(act: Mapping[str, Any], ring: Ring) -> str:
    when = f" at {say_moment(act['time'])}" if act["time"] is not None else ""
    company = f" with {act['n_members'] - 1:,} of the other {len(ring.accounts) - 1:,}" if "n_members" in act else ""
    return f"{printable(act['content'])}{when}{company}"


def _some(shown: list[str], *, n: int) -> str:
    return "; ".join(shown) + (f"; and {n - len(shown):,} more" if n > len(shown) else "")


def _answer_unbound(ring: Ring, acts: Witnesses, at: int, beyond: Beyond | None) -> Answer:
    n_inside, share = int(np.sum(acts.account == at)), _row(ring, at)["share"]
    n_other = None if is_unknown(share) or share <= 0 else max(0, round(n_inside / share) - n_inside)
    facts: dict[str, Any] = {"share": share, "n_other_events": n_other, "n_other_contents": None, "other_events": None}
    if beyond is not None:
        facts |= _list_other(beyond, at)
    return Answer("which do not", tuple(_say_other(facts)), facts)


def _list_other(beyond: Beyond, at: int) -> dict[str, Any]:
    """Return the account's events outside the bursts, the first thousand by content and time."""
    rows = np.flatnonzero((beyond.member == at) & ~beyond.is_act)
    events = beyond.events
    shown = rows[np.argsort(events.time[rows], kind="stable")][:MOST_LISTED]
    contents = events.content_ids.take(pa.array(events.content_code[shown])).to_pylist()
    actions = events.action_ids.take(pa.array(events.action_code[shown])).to_pylist()
    times = [None if events.clock is None else moment_of(time) for time in events.time[shown]]
    listed = [
        {"content": content, "action": action, "time": time}
        for content, action, time in zip(contents, actions, times, strict=True)
    ]
    n_contents = int(pc.count_distinct(pa.array(events.content_code[rows])).as_py())
    return {"n_other_events": len(rows), "n_other_contents": n_contents, "other_events": listed}


def _say_other(facts: Mapping[str, Any]) -> Iterator[str]:
    n = facts["n_other_events"]
    if n is None:
        yield "What else it did is not known: pass events=."
    elif n == 0:
        yield "Nothing else: all its events in this log lie in the bursts."
    else:
        on = "" if facts["n_other_contents"] is None else f" on {count_of(facts['n_other_contents'], 'content')}"
        yield (
            f"{count_of(n, 'other event')}{on} {'does' if n == 1 else 'do'} not bind it:"
            f" {say_share(facts['share'])} of its events lie in the bursts."
        )
        if facts["other_events"] is None:
            yield "Which those are, only the log can tell: pass events=."


def _answer_lead(ring: Ring, acts: Witnesses, at: int) -> Answer:
    if not acts.has_clock:
        return Answer("does it lead", (), dict.fromkeys(("place", "n_occasions", "n_first", "lag_seconds", "ahead")))
    facts = {name: column[at].item() for name, column in measure_leads(ring, acts).items()}
    if abs(facts["ahead"]) < ahead_by_chance(len(ring.accounts)):
        said = "neither leads nor lags more than chance lets one of so many"
    else:
        said = "leads" if facts["ahead"] > 0 else "lags"
    sentence = (
        f"It {said}: on {count_of(facts['n_occasions'], 'occasion')} it comes, on average, after"
        f" {say_share(facts['place'])} of the others, {say_duration(facts['lag_seconds'])} (median) behind the first,"
        f" and was the first on {facts['n_first']:,}."
    )
    return Answer("does it lead", (sentence,), facts)
