"""Rings on disk: a folder with a file per table and ``rings.json``, whole or not at all."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from os import PathLike
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet

from clickgraph.errors import InputError
from clickgraph.log.table import Table
from clickgraph.rings.formats import Format, check_format, write_table

MANIFEST = "rings.json"
SCHEMA = "clickgraph/rings-folder"
SCHEMA_VERSION = 1
AGAIN = "name another folder, or delete this one first"


def write_tables(
    folder: str | PathLike[str],
    tables: Mapping[str, Table],
    *,
    facts: Mapping[str, Any],
    format: Format = "parquet",  # noqa: A002
) -> None:
    """Write tables and facts to a folder, whole or not at all.

    Parameters
    ----------
    folder : path
        Made where it is missing; an older result there is replaced.
    tables : mapping of str to Table
        One file each, called by its name.
    facts : mapping
        What JSON can carry; goes into ``rings.json``.
    format : {"parquet", "csv", "json"}
        Of the tables.

    Raises
    ------
    InputError
        If the format is unknown, or `folder` is a file or holds anything but a result.
    """
    check_format(format)
    target = check_replaceable(folder)
    manifest = {
        "schema": SCHEMA, "schema_version": SCHEMA_VERSION, "format": format, "tables": list(tables), **facts
    }  # fmt: skip
    with replaced_whole(target) as partial:
        partial.mkdir()
        for name, table in tables.items():
            write_table(table, partial / f"{name}.{format}", format=format)
        (partial / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="ascii")


def read_tables(
    folder: str | PathLike[str], *, names: Sequence[str], facts: Sequence[str]
) -> tuple[dict[str, Table], dict[str, Any]]:
    """Return the tables `names` and the `facts` that :func:`write_tables` wrote to a folder as Parquet.

    Parameters
    ----------
    folder : path
        The folder.
    names, facts : sequence of str
        What to read: the tables, and the entries of ``rings.json``.

    Raises
    ------
    InputError
        If the folder holds no result, one of another schema version or format, or a part is missing or
        damaged.
    """
    source = Path(folder)
    manifest = _read_manifest(source)
    _check_manifest(manifest, source=source, facts=facts)
    return {name: _read_table(source, name=name) for name in names}, {name: manifest[name] for name in facts}


@contextmanager
def replaced_whole(target: Path) -> Iterator[Path]:
    """Give a free path beside `target`; what the block puts there takes the place of `target` at its end.

    Where the block fails, `target` stays as it was and nothing else is left.

    Parameters
    ----------
    target : Path
        A file or a folder, there or not; its parents are made.

    Yields
    ------
    Path
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    # A folder of our own, on the same file system, so that a rename is all that is left to do.
    workplace = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name[:40]}."))
    try:
        yield workplace / "new"
        _swap(workplace / "new", target, workplace / "old")
    finally:
        shutil.rmtree(workplace)


def _swap(new: Path, target: Path, old: Path) -> None:
    if not target.is_dir():
        os.replace(new, target)
        return
    target.rename(old)  # no system call replaces a folder that is not empty
    try:
        new.rename(target)
    except BaseException:
        old.rename(target)
        raise


def check_replaceable(folder: str | PathLike[str]) -> Path:
    """Return the path that :func:`write_tables` would write to, links followed.

    Worth a call before a long search, whose result would have no place to go.

    Raises
    ------
    InputError
        If `folder` is a file or holds anything but an older result.
    """
    target = Path(folder).resolve()
    if target.exists():
        _check_contents(target)
    return target


def _check_contents(target: Path) -> None:
    if not target.is_dir():
        raise InputError("a folder to write to", found=f"the file {target}", hint="name a folder")
    present = {path.name for path in target.iterdir()}
    if not present:
        return
    if MANIFEST not in present:
        raise InputError(
            "a new or empty folder, or an older result of clickgraph",
            found=f"{target} with {_listed(present)}",
            hint=AGAIN,
        )
    manifest = _read_manifest(target)
    written = {f"{name}.{manifest.get('format')}" for name in manifest.get("tables", [])} | {MANIFEST}
    if present - written:
        raise InputError(
            "nothing but an older result in the folder that is to be replaced",
            found=f"{target} with {_listed(present - written)}",
            hint=AGAIN,
        )


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names)[:3]) + (" and more" if len(names) > 3 else "")


def _read_manifest(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    if not path.is_file():
        raise InputError(
            f"a folder that holds {MANIFEST}",
            found=f"{folder}{' without it' if folder.is_dir() else ', which is no folder'}",
            hint="name the folder that Rings.write made",
        )
    try:
        manifest = json.loads(path.read_bytes())
    except ValueError:
        manifest = None
    if not isinstance(manifest, dict) or manifest.get("schema") != SCHEMA:
        raise InputError(f"{MANIFEST} to be of the schema {SCHEMA!r}", found=f"another file at {path}")
    return manifest


def _check_manifest(manifest: Mapping[str, Any], *, source: Path, facts: Sequence[str]) -> None:
    if manifest.get("schema_version") != SCHEMA_VERSION:
        raise InputError(
            f"schema_version {SCHEMA_VERSION} in {source / MANIFEST}",
            found=repr(manifest.get("schema_version")),
            hint=f"it was written by clickgraph {manifest.get('version', 'of an unknown version')}",
        )
    if manifest.get("format") != "parquet":
        raise InputError(
            "a result that was written as Parquet",
            found=f"format {manifest.get('format')!r} in {source}",
            hint='only format="parquet" keeps every type and can be read back',
        )
    missing = [name for name in facts if name not in manifest]
    if missing:
        raise InputError(f"{', '.join(facts)} in {source / MANIFEST}", found=f"no {', '.join(missing)}")


def _read_table(folder: Path, *, name: str) -> Table:
    path = folder / f"{name}.parquet"
    try:
        # As a file, not as a data set: a folder called year=2024 must not become a column.
        return Table(pa.parquet.ParquetFile(path).read())
    except FileNotFoundError:
        found = "no such file"
    except (pa.ArrowInvalid, OSError) as error:
        found = f"a damaged file ({error})"
    raise InputError(f"the table {name} at {path}", found=found, hint="the folder is not whole: write it again")
