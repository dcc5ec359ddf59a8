"""export: rings as one file for another program."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Literal, get_args

import pyarrow as pa

from clickgraph.errors import InputError
from clickgraph.log.table import Table
from clickgraph.log.text import printable
from clickgraph.rings.display import count_of
from clickgraph.rings.formats import write_table
from clickgraph.rings.model import Rings
from clickgraph.rings.storage import replaced_whole
from clickgraph.views.labels import clean_labels
from clickgraph.views.network_files import write_gexf, write_graphml
from clickgraph.views.networks import act_network, tie_network
from clickgraph.views.pseudonyms import Pseudonyms, with_pseudonyms

ExportFormat = Literal["gexf", "graphml", "csv", "parquet", "json"]
TableName = Literal["summary", "members", "bursts", "acts", "ties", "evidence"]
NetworkName = Literal["ties", "acts"]
CELL = 32_000  # characters; spreadsheets hold 32,767 in a cell


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written.

    Attributes
    ----------
    path : Path
        The file.
    n_cleaned : int
        Different labels that had to be cleaned: control characters made visible, huge ones shortened.
    """

    path: Path
    n_cleaned: int

    def __str__(self) -> str:
        """Say it in a sentence."""
        cleaned = f"; {count_of(self.n_cleaned, 'label')} had to be cleaned" if self.n_cleaned else ""
        return f"wrote {printable(self.path, width=1000)}{cleaned}"


def export(
    rings: Rings,
    path: str | PathLike[str],
    *,
    format: ExportFormat | None = None,  # noqa: A002
    table: TableName = "members",
    network: NetworkName = "ties",
    pseudonyms: Pseudonyms = None,
) -> Exported:
    """Write rings as one file for another program, whole or not at all.

    Parameters
    ----------
    rings : Rings
        A result.
    path : path
        The file; an older one is replaced.
    format : {"gexf", "graphml", "csv", "parquet", "json"}, optional
        By default what the name of the file ends in. GEXF (for Gephi) and GraphML hold a network, CSV and
        Parquet one table; JSON holds the rings with members, bursts and evidence, of the versioned schema
        ``rings/rings.schema.json``.
    table : {"summary", "members", "bursts", "acts", "ties", "evidence"}
        Which table goes into CSV or Parquet.
    network : {"ties", "acts"}
        Which network goes into GEXF or GraphML: accounts and the ties between them, weighted by bits; or
        accounts and contents, weighted by the acts inside bursts.
    pseudonyms : bytes, str, True or None
        A key of 16 bytes or more replaces all ids by pseudonyms, the same in every export with this key;
        True takes a random key and forgets it.

    Returns
    -------
    Exported
        The path, and how many labels were cleaned: in GEXF, GraphML and CSV control characters become
        visible escapes, and labels are cut to 1,000 (a cell to 32,000) characters. A CSV cell never starts
        a formula. Parquet and JSON keep ids as they are. The same rings give the same bytes.

    Raises
    ------
    InputError
        If the format is unknown, the path is a folder, or the key is too short.

    Examples
    --------
    >>> import tempfile, clickgraph as cg
    >>> world = cg.simulate("phone-farm", n_accounts=60, n_organic_accounts=1000, n_organic_events=10000, rng=1)
    >>> rings = cg.find_rings(world.events)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     cg.export(rings, f"{folder}/rings.gexf", pseudonyms=True).n_cleaned
    0
    """
    target = Path(path).resolve()
    write = WRITERS[_format_of(target, format)]
    _check_choice("table", table, get_args(TableName))
    _check_choice("network", network, get_args(NetworkName))
    if target.is_dir():
        raise InputError("a file to write to", f"the folder {target}", "Rings.write fills a folder")
    hidden = with_pseudonyms(rings, pseudonyms)
    with replaced_whole(target) as partial:
        n_cleaned = write(hidden, partial, table if write in (_write_csv, _write_parquet) else network)
    return Exported(target, n_cleaned)


def _format_of(path: Path, given: str | None) -> str:
    name = path.suffix.removeprefix(".").lower() if given is None else given
    _check_choice("format", name, get_args(ExportFormat))
    return name


def _check_choice(what: str, given: object, choices: tuple[str, ...]) -> None:
    if given not in choices:
        hint = "the end of the file's name tells it where format= does not" if what == "format" else ""
        raise InputError(f"{what} {', '.join(choices[:-1])} or {choices[-1]}", repr(given), hint)


def _write_gexf(rings: Rings, path: Path, network: str) -> int:
    made = tie_network(rings) if network == "ties" else act_network(rings)
    write_gexf(made, path)
    return made.n_cleaned


def _write_graphml(rings: Rings, path: Path, network: str) -> int:
    made = tie_network(rings) if network == "ties" else act_network(rings)
    write_graphml(made, path)
    return made.n_cleaned


def _write_csv(rings: Rings, path: Path, table: str) -> int:
    data, n_cleaned = getattr(rings, table).to_arrow(), 0
    for at, field in enumerate(data.schema):
        if not (pa.types.is_primitive(field.type) or pa.types.is_null(field.type)):
            labels = clean_labels(data.column(at), width=CELL)
            data = data.set_column(at, field.name, labels.texts)
            n_cleaned += labels.n_cleaned
    write_table(Table(data), path, format="csv")
    return n_cleaned


def _write_parquet(rings: Rings, path: Path, table: str) -> int:
    write_table(getattr(rings, table), path, format="parquet")
    return 0


def _write_json(rings: Rings, path: Path, _part: str) -> int:
    with path.open("w", encoding="ascii", newline="\n") as file:
        json.dump(rings.to_dict(), file)
        file.write("\n")
    return 0


WRITERS: dict[str, Callable[[Rings, Path, str], int]] = {
    "gexf": _write_gexf,
    "graphml": _write_graphml,
    "csv": _write_csv,
    "parquet": _write_parquet,
    "json": _write_json,
}
