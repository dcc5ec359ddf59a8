"""Refinement: communities against their bursts, in turns, until the two agree."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from clickgraph.graph.communities import Communities
from clickgraph.graph.engagement import EngagementGraph
from clickgraph.graph.windows import WindowLike, choose_windows
from clickgraph.rings.background import Background
from clickgraph.rings.membership import NOBODY, Membership, judge_accounts
from clickgraph.rings.splitting import split_group
from clickgraph.settings import MIN_SIZE, ROUNDS, check


def refine(
    graph: EngagementGraph,
    communities: Communities,
    *,
    windows: str | Sequence[WindowLike] = "auto",
    min_size: int = int(MIN_SIZE.default),
    rounds: int = int(ROUNDS.default),
) -> Communities:
    """Find each community's bursts, then every account that those explain, in turns.

    The idea of CopyCatch, started from a community instead of a guess: seeds of six members grow to farms
    of hundreds. Groups that become one are united, and an account goes to the group that explains it best.

    Parameters
    ----------
    graph : EngagementGraph
        The log; every account of it can be recruited.
    communities : Communities
        From :func:`clickgraph.find_communities`, strongest first.
    windows : "auto" or sequence of windows
        The gaps over which events of members may be joined to a burst. "Ever" counts only without a clock.
    min_size : int
        Smaller groups are dropped.
    rounds : int
        Turns at most.

    Returns
    -------
    Communities
        The refined groups, those with most evidence of membership first.
        Cost: a few passes over the events of the members and of their bursts.

    References
    ----------
    Beutel et al.: CopyCatch. WWW 2013, DOI 10.1145/2488388.2488400.
    """
    check("min_size", min_size)
    check("rounds", rounds)
    log = Background.of(graph, choose_windows(windows, graph.events.clock)[0])
    grown: list[Membership] = []
    is_held = np.zeros(graph.n_accounts, dtype=np.bool_)
    for members in communities:
        # A seed that lies in a grown group would grow to the same.
        if len(members) < min_size or 2 * is_held[members].sum() > len(members):
            continue
        group = _grow(log, members, rounds, by_hours=False)
        if len(group) < min_size:
            group = _grow(log, members, rounds, by_hours=True)
        for part in _split(log, group, rounds):
            if len(part) >= min_size:
                grown.append(part)
                is_held[part.account] = True
    settled = _settle(grown, n_accounts=graph.n_accounts, min_size=min_size)
    return Communities.from_members([group.account for group in settled], communities.account_ids)


def _grow(log: Background, members: NDArray[np.int32], rounds: int, *, by_hours: bool) -> Membership:
    group = NOBODY
    for _ in range(rounds):
        bursts = log.bursts_of(members, by_hours=by_hours).widened(log.slots_of(members))
        group = judge_accounts(log, members, bursts)
        if len(group) < 2 or np.array_equal(group.account, members):
            break
        members = group.account
    return group


def _split(log: Background, group: Membership, rounds: int) -> list[Membership]:
    bursts = log.bursts_of(group.account, by_hours=False)
    parts = split_group(log, group.account, bursts)
    return [group] if len(parts) == 1 else [_grow(log, part, rounds, by_hours=False) for part in parts]


def _settle(grown: list[Membership], *, n_accounts: int, min_size: int) -> list[Membership]:
    """Drop groups that stronger ones hold by half, then give each account to the group that explains it best."""
    kept: list[Membership] = []
    is_held = np.zeros(n_accounts, dtype=np.bool_)
    for group in sorted(grown, key=lambda group: (-group.nats.sum(), group.account[0])):
        if 2 * is_held[group.account].sum() <= len(group):
            kept.append(group)
            is_held[group.account] = True
    most = np.full(n_accounts, -np.inf)
    owner = np.full(n_accounts, -1)
    for k, group in enumerate(kept):
        better = group.nats > most[group.account]
        most[group.account[better]] = group.nats[better]
        owner[group.account[better]] = k
    settled = [group.where(owner[group.account] == k) for k, group in enumerate(kept)]
    return [group for group in settled if len(group) >= min_size]
