"""Around: which events the groups of a batch need, and where it is enough to know how many there are.

Whether accounts act together is a matter of their own events, and of how many others there are between the moments at
which a burst of theirs can begin or end. Who the others are is asked only inside bursts. So the events on a crowded
target go to a batch as counts, by cells of time that no such moment cuts. With their accounts go those of the batch's
own accounts, and those of the places where one of its groups found a burst and came again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clickgraph.kernels.routing import batches_of, cells_of
from clickgraph.log.distinct import are_first
from clickgraph.spark.asking import Places
from clickgraph.spark.counting import SparkLog
from clickgraph.spark.meetings import Known, find_all_meetings, in_order, reach_of
from clickgraph.spark.shipping import receive
from clickgraph.spark.workplace import Batches, Workplace, gathered, in_task

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

CROWDED = 1 << 18  # events of a target above which they are counted first
ROWS = 1 << 20  # worked on at a time


@dataclass(frozen=True, slots=True, eq=False)
class Around:
    """Where batches need events: target, batch, low and high of intervals, in the order of :class:`Meetings`.

    Attributes
    ----------
    near : dict of arrays
        Where either the events or their numbers are needed.
    told : dict of arrays
        Where it has to be told whose events they are.
    counted : dict of arrays
        Where it is enough to count what is not told: on crowded targets.
    ticks : dict of arrays
        target, time: what the cells on crowded targets are cut by.
    """

    near: Known
    told: Known
    counted: Known
    ticks: Known


def find_around(
    work: Workplace, log: SparkLog, plan: Known, places: Sequence[Places], *, windows: NDArray[np.int64]
) -> Around:
    """Find where the batches of a plan need events; `places` are what its units asked for."""
    is_crowded = log.n_on_target > CROWDED
    met = find_all_meetings(work, log, plan, reach=reach_of(windows), is_crowded=is_crowded)
    counts = is_crowded[met.near["target"]]
    counted, told = ({name: column[rows] for name, column in met.near.items()} for rows in (counts, ~counts))
    asked = _disjoint([
        (target, batch, low, high)
        for batch, (targets, lows, highs) in zip(plan["batch_of_unit"].tolist(), places, strict=True)
        for target, low, high in zip(targets.tolist(), lows.tolist(), highs.tolist(), strict=True)
    ])  # fmt: skip
    told = in_order({name: np.append(column, asked[name]) for name, column in told.items()})
    return Around(met.near, told, counted, met.ticks)


def _disjoint(intervals: list[tuple[int, int, int, int]]) -> Known:
    """Return intervals (target, batch, low, high) with those that overlap joined."""
    joined: list[tuple[int, int, int, int]] = []
    for target, batch, low, high in sorted(intervals):
        if joined and joined[-1][:2] == (target, batch) and low <= joined[-1][3]:
            joined[-1] = *joined[-1][:3], max(high, joined[-1][3])
        else:
            joined.append((target, batch, low, high))
    columns = np.array(joined, np.int64).reshape(-1, 4).T
    kinds = {"target": np.int32, "batch": np.int32, "low": np.int64, "high": np.int64}
    return {name: column.astype(kind) for (name, kind), column in zip(kinds.items(), columns, strict=True)}


def send(work: Workplace, log: SparkLog, plan: Known, around: Around, *, windows: NDArray[np.int64]) -> "DataFrame":
    """Return each event for the batches that need it; where counts do, one row with their number, `n`, per cell."""
    from pyspark.sql import functions as sf

    kept = ("holder_indptr", "holder", "bounds")
    given = {"windows": windows, **{name: plan[name] for name in kept}, **_cuts_of(around.ticks)}
    given |= _runs_of(around.told, "told", log) | _runs_of(around.counted, "counted", log)
    act = ["act"] if log.frame.has_acts else []
    types = {"batch": "int", "account": "int", "target": "int", "time": "bigint"} | dict.fromkeys(act, "int")
    schema = ", ".join(f"{name} {kind}" for name, kind in types.items())
    shipped, counts = work.ship(given), len(around.counted["low"]) > 0
    schema += ", cell bigint" if counts else ""
    sent = log.slots.mapInArrow(in_task(_send, shipped=shipped, counts=counts), schema)
    if not counts:
        return sent
    sent = work.keep(sent, "sent")
    told = sent.where("cell < 0").select(*types, sf.lit(0).cast("bigint").alias("n"))
    cells = sent.where("cell >= 0").groupBy("batch", "target", "cell")
    some = (sf.min(name).alias(name) for name in ("account", "time", *act))
    return told.unionByName(cells.agg(*some, sf.count("*").alias("n")).drop("cell"))


def _runs_of(intervals: Known, name: str, log: SparkLog) -> Known:
    """Return intervals as :func:`clickgraph.kernels.routing.batches_of` takes them, by names that begin with `name`."""
    target, batch = intervals["target"].astype(np.int64), intervals["batch"]
    starts = np.flatnonzero(are_first(target, batch))
    return {
        f"{name}_indptr": np.searchsorted(target[starts], np.arange(len(log.target_layer) + 1)),
        f"{name}_batch": batch[starts], f"{name}_run": np.append(starts, len(target)),
        f"{name}_low": intervals["low"], f"{name}_high": intervals["high"],
    }  # fmt: skip


def _cuts_of(ticks: Known) -> Known:
    targets, first = np.unique(ticks["target"], return_index=True)
    return {"tick_target": targets, "tick_indptr": np.append(first, len(ticks["time"])), "tick": ticks["time"]}


def _send(batches: Batches, *, shipped: str, counts: bool) -> Iterator[pa.RecordBatch]:
    known = receive(shipped)
    holders = known["holder_indptr"], known["holder"]
    for table in gathered(batches, ROWS):
        account, target, time = (table[name].to_numpy() for name in ("account", "target", "time"))
        event, batch = _batches_of(account, target, time, holders, known, "told")
        cell = np.full(len(event), -1)
        if counts:
            event, batch, cell = _with_counted(event, batch, target, time, known)
        sent = table.take(pa.array(event)).add_column(0, "batch", pa.array(batch))
        sent = sent.append_column("cell", pa.array(cell)) if counts else sent
        yield from sent.combine_chunks().to_batches()


def _batches_of(
    account: NDArray[np.int32], target: NDArray[np.int32], time: NDArray[np.int64],
    holders: tuple[NDArray[Any], NDArray[Any]], known: Known, name: str,
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:  # fmt: skip
    indptr, batch, run, low, high = (known[f"{name}_{part}"] for part in ("indptr", "batch", "run", "low", "high"))
    n_batches = len(known["bounds"]) - 1
    event, of_event = batches_of(account, target, time, holders, (indptr, batch, run), (low, high), n_batches)
    return event, of_event


def _with_counted(
    event: NDArray[np.int64], batch: NDArray[np.int32], target: NDArray[np.int32], time: NDArray[np.int64], known: Known
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int64]]:
    """Add the events of which only the cell is told; return all with their batches, and cells: -1 of the others."""
    n_batches = len(known["bounds"]) - 1
    nobody = np.zeros(len(target), np.int32), (np.zeros(2, np.int64), np.empty(0, np.int32))
    more, of_more = _batches_of(nobody[0], target, time, nobody[1], known, "counted")
    is_new = ~np.isin(more * n_batches + of_more, event * n_batches + batch)
    more, of_more = more[is_new], of_more[is_new]
    place = np.searchsorted(known["tick_target"], target[more])
    cell = cells_of(time[more], place, known["tick_indptr"], known["tick"], known["windows"])
    return np.append(event, more), np.append(batch, of_more), np.append(np.full(len(event), -1), cell)
