"""Parquet read batch by batch, in memory and by way of a disk, against the same table read at once."""

import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clickgraph import Events, read_events
from clickgraph.errors import InputError
from clickgraph.log import parquet

START = 1_700_000_000
ROW = st.fixed_dictionaries(
    {
        "account": st.integers(0, 6),
        "content": st.integers(0, 4),
        "time": st.integers(START, START + 5),
        "action": st.sampled_from(["like", "share"]),
        "post": st.sampled_from(["p", "q", None]),
        "language": st.sampled_from(["de", "en", None]),
        "weight": st.sampled_from([0.5, float("nan"), None]),
    }
)
IDS = [pa.string(), pa.int16(), pa.large_binary(), pa.float64(), pa.dictionary(pa.int32(), pa.string()), pa.uuid()]
WAYS: list[dict[str, Any]] = [{}, {"memory_limit": 1}]  # in memory; sorted on disk


def as_ids(numbers: list[int], kind: pa.DataType) -> pa.Array:
    if kind == pa.uuid():
        return pa.ExtensionArray.from_storage(kind, pa.array([bytes([n] * 16) for n in numbers], pa.binary(16)))
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return pa.array(numbers, kind)
    return pa.array([f"id {7 - n}" for n in numbers]).cast(kind)


def as_times(seconds: list[int], kind: str) -> pa.Array:
    moments = [datetime.datetime.fromtimestamp(second, datetime.UTC) for second in seconds]
    match kind:
        case "unix":
            return pa.array(seconds)
        case "text":
            return pa.array([moment.isoformat() for moment in moments])
        case "naive":
            return pa.array([moment.replace(tzinfo=None) for moment in moments], pa.timestamp("ms"))
        case "days":
            return pa.array([moment.date() for moment in moments])
    return pa.array(moments, pa.timestamp("ns", "Europe/Berlin"))


def make_table(rows: list[dict[str, Any]], *, ids: pa.DataType, times: str) -> pa.Table:
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    return pa.table({
        "account": as_ids(columns["account"], ids), "content": as_ids(columns["content"], ids),
        "time": as_times(columns["time"], times), "action": columns["action"],
        "post": pa.array(columns["post"], pa.string()), "language": pa.array(columns["language"], pa.string()),
        "weight": pa.array(columns["weight"], pa.float64()),
    })  # fmt: skip


def write(table: pa.Table, folder: Path, *, cuts: list[int]) -> Path:
    """Write a table to several files of several row groups."""
    folder.mkdir(exist_ok=True)
    edges = sorted({0, *(cut % (len(table) + 1) for cut in cuts), len(table)})
    for old in folder.iterdir():
        old.unlink()
    for number, (first, last) in enumerate(pairwise(edges)):
        part = table.slice(first, last - first)
        pq.write_table(part, folder / f"part-{number:02}.parquet", row_group_size=1 + first % 3)
    return folder


def assert_same(found: Events, expected: Events, *, columns: bool = True) -> None:
    assert found.fingerprint == expected.fingerprint
    assert found.notices == expected.notices
    assert (found.clock, found.n_repeats) == (expected.clock, expected.n_repeats)
    for name in ("account_ids", "content_ids", "action_ids"):
        assert getattr(found, name).equals(getattr(expected, name))
        assert getattr(found, name).type == getattr(expected, name).type
    for name in ("account_code", "content_code", "action_code", "time"):
        column = getattr(found, name)
        assert column.dtype == getattr(expected, name).dtype
        assert not column.flags.writeable
    if columns:
        assert plain(found.columns).equals(plain(expected.columns))


def plain(columns: pa.Table) -> pa.Table:
    """A table with dictionaries decoded, and with text for numbers, of which one is not equal to itself."""
    return pa.table({name: [repr(value) for value in columns[name].to_pylist()] for name in columns.column_names})


