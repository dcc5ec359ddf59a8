"""FRAUDAR: the densest blocks of accounts and contents, where popular contents weigh little.

Hooi, Song, Beutel, Shah, Shin, Faloutsos: FRAUDAR: bounding graph fraud in the face of camouflage.
KDD 2016, DOI 10.1145/2939672.2939747.
"""

import heapq
from typing import Any

import numpy as np

from benchmarks.peers.groups import MIN_SIZE, Floats, Groups, Ints, code_log, without_repeats
from clickgraph.kernels._jit import kernel


def detect(events: Any, *, n_blocks: int = 1, offset: float = 5.0) -> Groups:
    """Return the accounts of the densest blocks, one after the other, each without the edges of the former.

    Density is ``sum of edge weights / (accounts + contents)``, an edge to content j weighs
    ``1 / log(accounts of j + offset)``. The greedy finds at least half of the best density there is, so
    ``notes["densest_possible"]``, twice the density of the first block, is the paper's bound.

    Parameters
    ----------
    events : table
        account, content; action where the log has it. Times are not looked at.
    n_blocks : int
        How many blocks.
    offset : float
        Keeps the weights of rare contents finite.
    """
    log = code_log(events)
    account, content = without_repeats(log)
    sets, scores, account_scores = [], [], np.zeros(log.n_accounts)
    for _ in range(n_blocks):
        if not len(account):
            break
        members, contents, density = find_block(account, content, offset=offset)
        account_scores[members] = np.maximum(account_scores[members], density)
        sets.append(members)
        scores.append(density)
        outside = ~(np.isin(account, members) & np.isin(content, contents))
        account, content = account[outside], content[outside]
    big = [i for i, members in enumerate(sets) if len(members) >= MIN_SIZE]
    bound = {"densest_possible": 2 * scores[0] if scores else 0.0}
    return Groups(
        log.account_ids, tuple(sets[i] for i in big), np.array([scores[i] for i in big]), account_scores, bound
    )


def find_block(account: Ints, content: Ints, *, offset: float = 5.0) -> tuple[Ints, Ints, float]:
    """Return accounts, contents and density of the greedy's densest block. O(edges * log(edges))."""
    who, i = np.unique(account, return_inverse=True)
    what, j = np.unique(content, return_inverse=True)
    weight = 1 / np.log(np.bincount(j) + offset)
    j = j + len(who)
    ends, others = np.concatenate([i, j]), np.concatenate([j, i])
    order = np.argsort(ends, kind="stable")
    indptr = np.zeros(len(who) + len(what) + 1, dtype=np.int64)
    np.cumsum(np.bincount(ends, minlength=len(who) + len(what)), out=indptr[1:])
    worth = np.concatenate([weight[j - len(who)], weight[j - len(who)]])[order]
    removed, best, density = _peel(indptr, others[order], worth)
    left = np.ones(len(indptr) - 1, dtype=np.bool_)
    left[removed[:best]] = False
    return who[left[: len(who)]], what[left[len(who) :]], float(density)


@kernel
def _peel(indptr: Ints, neighbour: Ints, worth: Floats) -> tuple[Ints, int, float]:
    """Take the node that adds least, again and again; return the order, the best moment, its density."""
    n = len(indptr) - 1
    adds = np.zeros(n)
    heap = [(0.0, 0) for _ in range(0)]
    for node in range(n):
        adds[node] = worth[indptr[node] : indptr[node + 1]].sum()
        heap.append((adds[node], node))
    heapq.heapify(heap)
    removed, gone = np.empty(n, np.int64), np.zeros(n, np.bool_)
    total, best, density = adds.sum() / 2, 0, adds.sum() / 2 / n
    for step in range(n):
        value, node = heapq.heappop(heap)
        while gone[node] or value != adds[node]:  # an older entry of a node that lost neighbours since
            value, node = heapq.heappop(heap)
        gone[node] = True
        removed[step] = node
        total -= adds[node]
        for k in range(indptr[node], indptr[node + 1]):
            other = neighbour[k]
            if not gone[other]:
                adds[other] -= worth[k]
                heapq.heappush(heap, (adds[other], other))
        if step + 1 < n and total / (n - step - 1) > density:
            best, density = step + 1, total / (n - step - 1)
    return removed, best, density
