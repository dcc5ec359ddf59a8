"""Pairing: who acted with whom, a pair of blocks of accounts in each task.

The accounts are cut into blocks. An event goes to a pair of blocks if its account is in one of them and the other has
an event near it; there the row kernel of the local walk counts and judges. No co-action is ever written: what comes
out are the ties that each account chose in each block, and the number of those that passed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clickgraph.graph.null import Budget, budget_of
from clickgraph.graph.projection import most_expected, null_of, rank_busy, survival
from clickgraph.graph.windows import EVER
from clickgraph.kernels._jit import ranges_by_cost
from clickgraph.kernels.blocks import blocks_near, pairs_on_targets
from clickgraph.kernels.coaction import new_scratch
from clickgraph.kernels.sampling import chosen
from clickgraph.kernels.significance import Null
from clickgraph.kernels.slots import Slots, make_slots
from clickgraph.kernels.ties import Part, tie_rows
from clickgraph.settings import COACTIONS_PER_EVENT, TIES_PER_ACCOUNT
from clickgraph.spark.counting import SparkLog
from clickgraph.spark.shipping import receive
from clickgraph.spark.workplace import Batches, Workplace, all_rows, gathered, in_task, per_group

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

HOT = 1 << 20  # events of a target above which it is cut along time
PER_TASK = 250_000  # events for each square of the number of blocks: tasks grow with the log, but slowly
MOST_PER_BLOCK = 8_000_000  # events
LEAST_BLOCKS = 3
ROWS = 1 << 20  # worked on at a time
TIE = "row int, other int, shared int, window int, expected double, bits double"
FOUND = "account int, other int, shared int, expected double, window bigint, bits double, kept double"


@dataclass(frozen=True, slots=True, eq=False)
class SparkTies:
    """The ties of a log, on the cluster: a row per tie, with codes; and what the budgets left out."""

    frame: "DataFrame"
    notices: tuple[str, ...]


def count_pairs(work: Workplace, log: SparkLog, widths: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the pairs of events of each target within each window: float64 (n_windows, n_targets)."""
    ticks = log.slots.groupBy("target", "time").count()
    schema = "target int, " + ", ".join(f"w{w} bigint" for w in range(len(widths)))
    parted = ticks.repartition("target").sortWithinPartitions("target", "time")
    table = work.table(parted.mapInArrow(in_task(_count_pairs, widths=widths), schema))
    pairs: NDArray[np.float64] = np.zeros((len(widths), len(log.target_layer)))
    for w in range(len(widths)):
        pairs[w, table["target"].to_numpy()] = table[f"w{w}"].to_numpy()
    return pairs


def _count_pairs(batches: Batches, *, widths: NDArray[np.int64]) -> Iterator[pa.RecordBatch]:
    table = all_rows(batches)
    if table is None:
        return
    target = table["target"].to_numpy()
    starts = np.flatnonzero(np.diff(target, prepend=-1))
    indptr = np.append(starts, len(target))
    pairs = pairs_on_targets(table["time"].to_numpy(), table["count"].to_numpy(), indptr, widths)
    columns = {"target": target[starts]} | {f"w{w}": row for w, row in enumerate(pairs)}
    yield from pa.table(columns).to_batches()


def find_ties(
    work: Workplace, log: SparkLog, widths: NDArray[np.int64], pairs: NDArray[np.float64], *,
    min_shared: int, false_ties: float, n_blocks: int | None, notices: tuple[str, ...],
) -> SparkTies:  # fmt: skip
    """Return the ties that chance does not explain: those of :func:`clickgraph.project`."""
    budget = Budget(log.target_layer, log.n_in_layer, limit=budget_of(log.frame.n_events, COACTIONS_PER_EVENT.default))
    for width, of_target in zip(widths, pairs, strict=True):
        budget.spend(int(width), of_target)
    n_acted = log.n_acted
    busy = rank_busy(n_acted, min_shared)
    per_account = int(TIES_PER_ACCOUNT.default)
    activity = log.activity
    everyone = Null(
        widths, budget.depth, np.array(budget.rates), activity.indptr.astype(np.int64),
        activity.indices.astype(np.int32), activity.data.astype(np.float64),
    )  # fmt: skip
    null = null_of(busy, everyone)
    code = np.full(log.n_accounts, -1, dtype=np.int32)
    code[busy] = np.arange(len(busy), dtype=np.int32)
    bounds = ranges_by_cost(n_acted[busy], n_blocks or choose_blocks(log.frame.n_events))
    shipped = work.ship({
        **{f"null_{name}": array for name, array in null._asdict().items()}, "code": code, "bounds": bounds,
        "passes": most_expected(n_acted, min_shared, false_ties=false_ties, n_windows=len(widths)),
        "bucket": _bucket_widths(log, widths, budget.depth), "origin": log.clock.time[:1],
    })  # fmt: skip
    chosen_ties = _judge_blocks(work, log, shipped, n_blocks=len(bounds) - 1, n_chosen=per_account)
    frame = _unite(work, chosen_ties, busy, widths, n_accounts=log.n_accounts, per_account=per_account)
    return SparkTies(frame, (*notices, *budget.notices))


