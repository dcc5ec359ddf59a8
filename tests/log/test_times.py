import datetime as dt
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clickgraph.errors import InputError
from clickgraph.log.times import Times, read_times

SECOND = 1_000_000
T0 = 1_714_557_600 * SECOND  # 2024-05-01 10:00:00 UTC
UTC = dt.UTC
NAIVE_NOTICE = "The times in time carry no zone and were taken as UTC."


def read(values: object, kind: pa.DataType | None = None, *, timezone: str | None = None) -> Times:
    return read_times(pa.chunked_array([pa.array(values, kind)]), name="time", timezone=timezone)


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "UTC", "Asia/Tokyo", "+02:00"])
def test_timestamps_of_any_unit_and_zone(unit: str, zone: str | None) -> None:
    scale = {"s": SECOND, "ms": 1000, "us": 1, "ns": 0.001}[unit]
    times = read([int(T0 / scale)], pa.timestamp(unit, zone))
    assert times.values.tolist() == [T0]
    assert times.values.dtype == np.int64
    assert times.notices == (() if zone else (NAIVE_NOTICE,))


@given(st.datetimes(dt.datetime(1, 1, 2), dt.datetime(9999, 12, 30), timezones=st.timezones()))
def test_every_moment_of_the_calendar(moment: dt.datetime) -> None:
    exact = (moment - dt.datetime(1970, 1, 1, tzinfo=UTC)) // dt.timedelta(microseconds=1)
    assert read([moment.astimezone(UTC)]).values.tolist() == [exact]


@given(st.datetimes(dt.datetime(1000, 1, 2), dt.datetime(9999, 12, 30)), st.integers(-720, 840))
def test_iso_text_gives_the_moment_it_was_written_from(moment: dt.datetime, minutes: int) -> None:
    zoned = moment.replace(tzinfo=dt.timezone(dt.timedelta(minutes=minutes)))
    assert read([zoned.isoformat()]).values.tolist() == read([zoned.astimezone(UTC)]).values.tolist()


@pytest.mark.parametrize(
    "text",
    [
        "2024-05-01T10:00:00Z", "2024-05-01 12:00:00+02:00", "2024-05-01 12:00:00 +0200",
        "2024-05-01T12:00+02", "2024-05-01 10:00:00 UTC", " 2024-05-01T10:00:00z ",
        "2024-05-01T10:00:00.000000999Z", "2024-05-01T10:00:00", "2024-05-01 10:00",
        "1714557600", "1714557600.0", "1714557600000",
    ],
)  # fmt: skip
def test_forms_of_text(text: str) -> None:
    for kind in (pa.string(), pa.large_string()):
        assert read([text], kind).values.tolist() == [T0]
    assert read_times(pa.chunked_array([pa.array([text]).dictionary_encode()]), name="time").values[0] == T0


def test_mixed_offsets_in_one_column() -> None:
    assert read(["2024-05-01T10:00:00Z", "2024-05-01T12:00:00+02:00"]).values.tolist() == [T0, T0]


@pytest.mark.parametrize("kind", [pa.date32(), pa.date64()])
def test_dates_are_midnights(kind: pa.DataType) -> None:
    times = read([dt.date(1970, 1, 2), dt.date(1969, 12, 31)], kind)
    assert times.values.tolist() == [86_400 * SECOND, -86_400 * SECOND]
    assert times.notices == ()


@pytest.mark.parametrize(
    ("word", "scale"),
    [("seconds", SECOND), ("milliseconds", 1000), ("microseconds", 1), ("nanoseconds", 0.001)],
)
def test_unix_times_are_told_apart_by_size_and_it_is_said(word: str, scale: float) -> None:
    for values in (np.array([int(T0 / scale)]), np.array([T0 / scale])):
        times = read(values)
        assert times.values.tolist() == [T0]
        assert times.notices == (f"The numbers in time were taken as Unix {word}.",)


