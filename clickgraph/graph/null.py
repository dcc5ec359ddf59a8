"""The slot null of a log: what chance lets two accounts share, and which contents each window can afford."""

import numpy as np
from numpy.typing import NDArray

from clickgraph.graph.engagement import EngagementGraph
from clickgraph.graph.windows import window_name
from clickgraph.kernels._jit import map_ranges, ranges_by_cost
from clickgraph.kernels.reach import target_pairs
from clickgraph.kernels.significance import Null
from clickgraph.kernels.slots import Slots

LEAST_BUDGET = 50_000_000  # co-actions per window that any log may cost: a fraction of a second


def slot_null(
    graph: EngagementGraph, widths: NDArray[np.int64], coactions_per_event: float, *, n_threads: int | None = None
) -> tuple[Null, tuple[str, ...]]:
    """Return the null, and what the budget narrowed, in sentences."""
    slots, layer = graph.slots, graph.target_layer
    budget = max(LEAST_BUDGET, coactions_per_event * graph.n_events)
    n_events = _events_of_layers(graph)
    depth = np.zeros(len(layer), dtype=np.int32)
    reached: NDArray[np.int64] = np.zeros(len(layer), dtype=np.int64)
    pairs = _pairs_of_targets(slots, widths, n_threads=n_threads)
    rates: NDArray[np.float64] = np.zeros((len(widths), graph.n_layers))
    notices: list[str] = []
    for w, width in enumerate(widths):
        fits = _affordable(pairs[:, w], budget) & (depth == w)
        notices += _cut_notice(int(width), pairs[:, w], fits)
        depth[fits] = w + 1
        reached[fits] = pairs[fits, w]
        together = np.bincount(layer, weights=reached, minlength=graph.n_layers)
        rates[w] = 2 * together / np.maximum(n_events * (n_events - 1), 1)
    indptr, of_account, n_own = layer_activity(graph)
    return Null(widths, depth, rates, indptr, of_account, n_own.astype(np.float64)), tuple(notices)


def widest(null: Null) -> NDArray[np.int64]:
    """Return the widest window in which each target takes part, in microseconds; -1 for none."""
    return np.concatenate((np.array([-1]), null.windows))[null.depth]


def _pairs_of_targets(slots: Slots, widths: NDArray[np.int64], *, n_threads: int | None) -> NDArray[np.int64]:
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


def _cut_notice(width: int, pairs: NDArray[np.int64], fits: NDArray[np.bool_]) -> list[str]:
    if fits.all():
        return []
    return [
        f"window {window_name(width)}: {int((~fits).sum()):,} of {len(fits):,} contents tie accounts in narrower"
        f" windows only, for with their {pairs[~fits].sum() / pairs.sum():.1%} of the co-actions the window"
        " exceeds its budget"
    ]


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
