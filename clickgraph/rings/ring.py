"""Ring: one group of accounts, what it did, and the pieces of evidence."""

from dataclasses import dataclass
from typing import Any, Literal, get_args

import pyarrow as pa

from clickgraph.errors import InputError
from clickgraph.log.table import Table
from clickgraph.log.text import printable

# From what accuses most to what acquits: the order in which groups are shown and accounts are ranked.
VerdictName = Literal["ring", "candidate", "not enough data", "audience"]
VERDICTS: tuple[VerdictName, ...] = get_args(VerdictName)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One piece of what speaks for or against a ring.

    Attributes
    ----------
    name : str
        What was looked at: "bursts", "choice of bursts", "variance ratio", ...
    observed, expected : float
        What was seen, and what chance would give.
    bits : float
        What the piece adds to the score; the pieces of a ring add up to its ``score_bits``.

    Examples
    --------
    >>> Evidence("bursts", observed=40.0, expected=2.5, bits=106.0).bits
    106.0
    """

    name: str
    observed: float
    expected: float
    bits: float


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Ring:
    """Accounts that acted together beyond chance, with the bursts that bind them and the evidence.

    Attributes
    ----------
    id : str
        Stable: made from the sorted ids of the members.
    score_bits, p_value : float
        How unlikely the bursts are by chance, all choices paid for.
    verdict : {"ring", "audience", "candidate", "not enough data"}
        What the group looks like; a suspicion, never a conviction.
    decided_by : str
        The piece of evidence that decided the verdict.
    accounts, contents : pyarrow.Array
        The caller's own ids, sorted.
    evidence : tuple of Evidence
    summary : dict
        The ring's row of ``Rings.summary``.
    members, bursts, acts, ties : Table
        The tables of :class:`Rings`, restricted to this ring.
    """

    id: str
    score_bits: float
    p_value: float
    verdict: str
    decided_by: str
    accounts: pa.Array
    contents: pa.Array
    evidence: tuple[Evidence, ...]
    summary: dict[str, Any]
    members: Table
    bursts: Table
    acts: Table
    ties: Table

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Ring):
            return NotImplemented
        # A repr is exact for floats, and unlike == it finds one NaN equal to another.
        return repr((self.summary, self.evidence)) == repr((other.summary, other.evidence)) and all(
            getattr(self, name) == getattr(other, name) for name in ("members", "bursts", "acts", "ties")
        )

    def __repr__(self) -> str:
        return (
            f"Ring({printable(self.id)!r}, verdict={self.verdict!r}, score_bits={self.score_bits:.1f}, "
            f"p_value={self.p_value:.3g}, {len(self.accounts)} accounts, {len(self.contents)} contents)"
        )


def one_ring(ring: object) -> Ring:
    """Return `ring`, if it is one.

    Raises
    ------
    InputError
        If it is not: several rings are neither explained nor drawn in one go.
    """
    if not isinstance(ring, Ring):
        raise InputError("one Ring", f"a {type(ring).__name__}", "rings[0] is the best of several")
    return ring
