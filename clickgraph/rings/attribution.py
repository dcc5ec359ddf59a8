"""Attribution: which events of a log are a ring's, which may be, and how sure that is, content by content."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy.stats import poisson

from clickgraph.log.events import Events
from clickgraph.log.table import Table
from clickgraph.rings.model import Rings
from clickgraph.rings.origin import code_in, find_rows
from clickgraph.rings.witnesses import as_microseconds, find_intervals

COUNTED = "ring"  # the only verdict whose acts count as bought
APART = "candidate"  # shown, and not counted
CONFIDENCE = 0.975  # of the lower end: with this chance no more of the acts are the members' own
REST, CANDIDATE, MEMBER, RING = range(4)
PARTS = ("rest", "candidate", "member", "ring")
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Attribution:
    """Every event of a log in one of four parts, and the targets (a content under an action) that it adds up to.

    Attributes
    ----------
    events : Events
        The log.
    rings : Rings
        The rings found in it.
    part : ndarray of int8, shape (n_events,)
        `RING`: an act of a ring with the verdict "ring". `MEMBER`: any other event of such a ring's member.
        `CANDIDATE`: any other act of a candidate. `REST`: everything else.
    owner : ndarray of int64, shape (n_events,)
        The ring, by position, whose act the event is; of several the best. -1 for all but `RING`.
    target : ndarray of int64, shape (n_events,)
        ``content_code * n_actions + action_code``.
    is_beside : ndarray of bool, shape (n_events,)
        Whether the event is of nobody in a ring that counts, but lies in one of its bursts: on that content, in those
        minutes. All False without a clock.
    act_row, act_ring : ndarray of int64, shape (n_acts,)
        The event and the ring of each row of ``rings.acts``.
    """

    events: Events
    rings: Rings
    part: NDArray[np.int8]
    owner: Ints
    target: Ints
    is_beside: NDArray[np.bool_]
    act_row: Ints
    act_ring: Ints

    @classmethod
    def of(cls, events: Events, rings: Rings) -> "Attribution":
        """Attribute a log to its rings; InputError where it is another one. Cost: a few passes over the log."""
        act_row = find_rows(events, rings.acts)
        ids = rings.summary["ring"]
        act_ring = code_in(pa.array(ids.combine_chunks()), rings.acts["ring"])
        verdict = np.array(rings.summary["verdict"].to_pylist(), dtype=object)
        owner = np.full(len(events), -1, dtype=np.int64)
        counted = (verdict == COUNTED)[act_ring]
        # Rings are ordered: the last to write is the best.
        owner[act_row[counted][::-1]] = act_ring[counted][::-1]
        part = np.zeros(len(events), dtype=np.int8)
        part[act_row[(verdict == APART)[act_ring]]] = CANDIDATE
        part[_is_member(events, rings)[events.account_code]] = MEMBER
        part[owner >= 0] = RING
        target = events.content_code.astype(np.int64) * max(1, len(events.action_ids)) + events.action_code
        is_beside = (part < MEMBER) & _in_bursts(events, _counted(rings, rings.bursts), target)
        return cls(events, rings, part, owner, target, is_beside, act_row, act_ring)

    def count(self) -> "dict[str, Any]":
        """Return the targets with events and their counts.

        Returns
        -------
        dict of ndarray, shape (n_targets,)
            target, n_events, n_ring, n_low, n_high, n_beside, n_candidate, n_rings, n_ring_accounts (int64) and
            expected (float64): see :func:`clickgraph.audit` for what they mean.
        """
        target, place = np.unique(self.target, return_inverse=True)
        n = [np.bincount(place[self.part == part], minlength=len(target)) for part in range(len(PARTS))]
        expected = self._expected(target)
        own = np.where(expected > 0, poisson.ppf(CONFIDENCE, expected), 0).astype(np.int64)
        mine = self.owner >= 0
        rings, accounts = (
            np.bincount(np.unique(np.column_stack((place[mine], who[mine])), axis=0)[:, 0], minlength=len(target))
            for who in (self.owner, self.events.account_code)
        )
        return {
            "target": target, "n_events": n[0] + n[1] + n[2] + n[3], "n_ring": n[RING],
            "n_low": np.maximum(n[RING] - own, 0), "n_high": n[RING] + n[MEMBER],
            "n_beside": np.bincount(place[self.is_beside], minlength=len(target)), "n_candidate": n[CANDIDATE],
            "n_rings": rings, "n_ring_accounts": accounts, "expected": expected,
        }  # fmt: skip

    def _expected(self, target: Ints) -> NDArray[np.float64]:
        """Return how many of the acts the members would have done as ordinary accounts, per target."""
        bursts = _counted(self.rings, self.rings.bursts)
        key, chance = _targets_of(self.events, bursts), bursts["expected"].to_numpy()
        place = np.searchsorted(target, key)
        known = (place < len(target)) & np.isfinite(chance)
        known[known] = target[place[known]] == key[known]
        return np.bincount(place[known], weights=chance[known], minlength=len(target)).astype(np.float64)


def acts_that_count(rings: Rings) -> pa.Table:
    """Return the acts of the rings that count: those with the verdict "ring"."""
    return _counted(rings, rings.acts)


def _counted(rings: Rings, table: Table) -> pa.Table:
    """Return the rows of a table that are of rings that count."""
    counted = rings.summary["ring"].filter(pc.equal(rings.summary["verdict"], COUNTED))
    data = table.to_arrow()
    return data.filter(pc.is_in(data["ring"], value_set=counted.combine_chunks()))


def _is_member(events: Events, rings: Rings) -> NDArray[np.bool_]:
    """Return for each account whether it is in a ring that counts."""
    flags = np.zeros(events.n_accounts + 1, dtype=np.bool_)
    flags[code_in(events.account_ids, _counted(rings, rings.members)["account"])] = True
    return flags[:-1]


def _targets_of(events: Events, bursts: pa.Table) -> Ints:
    key = code_in(events.content_ids, bursts["content"]) * max(1, len(events.action_ids))
    return key + code_in(events.action_ids, bursts["action"])


def _in_bursts(events: Events, bursts: pa.Table, target: Ints) -> NDArray[np.bool_]:
    """Return for each event whether it lies in one of the bursts, which may overlap where rings do."""
    if events.clock is None or len(bursts) == 0:
        return np.zeros(len(events), dtype=np.bool_)
    key, start, end = _targets_of(events, bursts), as_microseconds(bursts["start"]), as_microseconds(bursts["end"])
    near = np.flatnonzero(np.isin(target, key))
    # An event lies in a burst if one that begins before it ends after it: the last that begins carries the latest end.
    order = np.lexsort((start, key))
    key, start, until = key[order], start[order], end[order].copy()
    for at in range(1, len(key)):
        if key[at] == key[at - 1]:
            until[at] = max(until[at], until[at - 1])
    inside = np.zeros(len(events), dtype=np.bool_)
    inside[near] = find_intervals(target[near], events.time[near], intervals=(key, start, until)) >= 0
    return inside
