"""Tables from networks: networkx bipartite graphs and scipy sparse matrices."""

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

import numpy as np
import pyarrow as pa

from clickgraph.errors import InputError
from clickgraph.log.text import printable
from clickgraph.log.zones import refuse_mixed_zones


class Network(Protocol):
    """What is used of a networkx graph."""

    nodes: Any
    edges: Any


class SparseMatrix(Protocol):
    """What is used of a scipy sparse matrix or array."""

    shape: tuple[int, ...]

    def tocoo(self, *, copy: bool) -> Any:
        """Return the matrix in coordinate form."""
        ...


def network_table(network: Network) -> pa.Table:
    """Return one row per edge: account, content and the attributes of the edges.

    Parameters
    ----------
    network : networkx.Graph, or a DiGraph or MultiGraph
        Nodes carry ``bipartite``: 0 for accounts, 1 for contents; an attribute ``id`` names a node
        otherwise than itself, so that an account and a content may share an id.

    Raises
    ------
    InputError
        A node without ``bipartite``, an edge within one side, an attribute of mixed types.

    Examples
    --------
    >>> import networkx as nx
    >>> network = nx.Graph()
    >>> network.add_node("a", bipartite=0)
    >>> network.add_node("post", bipartite=1)
    >>> network.add_edge("post", "a", time=1_700_000_000)
    >>> network_table(network).to_pylist()
    [{'account': 'a', 'content': 'post', 'time': 1700000000}]
    """
    side = dict(network.nodes(data="bipartite"))
    wrong = [node for node, value in side.items() if value not in (0, 1)]
    if wrong:
        found = f"{len(wrong)} nodes without, first {printable(wrong[0])}"
        raise InputError("bipartite=0 (account) or 1 (content) on every node", found)
    ids = {node: attributes.get("id", node) for node, attributes in network.nodes(data=True)}
    edges = list(_oriented(network.edges(data=True), side=side))
    names = dict.fromkeys(key for _, _, attributes in edges for key in attributes)
    columns = {
        "account": [ids[account] for account, _, _ in edges],
        "content": [ids[content] for _, content, _ in edges],
    }
    for name in names:
        columns.setdefault(str(name), [attributes.get(name) for _, _, attributes in edges])
    return pa.table({name: _to_array(values, name=name) for name, values in columns.items()})


def matrix_table(matrix: SparseMatrix) -> pa.Table:
    """Return one row per entry that is not zero: account (the row), content (the column), weight.

    Examples
    --------
    >>> import scipy.sparse
    >>> matrix_table(scipy.sparse.csr_array([[0, 2.0]])).to_pylist()
    [{'account': 0, 'content': 1, 'weight': 2.0}]
    """
    if len(matrix.shape) != 2:
        raise InputError("a matrix of accounts x contents", f"the shape {matrix.shape}")
    entries = matrix.tocoo(copy=True)
    entries.sum_duplicates()
    entries.eliminate_zeros()
    rows, columns = entries.row.astype(np.int64), entries.col.astype(np.int64)
    return pa.table({"account": rows, "content": columns, "weight": entries.data})


def _oriented(
    edges: Iterable[tuple[Any, Any, dict[Any, Any]]], *, side: dict[Any, Any]
) -> Iterator[tuple[Any, Any, dict[Any, Any]]]:
    for one, other, attributes in edges:
        if side[one] == side[other]:
            word = "contents" if side[one] else "accounts"
            found = f"one between the {word} {printable(one)} and {printable(other)}"
            raise InputError("a bipartite network: edges between accounts and contents", found)
        yield (other, one, attributes) if side[one] else (one, other, attributes)


def _to_array(values: list[Any], *, name: str) -> pa.Array:
    refuse_mixed_zones(values, name=name)
    try:
        return pa.array(values)
    except (pa.ArrowException, OverflowError) as error:
        raise InputError(f"values of one type as {printable(name)}", printable(error, width=200)) from error
