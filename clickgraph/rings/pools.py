"""Pools: what is found from the other side of the graph, beside what was found from the accounts' side."""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
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
    """Say of each slot whether its account is in no audience: bool (n_events,).

    Fans turn out for every post of their creator. They are known by then, and would be found once more. Who else comes
    to these posts may have been sent.
    """
    members = codes_of(members_of_audiences(rings), graph.events.account_ids)
    is_left: NDArray[np.bool_] = are_others(members, graph.n_accounts)[graph.slots.account]
    return is_left


def members_of_audiences(rings: Iterable[Ring]) -> list[pa.Array]:
    """Return the accounts of each audience."""
    return [ring.accounts for ring in rings if ring.verdict == "audience"]


def are_others(codes: NDArray[np.int32], n: int) -> NDArray[np.bool_]:
    """Say of each of n codes whether it is none of these."""
    others = np.ones(n, np.bool_)
    others[codes] = False
    return others


def without_known(pools: Communities, rings: Rings) -> Communities:
    """Return the pools that are none of the rings: they would grow to what is known."""
    known = [codes.tolist() for codes in codes_of_each(rings, pools.account_ids)]
    new = are_new([pool.tolist() for pool in pools], known)
    return Communities.from_members([pools[k] for k in np.flatnonzero(new).tolist()], pools.account_ids)


def are_new(pools: Sequence[Sequence[Hashable]], groups: Sequence[Sequence[Hashable]]) -> NDArray[np.bool_]:
    """Say which pools are none of the groups."""
    return np.array([not same for same in same_groups(pools, groups)], np.bool_)


def same_groups(pools: Sequence[Sequence[Hashable]], groups: Sequence[Sequence[Hashable]]) -> list[list[int]]:
    """Return which of the groups each pool is: an F1 of the accounts of 0.8 and more is the same.

    Examples
    --------
    >>> same_groups([[1, 2, 3], [3, 4]], [[1, 2, 3, 5]])
    [[0], []]
    """
    holders, sizes = Holders(), [len(group) for group in groups]
    for group in groups:
        holders.add(group)
    shares = ((pool, holders.shares(pool).items()) for pool in pools)
    return [[k for k, n in shared if 2 * n >= SAME * (len(pool) + sizes[k])] for pool, shared in shares]


def add_pools(pools: Rings, rings: Rings) -> Rings:
    """Join the groups that were found by turnouts to those that were found by pairs, each group told once.

    A pool that is one of the groups (F1 of the accounts 0.8 and more) takes its place if it is larger, with more
    evidence and the same verdict, and else adds nothing; nor does one that lies in a group that says as much, unless
    it is larger and has more evidence. A group that lies in a larger pool with more evidence is a piece of it if it is
    most of it, or if it shares an account or a content with another such piece: a farm of which each day has its own
    shift is one pool. One lies in another that holds more than half of its accounts and contents; of two, that with
    the better verdict says more.

    Examples
    --------
    >>> import clickgraph as cg
    >>> log = cg.simulate("phone-farm", n_accounts=60, n_organic_accounts=1000, n_organic_events=10000, rng=1).events
    >>> rings = cg.find_rings(log)
    >>> len(add_pools(rings, rings)) == len(rings)
    True
    """
    found, known = ([ring.accounts.to_pylist() for ring in each] for each in (pools, rings))
    same, groups = same_groups(found, known), by_account(rings)

    def is_held(pool: Ring) -> bool:
        return any(_says_as_much(group, pool) and not _is_more(pool, group) for group in holders_of(pool, groups))

    def is_better(pool: Ring, known: Sequence[int]) -> bool:
        return all(rings[k].verdict == pool.verdict and _is_more(pool, rings[k]) for k in known)

    is_told = np.array([is_better(*each) and not is_held(each[0]) for each in zip(pools, same, strict=True)], np.bool_)
    if not is_told.any():
        return rings
    replaced = [k for told, known in zip(is_told, same, strict=True) if told for k in known]
    is_gone = _are_pieces(rings, pools.where(is_told & [not known for known in same]))
    is_gone[replaced] = True
    told = pools.where(is_told).joined(rings.where(~is_gone))
    return replace(told, notices=rings.notices if len(rings) else pools.notices)


def _says_as_much(one: Ring, other: Ring) -> bool:
    return VERDICTS.index(one.verdict) <= VERDICTS.index(other.verdict)


def _is_more(pool: Ring, ring: Ring) -> bool:
    """Say whether a pool is larger than a ring, has more evidence, and says as much."""
    is_larger = len(pool.accounts) > len(ring.accounts) and pool.score_bits > ring.score_bits
    return is_larger and _says_as_much(pool, ring)


def _are_pieces(rings: Rings, pools: Rings) -> NDArray[np.bool_]:
    """Say which rings lie in a pool that is more, and are most of it or have something in common with another piece."""
    wholes, mosts = by_account(pools), by_account(rings)
    is_piece = np.zeros(len(rings), np.bool_)
    inside: dict[str, list[int]] = {}
    for k, ring in enumerate(rings):
        for pool in holders_of(ring, wholes):
            if _is_more(pool, ring):
                inside.setdefault(pool.id, []).append(k)
                is_piece[k] |= any(most.id == ring.id for most in holders_of(pool, mosts))
    for pieces in inside.values():
        for side in ("accounts", "contents"):
            of = [set(getattr(rings[k], side).to_pylist()) for k in pieces]
            times = Counter(value for values in of for value in values)
            is_piece[[k for k, values in zip(pieces, of, strict=True) if any(times[value] > 1 for value in values)]] = (
                True
            )
    return is_piece


def codes_of(groups: Sequence[pa.Array], ids: pa.Array) -> NDArray[np.int32]:
    """Return the positions of the ids of some groups in the log's table of ids. Cost: a hash table of all ids."""
    if not any(map(len, groups)):
        return np.empty(0, np.int32)
    values = bare(pa.chunked_array(groups, type=ids.type))
    codes: NDArray[np.int32] = pc.index_in(values, value_set=bare(ids)).to_numpy()
    return codes


def codes_of_each(rings: Iterable[Ring], ids: pa.Array) -> list[NDArray[np.int32]]:
    """Return the positions of each ring's accounts in the log's table of ids. Cost: as :func:`codes_of`."""
    groups = [ring.accounts for ring in rings]
    return np.split(codes_of(groups, ids), np.cumsum([len(group) for group in groups]))[:-1]
