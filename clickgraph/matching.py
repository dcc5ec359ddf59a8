"""Groups of accounts, and the best partners between two sets of groups."""

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_matrix

from clickgraph.errors import InputError
from clickgraph.log.ids import comparable
from clickgraph.log.text import printable
from clickgraph.measures import Flags, Floats, Ints

# F1 from which a group found counts as the true one.
MATCH = 0.8


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """Groups of accounts: rows of (group, account), each group's name, score and standing (the highest is best)."""

    group: Ints
    account: Ints
    names: list[str]
    score: Floats
    standing: Ints
    n_accounts: int

    def without(self, left_out: Flags) -> "Groups":
        """Return the groups without some accounts."""
        keep = ~left_out[self.account]
        return replace(self, group=self.group[keep], account=self.account[keep])

    def sizes(self) -> Ints:
        """Return the number of members of each group."""
        return np.bincount(self.group, minlength=len(self.names))

    def matrix(self) -> csr_matrix:
        """Return groups x accounts, one where the account is a member."""
        ones = np.ones(len(self.group))
        return csr_matrix((ones, (self.group, self.account)), shape=(len(self.names), self.n_accounts))

    def is_member(self) -> Flags:
        """Return for each account whether it is in any group."""
        member = np.zeros(self.n_accounts, dtype=np.bool_)
        member[self.account] = True
        return member

    def bestgroup_accounts(self) -> Ints:
        """Return each account's group of the highest standing (of equal ones the first), or -1."""
        best = np.full(self.n_accounts, -1)
        order = np.lexsort((-self.group, self.standing[self.group]))
        best[self.account[order]] = self.group[order]
        return best


def group_accounts(
    ring: pa.ChunkedArray, account: pa.ChunkedArray, *, score: Floats, rank: Ints, ids: pa.Array
) -> Groups:
    """Return the groups of the table rows (ring, account, score, rank), accounts as positions in comparable `ids`.

    The lower a group's rank the higher it stands; in one rank, the higher its score.
    """
    codes = find_ids(account, ids)
    if codes.null_count:
        stray = account[pc.index(pc.is_null(codes), True).as_py()].as_py()
        hint = "pass the ids of the whole log"
        raise InputError("all accounts of the rings among `accounts`", printable(repr(stray)), hint)
    names, group = np.unique(ring.cast(pa.string()).to_numpy().astype(str), return_inverse=True)
    best = np.zeros((len(names), 2))
    best[group] = np.column_stack((-rank, score))
    _, standing = np.unique(best, axis=0, return_inverse=True)
    return Groups(group, codes.to_numpy().astype(np.int64), names.tolist(), best[:, 1], standing.ravel(), len(ids))


def find_ids(account: pa.ChunkedArray, ids: pa.Array) -> pa.ChunkedArray:
    """Return the position of each account in comparable `ids`, null where it is none of them.

    Raises
    ------
    InputError
        If the two are of types that cannot be compared.
    """
    return pc.index_in(ids_as(account, ids.type), value_set=ids)


def ids_as(account: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    """Return ids in a comparable type; InputError if they have no such form."""
    try:
        return comparable(account).cast(kind)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        found, hint = f"{account.type} and {kind}", "cast one of them"
        raise InputError("accounts of one type in the rings, the truth and `accounts`", found, hint) from error


def match_groups(found: Groups, true: Groups) -> pa.Table:
    """Return a row per true group with its partner: one to one, most matches, then the largest sum of F1."""
    common = (true.matrix() @ found.matrix().T).toarray()
    sizes = np.maximum(found.sizes(), 1)
    f1 = 2 * common / (true.sizes()[:, None] + sizes)
    partner = np.full(len(true.names), -1)
    # One more match outweighs whatever sum of F1 the other pairs could gain.
    row, column = linear_sum_assignment(f1 + len(true.names) * (f1 >= MATCH), maximize=True)
    partner[row] = np.where(common[row, column] > 0, column, -1)
    n_common = np.where(partner >= 0, common[np.arange(len(partner)), partner] if len(found.names) else 0.0, 0.0)
    return pa.table(
        {
            "ring": pa.array(true.names, pa.string()),
            "n_accounts": true.sizes(),
            "found": pa.array([found.names[i] if i >= 0 else None for i in partner], pa.string()),
            "score_bits": np.where(partner >= 0, np.append(found.score, np.nan)[partner], np.nan),
            "precision": n_common / np.append(sizes, 1)[partner],
            "recall": n_common / np.maximum(true.sizes(), 1),
            "f1": 2 * n_common / (true.sizes() + np.append(sizes, 0)[partner]),
        }
    )
