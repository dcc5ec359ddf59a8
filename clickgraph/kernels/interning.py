"""A number for every distinct id: an open hash table over the bytes of the ids, grown batch by batch."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from clickgraph.kernels._jit import Int, kernel

EMPTY = -1
_PRIME = np.uint64(0x100000001B3)  # of FNV-1a, 64 bits
_MIX = np.uint64(0xFF51AFD7ED558CCD)  # of MurmurHash3's last step
_HALF = np.uint64(33)
_LOW = np.uint64(0x7FFFFFFF)
_LOW_INT = 0x7FFFFFFF  # of an entry: the number
_AHEAD = 1024  # ids that are looked at before the first of them is looked for: what they need stays in the cache


class Interned(NamedTuple):
    """The ids known so far, with room for more; an id's number is its rank of first appearance.

    Attributes
    ----------
    table : ndarray of int64, shape (a power of two,)
        By hash, 31 bits of the hash of an id above 32 bits that hold its number; EMPTY where there is none. At
        most half of it is taken.
    ends : ndarray of int64, shape (room + 1,)
        ``data[ends[n]:ends[n + 1]]`` are the bytes of id n.
    data : ndarray of uint8
        The bytes of all ids, one after the other.
    """

    table: NDArray[np.int64]
    ends: NDArray[np.int64]
    data: NDArray[np.uint8]


@kernel
def hash_bytes(data: NDArray[np.uint8], first: Int, last: Int, seed: np.uint64) -> np.uint64:
    """Hash ``data[first:last]``: FNV-1a from a seed of one's own, its high bits mixed into the low ones."""
    value = seed
    for k in range(first, last):
        value = (value ^ np.uint64(data[k])) * _PRIME
    value = (value ^ (value >> _HALF)) * _MIX
    return value ^ (value >> _HALF)


@kernel
def is_same(one: NDArray[np.uint8], at: Int, other: NDArray[np.uint8], first: Int, last: Int) -> bool:
    """Say whether ``one[at:]`` begins with ``other[first:last]``."""
    for k in range(last - first):  # noqa: SIM110 - compiled code, in which all() makes a generator
        if one[at + k] != other[first + k]:
            return False
    return True


@kernel
def _look_ahead(known: Interned, tags: NDArray[np.int64], seen: NDArray[np.int64]) -> None:
    """Bring near what some ids will be compared with, by reading it into `seen`.

    Reads that do not wait for each other's outcome are far away at the same time.
    """
    table, ends, bytes_known = known
    mask, last = len(table) - 1, len(bytes_known) - 1
    for i in range(len(tags)):
        seen[i] = table[tags[i] & mask]
    for i in range(len(tags)):
        seen[i] = ends[max(seen[i], 0) & _LOW_INT]
    for i in range(len(tags) if last >= 0 else 0):
        seen[i] = bytes_known[min(seen[i], last)]


@kernel
def intern_ids(
    known: Interned, n_known: Int, offsets: NDArray[np.int64], data: NDArray[np.uint8], seed: np.uint64
) -> tuple[NDArray[np.int32], Int]:
    """Return the number of each id, ``data[offsets[i]:offsets[i + 1]]``, and how many are known after it.

    New ids are added to `known`, which must have room for all of them. Cost: the bytes of the ids, and a few
    places of the table each.
    """
    code = np.empty(len(offsets) - 1, np.int32)
    table, ends, bytes_known = known
    mask = len(table) - 1
    tags, seen = np.empty(len(code), np.int64), np.empty(_AHEAD, np.int64)
    for i in range(len(code)):
        tags[i] = np.int64(hash_bytes(data, offsets[i], offsets[i + 1], seed) & _LOW)
    for i in range(len(code)):
        if i % _AHEAD == 0:
            _look_ahead(known, tags[i : i + _AHEAD], seen)
        first, last, tag = offsets[i], offsets[i + 1], tags[i]
        place = tag & mask
        while table[place] != EMPTY:
            # The bytes of an id are far away: they are looked at only where the hash is the same.
            if table[place] >> 32 == tag:
                number = table[place] & _LOW_INT
                begin = ends[number]
                if ends[number + 1] - begin == last - first and is_same(bytes_known, begin, data, first, last):
                    break
            place = (place + 1) & mask
        if table[place] == EMPTY:
            table[place] = tag << 32 | n_known
            begin = ends[n_known]
            ends[n_known + 1] = begin + last - first
            bytes_known[begin : begin + last - first] = data[first:last]
            n_known += 1
        code[i] = table[place] & _LOW_INT
    return code, n_known


@kernel
def rehash(table: NDArray[np.int64], old: NDArray[np.int64]) -> None:
    """Enter what is in an old table into an empty, larger one, which is changed in place. Cost: one pass."""
    mask = len(table) - 1
    for entry in old:
        if entry == EMPTY:
            continue
        place = (entry >> 32) & mask
        while table[place] != EMPTY:
            place = (place + 1) & mask
        table[place] = entry
