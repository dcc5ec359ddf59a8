"""Beyond: what the whole log knows of a ring, where the ring's own tables end."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clickgraph.log.events import Events
from clickgraph.rings.origin import code_in, find_rows
from clickgraph.rings.ring import Ring


@dataclass(frozen=True, slots=True, eq=False)
class Beyond:
    """The log, with the ring's members and acts marked in it.

    Attributes
    ----------
    events : Events
        The log.
    member : ndarray of int64, shape (n_events,)
        Position of each event's account in ``ring.accounts``, -1 for everyone else.
    is_act : ndarray of bool, shape (n_events,)
        Whether the event is an act of the ring: a member's, inside a burst.
    """

    events: Events
    member: NDArray[np.int64]
    is_act: NDArray[np.bool_]

    @classmethod
    def of(cls, ring: Ring, events: Events) -> "Beyond":
        """Find a ring in its log; InputError where it is another log. Cost: a few passes over the log."""
        is_act = np.zeros(len(events), dtype=np.bool_)
        is_act[find_rows(events, ring.acts)] = True
        code = code_in(events.account_ids, pa.chunked_array([ring.accounts]))
        place = np.full(events.n_accounts + 1, -1)
        place[code] = np.arange(len(code))
        return cls(events, place[:-1][events.account_code], is_act)

    def n_events_on(self, contents: pa.ChunkedArray, actions: pa.ChunkedArray) -> NDArray[np.int64]:
        """Return the events of the whole log on each (content, action)."""
        events = self.events
        n_actions = len(events.action_ids)
        key = events.content_code.astype(np.int64) * n_actions + events.action_code
        per_target = np.bincount(key, minlength=events.n_contents * n_actions)
        wanted = code_in(events.content_ids, contents) * n_actions + code_in(events.action_ids, actions)
        totals: NDArray[np.int64] = per_target[wanted].astype(np.int64)
        return totals

    def n_debuts(self) -> int | None:
        """Return how many members' first event in the log is an act of the ring; None without a clock."""
        if self.events.clock is None:
            return None
        n = int(self.member.max(initial=-1)) + 1
        first = np.full((2, n), np.iinfo(np.int64).max)
        for row, chosen in zip(first, (self.member >= 0, self.is_act), strict=True):
            np.minimum.at(row, self.member[chosen], self.events.time[chosen])
        return int(np.sum(first[0] == first[1]))
