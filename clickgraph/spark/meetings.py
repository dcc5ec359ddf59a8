"""Meetings: where accounts of one group act on one target, near enough to be a burst."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clickgraph.graph.windows import EVER
from clickgraph.kernels.routing import are_covered
from clickgraph.log.distinct import are_first
from clickgraph.spark.counting import SparkLog
from clickgraph.spark.shipping import receive
from clickgraph.spark.workplace import Batches, Workplace, gathered, in_task, per_group

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

ROWS = 1 << 20  # worked on at a time
MEETING = "batch int, target int, low bigint, high bigint, is_tick boolean"
Known = dict[str, NDArray[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class Meetings:
    """Where the groups of all batches meet.

    Attributes
    ----------
    near : dict of arrays
        target, batch, low, high: everything within the widest window of a meeting, as intervals that are disjoint
        within a batch, sorted by target, batch and low.
    ticks : dict of arrays
        target, time: when accounts of the groups acted there on a crowded target; sorted, each once.
    """

    near: Known
    ticks: Known


def find_all_meetings(
    work: Workplace, log: SparkLog, plan: Known, *, reach: int, is_crowded: NDArray[np.bool_]
) -> Meetings:
    """Find where accounts of one unit meet; a batch is one task."""
    schema = "batch int, unit int, target int, time bigint, account int"
    shipped = work.ship({**plan, "is_crowded": is_crowded})
    own: DataFrame = log.slots.mapInArrow(in_task(_attach_units, plan=shipped), schema)
    table = work.table(own.groupBy("batch").applyInArrow(per_group(_meet, reach=reach, plan=shipped), MEETING))
    columns = {name: table[name].to_numpy(zero_copy_only=False) for name in table.column_names}
    is_tick = columns.pop("is_tick")
    near = {name: columns[name][~is_tick] for name in ("target", "batch", "low", "high")}
    return Meetings(in_order(near), _each_once(columns["target"][is_tick], columns["low"][is_tick]))


def in_order(intervals: Known) -> Known:
    """Return intervals sorted by target, batch and low."""
    order = np.lexsort((intervals["low"], intervals["batch"], intervals["target"]))
    return {name: column[order] for name, column in intervals.items()}


def _each_once(target: NDArray[np.int32], time: NDArray[np.int64]) -> Known:
    order = np.lexsort((time, target))
    target, time = target[order], time[order]
    is_new = are_first(target, time)
    return {"target": target[is_new], "time": time[is_new]}


def _attach_units(batches: Batches, *, plan: str) -> Iterator[pa.RecordBatch]:
    """Yield the events of the accounts that units need, once for each such unit."""
    known = receive(plan)
    indptr = known["unit_indptr"]
    for table in gathered(batches, ROWS):
        account = table["account"].to_numpy()
        n_units = indptr[account + 1] - indptr[account]
        rows = np.repeat(np.arange(len(account)), n_units)
        nth = np.arange(len(rows)) - np.repeat(np.cumsum(n_units) - n_units, n_units)
        unit = known["unit"][indptr[account[rows]] + nth]
        yield from pa.table({
            "batch": known["batch_of_unit"][unit], "unit": unit, "target": table["target"].to_numpy()[rows],
            "time": table["time"].to_numpy()[rows], "account": account[rows],
        }).to_batches()  # fmt: skip


def _meet(table: pa.Table, *, reach: int, plan: str) -> pa.Table:
    """Return the disjoint intervals around the places where accounts of one unit of a batch meet; and the ticks."""
    columns = {name: table[name].to_numpy() for name in ("unit", "target", "time", "account")}
    order = np.lexsort((columns["account"], columns["time"], columns["target"], columns["unit"]))
    unit, target, time, account = (column[order] for column in columns.values())
    place = unit.astype(np.int64) << 32 | target
    met = find_meetings(place, time, account, reach=reach)
    where, low, high = _joined(target[met], time[met], reach=reach)
    tick, when = _ticks_in(target, time, (where, low, high), receive(plan)["is_crowded"])
    batch = np.full(len(where) + len(tick), table["batch"][0].as_py(), np.int32)
    return pa.table({
        "batch": batch, "target": np.append(where, tick), "low": np.append(low, when), "high": np.append(high, when),
        "is_tick": np.arange(len(batch)) >= len(where),
    })  # fmt: skip


def _joined(
    target: NDArray[np.int32], time: NDArray[np.int64], *, reach: int
) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int64]]:
    """Return everything within `reach` of some moments as disjoint intervals: target, low, high."""
    order = np.lexsort((time, target))
    target, time = target[order], time[order]
    is_new = are_first(target)
    is_new[1:] |= np.diff(time) > min(2 * reach, EVER)
    first = np.flatnonzero(is_new)
    last = np.append(first[1:], len(target)) - 1 if len(first) else first
    return target[first], time[first] - reach, time[last] + reach


def _ticks_in(
    target: NDArray[np.int32],
    time: NDArray[np.int64],
    intervals: tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int64]],
    is_crowded: NDArray[np.bool_],
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Return target and time of the events that lie on a crowded target, in one of the intervals."""
    where, low, high = intervals
    crowded = is_crowded[target]
    target, time = target[crowded], time[crowded]
    targets, place = np.unique(target, return_inverse=True)
    bounds = np.searchsorted(where, np.append(targets, np.iinfo(np.int32).max))
    inside = are_covered(place.astype(np.int32), time, 0, bounds, (low, high))
    return target[inside], time[inside]


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
    ends = np.append(np.flatnonzero(are_first(target, account))[1:], n) - 1
    after = ends[np.searchsorted(ends, np.arange(n))] + 1  # the first event of the next run
    there = after < n
    after = np.minimum(after, n - 1)
    met: NDArray[np.bool_] = there & (target[after] == target) & (time[after] - time <= reach)
    return met
