"""Rings as a network for other programs: who is tied to whom, or who acted on what."""

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from clickgraph.log.ids import bare
from clickgraph.rings.model import Rings
from clickgraph.views.grouping import group_rows
from clickgraph.views.labels import clean_labels

LABEL = 1_000  # most characters of a label


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """An undirected network as two tables.

    Attributes
    ----------
    nodes : pyarrow.Table
        The columns `id` and `label` first, then attributes.
    edges : pyarrow.Table
        The columns `source` and `target` (ids of nodes) and `weight` first, then attributes.
    n_cleaned : int
        Labels that had to be cleaned.
    """

    nodes: pa.Table
    edges: pa.Table
    n_cleaned: int


def tie_network(rings: Rings) -> Network:
    """Return the accounts of the rings and the ties between them, weighted by their bits.

    An account of several rings is one node, with the numbers of its best ring; a tie that two rings share
    is one edge.
    """
    nodes, n_cleaned = _account_nodes(rings)
    ties = rings.ties.to_arrow()
    known = pc.unique(bare(rings.members["account"]))
    edges = _edges(
        ties.append_column("source", _node_ids("a", ties["account"], known=known))
        .append_column("target", _node_ids("a", ties["other"], known=known))
        .append_column("weight", ties["bits"]),
        attributes=("ring", "shared", "expected", "window"),
    )
    return Network(nodes, edges, n_cleaned)


def act_network(rings: Rings) -> Network:
    """Return the accounts and the contents of the rings, linked by the acts inside bursts, and counted."""
    accounts, n_cleaned = _account_nodes(rings)
    contents, nodes, n_more = _content_nodes(rings)
    every = ("time", "count", pc.CountOptions(mode="all"))
    counted = group_rows(rings.acts.to_arrow(), ["account", "content"], take=[("ring", "first"), every])
    edges = pa.table(
        {
            "source": _node_ids("a", counted["account"], known=pc.unique(bare(rings.members["account"]))),
            "target": _node_ids("c", counted["content"], known=contents),
            "weight": pc.cast(counted["time_count"], pa.float64()),
            "ring": counted["ring_first"],
        }
    )
    return Network(pa.concat_tables([accounts, nodes], promote_options="default"), edges, n_cleaned + n_more)


def _content_nodes(rings: Rings) -> tuple[pa.Array, pa.Table, int]:
    sums = [("ring", "first"), ("content", "count"), ("bits", "sum")]
    contents = group_rows(rings.bursts.to_arrow(), "content", take=sums)
    labels = clean_labels(contents["content"], width=LABEL)
    nodes = {
        "id": _numbered("c", len(contents)),
        "label": labels.texts,
        "kind": pa.repeat("content", len(contents)),
        "ring": contents["ring_first"],
        "n_bursts": contents["content_count"],
        "burst_bits": contents["bits_sum"],
    }
    return bare(contents["content"]).combine_chunks(), pa.table(nodes), labels.n_cleaned


def _account_nodes(rings: Rings) -> tuple[pa.Table, int]:
    first = [(name, "first") for name in ("ring", "score_bits", "member_bits", "share")]
    accounts = group_rows(rings.members.to_arrow(), "account", take=[*first, ("ring", "count")])
    labels = clean_labels(accounts["account"], width=LABEL)
    columns = {
        "id": _numbered("a", len(accounts)),
        "label": labels.texts,
        "kind": pa.repeat("account", len(accounts)),
        "n_rings": accounts["ring_count"],
    }
    return pa.table(columns | {name: accounts[f"{name}_first"] for name, _ in first}), labels.n_cleaned


def _edges(ties: pa.Table, *, attributes: tuple[str, ...]) -> pa.Table:
    """Keep one edge per pair, the first, whichever way it points."""
    turned = pc.greater(ties["source"], ties["target"])
    low = pc.if_else(turned, ties["target"], ties["source"])
    high = pc.if_else(turned, ties["source"], ties["target"])
    pairs = pa.table({"low": low, "high": high, "row": pa.array(range(len(ties)), pa.int64())})
    rows = group_rows(pairs, ["low", "high"], take=[("row", "min")])["row_min"]
    return ties.take(rows).select(["source", "target", "weight", *attributes])


def _numbered(kind: str, n: int) -> pa.Array:
    return pa.array([f"{kind}{at}" for at in range(n)], pa.string())


def _node_ids(kind: str, column: pa.ChunkedArray, *, known: pa.Array) -> pa.ChunkedArray:
    return _numbered(kind, len(known)).take(pc.index_in(bare(column), value_set=known))
