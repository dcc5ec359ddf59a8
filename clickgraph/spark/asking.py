"""Asking: what a group that is judged in a task still needs; it comes again once that is there."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clickgraph.rings.followers import FollowerSearch

Members = NDArray[np.int32]
UNIT = (("unit", pa.int32()), ("kind", pa.string()), ("accounts", pa.binary()), ("asked", pa.binary()))
Places = tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int64]]  # target, low, high
ACCOUNTS, PLACES, FOLLOWERS = "accounts wanted", "places wanted", "followers wanted"
ASKED = (ACCOUNTS, PLACES, FOLLOWERS)  # kinds of rows


class OutOfReach(Exception):  # noqa: N818 - no error: the group comes again with more of the log
    """What a group needs is not in its part of the log; `row` says what."""

    def __init__(self, row: dict[str, Any]) -> None:
        super().__init__(row["kind"])
        self.row = row


def accounts_wanted(members: Members) -> OutOfReach:
    """Ask for all events of some accounts, and what is around their meetings."""
    return OutOfReach({"kind": ACCOUNTS, "accounts": members.astype(np.int32).tobytes()})


def places_wanted(target: NDArray[np.int32], low: NDArray[np.int64], high: NDArray[np.int64]) -> OutOfReach:
    """Ask who acted on crowded targets at some times."""
    asked = np.stack((target.astype(np.int64), low, high))
    return OutOfReach({"kind": PLACES, "accounts": b"", "asked": asked.tobytes()})


def followers_wanted(search: FollowerSearch) -> OutOfReach:
    """Ask how many followers there are in the whole log."""
    asked = np.append(search.targets, search.least).astype(np.int64)
    return OutOfReach({
        "kind": FOLLOWERS, "accounts": search.members.astype(np.int32).tobytes(), "asked": asked.tobytes(),
    })  # fmt: skip


def _nowhere() -> Places:
    return np.empty(0, np.int32), np.empty(0, np.int64), np.empty(0, np.int64)


@dataclass(slots=True, eq=False)
class Needs:
    """What one group needs to be judged.

    Attributes
    ----------
    accounts : ndarray of int32
        The accounts of which it needs all events.
    places : tuple of ndarray
        Targets, and the first and last times, where it needs to know who acted.
    n_followers : int
        The answer to its search; -1 where it asked for none.
    search : FollowerSearch or None
        What is not answered yet.
    """

    accounts: Members
    places: Places = field(default_factory=_nowhere)
    n_followers: int = -1
    search: FollowerSearch | None = None

    def add(self, row: dict[str, Any]) -> None:
        """Take down what a row of :data:`UNIT` asks for."""
        accounts = np.frombuffer(row["accounts"], np.int32)
        if row["kind"] == ACCOUNTS:
            self.accounts = np.union1d(self.accounts, accounts).astype(np.int32)
            return
        asked = np.frombuffer(row["asked"], np.int64)
        if row["kind"] == PLACES:
            target, low, high = asked.reshape(3, -1)
            places = self.places
            more = np.append(places[1], low), np.append(places[2], high)
            self.places = np.append(places[0], target.astype(np.int32)), *more
        else:
            self.search = FollowerSearch(accounts, asked[:-1].astype(np.int32), int(asked[-1]))
