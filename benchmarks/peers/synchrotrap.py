"""SynchroTrap: Jaccard similarity of matched actions, single linkage.

Cao, Yang, Yu, Palow: Uncovering large groups of active malicious accounts in online social networks.
CCS 2014, DOI 10.1145/2660267.2660269.
"""

import math
from typing import Any

import numpy as np

from benchmarks.peers.groups import Groups, code_log, join_ties, without_repeats
from benchmarks.peers.pairs import count_pairs


def detect(events: Any, *, window: str = "1h", threshold: float = 0.5, min_actions: int = 5) -> Groups:
    """Return the clusters of accounts tied by ``matched / (all actions - matched) >= threshold``.

    Two actions match if they are on one object within `window`; an object counts once per account. The
    paper also drops clusters below 200 accounts; that is not done here, or no small ring could be found.

    Parameters
    ----------
    events : table
        account, content, time; action where the log has it.
    window : str
        Farthest distance of two matching actions.
    threshold : float
        Smallest similarity of a tie.
    min_actions : int
        Accounts with fewer actions are left out, as the paper leaves out inactive ones.
    """
    log = code_log(events)
    n_actions = np.bincount(without_repeats(log)[0], minlength=log.n_accounts)
    # matched >= threshold / (1 + threshold) * (d_i + d_j), and both d are at least min_actions.
    least = max(1, math.ceil(2 * min_actions * threshold / (1 + threshold) - 1e-9))
    account, other, matched = count_pairs(log, window=window, min_shared=least)
    similarity = matched / (n_actions[account] + n_actions[other] - matched)
    kept = (similarity >= threshold) & (np.minimum(n_actions[account], n_actions[other]) >= min_actions)
    return join_ties(account[kept], other[kept], similarity[kept], ids=log.account_ids)
