"""The commands that show a result to others: ``clickgraph report`` and ``clickgraph export``."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

import clickgraph
from clickgraph.cli_errors import command, shown

FOLDER = click.Path(path_type=Path, file_okay=False)
FILE = click.Path(path_type=Path, dir_okay=False)


def _pseudonyms(function: Callable[..., None]) -> Callable[..., None]:
    """Add the two options that hide ids."""
    flag = click.option("--pseudonyms", is_flag=True, help="Replace all ids, by a random key that is thrown away.")
    key = click.option("--key-file", type=FILE, help="Replace all ids, by the key of 16 bytes or more in this file.")
    return flag(key(function))


def _read_key(pseudonyms: bool, key_file: Path | None) -> Any:
    # A key on the command line could be read by every process of the machine.
    if key_file is not None:
        return key_file.read_bytes().rstrip(b"\r\n")
    return True if pseudonyms else None


@click.command()
@click.argument("folder", type=FOLDER)
@click.option("--out", type=FILE, required=True, help="The page: report.html; an older one is replaced.")
@click.option("--title", help="Of the page.")
@click.option("--most-rings", type=click.IntRange(min=0), help="How many of the best rings get a card.")
@_pseudonyms
@command
def report(folder: Path, out: Path, pseudonyms: bool, key_file: Path | None, **given: Any) -> None:
    """Write the rings in FOLDER as one HTML page that opens from disk without any request."""
    rings = clickgraph.read_rings(folder)
    options = {name: value for name, value in given.items() if value is not None}
    path = clickgraph.write_report(rings, out, pseudonyms=_read_key(pseudonyms, key_file), **options)
    click.echo(f"wrote {shown(path)}", err=True)


@click.command()
@click.argument("folder", type=FOLDER)
@click.option("--out", type=FILE, required=True, help="The file: .gexf, .graphml, .csv, .parquet or .json.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["gexf", "graphml", "csv", "parquet", "json"]),
    help="Where its name does not tell.",
)
@click.option(
    "--table",
    type=click.Choice(["summary", "members", "bursts", "acts", "ties", "evidence"]),
    default="members",
    show_default=True,
    help="What goes into CSV or Parquet.",
)
@click.option(
    "--network",
    type=click.Choice(["ties", "acts"]),
    default="ties",
    show_default=True,
    help="What goes into GEXF or GraphML.",
)
@_pseudonyms
@command
def export(folder: Path, out: Path, format_: Any, pseudonyms: bool, key_file: Path | None, **given: Any) -> None:
    """Write the rings in FOLDER as one file for another program, such as Gephi."""
    rings = clickgraph.read_rings(folder)
    written = clickgraph.export(rings, out, format=format_, pseudonyms=_read_key(pseudonyms, key_file), **given)
    click.echo(str(written), err=True)
