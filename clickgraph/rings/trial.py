"""Trial: one group against one expectation, with every choice paid for."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from clickgraph.rings.background import Background
from clickgraph.rings.bursts import Bursts
from clickgraph.rings.membership import Membership, judge_accounts
from clickgraph.rings.model import Evidence

BITS = 1 / math.log(2)


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """A group's members and bursts, and what they are worth.

    Attributes
    ----------
    members : Membership
        The members that the bursts bear out.
    bursts : Bursts
        Where they acted together.
    pieces : tuple of Evidence
        The bursts' evidence and what the choice of bursts and members cost; they add up to `bits`.
    """

    members: Membership
    bursts: Bursts
    pieces: tuple[Evidence, ...]

    @property
    def bits(self) -> float:
        """Evidence after all costs. The chance of as much in any group is at most ``2 ** -bits``."""
        return math.fsum(piece.bits for piece in self.pieces)

    @property
    def p_value(self) -> float:
        """``2 ** -bits``, at most one."""
        return p_value_of(self.bits)


def p_value_of(bits: float) -> float:
    """Return ``2 ** -bits``, at most one: Markov's inequality for an e-value."""
    return 1.0 if bits <= 0 else 2.0**-bits


def try_group(log: Background, members: NDArray[np.int32], *, by_hours: bool) -> Trial:
    """Try a group against the outsiders of its own hours, or against the whole log.

    Members whom the bursts do not bear out leave, until all that are left are borne out: nobody is named
    who was not seen in two bursts.
    """
    while True:
        bursts = log.bursts_of(members, by_hours=by_hours)
        group = judge_accounts(log, members, bursts)
        group = group.where(np.isin(group.account, members))
        if len(group) == len(members) or len(group) < 2:
            break
        members = group.account
    return Trial(group, bursts, _pieces(log, bursts, n_members=len(group)))


def _pieces(log: Background, bursts: Bursts, *, n_members: int) -> tuple[Evidence, ...]:
    """Sum up the bursts, and price the choice of them and of the members."""
    seen, expected = float(bursts.n_members.sum()), float(bursts.expected.sum())
    return (
        Evidence("bursts", seen, expected, math.fsum(bursts.nats) * BITS),
        Evidence("choice of bursts", float(len(bursts)), 0.0, -_choice_nats(log.n_intervals, len(bursts)) * BITS),
        Evidence("choice of members", float(n_members), 0.0, -_choice_nats(log.graph.n_accounts, n_members) * BITS),
    )


def _choice_nats(n: int, k: int) -> float:
    """Price of choosing `k` of `n`: the logarithm of the number of choices, and of saying how many."""
    return float(gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1) + math.log((k + 1) * (k + 2)))
