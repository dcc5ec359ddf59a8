"""Pairs without a window: what multiplies matrices, projects bipartite graphs, or guesses by hashes."""

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.races.coded import MIN_SHARED, Coded, Pairs, sort_pairs

TOP = 50  # partners of each account that sparse_dot_topn keeps
_PERMUTATIONS, _THRESHOLD = 64, 0.3  # of MinHash


def _matrix(log: Coded, kind: Any) -> Any:
    from scipy.sparse import csr_array

    ones = np.ones(len(log.account), kind)
    return csr_array((ones, (log.account, log.content)), shape=(log.n_accounts, log.n_contents))


def ready_scipy(log: Coded) -> Callable[[], Any]:
    """Multiply the matrix of accounts and contents with itself, turned."""
    matrix = _matrix(log, np.int32)
    return lambda: matrix @ matrix.T


def ready_topn(log: Coded) -> Callable[[], Any]:
    """Multiply, and keep the most similar of each account."""
    from scipy.sparse import csr_matrix
    from sparse_dot_topn import sp_matmul_topn

    matrix = csr_matrix(_matrix(log, np.float32))
    turned = matrix.T.tocsr()
    return lambda: sp_matmul_topn(matrix, turned, top_n=TOP, threshold=MIN_SHARED - 0.5, n_threads=2)


def read_sparse(product: Any) -> Pairs:
    """Read a matrix of counts."""
    found = product.tocoo()
    return sort_pairs(found.row, found.col, np.rint(found.data))


def ready_igraph(log: Coded) -> Callable[[], Any]:
    """Project the bipartite graph of igraph."""
    import igraph

    edges = np.column_stack((log.account, log.content + log.n_accounts))
    graph = igraph.Graph(n=log.n_accounts + log.n_contents, edges=edges)
    graph.vs["type"] = [False] * log.n_accounts + [True] * log.n_contents
    return lambda: graph.bipartite_projection(which=False, multiplicity=True)


def read_igraph(graph: Any) -> Pairs:
    """Read the edges and their weights."""
    ends = np.array(graph.get_edgelist(), dtype=np.int64).reshape(-1, 2)
    return sort_pairs(ends[:, 0], ends[:, 1], graph.es["weight"])


def ready_networkx(log: Coded) -> Callable[[], Any]:
    """Project the bipartite graph of networkx."""
    import networkx

    graph = networkx.Graph()
    graph.add_nodes_from(range(log.n_accounts))
    graph.add_edges_from(zip(log.account.tolist(), (log.content + log.n_accounts).tolist(), strict=True))
    return lambda: networkx.bipartite.weighted_projected_graph(graph, range(log.n_accounts))


def read_networkx(graph: Any) -> Pairs:
    """Read the edges that are heavy enough."""
    edges = np.array([edge for edge in graph.edges(data="weight") if edge[2] >= MIN_SHARED], dtype=np.int64)
    return sort_pairs(*edges.reshape(-1, 3).T)


def ready_minhash(log: Coded) -> Callable[[], Any]:
    """Hash the contents of each account."""
    order = np.argsort(log.account, kind="stable")
    cuts = np.cumsum(np.bincount(log.account, minlength=log.n_accounts))[:-1]
    sets = [(a, part.tolist()) for a, part in enumerate(np.split(log.content[order], cuts)) if len(part) >= MIN_SHARED]
    return lambda: _candidates(sets)


def _candidates(sets: list[tuple[int, list[int]]]) -> list[tuple[int, int]]:
    """Return the pairs of accounts that fall into one bucket of the MinHashes of their contents."""
    from datasketch import MinHash, MinHashLSH

    index, hashes = MinHashLSH(threshold=_THRESHOLD, num_perm=_PERMUTATIONS), {}
    found = MinHash.bulk([[str(c).encode() for c in contents] for _, contents in sets], num_perm=_PERMUTATIONS)
    for (account, _), sketch in zip(sets, found, strict=True):
        hashes[account] = sketch
        index.insert(account, sketch)
    return [(a, b) for a, sketch in hashes.items() for b in index.query(sketch) if a < b]


def read_candidates(pairs: list[tuple[int, int]]) -> Pairs:
    """Read the candidates; what they share is not known."""
    ends = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return sort_pairs(ends[:, 0], ends[:, 1], np.full(len(ends), MIN_SHARED))
