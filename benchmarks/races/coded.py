"""What the counters of pairs are given, and what all their answers are read as."""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

WINDOW = 60  # seconds
MIN_SHARED = 2
MICROSECONDS = 1_000_000

Ints: TypeAlias = NDArray[np.int64]


class Coded(NamedTuple):
    """A log in codes, no account twice on one content, sorted by content and time; times in microseconds."""

    account: Ints
    content: Ints
    time: Ints
    n_accounts: int
    n_contents: int


class Pairs(NamedTuple):
    """Pairs (account < other) and the contents that they share, sorted."""

    account: Ints
    other: Ints
    shared: Ints


def code(table: pa.Table) -> Coded:
    """Return a log in codes."""
    account, content = (pc.dictionary_encode(table[name]).combine_chunks() for name in ("account", "content"))
    columns = [column.indices.to_numpy().astype(np.int64) for column in (account, content)]
    time = table["time"].cast(pa.int64()).to_numpy()
    order = np.lexsort((time, columns[1]))
    a, c, t = columns[0][order], columns[1][order], time[order]
    _, first = np.unique(a * len(content.dictionary) + c, return_index=True)
    first.sort()
    return Coded(a[first], c[first], t[first], len(account.dictionary), len(content.dictionary))


def sort_pairs(account: Any, other: Any, shared: Any) -> Pairs:
    """Return pairs in whatever order as sorted ones, those that share at least two contents."""
    a, b, n = (np.asarray(column, dtype=np.int64) for column in (account, other, shared))
    kept = (a != b) & (n >= MIN_SHARED)
    a, b, n = np.minimum(a, b)[kept], np.maximum(a, b)[kept], n[kept]
    key, first = np.unique((a << 32) | b, return_index=True)
    return Pairs(key >> 32, key & 0xFFFFFFFF, n[first])


Ready: TypeAlias = Callable[[Coded], Callable[[], Any]]
Read: TypeAlias = Callable[[Any], Pairs]
