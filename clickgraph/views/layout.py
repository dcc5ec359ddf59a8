"""The strongest ties of a ring, and where to draw their accounts."""

from dataclasses import dataclass

import networkx as nx
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clickgraph.log.ids import number_ids
from clickgraph.rings.display import count_of
from clickgraph.rings.ring import Ring, one_ring
from clickgraph.settings import check_whole

MOST_ACCOUNTS = 300
MOST_TIES = 3_000
HUB = -1  # a node that nobody sees: it keeps the parts of a network that hang together by nothing else near
SEED = 1
FEW = 10


@dataclass(frozen=True, slots=True, eq=False)
class Drawing:
    """The strongest ties of a ring, laid out.

    Attributes
    ----------
    accounts : pyarrow.Array
        The accounts that are drawn.
    place : ndarray of float64, shape (n_drawn, 2)
        Where; every coordinate lies from -1 to 1.
    one, other : ndarray of int64, shape (n_ties_drawn,)
        Positions in `accounts`.
    bits : ndarray of float64
        The evidence of each drawn tie.
    caption : str
        What is drawn, and what is left out.
    """

    accounts: pa.Array
    place: NDArray[np.float64]
    one: NDArray[np.int64]
    other: NDArray[np.int64]
    bits: NDArray[np.float64]
    caption: str

    @property
    def n_partners(self) -> NDArray[np.int64]:
        """With how many of the others each account is drawn tied."""
        return np.bincount(np.concatenate((self.one, self.other)), minlength=len(self.accounts))

    @property
    def partner_share(self) -> NDArray[np.float64]:
        """The same from 0 to 1, of the most partners; ten at least, so that a chain is no crowd."""
        most = max(int(self.n_partners.max(initial=0)), FEW)
        return self.n_partners / most


def draw_ties(ring: Ring, *, most_accounts: int = MOST_ACCOUNTS, most_ties: int = MOST_TIES) -> Drawing:
    """Return the strongest ties of a ring and a place for each of their accounts.

    Parameters
    ----------
    ring : Ring
        One of the rings that :func:`clickgraph.find_rings` returns.
    most_accounts, most_ties : int
        A network of thousands is a ball of wool: what is beyond these is left out, the weakest first.

    Returns
    -------
    Drawing
        The same ring gives the same drawing. Cost: a sort of the ties; the layout is quadratic in the
        accounts that are drawn.

    Examples
    --------
    >>> import clickgraph as cg
    >>> world = cg.simulate("phone-farm", n_accounts=60, n_organic_accounts=1000, n_organic_events=10000, rng=1)
    >>> draw_ties(cg.find_rings(world.events)[0]).caption
    '... ties link ... of the 60 accounts'
    """
    check_whole("most_accounts", most_accounts, least=1)
    check_whole("most_ties", most_ties, least=1)
    ties = one_ring(ring).ties.to_arrow()
    ids = pa.chunked_array([*ties["account"].chunks, *ties["other"].chunks], type=ties["account"].type)
    number, accounts = number_ids(ids)
    one, other = number.to_numpy().astype(np.int64).reshape(2, -1)
    bits = ties["bits"].to_numpy()
    kept = _strongest(one, other, bits, most_accounts=most_accounts, most_ties=most_ties)
    drawn, ends = np.unique(np.concatenate((one[kept], other[kept])), return_inverse=True)
    left, right = ends.reshape(2, -1)
    linked = len(accounts)
    return Drawing(
        accounts=accounts.take(pa.array(drawn)),
        place=_lay_out(len(drawn), left, right, weight=bits[kept]),
        one=left, other=right, bits=bits[kept],
        caption=_say(len(ring.accounts), linked, len(ties), drawn=len(drawn), kept=len(kept)),
    )  # fmt: skip


def _strongest(
    one: NDArray[np.int64], other: NDArray[np.int64], bits: NDArray[np.float64], *, most_accounts: int, most_ties: int
) -> NDArray[np.int64]:
    """Return the rows of the ties to draw: the strongest among the accounts that the strongest ties name first."""
    order = np.argsort(-bits, kind="stable")
    names = np.stack((one[order], other[order]), axis=1).ravel()
    accounts, first = np.unique(names, return_index=True)
    chosen = np.zeros(len(accounts), bool)
    chosen[np.argsort(first, kind="stable")[:most_accounts]] = True
    inside = chosen[one[order]] & chosen[other[order]]
    return order[inside][:most_ties]


def _lay_out(
    n: int, one: NDArray[np.int64], other: NDArray[np.int64], *, weight: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return places from -1 to 1 in both directions, ties as springs."""
    if n == 0:
        return np.empty((0, 2))
    network = nx.Graph()
    network.add_nodes_from(range(n))
    relative = weight / max(float(weight.max(initial=0.0)), 1e-9)
    network.add_weighted_edges_from(zip(one.tolist(), other.tolist(), relative.tolist(), strict=True))
    for part in list(nx.connected_components(network)):
        network.add_edge(HUB, min(part), weight=0.3)
    placed = nx.spring_layout(network, seed=SEED, iterations=120, k=1.6 / np.sqrt(n))
    place = np.array([placed[node] for node in range(n)])
    place -= (place.max(axis=0) + place.min(axis=0)) / 2
    return place / max(float(np.abs(place).max()), 1e-9)


def _say(n: int, linked: int, n_ties: int, *, drawn: int, kept: int) -> str:
    if n_ties == 0:
        return f"No pair of the {count_of(n, 'account')} is tied on its own: only the group as a whole stands out"
    link = "links" if n_ties == 1 else "link"
    whole = f"{count_of(n_ties, 'tie')} {link} {linked:,} of the {count_of(n, 'account')}"
    if kept == n_ties:
        return whole
    return f"{whole}; drawn are the {kept:,} strongest among {drawn:,} accounts"
