"""CooRTweet: pairs of accounts that share an object within a window, at least twice.

Righetti and Balluff: CooRTweet: a generalized R software for coordinated network detection.
Computational Communication Research 7 (2025), DOI 10.5117/CCR2025.1.7.RIGH.
"""

from dataclasses import replace
from typing import Any

import numpy as np

from benchmarks.peers.groups import SECOND, Floats, Groups, Ints, Log, code_log, join_ties


def detect(events: Any, *, window: float = 10.0, min_participation: int = 2, edge_weight: float = 0.5) -> Groups:
    """Return the components of the coordinated network above the `edge_weight` quantile of its weights.

    Parameters
    ----------
    events : table
        account, content, time; action and post_id where the log has them.
    window : float
        Seconds.
    min_participation : int
        Fewest rows of an account, before and after pairing.
    edge_weight : float
        Quantile of the tie weights; ties above it are kept. 0 keeps all.
    """
    log = code_log(events)
    account, other, weight = add_layers(log, window=window, min_participation=min_participation)
    bar = np.quantile(weight, edge_weight) if edge_weight > 0 and len(weight) else 0.0
    kept = weight > bar
    return join_ties(account[kept], other[kept], weight[kept], ids=log.account_ids)


def add_layers(log: Log, *, window: float, min_participation: int) -> tuple[Ints, Ints, Floats]:
    """Return the ties of all actions, each found by itself and their weights added, as its vignette does."""
    parts = []
    for action in np.unique(log.action):
        rows = log.action == action
        layer = replace(
            log, account=log.account[rows], content=log.content[rows], action=log.action[rows],
            time=log.time[rows], post=None if log.post is None else log.post[rows],
        )  # fmt: skip
        parts.append(find_ties(layer, window=window, min_participation=min_participation))
    ties = [np.concatenate(columns) for columns in zip(*parts, strict=True)]
    pair, place = np.unique(ties[0] * log.n_accounts + ties[1], return_inverse=True)
    account, other = np.divmod(pair, log.n_accounts)
    weight = np.bincount(place, weights=ties[2], minlength=len(pair)).astype(np.float64)
    return account.astype(np.int64), other.astype(np.int64), weight


def find_ties(log: Log, *, window: float, min_participation: int) -> tuple[Ints, Ints, Floats]:
    """Return the ties: account, other (account < other) and the number of row pairs that make it.

    1. Drop the accounts with fewer rows than `min_participation`.
    2. Pair rows on one object, at most `window` seconds apart, of different accounts and posts.
    3. Count per account its rows whose post is in any pair; keep a pair if either post's account still
       reaches `min_participation`.

    Cost: time and memory of all row pairs within the window.
    """
    rows = np.flatnonzero(np.bincount(log.account)[log.account] >= min_participation)
    rows = rows[np.lexsort((log.time[rows], log.content[rows]))]
    post = np.arange(len(log.account)) if log.post is None else log.post
    left, right = _pair_rows(log.content[rows], log.time[rows], int(window * SECOND))
    left, right = rows[left], rows[right]
    good = (log.account[left] != log.account[right]) & (post[left] != post[right])
    left, right = left[good], right[good]
    paired = np.zeros(int(post.max(initial=0)) + 1, dtype=np.bool_)
    paired[post[left]] = paired[post[right]] = True
    acted = np.bincount(log.account[rows][paired[post[rows]]], minlength=log.n_accounts)
    a, b = log.account[left], log.account[right]
    good = (acted[a] >= min_participation) | (acted[b] >= min_participation)
    a, b = np.minimum(a, b)[good], np.maximum(a, b)[good]
    tie, weight = np.unique(a * log.n_accounts + b, return_counts=True)
    account, other = np.divmod(tie, log.n_accounts)
    return account, other, weight.astype(np.float64)


def _pair_rows(content: Ints, time: Ints, width: int) -> tuple[Ints, Ints]:
    """Return the positions of all pairs of rows of one content within `width`; rows come sorted."""
    if not len(time):
        return content, content
    # One axis for all contents: farther apart than any window.
    apart = int(time.max() - time.min()) + width + 1
    place = np.unique(content, return_inverse=True)[1] * apart + (time - time.min())
    last = np.searchsorted(place, place + width, side="right")
    n_later = last - np.arange(len(place)) - 1
    left = np.repeat(np.arange(len(place)), n_later)
    step = np.arange(len(left)) - np.repeat(np.cumsum(n_later) - n_later, n_later)
    return left, left + 1 + step
