"""The plain recipe of most notebooks: project the bipartite graph with networkx, then Louvain.

Blondel, Guillaume, Lambiotte, Lefebvre: Fast unfolding of communities in large networks. J. Stat. Mech. 2008,
DOI 10.1088/1742-5468/2008/10/P10008.
"""

from typing import Any, Literal

import networkx as nx
import numpy as np
from scipy.sparse import csr_matrix, triu

from benchmarks.peers.groups import MIN_SIZE, Groups, Log, code_log, without_repeats

Projection = Literal["networkx", "sparse"]


def detect(
    events: Any,
    *,
    min_weight: int = 1,
    resolution: float = 1.0,
    seed: int = 0,
    projection: Projection = "networkx",
) -> Groups:
    """Return the Louvain communities of accounts tied by the number of contents they share, ever.

    Parameters
    ----------
    events : table
        account, content; action where the log has it. Times are not looked at.
    min_weight : int
        Fewest contents that make a tie.
    resolution : float
        Of the modularity.
    seed : int
        Of Louvain.
    projection : {"networkx", "sparse"}
        The recipe's own, or the same ties by a sparse product, where the recipe is run very often.
    """
    log = code_log(events)
    ties = (_project if projection == "networkx" else _multiply)(log, min_weight=min_weight)
    found = nx.community.louvain_communities(ties, resolution=resolution, seed=seed)
    sets = [np.array(sorted(members)) for members in found if len(members) >= MIN_SIZE]
    sets.sort(key=lambda members: int(members[0]))
    scores = np.array([_density(ties.subgraph(members.tolist())) for members in sets])
    account_scores = np.zeros(log.n_accounts)
    for members, score in zip(sets, scores, strict=True):
        account_scores[members] = score
    return Groups(log.account_ids, tuple(sets), scores, account_scores)


def _project(log: Log, *, min_weight: int) -> Any:
    account, content = without_repeats(log)
    graph = nx.Graph()
    accounts = range(log.n_accounts)
    graph.add_nodes_from(accounts)
    graph.add_edges_from(zip(account.tolist(), (content + log.n_accounts).tolist(), strict=True))
    ties = nx.bipartite.weighted_projected_graph(graph, accounts)
    ties.remove_edges_from([(a, b) for a, b, n in ties.edges(data="weight") if n < min_weight])
    ties.remove_nodes_from(list(nx.isolates(ties)))
    return ties


def _multiply(log: Log, *, min_weight: int) -> Any:
    account, content = without_repeats(log)
    by_content = csr_matrix((np.ones(len(account)), (account, content)), (log.n_accounts, log.n_contents))
    shared = triu(by_content @ by_content.T, 1).tocoo()
    kept = shared.data >= min_weight
    ties = nx.Graph()
    ties.add_nodes_from(np.union1d(shared.row[kept], shared.col[kept]).tolist())
    columns = (shared.row[kept].tolist(), shared.col[kept].tolist(), shared.data[kept].astype(int).tolist())
    ties.add_weighted_edges_from(zip(*columns, strict=True))
    return ties


def _density(ties: Any) -> float:
    """Return the mean weight over all pairs of a community, tied or not."""
    n = ties.number_of_nodes()
    return float(2.0 * ties.size(weight="weight") / max(n * (n - 1), 1))
