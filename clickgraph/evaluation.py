"""Rings against the truth: what was found, what was missed, and who was accused wrongly.

Who acted fewer than twice for a farm shares nothing with anyone, so he is neither right nor wrong to report:
such accounts are left out of every measure here and counted apart (``Evaluation.n_apart``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clickgraph.errors import InputError
from clickgraph.log.ids import comparable
from clickgraph.log.table import Table
from clickgraph.matching import MATCH, Groups, find_ids, group_accounts, ids_as, match_groups
from clickgraph.measures import Flags, adjusted_rand_index, average_precision, calibration
from clickgraph.rings.ring import VERDICTS

__all__ = ["Evaluation", "calibration", "evaluate", "match_rings"]

MIN_ACTS = 2
_MEMBERS = ("ring", "account", "score_bits")
_TRUTH = ("account", "ring", "n_acts")


class HasRings(Protocol):
    """What is read of a result: `members` (ring, account, score_bits) and `summary` (ring, verdict)."""

    @property
    def members(self) -> Table: ...
    @property
    def summary(self) -> Table: ...


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How well rings fit the truth; see :func:`evaluate` for the definitions.

    Attributes
    ----------
    average_precision : float
        Of the ranking of accounts by their best ring's score; nan where the truth has no member.
    n_rings, n_true_rings, n_matched : int
        Rings reported, rings of the truth, and those of the truth that were matched.
    n_organic, n_organic_ahead : int
        Organic rings reported, and those that outrank the median matched ring.
    adjusted_rand_index : float
        Of the partition of the accounts into rings and the rest.
    n_members, n_apart : int
        Accounts that acted at least twice for a farm, and farm accounts that are counted apart.
    matches : Table
        A row per true ring, as :func:`match_rings` gives it.
    """

    average_precision: float
    n_rings: int
    n_true_rings: int
    n_matched: int
    n_organic: int
    n_organic_ahead: int
    adjusted_rand_index: float
    n_members: int
    n_apart: int
    matches: Table


def evaluate(
    rings: HasRings | Table | pa.Table,
    truth: Table | pa.Table,
    *,
    accounts: Any,
    verdicts: Sequence[str] | None = None,
) -> Evaluation:
    """Measure rings against the truth.

    - *Average precision* over accounts: ``sum((recall_k - recall_{k-1}) * precision_k)`` over the distinct
      scores, highest first; an account's score is its best ring's, accounts in no ring come last, and equal
      scores share one threshold (the estimate of Davis and Goadrich 2006, as scikit-learn computes it). The
      verdict comes before the bits where `rings` has verdicts: whoever is called an audience is not accused, however
      strong the evidence that they come together.
    - *Matched*: a true ring whose partner has ``F1 = 2 * common / (found + true) >= 0.8``; partners are one
      to one, chosen for the most matches, then the largest sum of F1 (Kuhn 1955,
      doi:10.1002/nav.3800020109).
    - *Organic*: a reported ring less than half of whose accounts are of a farm. *Ahead*: it stands above the
      median of the matched rings; where none matched, every organic ring is ahead.
    - *Adjusted Rand index* (Hubert and Arabie 1985, doi:10.1007/BF01908075) of two partitions of all
      accounts: into their best rings, and into the true rings; who is in none is in the class "none".

    Parameters
    ----------
    rings : Rings, or table
        A result (its tables `members` and, for `verdicts`, `summary`), or just a table of members with
        columns ring, account, score_bits.
    truth : Table
        account, ring, n_acts, as a simulated World carries it.
    accounts : array_like
        The ids of all accounts of the log; repeats do no harm.
    verdicts : sequence of str, optional
        Count only the rings of these verdicts, such as ``["ring"]``; it needs `summary` with its verdicts.

    Raises
    ------
    InputError
        A table lacks a column, or `accounts` lacks an account of the rings.

    Examples
    --------
    >>> rings = Table.from_columns(ring=["r"] * 3, account=["a", "b", "x"], score_bits=[9.0] * 3)
    >>> truth = Table.from_columns(account=["a", "b"], ring=["farm"] * 2, n_acts=[5, 4])
    >>> result = evaluate(rings, truth, accounts=["a", "b", "x", "y"])
    >>> round(result.average_precision, 3), result.n_matched, result.n_organic
    (0.667, 1, 0)
    """
    found, true, apart = _read(_members(rings, verdicts), truth, accounts=accounts)
    matches = match_groups(found.without(apart), true)
    is_matched = matches["f1"].to_numpy() >= MATCH
    organic = found.standing[_is_organic(found, farm=apart | true.is_member())]
    partners = np.isin(found.names, matches["found"].filter(is_matched).to_pylist())
    bar = np.median(found.standing[partners]) if is_matched.any() else -np.inf
    best, counted = found.bestgroup_accounts(), ~apart
    score = np.append(found.standing, -1).astype(np.float64)[best]
    return Evaluation(
        average_precision=average_precision(score[counted], positive=true.is_member()[counted]),
        n_rings=len(found.names),
        n_true_rings=len(true.names),
        n_matched=int(is_matched.sum()),
        n_organic=len(organic),
        n_organic_ahead=int(np.sum(organic > bar)),
        adjusted_rand_index=adjusted_rand_index(best[counted], true.bestgroup_accounts()[counted]),
        n_members=int(true.is_member().sum()),
        n_apart=int(apart.sum()),
        matches=Table(matches),
    )


