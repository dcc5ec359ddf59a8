import datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clickgraph.errors import InputError
from clickgraph.log import ids as ids_module
from clickgraph.log import interning, spilling
from clickgraph.log.ids import encode_ids
from clickgraph.log.interning import IdTable
from clickgraph.log.storing import Folder

CHUNKS = st.lists(st.lists(st.text("abé\x00", max_size=3), max_size=6), min_size=1, max_size=5)


def code_in_batches(column: pa.ChunkedArray) -> tuple[list[int], pa.Array, tuple[str, ...]]:
    table = IdTable("account", kind=column.type)
    numbers = [table.code(pa.chunked_array([chunk])) for chunk in column.chunks]
    rank, ids = table.sort()
    assert len(table) == len(ids)
    return rank[np.concatenate(numbers)].tolist(), ids, tuple(table.notices)


def code_on_disk(column: pa.ChunkedArray) -> tuple[list[int], pa.Array, tuple[str, ...]]:
    with (
        TemporaryDirectory() as folder,
        patch.multiple(interning, RESIDENT=0, _PIECE=2, _PART=3),
    ):  # fmt: skip
        store = Folder(Path(folder))
        table = IdTable("account", kind=column.type, store=store)
        numbers = [table.code(pa.chunked_array([chunk])) for chunk in column.chunks]
        rank, ids = table.sort_on_disk(store, memory=0)
        ids = pa.concat_arrays([ids, ids[:0]])  # out of the files, which go
        store.close()
        return rank[np.concatenate(numbers)].tolist(), ids, tuple(table.notices)


@pytest.mark.parametrize("length", [0, 3])
def test_batches_of_text_are_coded_as_one_on_disk(length: int) -> None:
    drawn = np.random.default_rng(length).integers(0, 500, 2_000 * (length > 0))
    texts = [f"{'x' * (code % 90)}\x00{code}é" for code in drawn.tolist()]
    for kind in (pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string())):
        whole = pa.array(texts, pa.string()).cast(kind)
        column = pa.chunked_array([whole[:700], whole[700:]], kind)
        assert code_on_disk(column) == code_in_batches(column)


def test_too_little_memory_for_the_longest_ids_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spilling, "LEAST", 4 * 2**20)
    monkeypatch.setattr(spilling, "ROWS_AT_HAND", 0)
    store = Folder(tmp_path)
    table = IdTable("account", kind=pa.string(), store=store)
    table.code(pa.chunked_array([[f"{k}{'x' * 2000}" for k in range(20_000)]]))
    with pytest.raises(InputError, match="memory to sort the distinct ids on disk; found 4 MB for it"):
        table.sort_on_disk(store, memory=0)
    store.close()


def test_batches_of_bytes_and_of_numbers_are_coded_as_one_on_disk() -> None:
    for values in (pa.array([b"\xff", b"\x00", b"", b"\x00"]), pa.array([3, -1, 3, 7])):
        column = pa.chunked_array([values[:1], values[1:]])
        assert code_on_disk(column) == code_in_batches(column)


def assert_same_as_at_once(column: pa.ChunkedArray) -> None:
    code, ids, notices = code_in_batches(column)
    whole = encode_ids(column, name="account")
    assert code == whole.code.tolist()
    assert ids.equals(whole.ids)
    assert ids.type == whole.ids.type
    assert notices == whole.notices


@given(CHUNKS, st.sampled_from([pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string())]))
def test_batches_of_text_are_coded_as_one(chunks: list[list[str]], kind: pa.DataType) -> None:
    assert_same_as_at_once(pa.chunked_array([pa.array(chunk, pa.string()).cast(kind) for chunk in chunks], kind))


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (pa.int8(), [3, -1, 3, 7]),
        (pa.uint64(), [2**64 - 1, 0, 5, 0]),
        (pa.float64(), [2.0, 1.0, 2.0, 2.0**53]),
        (pa.binary(), [b"\xff", b"\x00", b"", b"\x00"]),
        (pa.large_binary(), [b"\xff", b"\x00", b"", b"\x00"]),
        (pa.binary(2), [b"zz", b"aa", b"zz", b"bb"]),
        (pa.decimal128(38, 0), [Decimal(2), Decimal(1), Decimal(2), Decimal(-1)]),
        (pa.date32(), [datetime.date(2024, 1, day) for day in (3, 1, 2, 3)]),
        (pa.timestamp("us", "UTC"), [datetime.datetime(2024, 1, day) for day in (3, 1, 2, 3)]),
    ],
)
def test_batches_of_any_type_are_coded_as_one(kind: pa.DataType, values: list[Any]) -> None:
    whole = pa.array(values, kind)
    assert_same_as_at_once(pa.chunked_array([whole.slice(0, 1), whole.slice(1, 2), whole.slice(3)]))


def test_uuids_stay_uuids() -> None:
    storage = pa.array([bytes([n] * 16) for n in (2, 1, 2)], pa.binary(16))
    column = pa.ExtensionArray.from_storage(pa.uuid(), storage)
    assert_same_as_at_once(pa.chunked_array([column.slice(0, 1), column.slice(1)]))


def test_many_ids_survive_growth() -> None:
    drawn = np.random.default_rng(1).integers(0, 30_000, 100_000)
    column = pa.chunked_array([pa.array(part.astype(str)) for part in np.array_split(drawn, 7)])
    assert_same_as_at_once(column)


def test_no_rows_have_no_ids() -> None:
    for kind in (pa.null(), pa.string(), pa.float64(), pa.dictionary(pa.int32(), pa.string())):
        assert_same_as_at_once(pa.chunked_array([pa.array([], kind)]))


def test_a_table_tells_what_it_takes() -> None:
    table = IdTable("account", kind=pa.string())
    before = table.nbytes
    table.code(pa.chunked_array([[f"account-{n}" for n in range(10_000)]]))
    assert table.nbytes > before + 10 * 10_000


def test_more_ids_than_codes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ids_module.refuse_too_many, "__kwdefaults__", {"limit": 2})
    table = IdTable("account", kind=pa.string())
    table.code(pa.chunked_array([["a", "b"]]))
    with pytest.raises(InputError, match="at most 2 different ids in account; found 3"):
        table.code(pa.chunked_array([["c"]]))
