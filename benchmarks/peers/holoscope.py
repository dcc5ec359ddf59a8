"""HoloScope: accounts to whom their contents belong more than to anybody else, in number and in bursts.

Liu, Hooi, Faloutsos: HoloScope: topology-and-spike aware fraud detection. CIKM 2017,
arXiv:1705.02505. What the paper leaves open follows the authors' own program
(github.com/shenghua-liu/HoloScope): the number of singular vectors, the base, the scale of the drops.
The deviation of ratings, its third signal, is left out: the logs have no ratings.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.linalg import svds

from benchmarks.peers.groups import MIN_SIZE, SECOND, Floats, Groups, Ints, Log, code_log
from benchmarks.peers.spikes import weigh_spikes
from clickgraph.kernels._jit import kernel

_DAY = 86_400 * SECOND
# Beyond so many accounts the authors cut each start to the (accounts + contents) ** (1 / 1.6) largest entries.
_MANY = 500_000


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """A row per account and content, sorted by account.

    Attributes
    ----------
    account, content : ndarray of int64
        The ends.
    worth : ndarray of float64
        Acts, times the weight of the content's drop.
    share : ndarray of float64
        The account's share of what happened on the content, and of what happened in its bursts, added up.
    """

    account: Ints
    content: Ints
    worth: Floats
    share: Floats


def detect(events: Any, *, n_blocks: int = 1, spikes: bool = True, base: float = 32.0, n_vectors: int = 10) -> Groups:
    """Return the accounts of the most contrasting blocks, one after the other, each without the former's accounts.

    A content is suspicious by ``P = base ** (share of its acts + share of its bursts - 2)``, the shares being
    those of the accounts A. The block maximises ``sum of acts of A * P / (|A| + sum of P)``: greedy shaving
    starts from the accounts that stand out in each of the first singular vectors, and the best start wins.

    Parameters
    ----------
    events : table
        account, content, time; action where the log has it.
    n_blocks : int
        How many blocks.
    spikes : bool
        Whether bursts and drops count, or the graph alone.
    base : float
        How much more a content weighs that belongs to the accounts alone than one that they never touch.
    n_vectors : int
        How many singular vectors to start from.
    """
    log = code_log(events)
    graph, matrix = _weigh(log, spikes=spikes)
    least = base ** -(2.0 if spikes else 1.0)
    free, sets, scores, account_scores = np.ones(log.n_accounts, bool), [], [], np.zeros(log.n_accounts)
    for _ in range(n_blocks):
        starts = _find_starts(matrix, free, n_vectors=n_vectors, n_contents=log.n_contents)
        blocks = [shave(graph, start, base=base, least=least) for start in starts if len(start)]
        members, score = max(blocks, key=lambda block: block[1], default=(np.empty(0, np.int64), 0.0))
        if not len(members):
            break
        free[members] = False
        account_scores[members] = score
        if len(members) >= MIN_SIZE:
            sets.append(members)
            scores.append(score)
    return Groups(log.account_ids, tuple(sets), np.array(scores), account_scores)


def shave(graph: Graph, start: Ints, *, base: float, least: float) -> tuple[Ints, float]:
    """Return the best accounts on the way from `start` down to nobody, and their objective."""
    rows = np.flatnonzero(np.isin(graph.account, start))
    who, i = np.unique(graph.account[rows], return_inverse=True)
    what, j = np.unique(graph.content[rows], return_inverse=True)
    by_content = np.argsort(j, kind="stable")
    ends = [np.concatenate([[0], np.cumsum(np.bincount(k, minlength=n))]) for k, n in ((i, len(who)), (j, len(what)))]
    exponent = graph.share[rows] * np.log(base)
    removed, value = _shave(ends[0], j, ends[1], i[by_content], graph.worth[rows], exponent, by_content, least)
    best = int(np.argmax(value))
    return who[np.sort(removed[best:])], float(value[best])


def _weigh(log: Log, *, spikes: bool) -> tuple[Graph, csr_matrix]:
    """Return the graph, and the matrix whose singular vectors are the starts: accounts by contents and days."""
    order = np.lexsort((log.account, log.time, log.content))
    account, content, time = log.account[order], log.content[order], log.time[order]
    indptr = np.concatenate([[0], np.cumsum(np.bincount(content, minlength=log.n_contents))])
    burst, drop = np.zeros(len(order)), np.zeros(log.n_contents)
    column = content
    if spikes and len(order):
        burst, drop = weigh_spikes(indptr, (time - time.min()) / _DAY)
        day = (time - time.min()) // _DAY
        column = np.unique(content * (day.max() + 1) + day, return_inverse=True)[1]
    worth = 1 + drop[content] / max(drop.max(initial=0.0), 1e-300)
    shape = (log.n_accounts, int(column.max(initial=-1)) + 1)
    matrix = csr_matrix((worth, (account, column)), shape)
    of = np.bincount(content, weights=burst, minlength=log.n_contents)
    share = 1 / np.diff(indptr)[content] + np.divide(burst, of[content], out=np.zeros(len(burst)), where=burst > 0)
    key, row = np.unique(account * max(log.n_contents, 1) + content, return_inverse=True)
    who, what = np.divmod(key, max(log.n_contents, 1))
    return Graph(who, what, _add_up(worth, row, n=len(key)), _add_up(share, row, n=len(key))), matrix


def _add_up(values: Floats, row: Ints, *, n: int) -> Floats:
    return np.bincount(row, weights=values, minlength=n).astype(np.float64)


def _find_starts(matrix: csr_matrix, free: NDArray[np.bool_], *, n_vectors: int, n_contents: int) -> list[Ints]:
    """Return the accounts whose entry in a left singular vector is above that of a level vector."""
    rest = matrix.multiply(free[:, None]).tocsr()
    n = len(free)
    k = min(n_vectors, min(rest.shape) - 1)
    if k < 1 or not rest.nnz:
        return [np.flatnonzero(free)]
    level = np.random.default_rng(0).standard_normal(min(rest.shape))
    vectors, values, _ = svds(rest, k=k, v0=level, return_singular_vectors="u")
    most = int(np.ceil((n + n_contents) ** (1 / 1.6))) if n > _MANY else n
    starts = []
    for place in np.argsort(-values, kind="stable"):
        vector = vectors[:, place] * (1 if vectors[:, place].max() >= -vectors[:, place].min() else -1)
        highest = np.argsort(-vector, kind="stable")[:most]
        starts.append(np.sort(highest[(vector[highest] > 1 / np.sqrt(n)) & free[highest]]))
    return starts


@kernel
def _shave(
    indptr: Ints,
    content: Ints,
    ends: Ints,
    account: Ints,
    worth: Floats,
    exponent: Floats,
    by_content: Ints,
    least: float,
) -> tuple[Ints, Floats]:
    """Remove the account that adds least, again and again; return the order and the objective before each step.

    A row of `indptr` is an account with its contents, one of `ends` a content with its accounts; `worth` and
    `exponent` follow the former, `by_content` leads from the latter to it. O(accounts**2 + sum of a content's
    accounts**2).
    """
    n, n_contents = len(indptr) - 1, len(ends) - 1
    total, power, left = np.zeros(n_contents), np.zeros(n_contents), np.diff(ends)
    for edge in range(len(content)):
        total[content[edge]] += worth[edge]
        power[content[edge]] += exponent[edge]
    suspicion = least * np.exp(power)
    adds = np.zeros(n)
    for i in range(n):
        for edge in range(indptr[i], indptr[i + 1]):
            adds[i] += worth[edge] * suspicion[content[edge]]
    acts, suspicions = (total * suspicion).sum(), suspicion.sum()
    removed, value = np.empty(n, np.int64), np.zeros(n)
    for step in range(n):
        value[step] = acts / (n - step + suspicions)
        i = int(np.argmin(adds))
        adds[i], removed[step] = np.inf, i
        for edge in range(indptr[i], indptr[i + 1]):
            j = content[edge]
            acts -= total[j] * suspicion[j]
            total[j] -= worth[edge]
            power[j] -= exponent[edge]
            left[j] -= 1
            now = least * np.exp(power[j]) if left[j] else 0.0
            for place in range(ends[j], ends[j + 1]):
                adds[account[place]] += worth[by_content[place]] * (now - suspicion[j])
            acts += total[j] * now
            suspicions += now - suspicion[j]
            suspicion[j] = now
    return removed, value
