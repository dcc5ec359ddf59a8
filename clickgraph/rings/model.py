"""Rings, a sequence of Ring over tables: what a caller holds, writes and reads back."""

import operator
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from os import PathLike
from typing import Any, overload

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from clickgraph.errors import InputError
from clickgraph.log.ids import bare
from clickgraph.log.table import Table
from clickgraph.log.text import printable
from clickgraph.rings.columns import COLUMNS, find_starts
from clickgraph.rings.display import rings_as_html, rings_as_text
from clickgraph.rings.document import plain_settings, rings_document
from clickgraph.rings.formats import Format
from clickgraph.rings.ring import VERDICTS, Evidence, Ring
from clickgraph.rings.storage import read_tables, write_tables

__all__ = ["Evidence", "Ring", "Rings", "read_rings"]

FACTS = ("settings", "version", "fingerprint", "notices")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Rings(Sequence[Ring]):
    """The rings of a log, best first, with all tables that a report needs.

    Best first: those with the verdict "ring" come before candidates, these before what has not enough data, and
    audiences last; among those of one verdict the strongest evidence is first.

    A sequence: ``rings[0]`` is the best ring, ``rings["7dd8f70f25"]`` the one of that id, a slice is again
    ``Rings``. Every other table holds the rows of a ring together, rings in the order of `summary`; that is checked.
    A ring's view is cut from the tables when it is asked for, in time proportional to its members and bursts.

    Attributes
    ----------
    summary : Table
        A row per ring: ring, score_bits, p_value, verdict, decided_by, n_accounts, n_contents, n_bursts,
        window, first, last (timestamps, null where the log has no clock), variance_ratio, edge.
    members : Table
        ring, account, score_bits (of the ring), member_bits (of the account), share (of the account's
        events that lie in bursts).
    bursts : Table
        ring, content, action, start, end, n_members, n_outside, expected, bits.
    acts : Table
        ring, account, content, action, time: each member's events inside bursts, the witnesses.
    ties : Table
        ring, account, other, shared, expected, window, bits.
    evidence : Table
        ring, name, observed, expected, bits.
    settings : dict
        How the result was made, in values that JSON knows (a tuple becomes a list).
    version, fingerprint : str
        Of clickgraph, and of the input.
    notices : tuple of str
        What was assumed, repaired or left out, in sentences.

    Raises
    ------
    InputError
        If a table lacks a column, or its rows do not follow the rings of `summary`.
    """

    summary: Table
    members: Table
    bursts: Table
    acts: Table
    ties: Table
    evidence: Table
    settings: dict[str, Any]
    version: str
    fingerprint: str
    notices: tuple[str, ...] = ()
    _starts: dict[str, NDArray[np.int64]] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "settings", plain_settings(self.settings))
        object.__setattr__(self, "notices", tuple(self.notices))
        object.__setattr__(self, "_starts", find_starts(self._tables()))

    def __len__(self) -> int:
        return len(self.summary)

    @overload
    def __getitem__(self, index: int) -> Ring: ...

    @overload
    def __getitem__(self, index: str) -> Ring: ...

    @overload
    def __getitem__(self, index: slice) -> "Rings": ...

    def __getitem__(self, index: int | str | slice) -> "Ring | Rings":
        if isinstance(index, slice):
            return self._pick(np.arange(len(self))[index])
        if isinstance(index, str):
            return self._view(self._place_of(index))
        try:
            index = operator.index(index)
        except TypeError as error:
            raise InputError("a ring's place, its id or a slice", f"a {type(index).__name__}") from error
        if not -len(self) <= index < len(self):
            raise IndexError(f"ring {index} of {len(self)}: the first is 0, the last is {len(self) - 1}")
        return self._view(index % len(self))

    def of(self, account: object) -> "Rings":
        """Return the rings that hold `account`, best first; none for an account of no ring.

        Parameters
        ----------
        account : object
            An account's id, in the type that it has in the log.

        Returns
        -------
        Rings
        """
        column = self.members["account"]
        try:
            wanted = pa.scalar(account, type=column.type)
        except (pa.ArrowInvalid, pa.ArrowTypeError, TypeError, OverflowError):
            return self[:0]  # an id of another type is nobody's id
        if wanted.as_py() != account:  # bytes are no text
            return self[:0]
        rows = pc.indices_nonzero(pc.equal(bare(column), bare(wanted))).to_numpy()
        return self._pick(np.unique(np.searchsorted(self._starts["members"], rows, side="right") - 1))

    def where(self, chosen: Sequence[bool] | NDArray[np.bool_]) -> "Rings":
        """Return the chosen rings, in their order.

        Parameters
        ----------
        chosen : sequence of bool, one per ring
            Such as ``[ring.verdict == "ring" for ring in rings]``.

        Raises
        ------
        InputError
            If there are more or fewer of them than rings.
        """
        mask = np.asarray(chosen, dtype=np.bool_)
        if mask.shape != (len(self),):
            raise InputError(f"a truth value for each of {len(self)} rings", f"shape {mask.shape}")
        return self._pick(np.flatnonzero(mask))

    def joined(self, other: "Rings") -> "Rings":
        """Return the rings of both, best first; what both hold comes once. Settings and notices are this one's."""
        known, other = set(self.summary["ring"].to_pylist()), all_rings(other)
        new = other.where([name not in known for name in other.summary["ring"].to_pylist()])
        tables: dict[str, Any] = {
            name: Table(pa.concat_tables([table.to_arrow(), getattr(new, name).to_arrow()]))
            for name, table in self._tables().items()
        }
        both = replace(self, **tables)
        rank = pc.index_in(both.summary["verdict"], value_set=pa.array(VERDICTS))
        ranked = both.summary.to_arrow().append_column("rank", rank)
        keys = [("rank", "ascending"), ("score_bits", "descending"), ("ring", "ascending")]
        return both._pick(pc.sort_indices(ranked, sort_keys=keys).to_numpy())

    def write(self, folder: str | PathLike[str], *, format: Format = "parquet") -> None:  # noqa: A002
        """Write the tables and ``rings.json`` to a folder, whole or not at all.

        Parameters
        ----------
        folder : path
            Made where it is missing. An older result there is replaced; a folder that holds anything
            else is refused.
        format : {"parquet", "csv", "json"}
            Of the tables. Only Parquet keeps every type and can be read back with :func:`read_rings`. In
            CSV a text that a spreadsheet would run as a formula gets an apostrophe before it.

        Raises
        ------
        InputError
            If the format is unknown or `folder` holds something else.
        """
        write_tables(folder, self._tables(), facts=self._facts(), format=format)

    def to_dict(self) -> dict[str, Any]:
        """Return a document that JSON can carry, of the versioned schema ``rings.schema.json``.

        Each ring comes with its summary, members, bursts and evidence; the long tables `acts` and `ties`
        are left to :meth:`write`. Values that are not finite become None, times ISO 8601 texts.
        """
        return rings_document(self._tables(), starts=self._starts, facts=self._facts())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Rings):
            return NotImplemented
        names = (*COLUMNS, "settings", "version", "fingerprint")
        return all(getattr(self, name) == getattr(other, name) for name in names)

    def __repr__(self) -> str:
        return rings_as_text(self.summary, facts=self._facts())

    def _repr_html_(self) -> str:
        return rings_as_html(self.summary, facts=self._facts())

    def _tables(self) -> dict[str, Table]:
        return {name: getattr(self, name) for name in COLUMNS}

    def _facts(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in FACTS}

    def _place_of(self, ring_id: str) -> int:
        ids = self.summary["ring"].to_pylist()
        if ring_id not in ids:
            some = ", ".join(map(printable, ids[:3])) or "there is none"
            raise InputError(f"the id of one of {len(ids)} rings", printable(repr(ring_id)), f"such as {some}")
        return int(ids.index(ring_id))

    def _cut(self, name: str, position: int) -> Table:
        first, last = self._starts[name][position : position + 2]
        return Table(getattr(self, name).to_arrow().slice(first, last - first))

    def _view(self, position: int) -> Ring:
        (row,) = self._cut("summary", position).to_pylist()
        cuts: dict[str, Any] = {name: self._cut(name, position) for name in ("members", "bursts", "acts", "ties")}
        pieces = self._cut("evidence", position).to_arrow().drop_columns("ring").to_pylist()
        return Ring(
            id=row["ring"],
            **{name: row[name] for name in ("score_bits", "p_value", "verdict", "decided_by")},
            accounts=_sorted_ids(cuts["members"]["account"]),
            contents=_sorted_ids(cuts["bursts"]["content"]),
            evidence=tuple(Evidence(**piece) for piece in pieces),
            summary=row,
            **cuts,
        )

    def _pick(self, positions: NDArray[np.int64]) -> "Rings":
        picked: dict[str, Any] = {}
        for name, table in self._tables().items():
            starts = self._starts[name]
            rows = [np.arange(starts[at], starts[at + 1]) for at in positions]
            picked[name] = Table(table.to_arrow().take(np.concatenate([np.empty(0, np.int64), *rows])))
        return replace(self, **picked)


def all_rings(rings: object) -> Rings:
    """Return `rings`, if they are Rings.

    Raises
    ------
    InputError
        If they are not.
    """
    if not isinstance(rings, Rings):
        raise InputError("Rings", f"a {type(rings).__name__}", "a slice such as rings[:1] is again Rings")
    return rings


def read_rings(folder: str | PathLike[str]) -> Rings:
    """Return the :class:`Rings` that :meth:`Rings.write` wrote to a folder as Parquet.

    Parameters
    ----------
    folder : path
        The folder.

    Returns
    -------
    Rings
        Equal to what was written.

    Raises
    ------
    InputError
        If the folder holds no result, one of another schema version or another format, or a table is
        missing or damaged.
    """
    parts: dict[str, Any] = {}
    for part in read_tables(folder, names=tuple(COLUMNS), facts=FACTS):
        parts |= part
    return Rings(**parts)


def _sorted_ids(column: pa.ChunkedArray) -> pa.Array:
    ids = pc.unique(bare(column))
    ids = ids.take(pc.sort_indices(ids))
    is_bare = ids.type == column.type
    return ids if is_bare else pa.ExtensionArray.from_storage(column.type, ids)
