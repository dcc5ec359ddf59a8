"""Counting: what the driver must know of a log, in arrays as long as its accounts, its targets or its ticks."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.sparse import csr_array

from clickgraph.kernels.bursts import Clock
from clickgraph.kernels.fingerprint import sum_of_rows
from clickgraph.log.fingerprint import BLOCK, digest_blocks, digest_ids, fingerprint_of
from clickgraph.rings.pools import are_others
from clickgraph.spark.coding import CodedFrame
from clickgraph.spark.shipping import receive
from clickgraph.spark.workplace import Batches, Workplace, gathered, in_task, per_group

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

ROWS = 1 << 20  # worked on at a time
LAYER = ("action", "stratum")
Counts = dict[str, NDArray[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class SparkLog:
    """A log whose events stay on the cluster, with the counts of it that the driver holds.

    Attributes
    ----------
    frame : CodedFrame
        The log as codes, with its ids.
    slots : DataFrame
        account, target (int32), time (int64) and, where acts are named, act (int32) of each event.
    target_content, target_layer : ndarray of int32, shape (n_targets,)
        The content and the layer of each target.
    base_layer : ndarray of int32, shape (n_layers,)
        The layer that each was set apart from, itself where it was not.
    layer_action : ndarray of int32, shape (n_base_layers,)
        The action of each layer of the log.
    n_on_target : ndarray of int64, shape (n_targets,)
        Events on each target.
    activity : scipy.sparse.csr_array of int64
        Events per account and layer, those on targets set apart in their base as well.
    clock : Clock
        When everyone acted, per layer, as counts per tick.
    strata : str or None
        What the log was stratified by.
    fingerprint : str
        Of the log.
    """

    frame: CodedFrame
    slots: "DataFrame"
    target_content: NDArray[np.int32]
    target_layer: NDArray[np.int32]
    base_layer: NDArray[np.int32]
    layer_action: NDArray[np.int32]
    n_on_target: NDArray[np.int64]
    activity: csr_array
    clock: Clock
    strata: str | None
    fingerprint: str

    @property
    def n_events(self) -> int:
        """Number of events."""
        return self.frame.n_events

    @property
    def n_accounts(self) -> int:
        """Number of accounts."""
        return self.frame.n_ids["account"]

    @property
    def n_layers(self) -> int:
        """Number of layers."""
        return len(self.base_layer)

    @property
    def n_acted(self) -> NDArray[np.int64]:
        """Events of each account: int64 (n_accounts,)."""
        own = self.base_layer == np.arange(self.n_layers)
        n_acted: NDArray[np.int64] = (self.activity @ own).astype(np.int64)
        return n_acted

    @property
    def n_in_layer(self) -> NDArray[np.float64]:
        """Events counted in each layer: float64 (n_layers,)."""
        counted: NDArray[np.float64] = np.diff(self.clock.before[self.clock.indptr]).astype(np.float64)
        return counted

    @property
    def n_apart(self) -> int:
        """Events on targets that were set apart."""
        apart = self.base_layer[self.target_layer] != self.target_layer
        return int(self.n_on_target[apart].sum())


def count_log(
    work: Workplace, frame: CodedFrame, *, strata: str | None, fingerprint: str | None = None
) -> SparkLog:  # fmt: skip
    """Count a log; give each event its target, and the log its fingerprint where none is known."""
    targets = _columns(work, frame.events.groupBy("content", *LAYER).count())
    pairs = np.column_stack([targets[name] for name in LAYER]).reshape(-1, 2)
    layers, layer = np.unique(pairs, axis=0, return_inverse=True)
    key = targets["content"].astype(np.int64) * max(1, len(layers)) + layer.ravel()
    order = np.argsort(key)
    of_layer = work.ship({"key": key[order], "layers": layers.astype(np.int64)})
    names = ["account", "target", "time", *(["act"] if frame.has_acts else [])]
    slots = frame.events.withColumnRenamed("content", "target").select(*names)
    if len(layers) > 1 or len(order) < frame.n_ids["content"]:
        schema = slots.schema
        slots = work.keep(
            frame.events.mapInArrow(in_task(_attach_target, of_layer=of_layer, names=names), schema), "slots"
        )
    by_account = _with_layer(_columns(work, frame.events.groupBy("account", *LAYER).count()), layers)
    by_time = _with_layer(_columns(work, frame.events.groupBy("time", *LAYER).count()), layers)
    n_layers = max(1, len(layers))
    return SparkLog(
        frame, slots, targets["content"][order].astype(np.int32), layer.ravel()[order].astype(np.int32),
        np.arange(n_layers, dtype=np.int32), layers[:, 0].astype(np.int32), targets["count"][order],
        _activity(by_account, (frame.n_ids["account"], n_layers)), _ticks(by_time, n_layers), strata,
        fingerprint or find_fingerprint(work, frame),
    )  # fmt: skip


def with_layers(
    work: Workplace, log: SparkLog, target_layer: NDArray[np.int32], base_layer: NDArray[np.int32]
) -> SparkLog:
    """Return the log with other layers of its targets, each within its base; earlier ones are made anew."""
    n_layers, n_base = len(base_layer), int((base_layer == np.arange(len(base_layer))).sum())
    apart = np.where(base_layer[target_layer] != target_layer, target_layer, -1).astype(np.int32)
    shipped = work.ship({"apart": apart})
    own = log.slots.mapInArrow(in_task(_only_apart, shipped=shipped), "account int, layer int, time bigint")
    own = work.keep(own, "apart")
    by_account = _columns(work, own.groupBy("account", "layer").count())
    by_time = _columns(work, own.groupBy("time", "layer").count())
    base = _entries(log.activity)
    kept = base["layer"] < n_base
    by_account = {name: np.concatenate((base[name][kept], by_account[name])) for name in base}
    layer = np.repeat(np.arange(len(log.clock.indptr) - 1), np.diff(log.clock.indptr))
    old = {"time": log.clock.time, "layer": layer, "count": np.diff(log.clock.before)}
    by_time = {name: np.concatenate((old[name][layer < n_base], by_time[name])) for name in old}
    return replace(
        log, target_layer=target_layer, base_layer=base_layer,
        activity=_activity(by_account, (log.n_accounts, n_layers)), clock=_ticks(by_time, n_layers),
    )  # fmt: skip


def without_accounts(work: Workplace, log: SparkLog, accounts: NDArray[np.int32]) -> SparkLog:
    """Return the log without what some accounts did: :func:`clickgraph.rings.rest.without_accounts`."""
    frame, n_left = log.frame, log.n_events - int(log.n_acted[accounts].sum())
    shipped = work.ship({"account": are_others(accounts, log.n_accounts)})
    events = frame.events.mapInArrow(in_task(_only_left, shipped=shipped), frame.events.schema)
    frame = replace(frame, events=work.keep(events, "left"), n_events=n_left)
    return count_log(work, frame, strata=log.strata, fingerprint=log.fingerprint)


def find_fingerprint(work: Workplace, frame: CodedFrame) -> str:
    """Return what :attr:`clickgraph.log.events.Events.fingerprint` is for the same log."""
    parts = _columns(
        work, frame.events.mapInArrow(in_task(_sum_rows, has_acts=frame.has_acts), "one bigint, two bigint")
    )
    sums = np.array([parts[name].view(np.uint64).sum() for name in ("one", "two")], dtype=np.uint64)
    blocks: list[list[bytes]] = []
    for role in ("account", "content"):
        ids = frame.ids[role].selectExpr("code", "id", f"code div {BLOCK} AS block")
        digests = ids.groupBy("block").applyInArrow(per_group(_digest), "block bigint, digest binary")
        blocks.append(work.table(digests).sort_by("block")["digest"].to_pylist())
    return fingerprint_of(
        sums, [*blocks, digest_blocks(frame.action_ids)],
        n_events=frame.n_events, has_acts=frame.has_acts, clock=frame.clock,
    )  # fmt: skip


def _columns(work: Workplace, data: "DataFrame") -> Counts:
    table = work.table(data)
    return {name: table[name].to_numpy().copy() for name in table.column_names}


def _with_layer(counts: Counts, layers: NDArray[Any]) -> Counts:
    """Replace action and stratum by the layer that they are."""
    pairs = np.column_stack([counts.pop(name) for name in LAYER])
    counts["layer"] = _layer_of(pairs, layers)
    return counts


def _layer_of(pairs: NDArray[Any], layers: NDArray[Any]) -> NDArray[np.int64]:
    """Return the position of each (action, stratum) in the sorted list of them."""
    n = int(max(pairs[:, 1].max(initial=0), layers[:, 1].max(initial=0))) + 1
    known, asked = (each[:, 0].astype(np.int64) * n + each[:, 1] for each in (layers, pairs))
    place: NDArray[np.int64] = np.searchsorted(known, asked)
    return place


def _activity(counts: Counts, shape: tuple[int, int]) -> csr_array:
    order = np.lexsort((counts["layer"], counts["account"]))
    indptr = np.zeros(shape[0] + 1, dtype=np.int64)
    np.cumsum(np.bincount(counts["account"], minlength=shape[0]), out=indptr[1:])
    return csr_array((counts["count"][order], counts["layer"][order].astype(np.int32), indptr), shape=shape)


def _entries(activity: csr_array) -> Counts:
    account = np.repeat(np.arange(activity.shape[0]), np.diff(activity.indptr))
    return {"account": account, "layer": activity.indices, "count": activity.data}


def _ticks(counts: Counts, n_layers: int) -> Clock:
    order = np.lexsort((counts["time"], counts["layer"]))
    indptr = np.zeros(n_layers + 1, dtype=np.int64)
    np.cumsum(np.bincount(counts["layer"], minlength=n_layers), out=indptr[1:])
    return Clock(counts["time"][order], indptr, np.concatenate(([0], np.cumsum(counts["count"][order]))))


def _attach_target(batches: Batches, *, of_layer: str, names: list[str]) -> Iterator[pa.RecordBatch]:
    known = receive(of_layer)
    for table in gathered(batches, ROWS):
        pairs = np.column_stack([table[name].to_numpy() for name in LAYER])
        layer = _layer_of(pairs, known["layers"])
        key = table["content"].to_numpy().astype(np.int64) * len(known["layers"]) + layer
        target = np.searchsorted(known["key"], key).astype(np.int32)
        yield from table.append_column("target", pa.array(target)).select(names).combine_chunks().to_batches()


def _only_apart(batches: Batches, *, shipped: str) -> Iterator[pa.RecordBatch]:
    apart = receive(shipped)["apart"]
    for table in gathered(batches, ROWS):
        layer = apart[table["target"].to_numpy()]
        table = pa.table({"account": table["account"], "layer": layer, "time": table["time"]})
        yield from table.filter(pa.array(layer >= 0)).combine_chunks().to_batches()


def _only_left(batches: Batches, *, shipped: str) -> Iterator[pa.RecordBatch]:
    is_left = receive(shipped)["account"]
    for batch in batches:
        yield batch.filter(pa.array(is_left[batch.column("account").to_numpy()]))


def _sum_rows(batches: Batches, *, has_acts: bool) -> Iterator[pa.RecordBatch]:
    for table in gathered(batches, ROWS):
        act = table["act"].to_numpy() if has_acts else np.empty(0, np.int32)
        account, content, action, time = (table[name].to_numpy() for name in ("account", "content", "action", "time"))
        sums = sum_of_rows(account, content, action, act, time).view(np.int64)
        yield pa.record_batch({"one": sums[:1], "two": sums[1:]})


def _digest(table: pa.Table) -> pa.Table:
    ids = table.sort_by("code")["id"].combine_chunks()
    return pa.table({"block": table["block"][:1], "digest": pa.array([digest_ids(ids)], pa.binary())})
