"""Features: what the rings say of each account, as numbers."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from clickgraph.log.ids import bare
from clickgraph.rings.model import Rings
from clickgraph.rings.origin import code_in

FEATURES = ("n_rings", "score_bits", "member_bits", "share", "n_acts", "n_contents")
Ints = NDArray[np.int64]


def find_labels(rings: Rings, accounts: pa.Array, *, verdicts: Sequence[str]) -> Ints:
    """Return the position of each account's best ring of the given verdicts, -1 for none: int64 (n_accounts,).

    Examples
    --------
    >>> import clickgraph as cg
    >>> world = cg.simulate("phone-farm", n_accounts=60, n_organic_accounts=1000, n_organic_events=10000, rng=1)
    >>> find_labels(cg.find_rings(world.events), pa.array(["nobody"]), verdicts=["ring"]).tolist()
    [-1]
    """
    ring, account, row = _chosen_rows(rings, accounts, verdicts=verdicts)
    return _best(ring, account, row, n_accounts=len(accounts))[0]


def measure_accounts(rings: Rings, accounts: pa.Array, *, verdicts: Sequence[str]) -> NDArray[np.float64]:
    """Return what the rings say of each account.

    Parameters
    ----------
    rings : Rings
        The rings.
    accounts : pyarrow.Array
        Different ids; those of no ring get zeros.
    verdicts : sequence of str
        The verdicts of the rings that count.

    Returns
    -------
    ndarray of float64, shape (n_accounts, 6)
        n_rings: rings that hold the account; and of the best of them score_bits, member_bits, share (of the account's
        events in its bursts), n_acts (in its bursts) and n_contents (of those).
    """
    ring, account, row = _chosen_rows(rings, accounts, verdicts=verdicts)
    label, best_row = _best(ring, account, row, n_accounts=len(accounts))
    features = np.zeros((len(accounts), len(FEATURES)))
    features[:, 0] = np.bincount(account, minlength=len(accounts))
    held = label >= 0
    for at, name in enumerate(FEATURES[1:4], start=1):
        column = rings.members[name].to_numpy().astype(np.float64)
        features[held, at] = np.nan_to_num(column[best_row[held]])
    features[:, 4:] = _count_acts(rings, accounts, label)
    return features


def _chosen_rows(rings: Rings, accounts: pa.Array, *, verdicts: Sequence[str]) -> tuple[Ints, Ints, Ints]:
    """Return ring, account and row of the members of the chosen rings that are among `accounts`."""
    position = code_in(_ids(rings), rings.members["ring"])
    is_chosen = np.array([verdict in verdicts for verdict in rings.summary["verdict"].to_pylist()], dtype=np.bool_)
    account = code_in(accounts, rings.members["account"])
    row = np.flatnonzero(is_chosen[position] & (account >= 0)) if len(rings) else np.empty(0, np.int64)
    return position[row], account[row], row


def _best(ring: Ints, account: Ints, row: Ints, *, n_accounts: int) -> tuple[Ints, Ints]:
    """Return each account's best ring and its row there, -1 for none; rings are ordered best first."""
    label, best_row = np.full((2, n_accounts), -1)
    order = np.argsort(-ring, kind="stable")  # the last to write is the best
    label[account[order]], best_row[account[order]] = ring[order], row[order]
    return label, best_row


def _count_acts(rings: Rings, accounts: pa.Array, label: Ints) -> Ints:
    """Return the acts of each account in its best ring, and their contents: int64 (n_accounts, 2)."""
    ring, account = code_in(_ids(rings), rings.acts["ring"]), code_in(accounts, rings.acts["account"])
    mine = (account >= 0) & (label[account] == ring) if len(label) else np.zeros(len(ring), np.bool_)
    contents = bare(rings.acts["content"]).combine_chunks().dictionary_encode().indices.to_numpy(zero_copy_only=False)
    pairs = np.unique(np.column_stack((account[mine], contents[mine].astype(np.int64))), axis=0)
    counts = [np.bincount(who, minlength=len(accounts)) for who in (account[mine], pairs[:, 0])]
    return np.column_stack(counts)


def _ids(rings: Rings) -> pa.Array:
    return pc.cast(rings.summary["ring"], pa.string()).combine_chunks()
