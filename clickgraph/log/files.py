"""Tables from files: Parquet, folders of Parquet, CSV, Feather and Arrow."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import pyarrow as pa

from clickgraph.errors import InputError
from clickgraph.log.parquet import ParquetLog, first_line, open_parquet
from clickgraph.log.text import printable

_CSV: Final = (".csv", ".csv.gz", ".tsv", ".tsv.gz")
_SUFFIXES: Final = (".parquet", ".feather", ".arrow", *_CSV)


def read_file(path: Path) -> pa.Table:
    """Return the table in a file, or in a folder of Parquet files.

    A CSV has no types, so its columns stay text (leading zeros survive), and a cell with nothing in it,
    not even quotes, is a missing value.

    Parameters
    ----------
    path : Path
        ``.parquet``, ``.csv``, ``.tsv`` (both also ``.gz``), ``.feather``, ``.arrow``, or a folder.

    Raises
    ------
    FileNotFoundError
        Nothing there.
    InputError
        A suffix that is not known, a file that is not what its name says, a folder without Parquet.
    """
    shown = _refuse_nothing(path)
    if is_parquet(path):
        return open_log([path]).read()
    reader = _reader(path.name.lower(), shown=shown)
    try:
        return reader(path)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        hint = "is it whole, and does its name end as it should?"
        raise InputError("a file that is what its name says", f"{shown}: {first_line(error)}", hint) from error


def is_parquet(path: Path) -> bool:
    """Return whether a path is a Parquet file by its name, or a folder.

    Examples
    --------
    >>> is_parquet(Path("log.PARQUET")), is_parquet(Path("log.csv"))
    (True, False)
    """
    return path.is_dir() or path.name.lower().endswith(".parquet")


def open_log(paths: Sequence[Path]) -> ParquetLog:
    """Return Parquet files, or one folder of them, as a log whose rows are not read yet.

    Raises
    ------
    FileNotFoundError
        Nothing at one of the paths.
    InputError
        A folder without Parquet, a folder among several files, a file that is not what its name says, files of
        different columns.
    """
    shown = ", ".join([_refuse_nothing(path) for path in paths][:3]) + (", ..." if len(paths) > 3 else "")
    if len(paths) == 1 and paths[0].is_dir():
        return _open_folder(paths[0], shown=shown)
    others = [path for path in paths if path.is_dir() or not is_parquet(path)]
    if others or not paths:
        raise InputError("Parquet files, or one folder", printable(others[0], width=200) if others else "no file")
    try:
        return open_parquet(paths, shown=shown)
    except (pa.ArrowException, OSError) as error:
        hint = "is it whole, and does its name end as it should?"
        raise InputError("a file that is what its name says", f"{shown}: {first_line(error)}", hint) from error


def _open_folder(folder: Path, *, shown: str) -> ParquetLog:
    paths = sorted(folder.rglob("*.parquet"))
    if not paths:
        raise InputError("Parquet files in the folder", f"none that ends in .parquet in {shown}")
    try:
        return open_parquet(paths, shown=shown, folder=folder)
    except (pa.ArrowException, OSError) as error:
        raise InputError(f"readable Parquet files in {shown}", first_line(error)) from error


def _refuse_nothing(path: Path) -> str:
    shown = printable(path, width=200)
    if not path.exists():
        raise FileNotFoundError(f"expected a file or folder; found nothing at {shown}")
    return shown


def _reader(name: str, *, shown: str) -> Callable[[Path], pa.Table]:
    if name.endswith(_CSV):
        return _read_csv
    if name.endswith((".feather", ".arrow")):
        return _read_arrow
    raise InputError(f"a file that ends in {', '.join(_SUFFIXES)}, or a folder", shown)


def _read_csv(path: Path) -> pa.Table:
    from pyarrow import csv

    delimiter = "\t" if ".tsv" in path.name.lower()[-7:] else ","
    parsing = csv.ParseOptions(delimiter=delimiter, newlines_in_values=True)
    with _open(path) as file, csv.open_csv(file, parse_options=parsing) as stream:
        names = stream.schema.names
    if len(names) == 1 and (other := set(names[0]) & set(";|\t,") - {delimiter}):
        raise InputError(f"columns separated by {delimiter!r}", f"one column, with {min(other)!r} in its name")
    as_text = csv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.string()),
        null_values=[""],
        strings_can_be_null=True,
        quoted_strings_can_be_null=False,
    )
    with _open(path) as file:
        return csv.read_csv(file, parse_options=parsing, convert_options=as_text)


def _open(path: Path) -> pa.NativeFile:
    return pa.input_stream(path, compression="gzip" if path.suffix.lower() == ".gz" else None)


def _read_arrow(path: Path) -> pa.Table:
    try:
        with pa.ipc.open_file(path) as file:
            return file.read_all()
    except pa.ArrowInvalid:
        with pa.ipc.open_stream(path) as stream:
            return stream.read_all()
