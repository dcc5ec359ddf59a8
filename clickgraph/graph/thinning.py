"""Thinning: the contents that a window's budget leaves out are looked at by a sample of the accounts.

A farm that sends a fifth of a hundred thousand phones to each job shares its contents within hours, where all pairs
are too many. Among one account in eight there is one pair in sixty-four: a budget as many times as large costs as
much. The sample's ties are counted, and judged by the null of that budget, exactly; whoever else acts with them is
found by the refinement, which looks at the whole log.
"""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clickgraph.graph.ties import AccountGraph
from clickgraph.kernels.sampling import pair_hashes

SHARE = 8  # of so many accounts one is in the sample
DEEPER = SHARE**2  # times the budget, for as much work
NOTICE = (
    f"of {SHARE} accounts one is tied on the contents left out as well, as far as {DEEPER} times the budget affords;"
    " who acts with them is looked for in the whole log"
)


def in_sample(accounts: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Say which accounts, by their codes, are in the sample: the same ones always, by a hash.

    Examples
    --------
    >>> int(in_sample(np.arange(8000)).sum())
    908
    """
    chosen: NDArray[np.bool_] = pair_hashes(0, accounts.astype(np.int32)) % np.uint64(SHARE) == 0
    return chosen


def prefer(these: AccountGraph, others: AccountGraph) -> AccountGraph:
    """Return the ties of both; where a pair has one in each, that of `these`."""
    both = [np.concatenate((getattr(these, name), getattr(others, name))) for name in _COLUMNS]
    _, first = np.unique(both[0].astype(np.int64) * these.n_accounts + both[1], return_index=True)
    united: dict[str, Any] = {name: column[first] for name, column in zip(_COLUMNS, both, strict=True)}
    return replace(these, **united, n_passing=np.maximum(these.n_passing, others.n_passing))


_COLUMNS = ("account_code", "other_code", "shared", "expected", "window", "bits", "kept")
