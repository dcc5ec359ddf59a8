"""The table of ids against a dictionary."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from clickgraph.kernels.interning import EMPTY, Interned, hash_bytes, intern_ids, rehash

WORDS = st.lists(st.binary(max_size=3), max_size=12)


def flatten(words: list[bytes]) -> tuple[np.ndarray, np.ndarray]:
    offsets = np.cumsum([0, *map(len, words)], dtype=np.int64)
    return offsets, np.frombuffer(b"".join(words), np.uint8)


@given(WORDS, WORDS, st.sampled_from([0, 1, 2**64 - 1]))
def test_numbers_equal_those_of_a_dictionary_also_after_growth(one: list[bytes], two: list[bytes], seed: int) -> None:
    known = Interned(np.full(32, EMPTY, np.int64), np.zeros(25, np.int64), np.empty(80, np.uint8))
    with np.errstate(over="ignore"):  # a hash overflows by design; uncompiled it would be warned of
        first, n_known = intern_ids(known, 0, *flatten(one), np.uint64(seed))
        grown = known._replace(table=np.full(64, EMPTY, np.int64))
        rehash(grown.table, known.table)
        second, n_known = intern_ids(grown, n_known, *flatten(two), np.uint64(seed))
    number: dict[bytes, int] = {}
    assert [*first, *second] == [number.setdefault(word, len(number)) for word in one + two]
    assert n_known == len(number)
    ends, data = grown.ends.tolist(), grown.data.tobytes()
    assert [data[a:b] for a, b in pairwise(ends[: n_known + 1])] == list(number)


def test_ids_of_one_hash_are_told_apart_by_their_bytes() -> None:
    offsets, data = flatten([b"one", b"two"])
    with np.errstate(over="ignore"):
        tag = int(hash_bytes(data, 3, 6, np.uint64(7)) & np.uint64(0x7FFFFFFF))
        known = Interned(np.full(4, EMPTY, np.int64), np.array([0, 3, 0]), np.array([*b"one", 0, 0, 0], np.uint8))
        known.table[tag & 3] = tag << 32  # as if "one" had the hash of "two"
        code, n_known = intern_ids(known, 1, offsets[1:], data, np.uint64(7))
    assert code.tolist() == [1]
    assert n_known == 2


def test_the_hash_is_fnv_with_its_bits_mixed() -> None:
    data = np.frombuffer(b"click", np.uint8)
    value = 11
    for byte in b"click":
        value = (value ^ byte) * 0x100000001B3 % 2**64
    value = (value ^ value >> 33) * 0xFF51AFD7ED558CCD % 2**64
    with np.errstate(over="ignore"):
        assert int(hash_bytes(data, 0, 5, np.uint64(11))) == value ^ value >> 33
