"""TF-IDF cosine: the most similar pairs of accounts, whatever the time.

Pacheco, Hui, Torres-Lugo, Truong, Flammini, Menczer: Uncovering coordinated networks on social media.
ICWSM 2021, DOI 10.1609/icwsm.v15i1.18075.
"""

from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, diags

from benchmarks.peers.groups import Floats, Groups, Ints, Log, code_log, join_ties

_BLOCK = 512  # rows of the product that are held at a time
_N_BINS = 100_000


def detect(events: Any, *, top: float = 0.005, min_contents: int = 10) -> Groups:
    """Return the components of the `top` share of all pairs that have anything in common.

    Parameters
    ----------
    events : table
        account, content; action where the log has it. Times are not looked at.
    top : float
        Share of the edges that is kept, the most similar first.
    min_contents : int
        Accounts with fewer contents are left out.
    """
    log = code_log(events)
    vectors, code = weigh(log, min_contents=min_contents)
    bar = _quantile(vectors, top=top)
    account, other, cosine = _pairs_above(vectors, bar)
    return join_ties(code[account], code[other], cosine, ids=log.account_ids)


def weigh(log: Log, *, min_contents: int) -> tuple[csr_matrix, Ints]:
    """Return the accounts' unit vectors ``count * log(accounts / accounts of the content)``, and their codes."""
    shape = (log.n_accounts, log.n_contents)
    counts = csr_matrix((np.ones(len(log.account)), (log.account, log.content)), shape=shape)
    code = np.flatnonzero(np.diff(counts.indptr) >= min_contents)
    counts = counts[code]
    spread = np.bincount(counts.indices, minlength=log.n_contents)
    idf = np.log(max(len(code), 1) / np.maximum(spread, 1))
    weighted = counts @ diags(idf)
    norm = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
    return csr_matrix(diags(1 / np.maximum(norm, 1e-300)) @ weighted), code


def _quantile(vectors: csr_matrix, *, top: float) -> float:
    """Return the cosine that the `top` share of all non-zero pairs reaches, to one part in 100,000."""
    from sparse_dot_topn import sp_matmul

    transposed = vectors.T.tocsr()
    counts = np.zeros(_N_BINS, dtype=np.int64)
    for first in range(0, vectors.shape[0], _BLOCK):
        cosine = sp_matmul(vectors[first : first + _BLOCK], transposed).tocoo()
        upper = (cosine.col > cosine.row + first) & (cosine.data > 0)
        place = np.minimum((cosine.data[upper] * _N_BINS).astype(np.int64), _N_BINS - 1)
        counts += np.bincount(place, minlength=_N_BINS)
    above = np.cumsum(counts[::-1])[::-1]
    kept = np.flatnonzero(above >= max(1.0, top * above[0]))
    return float(kept[-1] / _N_BINS) if len(kept) else 1.0


def _pairs_above(vectors: csr_matrix, bar: float) -> tuple[Ints, Ints, Floats]:
    from sparse_dot_topn import sp_matmul_topn

    transposed, n = vectors.T.tocsr(), vectors.shape[0]
    parts = []
    for first in range(0, n, _BLOCK):
        # The library keeps what exceeds the threshold; the bar itself is to be kept too.
        near = sp_matmul_topn(
            vectors[first : first + _BLOCK], transposed, top_n=n, threshold=max(bar - 1e-12, 0.0), density=0.01
        ).tocoo()
        upper = near.col > near.row + first
        parts.append((near.row[upper] + first, near.col[upper], near.data[upper]))
    empty = (np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))
    account, other, cosine = (np.concatenate(columns) for columns in zip(empty, *parts, strict=True))
    return account.astype(np.int64), other.astype(np.int64), cosine
