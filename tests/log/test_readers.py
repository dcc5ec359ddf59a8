import uuid
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clickgraph import Events, Table, read_events
from clickgraph.log import sources

START = 1_700_000_000
ROW = st.fixed_dictionaries(
    {
        "account": st.sampled_from("abcde"),
        "content": st.integers(0, 4),
        "time": st.integers(START, START + 5),
        "action": st.sampled_from(["like", "share"]),
        "post": st.sampled_from(["p", "q", None]),
        "language": st.sampled_from(["de", "en"]),
    }
)
LOGS = st.lists(ROW, min_size=1, max_size=30)
SCHEMA = pa.schema(
    [("account", pa.string()), ("content", pa.int64()), ("time", pa.int64())]
    + [(name, pa.string()) for name in ("action", "post", "language")]
)


def read_rows(rows: list[dict[str, Any]], **options: Any) -> Events:
    return read_events(pa.Table.from_pylist(rows, SCHEMA), **options)


def same(one: Events, other: Events) -> bool:
    return one.fingerprint == other.fingerprint and one.columns.equals(other.columns)


@given(LOGS, st.randoms())
def test_shuffling_the_log_changes_nothing(rows: list[dict[str, Any]], random: Any) -> None:
    shuffled = random.sample(rows, len(rows))
    assert same(read_rows(rows), read_rows(shuffled))


