"""Scoring: refined groups into rings with their evidence, p-value and verdict."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from clickgraph.graph.communities import Communities
from clickgraph.graph.engagement import EngagementGraph
from clickgraph.graph.ties import AccountGraph
from clickgraph.graph.windows import WindowLike, choose_windows
from clickgraph.kernels._jit import map_ranges
from clickgraph.kernels.bursts import burst_nats
from clickgraph.rings.background import Background
from clickgraph.rings.evenness import Evenness, measure_evenness
from clickgraph.rings.followers import NO_ACCOUNTS
from clickgraph.rings.membership import judge_accounts
from clickgraph.rings.model import Evidence, Rings
from clickgraph.rings.sittings import Sittings, measure_sittings
from clickgraph.rings.tables import ScoredGroup, make_rings
from clickgraph.rings.trial import BITS, Trial, p_value_of, try_group
from clickgraph.rings.verdict import decide
from clickgraph.settings import ALPHA, MIN_SIZE, ROUNDS, check

Members = NDArray[np.int32]


def score(
    graph: EngagementGraph,
    communities: Communities,
    *,
    ties: AccountGraph | None = None,
    windows: str | Sequence[WindowLike] = "auto",
    alpha: float = ALPHA.default,
    min_size: int = int(MIN_SIZE.default),
    settings: Mapping[str, Any] | None = None,
    notices: Sequence[str] = (),
    n_threads: int | None = None,
) -> Rings:
    """Test groups of accounts and return those that chance does not explain, best first.

    Under the null the members are as active as they are, when they are, but choose among contents as the
    outsiders of the same hours do. Given the event that begins a burst, the n other members in its slots are a
    hypergeometric draw from the events of its hours: a chance of P counts ``-ln P - ln n(n+1)`` nats, the logarithm
    of an e-value. The score adds up the bursts and subtracts the choice among all beginnings, windows and sets of
    members, so that ``p = 2 ** -score_bits`` bounds the chance that an
    organic log holds any such ring. A ring is told with those who came to the same jobs,
    though beside others of their hours they would not be borne out.

    Parameters
    ----------
    graph : EngagementGraph
        The log.
    communities : Communities
        From :func:`clickgraph.refine`, or any groups of interest.
    ties : AccountGraph, optional
        Ties to show with the rings.
    windows : "auto" or sequence of windows
        The gaps over which events of members may be joined to a burst.
    alpha : float
        The chance of any false ring in an organic log that is accepted.
    min_size : int
        Smaller groups are not reported.
    settings : mapping, optional
        How the groups were made, to go with the result.
    notices : sequence of str
        Sentences to go with the result.
    n_threads : int, optional
        Threads; all cores by default. The result does not depend on it.

    Returns
    -------
    Rings
        Cost: a few passes over the events of the members and of their bursts.

    Raises
    ------
    InputError
        If an option is out of bounds.

    References
    ----------
    Vovk, Wang: E-values: calibration, combination and applications. Ann. Statist. 49 (2021),
    DOI 10.1214/20-AOS2020.

    Examples
    --------
    >>> import clickgraph as cg
    >>> world = cg.simulate("phone-farm", n_accounts=60, n_organic_accounts=1000, n_organic_events=10000, rng=1)
    >>> graph = cg.build_graph(cg.read_events(world.events))
    >>> groups = cg.refine(graph, cg.find_communities(cg.project(graph)))
    >>> cg.score(graph, groups)[0].verdict
    'ring'
    """
    check("alpha", alpha)
    check("min_size", min_size)
    log = Background.of(graph, choose_windows(windows, graph.events.clock)[0])
    return score_in(
        log, communities, ties=ties, alpha=alpha, min_size=min_size, settings=settings, notices=notices,
        n_threads=n_threads,
    )  # fmt: skip


def score_in(
    log: Background, communities: Communities, *, ties: AccountGraph | None, alpha: float, min_size: int,
    settings: Mapping[str, Any] | None, notices: Sequence[str], n_threads: int | None, says_why: bool = True,
) -> Rings:  # fmt: skip
    """Score in a log whose background is known: see :func:`score`. `says_why`: where there is nothing, why."""
    groups = try_groups(log, list(communities), alpha=alpha, min_size=min_size, n_threads=n_threads)
    told = [*notices]
    if says_why and not groups:
        told.append(why_nothing(Totals.of(log), alpha=alpha, min_size=min_size))
    return make_rings(log, groups, ties=ties, settings=dict(settings or {"alpha": alpha}), notices=tuple(told))


def try_groups(
    log: Background, groups: Sequence[NDArray[np.int32]], *, alpha: float, min_size: int,
    n_threads: int | None = None, rings: Members = NO_ACCOUNTS,
) -> list[ScoredGroup]:  # fmt: skip
    """Try groups, and return those of which there is something to say: of those that shrink to the same, the first.

    Who is told in a ring is none of the people who go through a list: where others who do decided, they are counted
    once more without the members of rings, these `rings` among them.
    """
    tried = _try_all(log, groups, rings, alpha=alpha, min_size=min_size, n_threads=n_threads)
    found = [group for group in tried if group is not None]
    told = [group.trial.members.account for group in found if group.verdict.name == "ring"]
    if told:
        again = [k for k, group in enumerate(tried) if group is not None and group.verdict.decided_by == "sittings"]
        doubtful, known = [groups[k] for k in again], np.unique(np.concatenate((rings, *told)))
        judged = _try_all(log, doubtful, known, alpha=alpha, min_size=min_size, n_threads=n_threads)
        for k, group in zip(again, judged, strict=True):
            tried[k] = group
    first: dict[bytes, ScoredGroup] = {}
    for group in tried:
        if group is not None:
            first.setdefault(group.trial.members.account.tobytes(), group)
    return list(first.values())


def _try_all(
    log: Background, groups: Sequence[NDArray[np.int32]], rings: Members, *,
    alpha: float, min_size: int, n_threads: int | None,
) -> list[ScoredGroup | None]:  # fmt: skip
    def try_one(k: int, _: int) -> ScoredGroup | None:
        return _try(log, groups[k], rings, alpha=alpha, min_size=min_size)

    return map_ranges(try_one, np.arange(len(groups) + 1), n_threads=n_threads)


def _try(log: Background, members: Members, rings: Members, *, alpha: float, min_size: int) -> ScoredGroup | None:
    """Test a group against its own hours and against the whole log, and say what it is; None if there is nothing.

    The own hours decide whether it is a ring; with whom it is told, whether it is an audience after all. Members of
    `rings` do not follow it.
    """
    hours, whole = (try_group(log, members, by_hours=by_hours) for by_hours in (True, False))
    shown = hours if hours.p_value <= alpha or hours.bits >= whole.bits else whole
    if len(shown.members) < min_size:
        return None
    evenness = measure_evenness(log, shown.members.account, shown.bursts)
    sittings = measure_sittings(log, shown, alpha=alpha, rings=rings)
    verdict = decide(hours, whole, evenness, sittings, alpha=alpha)
    if verdict is None:
        return None
    if verdict.name == "ring" and (told := _with_lazy(log, hours, among=whole.members.account)) is not hours:
        shown, evenness = told, measure_evenness(log, told.members.account, told.bursts)
        verdict = decide(hours, whole, evenness, sittings, alpha=alpha) or verdict
    pieces = shown.pieces if shown is hours else (*shown.pieces, _own_hours(hours, shown))
    return ScoredGroup(shown, verdict, evenness, (*pieces, *_told_only(evenness, sittings, whole)))


def _with_lazy(log: Background, hours: Trial, *, among: NDArray[np.int32]) -> Trial:
    """Try the members whom their own hours bear out against the whole log, with those who came to the same jobs.

    Beside others of the same hours some bursts no longer pay, and who came to two of the jobs has one left. Members and
    bursts are judged in turns, as in the refinement. Where that adds nobody, the trial by the own hours is returned.
    """
    members = sure = hours.members.account
    for _ in range(int(ROUNDS.default)):
        bursts = log.bursts_of(members, by_hours=False).widened()
        found = np.union1d(sure, np.intersect1d(judge_accounts(log, members, bursts).account, among))
        if np.array_equal(found, members):
            break
        members = found
    told = try_group(log, members, by_hours=False)
    return told if len(told.members) > len(sure) else hours


def _own_hours(hours: Trial, whole: Trial) -> Evidence:
    """Return what is taken from the whole-log evidence where the group's own hours bear out less."""
    return Evidence("own hours", hours.bits, whole.bits, hours.bits - whole.bits)


