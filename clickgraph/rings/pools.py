"""Pools: what is found from the other side of the graph, beside what was found from the accounts' side."""

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from clickgraph.graph.communities import Communities
from clickgraph.graph.engagement import EngagementGraph
from clickgraph.log.ids import bare
from clickgraph.rings.looks import by_account, holders_of
from clickgraph.rings.model import Ring, Rings
from clickgraph.rings.ring import VERDICTS
from clickgraph.rings.settling import Holders

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


def are_new(pools: Sequence[Sequence[Hashable]], groups: Sequence[Sequence[Hashable]]) -> NDArray[np.bool_]:
    """Say which pools are none of the groups: an F1 of the accounts of 0.8 and more is the same.

    Examples
    --------
    >>> are_new([[1, 2, 3], [3, 4]], [[1, 2, 3, 5]]).tolist()
    [False, True]
    """
    holders, sizes = Holders(), [len(group) for group in groups]
    for group in groups:
        holders.add(group)

    def is_new(pool: Sequence[Hashable]) -> bool:
        return all(2 * n < SAME * (len(pool) + sizes[k]) for k, n in holders.shares(pool).items())

    return np.array([is_new(pool) for pool in pools], np.bool_)


def add_pools(pools: Rings, rings: Rings) -> Rings:
    """Join the groups that were found by turnouts to those that were found by pairs, each group told once.

    A pool that is one of the groups (F1 of the accounts 0.8 and more) adds nothing, nor does one that lies in a group
    that says as much. A group that lies in a larger pool with more evidence is a piece of it if it shares an account or
    a content with another such piece: a farm of which each day has its own shift is one pool. One lies in another that
    holds more than half of its accounts and contents; of two, that with the better verdict says more.

    Examples
    --------
    >>> import clickgraph as cg
    >>> log = cg.simulate("phone-farm", n_accounts=60, n_organic_accounts=1000, n_organic_events=10000, rng=1).events
    >>> rings = cg.find_rings(log)
    >>> len(add_pools(rings, rings)) == len(rings)
    True
    """
    found, known = ([ring.accounts.to_pylist() for ring in each] for each in (pools, rings))
    told, groups = pools.where(are_new(found, known)), by_account(rings)
    is_held = [any(_says_as_much(group, pool) for group in holders_of(pool, groups)) for pool in told]
    told = told.where(~np.array(is_held, np.bool_))
    if len(told) == 0:
        return rings
    left = rings.where(~_are_pieces(rings, told))
    return replace(told.joined(left), notices=rings.notices if len(rings) else pools.notices)


def _says_as_much(one: Ring, other: Ring) -> bool:
    return VERDICTS.index(one.verdict) <= VERDICTS.index(other.verdict)


def _are_pieces(rings: Rings, pools: Rings) -> NDArray[np.bool_]:
    """Say which rings lie in a larger pool with more evidence, and have something in common with another that does."""
    wholes = by_account(pools)
    inside: dict[str, list[int]] = {}
    for k, ring in enumerate(rings):
        for pool in holders_of(ring, wholes):
            if _is_larger(pool, ring) and _says_as_much(pool, ring):
                inside.setdefault(pool.id, []).append(k)
    is_piece = np.zeros(len(rings), np.bool_)
    for pieces in inside.values():
        for side in ("accounts", "contents"):
            of = [set(getattr(rings[k], side).to_pylist()) for k in pieces]
            times = Counter(value for values in of for value in values)
            is_piece[[k for k, values in zip(pieces, of, strict=True) if any(times[value] > 1 for value in values)]] = (
                True
            )
    return is_piece


def _is_larger(pool: Ring, ring: Ring) -> bool:
    return len(pool.accounts) > len(ring.accounts) and pool.score_bits > ring.score_bits


def _codes(values: pa.Array, ids: pa.Array) -> NDArray[np.int32]:
    """Return the positions of some ids of the log in its table of ids."""
    codes: NDArray[np.int32] = pc.index_in(bare(values), value_set=bare(ids)).to_numpy()
    return codes
