"""Pools: what is found from the other side of the graph, beside what was found from the accounts' side."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from clickgraph.graph.engagement import EngagementGraph
from clickgraph.log.ids import bare
from clickgraph.rings.looks import best_of, by_account
from clickgraph.rings.model import Ring, Rings

SAME = 0.8  # F1 from which two groups are one


def beside_audiences(graph: EngagementGraph, rings: Rings) -> NDArray[np.bool_]:
    """Say of each slot whether it is of no account and no content of an audience: bool (n_events,).

    Fans turn out for every post of their creator. They are known by then, and would be found once more.
    """
    events, slots = graph.events, graph.slots

    def codes_of(ring: Ring) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        return _codes(ring.accounts, events.account_ids), _codes(ring.contents, events.content_ids)

    account, content = are_beside(rings, codes_of, n_accounts=graph.n_accounts, n_contents=graph.n_contents)
    is_left: NDArray[np.bool_] = account[slots.account] & content[graph.target_content[slots.target]]
    return is_left


def are_beside(
    rings: Rings, codes_of: Callable[[Ring], tuple[NDArray[np.int32], NDArray[np.int32]]], *,
    n_accounts: int, n_contents: int,
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:  # fmt: skip
    """Say of each account and of each content whether it is of no audience.

    `codes_of` returns the codes of a ring's accounts and of its contents.
    """
    account, content = np.ones(n_accounts, np.bool_), np.ones(n_contents, np.bool_)
    for ring in rings:
        if ring.verdict == "audience":
            held, met = codes_of(ring)
            account[held], content[met] = False, False
    return account, content


def _codes(ids: pa.Array, known: pa.Array) -> NDArray[np.int32]:
    codes: NDArray[np.int32] = pc.index_in(bare(ids), value_set=bare(known)).to_numpy()
    return codes


def add_pools(pools: Rings, rings: Rings) -> Rings:
    """Join the groups that were found by turnouts to those that were found by pairs, each group told once.

    A pool that is one of the groups (F1 of the accounts 0.8 and more) adds nothing. Of the others, one that lies in
    another with more evidence is left out: a farm of which each day has its own shift is one pool, and its shifts are
    pieces of it. One group lies in another that holds more than half of its accounts and contents.

    Examples
    --------
    >>> import clickgraph as cg
    >>> log = cg.simulate("phone-farm", n_accounts=60, n_organic_accounts=1000, n_organic_events=10000, rng=1).events
    >>> rings = cg.find_rings(log)
    >>> len(add_pools(rings, rings)) == len(rings)
    True
    """
    known = by_account(rings)
    new = pools.where(np.array([not _is_known(pool, known) for pool in pools], np.bool_))
    if len(new) == 0:
        return rings
    return replace(best_of(new.joined(rings)), notices=rings.notices if len(rings) else new.notices)


def _is_known(pool: Ring, known: dict[object, list[Ring]]) -> bool:
    """Say whether the pool is one of the groups, of which the accounts are given."""
    common: dict[str, tuple[int, int]] = {}
    for account in pool.accounts.to_pylist():
        for ring in known.get(account, ()):
            n, _ = common.get(ring.id, (0, 0))
            common[ring.id] = n + 1, len(ring.accounts)
    return any(2 * n >= SAME * (len(pool.accounts) + size) for n, size in common.values())
