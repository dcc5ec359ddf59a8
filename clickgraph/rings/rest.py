"""Rest: a log without the accounts of the rings that did most of it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from clickgraph.graph.engagement import EngagementGraph, build_graph
from clickgraph.rings.followers import NO_ACCOUNTS
from clickgraph.rings.looks import by_account, lies_in
from clickgraph.rings.model import Rings
from clickgraph.rings.pools import are_others

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


def search_with_rest(
    search: Callable[[Log], Rings],
    log: Log,
    *,
    members_of: Callable[[Rings], Sequence[Members]],
    without: Callable[[Log, Members], Log],
) -> Rings:
    """Search a log; where sure rings did most of it, keep the largest of these, and search the rest without them.

    A ring is tested against what everyone does. Where rings did most of that, the public is what stands out, and
    comes back as a ring beside them. Sure rings that share accounts with what is left out are kept, too. Cost: no more
    than twice that of the first search, for each rest is at most half.
    """
    rings = search(log)
    members, n_acted = members_of(rings), log.n_acted
    sure = find_sure(rings, members, n_acted)
    most = find_most([members[k] for k in sure], n_acted)
    if len(most) == 0:
        return rings
    is_kept = [k in sure and bool(np.isin(accounts, most).any()) for k, accounts in enumerate(members)]
    kept, n_most = rings.where(is_kept), int(n_acted[most].sum())
    if n_most == log.n_events:
        return kept
    told = f"Rings did {_percent(n_most, log.n_events)} of the events: the rest was searched without them."
    rest = search_with_rest(search, without(log, most), members_of=members_of, without=without)
    known = by_account(kept)
    new = rest.where([not lies_in(ring, known) for ring in rest])
    # A search that finds nothing has nothing to say of the log.
    said = rest.notices if len(rest) else ()
    return replace(kept.joined(new), notices=tuple(dict.fromkeys((*rings.notices, told, *said))))


def _percent(part: int, whole: int) -> str:
    """Return a share in whole percent, 100 only if it is all."""
    return f"{100 * part // whole}%"


def find_sure(rings: Rings, members: Sequence[Members], n_acted: NDArray[np.int64]) -> list[int]:
    """Return the places of the rings that would stand out without what all other such rings did.

    Of a farm and the public beside it, each stands out where most of the log is the other. The fewer events there are
    to compare with, the more is expected of a ring, by as much as they are fewer: each of its acts in bursts loses the
    logarithm of that, and no more unless the others keep its hours. The ring with the least left of each act is taken
    for the public, and so on until all have something left.

    Parameters
    ----------
    rings : Rings
        Of a log; those with another verdict are the public.
    members : sequence of ndarray of int32
        The accounts of each.
    n_acted : ndarray of int64, shape (n_accounts,)
        The events of each account.

    Returns
    -------
    list of int
        In the order of the rings. Cost: a pass over their accounts for each that is not sure.
    """
    left = [k for k, ring in enumerate(rings) if ring.verdict == "ring"]
    n_hits = {k: pc.sum(rings[k].bursts["n_members"]).as_py() for k in left}
    n_by = {k: int(n_acted[members[k]].sum()) for k in left}
    n_rings, n_events = np.zeros(len(n_acted), np.int64), n_acted.sum()
    for k in left:
        n_rings[members[k]] += 1
    while left:
        n_beside = n_acted[n_rings == 0].sum()
        excess = {k: rings[k].score_bits - n_hits[k] * np.log2(n_events / (n_beside + n_by[k])) for k in left}
        least = min(left, key=lambda k: excess[k] / n_hits[k])
        if excess[least] > 0:
            break
        left.remove(least)
        n_rings[members[least]] -= 1
    return left


def find_most(groups: Sequence[Members], n_acted: NDArray[np.int64]) -> Members:
    """Return the accounts of the largest groups, as many as did most of a log; nobody where all of them did not.

    Examples
    --------
    >>> find_most([np.array([0]), np.array([1, 2])], np.array([4, 4, 1, 1]))
    array([1, 2], dtype=int32)
    """
    left, enough = n_acted.copy(), (1 - MOST) * n_acted.sum()
    for accounts in sorted(groups, key=lambda accounts: -n_acted[accounts].sum()):
        left[accounts] = 0
        if left.sum() <= enough:
            return np.flatnonzero(left < n_acted).astype(np.int32)
    return NO_ACCOUNTS


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
