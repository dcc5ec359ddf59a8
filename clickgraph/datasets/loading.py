"""load: a public data set by its name, from a folder of yours, from the cache, or from its source."""

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet

from clickgraph.datasets.catalogue import DATA_SETS, DataSet
from clickgraph.datasets.digest import digest_of
from clickgraph.errors import InputError
from clickgraph.log.table import Table
from clickgraph.log.text import printable

VARIABLE = "CLICKGRAPH_DATA"


def available() -> Table:
    """Return the public data sets: name, about, terms, source, parts.

    Examples
    --------
    >>> available()["name"].to_pylist()[-2:]
    ['russian_coord_tweets', 'stargazers_ghost']
    """
    rows = [
        {"name": name, "about": one.about, "terms": one.terms, "source": one.source,
         "parts": " ".join(("events", *one.other_parts))}
        for name, one in DATA_SETS.items()
    ]  # fmt: skip
    return Table(pa.Table.from_pylist(rows))


def load(name: str, *, part: str = "events") -> Table:
    """Return a public data set.

    Parameters
    ----------
    name : str
        One of :func:`available`.
    part : str
        "events", or another table of the set: "accounts" of stargazers_ghost (account, ghost, stars), "contents" of
        oulad_clicks (content, activity_type).

    Returns
    -------
    Table
        Of events: account, content, time (timestamp[us, UTC]), action, and what else the set tells. It can be given
        to :func:`clickgraph.find_rings` as it is.

    Raises
    ------
    InputError
        If there is no such set or part, a folder lacks it, or its content is not what was published.
    ConnectionError
        If the source cannot be reached.
    ImportError
        If it has to be fetched and the extra ``datasets`` is not installed.

    Notes
    -----
    Where the environment variable CLICKGRAPH_DATA names a folder, ``<folder>/<name>/<part>.parquet`` is read and
    nothing is fetched. Else the files are fetched once from GitHub at a pinned commit (pooch), checked by SHA-256
    where that is known, converted, and kept in pooch's cache as Parquet. The files as published are deleted again:
    logins are replaced by hashes under a random key that is thrown away, so that no name is left on disk.
    However it came, the events are checked by their times and by how many events each account and content has; other
    parts are as good as the folder, or as the commit that they were fetched from.
    Read the terms (:func:`available`) before quoting: accounts are suspected at most, never named.

    Examples
    --------
    >>> import clickgraph as cg
    >>> stars = cg.datasets.load("stargazers_ghost")  # doctest: +SKIP
    >>> cg.find_rings(stars)  # doctest: +SKIP
    """
    one = _find(name, part)
    folder = os.environ.get(VARIABLE)
    home = _fetched(name, one) if not folder else Path(folder) / name
    path = home / f"{part}.parquet"
    if not path.is_file():
        hint = f"unset {VARIABLE} to fetch it from {one.source}"
        raise InputError(f"the data set {name} in the folder of {VARIABLE}", f"no file {path}", hint)
    try:
        table = pyarrow.parquet.ParquetFile(path).read()
    except (pa.ArrowInvalid, OSError) as error:
        raise InputError(
            "a Parquet file", f"{path}, which is damaged ({error})", "delete it to have it made anew"
        ) from error
    if part == "events":
        _check(table, one, where=str(path))
    return Table(table)


def _find(name: str, part: str) -> DataSet:
    if not isinstance(name, str) or name not in DATA_SETS:
        raise InputError(f"a data set among {', '.join(DATA_SETS)}", printable(repr(name)))
    parts = ("events", *DATA_SETS[name].other_parts)
    if part not in parts:
        raise InputError(f"a part of {name} among {', '.join(parts)}", printable(repr(part)))
    return DATA_SETS[name]


def _check(events: pa.Table, one: DataSet, *, where: str) -> None:
    hint = f"delete {where} to have it made anew; the source is {one.source}"
    try:
        found = digest_of(events)
    except (KeyError, pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        columns = ", ".join(f"{field.name} ({field.type})" for field in events.schema)
        raise InputError("events with account, content and time", f"{columns} in {where}", hint) from error
    if found != one.digest:
        raise InputError(f"events with the digest {one.digest}", f"{found} in {where}", hint)


def _fetched(name: str, one: DataSet) -> Path:
    """Return the cache's folder of a data set, filled."""
    try:
        import pooch
    except ImportError as error:
        hint = f"pip install 'clickgraph[datasets]', or let {VARIABLE} name a folder with {name}/events.parquet"
        raise ImportError(f"fetching data needs pooch: {hint}") from error
    home = Path(pooch.os_cache("clickgraph")) / f"{name}-{one.commit[:12]}"
    if not home.is_dir():
        home.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=home.parent) as room:
            _make(name, one, room=Path(room), retrieve=pooch.retrieve)
            # Whole or not at all; who came first stays.
            if not home.is_dir():
                shutil.move(Path(room) / "made", home)
    return home


def _make(name: str, one: DataSet, *, room: Path, retrieve: Callable[..., str]) -> None:
    """Fetch the files of a data set into `room`, and write its tables into ``room/made``."""
    from clickgraph.datasets.conversion import CONVERSIONS

    files = {}
    for number, (path, sha256) in enumerate(one.paths.items()):
        known = None if sha256 is None else f"sha256:{sha256}"
        try:
            files[path] = Path(retrieve(one.url(path), known_hash=known, fname=str(number), path=room / "published"))
        except OSError as error:
            hint = f"or let {VARIABLE} name a folder with {name}/events.parquet"
            raise ConnectionError(f"{one.url(path)} cannot be fetched ({error}): try again online, {hint}") from error
        except ValueError as error:  # pooch's word for a wrong checksum
            raise InputError(f"the SHA-256 {sha256} of {one.url(path)}", "another", "was it published anew?") from error
    made = CONVERSIONS[name](files)
    _check(made["events"], one, where=f"the conversion of {name}")
    (room / "made").mkdir()
    for part, table in made.items():
        pyarrow.parquet.write_table(table, room / "made" / f"{part}.parquet")
