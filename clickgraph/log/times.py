"""Columns of times of any kind -> int64 microseconds since 1970-01-01 UTC."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clickgraph.errors import InputError
from clickgraph.log.nulls import refuse_nulls, say_rows
from clickgraph.log.time_text import parse_times
from clickgraph.log.zones import localise

_DAY: Final = 86_400_000_000
_PER_UNIT: Final = {"s": 1_000_000, "ms": 1_000, "us": 1, "ns": 1}
# Years 1 to 9999: what every table library can show, far from where int64 overflows.
_FIRST: Final = -62_135_596_800_000_000
_LAST: Final = 253_402_300_799_999_999
# The bands touch: each unit covers the years 1973 to 5138, and no number fits two of them.
_UNIX_UNITS: Final = (
    ("seconds", 1e8, "s"),
    ("milliseconds", 1e11, "ms"),
    ("microseconds", 1e14, "us"),
    ("nanoseconds", 1e17, "ns"),
)


@dataclass(frozen=True, slots=True)
class Times:
    """Microseconds since 1970-01-01 UTC (int64, one per row), what was assumed, and what they were written as."""

    values: NDArray[np.int64]
    notices: tuple[str, ...] = ()
    kind: str = "nothing"
    is_exact: bool = True


def read_times(column: pa.ChunkedArray, *, name: str, timezone: str | None = None, as_floats: bool = False) -> Times:
    """Return a column of times as microseconds since 1970-01-01 UTC.

    Parameters
    ----------
    column : pyarrow.ChunkedArray
        Timestamps of any unit with or without a zone, dates, ISO 8601 text, or Unix seconds,
        milliseconds, microseconds or nanoseconds as numbers or text.
    name : str
        What to call the column in an error.
    timezone : str, optional
        Zone of times that carry none, such as "Europe/Berlin"; UTC if not given, with a notice.
    as_floats : bool, default False
        Whether text of whole numbers is read like text of fractions, as beside such it would be.

    Returns
    -------
    Times
        `is_exact` is False where numbers were read as floats.

    Raises
    ------
    InputError
        Nulls, text that is no time, times with and without a zone in one column, local times that a
        clock change skips or repeats, numbers that are no Unix times since 1973, years beyond 9999.

    Examples
    --------
    >>> read_times(pa.chunked_array([["1970-01-01T00:00:01Z"]]), name="time").values.tolist()
    [1000000]
    """
    refuse_nulls(column, name=name)
    kind, types = column.type, pa.types
    if len(column) == 0:
        return Times(np.empty(0, np.int64))
    if types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = column.type
    if types.is_string(kind) or types.is_large_string(kind):
        column = parse_times(column, name=name, as_floats=as_floats)
        kind = column.type
        refuse_nulls(column, name=name)
    if types.is_date(kind):
        return Times(_read_dates(column, name=name), kind="dates")
    if types.is_timestamp(kind):
        return _read_timestamps(column, name=name, timezone=timezone)
    if types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind):
        return _read_unix(column, name=name)
    raise InputError(f"times in {name} (timestamps, ISO text or Unix seconds)", f"the type {kind}")


def _read_dates(column: pa.ChunkedArray, *, name: str) -> NDArray[np.int64]:
    days = column.cast(pa.date32()).cast(pa.int32()).to_numpy().astype(np.int64)
    return _scale(days, per_unit=_DAY, name=name)


def _read_timestamps(column: pa.ChunkedArray, *, name: str, timezone: str | None) -> Times:
    notices, kind = [], f"times with{'out' if column.type.tz is None else ''} a zone"
    if column.type.tz is not None and timezone is not None:
        notices.append(f"The times in {name} carry their zone, so timezone={timezone!r} was not used.")
    elif timezone is not None:
        column = localise(column, name=name, timezone=timezone)
    elif column.type.tz is None:
        notices.append(f"The times in {name} carry no zone and were taken as UTC.")
    unit, raw = column.type.unit, column.cast(pa.int64()).to_numpy()
    if unit == "ns":
        if np.any(raw % 1000):
            notices.append(f"The times in {name} are finer than a microsecond and were cut to it.")
        raw = raw // 1000
    return Times(_scale(raw, per_unit=_PER_UNIT[unit], name=name), tuple(notices), kind)


def _read_unix(column: pa.ChunkedArray, *, name: str) -> Times:
    if column.type in (pa.float16(), pa.float32()):
        raise InputError(f"Unix times in {name} as integers or float64", f"{column.type}, too coarse for seconds")
    raw = (column.cast(pa.float64()) if pa.types.is_decimal(column.type) else column).to_numpy()
    word, unit = _unix_unit(raw, name=name)
    if raw.dtype.kind == "f":
        per_unit = 0.001 if unit == "ns" else _PER_UNIT[unit]
        values = np.rint(raw * per_unit).astype(np.int64)
    else:
        values = (raw // 1000 if unit == "ns" else raw).astype(np.int64) * _PER_UNIT[unit]
    notices = (f"The numbers in {name} were taken as Unix {word}.",)
    return Times(values, notices, f"Unix {word}", is_exact=raw.dtype.kind != "f")


def _unix_unit(raw: NDArray[Any], *, name: str) -> tuple[str, str]:
    """Return the unit whose band holds every number, as a word and as Arrow writes it."""
    size = np.abs(raw.astype(np.float64))
    for word, low, unit in _UNIX_UNITS:
        if low <= size[0] < low * 1000:
            wrong = np.flatnonzero((size < low) | (size >= low * 1000))
            if len(wrong) == 0:
                return word, unit
            found = f"{raw[0]} in row 0 and {raw[wrong[0]]} in {say_rows(wrong[:1])}, {len(wrong)} such"
            raise InputError(f"Unix times of one unit in {name}", found)
    hint = "seconds, milliseconds, microseconds or nanoseconds since 1970 are told apart by their size; "
    hint += "convert other numbers to timestamps, or read the log with time=None"
    raise InputError(f"Unix times between 1973 and 5138 in {name}", f"{raw[0]} in row 0 (counted from 0)", hint)


def _scale(raw: NDArray[np.int64], *, per_unit: int, name: str) -> NDArray[np.int64]:
    """Return whole units as microseconds, or refuse years that no calendar of a computer holds."""
    wrong = np.flatnonzero((raw < _FIRST // per_unit) | (raw > _LAST // per_unit))
    if len(wrong):
        year = 1970 + raw[wrong[0]] / (365.2425 * _DAY / per_unit)
        found = f"the year {year:.0f} in {say_rows(wrong[:1])}, {len(wrong)} such"
        raise InputError(f"times in {name} of the years 1 to 9999", found, "is the unit right?")
    return raw * per_unit if per_unit > 1 else raw