def match_rings(rings: HasRings | Table | pa.Table, truth: Table | pa.Table) -> Table:
    """Return for each true ring its partner among the rings found.

    Partners are one to one, chosen for the most with F1 >= 0.8, then for the largest sum of F1
    (Kuhn 1955, doi:10.1002/nav.3800020109).

    Parameters
    ----------
    rings, truth
        As for :func:`evaluate`.

    Returns
    -------
    Table
        ring (of the truth), n_accounts (members that acted at least twice), found (the partner's id, null
        where nothing overlaps), score_bits (its score, nan), precision, recall, f1; in the order of `ring`.

    Examples
    --------
    >>> rings = Table.from_columns(ring=["r"] * 2, account=["a", "x"], score_bits=[9.0] * 2)
    >>> truth = Table.from_columns(account=["a", "b"], ring=["farm"] * 2, n_acts=[5, 4])
    >>> match_rings(rings, truth).to_pylist()[0]["precision"]
    0.5
    """
    members, known = _members(rings, None), _to_table(truth, _TRUTH)
    ids = comparable(known["account"])
    ids = pa.chunked_array([*ids.chunks, *ids_as(members["account"], ids.type).chunks], ids.type)
    found, true, apart = _read(members, known, accounts=ids)
    return Table(match_groups(found.without(apart), true))


def _read(members: pa.Table, truth: Any, *, accounts: Any) -> tuple[Groups, Groups, Flags]:
    """Return the rings found, the true ones, and the farm accounts that are counted apart."""
    ids = pc.unique(comparable(accounts if isinstance(accounts, pa.Array | pa.ChunkedArray) else pa.array(accounts)))
    known = _to_table(truth, _TRUTH)
    score = members["score_bits"].cast(pa.float64()).to_numpy()
    found = group_accounts(members["ring"], members["account"], score=score, rank=members["rank"].to_numpy(), ids=ids)
    acted = pc.greater_equal(known["n_acts"], MIN_ACTS)
    part = known.filter(acted)
    none = np.zeros(len(part))
    true = group_accounts(part["ring"], part["account"], score=none, rank=none.astype(np.int64), ids=ids)
    # An account of the truth that never acted need not be in the log.
    everyone = find_ids(known["account"], ids).drop_null().to_numpy()
    apart = np.zeros(len(ids), dtype=np.bool_)
    apart[everyone] = True
    return found, true, apart & ~true.is_member()


def _members(rings: Any, verdicts: Sequence[str] | None) -> pa.Table:
    """Return ring, account, score_bits and the rank of the ring's verdict, 0 where none is known."""
    members = _to_table(getattr(rings, "members", rings), _MEMBERS).select(_MEMBERS)
    if verdicts is None and not hasattr(rings, "summary"):
        return members.append_column("rank", pa.array(np.zeros(len(members), dtype=np.int64)))
    summary = _to_table(getattr(rings, "summary", rings), ("ring", "verdict"))
    if verdicts is not None:
        summary = summary.filter(pc.is_in(summary["verdict"], value_set=pa.array(verdicts)))
    place = pc.index_in(members["ring"], value_set=summary["ring"].combine_chunks())
    rank = pc.fill_null(pc.index_in(summary["verdict"], value_set=pa.array(VERDICTS)), len(VERDICTS))
    return members.append_column("rank", rank.take(place)).filter(pc.is_valid(place))


def _to_table(source: Any, columns: tuple[str, ...]) -> pa.Table:
    try:
        table = pa.table(source)
    except (TypeError, ValueError) as error:
        found, hint = f"a {type(source).__name__}", "rings, a Table, or what Arrow can read"
        raise InputError(f"a table with columns {', '.join(columns)}", found, hint) from error
    missing = [name for name in columns if name not in table.column_names]
    if missing:
        hint = "rename the columns, or pass the whole result"
        raise InputError(f"a table with columns {', '.join(columns)}", f"no {', '.join(missing)}", hint)
    if "account" in columns and not isinstance(table["account"].type, pa.BaseExtensionType):
        table = table.set_column(table.column_names.index("account"), "account", comparable(table["account"]))
    return table


def _is_organic(found: Groups, *, farm: Flags) -> Flags:
    in_farm = np.bincount(found.group, weights=farm[found.account], minlength=len(found.names))
    return in_farm < 0.5 * found.sizes()
