"""Communities: what Leiden returns on the ties, not yet judged. The only file that runs a graph algorithm."""

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal, get_args

import igraph
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from clickgraph.errors import InputError
from clickgraph.graph.ties import AccountGraph
from clickgraph.kernels.factorials import log_choose
from clickgraph.log.table import Table
from clickgraph.settings import check, check_whole

Quality = Literal["CPM", "modularity", "RBConfiguration", "significance", "surprise"]
Ties = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]]  # both ends, weights

PACK = 10_000  # tied accounts that are searched together: what starts Leiden costs more than a small component


@dataclass(frozen=True, slots=True, eq=False)
class Communities:
    """Groups of accounts, as consecutive runs of one array.

    Attributes
    ----------
    indptr : ndarray of int64, shape (n_communities + 1,)
        Where each community's members begin.
    account_code : ndarray of int32
        The members, ascending within each community. Leiden puts an account into one; a refined group may share it.
    account_ids : pyarrow.Array
        The caller's account ids.
    """

    indptr: NDArray[np.int64]
    account_code: NDArray[np.int32]
    account_ids: pa.Array

    @classmethod
    def from_members(cls, groups: Sequence[NDArray[np.int32]], account_ids: pa.Array) -> "Communities":
        """Join arrays of account codes into communities."""
        indptr = np.zeros(len(groups) + 1, dtype=np.int64)
        np.cumsum([len(group) for group in groups], out=indptr[1:])
        members = [np.sort(group).astype(np.int32) for group in groups]
        return cls(indptr, np.concatenate([np.empty(0, np.int32), *members]), account_ids)

    def __len__(self) -> int:
        """Return the number of communities."""
        return len(self.indptr) - 1

    def __getitem__(self, index: int) -> NDArray[np.int32]:
        """Return the account codes of one community."""
        if not -len(self) <= index < len(self):
            raise IndexError(f"community {index} of {len(self)}")
        index %= len(self)
        return self.account_code[self.indptr[index] : self.indptr[index + 1]]

    def __iter__(self) -> Iterator[NDArray[np.int32]]:
        """Go through the communities."""
        return (self[index] for index in range(len(self)))

    def to_table(self) -> Table:
        """Return a row per member: community (int32), account."""
        community = np.repeat(np.arange(len(self), dtype=np.int32), np.diff(self.indptr))
        accounts = self.account_ids.take(pa.array(self.account_code))
        return Table.from_columns(community=community, account=accounts)


def find_communities(
    ties: AccountGraph | Sequence[AccountGraph],
    *,
    resolution: float = 1.0,
    quality: Quality = "CPM",
    rng: int = 0,
    min_size: int = 2,
    named_among: int | None = None,
) -> Communities:
    """Group the accounts by their ties with Leiden.

    Parameters
    ----------
    ties : AccountGraph or sequence of AccountGraph
        From :func:`clickgraph.project`; several graphs of the same accounts are layers that add up.
    resolution : float
        For CPM: bits of evidence per pair of members below which a group is no community.
    quality : {"CPM", "modularity", "RBConfiguration", "significance", "surprise"}
        One layer with CPM or modularity runs in igraph, everything else in leidenalg.
    rng : int
        Seed; the same seed gives the same communities.
    min_size : int
        Smaller communities are left out.
    named_among : int, optional
        So are those with less evidence than it takes to name their members among so many.

    Returns
    -------
    Communities
        Largest total evidence first. Cost: near linear in the ties.

    Raises
    ------
    InputError
        If `quality` is none of the above, or the layers are not of the same accounts.

    References
    ----------
    Traag, Waltman, van Eck: From Louvain to Leiden. Sci. Rep. 9 (2019), DOI 10.1038/s41598-019-41695-z.
    Traag, Van Dooren, Nesterov: Narrow scope for resolution-limit-free community detection. Phys. Rev. E 84
    (2011), DOI 10.1103/PhysRevE.84.016114.

    Examples
    --------
    >>> import clickgraph as cg
    >>> world = cg.simulate("phone-farm", n_accounts=60, n_organic_accounts=1000, n_organic_events=10000, rng=1)
    >>> ties = cg.project(cg.build_graph(cg.read_events(world.events)))
    >>> len(cg.find_communities(ties)) > 0
    True
    """
    layers = [ties] if isinstance(ties, AccountGraph) else list(ties)
    check("resolution", resolution)
    check_whole("rng", rng, least=0)
    if quality not in get_args(Quality):
        raise InputError(f"quality to be one of {', '.join(get_args(Quality))}", repr(quality))
    if not layers or any(layer.n_accounts != layers[0].n_accounts for layer in layers):
        raise InputError("one or more graphs of the same accounts", f"{len(layers)} graphs of unequal size")
    tied = np.unique(np.concatenate([ends for layer in layers for ends in (layer.account_code, layer.other_code)]))
    if len(layers) == 1 and quality == "CPM":
        found = _in_packs(layers[0], tied, resolution=resolution, rng=rng)
    else:
        everything = [(layer.account_code, layer.other_code, layer.weight) for layer in layers]
        if len(layers) == 1 and quality == "modularity":
            label = _igraph_leiden(_compact(everything[0], tied), quality, resolution, rng)
        else:
            label = _leidenalg([_compact(ties, tied) for ties in everything], quality, resolution, rng)
        found = _groups_of(label, tied, everything)
    return rank_groups(found, layers[0].account_ids, min_size=min_size, named_among=named_among)


