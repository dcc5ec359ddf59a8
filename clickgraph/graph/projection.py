"""Projection: from who engaged with what to who acted with whom, and which of it chance does not explain."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.special import gammaincinv

from clickgraph.graph.engagement import EngagementGraph, build_graph
from clickgraph.graph.null import budget_of, pairs_of_targets, slot_null, widest
from clickgraph.graph.thinning import DEEPER, NOTICE, in_sample, prefer
from clickgraph.graph.ties import AccountGraph
from clickgraph.graph.windows import WindowLike, choose_windows
from clickgraph.kernels._jit import map_ranges, per_thread, ranges_by_cost
from clickgraph.kernels.candidates import new_scratch
from clickgraph.kernels.reach import row_cost, slot_reach
from clickgraph.kernels.significance import Null
from clickgraph.kernels.slots import Slots, part_of
from clickgraph.kernels.ties import Part, tie_rows
from clickgraph.settings import COACTIONS_PER_EVENT, FALSE_TIES, MIN_SHARED, TIES_PER_ACCOUNT, check

Progress = Callable[[float], None]
Found = tuple[NDArray[np.int32], NDArray[np.float64], NDArray[np.int64]]  # what tie_rows returns


def project(
    graph: EngagementGraph,
    *,
    windows: str | Sequence[WindowLike] = "auto",
    strata: str | None = None,
    min_shared: int = int(MIN_SHARED.default),
    false_ties: float = FALSE_TIES.default,
    ties_per_account: int = int(TIES_PER_ACCOUNT.default),
    coactions_per_event: float = COACTIONS_PER_EVENT.default,
    n_threads: int | None = None,
    progress: Progress | None = None,
) -> AccountGraph:
    """Find the ties between accounts that chance does not explain.

    Each pair is judged by the slot null: keep every (content, time) place and every account's activity,
    forget who took which place. Within a window W it expects ``d_i d_j 2 P_W / (E (E - 1))`` common contents,
    summed over the layers, with ``P_W`` the pairs of slots of one content within W; the evidence of a tie is
    ``-log2 P(X >= shared)`` for X Poisson with that mean, in the window where it is strongest.

    Parameters
    ----------
    graph : EngagementGraph
        From :func:`clickgraph.build_graph`.
    windows : "auto" or sequence of windows
        "auto": tick or 10 s, 1 min, 10 min, 1 h, 6 h, 1 day, 3 days and ever, as the clock allows.
    strata : str, optional
        Column of the log within whose values accounts meet and the null is computed.
    min_shared : int
        Fewest common proofs of a tie.
    false_ties : float
        False ties per account that the null may let pass; the test of the ring pays for them.
    ties_per_account : int
        An account with more ties than this keeps a reproducible sample of them; a tie that survives with
        probability p weighs ``bits / p``.
    coactions_per_event : float
        A content takes part in a window while the window's co-actions fit this budget, cheapest contents
        first (50 million are always allowed); one that does not fit counts in its narrower windows only.
        Count and expectation are cut alike, so the null stays exact, and it is told in `notices`. Then one account
        in eight is looked at once more, on the contents that 64 times the budget affords.
    n_threads : int, optional
        Threads; all cores by default. The result does not depend on it.
    progress : callable, optional
        Called with the share of the work done, from 0 to 1.

    Returns
    -------
    AccountGraph
        Cost: time twice the co-actions within the budgets; memory `ties_per_account` ties per account.

    Raises
    ------
    InputError
        If an option is out of bounds or the log has no such column.

    References
    ----------
    Tumminello et al.: Statistically validated networks in bipartite complex systems. PLoS ONE 6 (2011),
    DOI 10.1371/journal.pone.0017994.

    Examples
    --------
    >>> import clickgraph as cg
    >>> world = cg.simulate("phone-farm", n_accounts=60, n_organic_accounts=1000, n_organic_events=10000, rng=1)
    >>> ties = cg.project(cg.build_graph(cg.read_events(world.events)))
    >>> sorted(ties.to_table().columns)
    ['account', 'bits', 'expected', 'kept', 'other', 'shared', 'window']
    """
    check("min_shared", min_shared)
    check("false_ties", false_ties)
    check("ties_per_account", ties_per_account)
    check("coactions_per_event", coactions_per_event)
    if strata != graph.strata and strata is not None:
        graph = build_graph(graph.events, strata=strata)
    widths, notices = choose_windows(windows, graph.events.clock)
    pairs = pairs_of_targets(graph.slots, widths, n_threads=n_threads)
    limit = budget_of(graph.n_events, coactions_per_event)
    null, cut = slot_null(graph, widths, pairs, limit)
    n_events = np.diff(graph.slots.account_indptr)
    busy = rank_busy(n_events, min_shared)
    passes = most_expected(n_events, min_shared, false_ties=false_ties, n_windows=len(widths))
    walk = _Walk(graph, passes, ties_per_account, n_threads)
    if not cut:
        return replace(walk.look(busy, null, progress), notices=notices)
    deep, _ = slot_null(graph, widths, pairs, DEEPER * limit)
    ties = walk.look(busy, null, _share_of(progress, 0))
    ties = prefer(walk.look(busy[in_sample(busy)], deep, _share_of(progress, 1)), ties)
    return replace(ties, notices=(*notices, *cut, NOTICE))


def _share_of(progress: Progress | None, look: int) -> Progress | None:
    """Return what tells the progress of both looks, from within one of them."""
    return None if progress is None else lambda done: progress((look + done) / 2)


def most_expected(
    n_events: NDArray[np.int64], min_shared: int, *, false_ties: float, n_windows: int
) -> NDArray[np.float64]:
    """Return, for each count of proofs, the largest expectation under which it passes; -1 where none does.

    ``P(X >= n)`` for Poisson X of mean l is the regularised incomplete gamma function P(n, l), so the limit is
    its inverse at the tail probability that lets `false_ties` per account pass among all pairs and windows.
    `n_events` are those of each account.
    """
    largest = max(min_shared, int(n_events.max(initial=0)))
    tail = min(1.0, 2 * false_ties / max(1, len(n_events) - 1) / n_windows)
    limit: NDArray[np.float64] = gammaincinv(np.maximum(1, np.arange(largest + 1)), tail)
    limit[:min_shared] = -1.0
    return limit


def rank_busy(n_events: NDArray[np.int64], min_shared: int) -> NDArray[np.int64]:
    """Return the accounts with enough events for a tie, the busiest first, equal ones by code."""
    ranked = np.argsort(-n_events, kind="stable")
    return ranked[: int((n_events >= min_shared).sum())]


def null_of(accounts: NDArray[np.int64], null: Null) -> Null:
    """Return the null with the activity of these accounts, in their order."""
    shape = (len(null.indptr) - 1, null.rates.shape[1])
    activity = csr_array((null.n_events, null.layer, null.indptr), shape=shape)[accounts]
    return null._replace(
        indptr=activity.indptr.astype(np.int64),
        layer=activity.indices.astype(np.int32),
        n_events=activity.data,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Walk:
    """How pairs are judged, whoever is looked at: `passes` is what :func:`most_expected` returns."""

    graph: EngagementGraph
    passes: NDArray[np.float64]
    ties_per_account: int
    n_threads: int | None

    def look(self, busy: NDArray[np.int64], null: Null, progress: Progress | None) -> AccountGraph:
        """Return the ties among some accounts, given the null of the whole log."""
        slots, null = self._part(busy), null_of(busy, null)
        reach = slot_reach(slots.time, slots.target_indptr, widest(null))
        scratch = per_thread(lambda: new_scratch(slots, len(null.windows), enough=int(np.argmax(self.passes >= 0))))
        part = Part(0, len(busy), 0, 0)

        def rows(first: int, last: int) -> Found:
            return tie_rows(first, last, slots, reach, null, self.passes, self.ties_per_account, scratch(), part)

        ranges = ranges_by_cost(row_cost(slots, reach))
        found = map_ranges(rows, ranges, n_threads=self.n_threads, progress=progress)
        return self._join(found, busy, widths=null.windows)

    def _part(self, busy: NDArray[np.int64]) -> Slots:
        """Leave out who is not looked at: exact, for the null stays that of the whole log.

        The others are renumbered by their rank, the busiest first: the counters that are touched most lie together.
        """
        slots = self.graph.slots
        code = np.full(self.graph.n_accounts, -1, dtype=np.int32)
        code[busy] = np.arange(len(busy), dtype=np.int32)
        return part_of(slots, np.flatnonzero(code[slots.account] >= 0), code=code, n_accounts=len(busy))

    def _join(self, found: list[Found], busy: NDArray[np.int64], *, widths: NDArray[np.int64]) -> AccountGraph:
        """Unite what the two ends of each tie chose, and give it the probability of surviving."""
        graph = self.graph
        codes = np.concatenate([np.empty((0, 4), np.int32), *(part[0] for part in found)])
        values = np.concatenate([np.empty((0, 2)), *(part[1] for part in found)])
        n_passing = np.zeros(graph.n_accounts, dtype=np.int64)
        n_passing[busy] = np.concatenate([np.empty(0, np.int64), *(part[2] for part in found)])
        ends = np.sort(busy[codes[:, :2]], axis=1)
        _, first = np.unique(ends[:, 0] * graph.n_accounts + ends[:, 1], return_index=True)
        a, b = ends[first, 0], ends[first, 1]
        return AccountGraph(
            a.astype(np.int32), b.astype(np.int32), codes[first, 2],
            values[first, 0], widths[codes[first, 3]], values[first, 1],
            survival(n_passing[a], n_passing[b], ties_per_account=self.ties_per_account),
            n_passing, graph.events.account_ids,
        )  # fmt: skip


def survival(
    n_passing: NDArray[np.int64], others_passing: NDArray[np.int64], *, ties_per_account: int
) -> NDArray[np.float64]:
    """Return the probability with which either end of each tie chooses it, by the ties that pass at its ends."""
    dropped = [1 - np.minimum(1.0, ties_per_account / n) for n in (n_passing, others_passing)]
    kept: NDArray[np.float64] = 1 - dropped[0] * dropped[1]
    return kept
