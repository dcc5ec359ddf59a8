"""Coding: ids to their ranks, exact repeats dropped, and what the driver knows of the log."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from clickgraph.errors import InputError
from clickgraph.log.clock import CLOCKS, find_clock, refuse_mixture
from clickgraph.log.ids import INT32_MAX
from clickgraph.log.names import Names
from clickgraph.spark.workplace import Batches, Workplace, in_task

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

DAY, HOUR = CLOCKS["day"], CLOCKS["hour"]
KEYS = ["content", "time", "account", "action", "post"]  # the canonical order of a log


@dataclass(frozen=True, slots=True)
class CodedFrame:
    """A log as codes, on the cluster.

    Attributes
    ----------
    events : DataFrame
        account, content, action (int32 codes), time (int64), stratum (int32), and act (int32) where acts are named.
    ids : dict of str to DataFrame
        Of accounts and contents: code (int32) and id.
    n_ids : dict of str to int
        How many there are of each.
    action_ids : pyarrow.Array
        The ids of the actions.
    clock : int or None
        Resolution of the times in microseconds.
    n_events : int
        Events without repeats.
    notices : tuple of str
        What was assumed.
    """

    events: "DataFrame"
    ids: dict[str, "DataFrame"]
    n_ids: dict[str, int]
    action_ids: pa.Array
    clock: int | None
    n_events: int
    notices: tuple[str, ...]

    @property
    def has_acts(self) -> bool:
        """Whether the log says which events are one act."""
        return "act" in self.events.columns


def rank(work: Workplace, values: "DataFrame", name: str) -> tuple["DataFrame", int]:
    """Return the distinct rows with their rank (`code`, int32) in sorted order, and how many they are.

    Each part of the sorted rows numbers its own; the parts before it shift them.
    """
    from pyspark.sql import functions as sf
    from pyspark.sql.types import IntegerType, LongType, StructType

    schema = StructType(list(values.schema.fields)).add("part", IntegerType()).add("place", LongType())
    ordered = values.distinct().orderBy(*values.columns)
    numbered = work.keep(ordered.mapInArrow(in_task(_number), schema), name)
    sizes = dict(sorted(map(tuple, numbered.groupBy("part").count().collect())))
    n = sum(sizes.values())
    check_codes(n, name)
    shifts, before = {}, 0
    for part, size in sizes.items():
        shifts[part], before = before, before + size
    shift: Column = sf.lit(0).cast("bigint")
    if shifts:
        table = work.spark.createDataFrame(list(shifts.items()), "part int, shift bigint")
        numbered, shift = numbered.join(sf.broadcast(table), "part"), sf.col("shift")
    code = (sf.col("place") + shift).cast("int").alias("code")
    return numbered.select(*[name for name in numbered.columns if name not in ("part", "place", "shift")], code), n


def check_codes(n: int, name: str) -> None:
    """Refuse more of something than there are codes for.

    Raises
    ------
    InputError
        If there are.
    """
    if n > INT32_MAX:
        raise InputError(f"at most {INT32_MAX:,} different ids in {name}", f"{n:,}")


def _number(batches: Batches) -> Iterator[pa.RecordBatch]:
    """Give the rows of one part their places in it."""
    from pyspark import TaskContext

    context, n = TaskContext.get(), 0
    part = context.partitionId() if context else 0
    for batch in batches:
        rows = pa.table(batch)
        rows = rows.append_column("part", pa.array(np.full(len(rows), part, np.int32)))
        yield from rows.append_column("place", pa.array(n + np.arange(len(rows)))).to_batches()
        n += len(rows)


def code_rows(work: Workplace, rows: "DataFrame", names: Names, *, merge: bool, notices: Sequence[str]) -> CodedFrame:
    """Return the log as codes: of the rows from :func:`clickgraph.spark.reading.read_rows`."""
    from pyspark.sql import functions as sf

    clock = None if names.time is None else _find_clock(rows)
    ids: dict[str, DataFrame] = {}
    n_ids: dict[str, int] = {}
    coded = rows
    for role in ("account", "content", *(("post",) if names.post else ())):
        distinct = rows.select(role).where(sf.col(role).isNotNull())
        ranked, n_ids[role] = rank(work, distinct, role)
        ids[role] = ranked.withColumnRenamed(role, "id")
        coded = coded.join(ranked, role, "left").drop(role).withColumnRenamed("code", role)
    coded, action_ids = _code_actions(work, coded, named=names.action is not None, merge=merge)
    if names.post is None:
        coded = coded.withColumn("post", sf.lit(None).cast("int"))
    coded = _drop_repeats(work, coded)
    n_events = coded.count()
    n_repeats = rows.count() - n_events
    coded = _code_strata(coded, work)
    if names.post is not None:
        coded = _code_acts(work, coded)
    events = work.keep(coded.drop("post"), "events")
    said = (f"Exact repeats dropped: {n_repeats}.",) if n_repeats else ()
    return CodedFrame(events, ids, n_ids, action_ids, clock, n_events, (*notices, *said))


def _find_clock(rows: "DataFrame") -> int:
    """Return the resolution of the times; refuse a mixture of clocks. As :mod:`clickgraph.log.clock` does."""
    from pyspark.sql import functions as sf

    first, last = rows.agg(sf.min("time"), sf.max("time")).first()
    if first is None or first == last:
        return find_clock(np.array([] if first is None else [first], dtype=np.int64))
    residues = rows.agg(*(sf.max((sf.col("time") - first) % unit) for unit in CLOCKS.values())).first()
    clock = next(unit for unit, residue in zip(CLOCKS.values(), residues, strict=True) if residue == 0)
    if clock < HOUR:
        full = rows.where(sf.col("time") % HOUR == 0)
        hour = sf.expr(f"pmod(time, {DAY}) div {HOUR}")
        by_hour = np.zeros(24, dtype=np.int64)
        for at, n in full.groupBy(hour).count().collect():
            by_hour[at] = n
        n_days = full.where(sf.col("time") % DAY == 0).select("time").distinct().count()
        refuse_mixture(by_hour, n_days=n_days, n_events=rows.count())
    return clock


def _code_actions(work: Workplace, coded: "DataFrame", *, named: bool, merge: bool) -> tuple["DataFrame", pa.Array]:
    from pyspark.sql import functions as sf

    if merge or not named:
        return coded.withColumn("action", sf.lit(0)), pa.array(["any" if merge else "act"])
    ranked, _ = rank(work, coded.select("action"), "action")
    table = work.table(ranked).sort_by("code")
    coded = coded.join(sf.broadcast(ranked), "action").drop("action").withColumnRenamed("code", "action")
    return coded, table["action"].combine_chunks()


def _drop_repeats(work: Workplace, coded: "DataFrame") -> "DataFrame":
    """Keep one of rows that are equal in all keys: the one whose stratum comes first."""
    from pyspark.sql import functions as sf

    if "value" not in coded.columns:
        return work.keep(coded.select(*KEYS).distinct(), "distinct")
    # Arrow puts what is missing last, Spark first.
    ordered = sf.struct(sf.col("value").isNull().alias("is_missing"), "value")
    kept = coded.groupBy(*KEYS).agg(sf.min(ordered).alias("kept"))
    return work.keep(kept.select(*KEYS, sf.col("kept.value").alias("value")), "distinct")


def _code_strata(coded: "DataFrame", work: Workplace) -> "DataFrame":
    """Code the strata by their first event in canonical order."""
    from pyspark.sql import functions as sf

    if "value" not in coded.columns:
        return coded.withColumn("stratum", sf.lit(0))
    post = sf.coalesce(sf.col("post"), sf.lit(INT32_MAX)).alias("post")
    first = coded.groupBy("value").agg(sf.min(sf.struct(*KEYS[:4], post)).alias("first"))
    ordered = work.table(first.orderBy("first").select("value"))
    ordered = ordered.append_column("stratum", pa.array(np.arange(len(ordered), dtype=np.int32)))
    table = work.spark.createDataFrame(ordered, _with_codes(first))
    return coded.join(sf.broadcast(table), coded["value"].eqNullSafe(table["value"])).drop("value")


def _with_codes(first: "DataFrame") -> Any:
    from pyspark.sql.types import IntegerType, StructType

    return StructType([first.schema["value"]]).add("stratum", IntegerType())


def _code_acts(work: Workplace, coded: "DataFrame") -> "DataFrame":
    """Code the acts: an account with a post, or with an event that names none; those come last."""
    from pyspark.sql import functions as sf

    alone = sf.col("post").isNull()
    key = {"named": sf.coalesce(sf.col("post"), sf.lit(INT32_MAX))} | {
        f"own_{name}": sf.when(alone, sf.col(name)).otherwise(sf.lit(0)) for name in ("content", "time", "action")
    }
    coded = coded.withColumns(key)
    columns = ["account", *key]
    acts, _ = rank(work, coded.select(*columns), "acts")
    return coded.join(acts, columns).drop(*key).withColumnRenamed("code", "act")
