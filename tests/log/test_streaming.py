"""Parquet read batch by batch, in memory and by way of a disk, against the same table read at once."""

import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
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
    for number, (first, last) in enumerate(zip(edges, edges[1:], strict=False)):
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
