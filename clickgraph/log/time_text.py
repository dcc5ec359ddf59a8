"""Times written as text: ISO 8601 in its common forms, and numbers."""

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clickgraph.errors import InputError
from clickgraph.log.nulls import say_rows
from clickgraph.log.text import printable

_NAIVE: Final = pa.timestamp("us")
_ZONED: Final = pa.timestamp("us", "UTC")
_HEAD: Final = 100
_ZONE: Final = r"[T ]\d\d.*(Z|[+-]\d\d(:?\d\d)?)$"
# What widespread tools write and Arrow does not read: a zone spelled out or set off by a space, and
# fractions finer than a microsecond.
_REPAIRS: Final = ((r"\s*(UTC|GMT|z)$", "Z"), (r"\s+([+-]\d\d:?\d\d)$", r"\1"), (r"(\.\d{6})\d+", r"\1"))


def parse_times(text: pa.ChunkedArray, *, name: str, as_floats: bool = False) -> pa.ChunkedArray:
    """Return `text` as timestamps, naive or in UTC, or as numbers where all of it is numbers.

    Parameters
    ----------
    text : pyarrow.ChunkedArray of string or large_string
        Without nulls.
    name : str
        What to call the column in an error.
    as_floats : bool, default False
        Whether whole numbers are read as double, too.

    Returns
    -------
    pyarrow.ChunkedArray
        Of timestamp[us], timestamp[us, UTC], int64 or double.

    Raises
    ------
    InputError
        Text that is no time, shown with its row; times with and without a zone in one column.

    Examples
    --------
    >>> parse_times(pa.chunked_array([["2024-05-01 10:00:00 +0200"]]), name="time").type
    TimestampType(timestamp[us, tz=UTC])
    """
    for kind in (_NAIVE, _ZONED, *(() if as_floats else (pa.int64(),)), pa.float64()):
        parsed = _cast(text, kind)
        if parsed is not None:
            return parsed
    try:
        tidy = _repair(text)
    except pa.ArrowInvalid as error:
        raise InputError(f"text in UTF-8 in {name}", printable(error)) from error
    for kind in (_NAIVE, _ZONED):
        parsed = _cast(tidy, kind)
        if parsed is not None:
            return parsed
    raise _refusal(text, tidy=tidy, name=name)


def _cast(text: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray | None:
    # Arrow words an error for every text that fails, which is slow: a few rows tell most kinds apart.
    if len(text) > _HEAD and _cast(text.slice(0, _HEAD), kind) is None:
        return None
    try:
        return text.cast(kind)
    except pa.ArrowInvalid:
        return None


def _repair(text: pa.ChunkedArray) -> pa.ChunkedArray:
    tidy = pc.utf8_trim_whitespace(text)
    for pattern, replacement in _REPAIRS:
        tidy = pc.replace_substring_regex(tidy, pattern=pattern, replacement=replacement)
    return tidy


def _refusal(text: pa.ChunkedArray, *, tidy: pa.ChunkedArray, name: str) -> InputError:
    """Return the error that fits: what is no time at all, or else the mixture."""
    zoned = pc.match_substring_regex(tidy, pattern=_ZONE).to_numpy()
    for has_zone, kind in ((True, _ZONED), (False, _NAIVE)):
        rows = np.flatnonzero(zoned == has_zone)
        position = _first_failure(tidy.take(rows), kind=kind)
        if position is not None:
            row = int(rows[position])
            found = f"'{printable(text[row].as_py())}' in {say_rows(rows[[position]])}"
            hint = "2024-05-01T10:00:00Z is read, and other forms after a conversion by, for example, pandas"
            return InputError(f"times in {name} as ISO 8601 text", found, hint)
    naive = np.flatnonzero(~zoned)
    found = f"{len(naive)} of {len(text)} without a zone, in {say_rows(naive)}"
    return InputError(f"times in {name} all with a zone, or all without", found, "add the zone that is missing")


def _first_failure(text: pa.ChunkedArray, *, kind: pa.DataType) -> int | None:
    """Return the position of the first text that is not of this kind, by halving."""
    if _cast(text, kind) is not None:
        return None
    low, high = 0, len(text)
    while high - low > 1:
        middle = (low + high) // 2
        if _cast(text.slice(low, middle - low), kind) is None:
            high = middle
        else:
            low = middle
    return low
