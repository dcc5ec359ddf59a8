"""Refinement: communities against their bursts, in turns, until the two agree."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from clickgraph.graph.communities import Communities
from clickgraph.graph.engagement import EngagementGraph
from clickgraph.graph.windows import WindowLike, choose_windows
from clickgraph.rings.background import Background
from clickgraph.rings.membership import judge_accounts
from clickgraph.rings.splitting import split_group, worth_of
from clickgraph.settings import MIN_SIZE, ROUNDS, check

MOST_CUTS = 2  # of what grew from a part


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
    of hundreds. A group that repeats a stronger one is dropped; an account may serve several.

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
    grown: list[_Group] = []
    holders = _Holders()
    for members in communities:
        # A seed that lies in a grown group would grow to the same.
        if len(members) < min_size or 2 * holders.most_common(members) > len(members):
            continue
        for group in _grow_parts(log, members, rounds, min_size=min_size):
            holders.add(group.members)
            grown.append(group)
    settled = [group.members for group in _settle(log, grown, min_size=min_size)]
    return Communities.from_members(settled, communities.account_ids)


class _Group(NamedTuple):
    """A grown group: its members, the targets on which it has bursts, and what they are worth in nats."""

    members: NDArray[np.int32]
    targets: NDArray[np.int32]
    worth: float


class _Holders:
    """Which of the groups added so far hold each account; an account may serve several."""

    def __init__(self) -> None:
        self._of: dict[int, list[int]] = {}
        self._n = 0

    def add(self, accounts: NDArray[np.int32]) -> None:
        """Add a group."""
        for account in accounts.tolist():
            self._of.setdefault(account, []).append(self._n)
        self._n += 1

    def shares(self, accounts: NDArray[np.int32]) -> Counter[int]:
        """Count the `accounts` in each group that holds any."""
        return Counter(group for account in accounts.tolist() for group in self._of.get(account, ()))

    def most_common(self, accounts: NDArray[np.int32]) -> int:
        """Return the largest number of the `accounts` that one group holds."""
        return max(self.shares(accounts).values(), default=0)


def _grow_parts(
    log: Background, seed: NDArray[np.int32], rounds: int, *, min_size: int, cuts: int = MOST_CUTS
) -> Iterator[_Group]:
    """Yield the group that a seed grows to; where it is several, what its parts grow to."""
    members = _grow(log, seed, rounds, by_hours=False)
    if len(members) < min_size:
        members = _grow(log, seed, rounds, by_hours=True)
    if len(members) < min_size:
        return
    parts = split_group(log, members) if cuts else [members]
    if len(parts) < 2:
        yield _weigh(log, members)
        return
    for part in parts:
        yield from _grow_parts(log, part, rounds, min_size=min_size, cuts=cuts - 1)


def _grow(log: Background, members: NDArray[np.int32], rounds: int, *, by_hours: bool) -> NDArray[np.int32]:
    for _ in range(rounds):
        grown = judge_accounts(log, members, log.bursts_of(members, by_hours=by_hours).widened()).account
        if len(grown) < 2 or np.array_equal(grown, members):
            return grown
        members = grown
    return members


def _settle(log: Background, grown: list[_Group], *, min_size: int) -> list[_Group]:
    """Keep the groups, those worth most first, without those that repeat another.

    A group lies in another that holds half of its accounts and half of its targets. One that lies in a group that is
    kept is dropped. Where the groups that lie in one, and the rest of it, are worth more together than it is, the
    rest takes its place. An account that serves two groups on different targets stays in both.
    """
    ranked = sorted(grown, key=lambda group: (-group.worth, group.members[0]))
    holds = _containment(ranked)
    kept: dict[int, _Group] = {}
    for k, group in enumerate(ranked):
        if any(k in holds[other] for other in kept):
            continue
        inside = _apart(holds, k)
        rest = _without(log, group, [ranked[each] for each in inside])
        if not inside or math.fsum(ranked[each].worth for each in inside) + rest.worth <= group.worth:
            kept[k] = group
        elif rest.worth > 0 and len(rest.members) >= min_size:
            kept[k] = rest
            holds[k] -= set(inside)
    return list(kept.values())


def _apart(holds: list[set[int]], k: int) -> list[int]:
    """Return the groups that lie in group k, those worth most first, without those that lie in one another."""
    inside: list[int] = []
    for other in sorted(holds[k]):
        if k not in holds[other] and not any(other in holds[each] for each in inside):
            inside.append(other)
    return inside


def _without(log: Background, group: _Group, others: list[_Group]) -> _Group:
    """Return the group without the members of the others."""
    if not others:
        return group
    left = np.setdiff1d(group.members, np.concatenate([other.members for other in others]))
    return _weigh(log, left)


def _weigh(log: Background, members: NDArray[np.int32]) -> _Group:
    bursts = log.bursts_of(members, by_hours=False)
    return _Group(members, np.unique(log.graph.slots.target[bursts.first]), worth_of(log, members, bursts))


def _containment(groups: list[_Group]) -> list[set[int]]:
    """Return, for each group, the other groups that lie in it."""
    holders = _Holders()
    for group in groups:
        holders.add(group.members)
    holds: list[set[int]] = [set() for _ in groups]
    for k, group in enumerate(groups):
        for other, n in holders.shares(group.members).items():
            common = np.isin(group.targets, groups[other].targets).sum()
            if other != k and 2 * n > len(group.members) and 2 * common > len(group.targets):
                holds[other].add(k)
    return holds
