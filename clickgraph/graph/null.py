"""The slot null of a log: what chance lets two accounts share, and which contents each window can afford."""

import numpy as np
from numpy.typing import NDArray

from clickgraph.graph.engagement import EngagementGraph
from clickgraph.graph.windows import window_name
from clickgraph.kernels._jit import map_ranges, ranges_by_cost
from clickgraph.kernels.reach import target_pairs
from clickgraph.kernels.significance import Null
from clickgraph.kernels.slots import Slots

LEAST_BUDGET = 5_000_000  # co-actions per window that any log may cost: a fraction of a second


def slot_null(
    graph: EngagementGraph, widths: NDArray[np.int64], pairs: NDArray[np.int64], limit: float
) -> tuple[Null, tuple[str, ...]]:
    """Return the null of a budget of `limit` co-actions per window, and what that narrowed, in sentences.

    `pairs` are those of :func:`pairs_of_targets`.
    """
    budget = Budget(graph.target_layer, _events_of_layers(graph), limit=limit)
    for width, of_target in zip(widths, pairs.T, strict=True):
        budget.spend(int(width), of_target)
    indptr, of_account, n_own = layer_activity(graph)
    null = Null(widths, budget.depth, np.array(budget.rates), indptr, of_account, n_own.astype(np.float64))
    return null, budget.notices


def budget_of(n_events: int, coactions_per_event: float) -> float:
    """Return the co-actions that each window of a log may cost."""
    return max(LEAST_BUDGET, coactions_per_event * n_events)


class Budget:
    """Which targets take part in each window, and the rate at which chance lets two events meet there.

    Parameters
    ----------
    layer : ndarray of int32, shape (n_targets,)
        The layer of each target.
    n_events : ndarray of float64, shape (n_layers,)
        The events counted in each layer.
    limit : float
        Co-actions that each window may cost.

    Attributes
    ----------
    depth : ndarray of int32, shape (n_targets,)
        In how many of the windows so far each target takes part.
    rates : list of ndarray of float64, shape (n_layers,)
        Of each window so far.
    """

    def __init__(self, layer: NDArray[np.int32], n_events: NDArray[np.float64], *, limit: float) -> None:
        self.depth = np.zeros(len(layer), dtype=np.int32)
        self.rates: list[NDArray[np.float64]] = []
        self._cut: list[str] = []
        self._layer, self._limit = layer, limit
        self._n_events = n_events
        self._reached: NDArray[np.int64] = np.zeros(len(layer), dtype=np.int64)

    def spend(self, width: int, pairs: NDArray[np.int64]) -> None:
        """Take the next wider window, with each target's pairs of slots in it."""
        fits: NDArray[np.bool_] = _affordable(pairs, self._limit) & (self.depth == len(self.rates))
        if not fits.all():
            share = pairs[~fits].sum() / pairs.sum()
            self._cut.append(f"{int((~fits).sum()):,} in {window_name(width)} ({share:.1%} of its co-actions)")
        self.depth[fits] += 1
        self._reached[fits] = pairs[fits]
        together = np.bincount(self._layer, weights=self._reached, minlength=len(self._n_events))
        self.rates.append(2 * together / np.maximum(self._n_events * (self._n_events - 1), 1))

    @property
    def notices(self) -> tuple[str, ...]:
        """What did not fit, in a sentence that names the first such window and the widest; none where all does."""
        if not self._cut:
            return ()
        told = "The busiest contents tie accounts in narrower windows only, where a window exceeds its budget with them"
        cut = " to ".join(dict.fromkeys((self._cut[0], self._cut[-1])))
        return (f"{told}: of {len(self.depth):,} contents {cut}.",)


def widest(null: Null) -> NDArray[np.int64]:
    """Return the widest window in which each target takes part, in microseconds; -1 for none."""
    return np.concatenate((np.array([-1]), null.windows))[null.depth]


def pairs_of_targets(slots: Slots, widths: NDArray[np.int64], *, n_threads: int | None = None) -> NDArray[np.int64]:
    """Return the slot pairs of each target within each window, int64 (T, W)."""

    def some(first: int, last: int) -> NDArray[np.int64]:
        return target_pairs(first, last, slots.time, slots.target_indptr, widths)

    parts = map_ranges(some, ranges_by_cost(np.diff(slots.target_indptr)), n_threads=n_threads)
    return np.concatenate([np.empty((0, len(widths)), np.int64), *parts])


def _events_of_layers(graph: EngagementGraph) -> NDArray[np.float64]:
    """Return the events that each layer counts: those of a target set apart in its own layer, and in the base."""
    own, size = graph.target_layer, np.diff(graph.slots.target_indptr)
    base = graph.base_layer[own]
    aside = base != own
    in_base = np.bincount(base, weights=size, minlength=graph.n_layers)
    in_own = np.bincount(own[aside], weights=size[aside], minlength=graph.n_layers)
    return (in_base + in_own).astype(np.float64)


def _affordable(pairs: NDArray[np.int64], budget: float) -> NDArray[np.bool_]:
    """Say which targets fit the budget, cheapest first, equal ones by code."""
    order = np.argsort(pairs, kind="stable")
    fits = np.empty(len(pairs), dtype=np.bool_)
    fits[order] = np.cumsum(pairs[order]) <= budget
    return fits


def layer_activity(graph: EngagementGraph) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int64]]:
    """Return each account's events per layer in CSR form: indptr, layer (ascending), n_events."""
    if graph.n_layers == 1:
        counts = np.diff(graph.slots.account_indptr)
        present = np.flatnonzero(counts)
        counts = counts[present]
    else:
        slot, layer = graph.in_pools(np.arange(graph.n_events))
        key = graph.slots.account[slot].astype(np.int64) * graph.n_layers + layer
        present, counts = np.unique(key, return_counts=True)
    account, layers = np.divmod(present, graph.n_layers)
    indptr = np.zeros(graph.n_accounts + 1, dtype=np.int64)
    np.cumsum(np.bincount(account, minlength=graph.n_accounts), out=indptr[1:])
    return indptr, layers.astype(np.int32), counts.astype(np.int64)
