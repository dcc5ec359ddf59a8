"""Pairing: who acted with whom, a pair of blocks of accounts in each task.

The accounts are cut into blocks. An event goes to a pair of blocks if its account is in one of them and the other has
an event near it; there the row kernel of the local walk counts and judges. No co-action is ever written: what comes
out are the ties that each account chose in each block, and the number of those that passed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clickgraph.graph.null import Budget, budget_of
from clickgraph.graph.sweep import choice_of, most_expected, null_of, rank_busy, survival
from clickgraph.graph.windows import EVER
from clickgraph.kernels._jit import ranges_by_cost
from clickgraph.kernels.blocks import pairs_on_targets
from clickgraph.kernels.sampling import choose
from clickgraph.kernels.significance import Null
from clickgraph.kernels.ties import Choice
from clickgraph.log.distinct import are_first
from clickgraph.settings import COACTIONS_PER_EVENT, TIES_PER_ACCOUNT
from clickgraph.spark.blocks import TIE, judge_blocks
from clickgraph.spark.counting import SparkLog
from clickgraph.spark.shipping import Arrays, receive
from clickgraph.spark.workplace import Batches, Workplace, all_rows, in_task

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

HOT = 1 << 20  # events of a target above which it is cut along time
PER_TASK = 250_000  # events for each square of the number of blocks: tasks grow with the log, but slowly
MOST_PER_BLOCK = 8_000_000  # events
LEAST_BLOCKS = 3
PER_ACCOUNT = int(TIES_PER_ACCOUNT.default)
CHOICE = choice_of(PER_ACCOUNT)
# What an account chooses among all blocks, and how many pass in all, is told by so many of each block.
IN_BLOCK = Choice(CHOICE.n_told + 1, CHOICE.n_told + 1, CHOICE.n_first)
PICKED = f"{TIE}, n_passing bigint"
FOUND = "account int, other int, shared int, expected double, window bigint, bits double, kept double"


@dataclass(frozen=True, slots=True, eq=False)
class SparkTies:
    """The ties of a log, on the cluster: a row per tie, with codes; and what the budgets left out."""

    frame: "DataFrame"
    notices: tuple[str, ...]


def count_pairs(work: Workplace, log: SparkLog, widths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the pairs of events of each target within each window: int64 (n_windows, n_targets)."""
    ticks = log.slots.groupBy("target", "time").count()
    schema = "target int, " + ", ".join(f"w{w} bigint" for w in range(len(widths)))
    parted = ticks.repartition("target").sortWithinPartitions("target", "time")
    table = work.table(parted.mapInArrow(in_task(_count_pairs, widths=widths), schema))
    pairs: NDArray[np.int64] = np.zeros((len(widths), len(log.target_layer)), dtype=np.int64)
    for w in range(len(widths)):
        pairs[w, table["target"].to_numpy()] = table[f"w{w}"].to_numpy()
    return pairs


def _count_pairs(batches: Batches, *, widths: NDArray[np.int64]) -> Iterator[pa.RecordBatch]:
    table = all_rows(batches)
    if table is None:
        return
    target = table["target"].to_numpy()
    starts = np.flatnonzero(are_first(target))
    indptr = np.append(starts, len(target))
    pairs = pairs_on_targets(table["time"].to_numpy(), table["count"].to_numpy(), indptr, widths)
    columns = {"target": target[starts]} | {f"w{w}": row for w, row in enumerate(pairs)}
    yield from pa.table(columns).to_batches()


def find_ties(
    work: Workplace, log: SparkLog, widths: NDArray[np.int64], pairs: NDArray[np.int64], *,
    min_shared: int, false_ties: float, n_blocks: int | None, notices: tuple[str, ...],
    coactions_per_event: float = COACTIONS_PER_EVENT.default,
) -> SparkTies:  # fmt: skip
    """Return the ties that chance does not explain: those of :func:`clickgraph.project`."""
    busy = rank_busy(log.n_acted, min_shared)
    passes = most_expected(log.n_acted, min_shared, false_ties=false_ties, n_windows=len(widths))
    limit = budget_of(log.n_events, coactions_per_event)
    budget = _spend(log, widths, pairs, limit)
    ties = _look(work, log, budget, busy, passes, widths, n_blocks or choose_blocks(log.n_events))
    return SparkTies(ties, (*notices, *budget.notices))


def _spend(log: SparkLog, widths: NDArray[np.int64], pairs: NDArray[np.int64], limit: float) -> Budget:
    budget = Budget(log.target_layer, log.n_in_layer, limit=limit)
    for width, of_target in zip(widths, pairs, strict=True):
        budget.spend(int(width), of_target)
    return budget


