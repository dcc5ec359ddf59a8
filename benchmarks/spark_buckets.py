"""The other design for pairs: by content and time, a row per pair of accounts that meets there, then added up.

Exact as well: a pair counts where its later event is at home. Kept to measure what it costs beside blocks.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clickgraph.graph.null import Budget, budget_of
from clickgraph.graph.sweep import most_expected, rank_busy
from clickgraph.graph.windows import choose_windows
from clickgraph.kernels._jit import kernel
from clickgraph.kernels.counting import grown
from clickgraph.kernels.significance import Null, best_window, expect_shared, poisson_tail_bits
from clickgraph.settings import COACTIONS_PER_EVENT, FALSE_TIES, MIN_SHARED
from clickgraph.spark import pairing
from clickgraph.spark.blocks import TIE, _place
from clickgraph.spark.opening import open_log, open_session
from clickgraph.spark.shipping import receive
from clickgraph.spark.workplace import Batches, all_rows, in_task, open_workplace


def tie_in_buckets(path: str, session: Any) -> int:
    """Return the number of ties that the log keeps, found by this design."""
    frame = open_session(path, session)
    with open_workplace(session, None) as work:
        log = open_log(work, frame, strata=None, ignore=(), layers="separate", columns={})
        widths, _ = choose_windows("auto", log.frame.clock)
        budget = Budget(log.target_layer, log.n_in_layer, limit=budget_of(log.n_events, COACTIONS_PER_EVENT.default))
        for width, of_target in zip(widths, pairing.count_pairs(work, log, widths), strict=True):
            budget.spend(int(width), of_target)
        least = int(MIN_SHARED.default)
        busy = rank_busy(log.n_acted, least)
        passes = most_expected(log.n_acted, least, false_ties=FALSE_TIES.default, n_windows=len(widths))
        shipped = work.ship({**pairing.known_of_pairs(log, widths, budget, busy), "passes": passes})
        found = work.keep(_judged(log, shipped, [f"w{w}" for w in range(len(widths))]), "judged")
        return int(pairing._unite(work, log, found, busy, widths).count())


def _judged(log: Any, shipped: str, names: list[str]) -> Any:
    from pyspark.sql import functions as sf

    placed = log.slots.mapInArrow(
        in_task(_place, shipped=shipped), "target int, bucket bigint, time bigint, code int, is_home boolean"
    )
    near = placed.repartition("target", "bucket").sortWithinPartitions("target", "bucket", "time")
    counts = ", ".join(f"{name} int" for name in names)
    pairs = near.mapInArrow(in_task(_pair, shipped=shipped), f"row int, other int, {counts}")
    added = pairs.groupBy("row", "other").agg(*(sf.sum(name).cast("int").alias(name) for name in names))
    return added.mapInArrow(in_task(_judge, shipped=shipped), TIE)


def _pair(batches: Batches, *, shipped: str) -> Iterator[pa.RecordBatch]:
    """Yield each pair of accounts that meets in this part, and on how many targets by their narrowest window."""
    table, known = all_rows(batches), receive(shipped)
    if table is None:
        return
    target, bucket, time, code = (table[name].to_numpy() for name in ("target", "bucket", "time", "code"))
    is_new = (np.diff(target, prepend=-1) != 0) | (np.diff(bucket, prepend=0) != 0)
    indptr = np.append(np.flatnonzero(is_new), len(target))
    depth = known["null_depth"][target[indptr[:-1]]]
    home = table["is_home"].to_numpy(zero_copy_only=False)
    met = meetings(time, code, home, indptr, depth, known["null_windows"])
    order = np.lexsort((met[3], met[2], met[1], met[0]))
    row, other, run, window = (column[order] for column in met)
    first = np.append(True, (np.diff(row) != 0) | (np.diff(other) != 0) | (np.diff(run) != 0))[: len(row)]
    row, other, window = row[first], other[first], window[first]
    starts = np.flatnonzero(np.append(True, (np.diff(row) != 0) | (np.diff(other) != 0))[: len(row)])
    columns: dict[str, Any] = {"row": row[starts], "other": other[starts]}
    for w in range(len(known["null_windows"])):
        counts = np.add.reduceat((window == w).astype(np.int32), starts) if len(starts) else np.empty(0, np.int32)
        columns[f"w{w}"] = counts.astype(np.int32)
    yield from pa.table(columns).to_batches(max_chunksize=1 << 20)


@kernel
def meetings(
    time: NDArray[np.int64],
    code: NDArray[np.int32],
    home: NDArray[np.bool_],
    indptr: NDArray[np.int64],
    depth: NDArray[np.int32],
    windows: NDArray[np.int64],
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """List the meetings of different accounts in each run: both ends, the run, the narrowest window."""
    row, other = np.empty(64, np.int32), np.empty(64, np.int32)
    where, window = np.empty(64, np.int32), np.empty(64, np.int32)
    n = 0
    for run in range(len(indptr) - 1):
        for i in range(indptr[run], indptr[run + 1]):
            j = i - 1
            while home[i] and j >= indptr[run] and time[i] - time[j] <= windows[depth[run] - 1]:
                if code[i] != code[j]:
                    w = 0
                    while time[i] - time[j] > windows[w]:
                        w += 1
                    row, other, where, window = (
                        grown(row, n + 1),
                        grown(other, n + 1),
                        grown(where, n + 1),
                        grown(window, n + 1),
                    )
                    row[n], other[n], where[n], window[n] = min(code[i], code[j]), max(code[i], code[j]), run, w
                    n += 1
                j -= 1
    return row[:n], other[:n], where[:n], window[:n]


def _judge(batches: Batches, *, shipped: str) -> Iterator[pa.RecordBatch]:
    """Yield the pairs that pass, from either end, and how often each end had one."""
    table, known = all_rows(batches), receive(shipped)
    if table is None:
        return
    null = Null(**{name: known[f"null_{name}"] for name in Null._fields})
    counts = np.cumsum([table[f"w{w}"].to_numpy() for w in range(len(null.windows))], axis=0).T
    row, other = table["row"].to_numpy(), table["other"].to_numpy()
    codes, values = judge_pairs(row, other, np.ascontiguousarray(counts), null, known["passes"])
    both = np.concatenate((codes, codes[:, [1, 0, 2, 3]]))
    who, n = np.unique(both[:, 0], return_counts=True)
    passed = np.column_stack((who, np.full(len(who), -1), n, np.zeros(len(who), np.int64))).astype(np.int32)
    codes, values = np.concatenate((both, passed)), np.concatenate((values, values, np.zeros((len(who), 2))))
    names = ("row", "other", "shared", "window")
    columns = {name: np.ascontiguousarray(codes[:, k]) for k, name in enumerate(names)}
    yield from pa.table(columns | {"expected": values[:, 0].copy(), "bits": values[:, 1].copy()}).to_batches()


@kernel
def judge_pairs(
    row: NDArray[np.int32], other: NDArray[np.int32], counts: NDArray[np.int64], null: Null, passes: NDArray[np.float64]
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Return (row, other, shared, window) and (expected, bits) of the pairs that pass."""
    codes, values = np.empty((len(row), 4), np.int32), np.empty((len(row), 2))
    expected, n = np.empty(len(null.windows)), 0
    for k in range(len(row)):
        expect_shared(row[k], other[k], null, expected)
        passing = False
        for w in range(len(expected)):
            passing |= expected[w] <= passes[min(counts[k, w], len(passes) - 1)]
        if passing:
            w = best_window(k, counts, expected)
            codes[n, 0], codes[n, 1], codes[n, 2], codes[n, 3] = row[k], other[k], counts[k, w], w
            values[n, 0] = expected[w]
            values[n, 1] = poisson_tail_bits(counts[k, w], expected[w]) - np.log2(len(expected))
            n += 1
    return codes[:n], values[:n]
