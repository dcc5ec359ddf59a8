"""Projection: from who engaged with what to who acted with whom, and which of it chance does not explain."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.special import gammaincinv

from clickgraph.graph.engagement import EngagementGraph, build_graph
from clickgraph.graph.null import slot_null, widest
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
        Count and expectation are cut alike, so the null stays exact, and it is told in `notices`.
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
    null, cut = slot_null(graph, widths, coactions_per_event, n_threads=n_threads)
    busy, slots, null = _busy_part(graph.slots, null, min_shared)
    n_events = np.diff(graph.slots.account_indptr)
    passes = most_expected(n_events, min_shared, false_ties=false_ties, n_windows=len(widths))
    reach = slot_reach(slots.time, slots.target_indptr, widest(null))
    scratch = per_thread(lambda: new_scratch(slots, len(widths), enough=min_shared))
    part = Part(0, len(busy), 0, 0)

    def rows(first: int, last: int) -> tuple[NDArray[np.int32], NDArray[np.float64], NDArray[np.int64]]:
        return tie_rows(first, last, slots, reach, null, passes, ties_per_account, scratch(), part)

    parts = map_ranges(rows, ranges_by_cost(row_cost(slots, reach)), n_threads=n_threads, progress=progress)
    return _join(graph, parts, busy, widths=widths, ties_per_account=ties_per_account, notices=notices + cut)


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


def _busy_part(slots: Slots, null: Null, min_shared: int) -> tuple[NDArray[np.int64], Slots, Null]:
    """Drop accounts with too few events to reach `min_shared`: exact, for the null stays that of the whole log.

    The others are renumbered by activity, the busiest first: the counters that are touched most lie together.
    """
    n_events = np.diff(slots.account_indptr)
    busy = rank_busy(n_events, min_shared)
    code = np.full(len(n_events), -1, dtype=np.int32)
    code[busy] = np.arange(len(busy), dtype=np.int32)
    rows = np.flatnonzero(code[slots.account] >= 0)
    kept = part_of(slots, rows, code=code, n_accounts=len(busy))
    return busy, kept, null_of(busy, null)


def null_of(accounts: NDArray[np.int64], null: Null) -> Null:
    """Return the null with the activity of these accounts, in their order."""
    shape = (len(null.indptr) - 1, null.rates.shape[1])
    activity = csr_array((null.n_events, null.layer, null.indptr), shape=shape)[accounts]
    return null._replace(
        indptr=activity.indptr.astype(np.int64),
        layer=activity.indices.astype(np.int32),
        n_events=activity.data,
    )


def _join(
    graph: EngagementGraph,
    parts: list[tuple[NDArray[np.int32], NDArray[np.float64], NDArray[np.int64]]],
    busy: NDArray[np.int64],
    *,
    widths: NDArray[np.int64],
    ties_per_account: int,
    notices: tuple[str, ...],
) -> AccountGraph:
    """Unite what the two ends of each tie chose, and give it the probability of surviving."""
    codes = np.concatenate([np.empty((0, 4), np.int32), *(part[0] for part in parts)])
    values = np.concatenate([np.empty((0, 2)), *(part[1] for part in parts)])
    n_passing = np.zeros(graph.n_accounts, dtype=np.int64)
    n_passing[busy] = np.concatenate([np.empty(0, np.int64), *(part[2] for part in parts)])
    ends = np.sort(busy[codes[:, :2]], axis=1)
    _, first = np.unique(ends[:, 0] * graph.n_accounts + ends[:, 1], return_index=True)
    a, b = ends[first, 0], ends[first, 1]
    return AccountGraph(
        a.astype(np.int32), b.astype(np.int32), codes[first, 2],
        values[first, 0], widths[codes[first, 3]], values[first, 1],
        survival(n_passing[a], n_passing[b], ties_per_account=ties_per_account),
        n_passing, graph.events.account_ids, notices,
    )  # fmt: skip


def survival(
    n_passing: NDArray[np.int64], others_passing: NDArray[np.int64], *, ties_per_account: int
) -> NDArray[np.float64]:
    """Return the probability with which either end of each tie chooses it, by the ties that pass at its ends."""
    dropped = [1 - np.minimum(1.0, ties_per_account / n) for n in (n_passing, others_passing)]
    kept: NDArray[np.float64] = 1 - dropped[0] * dropped[1]
    return kept