def _look(
    work: Workplace, log: SparkLog, budget: Budget, busy: NDArray[np.int64], passes: NDArray[np.float64],
    widths: NDArray[np.int64], n_blocks: int,
) -> "DataFrame":  # fmt: skip
    """Return the ties among some accounts, as a stage."""
    bounds = ranges_by_cost(log.n_acted[busy], n_blocks)
    shipped = work.ship({**known_of_pairs(log, widths, budget, busy), "bounds": bounds, "passes": passes})
    found = judge_blocks(work, log, shipped, n_blocks=len(bounds) - 1, choice=IN_BLOCK)
    return _unite(work, log, found, busy, widths)


def known_of_pairs(log: SparkLog, widths: NDArray[np.int64], budget: Budget, busy: NDArray[np.int64]) -> Arrays:
    """Return what tasks know of the whole log to judge pairs, as arrays to ship."""
    activity = log.activity
    everyone = Null(
        widths, budget.depth, np.array(budget.rates), activity.indptr.astype(np.int64),
        activity.indices.astype(np.int32), activity.data.astype(np.float64),
    )  # fmt: skip
    null = {f"null_{name}": array for name, array in null_of(busy, everyone)._asdict().items()}
    code = np.full(log.n_accounts, -1, dtype=np.int32)
    code[busy] = np.arange(len(busy), dtype=np.int32)
    return {
        **null, "code": code, "bucket": _bucket_widths(log, widths, budget.depth), "origin": log.clock.time[:1],
    }  # fmt: skip


def choose_blocks(n_events: int) -> int:
    """Return into how many blocks the accounts of a log are cut."""
    return max(LEAST_BLOCKS, int(np.ceil(np.sqrt(n_events / PER_TASK))), -(-n_events // MOST_PER_BLOCK))


def _bucket_widths(log: SparkLog, widths: NDArray[np.int64], depth: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return how long the pieces of time are into which each target is cut; 0 where it is not."""
    span = int(np.ptp(log.clock.time)) + 1
    pieces = span // np.maximum(1, log.n_on_target // HOT)
    reach = np.append(0, widths)[depth]
    is_cut = (log.n_on_target > HOT) & (depth > 0) & (reach < EVER)
    return np.where(is_cut, np.maximum(np.maximum(pieces, reach), 1), 0)


def _unite(
    work: Workplace, log: SparkLog, found: "DataFrame", busy: NDArray[np.int64], widths: NDArray[np.int64]
) -> "DataFrame":
    """Let each account choose among all blocks, unite what the two ends of each tie chose."""
    rows = found.repartition("row").sortWithinPartitions("row")
    picked = work.keep(rows.mapInArrow(in_task(_choose), PICKED), "picked")
    counted = work.table(picked.groupBy("row").agg({"n_passing": "max"}))
    n_passing = np.zeros(log.n_accounts, dtype=np.int64)
    n_passing[busy[counted["row"].to_numpy()]] = counted["max(n_passing)"].to_numpy()
    shipped = work.ship({"busy": busy, "n_passing": n_passing, "widths": widths})
    ties = picked.mapInArrow(in_task(_name_ends, shipped=shipped), FOUND)
    return work.keep(ties.dropDuplicates(["account", "other"]), "ties")


def _choose(batches: Batches) -> Iterator[pa.RecordBatch]:
    """Yield the ties that each row chooses of those that it chose in the blocks, with how many passed."""
    table = all_rows(batches)
    if table is None:
        return
    row, other = table["row"].to_numpy(), table["other"].to_numpy()
    starts = np.flatnonzero(are_first(row))
    kept, n_passing = np.ones(len(row), dtype=np.bool_), np.empty(len(row), dtype=np.int64)
    for first, last in zip(starts.tolist(), [*starts[1:].tolist(), len(row)], strict=True):
        kept[first:last], n_passing[first:last] = choose(
            row[first], other[first:last].copy(), CHOICE.n_chosen, CHOICE.n_told
        )
    told = table.append_column("n_passing", pa.array(n_passing))
    yield from told.filter(pa.array(kept)).to_batches()


def _name_ends(batches: Batches, *, shipped: str) -> Iterator[pa.RecordBatch]:
    """Yield the ties by the codes of their accounts, with the probability with which each survives."""
    table, known = all_rows(batches), receive(shipped)
    if table is None:
        return
    rows = np.column_stack((table["row"].to_numpy(), table["other"].to_numpy()))
    ends = np.sort(known["busy"][rows], axis=1)
    n_passing = known["n_passing"][ends]
    yield from pa.table({
        "account": ends[:, 0].astype(np.int32), "other": ends[:, 1].astype(np.int32), "shared": table["shared"],
        "expected": table["expected"], "window": known["widths"][table["window"].to_numpy()], "bits": table["bits"],
        "kept": survival(n_passing[:, 0], n_passing[:, 1], ties_per_account=PER_ACCOUNT),
    }).to_batches()  # fmt: skip
