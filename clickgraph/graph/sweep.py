"""The sweep: every pair among some accounts counted and judged against the slot null, row by row."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.special import gammaincinv

from clickgraph.graph.engagement import EngagementGraph
from clickgraph.graph.null import widest
from clickgraph.graph.ties import AccountGraph
from clickgraph.kernels._jit import map_ranges, per_thread, ranges_by_cost
from clickgraph.kernels.crowds import find_crowds
from clickgraph.kernels.limits import limits_of
from clickgraph.kernels.mains import plan_rows
from clickgraph.kernels.promise import with_near
from clickgraph.kernels.reach import slot_reach
from clickgraph.kernels.scratch import Scratch, new_scratch
from clickgraph.kernels.significance import Null
from clickgraph.kernels.slots import Slots, part_of
from clickgraph.kernels.ties import Choice, Part, tie_rows

TOLD = 4  # times the ties that an account keeps: up to so many it is counted how many pass
IDLE = 0.1  # of the events: who has too few for a tie is left out where theirs are more; that takes a copy
Progress = Callable[[float], None]
Found = tuple[NDArray[np.int32], NDArray[np.float64], NDArray[np.int64]]  # what tie_rows returns


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


def choice_of(ties_per_account: int) -> Choice:
    """Return how accounts choose: if half of those counted first pass, no others need be."""
    n_told = TOLD * ties_per_account
    return Choice(ties_per_account, n_told, 2 * (n_told + 1))


def rank_busy(n_events: NDArray[np.int64], min_shared: int) -> NDArray[np.int64]:
    """Return the accounts with enough events for a tie, the busiest first, equal ones by code."""
    ranked = np.argsort(-n_events, kind="stable")
    return ranked[: int((n_events >= min_shared).sum())]


def rank_looked_at(n_events: NDArray[np.int64], min_shared: int) -> NDArray[np.int64]:
    """Return the accounts of :func:`rank_busy`, and after them all others where these have few of the events.

    Nobody is tied to the others. To leave them out takes a copy of what is left of the log.
    """
    n_idle = n_events[n_events < min_shared].sum()
    return rank_busy(n_events, min_shared if n_idle > IDLE * n_events.sum() else 0)


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
class Sweep:
    """How pairs are judged, whoever is looked at.

    Attributes
    ----------
    graph : EngagementGraph
        The log.
    passes : ndarray of float64
        What :func:`most_expected` returns.
    ties_per_account : int
        The most that an account chooses.
    n_threads : int, optional
        Threads; all cores by default.
    """

    graph: EngagementGraph
    passes: NDArray[np.float64]
    ties_per_account: int
    n_threads: int | None

    def look(self, busy: NDArray[np.int64], null: Null, progress: Progress | None) -> AccountGraph:
        """Return the ties among some accounts, given the null of the whole log with their activity."""
        rows, found = self._find(busy, null, progress)
        return self._join(found, busy, rows=busy[rows], widths=null.windows)

    def _find(
        self, busy: NDArray[np.int64], null: Null, progress: Progress | None
    ) -> tuple[NDArray[np.int32], list[Found]]:
        """Return rows, and the ties that each range of them chooses; what was needed to find them is gone then."""
        slots, limits = self._part(busy), limits_of(null, self.passes)
        reach = slot_reach(slots.time, slots.target_indptr, widest(null), n_threads=self.n_threads)
        agenda = plan_rows(slots, reach, limits.enough, n_threads=self.n_threads)
        part, choice = Part(0, len(busy), 0, 0), choice_of(self.ties_per_account)

        def new() -> Scratch:
            return new_scratch(slots, len(null.windows), enough=limits.enough)

        scratch, limits = per_thread(new), with_near(limits, agenda, slots, reach, new())
        crowds = find_crowds(slots, reach)

        def rows(first: int, last: int) -> Found:
            return tie_rows(agenda.rows[first:last], agenda.main, slots, reach, limits, choice, scratch(), part, crowds)

        ranges = ranges_by_cost(agenda.cost)
        return agenda.rows, map_ranges(rows, ranges, n_threads=self.n_threads, progress=progress)

    def _part(self, busy: NDArray[np.int64]) -> Slots:
        """Leave out who is not looked at: exact, for the null stays that of the whole log.

        The others are renumbered by their rank, the busiest first: the counters that are touched most lie together.
        """
        slots, everyone = self.graph.slots, len(busy) == self.graph.n_accounts
        code = np.full(self.graph.n_accounts, -1, dtype=np.int32)
        code[busy] = np.arange(len(busy), dtype=np.int32)
        rows = None if everyone else np.flatnonzero(code[slots.account] >= 0)
        return part_of(slots, rows, code=code, n_accounts=len(busy), n_threads=self.n_threads)

    def _join(
        self, found: list[Found], busy: NDArray[np.int64], *, rows: NDArray[np.int64], widths: NDArray[np.int64]
    ) -> AccountGraph:
        """Unite what the two ends of each tie chose, and give it the probability of surviving."""
        graph = self.graph
        codes = np.concatenate([np.empty((0, 4), np.int32), *(part[0] for part in found)])
        values = np.concatenate([np.empty((0, 2)), *(part[1] for part in found)])
        n_passing = np.zeros(graph.n_accounts, dtype=np.int64)
        n_passing[rows] = np.concatenate([np.empty(0, np.int64), *(part[2] for part in found)])
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
