"""Grouping: the components of the tie graph, and Leiden in each pack of them."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from clickgraph.graph.communities import find_groups, pack_of, rank_groups
from clickgraph.spark.counting import SparkLog
from clickgraph.spark.pairing import SparkTies
from clickgraph.spark.shipping import receive
from clickgraph.spark.workplace import Batches, Workplace, all_rows, gathered, in_task, per_group

FEWER = 8  # parts in which the forests of all parts are united, before the driver unites those
ROWS = 1 << 20  # worked on at a time
Members = NDArray[np.int32]


def find_communities(
    work: Workplace, log: SparkLog, ties: SparkTies, *, resolution: float, rng: int, named_among: int | None = None
) -> list[Members]:
    """Return the communities that :func:`clickgraph.find_communities` finds, in its order."""
    tied, component = find_components(work, ties)
    if len(tied) == 0:
        return []
    pack = np.full(log.n_accounts, -1, dtype=np.int32)
    pack[tied] = pack_of(component)
    shipped = work.ship({"pack": pack})
    schema = "pack int, account int, other int, weight double"
    packed = ties.frame.mapInArrow(in_task(_attach_pack, shipped=shipped), schema).groupBy("pack")
    search = per_group(_search, resolution=resolution, rng=rng)
    found = work.table(packed.applyInArrow(search, "evidence double, members binary"))
    groups = [
        (row["evidence"], np.frombuffer(row["members"], np.int32)) for row in found.to_pylist()
    ]  # fmt: skip
    return list(rank_groups(groups, pa.array([], pa.int32()), min_size=2, named_among=named_among))


def find_components(work: Workplace, ties: SparkTies) -> tuple[Members, NDArray[np.int32]]:
    """Return the accounts that have ties, ascending, and the component of each.

    Each part of the ties is cut down to a forest, which has less ties than accounts; forests are united and cut down
    again in fewer parts, and the last are united by the driver.
    """
    ends = ties.frame.select("account", "other")
    for data in (ends, None):
        ends = (ends if data is not None else ends.repartition(FEWER)).mapInArrow(
            in_task(_cut_down), "account int, other int"
        )
    table = work.table(ends)
    return _components(table["account"].to_numpy(), table["other"].to_numpy())


def _components(account: Members, other: Members) -> tuple[Members, NDArray[np.int32]]:
    tied, place = np.unique(np.concatenate((account, other)), return_inverse=True)
    ends = place[: len(account)], place[len(account) :]
    linked = coo_array((np.ones(len(account), np.int8), ends), shape=(len(tied), len(tied)))
    return tied, connected_components(linked, directed=False)[1]


def _cut_down(batches: Batches) -> Iterator[pa.RecordBatch]:
    """Yield a tie from each account to the first one of its component."""
    table = all_rows(batches)
    if table is None:
        return
    tied, component = _components(table["account"].to_numpy(), table["other"].to_numpy())
    first = tied[np.unique(component, return_index=True)[1]][component]
    yield from pa.table({"account": first, "other": tied}).filter(pa.array(first != tied)).to_batches()


def _attach_pack(batches: Batches, *, shipped: str) -> Iterator[pa.RecordBatch]:
    pack = receive(shipped)["pack"]
    for table in gathered(batches, ROWS):
        weight = table["bits"].to_numpy() / table["kept"].to_numpy()
        ends = table.select(["account", "other"]).append_column("weight", pa.array(weight))
        yield from ends.add_column(0, "pack", pa.array(pack[ends["account"].to_numpy()])).combine_chunks().to_batches()


def _search(table: pa.Table, *, resolution: float, rng: int) -> pa.Table:
    account, other, weight = (table[name].to_numpy() for name in ("account", "other", "weight"))
    order = np.lexsort((other, account))
    ties = account[order], other[order], weight[order]
    found = [group for group in find_groups(ties, resolution=resolution, rng=rng) if len(group[1]) > 1]
    members = pa.array([group.astype(np.int32).tobytes() for _, group in found], pa.binary())
    return pa.table({"evidence": pa.array([bits for bits, _ in found], pa.float64()), "members": members})
