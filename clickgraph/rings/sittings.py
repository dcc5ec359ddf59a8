"""Sittings: whether what a group has in common is a list that people go through at one go."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clickgraph.rings.background import Background
from clickgraph.rings.bursts import keep_one_proof
from clickgraph.rings.followers import NO_ACCOUNTS, FollowerSearch, most_at_one_go
from clickgraph.rings.occasions import label_sittings
from clickgraph.rings.trial import BITS, Trial, p_value_of, price_of_choice


@dataclass(frozen=True, slots=True)
class Sittings:
    """What is left of a group's evidence when a sitting is one proof, and who else sat through its list.

    Attributes
    ----------
    bits : float
        The evidence after all costs, each sitting of a member counted in one burst only.
    followers : float
        Outsiders who, at any time, acted in one sitting on at least a quarter as many of the group's contents as its
        median member did (two at least), per member: about 0 for a farm; many where the contents are a course, a
        playlist or a page that people go through. Members of rings are not counted. Not a number where the evidence
        holds without: nobody was looked for.
    """

    bits: float
    followers: float

    @property
    def p_value(self) -> float:
        """``2 ** -bits``, at most one."""
        return p_value_of(self.bits)


def measure_sittings(
    log: Background, trial: Trial, *, alpha: float, rings: NDArray[np.int32] = NO_ACCOUNTS
) -> Sittings:
    """Count every sitting once; where less than `alpha` asks for is left, count who else went through the contents.

    `rings`: accounts that are told in other rings, and follow nobody.
    Cost: a sort of the events in the bursts, or else of all events on the group's targets.
    """
    slots = log.graph.slots
    inside, _ = trial.bursts.acts()
    once = keep_one_proof(trial.bursts, slots.account, _sittings_of(log, inside), n_windows=len(log.windows))
    bits = (math.fsum(once.nats) - price_of_choice(log, trial.members.account, once)) * BITS
    return Sittings(bits, math.nan if p_value_of(bits) <= alpha else _followers(log, trial, rings))


def _sittings_of(log: Background, chosen: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the number of the sitting of each of some slots."""
    slots = log.graph.slots
    return label_sittings(slots.account[chosen], slots.time[chosen])


def _followers(log: Background, trial: Trial, rings: NDArray[np.int32]) -> float:
    slots, members = log.graph.slots, trial.members.account
    if len(members) == 0:
        return 0.0
    targets = np.unique(slots.target[trial.bursts.first])
    theirs = log.slots_of(members)
    theirs = theirs[np.isin(slots.target[theirs], targets)]
    who, most = most_at_one_go(slots.account[theirs], slots.time[theirs], slots.target[theirs])
    least = max(2, math.ceil(float(np.median(_of_all(members, who, most))) / 4))
    return log.count_followers(FollowerSearch(np.union1d(members, rings), targets, least)) / len(members)


def _of_all(members: NDArray[np.int32], who: NDArray[np.int32], most: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the numbers of some of the members for all of them: zero for the others."""
    of_all = np.zeros(len(members), np.int64)
    of_all[np.searchsorted(members, who)] = most
    return of_all
