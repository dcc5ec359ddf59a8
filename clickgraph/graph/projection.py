"""Projection: from who engaged with what to who acted with whom, and which of it chance does not explain."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from clickgraph.graph.engagement import EngagementGraph, build_graph
from clickgraph.graph.null import budget_of, pairs_of_targets, slot_null
from clickgraph.graph.sweep import Progress, Sweep, most_expected, null_of, rank_looked_at
from clickgraph.graph.ties import AccountGraph
from clickgraph.graph.windows import WindowLike, choose_windows
from clickgraph.log.memory import give_back
from clickgraph.settings import COACTIONS_PER_EVENT, FALSE_TIES, MIN_SHARED, TIES_PER_ACCOUNT, check


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
        first (5 million are always allowed); one that does not fit counts in its narrower windows only.
        Count and expectation are cut alike, so the null stays exact, and it is told in `notices`. What two accounts
        meet on in a crowd says little of them: with a larger budget, small groups drown in it. A farm whose jobs
        are all crowded is what :func:`clickgraph.find_pools` looks for.
    n_threads : int, optional
        Threads; all cores by default. The result does not depend on it.
    progress : callable, optional
        Called with the share of the work done, from 0 to 1.

    Returns
    -------
    AccountGraph
        Cost: time linear in the co-actions within the budgets; memory `ties_per_account` ties per account.

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
    give_back()  # a sweep takes most memory
    limit = budget_of(graph.n_events, coactions_per_event)
    null, cut = slot_null(graph, widths, pairs_of_targets(graph.slots, widths, n_threads=n_threads), limit)
    n_events = np.diff(graph.slots.account_indptr)
    busy = rank_looked_at(n_events, min_shared)
    null = null_of(busy, null)
    passes = most_expected(n_events, min_shared, false_ties=false_ties, n_windows=len(widths))
    ties = Sweep(graph, passes, ties_per_account, n_threads).look(busy, null, progress)
    give_back()  # what its threads counted in lies between what is kept
    return replace(ties, notices=(*notices, *cut))
