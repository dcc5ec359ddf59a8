"""Background: what everyone did, against which a group is judged."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from clickgraph.graph.engagement import EngagementGraph
from clickgraph.graph.null import layer_activity
from clickgraph.graph.windows import EVER
from clickgraph.kernels._jit import per_thread
from clickgraph.kernels.activity import count_by_layer, expected_hits, rate_of_outsiders
from clickgraph.kernels.bursts import Clock, Crowd, clock_of, find_bursts
from clickgraph.kernels.growth import Ground
from clickgraph.kernels.hits import Scratch, count_hits, new_scratch
from clickgraph.kernels.slots import slots_of
from clickgraph.kernels.sorting import rows_in_place
from clickgraph.rings.bursts import Bursts, one_proof_per_act
from clickgraph.rings.followers import FollowerSearch

REMEMBERED = 4  # groups
ONE_EACH = np.empty(0, np.int64)  # each slot stands for one event


@dataclass(frozen=True, slots=True, eq=False)
class Background:
    """The log as the refinement and the scores need it. Made by :meth:`of`.

    Attributes
    ----------
    graph : EngagementGraph
        The log.
    windows : ndarray of int64
        Widths of bursts in microseconds, ascending.
    clock : Clock
        When everyone acted, per layer.
    activity : scipy.sparse.csr_array
        Events per account and layer.
    n_acted : ndarray of int64, shape (n_accounts,)
        Events per account.
    before : ndarray of int64, shape (n_slots + 1,) or (0,)
        Events before each slot, where a slot may stand for several; empty where each is one event.
    n_as_active : ndarray of int64, shape (most events of an account + 1,)
        Accounts by the number of their events.
    """

    graph: EngagementGraph
    windows: NDArray[np.int64]
    clock: Clock
    activity: csr_array
    n_acted: NDArray[np.int64]
    before: NDArray[np.int64]
    n_as_active: NDArray[np.int64] = field(init=False)
    _at_hand: Callable[[], "_AtHand"] = field(init=False)
    _ground: Ground = field(init=False)

    def __post_init__(self) -> None:
        """Let each thread have what it counts groups in, and count once what every group is asked for."""
        n_accounts, graph, activity = self.graph.n_accounts, self.graph, self.activity
        object.__setattr__(self, "n_as_active", np.bincount(self.n_acted))
        object.__setattr__(self, "_at_hand", per_thread(lambda: _AtHand(new_scratch(n_accounts), OrderedDict())))
        ground = Ground(
            graph.slots, self.windows, graph.target_layer, graph.base_layer, self.clock,
            activity.indptr, activity.indices, activity.data, self.before,
        )  # fmt: skip
        object.__setattr__(self, "_ground", ground)

    @classmethod
    def of(cls, graph: EngagementGraph, windows: NDArray[np.int64]) -> "Background":
        """Index a log. Cost: one sort of its times."""
        timed = windows_of_bursts(windows, graph.events.clock)
        indptr, layer, n_events = layer_activity(graph)
        activity = csr_array((n_events, layer, indptr), shape=(graph.n_accounts, graph.n_layers))
        return cls(graph, timed, _clock_of_all(graph), activity, graph.n_acted, ONE_EACH)

    @property
    def n_accounts(self) -> int:
        """Accounts that did anything."""
        return int(self.n_as_active[1:].sum())

    def slots_of(self, members: NDArray[np.int32]) -> NDArray[np.int64]:
        """Return the slots of the members, ascending."""
        mine: NDArray[np.int64] = slots_of(members, self.graph.slots)
        return mine

    def ground(self) -> Ground | None:
        """Return the log as the kernels grow seeds in it; None where an act or a slot may stand for several events."""
        return None if len(self.graph.slots.act) or len(self.before) else self._ground

    def scratch(self) -> Scratch:
        """Return what this thread counts groups in."""
        return self._at_hand().scratch

    def bursts_of(self, members: NDArray[np.int32], *, by_hours: bool) -> Bursts:
        """Find where the members act together; each burst explains more than its choice costs.

        A burst is compared with what was done in its own hours, or with the whole log. Its choice costs the
        logarithm of the places where one could begin (the members' events, in each window), shared among the
        bursts found. An act that touches several contents is counted in the burst that explains most.
        What was asked last is remembered: the turns of the refinement ask for the same group several times.
        """
        key, remembered = (by_hours, members.tobytes()), self._at_hand().remembered
        if key not in remembered:
            remembered[key] = self._find_bursts(members, by_hours=by_hours)
            if len(remembered) > REMEMBERED:
                remembered.popitem(last=False)
        return remembered[key]

    def _find_bursts(self, members: NDArray[np.int32], *, by_hours: bool) -> Bursts:
        mine = self.slots_of(members)
        layer, base_layer = self.graph.target_layer, self.graph.base_layer
        theirs = clock_of(mine, by_hours, layer, base_layer, self.graph.slots)
        crowd = Crowd(layer, self.clock, theirs, by_hours, self.before)
        rows = find_bursts(mine, self.graph.slots, self.windows, crowd, self.scratch())
        found = Bursts.from_rows(rows, mine, self.before)
        return one_proof_per_act(found, self.graph.slots, n_windows=len(self.windows))

    def targets_of(self, bursts: Bursts) -> NDArray[np.int32]:
        """Return the targets on which the bursts are, ascending."""
        targets: NDArray[np.int32] = np.unique(self.graph.slots.target[bursts.first])
        return targets

    def hits_in(self, bursts: Bursts, members: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Return the members that hit a burst and the others that hit two, ascending, and how many each of them hit."""
        runs = np.column_stack((bursts.first, bursts.end))
        who, hits = count_hits(runs, members, self.graph.slots, self.scratch())
        return who, hits

    def outside_rate(self, members: NDArray[np.int32], bursts: Bursts) -> NDArray[np.float64]:
        """Return, per layer, the bursts that an outsider's event hits on average: float64 (n_layers,)."""
        activity, slots, clock = self.activity, self.graph.slots, self.clock
        layer = self.graph.target_layer[slots.target[bursts.first]]
        theirs = count_by_layer(members, activity.indptr, activity.indices, activity.data, self.graph.n_layers)
        rate: NDArray[np.float64] = rate_of_outsiders(
            theirs, np.diff(clock.before[clock.indptr]), layer, bursts.n_outside
        )
        return rate

    def expected_hits(self, accounts: NDArray[np.int32], rate: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the bursts that each of some accounts hits at the :meth:`outside_rate`: float64."""
        activity = self.activity
        expected: NDArray[np.float64] = expected_hits(accounts, activity.indptr, activity.indices, activity.data, rate)
        return expected

    def count_followers(self, search: FollowerSearch) -> int:
        """Return how many outsiders go through a group's targets at one go. Cost: a sort of the events on these."""
        slots = self.graph.slots
        runs = [np.arange(*slots.target_indptr[target : target + 2]) for target in search.targets]
        there = np.concatenate([np.empty(0, np.int64), *runs])
        return search.count(slots.account[there], slots.time[there], slots.target[there])


class _AtHand(NamedTuple):
    """What one thread counts one group after another in, and the bursts that it was asked for last."""

    scratch: Scratch
    remembered: OrderedDict[tuple[bool, bytes], Bursts]


def _clock_of_all(graph: EngagementGraph) -> Clock:
    """Return what :func:`clickgraph.kernels.bursts.clock_of` does of all slots: numpy sorts millions faster."""
    if graph.n_layers == 1:
        return Clock(np.sort(graph.slots.time), np.array([0, graph.n_events]), rows_in_place(graph.n_events + 1))
    slots, layer = graph.in_pools(np.arange(graph.n_events))
    time, indptr = graph.slots.time[slots], np.zeros(graph.n_layers + 1, dtype=np.int64)
    np.cumsum(np.bincount(layer, minlength=graph.n_layers), out=indptr[1:])
    return Clock(time[np.lexsort((time, layer))], indptr, rows_in_place(len(slots) + 1))


def windows_of_bursts(windows: NDArray[np.int64], clock: int | None) -> NDArray[np.int64]:
    """Return the windows that a burst may have; on a clock it has a beginning and an end, so none lasts "ever"."""
    return windows[windows < EVER] if clock is not None else windows
