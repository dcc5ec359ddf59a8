"""ParquetLog: Parquet files that are one log, read at once or batch by batch."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from clickgraph.errors import InputError
from clickgraph.log.text import printable

BATCH: Final = 1 << 17  # rows at most
_LEAST: Final = 1 << 12  # rows at least, and of the look at the first
_BATCH_BYTES: Final = 12 * 2**20  # decoded: one batch is read while another is coded, and each has copies


@dataclass(frozen=True, slots=True)
class Part:
    """One file: its path, its rows, and the values that the names of its folders give to all of them."""

    path: Path
    n_rows: int
    constants: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ParquetLog:
    """Files with the same columns, in the order of their rows.

    Attributes
    ----------
    parts : tuple of Part
        The files.
    schema : pyarrow.Schema
        The columns, those from names of folders (``year=2024``) included; the types are those of the first file.
    shown : str
        What to call the files in an error.
    """

    parts: tuple[Part, ...]
    schema: pa.Schema
    shown: str

    @property
    def n_rows(self) -> int:
        """Number of rows of all files."""
        return sum(part.n_rows for part in self.parts)

    def read(self) -> pa.Table:
        """Return all rows at once."""
        return pa.concat_tables(self.batches(self.schema.names, n_rows=1 << 20)).combine_chunks()

    def batches(self, names: Sequence[str], *, n_rows: int | None = None) -> Iterator[pa.Table]:
        """Yield the columns `names`, some rows at a time; a log without rows is one empty batch.

        By default as many rows as the first ones, decoded, let fit into a dozen megabytes.

        Raises
        ------
        InputError
            A file that cannot be read, or whose types do not fit those of the first.
        """
        schema = pa.schema([self.schema.field(name) for name in names])
        try:
            n_rows = n_rows or self._rows_that_fit(schema)
            for part in self.parts:
                yield from _read_part(part, schema, n_rows=n_rows)
        except (pa.ArrowException, OSError) as error:
            raise InputError(f"readable Parquet files in {self.shown}", first_line(error)) from error
        if self.n_rows == 0:
            yield schema.empty_table()

    def _rows_that_fit(self, schema: pa.Schema) -> int:
        first = next((part for part in self.parts if part.n_rows), None)
        if first is None:
            return BATCH
        look = next(_read_part(first, schema, n_rows=_LEAST))
        fit = int(_BATCH_BYTES * len(look) // max(1, look.nbytes))
        return min(BATCH, max(_LEAST, fit))

    def identity(self) -> list[list[Any]]:
        """Return what changes when a file does: path, bytes, time of the last change, rows."""
        stats = [part.path.stat() for part in self.parts]
        return [
            [str(part.path.resolve()), stat.st_size, stat.st_mtime_ns, part.n_rows]
            for part, stat in zip(self.parts, stats, strict=True)
        ]


def open_parquet(paths: Sequence[Path], *, shown: str, folder: Path | None = None) -> ParquetLog:
    """Return Parquet files as one log; their rows are not read yet.

    Parameters
    ----------
    paths : sequence of Path
        The files, in order.
    shown : str
        What to call them in an error.
    folder : Path, optional
        Where names of folders like ``year=2024`` begin to be columns; nowhere by default.

    Raises
    ------
    InputError
        Files of different columns.
    """
    import pyarrow.dataset as ds

    partitioning = {} if folder is None else {"partitioning": "hive", "partition_base_dir": str(folder)}
    data = ds.dataset(list(paths), format="parquet", **partitioning)
    parts: list[Part] = []
    first: list[str] = []
    for path, fragment in zip(paths, data.get_fragments(), strict=True):
        names = fragment.physical_schema.names
        first = first or names
        if names != first:
            found = f"other ones in {printable(path.name)} than in {printable(paths[0].name)}"
            raise InputError(f"the same columns in every file of {shown}", found, "pass one file")
        parts.append(Part(path, fragment.metadata.num_rows, ds.get_partition_keys(fragment.partition_expression)))
    return ParquetLog(tuple(parts), data.schema.remove_metadata(), shown)


def first_line(error: Exception) -> str:
    r"""Return the first line of what an error says, safe to show.

    Examples
    --------
    >>> first_line(OSError("broken\nat line 3"))
    'broken'
    """
    return printable(str(error).partition("\n")[0], width=200)


def _read_part(part: Part, schema: pa.Schema, *, n_rows: int) -> Iterator[pa.Table]:
    import pyarrow.parquet as pq

    # Without pre-buffering: it would hold the bytes of whole row groups.
    with pq.ParquetFile(part.path, pre_buffer=False) as file:
        stored = [name for name in schema.names if name not in part.constants]
        for batch in file.iter_batches(batch_size=n_rows, columns=stored):
            columns = {name: batch.column(name) for name in stored}
            columns |= {
                name: pa.repeat(pa.scalar(value, schema.field(name).type), batch.num_rows)
                for name, value in part.constants.items()
                if name in schema.names
            }
            yield pa.table({name: columns[name] for name in schema.names}).cast(schema)
