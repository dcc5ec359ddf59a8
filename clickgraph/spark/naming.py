"""Naming: codes back into the caller's ids."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clickgraph.log.table import Table
from clickgraph.rings.columns import COLUMNS
from clickgraph.rings.model import Rings
from clickgraph.rings.tables import name_ring
from clickgraph.spark.counting import SparkLog
from clickgraph.spark.results import best_first
from clickgraph.spark.shipping import receive
from clickgraph.spark.workplace import Batches, Workplace, gathered, in_task

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyspark.sql import DataFrame

ROWS = 1 << 20  # worked on at a time
SIDE = {"account": "account", "other": "account", "content": "content"}


def in_ids(work: Workplace, log: SparkLog, rings: Rings) -> tuple[Rings, dict[str, str]]:
    """Return rings that know accounts and contents by their codes with ids instead, and the name of each old one."""
    tables: dict[str, Any] = {name: getattr(rings, name).to_arrow() for name in COLUMNS}
    for side in ("account", "content"):
        codes = [
            table[column].to_numpy()
            for table in tables.values() for column in table.column_names if SIDE.get(column) == side
        ]  # fmt: skip
        known, ids = _look_up(work, log, side, np.unique(np.concatenate(codes)))
        tables = {name: _replaced(table, side, known, ids) for name, table in tables.items()}
    names = _names_of(tables["members"])
    renamed: dict[str, Any] = {name: Table(_renamed(table, names)) for name, table in tables.items()}
    return best_first(replace(rings, **renamed)), names


def _look_up(work: Workplace, log: SparkLog, side: str, codes: NDArray[Any]) -> tuple[NDArray[Any], pa.Array]:
    """Return the codes, ascending, and the id of each."""
    shipped = work.ship({"codes": codes.astype(np.int32)})
    ids = log.frame.ids[side].select("code", "id")
    table = work.table(ids.mapInArrow(in_task(_only, shipped=shipped), ids.schema)).sort_by("code")
    return table["code"].to_numpy(), table["id"].combine_chunks()


def _only(batches: Batches, *, shipped: str) -> "Iterator[pa.RecordBatch]":
    codes = receive(shipped)["codes"]
    for table in gathered(batches, ROWS):
        yield from table.filter(pa.array(np.isin(table["code"].to_numpy(), codes))).combine_chunks().to_batches()


def _replaced(table: pa.Table, side: str, codes: NDArray[Any], ids: pa.Array) -> pa.Table:
    for at, name in enumerate(table.column_names):
        if SIDE.get(name) == side:
            place = np.searchsorted(codes, table[name].to_numpy())
            table = table.set_column(at, name, ids.take(pa.array(place)))
    return table


def _names_of(members: pa.Table) -> dict[str, str]:
    """Return the name of each ring, by the key that it had while its members were codes."""
    keys, first, n = np.unique(members["ring"].to_numpy(), return_index=True, return_counts=True)
    accounts = members["account"].combine_chunks()
    return {
        key: name_ring(accounts.slice(int(start), int(size)))
        for key, start, size in zip(keys.tolist(), first, n, strict=True)
    }  # fmt: skip


def _renamed(table: pa.Table, names: dict[str, str]) -> pa.Table:
    ring = pa.array([names[key] for key in table["ring"].to_pylist()], pa.string())
    return table.set_column(table.column_names.index("ring"), "ring", ring)


def name_ties(log: SparkLog, ties: "DataFrame", widths: dict[int, str]) -> "DataFrame":
    """Return ties with ids and the names of their windows."""
    from pyspark.sql import functions as sf

    accounts = log.frame.ids["account"]
    for side in ("account", "other"):
        ids = accounts.select(sf.col("code").alias(side), sf.col("id").alias(f"{side}_id"))
        ties = ties.join(ids, side)
    window = sf.create_map(*(sf.lit(part) for pair in widths.items() for part in pair))[sf.col("window")]
    return ties.select(
        sf.col("account_id").alias("account"), sf.col("other_id").alias("other"), "shared", "expected",
        window.alias("window"), "bits", "kept",
    )  # fmt: skip
