"""Writing: the tables of a result by the workers, without passing the driver."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import pyarrow as pa

from clickgraph.rings.columns import COLUMNS
from clickgraph.rings.model import Rings
from clickgraph.spark.counting import SparkLog
from clickgraph.spark.judging import Scored, opened
from clickgraph.spark.naming import SIDE
from clickgraph.spark.workplace import Batches, in_task

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

LONG = ("acts", "ties")  # tables that the driver need not see
TYPES = {
    "ring": "string", "account": "int", "other": "int", "content": "int", "action": "string", "time": "timestamp",
    "shared": "int", "expected": "double", "window": "string", "bits": "double", "start": "timestamp",
    "end": "timestamp", "n_members": "int", "n_outside": "int", "score_bits": "double", "member_bits": "double",
    "share": "double", "p_value": "double", "verdict": "string", "decided_by": "string", "n_accounts": "int",
    "n_contents": "int", "n_bursts": "int", "first": "timestamp", "last": "timestamp", "variance_ratio": "double",
    "edge": "double", "name": "string", "observed": "double",
}  # fmt: skip


def write_tables(log: SparkLog, looks: Sequence[Scored], rings: Rings, *, names: Mapping[str, str], out: str) -> None:
    """Write each table as a folder of Parquet files in the folder `out`, which must not hold one.

    Parameters
    ----------
    log : SparkLog
        Of what.
    looks : sequence of Scored
        What was scored in each look. Of a ring that several found, the one with the evidence told is written.
    rings : Rings
        Which rings to write, known by the keys that they had while their members were codes.
    names : mapping of str to str
        The name of each key.
    out : str
        A path or URL that Spark understands.
    """
    wanted = {(row["ring"], row["score_bits"]) for row in rings.summary}
    frames: list[DataFrame] = []
    for scored in looks:
        parts, found = scored.pick(wanted)
        frames += parts
        wanted -= found
    for table in COLUMNS:
        schema = ", ".join(f"{column} {_type_of(rings, table, column)}" for column in COLUMNS[table])
        tables = [frame.select(table).mapInArrow(in_task(_open, names=dict(names)), schema) for frame in frames]
        if tables:
            whole = tables[0]
            for part in tables[1:]:
                whole = whole.unionAll(part)
            _with_ids(log, whole).write.parquet(f"{out}/{table}")


def _type_of(rings: Rings, table: str, column: str) -> str:
    if column == "action" and not pa.types.is_string(getattr(rings, table)[column].type):
        return "bigint"
    return TYPES[column]


def _open(batches: Batches, *, names: dict[str, str]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        for data in batch.column(0).to_pylist():
            table = opened(data)
            ring = pa.array([names[key] for key in table["ring"].to_pylist()], pa.string())
            yield from table.set_column(table.column_names.index("ring"), "ring", ring).to_batches()


def _with_ids(log: SparkLog, table: "DataFrame") -> "DataFrame":
    """Replace codes by ids, the columns where they were."""
    from pyspark.sql import functions as sf

    columns = table.columns
    for name in columns:
        if name in SIDE:
            ids = log.frame.ids[SIDE[name]].select(sf.col("code").alias(name), sf.col("id").alias(f"id_of_{name}"))
            table = table.join(ids, name).drop(name).withColumnRenamed(f"id_of_{name}", name)
    return table.select(*columns)
