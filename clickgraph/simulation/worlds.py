"""World: a log whose farms are known, and the plain columns that it is made of."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from clickgraph.log.table import Table

MICROSECONDS = 1_000_000
DAY = 86_400.0
TIME = pa.timestamp("us", tz="UTC")
# Every simulated log begins on this Monday, so that same parameters give the same bytes.
BEGIN = int(np.datetime64("2024-01-01", "us").astype(np.int64))


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """A log and the truth about it.

    Attributes
    ----------
    events : Table
        `account`, `content`, `time` (timestamp[us, UTC]), `action`, and the log's other columns; simulated
        organic logs carry `creator`, the source of the content. In time order.
    truth : Table
        `account`, `ring`, `n_acts`: each account of each farm and how many acts it did for that farm.
        Who acted once shares nothing with anyone: measures take members with ``n_acts >= 2`` and count
        the others apart. Empty where the log has no farm.
    """

    events: Table
    truth: Table


@dataclass(frozen=True, slots=True, eq=False)
class Acts:
    """Who (account number), what (content number), when (int64 microseconds): equally long columns."""

    account: NDArray[np.int64]
    content: NDArray[np.int64]
    time: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.time)

    def pick(self, rows: NDArray[np.bool_] | NDArray[np.int64] | slice) -> "Acts":
        """Return the given rows."""
        return Acts(self.account[rows], self.content[rows], self.time[rows])


def join_acts(parts: Iterable[Acts]) -> Acts:
    """Return the acts of `parts`, one after the other."""
    empty = np.empty(0, dtype=np.int64)
    found = [Acts(empty, empty, empty), *parts]
    return Acts(
        np.concatenate([part.account for part in found]),
        np.concatenate([part.content for part in found]),
        np.concatenate([part.time for part in found]),
    )


def keep_first(acts: Acts) -> Acts:
    """Return `acts` without an account's second act on the same content, in the order given."""
    if not len(acts):
        return acts
    key = acts.account * (acts.content.max() + 1) + acts.content
    _, rows = np.unique(key, return_index=True)
    rows.sort()
    return acts.pick(rows)


def draw_ids(n: int, *, known: pa.Array, prefix: str, rng: np.random.Generator) -> pa.Array:
    """Return `n` new distinct ids of the type of `known`, none of them in it, in random order.

    Text ids look like ``account-4821730``; numbers are drawn from the range of the known ones (a little
    beyond its end): neither the ids nor their order say who is who.
    """
    text = not pa.types.is_integer(known.type)
    low, high = 1_000_000, max(10_000_000, 20 * n)
    if not text and len(known):
        bounds = pc.min_max(known)
        low = bounds["min"].as_py()
        high = bounds["max"].as_py() + 1 + 4 * n
    chosen = pa.array([], type=known.type)
    while len(chosen) < n:
        numbers = np.unique(rng.integers(low, high, size=n + n // 8 + 16, dtype=np.int64))
        fresh = pa.array(numbers)
        if text:
            fresh = pc.binary_join_element_wise(prefix, fresh.cast(pa.string()), "-")
        fresh = fresh.cast(known.type)
        fresh = fresh.filter(pc.invert(pc.is_in(fresh, value_set=known)))
        merged = pa.concat_arrays([chosen, fresh]).unique()
        chosen = merged.take(pa.array(rng.permutation(len(merged))))
        high += n
    return chosen.slice(0, n)


def to_times(time: NDArray[np.int64]) -> pa.Array:
    """Return microseconds since 1970 as timestamps."""
    return pa.array(time, type=pa.int64()).cast(TIME)


def in_time_order(table: pa.Table) -> Table:
    """Return `table` as a Table, sorted by its column `time`; equal times keep their order."""
    time = table["time"].cast(pa.int64()).to_numpy()
    return Table(table.take(pa.array(np.argsort(time, kind="stable"))))


def to_truth(account: pa.Array, *, ring: pa.Array, n_acts: NDArray[np.int64]) -> pa.Table:
    """Return a truth table: each farm account, its ring, and how many acts it did for the farm."""
    return pa.table({"account": account, "ring": ring.cast(pa.string()), "n_acts": pa.array(n_acts, pa.int64())})
