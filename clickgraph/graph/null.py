"""The slot null of a log: what chance lets two accounts share, and which contents each window can afford."""

import numpy as np
from numpy.typing import NDArray

from clickgraph.graph.engagement import EngagementGraph
from clickgraph.graph.windows import window_name
from clickgraph.kernels.coaction import slot_neighbours
from clickgraph.kernels.significance import Null

LEAST_BUDGET = 50_000_000  # co-actions per window that any log may cost: a fraction of a second


def slot_null(
    graph: EngagementGraph, widths: NDArray[np.int64], coactions_per_event: float
) -> tuple[Null, NDArray[np.float64], tuple[str, ...]]:
    """Return the null, each account's co-actions in its widest windows, and what the budget narrowed."""
    slots, layer = graph.slots, graph.target_layer
    budget = max(LEAST_BUDGET, coactions_per_event * graph.n_events)
    _, counted = graph.in_pools(np.arange(graph.n_events))
    n_events: NDArray[np.float64] = np.bincount(counted, minlength=graph.n_layers).astype(np.float64)
    depth = np.zeros(len(layer), dtype=np.int32)
    reached, cost = np.zeros(len(layer)), np.zeros(graph.n_events)
    rates: NDArray[np.float64] = np.zeros((len(widths), graph.n_layers))
    notices: list[str] = []
    for w, width in enumerate(widths):
        neighbours = slot_neighbours(slots.time, slots.target_indptr, width)
        pairs = np.add.reduceat(neighbours, slots.target_indptr[:-1]) / 2 if len(layer) else np.empty(0)
        fits = _affordable(pairs, budget) & (depth == w)
        notices += _cut_notice(int(width), pairs, fits)
        depth[fits] = w + 1
        reached[fits] = pairs[fits]
        cost[fits[slots.target]] = neighbours[fits[slots.target]]
        together = np.bincount(layer, weights=reached, minlength=graph.n_layers)
        rates[w] = 2 * together / np.maximum(n_events * (n_events - 1), 1)
    indptr, of_account, n_own = layer_activity(graph)
    null = Null(widths, depth, rates, indptr, of_account, n_own.astype(np.float64))
    per_account = np.bincount(slots.account, weights=cost + 1.0, minlength=graph.n_accounts)
    return null, per_account.astype(np.float64), tuple(notices)


def _affordable(pairs: NDArray[np.float64], budget: float) -> NDArray[np.bool_]:
    """Say which targets fit the budget, cheapest first, equal ones by code."""
    order = np.argsort(pairs, kind="stable")
    fits = np.empty(len(pairs), dtype=np.bool_)
    fits[order] = np.cumsum(pairs[order]) <= budget
    return fits


def _cut_notice(width: int, pairs: NDArray[np.float64], fits: NDArray[np.bool_]) -> list[str]:
    if fits.all():
        return []
    return [
        f"window {window_name(width)}: {int((~fits).sum()):,} of {len(fits):,} contents tie accounts in narrower"
        f" windows only, for with their {pairs[~fits].sum() / pairs.sum():.1%} of the co-actions the window"
        " exceeds its budget"
    ]


def layer_activity(graph: EngagementGraph) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int64]]:
    """Return each account's events per layer in CSR form: indptr, layer (ascending), n_events."""
    slot, layer = graph.in_pools(np.arange(graph.n_events))
    key = graph.slots.account[slot].astype(np.int64) * graph.n_layers + layer
    if graph.n_layers == 1:
        counts = np.diff(graph.slots.account_indptr)
        present = np.flatnonzero(counts)
        counts = counts[present]
    else:
        present, counts = np.unique(key, return_counts=True)
    account, layers = np.divmod(present, graph.n_layers)
    indptr = np.zeros(graph.n_accounts + 1, dtype=np.int64)
    np.cumsum(np.bincount(account, minlength=graph.n_accounts), out=indptr[1:])
    return indptr, layers.astype(np.int32), counts.astype(np.int64)
