import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest

from clickgraph import read_events
from clickgraph.errors import InputError

START = 1_700_000_000


def log(**columns: Any) -> dict[str, Any]:
    return {"account": ["b", "a"], "content": [7, 7], "time": [START + 9, START]} | columns


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"layers": "both"}, "layers to be one of separate, merge; found 'both'"),
        ({"ignore": "press"}, "ignore to be a list of ids; found 'press'"),
        ({"ignore": 17}, "ignore to be a list of ids; found 17"),
        ({"account": "who"}, "a column 'who' as account; found the columns account, content, time"),
        ({"account": "content"}, "a column for the content; found the columns"),
        ({"timezone": "Nowhere"}, None),
    ],
)
def test_options(options: dict[str, Any], message: str | None) -> None:
    if message is None:
        read_events(log(), **options)  # Unix times need no zone
        return
    with pytest.raises(InputError, match=message):
        read_events(log(), **options)


@pytest.mark.parametrize("source", [17, None, np.eye(2), object(), {1, 2}])
def test_sources_that_hold_no_log(source: object) -> None:
    with pytest.raises(InputError, match=r"a path, a table .*; found "):
        read_events(source)


@pytest.mark.parametrize("frame", [pd.DataFrame, dict])
@pytest.mark.parametrize("column", ["account", "content", "note"])
def test_columns_of_mixed_types(frame: Any, column: str) -> None:
    with pytest.raises(InputError, match="a table that Arrow can hold; found Could not convert"):
        read_events(frame(log(**{column: [1, "b"]})))


@pytest.mark.parametrize("source", [[1, 2], ["text"], {"account": 1}, {"account": [1], "content": [1, 2]}])
def test_python_values_that_are_no_columns(source: object) -> None:
    with pytest.raises(InputError, match="a table that Arrow can hold"):
        read_events(source)


def test_integers_that_no_column_holds() -> None:
    with pytest.raises(InputError, match="a table that Arrow can hold"):
        read_events(log(account=[2**80, 1]))


def test_columns_of_one_name_in_pandas() -> None:
    frame = pd.DataFrame([["a", 7, START, START]], columns=["account", "content", "time", "time"])
    with pytest.raises(InputError, match=r"a table that Arrow can hold; found Duplicate .* a name of its own"):
        read_events(frame)


@pytest.mark.parametrize("make", [dict, lambda columns: pd.DataFrame(columns, dtype=object)])
def test_datetimes_with_and_without_zones(make: Any) -> None:
    times = [dt.datetime(2024, 5, 1), dt.datetime(2024, 5, 1, tzinfo=dt.UTC)]
    with pytest.raises(InputError, match=r"times in time all with a zone, or all without; found both"):
        read_events(make(log(time=times)))
    rows = [{"account": "a", "content": 7, "time": time} for time in times]
    with pytest.raises(InputError, match="all with a zone, or all without; found both"):
        read_events(rows)


@pytest.mark.parametrize("column", ["account", "content", "time", "action"])
def test_missing_values_where_one_is_needed(column: str) -> None:
    with pytest.raises(InputError, match=rf"every row of {column}; found 1 missing in row 1 .*drop these rows"):
        read_events(log(**{column: [None if column != "time" else START, None]}) | {column: [START, None]})


def test_a_log_that_mixes_day_and_second_clocks() -> None:
    days = np.arange(40) % 10 * 86_400 + 1_699_920_000
    seconds = 1_699_920_000 + np.arange(60) * 7_919
    times = np.concatenate([days, seconds])
    with pytest.raises(InputError, match=r"times of one clock; found .* at exactly midnight, on 10 days"):
        read_events({"account": np.arange(100), "content": np.arange(100), "time": times})


@pytest.mark.parametrize(
    ("options", "found"),
    [({"account": "x"}, "account"), ({"timezone": "UTC"}, "timezone"), ({"time": "when"}, "time")],
)
def test_names_of_columns_with_events(options: dict[str, str], found: str) -> None:
    with pytest.raises(InputError, match=f"names of columns with a table only; found {found} with Events"):
        read_events(read_events(log()), **options)


def test_no_message_reaches_a_terminal_raw() -> None:
    hostile = "\x1b]0;owned\x07"
    for source in (hostile, log(time=[hostile, hostile]), {hostile: [1]}, log(account=[1, hostile])):
        with pytest.raises((InputError, FileNotFoundError)) as caught:
            read_events(source)
        assert str(caught.value).isprintable()