@settings(max_examples=60)
@given(
    rows=st.lists(ROW, min_size=1, max_size=30),
    ids=st.sampled_from(IDS),
    times=st.sampled_from(["unix", "text", "naive", "days", "zoned"]),
    cuts=st.lists(st.integers(0, 30), max_size=3),
    n_rows=st.integers(1, 9),
    options=st.fixed_dictionaries(
        {},
        optional={
            "layers": st.just("merge"),
            "ignore": st.just(["id 3", "3", "nobody"]),
            "timezone": st.just("Asia/Tokyo"),
            "keep": st.sampled_from([[], ["language"], ["weight", "language"]]),
        },
    ),
    on_disk=st.booleans(),
)
def test_batches_give_the_same_events_as_the_whole_table(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[dict[str, Any]],
    ids: pa.DataType,
    times: str,
    cuts: list[int],
    n_rows: int,
    options: dict[str, Any],
    on_disk: bool,
) -> None:
    table = make_table(rows, ids=ids, times=times)
    folder = write(table, tmp_path_factory.getbasetemp() / "log", cuts=cuts)
    if on_disk:
        options = {"keep": []} | options
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parquet.ParquetLog.batches, "__kwdefaults__", {"n_rows": n_rows})
        found = read_events(folder, **options, **WAYS[on_disk])
    assert_same(found, read_events(table, **options))


def plain_log(**columns: Any) -> pa.Table:
    n = len(next(iter(columns.values())))
    log = {"account": [f"a{i}" for i in range(n)], "content": ["x"] * n, "time": [START + i for i in range(n)]}
    return pa.table(log | columns)


def read_in_batches(table: pa.Table, folder: Path, *, n_rows: int = 2, **options: Any) -> Events:
    pq.write_table(table, folder / "log.parquet")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parquet.ParquetLog.batches, "__kwdefaults__", {"n_rows": n_rows})
        return read_events(folder / "log.parquet", **options)


@pytest.mark.parametrize(
    "times",
    [
        ["1700000000", "1700000001", "1700000002.5", "1700000003"],
        ["1700000002.5", "1700000003", "1700000000", "1700000001"],
        ["1700000000000000123", "1700000000000000999", "1700000000000002500.5", "1700000000000003999"],
    ],
)
def test_whole_numbers_and_fractions_as_text_are_read_as_if_at_once(tmp_path: Path, times: list[str]) -> None:
    table = plain_log(time=times)
    assert_same(read_in_batches(table, tmp_path), read_events(table))


@pytest.mark.parametrize(
    ("times", "found"),
    [
        (
            ["2024-05-01", "2024-05-02", "2024-05-03T00:00:00Z", "2024-05-04 09:00Z"],
            "times without a zone, and times with a",
        ),
        (["2024-05-01", "2024-05-02", "1700000000", "1700000001"], "times without a zone, and Unix seconds"),
        ([1_700_000_000, 1_700_000_001, 1_700_000_002_000, 1_700_000_003_000], "Unix seconds, and Unix milliseconds"),
    ],
)
def test_times_of_two_kinds_are_refused_wherever_they_meet(tmp_path: Path, times: list[Any], found: str) -> None:
    table = plain_log(time=times)
    with pytest.raises(InputError):
        read_events(table)
    with pytest.raises(InputError, match=f"times of one kind in time; found {found}.* further on"):
        read_in_batches(table, tmp_path)


def test_bad_rows_are_located_in_their_batch(tmp_path: Path) -> None:
    table = plain_log(account=["a", "b", "c", None, "d", None])
    with pytest.raises(InputError, match=r"1 missing in row 1 \(counted from 0\), of the rows from 2 on \(drop"):
        read_in_batches(table, tmp_path)
    with pytest.raises(InputError, match=r"found 1 missing in row 0 \(counted from 0\) \(drop"):
        read_in_batches(plain_log(content=[None, "x", "x"]), tmp_path)


def test_a_log_without_rows_has_ids_of_its_types(tmp_path: Path) -> None:
    table = plain_log(account=[1]).slice(0, 0)
    assert_same(read_in_batches(table, tmp_path), read_events(table))
    assert_same(read_in_batches(table, tmp_path, memory_limit=1), read_events(table))


def test_a_log_without_times(tmp_path: Path) -> None:
    table = plain_log(account=["b", "a", "b"])
    for way in WAYS:
        assert_same(read_in_batches(table, tmp_path, time=None, keep=[], **way), read_events(table, time=None, keep=[]))


def test_several_files_are_one_log(tmp_path: Path) -> None:
    table = plain_log(account=["b", "a", "c"])
    paths = [tmp_path / name for name in ("2.parquet", "1.parquet")]
    for path, part in zip(paths, (table.slice(0, 2), table.slice(2)), strict=True):
        pq.write_table(part, path)
    for source in (paths, tuple(map(str, paths)), tmp_path):
        assert_same(read_events(source), read_events(table))


