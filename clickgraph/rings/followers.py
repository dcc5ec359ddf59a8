"""Followers: who else went through what a group has in common, at one go.

The question is small (the group, its targets and how many of them make a follower), and what each account did answers
for that account alone: parts of a log that hold accounts whole can be asked one by one, and the answers added up.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clickgraph.log.distinct import are_first, distinct
from clickgraph.rings.occasions import label_sittings

NO_ACCOUNTS: NDArray[np.int32] = np.empty(0, np.int32)


@dataclass(frozen=True, slots=True, eq=False)
class FollowerSearch:
    """Whom to look for.

    Attributes
    ----------
    members : ndarray of int32, ascending
        The group, and who else is none of its followers: its members do not follow themselves.
    targets : ndarray of int32
        What it has in common.
    least : int
        On how many of these an account must have acted in one sitting.
    """

    members: NDArray[np.int32]
    targets: NDArray[np.int32]
    least: int

    def count(self, account: NDArray[np.int32], time: NDArray[np.int64], target: NDArray[np.int32]) -> int:
        """Count the followers among accounts of which all events on the targets are given. Cost: a sort of these."""
        who, most = most_at_one_go(account, time, target)
        return int(np.count_nonzero((most >= self.least) & ~np.isin(who, self.members)))


def most_at_one_go(
    account: NDArray[np.int32], time: NDArray[np.int64], target: NDArray[Any]
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Return the accounts, ascending, and on how many different targets each acted at most in one sitting.

    Examples
    --------
    >>> hour = 3_600_000_000
    >>> who, most = most_at_one_go(np.array([7, 7, 7, 5]), np.array([0, 9, 2 * hour, 0]), np.array([1, 2, 3, 1]))
    >>> who.tolist(), most.tolist()
    ([5, 7], [1, 2])
    """
    sitting = label_sittings(account, time)
    n_targets = int(target.max(initial=0)) + 1
    n_done = np.bincount(distinct(sitting * n_targets + target) // n_targets)
    of_sitting = np.empty(len(n_done), np.int64)
    of_sitting[sitting] = account
    # Sittings are numbered by account.
    first = np.flatnonzero(are_first(of_sitting))
    most = np.maximum.reduceat(n_done, first) if len(first) else n_done
    return of_sitting[first].astype(np.int32), most