def rank_groups(
    found: Sequence[tuple[float, NDArray[np.int32]]],
    account_ids: pa.Array,
    *,
    min_size: int,
    named_among: int | None = None,
) -> Communities:
    """Order groups, each with the evidence inside it, by that evidence, then by their first member."""
    ranked = sorted(found, key=lambda group: (-group[0], group[1][0]))
    kept = [members for bits, members in ranked if len(members) >= min_size and bits > _price(members, named_among)]
    return Communities.from_members(kept, account_ids)


def _price(members: NDArray[np.int32], n: int | None) -> float:
    """Return the bits that it takes to name the members among n; less than nothing where nothing is asked."""
    return -math.inf if n is None else log_choose(n, len(members)) / math.log(2)


def _in_packs(
    layer: AccountGraph, tied: NDArray[np.int32], *, resolution: float, rng: int
) -> list[tuple[float, NDArray[np.int32]]]:
    """Search the components of the graph, which say nothing about each other, a pack of them at a time."""
    a, b = (np.searchsorted(tied, ends) for ends in (layer.account_code, layer.other_code))
    linked = csr_array((np.ones(len(a), np.int8), (a, b)), shape=(len(tied), len(tied)))
    pack = pack_of(connected_components(linked, directed=False)[1])[a]
    order = np.argsort(pack, kind="stable")
    ends = np.flatnonzero(np.diff(pack[order], append=-1)) + 1
    columns = [column[order] for column in (layer.account_code, layer.other_code, layer.weight)]
    found: list[tuple[float, NDArray[np.int32]]] = []
    for first, last in pairwise([0, *ends]):
        ties = tuple(column[first:last] for column in columns)
        found += find_groups(ties, resolution=resolution, rng=rng)  # type: ignore[arg-type]
    return found


def pack_of(component: NDArray[Any]) -> NDArray[np.int64]:
    """Return the pack of each vertex, from its component; a pack is of whole components, and of about one size.

    Components follow their first vertex, so that the packs depend on nothing but the graph.

    Examples
    --------
    >>> pack_of(np.array([7, 3, 7, 3])).tolist()
    [0, 0, 0, 0]
    """
    _, first, place, size = np.unique(component, return_index=True, return_inverse=True, return_counts=True)
    order = np.argsort(first)
    before = np.empty(len(order), dtype=np.int64)
    before[order] = np.cumsum(size[order]) - size[order]
    packs: NDArray[np.int64] = before[place] // PACK
    return packs


def find_groups(ties: Ties, *, resolution: float, rng: int) -> list[tuple[float, NDArray[np.int32]]]:
    """Run Leiden with the Constant Potts Model on some ties: account codes of both ends, and weights.

    Returns each group's evidence and its members, ascending.
    """
    tied = np.unique(np.concatenate(ties[:2]))
    return _groups_of(_igraph_leiden(_compact(ties, tied), "CPM", resolution, rng), tied, [ties])


def _compact(ties: Ties, tied: NDArray[np.int32]) -> igraph.Graph:
    """Return the graph on the tied accounts only, vertices in code order, so that the result is stable."""
    edges = np.searchsorted(tied, np.column_stack(ties[:2]))
    graph = igraph.Graph(n=len(tied), edges=edges)
    graph.es["weight"] = ties[2].tolist()
    return graph


def _igraph_leiden(graph: igraph.Graph, quality: str, resolution: float, rng: int) -> NDArray[np.int64]:
    igraph.set_random_number_generator(random.Random(rng))
    try:
        found = graph.community_leiden(
            objective_function=quality, weights="weight", resolution=resolution, n_iterations=10
        )
    finally:
        igraph.set_random_number_generator(random)
    return np.array(found.membership, dtype=np.int64)


def _leidenalg(graphs: list[igraph.Graph], quality: str, resolution: float, rng: int) -> NDArray[np.int64]:
    import leidenalg

    kinds = {
        "CPM": leidenalg.CPMVertexPartition,
        "modularity": leidenalg.ModularityVertexPartition,
        "RBConfiguration": leidenalg.RBConfigurationVertexPartition,
        "significance": leidenalg.SignificanceVertexPartition,
        "surprise": leidenalg.SurpriseVertexPartition,
    }
    options: dict[str, Any] = {}
    if quality != "significance":  # it reads densities and takes no weights
        options["weights"] = "weight"
    if quality in ("CPM", "RBConfiguration"):
        options["resolution_parameter"] = resolution
    if len(graphs) > 1 and "weights" in options:
        options["weights"] = None
        partitions = [kinds[quality](g, **{**options, "weights": g.es["weight"]}) for g in graphs]
        optimiser = leidenalg.Optimiser()
        optimiser.set_rng_seed(rng)
        optimiser.optimise_partition_multiplex(partitions, n_iterations=10)
        return np.array(partitions[0].membership, dtype=np.int64)
    partition = leidenalg.find_partition(graphs[0], kinds[quality], seed=rng, n_iterations=10, **options)
    return np.array(partition.membership, dtype=np.int64)


def _groups_of(
    label: NDArray[np.int64], tied: NDArray[np.int32], layers: Sequence[Ties]
) -> list[tuple[float, NDArray[np.int32]]]:
    """Return the members of each label, and the evidence among them."""
    n_labels = int(label.max(initial=-1)) + 1
    evidence = np.zeros(n_labels)
    for *both, weight in layers:
        a, b = (label[np.searchsorted(tied, ends)] for ends in both)
        evidence += np.bincount(a[a == b], weights=weight[a == b], minlength=n_labels)
    order = np.argsort(label, kind="stable")
    groups = np.split(tied[order], np.flatnonzero(np.diff(label[order])) + 1) if len(tied) else []
    return list(zip(evidence.tolist(), groups, strict=True))