def _told_only(evenness: Evenness, sittings: Sittings, whole: Trial) -> tuple[Evidence, ...]:
    """Return the pieces that speak to the verdict and add nothing to the score."""
    return (
        Evidence("variance ratio", evenness.variance_ratio, 1.0, 0.0),
        Evidence("unevenness", evenness.unevenness, 0.0, 0.0),
        Evidence("edge", evenness.edge, 0.0, 0.0),
        Evidence("returns", evenness.returns, 1.0, 0.0),
        Evidence("sittings", sittings.bits, 0.0, 0.0),
        Evidence("followers", sittings.followers, 0.0, 0.0),
        Evidence("whole log", whole.bits, 0.0, 0.0),
    )


class Totals(NamedTuple):
    """The size of a log: what bounds the evidence that any ring of it could have.

    Attributes
    ----------
    n_accounts, n_events, n_windows : int
        Accounts and events of the log; windows of bursts.
    crowds : ndarray of int64, shape (n_targets,)
        Different accounts on each target.
    """

    n_accounts: int
    n_events: int
    n_windows: int
    crowds: NDArray[np.int64]

    @classmethod
    def of(cls, log: Background) -> "Totals":
        """Take the size of a log. Cost: a sort of its events."""
        slots, n_accounts = log.graph.slots, log.graph.n_accounts
        met = np.unique(slots.target.astype(np.int64) * n_accounts + slots.account) // n_accounts
        return cls(log.n_accounts, log.graph.n_events, len(log.windows), np.bincount(met))


