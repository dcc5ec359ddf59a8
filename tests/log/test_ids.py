import uuid
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clickgraph.errors import InputError
from clickgraph.log.ids import Coded, encode_ids, id_bytes, ids_as_text
from clickgraph.log.storing import Memory


def encode(values: object, kind: pa.DataType | None = None) -> Coded:
    return encode_ids(pa.chunked_array([pa.array(values, kind)]), name="account")


@given(st.lists(st.lists(st.text(max_size=3)), max_size=4))
def test_codes_follow_the_sorted_ids_across_chunks(chunks: list[list[str]]) -> None:
    column = pa.chunked_array([pa.array(chunk, pa.string()) for chunk in chunks], pa.string())
    coded = encode_ids(column, name="account")
    assert coded.ids.to_pylist() == sorted(set(column.to_pylist()), key=lambda text: text.encode())
    assert coded.ids.take(pa.array(coded.code)).to_pylist() == column.to_pylist()
    assert coded.code.dtype == np.int32


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (pa.int8(), [3, -1, 3]),
        (pa.uint64(), [2**64 - 1, 0, 5]),
        (pa.string(), ["b", "", "a"]),
        (pa.large_string(), ["b", "a", "b"]),
        (pa.binary(), [b"\xff", b"\x00", b""]),
        (pa.binary(2), [b"zz", b"aa", b"zz"]),
        (pa.decimal128(38, 0), [Decimal(2), Decimal(1), Decimal(2)]),
    ],
)
def test_ids_keep_their_type(kind: pa.DataType, values: list[object]) -> None:
    coded = encode(values, kind)
    assert coded.ids.type == kind
    assert coded.ids.to_pylist() == sorted(set(values))  # type: ignore[type-var]
    assert coded.ids.take(pa.array(coded.code)).to_pylist() == values


def test_uuids_stay_uuids() -> None:
    values = [uuid.UUID(int=2), uuid.UUID(int=1), uuid.UUID(int=2)]
    storage = pa.array([value.bytes for value in values], pa.binary(16))
    coded = encode_ids(pa.chunked_array([pa.ExtensionArray.from_storage(pa.uuid(), storage)]), name="account")
    assert coded.ids.type == pa.uuid()
    assert coded.ids.to_pylist() == [uuid.UUID(int=1), uuid.UUID(int=2)]
    assert coded.code.tolist() == [1, 0, 1]


def test_dictionaries_are_decoded_whatever_their_chunks_hold() -> None:
    unused = pa.DictionaryArray.from_arrays([1, 1], ["never", "b"])
    twice = pa.DictionaryArray.from_arrays([0, 1, 2], ["a", "b", "a"])
    coded = encode_ids(pa.chunked_array([unused, twice]), name="account")
    assert coded.ids.to_pylist() == ["a", "b"]
    assert coded.code.tolist() == [1, 1, 0, 1, 0]


def test_categories_of_pandas_and_polars() -> None:
    for frame in (pd.DataFrame({"x": pd.Categorical(["b", "a"])}), pl.DataFrame({"x": ["b", "a"]})):
        assert encode_ids(pa.table(frame)["x"].cast(pa.large_string()), name="x").code.tolist() == [1, 0]


def test_whole_floats_become_integers_and_it_is_said() -> None:
    coded = encode([2.0, 1.0, 2.0**53])
    assert coded.ids.to_pylist() == [1, 2, 2**53]
    assert coded.ids.type == pa.int64()
    assert coded.notices == ("The ids in account came as floats and were made whole numbers.",)


@pytest.mark.parametrize("wrong", [2.5, 2.0**53 + 2, -(2.0**60), float("inf")])
def test_other_floats_are_refused(wrong: float) -> None:
    with pytest.raises(InputError, match=r"up to 2\*\*53 .*; found .* in row 1 \(counted from 0\), 1 such"):
        encode([1.0, wrong])


def test_float32_holds_fewer_whole_numbers() -> None:
    assert encode([2.0**24], pa.float32()).ids.to_pylist() == [2**24]
    with pytest.raises(InputError, match=r"2\*\*24"):
        encode([2.0**25], pa.float32())


@pytest.mark.parametrize("values", [["a", None, "b", None], [1, None, 2, None], [1.0, float("nan"), 2.0, None]])
def test_missing_ids_are_counted_and_located(values: list[object]) -> None:
    with pytest.raises(InputError, match=r"every row of account; found 2 missing in rows 1, 3 \(counted from 0\)"):
        encode(values)


def test_missing_ids_in_dictionaries() -> None:
    in_indices = pa.array(["a", None]).dictionary_encode()
    in_values = pa.DictionaryArray.from_arrays([0, 1], pa.array(["a", None]))
    for column in (in_indices, in_values):
        with pytest.raises(InputError, match="found 1 missing in row 1 "):
            encode_ids(pa.chunked_array([column]), name="account")


def test_only_the_first_rows_are_listed() -> None:
    with pytest.raises(InputError, match=r"found 9 missing in rows 1, 2, 3, 4, 5, \.\.\. \("):
        encode(["a"] + [None] * 9)


@pytest.mark.parametrize("values", [[True], [["a"]], [{"a": 1}]])
def test_types_that_are_no_ids(values: list[object]) -> None:
    with pytest.raises(InputError, match=r"ids in account .*; found the type "):
        encode(values)


def test_text_that_is_not_utf8() -> None:
    broken = pa.Array.from_buffers(pa.string(), 1, pa.array([b"\xff"]).buffers())
    with pytest.raises(InputError, match="text in UTF-8 in account"):
        encode_ids(pa.chunked_array([broken]), name="account")


def test_more_ids_than_the_codes_can_count() -> None:
    column = pa.chunked_array([["a", "b", "c", "a"]])
    assert len(encode_ids(column, name="account", limit=3).ids) == 3
    with pytest.raises(InputError, match="at most 2 different ids in account; found 3"):
        encode_ids(column, name="account", limit=2)


@pytest.mark.parametrize("kind", [pa.null(), pa.string(), pa.float64(), pa.dictionary(pa.int32(), pa.string())])
def test_no_rows_are_no_error(kind: pa.DataType) -> None:
    for column in (pa.chunked_array([], kind), pa.chunked_array([pa.array([], kind)])):
        coded = encode_ids(column, name="account")
        assert len(coded.code) == len(coded.ids) == 0


def test_selected_rows_drop_the_ids_that_nothing_uses() -> None:
    coded = encode(["c", "a", "b"]).select(np.array([True, False, True]), store=Memory(), name="account")
    assert coded.ids.to_pylist() == ["b", "c"]
    assert coded.code.tolist() == [1, 0]


def test_bytes_of_ids_tell_them_apart_but_not_their_width() -> None:
    def digest(values: list[object], kind: pa.DataType) -> bytes:
        return b"".join(id_bytes(pa.array(values, kind)))

    assert digest([1, 2], pa.int8()) == digest([1, 2], pa.int64())
    assert digest(["a"], pa.string()) == digest([b"a"], pa.binary())
    assert digest(["ab", "c"], pa.string()) != digest(["a", "bc"], pa.string())


def test_ids_as_text_of_any_type() -> None:
    assert ids_as_text(pa.array([b"a", b"b"])).to_pylist() == ["b'a'", "b'b'"]
    assert ids_as_text(pa.array([1, 2])).to_pylist() == ["1", "2"]
