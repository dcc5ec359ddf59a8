"""Sittings: whether what a group has in common is a list that people go through at one go."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clickgraph.rings.background import Background
from clickgraph.rings.bursts import keep_one_proof
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
        playlist or a page that people go through. Not a number where the evidence holds without: nobody was looked for.
    """

    bits: float
    followers: float

    @property
    def p_value(self) -> float:
        """``2 ** -bits``, at most one."""
        return p_value_of(self.bits)


def measure_sittings(log: Background, trial: Trial, *, alpha: float) -> Sittings:
    """Count every sitting once; where less than `alpha` asks for is left, count who else went through the contents.

    Cost: a sort of the events in the bursts, or else of all events on the group's targets.
    """
    slots = log.graph.slots
    inside, _ = trial.bursts.acts()
    once = keep_one_proof(trial.bursts, slots.account, _sittings_of(log, inside), n_windows=len(log.windows))
    bits = (math.fsum(once.nats) - price_of_choice(log, trial.members.account, once)) * BITS
    return Sittings(bits, math.nan if p_value_of(bits) <= alpha else _followers(log, trial))


def _sittings_of(log: Background, chosen: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the number of the sitting of each of some slots."""
    slots = log.graph.slots
    return label_sittings(slots.account[chosen], slots.time[chosen])


def _followers(log: Background, trial: Trial) -> float:
    slots, members = log.graph.slots, trial.members.account
    if len(members) == 0:
        return 0.0
    first = trial.bursts.first
    runs = [np.arange(*slots.target_indptr[target : target + 2]) for target in np.unique(slots.target[first])]
    on_list = np.concatenate([np.empty(0, np.int64), *runs])
    sitting, n_targets = _sittings_of(log, on_list), len(log.graph.target_layer)
    done = np.sort(sitting * n_targets + slots.target[on_list])
    n_done = np.bincount(done[np.diff(done, prepend=-1) > 0] // n_targets)
    most = np.zeros(log.graph.n_accounts, np.int64)
    np.maximum.at(most, slots.account[on_list], n_done[sitting])
    least = max(2, math.ceil(float(np.median(most[members])) / 4))
    followed = most >= least
    followed[members] = False
    return float(followed.sum()) / len(members)
