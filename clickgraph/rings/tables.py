"""Tables: scored groups, in codes, into Rings, in the caller's ids."""

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

import clickgraph
from clickgraph.graph.ties import AccountGraph
from clickgraph.graph.windows import window_name
from clickgraph.log.table import Table
from clickgraph.rings.background import Background
from clickgraph.rings.evenness import Evenness
from clickgraph.rings.model import Evidence, Rings
from clickgraph.rings.ring import VERDICTS
from clickgraph.rings.trial import BITS, Trial, p_value_of
from clickgraph.rings.verdict import Verdict

MOMENT = pa.timestamp("us", "UTC")


@dataclass(frozen=True, slots=True, eq=False)
class ScoredGroup:
    """A group that was tried: what decided, and all its evidence."""

    trial: Trial
    verdict: Verdict
    evenness: Evenness
    evidence: tuple[Evidence, ...]

    @property
    def bits(self) -> float:
        """The sum of the evidence."""
        return float(np.sum([piece.bits for piece in self.evidence]))


def make_rings(
    log: Background,
    groups: list[ScoredGroup],
    *,
    ties: AccountGraph | None,
    settings: dict[str, Any],
    notices: tuple[str, ...],
) -> Rings:
    """Order the groups by their verdict and evidence and write down all that a report needs."""
    named = [(VERDICTS.index(group.verdict.name), -group.bits, _ring_id(log, group), group) for group in groups]
    named.sort(key=lambda row: row[:3])
    names = pa.array([name for *_, name, _ in named], pa.string())
    ranked = [group for *_, group in named]
    events = log.graph.events
    return Rings(
        summary=_summary(log, ranked, names),
        members=_members(log, ranked, names),
        bursts=_bursts(log, ranked, names),
        acts=_acts(log, ranked, names),
        ties=_ties(log, ranked, names, ties=ties),
        evidence=_evidence(ranked, names),
        settings=settings,
        version=clickgraph.__version__,
        fingerprint=events.fingerprint,
        notices=(*events.notices, *notices),
    )


def _ring_id(log: Background, group: ScoredGroup) -> str:
    return name_ring(log.graph.events.account_ids.take(pa.array(group.trial.members.account)))


def name_ring(accounts: pa.Array) -> str:
    """Return a name that depends on the members' ids alone."""
    ids = accounts.to_pylist()
    return hashlib.blake2b("\x1f".join(sorted(map(repr, ids))).encode(), digest_size=5).hexdigest()


def _per_group(groups: list[ScoredGroup], part: Any, dtype: Any) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """Join one array per group; return each entry's group, and the entries."""
    parts = [np.asarray(part(group)) for group in groups]
    owner = np.repeat(np.arange(len(groups)), [len(entries) for entries in parts])
    return owner, np.concatenate([np.empty(0, dtype), *parts])


def _moments(log: Background, time: NDArray[np.int64]) -> pa.Array:
    """Return times as timestamps, or nulls where the log has no clock."""
    if log.graph.events.clock is None:
        return pa.nulls(len(time), MOMENT)
    return pa.array(time, pa.int64()).cast(MOMENT)


def _summary(log: Background, groups: list[ScoredGroup], names: pa.Array) -> Table:
    slots, content = log.graph.slots, log.graph.target_content
    bursts = [group.trial.bursts for group in groups]
    bits = np.array([group.bits for group in groups])
    counts = {
        "n_accounts": [len(group.trial.members) for group in groups],
        "n_contents": [len(np.unique(content[slots.target[b.first]])) for b in bursts],
        "n_bursts": [len(b) for b in bursts],
    }
    first = np.array([slots.time[b.first].min() for b in bursts], dtype=np.int64)
    last = np.array([slots.time[b.end - 1].max() for b in bursts], dtype=np.int64)
    return Table.from_columns(
        ring=names,
        score_bits=bits.astype(np.float64),
        p_value=np.array([p_value_of(value) for value in bits], dtype=np.float64),
        verdict=pa.array([group.verdict.name for group in groups], pa.string()),
        decided_by=pa.array([group.verdict.decided_by for group in groups], pa.string()),
        **{name: np.array(values, dtype=np.int32) for name, values in counts.items()},
        window=pa.array([_main_window(group) for group in groups], pa.string()),
        first=_moments(log, first),
        last=_moments(log, last),
        variance_ratio=np.array([group.evenness.variance_ratio for group in groups], dtype=np.float64),
        edge=np.array([group.evenness.edge for group in groups], dtype=np.float64),
    )


def _main_window(group: ScoredGroup) -> str:
    """Name the window whose bursts carry most evidence."""
    bursts = group.trial.bursts
    widths, place = np.unique(bursts.window, return_inverse=True)
    return window_name(int(widths[np.argmax(np.bincount(place, weights=bursts.nats))]))


