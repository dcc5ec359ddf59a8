"""Witnesses: a ring's acts as arrays, each with its account and its burst."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from clickgraph.log.distinct import are_first
from clickgraph.log.ids import bare
from clickgraph.log.table import Table
from clickgraph.rings.ring import Ring


@dataclass(frozen=True, slots=True, eq=False)
class Witnesses:
    """The acts of a ring's members inside its bursts, by position.

    Attributes
    ----------
    account : ndarray of int64, shape (n_acts,)
        Positions in ``ring.accounts``.
    burst : ndarray of int64, shape (n_acts,)
        Rows of ``ring.bursts``; -1 for an act that lies in none.
    time : ndarray of int64, shape (n_acts,)
        Microseconds since 1970; zero where the log has no clock.
    target : ndarray of int64, shape (n_bursts,)
        What each burst was on: bursts on one content under one action have one number.
    n_accounts, n_bursts : int
        Sizes of the ring.
    has_clock : bool
        Whether the times say anything.
    """

    account: NDArray[np.int64]
    burst: NDArray[np.int64]
    time: NDArray[np.int64]
    target: NDArray[np.int64]
    n_accounts: int
    n_bursts: int
    has_clock: bool

    @classmethod
    def of(cls, ring: Ring) -> "Witnesses":
        """Code the acts of a ring. Cost: one sort of its acts."""
        place = pc.index_in(bare(ring.acts["account"]), value_set=bare(ring.accounts)).fill_null(-1)
        starts, ends = as_microseconds(ring.bursts["start"]), as_microseconds(ring.bursts["end"])
        time = as_microseconds(ring.acts["time"])
        target, of_act = _targets(ring)
        burst = find_intervals(of_act, time, intervals=(target, starts, ends))
        return cls(
            place.to_numpy().astype(np.int64), burst, time, target, len(ring.accounts), len(ring.bursts),
            has_clock=ring.bursts["start"].null_count == 0,
        )  # fmt: skip

    def first_hits(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Return each account's first act in each burst that it came to: burst, account, time; sorted by burst."""
        order = np.lexsort((self.time, self.account, self.burst))
        burst, account = self.burst[order], self.account[order]
        is_first = are_first(burst, account) & (burst >= 0) & (account >= 0)
        return burst[is_first], account[is_first], self.time[order][is_first]

    def hits(self) -> NDArray[np.int64]:
        """Return how many bursts each account came to: int64 (n_accounts,)."""
        _, account, _ = self.first_hits()
        return np.bincount(account, minlength=self.n_accounts)


def as_microseconds(times: pa.ChunkedArray) -> NDArray[np.int64]:
    """Return timestamps as int64 microseconds, zero where there is none.

    Examples
    --------
    >>> import pyarrow as pa
    >>> as_microseconds(pa.chunked_array([pa.array([5, None], pa.timestamp("us", "UTC"))])).tolist()
    [5, 0]
    """
    column = times.cast(pa.timestamp("us", "UTC")).cast(pa.int64()).fill_null(0)
    whole: NDArray[np.int64] = column.to_numpy().astype(np.int64)
    return whole


def find_intervals(
    target: NDArray[np.int64],
    time: NDArray[np.int64],
    *,
    intervals: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]],
) -> NDArray[np.int64]:
    """Return for each (target, time) the interval (target, start, end) that holds it, or -1.

    Intervals of one target are disjoint. Cost: one sort of both together.

    Examples
    --------
    >>> held = (np.array([7, 8]), np.array([10, 0]), np.array([20, 5]))
    >>> find_intervals(np.array([7, 7, 8]), np.array([10, 21, 3]), intervals=held).tolist()
    [0, -1, 1]
    """
    of_interval, start, end = intervals
    n = len(start)
    kind = np.concatenate((np.zeros(n, np.int64), np.ones(len(time), np.int64)))
    order = np.lexsort((kind, np.concatenate((start, time)), np.concatenate((of_interval, target))))
    last = np.where(order < n, np.arange(len(order)), -1)
    # The latest start at or before each moment, in the order of targets.
    np.maximum.accumulate(last, out=last)
    holder = np.empty(len(order), dtype=np.int64)
    holder[order] = np.where(last >= 0, order[last], -1)
    found = holder[n:]
    if n == 0:
        return np.full(len(time), -1, dtype=np.int64)
    inside = (found >= 0) & (of_interval[found] == target) & (time <= end[found])
    return np.where(inside, found, -1)


def _targets(ring: Ring) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Code the (content, action) of the bursts, then of the acts, in common."""
    keys = [_coded_together(ring.bursts, ring.acts, name=name) for name in ("content", "action")]
    n_actions = int(keys[1].max(initial=0)) + 1
    key = keys[0] * n_actions + keys[1]
    return key[: len(ring.bursts)], key[len(ring.bursts) :]


def _coded_together(bursts: Table, acts: Table, *, name: str) -> NDArray[np.int64]:
    column = pa.chunked_array([*bursts[name].chunks, *acts[name].cast(bursts[name].type).chunks], bursts[name].type)
    coded = bare(column).combine_chunks().dictionary_encode(null_encoding="encode")
    codes: NDArray[np.int64] = coded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    return codes
