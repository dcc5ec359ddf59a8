"""Refinement: communities against their bursts, in turns, until the two agree."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from clickgraph.graph.communities import Communities
from clickgraph.graph.engagement import EngagementGraph
from clickgraph.graph.windows import WindowLike, choose_windows
from clickgraph.kernels._jit import map_ranges, ranges_by_cost
from clickgraph.kernels.growth import are_fertile, grow_seed
from clickgraph.kernels.membership import LEAST_HITS
from clickgraph.rings.background import Background
from clickgraph.rings.membership import judge_accounts
from clickgraph.rings.settling import Group, Holders, settle, weigh
from clickgraph.rings.splitting import FEW, split_group
from clickgraph.settings import MIN_SIZE, ROUNDS, check

MOST_CUTS = 2  # of what grew from a part
MANY_SEEDS = 1000  # for fewer, to load the kernel takes longer than it saves

# Log, seed, rounds, whether beside its own hours: what the seed grows to, and whether it came to rest.
Grow = Callable[[Background, NDArray[np.int32], int, bool], tuple[NDArray[np.int32], bool]]


def refine(
    graph: EngagementGraph,
    communities: Communities,
    *,
    windows: str | Sequence[WindowLike] = "auto",
    min_size: int = int(MIN_SIZE.default),
    rounds: int = int(ROUNDS.default),
    few: float = FEW,
    n_threads: int | None = None,
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
    few : float
        Of the members that chance lets the halves of a group share: with less, they may be two groups.
    n_threads : int, optional
        Threads; all cores by default. The result does not depend on it.

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
    return refine_in(log, communities, min_size=min_size, rounds=rounds, few=few, n_threads=n_threads)


def refine_in(
    log: Background,
    communities: Communities,
    *,
    min_size: int,
    rounds: int = int(ROUNDS.default),
    few: float = FEW,
    n_threads: int | None = None,
) -> Communities:
    """Refine in a log whose background is known: see :func:`refine`."""
    seeds = [members for members in communities if len(members) >= min_size]
    grow = grow_by_steps
    if len(seeds) >= MANY_SEEDS:
        seeds, grow = fertile_seeds(log, seeds, rounds, min_size=min_size, n_threads=n_threads), grow_at_once
    grown = grow_all(
        seeds, lambda k: grow_parts(log, seeds[k], rounds, min_size=min_size, few=few, grow=grow), n_threads=n_threads
    )
    settled = [group.members for group in settle(log, grown, min_size=min_size)]
    return Communities.from_members(settled, communities.account_ids)


def fertile_seeds(
    log: Background, seeds: list[NDArray[np.int32]], rounds: int, *, min_size: int, n_threads: int | None = None
) -> list[NDArray[np.int32]]:
    """Leave out seeds that only shrink, to nothing: most of those that chance ties together, told in one go."""
    ground = log.ground()
    if ground is None:
        return seeds
    indptr, accounts = np.cumsum([0, *map(len, seeds)]), np.concatenate(seeds)
    n_events = np.add.reduceat(log.n_acted[accounts], indptr[:-1])
    fertile = map_ranges(
        lambda first, last: are_fertile(indptr, accounts, first, last, rounds, min_size, ground, log.scratch()),
        ranges_by_cost(n_events), n_threads=n_threads,
    )  # fmt: skip
    return list(compress(seeds, np.concatenate(fertile)))


def grow_all(
    seeds: Sequence[NDArray[np.int32]], grow: Callable[[int], Iterable[Group]], *, n_threads: int | None = None
) -> list[Group]:
    """Return what the seeds grow to: ``grow(k)`` is asked for the groups of the k-th.

    A seed that lies in a group of an earlier one would grow to the same, and is left out. The next seeds are grown
    ahead by the other threads, some in vain; whether they are left out is decided in their order.
    """
    grown: list[Group] = []
    holders, ahead = Holders(), deque[tuple[int, Future[list[Group]]]]()
    n_threads = n_threads or os.cpu_count() or 1

    def is_held(k: int) -> bool:
        return 2 * holders.most_common(seeds[k].tolist()) > len(seeds[k])

    def take_first() -> None:
        k, groups = ahead.popleft()
        found = groups.result()
        for group in found if not is_held(k) else []:
            holders.add(group.members.tolist())
            grown.append(group)

    with ThreadPoolExecutor(n_threads) as pool:
        for k in range(len(seeds)):
            if not is_held(k):
                ahead.append((k, pool.submit(lambda k: list(grow(k)), k)))
            if len(ahead) >= n_threads:
                take_first()
        while ahead:
            take_first()
    return grown


def grow_by_steps(
    log: Background, members: NDArray[np.int32], rounds: int, by_hours: bool
) -> tuple[NDArray[np.int32], bool]:
    """Return what a seed grows to in so many rounds, and whether it came to rest."""
    for _ in range(rounds):
        grown = judge_accounts(log, members, log.bursts_of(members, by_hours=by_hours).widened()).account
        if len(grown) < LEAST_HITS or np.array_equal(grown, members):
            return grown, True
        members = grown
    return members, False


def grow_at_once(
    log: Background, members: NDArray[np.int32], rounds: int, by_hours: bool
) -> tuple[NDArray[np.int32], bool]:
    """Return what :func:`grow_by_steps` does, by one kernel where it can: other threads need not wait for the rest."""
    ground = log.ground()
    if ground is None:
        return grow_by_steps(log, members, rounds, by_hours)
    grown, rests = grow_seed(members, rounds, by_hours, ground, log.scratch())
    return grown, rests


def grow_parts(
    log: Background, seed: NDArray[np.int32], rounds: int, *,
    min_size: int, few: float = FEW, cuts: int = MOST_CUTS, grow: Grow = grow_by_steps,
) -> Iterator[Group]:  # fmt: skip
    """Yield the groups that a seed grows to; where one is several, what its parts grow to.

    A seed grows beside the whole log. What does not come to rest there drifts into an audience: what the seed grows to
    beside its own hours, and rests, is a group as well. Where the whole log bears out nobody, it is the only one.
    """
    members, rests = grow(log, seed, rounds, False)
    grown = [members]
    if len(members) < min_size or not rests:
        members, rests = grow(log, seed, rounds, True)
        grown += [members] if rests else []
    for members in grown:
        if len(members) < min_size:
            continue
        parts = split_group(log, members, few=few) if cuts else [members]
        if len(parts) < 2:
            yield weigh(log, members)
            continue
        for part in parts:
            yield from grow_parts(log, part, rounds, min_size=min_size, few=few, cuts=cuts - 1, grow=grow)