def test_unix_seconds_of_other_types() -> None:
    assert read([1_714_557_600], pa.uint32()).values.tolist() == [T0]
    assert read([T0 * 1000], pa.uint64()).values.tolist() == [T0]
    assert read([Decimal("1714557600.25")]).values.tolist() == [T0 + 250_000]
    assert read([1_714_557_600.1]).values.tolist() == [T0 + 100_000]
    assert read([-1_714_557_600]).values.tolist() == [-T0]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([0, 1], r"Unix times between 1973 and 5138 in time; found 0 in row 0 .*time=None"),
        ([1_714_557_600, 5], r"Unix times of one unit in time; found 1714557600 in row 0 and 5 in row 1 "),
        ([1_714_557_600, 1_714_557_600_000], r"Unix times of one unit"),
        ([1.7e9, float("inf")], r"of one unit in time; found 1700000000.0 in row 0 and inf in row 1 "),
        (["20240501"], r"Unix times between 1973 and 5138"),
        ([1.7e9, float("nan")], r"a value in every row of time; found 1 missing in row 1"),
        (["1.7e9", "nan"], r"a value in every row of time; found 1 missing in row 1"),
        ([None, dt.datetime(2024, 5, 1)], r"a value in every row of time; found 1 missing in row 0"),
        (["2024-05-01", "soon"], r"ISO 8601 text; found 'soon' in row 1 \(counted from 0\)"),
        (["2024-05-01", ""], r"ISO 8601 text; found '' in row 1"),
        (["2024-05-01T10:00:00Z", "no"], r"ISO 8601 text; found 'no' in row 1"),
        (["2024-05-01T10:00:00Z", "2024-13-01T10:00:00Z", "n"], r"found '2024-13-01T10:00:00Z' in row 1"),
        (["2024-05-01T10:00:00Z", "2024-05-01T10:00:00"], r"found 1 of 2 without a zone, in row 1"),
        ([True], r"found the type bool"),
        ([dt.timedelta(1)], r"found the type duration"),
        ([dt.time(1)], r"found the type time64"),
    ],
)  # fmt: skip
def test_what_is_no_time(values: list[object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        read(values)


def test_an_offender_is_shown_escaped() -> None:
    with pytest.raises(InputError, match=r"'\\x1b\[31mred'"):
        read(["\x1b[31mred"])


def test_the_first_offender_of_many_rows_is_found() -> None:
    text = ["2024-05-01"] * 1000
    text[617] = text[800] = "never"
    with pytest.raises(InputError, match="'never' in row 617 "):
        read(text)


def test_text_that_is_not_utf8() -> None:
    broken = pa.Array.from_buffers(pa.string(), 1, pa.array([b"\xff"]).buffers())
    with pytest.raises(InputError, match="text in UTF-8 in time"):
        read_times(pa.chunked_array([broken]), name="time")


def test_float32_is_too_coarse() -> None:
    with pytest.raises(InputError, match="float64; found float, too coarse"):
        read([1.7e9], pa.float32())


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (10**13, pa.timestamp("s")), (2**63 - 1, pa.timestamp("s")), (-(2**62), pa.timestamp("ms")),
        (2**63 - 1, pa.timestamp("us", "UTC")), (2**31 - 1, pa.date32()),
    ],
)  # fmt: skip
def test_years_that_overflow(value: int, kind: pa.DataType) -> None:
    with pytest.raises(InputError, match=r"years 1 to 9999; found the year -?\d+ in row 1 .*, 1 such"):
        read([0, value], kind)


def test_nanoseconds_are_cut_and_it_is_said() -> None:
    times = read([T0 * 1000 + 999, -1], pa.timestamp("ns", "UTC"))
    assert times.values.tolist() == [T0, -1]
    assert times.notices == ("The times in time are finer than a microsecond and were cut to it.",)


def test_local_times_of_a_zone() -> None:
    local = [dt.datetime(2024, 5, 1, 12), dt.datetime(2024, 12, 1, 11)]
    utc = [dt.datetime(2024, 5, 1, 10, tzinfo=UTC), dt.datetime(2024, 12, 1, 10, tzinfo=UTC)]
    times = read(local, timezone="Europe/Berlin")
    assert times.values.tolist() == read(utc).values.tolist()
    assert times.notices == ()
    assert read(["2024-05-01 12:00"], timezone="Europe/Berlin").values.tolist() == [T0]


@pytest.mark.parametrize("local", [dt.datetime(2021, 3, 28, 2, 30), dt.datetime(2021, 10, 31, 2, 30)])
def test_local_times_in_a_clock_change(local: dt.datetime) -> None:
    with pytest.raises(InputError, match=f"exist once in Europe/Berlin; found 1 .* first {local} in row 1 "):
        read([dt.datetime(2021, 5, 1), local], timezone="Europe/Berlin")


@pytest.mark.parametrize("timezone", ["Mars/Olympus", "", 3])
def test_zones_that_nobody_knows(timezone: str) -> None:
    with pytest.raises(InputError, match="a known time zone; found timezone="):
        read([dt.datetime(2021, 5, 1)], timezone=timezone)


def test_a_zone_that_is_not_needed_is_said() -> None:
    times = read(["2024-05-01T10:00:00Z"], timezone="Europe/Berlin")
    assert times.values.tolist() == [T0]
    assert times.notices == ("The times in time carry their zone, so timezone='Europe/Berlin' was not used.",)


def test_no_rows_are_no_error() -> None:
    for kind in (pa.null(), pa.string(), pa.timestamp("s"), pa.float64()):
        assert read([], kind).values.tolist() == []
