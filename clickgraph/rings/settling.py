"""Settling: of the groups that seeds grew to, those that are groups of their own."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from clickgraph.kernels.factorials import log_choose
from clickgraph.rings.background import Background
from clickgraph.rings.splitting import are_strangers, worth_of

NEARLY = 0.9  # of a group's worth, for which its core does without the others; of the core, that is in the group


class Group(NamedTuple):
    """A grown group: its members, the targets on which it has bursts, and what they are worth in nats."""

    members: NDArray[np.int32]
    targets: NDArray[np.int32]
    worth: float


class Holders:
    """Which of the groups added so far hold each account; an account may serve several."""

    def __init__(self) -> None:
        self._of: dict[Hashable, list[int]] = {}
        self._n = 0

    def add(self, accounts: Iterable[Hashable]) -> None:
        """Add a group."""
        for account in accounts:
            self._of.setdefault(account, []).append(self._n)
        self._n += 1

    def shares(self, accounts: Iterable[Hashable]) -> Counter[int]:
        """Count the `accounts` in each group that holds any."""
        return Counter(group for account in accounts for group in self._of.get(account, ()))

    def most_common(self, accounts: Iterable[Hashable]) -> int:
        """Return the largest number of the `accounts` that one group holds."""
        return max(self.shares(accounts).values(), default=0)


def weigh(log: Background, members: NDArray[np.int32], *, by_hours: bool = False) -> Group:
    """Return a group with its targets and its worth: in the whole log, or beside its own hours."""
    bursts = log.bursts_of(members, by_hours=by_hours)
    return Group(members, log.targets_of(bursts), worth_of(log, members, bursts))


def settle(log: Background, grown: list[Group], *, min_size: int) -> list[Group]:
    """Keep the groups, those worth most first, without those that repeat another.

    A group lies in another that holds half of its accounts and half of its targets. One that lies in a group that is
    kept is dropped. Each of those that lie in one is taken out of it where it and the rest are worth more than both
    together; the rest takes the place of the whole. The core of a group, worth nearly as much, and more beside its own
    hours, takes its place as it is. An account that serves two groups on different targets stays in both.
    Cost: the bursts of a group, for each that lies in it.
    """
    different = {group.members.tobytes(): group for group in reversed(grown)}.values()
    ranked = sorted(different, key=lambda group: (-group.worth, group.members[0]))
    holds = _containment(ranked)
    by_hours = cache(lambda k: weigh(log, ranked[k].members, by_hours=True).worth)
    kept, held = list[Group](), set[int]()
    for k, group in enumerate(ranked):
        if k in held or _has_purer(ranked, holds, k, by_hours):
            continue
        rest = _rest_of(log, ranked, holds, k)
        if rest is group or (rest.worth > 0 and len(rest.members) >= min_size):
            kept.append(rest)
            held |= {other for other in holds[k] if rest is group or _lies_in(ranked[other], rest)}
    return kept


def _has_purer(ranked: list[Group], holds: list[set[int]], k: int, by_hours: Callable[[int], float]) -> bool:
    """Say whether a core of group k is worth more than the group beside its own hours.

    Who acts only when the members do adds to a group in the whole log, and takes from it there.
    """
    cores = (other for other in sorted(holds[k]) if other > k and _is_core(ranked[other], ranked[k]))
    return any(by_hours(core) > by_hours(k) for core in cores)


def _is_core(part: Group, whole: Group) -> bool:
    """Say whether a part is most of the whole, nearly as much worth, and nearly all of it in the whole."""
    n_common = int(np.isin(part.members, whole.members).sum())
    is_inside = 2 * n_common > len(whole.members) and n_common > NEARLY * len(part.members)
    return is_inside and part.worth > NEARLY * whole.worth


def _rest_of(log: Background, ranked: list[Group], holds: list[set[int]], k: int) -> Group:
    """Return group k without the members of each in it that is worth more apart; the group itself if none is."""
    rest, apart = ranked[k], list[int]()
    for other in sorted(holds[k]):
        is_repeated = other < k and k in holds[other]  # what is worth more than the group is no part of it
        if is_repeated or any(other in holds[each] or each in holds[other] for each in apart):
            continue
        left = weigh(log, np.setdiff1d(rest.members, ranked[other].members))
        if _is_more_apart(log, rest, ranked[other], left):
            rest = left
            apart.append(other)
    return rest


def _is_more_apart(log: Background, whole: Group, part: Group, left: Group) -> bool:
    """Say whether a part of a group and what is left of it are worth more than the group.

    What the group saves by not saying who is of the part is not held against strangers, as where a group is cut.
    """
    apart = part.worth + left.worth
    saved = log_choose(len(whole.members), len(left.members))
    if apart > whole.worth or apart + saved <= whole.worth or min(part.worth, left.worth) <= 0:
        return apart > whole.worth
    return are_strangers(log, whole.members, part.members)


def _lies_in(group: Group, other: Group) -> bool:
    """Say whether `other` holds more than half of the group's accounts and of its targets."""
    pairs = (group.members, other.members), (group.targets, other.targets)
    return all(2 * np.isin(own, theirs).sum() > len(own) for own, theirs in pairs)


def _containment(groups: list[Group]) -> list[set[int]]:
    """Return, for each group, the other groups that lie in it."""
    holders = Holders()
    for group in groups:
        holders.add(group.members.tolist())
    holds: list[set[int]] = [set() for _ in groups]
    for k, group in enumerate(groups):
        for other, n in holders.shares(group.members.tolist()).items():
            if other != k and 2 * n > len(group.members) and _lies_in(group, groups[other]):
                holds[other].add(k)
    return holds
