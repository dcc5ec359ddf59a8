"""AccountGraph: ties between accounts, each with its evidence."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clickgraph.graph.windows import window_name
from clickgraph.log.table import Table

if TYPE_CHECKING:
    import igraph
    import networkx
    import scipy.sparse


@dataclass(frozen=True, slots=True, eq=False)
class AccountGraph:
    """Ties between accounts that chance does not explain. Made by :func:`clickgraph.project`.

    Attributes
    ----------
    account_code, other_code : ndarray of int32, shape (n_ties,)
        The two ends, ``account_code < other_code``, sorted.
    shared : ndarray of int32, shape (n_ties,)
        Proofs that the two acted together within the tie's window.
    expected : ndarray of float64, shape (n_ties,)
        What the slot null expects of them.
    window : ndarray of int64, shape (n_ties,)
        The window, in microseconds, in which the tie surprises most.
    bits : ndarray of float64, shape (n_ties,)
        ``-log2 P(X >= shared)``, less the bits that the choice of the window cost.
    kept : ndarray of float64, shape (n_ties,)
        Probability with which this tie survived the sampling of accounts with many ties.
    n_passing : ndarray of int64, shape (n_accounts,)
        Ties of each account that passed, kept or not; beyond four times `ties_per_account` an estimate from the hashes
        by which it chooses, of a relative standard error of ``1 / sqrt(4 ties_per_account - 1)``.
    account_ids : pyarrow.Array
        The caller's account ids.
    notices : tuple of str
        What the budgets left out, in sentences.
    """

    account_code: NDArray[np.int32]
    other_code: NDArray[np.int32]
    shared: NDArray[np.int32]
    expected: NDArray[np.float64]
    window: NDArray[np.int64]
    bits: NDArray[np.float64]
    kept: NDArray[np.float64]
    n_passing: NDArray[np.int64]
    account_ids: pa.Array
    notices: tuple[str, ...] = ()

    @property
    def weight(self) -> NDArray[np.float64]:
        """Evidence per tie, weighted up for those that sampling left out: ``bits / kept``."""
        return self.bits / self.kept

    @property
    def n_accounts(self) -> int:
        """Number of accounts, with ties or without."""
        return len(self.account_ids)

    def __len__(self) -> int:
        """Return the number of ties kept."""
        return len(self.account_code)

    def __repr__(self) -> str:
        """Return the sizes in one line."""
        passing = int(self.n_passing.sum()) // 2
        return f"AccountGraph({self.n_accounts:,} accounts, {len(self):,} ties kept of about {passing:,} that passed)"

    def to_table(self) -> Table:
        """Return a row per tie: account, other, shared, expected, window (its name), bits, kept."""
        widths, place = np.unique(self.window, return_inverse=True)
        names = pa.array([window_name(int(width)) for width in widths], pa.string())
        return Table.from_columns(
            account=self.account_ids.take(pa.array(self.account_code)),
            other=self.account_ids.take(pa.array(self.other_code)),
            shared=self.shared,
            expected=self.expected,
            window=names.take(pa.array(place)),
            bits=self.bits,
            kept=self.kept,
        )

    def to_arrow(self) -> pa.Table:
        """Return :meth:`to_table` as a pyarrow table."""
        return self.to_table().to_arrow()

    def to_scipy(self) -> "scipy.sparse.csr_array":
        """Return the weights: symmetric CSR, float64, shape (n_accounts, n_accounts)."""
        from scipy.sparse import coo_array

        ends = (
            np.concatenate((self.account_code, self.other_code)),
            np.concatenate((self.other_code, self.account_code)),
        )
        both = np.concatenate((self.weight, self.weight))
        return coo_array((both, ends), shape=(self.n_accounts, self.n_accounts)).tocsr()

    def to_networkx(self) -> "networkx.Graph[Any]":
        """Return a networkx graph of the accounts that have ties; edges carry the columns of `to_table`."""
        import networkx

        graph = networkx.Graph()
        for row in self.to_table().to_pylist():
            graph.add_edge(row.pop("account"), row.pop("other"), **row)
        return graph

    def to_igraph(self) -> "igraph.Graph":
        """Return an igraph graph of all accounts in code order: ``name`` (text), edge ``bits`` and ``weight``."""
        import igraph

        edges = np.column_stack((self.account_code, self.other_code))
        graph = igraph.Graph(n=self.n_accounts, edges=edges)
        graph.vs["name"] = [str(value) for value in self.account_ids.to_pylist()]
        graph.es["bits"] = self.bits.tolist()
        graph.es["weight"] = self.weight.tolist()
        return graph