@given(LOGS)
def test_equal_to_sorting_the_distinct_rows(rows: list[dict[str, Any]]) -> None:
    events = read_rows(rows)
    names = ("content", "time", "account", "action", "post")
    distinct = {tuple(row[name] for name in names) for row in rows}
    expected = sorted(distinct, key=lambda row: (*row[:4], row[4] or "z"))
    table = events.to_table()
    found = zip(
        table["content"].to_pylist(), (events.time // 1_000_000).tolist(),
        table["account"].to_pylist(), table["action"].to_pylist(), strict=True,
    )  # fmt: skip
    assert list(found) == [row[:4] for row in expected]
    assert events.n_repeats == len(rows) - len(distinct)


@given(LOGS)
def test_one_act_is_one_account_with_one_post(rows: list[dict[str, Any]]) -> None:
    events = read_rows(rows)
    assert events.act_code is not None
    names = ("content", "time", "account", "action", "post")
    distinct = {tuple(row[name] for name in names) for row in rows}
    named = {(row[2], row[4]) for row in distinct if row[4] is not None}
    unnamed = [row for row in distinct if row[4] is None]
    assert len(np.unique(events.act_code)) == len(named) + len(unnamed)
    assert events.act_code.max(initial=-1) == len(named) + len(unnamed) - 1
    for act in np.unique(events.act_code):
        assert len(np.unique(events.account_code[events.act_code == act])) == 1
    keys = (events.act_code, events.action_code, events.account_code, events.time, events.content_code)
    assert np.array_equal(np.lexsort(keys), np.arange(len(events)))


@given(LOGS)
def test_renaming_keeps_the_structure(rows: list[dict[str, Any]]) -> None:
    events = read_rows(rows)
    turned = {"a": "z", "b": "y", "c": "x", "d": "w", "e": "v"}
    renamed = read_rows([row | {"account": turned[row["account"]]} for row in rows])
    last = events.n_accounts - 1
    mine = set(zip(events.account_code, events.content_code, events.time, events.action_code, strict=True))
    theirs = zip(last - renamed.account_code, renamed.content_code, renamed.time, renamed.action_code, strict=True)
    assert mine == set(theirs)


@given(LOGS)
def test_what_is_read_can_be_read_again(rows: list[dict[str, Any]]) -> None:
    events = read_rows(rows)
    again = read_events(events.to_table())
    assert same(again, events)
    assert again.n_repeats == 0


def log(**columns: Any) -> dict[str, Any]:
    return {"account": ["b", "a"], "content": [7, 7], "time": [START + 9, START]} | columns


def test_every_kind_of_table_holds_the_same_log() -> None:
    frame = pd.DataFrame(log())
    polars_frame = pl.DataFrame(log())
    tables = [
        frame, frame.set_index(np.array([5, 4])), frame.astype({"account": "category"}),
        polars_frame, polars_frame.lazy(), polars_frame.with_columns(pl.col("account").cast(pl.Categorical)),
        pa.table(log()), pa.table(log()).to_reader(), Table(pa.table(log())), log(),
        [{"account": "b", "content": 7, "time": START + 9}, {"account": "a", "content": 7, "time": START}],
        duckdb.sql(f"select 'b' account, 7 content, {START + 9} time union all select 'a', 7, {START}"),
    ]  # fmt: skip
    assert {read_events(table).fingerprint for table in tables} == {read_events(log()).fingerprint}
    for table in tables:
        if not isinstance(table, pa.RecordBatchReader):
            assert read_events(table).columns.column_names == []


def test_codes_times_and_ids() -> None:
    events = read_events(log())
    assert events.account_ids.to_pylist() == ["a", "b"]
    assert events.content_ids.to_pylist() == [7]
    assert events.account_code.tolist() == [0, 1]
    assert events.time.tolist() == [START * 1_000_000, (START + 9) * 1_000_000]
    assert [array.dtype for array in (events.account_code, events.content_code, events.action_code)] == ["int32"] * 3
    assert events.action_ids.to_pylist() == ["act"]
    assert events.act_code is None
    assert events.clock == 1_000_000
    assert not any(array.flags.writeable for array in (events.account_code, events.content_code, events.time))


def test_columns_are_named_where_they_are_not_recognised() -> None:
    source = {"wer": ["a"], "was": ["x"], "wann": [START], "wie": ["like"], "womit": [1]}
    events = read_events(source, account="wer", content="was", time="wann", action="wie", post="womit")
    assert events.action_ids.to_pylist() == ["like"]
    assert events.columns.column_names == []
    assert not [notice for notice in events.notices if "names" in notice]


def test_recognised_columns_are_said() -> None:
    events = read_events({"user_id": [1], "video_id": [2], "timestamp": [START]}, account="user_id")
    assert "Taken from the names of the columns: video_id as the content, timestamp as the time." in events.notices


def test_coortweets_own_columns() -> None:
    source = {"object_id": ["o", "o"], "account_id": ["a", "a"], "content_id": ["c", "c"]}
    events = read_events(source | {"timestamp_share": [START, START + 1]})
    assert events.content_ids.to_pylist() == ["o"]
    assert events.act_code is not None
    assert events.act_code.tolist() == [0, 0]


def test_without_a_clock() -> None:
    events = read_events(log(time=["whatever", "it says"]), time=None)
    assert events.clock is None
    assert events.time.tolist() == [0, 0]
    assert events.columns.column_names == ["time"]
    assert events.to_table().columns == ["account", "content", "action", "time"]


def test_actions_are_layers_or_one() -> None:
    source = log(account=["a", "a"], time=[START, START], action=["like", "share"])
    apart = read_events(source)
    assert apart.action_ids.to_pylist() == ["like", "share"]
    assert apart.action_code.tolist() == [0, 1]
    merged = read_events(source, layers="merge")
    assert merged.action_ids.to_pylist() == ["any"]
    assert len(merged) == merged.n_repeats == 1
    assert merged.notices[-1] == "Exact repeats dropped: 1."


def test_other_columns_follow_the_rows() -> None:
    events = read_events(log(language=["en", "de"], weight=[1.5, 2.5]))
    assert events.columns.to_pylist() == [
        {"language": "de", "weight": 2.5},
        {"language": "en", "weight": 1.5},
    ]


def test_columns_named_like_a_role_that_another_has() -> None:
    events = read_events(log(user=["u", "v"], time_=[1, 2]), account="user")
    assert events.to_table().columns == ["account", "content", "time", "action", "account_", "time_"]


def test_two_accounts_never_share_an_act() -> None:
    events = read_events(log(post=["p", "p"]))
    assert events.act_code is not None
    assert events.act_code.tolist() == [0, 1]


def test_ignored_ids_leave_no_trace() -> None:
    source = {"account": ["a", "press", "b"], "content": [7, 8, 9], "time": [START, START, START + 1]}
    events = read_events(source, ignore=["press", 9, "nobody\x1b"])
    assert events.account_ids.to_pylist() == ["a"]
    assert events.content_ids.to_pylist() == [7]
    assert len(events) == 1
    assert events.notices[-2:] == (
        "Left out with 2 ignored accounts or contents: 2 events.",
        "Ids to ignore that are not in the log: nobody\\x1b (1 in all).",
    )


def test_ids_to_ignore_may_be_typed_as_text() -> None:
    key = uuid.UUID(int=5)
    source = {"account": [17, 18], "content": [str(key), "x"], "time": [START, START]}
    assert read_events(source, ignore=np.array(["17"])).account_ids.to_pylist() == [18]
    assert read_events(source, ignore=[key]).content_ids.to_pylist() == ["x"]
    assert len(read_events(source, ignore={17, 18})) == 0


def test_events_come_back_as_they_are_unless_something_is_asked() -> None:
    events = read_events(log(action=["like", "share"], language=["en", "de"], post=["p", "q"]))
    assert read_events(events) is events
    assert read_events(events, ignore=["b"]).to_table().to_pylist()[0]["account"] == "a"
    assert read_events(events, layers="merge").action_ids.to_pylist() == ["any"]
    assert read_events(events, time=None).clock is None
    assert same(read_events(events, ignore=["nobody"]), events)


@pytest.mark.parametrize("kind", [pa.null(), pa.string(), pa.float64()])
def test_an_empty_log_is_no_error(kind: pa.DataType) -> None:
    empty = pa.array([], kind)
    events = read_events({"account": empty, "content": empty, "time": empty, "post": empty})
    assert len(events) == events.n_accounts == events.n_contents == 0
    assert len(events.to_table()) == 0
    assert len(events.fingerprint) == 32


def test_an_empty_frame_of_pandas_is_no_error() -> None:
    assert len(read_events(pd.DataFrame({"account": [], "content": [], "time": []}))) == 0


def test_one_account_one_content_one_instant() -> None:
    events = read_events({"account": ["a"] * 3, "content": ["x"] * 3, "time": [START] * 3})
    assert len(events) == 1
    assert events.n_repeats == 2


def test_long_text_is_given_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "_OFFSET_LIMIT", 3)
    events = read_events(pa.table(log(note=["long", "longer"], raw=[b"long", b"longer"])))
    assert events.columns.schema.types == [pa.large_string(), pa.large_binary()]
    assert events.account_ids.type == pa.large_string()


def test_views_become_what_arrow_can_sort() -> None:
    views = {
        "account": pa.array(["b", "a"], pa.string_view()),
        "content": pa.array([b"x", b"y"], pa.binary_view()),
        "language": pa.DictionaryArray.from_arrays([0, 1], pa.array(["en", "de"], pa.string_view())),
    }
    events = read_events(pa.table(log(**views)))
    assert events.account_ids.type == pa.large_string()
    assert events.content_ids.type == pa.large_binary()
    assert events.columns["language"].to_pylist() == ["en", "de"]
