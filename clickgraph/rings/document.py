"""Rings as plain values: what JSON can carry, in a versioned form."""

import datetime
import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clickgraph.errors import InputError
from clickgraph.log.table import Table

SCHEMA = "clickgraph/rings"
SCHEMA_VERSION = 1


def rings_document(
    tables: Mapping[str, Table], *, starts: Mapping[str, NDArray[np.int64]], facts: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the document that ``rings.schema.json`` describes.

    Parameters
    ----------
    tables : mapping
        The tables of ``Rings`` by name.
    starts : mapping
        Where each ring's rows begin in each table, and where the last one's end.
    facts : mapping
        `settings`, `version`, `fingerprint` and `notices`.

    Returns
    -------
    dict
    """
    nested = {name: _without_ring(tables[name]) for name in ("members", "bursts", "evidence")}
    rings = plain(tables["summary"].to_pylist())
    for position, ring in enumerate(rings):
        for name, rows in nested.items():
            ring[name] = rows[starts[name][position] : starts[name][position + 1]]
    return {"schema": SCHEMA, "schema_version": SCHEMA_VERSION, **plain(dict(facts)), "rings": rings}


def plain(value: Any) -> Any:
    """Return `value` in what JSON knows: times as ISO 8601 texts, None for a float that is not finite.

    Examples
    --------
    >>> plain({"edge": float("nan"), "accounts": (1, "b")})
    {'edge': None, 'accounts': [1, 'b']}
    """
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, datetime.datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    return value if value is None or isinstance(value, str | int) else str(value)


def plain_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy of `settings` as it will come back from a file.

    Raises
    ------
    InputError
        If a value is none that JSON knows.

    Examples
    --------
    >>> plain_settings({"windows": ("10s", "1min")})
    {'windows': ['10s', '1min']}
    """
    try:
        copied: dict[str, Any] = json.loads(json.dumps(settings, default=_number_of_numpy))
    except TypeError as error:
        raise InputError("settings that JSON can carry", found=str(error)) from error
    return copied


def _number_of_numpy(value: object) -> object:
    if not isinstance(value, np.number):
        raise TypeError(f"a value of type {type(value).__name__}")
    return value.item()


def _without_ring(table: Table) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = plain(table.to_arrow().drop_columns("ring").to_pylist())
    return rows
