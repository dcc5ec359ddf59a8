"""Blocks: the events to the pairs of blocks in which they meet, and each pair judged in a task."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clickgraph.graph.null import widest
from clickgraph.kernels.blocks import blocks_near
from clickgraph.kernels.crowds import no_crowds
from clickgraph.kernels.limits import limits_of
from clickgraph.kernels.mains import plan_rows
from clickgraph.kernels.promise import with_near
from clickgraph.kernels.reach import slot_reach
from clickgraph.kernels.scratch import new_scratch
from clickgraph.kernels.significance import Null
from clickgraph.kernels.slots import Slots, make_slots
from clickgraph.kernels.ties import Choice, Part, tie_rows
from clickgraph.log.distinct import are_first
from clickgraph.spark.counting import SparkLog
from clickgraph.spark.shipping import receive
from clickgraph.spark.workplace import Batches, Workplace, all_rows, gathered, in_task, per_group

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

ROWS = 1 << 20  # worked on at a time
TIE = "row int, other int, shared int, window int, expected double, bits double"


def send_events(log: SparkLog, shipped: str) -> "DataFrame":
    """Return each event once for every pair of blocks in which it meets somebody.

    A target with many events is cut along time first; what lies near an edge goes to both sides of it.
    """
    act = ", act int" if log.frame.has_acts else ""
    placed = log.slots.mapInArrow(
        in_task(_place, shipped=shipped), f"target int, bucket bigint, time bigint, code int, is_home boolean{act}"
    )
    near = placed.repartition("target", "bucket").sortWithinPartitions("target", "bucket", "time")
    return near.mapInArrow(in_task(_send, shipped=shipped), f"task int, target int, time bigint, code int{act}")


def judge_blocks(work: Workplace, log: SparkLog, shipped: str, *, n_blocks: int, choice: Choice) -> "DataFrame":
    """Return the ties that each account chose in each block, and how many passed there, as a stage."""
    if n_blocks == 0:
        return work.spark.createDataFrame([], TIE)
    n_tasks = n_blocks * (n_blocks + 1) // 2
    tasks = send_events(log, shipped).repartition(n_tasks, "task").groupBy("task")
    return work.keep(tasks.applyInArrow(per_group(_judge, shipped=shipped, choice=choice), TIE), "chosen")


def _place(batches: Batches, *, shipped: str) -> Iterator[pa.RecordBatch]:
    """Yield the events that can make a tie, in the piece of their target's time, and beside the edge of the next."""
    known = receive(shipped)
    reach = np.append(0, known["null_windows"])[known["null_depth"]]
    for table in gathered(batches, ROWS):
        code = known["code"][table["account"].to_numpy()]
        target, time = table["target"].to_numpy(), table["time"].to_numpy()
        width = known["bucket"][target]
        since = time - known["origin"][0]
        bucket = np.where(width > 0, since // np.maximum(width, 1), 0)
        takes_part = (code >= 0) & (known["null_depth"][target] > 0)
        for shift in (0, -1, 1):
            gap = since - bucket * width if shift < 0 else (bucket + 1) * width - since
            there = takes_part if shift == 0 else takes_part & (width > 0) & (gap <= reach[target])
            rows = np.flatnonzero(there)
            columns: dict[str, Any] = {
                "target": target[rows], "bucket": bucket[rows] + shift, "time": time[rows], "code": code[rows],
                "is_home": np.full(len(rows), shift == 0),
            }  # fmt: skip
            if "act" in table.column_names:
                columns["act"] = table["act"].to_numpy()[rows]
            yield from pa.table(columns).to_batches()


def _send(batches: Batches, *, shipped: str) -> Iterator[pa.RecordBatch]:
    """Yield each event once for every pair of blocks in which it meets somebody."""
    table, known = all_rows(batches), receive(shipped)
    if table is None:
        return
    bounds = known["bounds"]
    target, bucket, code = (table[name].to_numpy() for name in ("target", "bucket", "code"))
    block = (np.searchsorted(bounds, code, side="right") - 1).astype(np.int32)
    indptr = np.append(np.flatnonzero(are_first(target, bucket)), len(target))
    windows = known["null_windows"][known["null_depth"][target[indptr[:-1]]] - 1]
    is_home = table["is_home"].to_numpy(zero_copy_only=False)
    event, other = blocks_near(table["time"].to_numpy(), block, is_home, indptr, windows, len(bounds) - 1)
    own = block[event]
    task = np.minimum(own, other) * np.int32(len(bounds) - 1) + np.maximum(own, other)
    kept = table.drop_columns(["bucket", "is_home"]).take(pa.array(event))
    yield from kept.add_column(0, "task", pa.array(task)).to_batches(max_chunksize=ROWS)


def _judge(table: pa.Table, *, shipped: str, choice: Choice) -> pa.Table:
    """Judge the pairs between two blocks, or within one; each row chooses some in them."""
    known = receive(shipped)
    p, q = divmod(table["task"][0].as_py(), len(known["bounds"]) - 1)
    ends = [tuple(known["bounds"][[block, block + 1]].tolist()) for block in sorted({p, q})]
    n_own = ends[0][1] - ends[0][0]
    slots, targets = _slots_of(table, ends)
    null = _null_of(known, ends, targets)
    reach = slot_reach(slots.time, slots.target_indptr, widest(null), n_threads=1)
    limits = limits_of(null, known["passes"])
    scratch = new_scratch(slots, len(null.windows), enough=limits.enough)
    agenda = plan_rows(slots, reach, limits.enough, n_threads=1)
    limits = with_near(limits, agenda, slots, reach, scratch)
    parts = [(0, n_own, Part(0, n_own, ends[0][0], ends[0][0]))]
    if p != q:
        n_all, shift = len(null.indptr) - 1, ends[1][0] - n_own
        parts = [(0, n_own, Part(n_own, n_all, ends[0][0], shift)), (n_own, n_all, Part(0, n_own, shift, ends[0][0]))]
    found, crowds = [], no_crowds(len(targets))
    for first, last, part in parts:
        rows = agenda.rows[(agenda.rows >= first) & (agenda.rows < last)]
        codes, values, _ = tie_rows(rows, agenda.main, slots, reach, limits, choice, scratch, part, crowds)
        found.append(_tie_table(codes, values))
    return pa.concat_tables(found)


def _slots_of(table: pa.Table, ends: list[tuple[int, int]]) -> tuple[Slots, NDArray[np.int32]]:
    """Index the events of one or two blocks, the accounts numbered through; return the targets as well."""
    target, time, code = (table[name].to_numpy() for name in ("target", "time", "code"))
    order = np.lexsort((code, time, target))
    targets, place = np.unique(target[order], return_inverse=True)
    account = code[order] - np.int32(ends[0][0])
    if len(ends) == 2:
        gap = ends[1][0] - ends[0][1]
        account = np.where(code[order] >= ends[1][0], account - np.int32(gap), account)
    act = None
    if "act" in table.column_names:
        act = np.unique(table["act"].to_numpy()[order], return_inverse=True)[1].astype(np.int32)
    slots = make_slots(
        account, time[order], place.astype(np.int32),
        n_accounts=sum(last - first for first, last in ends), n_targets=len(targets), act=act, n_threads=1,
    )  # fmt: skip
    return slots, targets


def _null_of(known: dict[str, NDArray[Any]], ends: list[tuple[int, int]], targets: NDArray[np.int32]) -> Null:
    indptr = known["null_indptr"]
    entries = np.concatenate([np.arange(indptr[first], indptr[last]) for first, last in ends])
    sizes = np.concatenate([np.diff(indptr[first : last + 1]) for first, last in ends])
    return Null(
        known["null_windows"], known["null_depth"][targets], known["null_rates"],
        np.concatenate(([0], np.cumsum(sizes))), known["null_layer"][entries], known["null_n_events"][entries],
    )  # fmt: skip


def _tie_table(codes: NDArray[np.int32], values: NDArray[np.float64]) -> pa.Table:
    names = ("row", "other", "shared", "window")
    columns = {name: np.ascontiguousarray(codes[:, k]) for k, name in enumerate(names)}
    return pa.table(columns | {"expected": values[:, 0].copy(), "bits": values[:, 1].copy()})
