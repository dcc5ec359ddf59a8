"""Workplace: the session, the folder of stages, and what every worker is given."""

import atexit
import json
import re
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from clickgraph.errors import InputError
from clickgraph.spark.shipping import Arrays, write_arrays

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

Batches = Iterable[pa.RecordBatch]
TYPES = {
    pa.int32(): "int", pa.int64(): "bigint", pa.float64(): "double", pa.string(): "string", pa.binary(): "binary",
}  # fmt: skip
MARK = "clickgraph-input-error:"  # how an error of the user's input is known when Spark brings it to the driver


@dataclass(frozen=True, slots=True)
class Workplace:
    """A session and a folder that the driver's Spark and all workers reach.

    Each stage is written there as Parquet and read back: plans stay short, and a task that is lost is done again
    from the files of the stage before it.

    Attributes
    ----------
    spark : SparkSession
        Classic or Connect.
    base : str
        A path or URL that Spark understands.
    folder : str
        Where stages are written, inside `base`.
    local : Path
        A folder of the driver alone, where what was shipped stays to the end of this process.
    is_temporary : bool
        Whether nothing in `base` is to outlive this process.
    """

    spark: "SparkSession"
    base: str
    folder: str
    local: Path
    is_temporary: bool

    def keep(self, data: "DataFrame", name: str) -> "DataFrame":
        """Write a stage, and return it as read from there."""
        path = f"{self.folder}/{name}-{uuid.uuid4().hex[:8]}"
        data.write.parquet(path)
        return self.spark.read.schema(data.schema).parquet(path)

    def leave(self, data: "DataFrame", name: str) -> "DataFrame":
        """Write a result beside the stages, where it stays: for good, or to the end of this process."""
        path = f"{self.base}/clickgraph-{name}-{uuid.uuid4().hex}"
        data.write.parquet(path)
        if self.is_temporary:
            atexit.register(shutil.rmtree, path, ignore_errors=True)
        return self.spark.read.schema(data.schema).parquet(path)

    def ship(self, arrays: Arrays) -> str:
        """Send arrays to every worker; return the name under which :func:`receive` finds them in a task."""
        name = f"clickgraph-{uuid.uuid4().hex}"
        # It stays: every worker fetches all that was ever shipped in the session, also one that starts later.
        write_arrays(self.local / name, arrays)
        self.spark.addArtifacts(str(self.local / name), file=True)
        return name

    def table(self, data: "DataFrame") -> pa.Table:
        """Return a frame as an Arrow table; an error of the user's input as it was raised in the task."""
        with told_errors():
            return data.toArrow()


@contextmanager
def open_workplace(spark: "SparkSession", folder: str | PathLike[str] | None) -> Iterator[Workplace]:
    """Give a workplace with a folder of its own inside `folder`, removed at the end where that can be done.

    Raises
    ------
    InputError
        If there are workers on other machines and no folder is given.
    """
    if folder is None and not spark.conf.get("spark.master", "local").startswith("local"):
        raise InputError(
            "a folder that all workers reach", "none, and a session that is not local",
            "name one with folder=: on a shared file system, HDFS or an object store",
        )  # fmt: skip
    base = tempfile.gettempdir() if folder is None else str(folder).rstrip("/")
    own = f"{base}/clickgraph-{uuid.uuid4().hex}"
    local = tempfile.mkdtemp(prefix="clickgraph-")
    atexit.register(shutil.rmtree, local, ignore_errors=True)
    try:
        with told_errors():
            yield Workplace(spark, base, own, Path(local), is_temporary=folder is None)
    finally:
        shutil.rmtree(own.removeprefix("file://"), ignore_errors=True)


def in_task(work: Callable[..., Iterator[pa.RecordBatch]], **given: Any) -> Callable[[Batches], Batches]:
    """Return a function for ``mapInArrow`` that calls ``work(batches, **given)`` in a task."""
    return lambda batches: _run(batches, work=work, given=given)


def per_group(work: Callable[..., pa.Table], **given: Any) -> Callable[[pa.Table], pa.Table]:
    """Return a function for ``applyInArrow`` that calls ``work(table, **given)`` in a task."""
    # A plain function of one argument: PySpark reads annotations, and takes those of others for its own.
    return lambda table: _run_group(table, work=work, given=given)


def _run(batches: Batches, *, work: Callable[..., Iterator[pa.RecordBatch]], given: dict[str, Any]) -> Batches:
    with _marked_errors():
        yield from work(batches, **given)


def _run_group(table: pa.Table, *, work: Callable[..., pa.Table], given: dict[str, Any]) -> pa.Table:
    with _marked_errors():
        return work(table, **given)


@contextmanager
def _marked_errors() -> Iterator[None]:
    try:
        yield
    except InputError as error:
        raise RuntimeError(f"{MARK}{json.dumps([error.expected, error.found, error.hint])}\n") from None


@contextmanager
def told_errors() -> Iterator[None]:
    """Raise the InputError that a task raised, not what Spark made of it."""
    try:
        yield
    except Exception as error:
        found = re.search(re.escape(MARK) + r"(\[.*\])", str(error))
        if found is None:
            raise
        raise InputError(*json.loads(found[1])) from None


def ddl_of(schema: pa.Schema) -> str:
    """Return a schema as Spark writes it.

    Examples
    --------
    >>> ddl_of(pa.schema([("unit", pa.int32()), ("worth", pa.float64())]))
    'unit int, worth double'
    """
    return ", ".join(f"{field.name} {TYPES[field.type]}" for field in schema)


def gathered(batches: Batches, n_rows: int) -> Iterator[pa.Table]:
    """Yield the batches as tables of at least `n_rows`, the last one aside; none where there are none."""
    held: list[pa.RecordBatch] = []
    n_held = 0
    for batch in batches:
        if batch.num_rows:
            held.append(batch)
            n_held += batch.num_rows
        if n_held >= n_rows:
            yield pa.Table.from_batches(held)
            held, n_held = [], 0
    if held:
        yield pa.Table.from_batches(held)


def all_rows(batches: Batches) -> pa.Table | None:
    """Return all batches as one table of contiguous columns; None where there are no rows."""
    held = [batch for batch in batches if batch.num_rows]
    return pa.Table.from_batches(held).combine_chunks() if held else None