def choose_blocks(n_events: int) -> int:
    """Return into how many blocks the accounts of a log are cut."""
    return max(LEAST_BLOCKS, int(np.ceil(np.sqrt(n_events / PER_TASK))), -(-n_events // MOST_PER_BLOCK))


def _bucket_widths(log: SparkLog, widths: NDArray[np.int64], depth: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return how long the pieces of time are into which each target is cut; 0 where it is not."""
    span = int(log.clock.time.max(initial=0) - log.clock.time.min(initial=0)) + 1
    pieces = span // np.maximum(1, log.n_on_target // HOT)
    reach = np.append(0, widths)[depth]
    is_cut = (log.n_on_target > HOT) & (depth > 0) & (reach < EVER)
    return np.where(is_cut, np.maximum(np.maximum(pieces, reach), 1), 0)


def _judge_blocks(work: Workplace, log: SparkLog, shipped: str, *, n_blocks: int, n_chosen: int) -> "DataFrame":
    if n_blocks == 0:
        return work.spark.createDataFrame([], TIE)
    act = ", act int" if log.frame.has_acts else ""
    placed = log.slots.mapInArrow(
        in_task(_place, shipped=shipped), f"target int, bucket bigint, time bigint, code int, is_home boolean{act}"
    )
    near = placed.repartition("target", "bucket").sortWithinPartitions("target", "bucket", "time")
    sent = near.mapInArrow(in_task(_send, shipped=shipped), f"task int, target int, time bigint, code int{act}")
    n_tasks = n_blocks * (n_blocks + 1) // 2
    tasks = sent.repartition(n_tasks, "task").groupBy("task")
    return work.keep(tasks.applyInArrow(per_group(_judge, shipped=shipped, n_chosen=n_chosen), TIE), "chosen")


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
    is_new = (np.diff(target, prepend=-1) != 0) | (np.diff(bucket, prepend=0) != 0)
    indptr = np.append(np.flatnonzero(is_new), len(target))
    windows = known["null_windows"][known["null_depth"][target[indptr[:-1]]] - 1]
    is_home = table["is_home"].to_numpy(zero_copy_only=False)
    event, other = blocks_near(table["time"].to_numpy(), block, is_home, indptr, windows, len(bounds) - 1)
    own = block[event]
    task = np.minimum(own, other) * np.int32(len(bounds) - 1) + np.maximum(own, other)
    kept = table.drop_columns(["bucket", "is_home"]).take(pa.array(event))
    yield from kept.add_column(0, "task", pa.array(task)).to_batches(max_chunksize=ROWS)


def _judge(table: pa.Table, *, shipped: str, n_chosen: int) -> pa.Table:
    """Judge the pairs between two blocks, or within one; a row with other -1 has the number that passed."""
    known = receive(shipped)
    p, q = divmod(table["task"][0].as_py(), len(known["bounds"]) - 1)
    ends = [tuple(known["bounds"][[block, block + 1]].tolist()) for block in sorted({p, q})]
    n_own = ends[0][1] - ends[0][0]
    slots, targets = _slots_of(table, ends)
    null = _null_of(known, ends, targets)
    scratch = new_scratch(slots, len(null.windows))
    parts = [(0, n_own, Part(0, n_own, ends[0][0], ends[0][0]))]
    if p != q:
        n_all, shift = len(null.indptr) - 1, ends[1][0] - n_own
        parts = [(0, n_own, Part(n_own, n_all, ends[0][0], shift)), (n_own, n_all, Part(0, n_own, shift, ends[0][0]))]
    found = []
    for first, last, part in parts:
        codes, values, n_passing = tie_rows(first, last, slots, null, known["passes"], n_chosen, scratch, part)
        found += [_tie_table(codes, values), _passing_table(first + part.row_shift, n_passing)]
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
        n_accounts=sum(last - first for first, last in ends), n_targets=len(targets), act=act,
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


def _passing_table(first: int, n_passing: NDArray[np.int64]) -> pa.Table:
    rows = np.flatnonzero(n_passing)
    codes = np.zeros((len(rows), 4), np.int32)
    codes[:, 0], codes[:, 1], codes[:, 2] = first + rows, -1, n_passing[rows]
    return _tie_table(codes, np.zeros((len(rows), 2)))


def _unite(
    work: Workplace, found: "DataFrame", busy: NDArray[np.int64], widths: NDArray[np.int64], *,
    n_accounts: int, per_account: int,
) -> "DataFrame":  # fmt: skip
    """Let each account choose among all blocks, unite what the two ends of each tie chose."""
    counted = work.table(found.where("other < 0").groupBy("row").sum("shared"))
    n_passing = np.zeros(n_accounts, dtype=np.int64)
    n_passing[busy[counted["row"].to_numpy()]] = counted["sum(shared)"].to_numpy()
    shipped = work.ship({"busy": busy, "n_passing": n_passing, "widths": widths})
    rows = found.where("other >= 0").repartition("row").sortWithinPartitions("row")
    ties = rows.mapInArrow(in_task(_choose, shipped=shipped, per_account=per_account), FOUND)
    return work.keep(ties.dropDuplicates(["account", "other"]), "ties")


def _choose(batches: Batches, *, shipped: str, per_account: int) -> Iterator[pa.RecordBatch]:
    table, known = all_rows(batches), receive(shipped)
    if table is None:
        return
    row, other = table["row"].to_numpy(), table["other"].to_numpy()
    starts = np.flatnonzero(np.diff(row, prepend=-1))
    kept = np.ones(len(row), dtype=np.bool_)
    for first, last in zip(starts.tolist(), [*starts[1:].tolist(), len(row)], strict=True):
        if last - first > per_account:
            kept[first:last] = chosen(row[first], other[first:last].copy(), per_account)
    rows = np.flatnonzero(kept)
    ends = np.sort(known["busy"][np.column_stack((row[rows], other[rows]))], axis=1)
    n_passing = known["n_passing"][ends]
    shown = table.take(pa.array(rows))
    yield from pa.table({
        "account": ends[:, 0].astype(np.int32), "other": ends[:, 1].astype(np.int32), "shared": shown["shared"],
        "expected": shown["expected"], "window": known["widths"][shown["window"].to_numpy()], "bits": shown["bits"],
        "kept": survival(n_passing[:, 0], n_passing[:, 1], ties_per_account=per_account),
    }).to_batches()  # fmt: skip
