"""Audiences: what they share is set apart, so that a farm in their midst is compared with them alone."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from clickgraph.graph.engagement import EngagementGraph
from clickgraph.log.ids import bare
from clickgraph.rings.model import Ring, Rings

LEAST_SHARE = 1 / 3  # of a target's events by members of an audience, for the target to be theirs


def are_uneven(rings: Rings) -> NDArray[np.bool_]:
    """Say which rings are audiences by the unevenness of their own members.

    One that is known by the people around it needs no setting apart, and a farm that was taken for one keeps
    its targets in sight.
    """
    return np.array([ring.verdict == "audience" and ring.decided_by == "unevenness" for ring in rings], np.bool_)


def set_apart(graph: EngagementGraph, audiences: Rings) -> EngagementGraph:
    """Return the graph with a layer of its own for the contents of each audience.

    A course, a topic or a creator binds people who choose for themselves: beside them, pairs of a farm are hard
    to see. Once their contents are a layer, what they have in common is expected there. A content goes to the
    audience that did most of its events, if that met on it in a burst or did a third of them.

    Parameters
    ----------
    graph : EngagementGraph
        The log.
    audiences : Rings
        Groups whose common contents are no evidence; all that were found so far, for earlier layers are made anew.

    Returns
    -------
    EngagementGraph
        The same slots with other layers. Contents of no audience are compared with everything, as before.
        Cost: a pass over the events for each audience.

    Examples
    --------
    >>> import clickgraph as cg
    >>> log = cg.simulate("fans", n_accounts=1000, n_events=8000, n_creators=2, n_fans=(100, 200), rng=0).events
    >>> graph = cg.build_graph(cg.read_events(log))
    >>> rings = cg.find_rings(log)
    >>> cg.set_apart(graph, rings.where([ring.verdict == "audience" for ring in rings])).n_apart > 0
    True
    """
    presence = (_presence(graph, audience) for audience in audiences)
    owner = find_owners(presence, n_events=np.diff(graph.slots.target_indptr))
    target_layer, base_layer = layers_apart(owner, graph.target_layer, graph.base_layer)
    return replace(graph, target_layer=target_layer, base_layer=base_layer)


def find_owners(
    presence: Iterable[tuple[NDArray[np.int64], NDArray[np.bool_]]], *, n_events: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the audience that owns each target, -1 where none does.

    Parameters
    ----------
    presence : iterable of pairs of ndarray, shape (n_targets,)
        Of each audience: its members' events on each target, and whether they met there in a burst.
    n_events : ndarray of int64, shape (n_targets,)
        Everyone's events on each target.
    """
    most, owner = np.zeros(len(n_events)), np.full(len(n_events), -1)
    for k, (theirs, is_met) in enumerate(presence):
        share = theirs / n_events
        better = (is_met | (share >= LEAST_SHARE)) & (share > most)
        most[better], owner[better] = share[better], k
    return owner


def _presence(graph: EngagementGraph, audience: Ring) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return the members' events on each target, and whether they met on it in a burst."""
    slots, events = graph.slots, graph.events
    is_member = np.zeros(graph.n_accounts, dtype=np.bool_)
    is_member[pc.index_in(bare(audience.accounts), value_set=bare(events.account_ids)).to_numpy()] = True
    theirs = np.bincount(slots.target[is_member[slots.account]], minlength=len(graph.target_content))
    met = pc.index_in(bare(audience.contents), value_set=bare(events.content_ids)).to_numpy()
    return theirs, np.isin(graph.target_content, met)


def layers_apart(
    owner: NDArray[np.int64], target_layer: NDArray[np.int32], base_layer: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Give each target that has an owner (not -1) the layer of that owner within its own base layer.

    Returns the layer of each target and the base of each layer.
    """
    layer = base_layer[target_layer]
    n_base = int(base_layer.max(initial=-1)) + 1
    apart = owner >= 0
    pairs, place = np.unique(np.column_stack((layer[apart], owner[apart])), axis=0, return_inverse=True)
    layer[apart] = n_base + place.ravel()
    base = np.concatenate((np.arange(n_base), pairs[:, 0]))
    return layer.astype(np.int32), base.astype(np.int32)
