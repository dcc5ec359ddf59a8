"""Pools: what is found from the other side of the graph, beside what was found from the accounts' side."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from clickgraph.graph.communities import Communities
from clickgraph.graph.engagement import EngagementGraph
from clickgraph.log.ids import bare
from clickgraph.rings.looks import best_of
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


def without_known(pools: Communities, rings: Rings) -> Communities:
    """Return the pools that are none of the rings: they would grow to what is known."""
    known = [_codes(ring.accounts, pools.account_ids).tolist() for ring in rings]
    new = are_new([pool.tolist() for pool in pools], known)
    return Communities.from_members([pools[k] for k in np.flatnonzero(new).tolist()], pools.account_ids)


def are_new(pools: Sequence[Sequence[Hashable]], groups: Iterable[Sequence[Hashable]]) -> NDArray[np.bool_]:
    """Say which pools are none of the groups: an F1 of the accounts of 0.8 and more is the same.

    Examples
    --------
    >>> are_new([[1, 2, 3], [3, 4]], [[1, 2, 3, 5]]).tolist()
    [False, True]
    """
    holders: dict[Hashable, list[int]] = {}
    sizes: list[int] = []
    for group in groups:
        for account in group:
            holders.setdefault(account, []).append(len(sizes))
        sizes.append(len(group))

    def is_new(pool: Sequence[Hashable]) -> bool:
        common = Counter(group for account in pool for group in holders.get(account, ()))
        return all(2 * n < SAME * (len(pool) + sizes[group]) for group, n in common.items())

    return np.array([is_new(pool) for pool in pools], np.bool_)


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
    found, known = ([ring.accounts.to_pylist() for ring in each] for each in (pools, rings))
    new = pools.where(are_new(found, known))
    if len(new) == 0:
        return rings
    return replace(best_of(new.joined(rings)), notices=rings.notices if len(rings) else new.notices)


def _codes(values: pa.Array, ids: pa.Array) -> NDArray[np.int32]:
    """Return the positions of some ids of the log in its table of ids."""
    codes: NDArray[np.int32] = pc.index_in(bare(values), value_set=bare(ids)).to_numpy()
    return codes
