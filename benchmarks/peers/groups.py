"""Groups: what every peer returns; Log: what every peer is given."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

Ints: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]

# A pair is a tie, not a group: the same smallest size for every peer and for find_rings.
MIN_SIZE = 3
SECOND = 1_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """Sets of accounts with scores, and a score for every account.

    Attributes
    ----------
    ids : pyarrow.Array
        The account ids; the sets hold positions in it.
    sets : tuple of ndarray of int64
        The groups of accounts.
    scores : ndarray of float64, shape (n_sets,)
        The larger, the more suspicious.
    account_scores : ndarray of float64, shape (n_accounts,)
        Zero for accounts that the peer says nothing about.
    notes : mapping of str to float
        Numbers that the peer tells besides.
    """

    ids: pa.Array
    sets: tuple[Ints, ...]
    scores: Floats
    account_scores: Floats
    notes: Mapping[str, float] = field(default_factory=dict)

    def to_members(self) -> pa.Table:
        """Return a row per member: ring, account, score_bits (the group's score)."""
        sizes = [len(members) for members in self.sets]
        members = np.concatenate([np.empty(0, np.int64), *self.sets])
        names = pa.array([f"group-{number}" for number in range(len(sizes))], pa.string())
        group = np.repeat(np.arange(len(sizes)), sizes)
        return pa.table(
            {
                "ring": names.take(pa.array(group)),
                "account": self.ids.take(pa.array(members)),
                "score_bits": np.repeat(np.asarray(self.scores, np.float64), sizes),
            }
        )


@dataclass(frozen=True, slots=True, eq=False)
class Log:
    """The log in codes. A content under two actions is two contents, as in clickgraph.

    Attributes
    ----------
    account, content, action, time : ndarray of int64
        Who, what, how, and when (microseconds).
    post : ndarray of int64 or None
        The act that the event belongs to, where the log names it.
    account_ids : pyarrow.Array
        Names of the account codes.
    n_contents : int
        Number of contents.
    """

    account: Ints
    content: Ints
    action: Ints
    time: Ints
    post: Ints | None
    account_ids: pa.Array
    n_contents: int

    @property
    def n_accounts(self) -> int:
        """Number of accounts."""
        return len(self.account_ids)


def code_log(events: Any) -> Log:
    """Return the table of events (account, content, time; action, post_id where it has them) in codes."""
    table = pa.table(events)
    account, account_ids = _code(table["account"])
    content, _ = _code(table["content"])
    action = np.zeros(len(content), np.int64)
    if "action" in table.column_names:
        action, actions = _code(table["action"])
        content = np.unique(content * len(actions) + action, return_inverse=True)[1]
    post = _code(table["post_id"])[0] if "post_id" in table.column_names else None
    time = table["time"].cast(pa.timestamp("us", "UTC")).cast(pa.int64()).to_numpy().copy()
    return Log(account, content, action, time, post, account_ids, int(content.max(initial=-1)) + 1)


def without_repeats(log: Log) -> tuple[Ints, Ints]:
    """Return account and content of every distinct (account, content), sorted by account."""
    key = np.unique(log.account * log.n_contents + log.content)
    account, content = np.divmod(key, max(log.n_contents, 1))
    return account, content


def join_ties(account: Ints, other: Ints, weight: Floats, *, ids: pa.Array, min_size: int = MIN_SIZE) -> Groups:
    """Return the connected components of the ties; a group's score is the mean weight of its ties.

    An account's score is its strongest tie. This is single linkage cut at the weakest tie given.
    """
    n = len(ids)
    label = connected_components(coo_matrix((np.ones(len(account)), (account, other)), (n, n)), False)[1]
    total = np.bincount(label[account], weights=weight, minlength=n)
    n_ties = np.bincount(label[account], minlength=n)
    strongest = np.zeros(n)
    np.maximum.at(strongest, account, weight)
    np.maximum.at(strongest, other, weight)
    order = np.argsort(label, kind="stable")
    parts = np.split(order, np.cumsum(np.bincount(label, minlength=1))[:-1])
    sets = [part for part in parts if len(part) >= min_size]
    first = np.array([label[part[0]] for part in sets], dtype=np.int64)
    return Groups(ids, tuple(sets), total[first] / np.maximum(n_ties[first], 1), strongest)


def _code(column: pa.ChunkedArray) -> tuple[Ints, pa.Array]:
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    ids = pc.unique(column)
    return pc.index_in(column, value_set=ids).to_numpy().astype(np.int64), ids
