"""Turnouts: who came to one target within three days, and the pools of accounts from which they were drawn.

The same graph from its other side. Two accounts of a large farm may have no target in common, if an order takes a
tenth of the farm; two of its orders still have accounts in common. So turnouts play the accounts, and accounts the
contents: the sweep, its null and the community search are those of the accounts.
"""

import math
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.special import rel_entr

from clickgraph.graph.communities import Communities, find_communities
from clickgraph.graph.engagement import EngagementGraph
from clickgraph.graph.projection import project
from clickgraph.graph.windows import UNITS
from clickgraph.kernels.positions import positions_by_code
from clickgraph.kernels.slots import make_slots
from clickgraph.log.distinct import are_first
from clickgraph.log.events import Events
from clickgraph.settings import FALSE_TIES, RESOLUTION

SPAN = 3 * UNITS["day"]  # of a turnout, counted from 1 January 1970, UTC: what trickles in does not fill a day
LEAST_CAME = 5  # accounts to a turnout
LEAST_TURNOUTS = 2  # of an account
BUSIEST = 0.01  # share of the accounts that may be left out, for two of them meet by chance
MET_BY_CHANCE = 0.1  # turnouts: below, no account counts as busy
LEAST_BEYOND = 0.5  # nats by which an account came to a pool's turnouts beyond chance; its bursts will tell the rest
LEAST_POOL = 10  # accounts: fewer are found by what each two have in common
OF_RESOLUTION = 0.1  # two turnouts of a pool have less in common than two accounts of a group
COACTIONS_PER_ARRIVAL = 100  # budget of the sweep over turnouts: with one, ten planted farms left no pool


class Turnouts(NamedTuple):
    """Which account came to which turnout, each once.

    Attributes
    ----------
    turnout : ndarray of int32, shape (n,)
        Turnouts, numbered by target and time.
    place : ndarray of int32, shape (n,), ascending
        Who came: places in `accounts`. The turnouts of each ascend.
    accounts : ndarray of int32, shape (n_accounts,), ascending
        Codes of the accounts that came.
    """

    turnout: NDArray[np.int32]
    place: NDArray[np.int32]
    accounts: NDArray[np.int32]


def find_turnouts(graph: EngagementGraph, is_left: NDArray[np.bool_]) -> Turnouts:
    """Return the turnouts of five accounts and more, and of these the accounts that came to two and more.

    `is_left`, bool (n_events,), says which slots count. Without a clock a target has one turnout. The busiest
    accounts are left out: whichever two of them meet again and again ties all turnouts where they do.
    Cost: some passes over the slots; a sort of those whose account came back to their target.
    """
    slots, kept = graph.slots, slice(None) if is_left.all() else is_left
    turnout, account = _number_turnouts(slots.target[kept], slots.time[kept]), slots.account[kept]
    is_first = _are_first(turnout, account, slots.is_repeated[kept], n_accounts=graph.n_accounts)
    return choose_turnouts(turnout, account, is_first, n_accounts=graph.n_accounts)


