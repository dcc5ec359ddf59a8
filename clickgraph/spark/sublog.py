"""Sub-log: what a batch of groups can touch, as a log that the local code judges them by.

It holds all events of some accounts, and all events around the places where these meet. The totals are those of the
whole log. A group that turns out to reach further is told to come again: :class:`clickgraph.spark.asking.OutOfReach`.
"""

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.sparse import csr_array

from clickgraph.graph.engagement import EngagementGraph
from clickgraph.kernels.bursts import Clock
from clickgraph.kernels.routing import are_covered
from clickgraph.kernels.slots import make_slots
from clickgraph.log.events import Events
from clickgraph.rings.background import ONE_EACH, Background
from clickgraph.rings.bursts import Bursts
from clickgraph.rings.followers import FollowerSearch
from clickgraph.spark.asking import accounts_wanted, followers_wanted, places_wanted
from clickgraph.spark.counting import SparkLog
from clickgraph.spark.meetings import Known, find_meetings, reach_of


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
    unnamed : ndarray of int64, shape (n_slots + 1,) or (0,)
        Slots before each that stand for events of accounts that are not told; empty where all are told.
    n_followers : int
        Of the group that is judged, in the whole log; -1 where nobody counted them.
    """

    targets: NDArray[np.int32]
    is_whole: NDArray[np.bool_]
    is_covered: NDArray[np.bool_]
    unnamed: NDArray[np.int64]
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

    def hits_in(self, bursts: Bursts, members: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Return who hits the bursts, or raise OutOfReach where it is not told who acted in them."""
        if len(self.unnamed):
            is_told = self.unnamed[bursts.end] == self.unnamed[bursts.first]
            if not is_told.all():
                raise places_wanted(*self._places_of(bursts.where(~is_told)))
        return Background.hits_in(self, bursts, members)

    def _places_of(self, bursts: Bursts) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int64]]:
        """Return where bursts are, target, low and high, and a window on either side: the group may yet change."""
        slots = self.graph.slots
        low, high = slots.time[bursts.first] - bursts.window, slots.time[bursts.end - 1] + bursts.window
        return self.targets[slots.target[bursts.first]], low, high

    def count_followers(self, search: FollowerSearch) -> int:
        """Return what was counted over the cluster, or raise OutOfReach where that is still to be done."""
        if self.n_followers < 0:
            raise followers_wanted(replace(search, targets=self.targets[search.targets]))
        return self.n_followers


def make_sublog(events: pa.Table, known: Known, *, intervals: Known, action_ids: pa.Array, clock: int | None) -> SubLog:
    """Make a sub-log.

    Parameters
    ----------
    events : pyarrow.Table
        account, target, time and, where acts are named, act. Where some stand for several: n, the events that a row
        stands for, its account one of theirs; zero for an event as it is.
    known : dict of arrays
        Of the whole log, as :func:`known_of` names them, and `windows`, those of bursts.
    intervals : dict of arrays
        target, low, high: where everything is among the events; disjoint, sorted by target and low; and is_whole.
    action_ids : pyarrow.Array
        The ids of actions.
    clock : int or None
        Of the log.
    """
    columns = _in_order(events)
    before, unnamed = _count_rows(columns.pop("n", None))
    graph, targets = _graph_of(columns, known, action_ids=action_ids, clock=clock)
    bounds = np.searchsorted(intervals["target"], np.append(targets, np.iinfo(np.int32).max))
    is_covered = are_covered(
        graph.slots.target, graph.slots.time, reach_of(known["windows"]), bounds, (intervals["low"], intervals["high"])
    )
    shape = (len(known["n_acted"]), len(known["base_layer"]))
    return SubLog(
        graph, known["windows"], Clock(known["clock_time"], known["clock_indptr"], known["clock_before"]),
        csr_array((known["activity_n"], known["activity_layer"], known["activity_indptr"]), shape=shape),
        known["n_acted"], before, targets, intervals["is_whole"], is_covered, unnamed,
    )  # fmt: skip


def _in_order(events: pa.Table) -> Known:
    names = ["target", "time", "account", *(["act"] if "act" in events.column_names else [])]
    order = np.lexsort([events[name].to_numpy() for name in reversed(names)])
    return {name: events[name].to_numpy()[order] for name in events.column_names if name in (*names, "n")}


def _count_rows(n: NDArray[np.int64] | None) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the events, and the rows that stand for some, before each row and before the end."""
    if n is None:
        return ONE_EACH, ONE_EACH
    return np.append(0, np.cumsum(np.maximum(n, 1))), np.append(0, np.cumsum(n > 0))


def _graph_of(
    columns: Known, known: Known, *, action_ids: pa.Array, clock: int | None
) -> tuple[EngagementGraph, NDArray[np.int32]]:
    """Return the graph of some events, ids being the codes in the whole log, and the codes of its targets."""
    targets, place = np.unique(columns["target"], return_inverse=True)
    act = None if "act" not in columns else np.unique(columns["act"], return_inverse=True)[1].astype(np.int32)
    account, time, n_accounts = columns["account"], columns["time"], len(known["n_acted"])
    target = place.astype(np.int32)
    slots = make_slots(account, time, target, n_accounts=n_accounts, n_targets=len(targets), act=act, n_threads=1)
    contents, of_target = np.unique(known["target_content"][targets], return_inverse=True)
    content = of_target.astype(np.int32)
    layer = known["target_layer"][targets]
    action = known["layer_action"][known["base_layer"][layer]]
    log = Events(
        account, content[place], action[place], act, time,
        pa.array(np.arange(n_accounts, dtype=np.int32)), pa.array(contents), action_ids, pa.table({}), clock,
    )  # fmt: skip
    return EngagementGraph(log, slots, None, content, layer, known["base_layer"]), targets


def known_of(log: SparkLog, windows: NDArray[np.int64]) -> Known:
    """Return what a sub-log knows of the whole log, as arrays to ship."""
    return {
        "n_acted": log.n_acted, "activity_n": log.activity.data, "activity_layer": log.activity.indices,
        "activity_indptr": log.activity.indptr, "clock_time": log.clock.time, "clock_indptr": log.clock.indptr,
        "clock_before": log.clock.before, "target_layer": log.target_layer, "target_content": log.target_content,
        "base_layer": log.base_layer, "layer_action": log.layer_action, "windows": windows,
    }  # fmt: skip
