"""Trial: one group against one expectation, with every choice paid for."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from clickgraph.kernels.factorials import log_choose
from clickgraph.rings.background import Background
from clickgraph.rings.bursts import Bursts
from clickgraph.rings.membership import Membership, judge_accounts
from clickgraph.rings.model import Evidence
from clickgraph.settings import LOOKS

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
    def burst_bits(self) -> float:
        """Evidence of the bursts, before any choice is paid for."""
        return self.pieces[0].bits

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
        if len(group) == len(members):
            break
        members = group.account
    return Trial(group, bursts, _pieces(log, group.account, bursts))


def _pieces(log: Background, members: NDArray[np.int32], bursts: Bursts) -> tuple[Evidence, ...]:
    """Sum up the bursts, and price the choice of them and of the members."""
    seen, expected = float((bursts.n_members - 1).sum()), math.fsum(bursts.expected)
    begun, windows, chosen = (
        price * BITS for price in (price_of_beginnings(log, members, bursts), price_of_windows(log, bursts),
                                   price_of_members(log, members))
    )  # fmt: skip
    return (
        Evidence("bursts", seen, expected, math.fsum(bursts.nats) * BITS),
        Evidence("choice of bursts", float(len(bursts)), 0.0, -begun),
        Evidence("choice of windows", float(len(np.unique(bursts.window))), 0.0, -windows),
        Evidence("choice of members", float(len(members)), 0.0, -chosen),
    )


def price_of_choice(log: Background, members: NDArray[np.int32], bursts: Bursts) -> float:
    """Nats for saying which bursts, in which windows, and which members."""
    begun = price_of_beginnings(log, members, bursts)
    return begun + price_of_windows(log, bursts) + price_of_members(log, members)


def price_of_beginnings(log: Background, members: NDArray[np.int32], bursts: Bursts) -> float:
    """Nats for saying with which of the members' events the bursts begin."""
    return _price_of_subset(int(log.n_acted[members].sum()), len(bursts))


def price_of_windows(log: Background, bursts: Bursts) -> float:
    """Nats for saying how many bursts have each window, and which ones: little where all have the same."""
    n, others = len(bursts), max(1, len(log.windows)) - 1
    counts = np.unique(bursts.window, return_counts=True)[1]
    return log_choose(n + others, others) + float(gammaln(n + 1) - gammaln(counts + 1).sum())


def price_of_members(log: Background, members: NDArray[np.int32]) -> float:
    """Nats for naming the members among those of at least their activity, in powers of two, and the look."""
    if len(members) == 0:
        return 0.0
    level = math.floor(math.log2(max(1, log.n_acted[members].min())))
    n_levels = math.floor(math.log2(max(1, len(log.n_as_active) - 1))) + 1
    return _price_of_subset(int(log.n_as_active[2**level :].sum()), len(members)) + math.log(n_levels * LOOKS.default)


def _price_of_subset(n: int, k: int) -> float:
    """Nats for naming `k` of `n`: the logarithm of the number of choices, and of saying how many."""
    return log_choose(n, k) + math.log((k + 1) * (k + 2))