def _number_turnouts(target: NDArray[np.int32], time: NDArray[np.int64]) -> NDArray[np.int32]:
    """Return the turnout of each slot."""
    turnout = np.cumsum(are_first(target, (time // SPAN).astype(np.int32)), dtype=np.int32)
    turnout -= 1
    return turnout


def choose_turnouts(
    turnout: NDArray[np.int32], account: NDArray[np.int32], counts: NDArray[np.bool_], *, n_accounts: int
) -> Turnouts:
    """Return the turnouts of five accounts and more, and the accounts that take part in them.

    The two columns say who came to which turnout, in ascending order of these; each `counts` once.
    """
    n_came = np.bincount(turnout[counts], minlength=1)
    counts = counts & (n_came >= LEAST_CAME)[turnout]
    n_turnouts = np.bincount(account[counts], minlength=n_accounts)
    counts &= take_part(n_turnouts, n_all=int((n_came >= LEAST_CAME).sum()))[account]
    indptr, order = positions_by_code(account[counts], n_accounts)
    n_times = np.diff(indptr)
    accounts = np.flatnonzero(n_times).astype(np.int32)
    place = np.repeat(np.arange(len(accounts), dtype=np.int32), n_times[accounts])
    return Turnouts(_in_dense_codes(turnout[counts])[order], place, accounts)


def take_part(n_turnouts: NDArray[np.int64], *, n_all: int) -> NDArray[np.bool_]:
    """Say which accounts take part, from the turnouts of each; `n_all` is the number of turnouts.

    Two and more; and no account of the busiest hundredth that would meet its like in a tenth of a turnout by chance.
    """
    several = np.sort(n_turnouts[n_turnouts >= LEAST_TURNOUTS])
    if len(several) == 0:
        return np.zeros(len(n_turnouts), np.bool_)
    most = max(math.sqrt(MET_BY_CHANCE * n_all), several[math.ceil((1 - BUSIEST) * len(several)) - 1])
    result: NDArray[np.bool_] = (n_turnouts >= LEAST_TURNOUTS) & (n_turnouts <= most)
    return result


def _in_dense_codes(turnout: NDArray[np.int32]) -> NDArray[np.int32]:
    """Renumber the turnouts that are left, in their order."""
    is_there = np.zeros(int(turnout.max(initial=-1)) + 1, np.int32)
    is_there[turnout] = 1
    codes: NDArray[np.int32] = (np.cumsum(is_there, dtype=np.int32) - np.int32(1))[turnout]
    return codes


def _are_first(
    turnout: NDArray[np.int32], account: NDArray[np.int32], is_repeated: NDArray[np.bool_], *, n_accounts: int
) -> NDArray[np.bool_]:
    """Say of each slot whether it is its account's first in its turnout: only a repeated one may not be."""
    again = np.flatnonzero(is_repeated)
    key = turnout[again].astype(np.int64) * n_accounts + account[again]
    is_first = ~is_repeated
    is_first[again[np.unique(key, return_index=True)[1]]] = True
    return is_first


def find_pools(
    graph: EngagementGraph,
    is_left: NDArray[np.bool_] | None = None,
    *,
    resolution: float = RESOLUTION.default,
    false_ties: float = FALSE_TIES.default,
    rng: int = 0,
    n_threads: int | None = None,
) -> Communities:
    """Find the accounts that were drawn again and again for turnouts that have accounts in common.

    A turnout is the accounts that came to one target within three days, counted from 1 January 1970. Turnouts are tied
    by the accounts that they share beyond chance, and fall into communities. Who came to two of a community, and more
    often than chance explains or for half of its times, belongs to its pool. A community counts if it has more evidence
    than naming its turnouts takes.

    Parameters
    ----------
    graph : EngagementGraph
        The log.
    is_left : ndarray of bool, shape (n_events,), optional
        The slots that count; all by default.
    resolution : float
        As for :func:`clickgraph.find_communities`; a tenth of it is asked of two turnouts.
    false_ties : float
        False ties per turnout that the null may let pass.
    rng : int
        Seed of the community search.
    n_threads : int, optional
        Threads; all cores by default. The result does not depend on it.

    Returns
    -------
    Communities
        Seeds, not yet judged; an account may be in several. Cost: near linear in the events.

    Examples
    --------
    >>> import clickgraph as cg
    >>> farm = {"n_accounts": 300, "participation": (0.1, 0.1), "n_organic_accounts": 1000, "n_organic_events": 10000}
    >>> graph = cg.build_graph(cg.read_events(cg.simulate("follower-seller", **farm, job_sizes=None, rng=1).events))
    >>> len(find_pools(graph)[0]) > 290
    True
    """
    came = find_turnouts(graph, np.ones(graph.n_events, np.bool_) if is_left is None else is_left)
    pools = pools_of(came, resolution=resolution, false_ties=false_ties, rng=rng, n_threads=n_threads)
    return Communities.from_members(pools, graph.events.account_ids)


def pools_of(
    came: Turnouts, *, resolution: float, false_ties: float, rng: int, n_threads: int | None = None
) -> list[NDArray[np.int32]]:
    """Return the pools from which the turnouts were drawn, each ascending: see :func:`find_pools`."""
    ties = project(
        as_graph(came),
        windows="ever",
        false_ties=false_ties,
        coactions_per_event=COACTIONS_PER_ARRIVAL,
        n_threads=n_threads,
    )
    found = find_communities(ties, resolution=of_turnouts(resolution), rng=rng, named_among=ties.n_accounts)
    return members_of(came, found)


def of_turnouts(resolution: float) -> float:
    """Return what is asked of two turnouts where `resolution` is asked of two accounts, within the knob's bounds.

    Examples
    --------
    >>> of_turnouts(1.0)
    0.1
    """
    return max(RESOLUTION.low, OF_RESOLUTION * resolution)


def as_graph(came: Turnouts) -> EngagementGraph:
    """Return a graph of which the turnouts are the accounts, and the accounts the contents, without times.

    It has its slots only: of its events there is nothing else to say.
    """
    n_turnouts, n_contents, none = int(came.turnout.max(initial=-1)) + 1, len(came.accounts), np.empty(0, np.int32)
    time, one_layer = np.zeros(len(came.turnout), np.int64), np.zeros(1, np.int32)
    slots = make_slots(came.turnout, time, came.place, n_accounts=n_turnouts, n_targets=n_contents)
    events = Events(
        none, none, none, None, time[:0], pa.array(np.arange(n_turnouts)), pa.array(came.accounts), pa.array(["came"]),
        pa.table({}), clock=None,
    )  # fmt: skip
    contents, layers = np.arange(n_contents, dtype=np.int32), np.zeros(n_contents, np.int32)
    return EngagementGraph(events, slots, None, contents, layers, one_layer)


def members_of(came: Turnouts, communities: Communities) -> list[NDArray[np.int32]]:
    """Return the accounts that belong to the pool of each community, ascending, where they are enough for one."""
    pool = np.full(int(came.turnout.max(initial=-1)) + 1, -1, dtype=np.int64)
    pool[communities.account_code] = np.repeat(np.arange(len(communities)), np.diff(communities.indptr))
    n_own = np.bincount(came.place, minlength=1)
    of_pool = pool[came.turnout]
    is_tied = of_pool >= 0
    key, n_times = np.unique(of_pool[is_tied] * len(n_own) + came.place[is_tied], return_counts=True)
    found, place = np.divmod(key, len(n_own))
    belongs = do_belong(n_times, n_own[place], np.bincount(of_pool[is_tied])[found], n_all=len(came.place))
    return cut_pools(found[belongs], came.accounts[place[belongs]])


def do_belong(
    n_times: NDArray[np.int64], n_own: NDArray[np.int64], n_of_pool: NDArray[np.int64], *, n_all: int
) -> NDArray[np.bool_]:
    """Say which accounts belong to a pool, each given how often it came to the turnouts of one, and to any.

    Those that came twice and more, and more often than everybody together, `n_of_pool` times of `n_all`, by so much
    that their own rate explains it better, in a binomial likelihood ratio; or for half of their times and more, where
    the pool is most of the log. A large turnout of other people may be tied to a farm's: who only came there by chance
    does not belong.

    Examples
    --------
    >>> do_belong(np.array([1, 2, 2, 4, 4]), np.array([1, 2, 8, 8, 12]), np.array([50, 50, 50, 50, 50]), n_all=200)
    array([False,  True, False,  True, False])
    """
    by_chance = n_own * (n_of_pool / n_all)
    nats = rel_entr(n_times, by_chance) + rel_entr(n_own - n_times, n_own - by_chance)
    is_often = ((n_times > by_chance) & (nats > LEAST_BEYOND)) | (2 * n_times >= n_own)
    result: NDArray[np.bool_] = (n_times >= LEAST_TURNOUTS) & is_often
    return result


def cut_pools(pool: NDArray[np.integer], account: NDArray[np.integer]) -> list[NDArray[np.int32]]:
    """Return the accounts of each pool, int32, of rows sorted by pool and account; those that are enough for one.

    Examples
    --------
    >>> [len(members) for members in cut_pools(np.repeat([0, 2, 3], [12, 9, 10]), np.arange(31))]
    [12, 10]
    """
    members = np.split(account.astype(np.int32), np.flatnonzero(np.diff(pool)) + 1)
    return [each for each in members if len(each) >= LEAST_POOL]
