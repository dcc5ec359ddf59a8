"""Rest: a log without the accounts of a ring that did most of it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import compress
from typing import Protocol, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from clickgraph.graph.engagement import EngagementGraph, build_graph
from clickgraph.rings.model import Rings
from clickgraph.rings.pools import are_others
from clickgraph.rings.ring import Ring

MOST = 0.5  # of a log's events: what everyone does is then what the ring does

Members = NDArray[np.int32]


class Counted(Protocol):
    """A log that knows how active each account is."""

    @property
    def n_events(self) -> int:
        """Number of events."""

    @property
    def n_acted(self) -> NDArray[np.int64]:
        """Events of each account."""


Log = TypeVar("Log", bound=Counted)


def search_rest(
    search: Callable[[Log], Rings],
    log: Log,
    *,
    members_of: Callable[[Rings], Sequence[Members]],
    without: Callable[[Log, Members], Log],
) -> Rings:
    """Search a log; where a few rings did most of it, keep these, and search the rest as a log of its own.

    A ring is tested against what everyone does. Where rings did most of that, the public is what stands out, and
    comes back as a ring beside them. Cost: no more than twice that of the first search, for each rest is at most half.
    """
    rings = search(log)
    members, n_acted = members_of(rings), log.n_acted
    most = find_most(rings, members, n_acted)
    if not most:
        return rings
    theirs = np.unique(np.concatenate([members[k] for k in most]))
    share = n_acted[theirs].sum() / log.n_events
    told = f"{len(most)} of the rings did {share:.0%} of the events: the others were looked for without them."
    kept = replace(rings.where(np.isin(np.arange(len(rings)), most)), notices=(*rings.notices, told))
    if share == 1:
        return kept
    return kept.joined(search_rest(search, without(log, theirs), members_of=members_of, without=without))


def find_most(rings: Rings, members: Sequence[Members], n_acted: NDArray[np.int64]) -> list[int]:
    """Return the places of the fewest sure rings that did most of a log; none if all of these did not.

    Cost: a pass over the accounts for each.
    """
    told = [k for k, ring in enumerate(rings) if ring.verdict == "ring"]
    is_sure = are_sure([rings[k] for k in told], [members[k] for k in told], n_acted)
    most, left, enough = list[int](), n_acted.copy(), (1 - MOST) * n_acted.sum()
    for k in sorted(compress(told, is_sure), key=lambda k: -n_acted[members[k]].sum()):
        most.append(k)
        left[members[k]] = 0
        if left.sum() <= enough:
            return most
    return []


def are_sure(rings: Sequence[Ring], members: Sequence[Members], n_acted: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Say which rings would stand out without the members of all others, too: bool (n_rings,).

    Of a farm and the public beside it, each stands out where most of the log is the other. The fewer events there are
    to compare with, the more is expected of a ring, by as much as they are fewer: each of its acts in bursts loses the
    logarithm of that, and no more unless the others keep its hours.

    Parameters
    ----------
    rings : sequence of Ring
        Of a log.
    members : sequence of ndarray of int32
        The accounts of each.
    n_acted : ndarray of int64, shape (n_accounts,)
        The events of each account.
    """
    n_rings = np.zeros(len(n_acted), np.int64)
    for accounts in members:
        n_rings[accounts] += 1
    n_beside, n_events = n_acted[n_rings == 0].sum(), n_acted.sum()
    n_own = [n_acted[accounts[n_rings[accounts] == 1]].sum() for accounts in members]
    n_hits = [pc.sum(ring.bursts["n_members"]).as_py() for ring in rings]
    loss = np.array(n_hits) * np.log2(n_events / np.maximum(1, n_beside + np.array(n_own)))
    is_sure: NDArray[np.bool_] = np.array([ring.score_bits for ring in rings]) > loss
    return is_sure


def without_accounts(graph: EngagementGraph, accounts: Members) -> EngagementGraph:
    """Return the graph of a log without what some accounts did; no code changes its meaning.

    Examples
    --------
    >>> import clickgraph as cg
    >>> log = {"account": ["a", "b", "a"], "content": ["x", "x", "y"], "time": ["2026-03-01"] * 3}
    >>> without_accounts(cg.build_graph(cg.read_events(log)), np.array([0], np.int32)).n_events
    1
    """
    events = graph.events
    kept = are_others(accounts, events.n_accounts)[events.account_code]
    names = ("account_code", "content_code", "action_code", "time")
    columns = {name: getattr(events, name)[kept] for name in names}
    act = None if events.act_code is None else events.act_code[kept]
    beside = events.columns.filter(pa.array(kept)) if events.columns.num_columns else events.columns
    return build_graph(replace(events, **columns, act_code=act, columns=beside), strata=graph.strata)