def test_several_files_must_be_files_of_one_kind(tmp_path: Path) -> None:
    pq.write_table(plain_log(account=["a"]), tmp_path / "a.parquet")
    pq.write_table(plain_log(account=["a"]).drop_columns("time"), tmp_path / "b.parquet")
    (tmp_path / "c.csv").write_text("account,content\na,x\n")
    with pytest.raises(InputError, match=r"same columns in every file .*other ones in b\.parquet"):
        read_events([tmp_path / "a.parquet", tmp_path / "b.parquet"])
    with pytest.raises(InputError, match=r"Parquet files, or one folder; found .*c\.csv"):
        read_events([tmp_path / "a.parquet", tmp_path / "c.csv"])
    with pytest.raises(FileNotFoundError, match=r"nothing at .*gone"):
        read_events([str(tmp_path / "gone.parquet")])


def test_a_file_whose_types_do_not_fit_is_named(tmp_path: Path) -> None:
    pq.write_table(plain_log(account=[1]), tmp_path / "a.parquet")
    pq.write_table(plain_log(account=["x"]), tmp_path / "b.parquet")
    with pytest.raises(InputError, match=r"readable Parquet files in .*found .*x"):
        read_events(tmp_path)


def test_only_columns_that_are_asked_for_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []
    batches = parquet.ParquetLog.batches
    monkeypatch.setattr(
        parquet.ParquetLog,
        "batches",
        lambda self, names, **given: (asked.append(names), batches(self, names, **given))[1],
    )
    table = plain_log(note=["n"], language=["de"])
    pq.write_table(table, tmp_path / "log.parquet")
    assert read_events(tmp_path, keep=["language"]).columns.column_names == ["language"]
    assert read_events(tmp_path).columns.column_names == ["note", "language"]
    assert read_events(table, keep="language").columns.column_names == ["language"]
    assert asked == [["account", "content", "time", "language"], ["account", "content", "time", "note", "language"]]


def test_columns_to_keep_must_be_there(tmp_path: Path) -> None:
    table = plain_log(language=["de"])
    pq.write_table(table, tmp_path / "log.parquet")
    for source in (table, tmp_path):
        with pytest.raises(InputError, match="other columns of the log: language; found tongue"):
            read_events(source, keep=["tongue"])


def test_what_is_not_kept_on_disk_is_said(tmp_path: Path) -> None:
    table = plain_log(note=["n"], language=["de"])
    events = read_in_batches(table, tmp_path, memory_limit=1)
    assert events.columns.num_columns == 0
    assert events.notices[0] == "Not kept on disk: note, language; keep= names what to keep."
    assert len(read_in_batches(table, tmp_path, memory_limit=1, keep=[]).notices) == len(events.notices) - 1


def test_lists_cannot_be_kept_on_disk(tmp_path: Path) -> None:
    table = plain_log(tags=[["a"], ["b"]])
    assert len(read_in_batches(table, tmp_path, keep=["tags"])) == 2
    with pytest.raises(InputError, match=r"plain values in tags, .*; found list<.*keep=\[\]"):
        read_in_batches(table, tmp_path, keep=["tags"], memory_limit=1)


def test_strata_are_the_same_from_a_disk(tmp_path: Path) -> None:
    from clickgraph import build_graph

    rng = np.random.default_rng(3)
    table = plain_log(
        account=rng.integers(0, 9, 300), content=rng.integers(0, 5, 300), time=START + rng.integers(0, 99, 300),
        language=pa.array([[None, "de", "en", "fr"][k] for k in rng.integers(0, 4, 300)]),
    )  # fmt: skip
    expected = build_graph(read_events(table), strata="language")
    found = build_graph(
        read_in_batches(table, tmp_path, n_rows=70, keep=["language"], memory_limit=1), strata="language"
    )
    assert np.array_equal(found.target_layer, expected.target_layer)
    assert np.array_equal(found.target_content, expected.target_content)
    assert np.array_equal(found.slots.account, expected.slots.account)


def test_what_the_caller_holds_is_not_overwritten() -> None:
    held = np.array([START + 5, START, START + 3]) * 1_000_000
    table = {"account": np.array([3, 2, 1]), "content": ["x"] * 3, "time": held}
    assert read_events(table).time.tolist() == sorted(held.tolist())
    assert held.tolist() == [(START + 5) * 1_000_000, START * 1_000_000, (START + 3) * 1_000_000]
