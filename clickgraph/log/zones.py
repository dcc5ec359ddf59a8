"""Times and their zones: local times to UTC, with care for clock changes, and mixtures."""

from collections.abc import Iterable
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clickgraph.errors import InputError
from clickgraph.log.nulls import say_rows


def localise(column: pa.ChunkedArray, *, name: str, timezone: str) -> pa.ChunkedArray:
    """Return timestamps without a zone as timestamps of `timezone`.

    Raises
    ------
    InputError
        A zone that is not known; local times that a clock change skips or repeats.

    Examples
    --------
    >>> import datetime
    >>> column = pa.chunked_array([[datetime.datetime(1970, 1, 1, 1)]], pa.timestamp("us"))
    >>> localise(column, name="time", timezone="Europe/Berlin").cast(pa.int64()).to_pylist()
    [0]
    """
    try:
        first = pc.assume_timezone(column, timezone, ambiguous="earliest", nonexistent="earliest")
    except (pa.ArrowInvalid, TypeError) as error:
        hint = "zones have names like 'Europe/Berlin' or '+02:00'"
        raise InputError("a known time zone", f"timezone={timezone!r}", hint) from error
    last = pc.assume_timezone(column, timezone, ambiguous="latest", nonexistent="latest")
    # A time that exists once has one meaning, whichever choice is made for those that do not.
    rows = np.flatnonzero(pc.not_equal(first, last).to_numpy())
    if len(rows):
        local = column[int(rows[0])].as_py()
        found = f"{len(rows)} that a clock change skips or repeats, first {local} in {say_rows(rows)}"
        hint = "convert to UTC where the log is written, or drop these rows"
        raise InputError(f"times in {name} that exist once in {timezone}", found, hint)
    return first


def refuse_mixed_zones(values: Iterable[object], *, name: str) -> None:
    """Raise an InputError where Python datetimes with and without a zone are mixed.

    Arrow would silently take those without as UTC.

    Examples
    --------
    >>> refuse_mixed_zones([datetime(2024, 5, 1), None], name="time")
    """
    kinds = {value.tzinfo is None for value in values if isinstance(value, datetime)}
    if len(kinds) == 2:
        raise InputError(f"times in {name} all with a zone, or all without", "both", "add the zone that is missing")
