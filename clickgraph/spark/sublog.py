"""Sub-log: what a batch of groups can touch, as a log that the local code judges them by.

It holds all events of some accounts, and all events around the places where these meet. The totals are those of the
whole log. A group that turns out to reach further is told to come again: :class:`clickgraph.spark.asking.OutOfReach`.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.sparse import csr_array

from clickgraph.graph.engagement import EngagementGraph
from clickgraph.kernels.bursts import Clock
from clickgraph.kernels.routing import are_covered
from clickgraph.kernels.slots import make_slots
from clickgraph.log.events import Events
from clickgraph.rings.background import Background
from clickgraph.rings.bursts import Bursts
from clickgraph.rings.followers import FollowerSearch
from clickgraph.spark.asking import accounts_wanted, followers_wanted
from clickgraph.spark.counting import SparkLog

Known = dict[str, NDArray[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class SubLog(Background):
    """A part of the log with the totals of the whole.

    Attributes
    ----------
    targets : ndarray of int32
        The targets of the sub-log, by their codes in the whole.
    is_whole : ndarray of bool, shape (n_accounts,)
        Of which accounts all events are here.
    is_covered : ndarray of bool, shape (n_slots,)
        Around which slots everything within the widest window is here.
    n_followers : int
        Of the group that is judged, in the whole log; -1 where nobody counted them.
    """

    targets: NDArray[np.int32]
    is_whole: NDArray[np.bool_]
    is_covered: NDArray[np.bool_]
    n_followers: int = -1

    def bursts_of(self, members: NDArray[np.int32], *, by_hours: bool) -> Bursts:
        """Find where the members act together, or raise OutOfReach where that lies beyond the sub-log."""
        if not self.is_whole[members].all():
            raise accounts_wanted(members)
        mine, slots = self.slots_of(members), self.graph.slots
        meets = find_meetings(slots.target[mine], slots.time[mine], slots.account[mine], reach=reach_of(self.windows))
        if not self.is_covered[mine[meets]].all():
            raise accounts_wanted(members)
        return Background.bursts_of(self, members, by_hours=by_hours)

    def targets_of(self, bursts: Bursts) -> NDArray[np.int32]:
        """Return the targets on which the bursts are, ascending, by their codes in the whole log."""
        targets: NDArray[np.int32] = self.targets[Background.targets_of(self, bursts)]
        return targets

    def count_followers(self, search: FollowerSearch) -> int:
        """Return what was counted over the cluster, or raise OutOfReach where that is still to be done."""
        if self.n_followers < 0:
            raise followers_wanted(replace(search, targets=self.targets[search.targets]))
        return self.n_followers


def reach_of(windows: NDArray[np.int64]) -> int:
    """Return the widest of the windows that a burst may have."""
    return int(windows.max(initial=0))


def find_meetings(
    target: NDArray[Any], time: NDArray[np.int64], account: NDArray[np.int32], *, reach: int
) -> NDArray[np.bool_]:
    """Say after which events another account acted on the same target within `reach`.

    The events are sorted by target, then by time; only there a burst can begin.
    """
    n = len(target)
    if n == 0:
        return np.zeros(0, dtype=np.bool_)
    is_new = np.append((target[1:] != target[:-1]) | (account[1:] != account[:-1]), True)
    ends = np.flatnonzero(is_new)
    after = ends[np.searchsorted(ends, np.arange(n))] + 1  # the first event of the next run
    there = after < n
    after = np.minimum(after, n - 1)
    met: NDArray[np.bool_] = there & (target[after] == target) & (time[after] - time <= reach)
    return met


def make_sublog(events: pa.Table, known: Known, *, intervals: Known, action_ids: pa.Array, clock: int | None) -> SubLog:
    """Make a sub-log.

    Parameters
    ----------
    events : pyarrow.Table
        account, target, time and, where acts are named, act.
    known : dict of arrays
        Of the whole log, as :func:`known_of` names them, and `windows`, those of bursts.
    intervals : dict of arrays
        target, low, high: where everything is among the events; disjoint, sorted by target and low; and is_whole.
    action_ids : pyarrow.Array
        The ids of actions.
    clock : int or None
        Of the log.
    """
    graph, targets = _graph_of(events, known, action_ids=action_ids, clock=clock)
    bounds = np.searchsorted(intervals["target"], np.append(targets, np.iinfo(np.int32).max))
    is_covered = are_covered(
        graph.slots.target, graph.slots.time, reach_of(known["windows"]), bounds, (intervals["low"], intervals["high"])
    )
    shape = (len(known["n_acted"]), len(known["base_layer"]))
    return SubLog(
        graph, known["windows"], Clock(known["clock_time"], known["clock_indptr"], known["clock_before"]),
        csr_array((known["activity_n"], known["activity_layer"], known["activity_indptr"]), shape=shape),
        known["n_acted"], targets, intervals["is_whole"], is_covered,
    )  # fmt: skip


def _graph_of(
    events: pa.Table, known: Known, *, action_ids: pa.Array, clock: int | None
) -> tuple[EngagementGraph, NDArray[np.int32]]:
    """Return the graph of some events, ids being the codes in the whole log, and the codes of its targets."""
    names = ["target", "time", "account", *(["act"] if "act" in events.column_names else [])]
    columns = {name: events[name].to_numpy() for name in names}
    order = np.lexsort([columns[name] for name in reversed(names)])
    columns = {name: column[order] for name, column in columns.items()}
    targets, place = np.unique(columns["target"], return_inverse=True)
    act = None if "act" not in columns else np.unique(columns["act"], return_inverse=True)[1].astype(np.int32)
    account, time, n_accounts = columns["account"], columns["time"], len(known["n_acted"])
    target = place.astype(np.int32)
    slots = make_slots(account, time, target, n_accounts=n_accounts, n_targets=len(targets), act=act)
    contents, of_target = np.unique(known["target_content"][targets], return_inverse=True)
    content = of_target.astype(np.int32)
    layer = known["target_layer"][targets]
    action = known["layer_action"][known["base_layer"][layer]]
    log = Events(
        account, content[place], action[place], act, time,
        pa.array(np.arange(n_accounts, dtype=np.int32)), pa.array(contents), action_ids, pa.table({}), clock,
    )  # fmt: skip
    return EngagementGraph(log, slots, np.arange(len(order)), content, layer, known["base_layer"]), targets


def known_of(log: SparkLog, windows: NDArray[np.int64]) -> Known:
    """Return what a sub-log knows of the whole log, as arrays to ship."""
    return {
        "n_acted": log.n_acted, "activity_n": log.activity.data, "activity_layer": log.activity.indices,
        "activity_indptr": log.activity.indptr, "clock_time": log.clock.time, "clock_indptr": log.clock.indptr,
        "clock_before": log.clock.before, "target_layer": log.target_layer, "target_content": log.target_content,
        "base_layer": log.base_layer, "layer_action": log.layer_action, "windows": windows,
    }  # fmt: skip
