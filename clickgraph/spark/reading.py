"""Reading: a foreign frame, batch by batch, by the rules of :func:`clickgraph.read_events`."""

from collections.abc import Iterator
from dataclasses import replace
from os import PathLike
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from clickgraph.errors import InputError
from clickgraph.log.coding import code_table, say_left_out
from clickgraph.log.ids import encode_ids, ids_as_text
from clickgraph.log.names import Names
from clickgraph.spark.workplace import Batches, Workplace, gathered, in_task

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession
    from pyspark.sql.types import DataType, StructType

ROWS = 1 << 18  # read at a time
IDS = {"account": "account", "content": "content", "action": "action", "post": "post"}


def open_frame(source: object, spark: "SparkSession | None") -> "DataFrame":
    """Return a frame as it is, or that of a Parquet path.

    Raises
    ------
    InputError
        If the source is neither.
    """
    if hasattr(source, "mapInArrow"):
        return source
    if not isinstance(source, (str, PathLike)):
        raise InputError("a Spark DataFrame or the path of Parquet files", type(source).__qualname__)
    if spark is None:
        from pyspark.sql import SparkSession

        spark = SparkSession.builder.getOrCreate()
    return spark.read.parquet(str(source))


def read_rows(
    work: Workplace,
    frame: "DataFrame",
    names: Names,
    *,
    timezone: str | None,
    ignore: frozenset[str],
    strata: str | None,
) -> tuple["DataFrame", tuple[str, ...]]:
    """Return the log as a stage with one type per column, and what was assumed.

    The columns are account, content, action and post where there are any, time (int64 microseconds; 0 without a
    clock), and value, that of the strata, where they are asked for; ids keep their type, but for whole floats.
    """
    head = frame.limit(1).toArrow()
    given = {"names": names, "timezone": timezone, "ignore": ignore, "strata": strata}
    said = code_table(head, replace(names, post=None), timezone=timezone).notices
    given["head"] = head
    rows = frame.mapInArrow(in_task(_read, **given), _schema(frame.schema, names, strata=strata))
    told = list(said)
    if ignore:
        left_out = frame.mapInArrow(in_task(_count_ignored, names=names, ignore=ignore), "id string, n bigint")
        counted = {row["id"]: row["sum(n)"] for row in work.table(left_out.groupBy("id").sum("n")).to_pylist()}
        told += say_left_out(ignore, {text for text in counted if text is not None}, counted.get(None, 0))
    return work.keep(rows, "rows"), tuple(told)


def _schema(found: "StructType", names: Names, *, strata: str | None) -> "StructType":
    from pyspark.sql.types import LongType, StructType

    schema = StructType()
    for role in IDS:
        name = getattr(names, role)
        if name is not None:
            schema = schema.add(role, _type_of_ids(found[name].dataType))
    schema = schema.add("time", LongType())
    return schema if strata is None else schema.add("value", found[strata].dataType)


def _type_of_ids(kind: "DataType") -> "DataType":
    from pyspark.sql.types import DoubleType, FloatType, LongType, NullType, StringType

    if isinstance(kind, (FloatType, DoubleType)):
        return LongType()
    return StringType() if isinstance(kind, NullType) else kind


def _read(
    batches: Batches, *, names: Names, timezone: str | None, ignore: frozenset[str], strata: str | None, head: pa.Table
) -> Iterator[pa.RecordBatch]:
    """Read rows in a task; the first row of the log goes with each part, so that all are read as it is."""
    for table in gathered(batches, ROWS):
        together = pa.concat_tables([head.cast(table.schema), table])
        try:
            log = code_table(together, replace(names, post=None), timezone=timezone)
        except InputError as error:
            hint = f"{error.hint}; rows are counted within one part of the log".removeprefix("; ")
            raise InputError(error.expected, error.found, hint) from None
        columns: dict[str, Any] = {
            "account": log.account.ids.take(pa.array(log.account.code)),
            "content": log.content.ids.take(pa.array(log.content.code)),
        }
        if names.action is not None:
            columns["action"] = log.action.ids.take(pa.array(log.action.code))
        if names.post is not None:
            columns["post"] = _posts(together[names.post], name=names.post)
        columns["time"] = np.zeros(len(together), np.int64) if log.time is None else log.time
        if strata is not None:
            columns["value"] = together[strata]
        kept = ~_is_ignored(together, names, ignore)
        kept[0] = False
        yield from pa.table(columns).filter(pa.array(kept)).combine_chunks().to_batches()


def _posts(column: pa.ChunkedArray, *, name: str) -> pa.Array:
    """Return posts as ids, null for rows that name none."""
    missing = pc.is_null(column, nan_is_null=pa.types.is_floating(column.type)).to_numpy()
    coded = encode_ids(column.filter(pa.array(~missing)), name=name)
    place = np.zeros(len(column), np.int64)
    place[~missing] = coded.code
    return coded.ids.take(pa.array(place, mask=missing))


def _texts(column: pa.ChunkedArray, *, name: str) -> pa.Array:
    coded = encode_ids(column, name=name)
    return ids_as_text(coded.ids).take(pa.array(coded.code))


def _is_ignored(table: pa.Table, names: Names, ignore: frozenset[str]) -> NDArray[np.bool_]:
    ignored = np.zeros(len(table), dtype=np.bool_)
    wanted = pa.array(sorted(ignore), pa.large_string())
    for name in (names.account, names.content) if ignore else ():
        ignored |= pc.is_in(_texts(table[name], name=name), value_set=wanted).to_numpy(zero_copy_only=False)
    return ignored


def _count_ignored(batches: Batches, *, names: Names, ignore: frozenset[str]) -> Iterator[pa.RecordBatch]:
    """Yield each ignored id that was met, with 0, and the rows left out, under an id of null."""
    for table in gathered(batches, ROWS):
        met = pa.concat_arrays([
            pc.unique(_texts(table[name], name=name)).cast(pa.string()) for name in (names.account, names.content)
        ])  # fmt: skip
        met = met.filter(pc.is_in(met, value_set=pa.array(sorted(ignore), pa.string())))
        n = int(_is_ignored(table, names, ignore).sum())
        ids = pa.concat_arrays([met, pa.nulls(1, pa.string())])
        yield pa.record_batch({"id": ids, "n": pa.array([0] * len(met) + [n], pa.int64())})
