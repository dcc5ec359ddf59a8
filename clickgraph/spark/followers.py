"""Followers, counted over the cluster: an event travels once, to the part of its account, whoever asks for it."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clickgraph.rings.followers import FollowerSearch
from clickgraph.spark.counting import SparkLog
from clickgraph.spark.shipping import receive
from clickgraph.spark.workplace import Batches, Workplace, all_rows, gathered, in_task

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

PER_TASK = 1_000_000  # events
ROWS = 1 << 20  # worked on at a time


def count_followers(work: Workplace, log: SparkLog, searches: Sequence[FollowerSearch]) -> list[int]:
    """Return what :meth:`clickgraph.rings.background.Background.count_followers` returns for each search."""
    if not searches:
        return []
    table = work.table(_counted(work, log, searches).groupBy("search").sum("n"))
    counts = np.zeros(len(searches), np.int64)
    counts[table["search"].to_numpy()] = table["sum(n)"].to_numpy()
    found: list[int] = counts.tolist()
    return found


def send_by_account(work: Workplace, log: SparkLog, searches: Sequence[FollowerSearch]) -> "DataFrame":
    """Return the events on the targets of the searches, those of an account in one part of the frame."""
    is_asked = np.zeros(len(log.target_layer), np.bool_)
    is_asked[np.concatenate([search.targets for search in searches])] = True
    n_parts = 1 + int(log.n_on_target[is_asked].sum()) // PER_TASK
    schema = "account int, target int, time bigint"
    there = log.slots.mapInArrow(in_task(_only_asked, shipped=work.ship({"is_asked": is_asked})), schema)
    return there.repartition(n_parts, "account")


def _counted(work: Workplace, log: SparkLog, searches: Sequence[FollowerSearch]) -> "DataFrame":
    shipped = work.ship({
        **_joined("members", [search.members for search in searches]),
        **_joined("targets", [search.targets for search in searches]),
        "least": np.array([search.least for search in searches]),
    })  # fmt: skip
    parts = send_by_account(work, log, searches)
    return parts.mapInArrow(in_task(_count, shipped=shipped), "search int, n bigint")


def _joined(name: str, parts: Sequence[NDArray[np.int32]]) -> dict[str, NDArray[Any]]:
    return {name: np.concatenate(parts), f"{name}_indptr": np.cumsum([0, *map(len, parts)])}


def _only_asked(batches: Batches, *, shipped: str) -> Iterator[pa.RecordBatch]:
    is_asked = receive(shipped)["is_asked"]
    for table in gathered(batches, ROWS):
        there = pa.array(is_asked[table["target"].to_numpy()])
        yield from table.select(["account", "target", "time"]).filter(there).combine_chunks().to_batches()


def _count(batches: Batches, *, shipped: str) -> Iterator[pa.RecordBatch]:
    """Yield the followers that each search has in one part."""
    table, known = all_rows(batches), receive(shipped)
    if table is None:
        return
    account, target, time = (table[name].to_numpy() for name in ("account", "target", "time"))
    order = np.argsort(target, kind="stable")
    account, target, time = account[order], target[order], time[order]
    counts = []
    for k, least in enumerate(known["least"].tolist()):
        members, targets = (
            known[name][slice(*known[f"{name}_indptr"][k : k + 2])] for name in ("members", "targets")
        )  # fmt: skip
        runs = (np.searchsorted(target, targets, side=side) for side in ("left", "right"))
        rows = np.concatenate([np.empty(0, np.int64), *(np.arange(a, b) for a, b in zip(*runs, strict=True))])
        counts.append(FollowerSearch(members, targets, least).count(account[rows], time[rows], target[rows]))
    yield pa.record_batch({"search": np.arange(len(counts), dtype=np.int32), "n": np.array(counts, np.int64)})