def _members(log: Background, groups: list[ScoredGroup], names: pa.Array) -> Table:
    owner, account = _per_group(groups, lambda group: group.trial.members.account, np.int32)
    _, nats = _per_group(groups, lambda group: group.trial.members.nats, np.float64)
    _, share = _per_group(groups, lambda group: _share_in_bursts(log, group), np.float64)
    return Table.from_columns(
        ring=names.take(pa.array(owner)),
        account=log.graph.events.account_ids.take(pa.array(account)),
        score_bits=np.array([group.bits for group in groups], dtype=np.float64)[owner],
        member_bits=nats * BITS,
        share=share,
    )


def _share_in_bursts(log: Background, group: ScoredGroup) -> NDArray[np.float64]:
    """Return the share of each member's events that lie in the group's bursts."""
    members, slots = group.trial.members.account, log.graph.slots
    inside, _ = group.trial.bursts.acts()
    hits = np.bincount(np.searchsorted(members, slots.account[inside]), minlength=len(members))
    share: NDArray[np.float64] = hits / log.n_acted[members]
    return share


def _bursts(log: Background, groups: list[ScoredGroup], names: pa.Array) -> Table:
    slots, events = log.graph.slots, log.graph.events
    owner, first = _per_group(groups, lambda group: group.trial.bursts.first, np.int64)
    columns = {
        name: _per_group(groups, lambda group, name=name: getattr(group.trial.bursts, name), np.float64)[1]
        for name in ("end", "n_members", "n_outside", "expected", "nats")
    }
    rows = log.graph.rows_of(first)
    return Table.from_columns(
        ring=names.take(pa.array(owner)),
        content=events.content_ids.take(pa.array(events.content_code[rows])),
        action=events.action_ids.take(pa.array(events.action_code[rows])),
        start=_moments(log, slots.time[first]),
        end=_moments(log, slots.time[columns["end"].astype(np.int64) - 1]),
        n_members=columns["n_members"].astype(np.int32),
        n_outside=columns["n_outside"].astype(np.int32),
        expected=columns["expected"],
        bits=columns["nats"] * BITS,
    )


def _acts(log: Background, groups: list[ScoredGroup], names: pa.Array) -> Table:
    events = log.graph.events
    owner, slot = _per_group(
        groups,
        lambda group: group.trial.bursts.acts()[0],
        np.int64,
    )
    rows = log.graph.rows_of(slot)
    return Table.from_columns(
        ring=names.take(pa.array(owner)),
        account=events.account_ids.take(pa.array(events.account_code[rows])),
        content=events.content_ids.take(pa.array(events.content_code[rows])),
        action=events.action_ids.take(pa.array(events.action_code[rows])),
        time=_moments(log, events.time[rows]),
    )


def _ties(log: Background, groups: list[ScoredGroup], names: pa.Array, *, ties: AccountGraph | None) -> Table:
    """Return the ties inside each ring, a ring's rows together."""
    if ties is None:
        return Table(_no_ties(log).add_column(0, "ring", names[:0]))
    owner, inside = _per_group(groups, lambda group: _ties_among(group.trial.members.account, ties), np.int64)
    table = ties.to_arrow().take(pa.array(inside)).drop_columns("kept")
    return Table(table.add_column(0, "ring", names.take(pa.array(owner))))


def _ties_among(members: NDArray[np.int32], ties: AccountGraph) -> NDArray[np.int64]:
    """Return the positions of the ties of which both ends are members; `ties` are sorted by the first."""
    first, end = (np.searchsorted(ties.account_code, members, side=side) for side in ("left", "right"))
    positions = np.concatenate([np.empty(0, np.int64), *(np.arange(a, b) for a, b in zip(first, end, strict=True))])
    is_member = np.zeros(ties.n_accounts, dtype=np.bool_)
    is_member[members] = True
    chosen: NDArray[np.int64] = positions[is_member[ties.other_code[positions]]]
    return chosen


def _no_ties(log: Background) -> pa.Table:
    ids = log.graph.events.account_ids[:0]
    nothing = np.empty(0)
    return pa.table({
        "account": ids, "other": ids, "shared": nothing.astype(np.int32), "expected": nothing,
        "window": pa.array([], pa.string()), "bits": nothing,
    })  # fmt: skip


def _evidence(groups: list[ScoredGroup], names: pa.Array) -> Table:
    rows = [(position, piece) for position, group in enumerate(groups) for piece in group.evidence]
    return Table.from_columns(
        ring=names.take(pa.array([position for position, _ in rows], pa.int64())),
        name=pa.array([piece.name for _, piece in rows], pa.string()),
        observed=pa.array([piece.observed for _, piece in rows], pa.float64()),
        expected=pa.array([piece.expected for _, piece in rows], pa.float64()),
        bits=pa.array([piece.bits for _, piece in rows], pa.float64()),
    )