def why_nothing(totals: Totals, *, alpha: float, min_size: int) -> str:
    """Say whether any ring of this log could have reached `alpha`, or there is none."""
    reachable = p_value_of(_most_bits(totals, min_size))
    if reachable > alpha:
        return (
            f"not enough data: even if each content were one burst of one ring, with nobody else there,"
            f" no p-value here could fall below {reachable:.2g}; alpha is {alpha:g}"
        )
    return "no group of accounts acts together beyond chance"


def _most_bits(totals: Totals, min_size: int) -> float:
    """Return the most bits of a ring that takes contents in one burst each, with nobody beside it.

    Sizes of the ring and numbers of contents are tried in powers of two.
    """
    most, size = 0.0, min_size
    while (n_contents := int((totals.crowds >= size).sum())) > 0:
        taken = {n_contents, *(2**k for k in range(n_contents.bit_length()))}
        most = max(most, *(_bits_of_ideal(totals, size, n_bursts) for n_bursts in taken))
        size *= 2
    return most


def _bits_of_ideal(totals: Totals, size: int, n_bursts: int) -> float:
    """Return the bits of a ring of which every member takes part in every burst."""
    n_mine = min(n_bursts * size, totals.n_events)
    each = burst_nats(size - 1, 0, n_mine - 1, totals.n_events - n_mine)
    cost = math.log(max(1, totals.n_windows * size))
    members = math.log(math.comb(totals.n_accounts, size))
    return (n_bursts * max(0.0, each - cost) - members) * BITS
