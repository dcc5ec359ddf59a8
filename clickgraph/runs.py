"""Runs: the rings of one log under several settings, each matched with those of the base."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy.sparse import csr_array

from clickgraph.log.table import Table
from clickgraph.log.text import printable
from clickgraph.matching import MATCH
from clickgraph.rings.display import count_of
from clickgraph.rings.model import Rings
from clickgraph.rings.origin import code_in

Windows = tuple[str, ...]


class Setting(NamedTuple):
    """One run: the seed, the windows and the resolution, and which of them differs from the base."""

    name: str
    value: str
    rng: int
    windows: Windows
    resolution: float


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Stability:
    """The rings of a log, and what becomes of them under other settings. Made by :func:`stability`.

    Attributes
    ----------
    rings : Rings
        Under the base settings, as :func:`clickgraph.find_rings` finds them.
    runs : Table
        A row per other setting and ring: setting ("rng", "windows", "resolution"), value (text), ring, n_accounts,
        match (the ring of that run that is most alike, null where none shares an account), f1, jaccard (float64),
        score_bits (of the match, nan without one), verdict (of the match, or null).
    accounts : Table
        A row per ring and member: ring, account, n_runs in which the account is in the match, share (of the runs).
    """

    rings: Rings
    runs: Table
    accounts: Table

    def summary(self) -> Table:
        """Return a row per ring: ring, n_runs, n_again (F1 of 0.8 or more), median_f1, n_same_verdict."""
        verdicts = dict(zip(*(self.rings.summary[name].to_pylist() for name in ("ring", "verdict")), strict=True))
        rows = []
        for ring, verdict in verdicts.items():
            of_ring = [row for row in self.runs if row["ring"] == ring]
            f1 = [row["f1"] for row in of_ring]
            rows.append({
                "ring": ring, "n_runs": len(f1), "n_again": sum(value >= MATCH for value in f1),
                "median_f1": float(np.median(f1)),
                "n_same_verdict": sum(row["verdict"] == verdict and row["f1"] >= MATCH for row in of_ring),
            })  # fmt: skip
        kinds = [pa.string(), pa.int64(), pa.int64(), pa.float64(), pa.int64()]
        names = ["ring", "n_runs", "n_again", "median_f1", "n_same_verdict"]
        return Table(pa.Table.from_pylist(rows, schema=pa.schema(list(zip(names, kinds, strict=True)))))

    def _repr_html_(self) -> str:
        return self.summary()._repr_html_()

    def __repr__(self) -> str:
        if not len(self.rings):
            return "no rings under the base settings: nothing to compare"
        lines = [
            f"ring {printable(row['ring'])}: again in {row['n_again']:,} of {count_of(row['n_runs'], 'run')}"
            f" (median F1 {row['median_f1']:.2f}), same verdict in {row['n_same_verdict']:,}"
            for row in self.summary()
        ]
        return "\n".join(lines)


def compare_runs(base: Rings, runs: Sequence[tuple[Setting, Rings]], *, account_ids: pa.Array) -> Stability:
    """Match the rings of the base with those of each run, and count in how many runs each member comes back."""
    ours = _members(base, account_ids)
    again = np.zeros(len(ours[0]), dtype=np.int64)
    parts = []
    for setting, found in runs:
        theirs = _members(found, account_ids)
        match, f1, jaccard = _best_matches(ours, theirs, shape=(len(base), len(found)), n_accounts=len(account_ids))
        mine, yours = (ring * len(account_ids) + account for ring, account in ((match[ours[0]], ours[1]), theirs))
        again += (match[ours[0]] >= 0) & np.isin(mine, yours)
        parts.append(
            _run_rows(base, found, setting, match).append_column("f1", [f1]).append_column("jaccard", [jaccard])
        )
    accounts = base.members.to_arrow().select(["ring", "account"])
    accounts = accounts.append_column("n_runs", [again]).append_column("share", [again / len(runs)])
    return Stability(base, Table(pa.concat_tables(parts)), Table(accounts))


def _members(rings: Rings, account_ids: pa.Array) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the ring, by position, and the account code of each row of ``rings.members``."""
    ids = pa.array(rings.summary["ring"].combine_chunks())
    return code_in(ids, rings.members["ring"]), code_in(account_ids, rings.members["account"])


def _best_matches(
    ours: tuple[NDArray[np.int64], NDArray[np.int64]],
    theirs: tuple[NDArray[np.int64], NDArray[np.int64]],
    *,
    shape: tuple[int, int],
    n_accounts: int,
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Return for each of our rings the most alike of theirs (-1 for none), F1 and Jaccard; of equal ones the first."""
    one, two = (
        csr_array((np.ones(len(side[0])), side), shape=(n_rings, n_accounts))
        for side, n_rings in zip((ours, theirs), shape, strict=True)
    )
    none = np.zeros(shape[0])
    if 0 in shape:
        return np.full(shape[0], -1), none, none
    common = (one @ two.T).toarray()
    total = np.bincount(ours[0], minlength=shape[0])[:, None] + np.bincount(theirs[0], minlength=shape[1])[None, :]
    f1 = 2 * common / total
    match, rows = f1.argmax(axis=1), np.arange(shape[0])
    jaccard = common / (total - common)
    return np.where(f1[rows, match] > 0, match, -1), f1[rows, match], jaccard[rows, match]


def _run_rows(base: Rings, found: Rings, setting: Setting, match: NDArray[np.int64]) -> pa.Table:
    place = pa.array(np.maximum(match, 0), mask=match < 0)
    summary = found.summary.to_arrow()
    return pa.table({
        "setting": pa.array([setting.name] * len(base), pa.string()),
        "value": pa.array([setting.value] * len(base), pa.string()),
        "ring": base.summary["ring"], "n_accounts": base.summary["n_accounts"],
        "match": summary["ring"].take(place), "score_bits": pc.fill_null(summary["score_bits"].take(place), np.nan),
        "verdict": summary["verdict"].take(place),
    })  # fmt: skip
