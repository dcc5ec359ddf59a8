"""A ring's acts as a picture needs them: accounts and contents as positions in their order of entry."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from clickgraph.errors import InputError
from clickgraph.log.ids import bare, number_ids
from clickgraph.rings.ring import Ring, one_ring


@dataclass(frozen=True, slots=True, eq=False)
class Acts:
    """A ring's acts inside bursts, accounts and contents as positions in their order of entry.

    Attributes
    ----------
    account, content : ndarray of int64, shape (n_acts,)
        Row of the account and column of the content; both are numbered as they first come.
    time : ndarray of datetime64[us], shape (n_acts,), or None
        None in a log without times.
    account_ids, content_ids : pyarrow.Array
        The ids in that order.
    """

    account: NDArray[np.int64]
    content: NDArray[np.int64]
    time: NDArray[np.datetime64] | None
    account_ids: pa.Array
    content_ids: pa.Array

    @property
    def n_accounts(self) -> int:
        """Number of different accounts that act."""
        return len(self.account_ids)

    @property
    def n_contents(self) -> int:
        """Number of different contents that they act on."""
        return len(self.content_ids)


def acts_of(ring: Ring, *, content: object = None) -> Acts:
    """Return the acts of a ring, or those on one of its contents.

    Raises
    ------
    InputError
        If `ring` is no Ring, or has no burst on `content`.
    """
    acts = one_ring(ring).acts.to_arrow()
    if content is not None:
        check_content(ring, content)
        wanted = pa.scalar(content, type=acts["content"].type)
        acts = acts.filter(pc.equal(bare(acts["content"]), bare(wanted)))
    timed = acts["time"].null_count == 0 and len(acts) > 0
    if timed:
        stored = pa.table({"time": acts["time"], "content": bare(acts["content"])})
        acts = acts.take(pc.sort_indices(stored, [("time", "ascending"), ("content", "ascending")]))
    account, account_ids = _number(acts["account"])
    contents, content_ids = _number(acts["content"])
    time = acts["time"].to_numpy() if timed else None
    return Acts(account, contents, time, account_ids, content_ids)


def check_content(ring: Ring, content: object) -> None:
    """Raise InputError unless the ring has a burst on `content`."""
    known = ring.contents.to_pylist()
    if content not in known:
        some = ", ".join(repr(each) for each in known[:3])
        raise InputError(f"a content of ring {ring.id}", repr(content), f"it has {some}, ...")


def _number(column: pa.ChunkedArray) -> tuple[NDArray[np.int64], pa.Array]:
    """Return the number of each row's value, by first appearance, and the values."""
    number, ids = number_ids(column)
    return number.to_numpy(zero_copy_only=False).astype(np.int64), ids
