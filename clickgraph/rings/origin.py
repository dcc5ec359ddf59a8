"""Origin: where the acts of rings stand in the log that they came from."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from clickgraph.errors import InputError
from clickgraph.log.events import Events
from clickgraph.log.ids import bare
from clickgraph.log.table import Table
from clickgraph.log.text import printable
from clickgraph.rings.witnesses import as_microseconds

SAME_LOG = "pass the log in which the rings were found, read with the same options"


def find_rows(events: Events, acts: Table) -> NDArray[np.int64]:
    """Return the row of `events` that each act is.

    Parameters
    ----------
    events : Events
        The log.
    acts : Table
        ring, account, content, action, time, as :class:`Rings` carries it; an event may be an act of several rings.

    Returns
    -------
    ndarray of int64, shape (n_acts,)
        Cost: one pass over the log, and a sort of the members' events.

    Raises
    ------
    InputError
        If an act is not in the log.
    """
    keys = [code_in(ids, acts[name]) for name, ids in _id_tables(events)]
    timed = acts["time"].null_count == 0
    if timed and events.clock is None and len(acts):
        raise InputError("a log with times", "one that was read without", SAME_LOG)
    keys.append(as_microseconds(acts["time"]) if timed else np.zeros(len(acts), np.int64))
    is_member = np.zeros(events.n_accounts + 1, dtype=np.bool_)
    is_member[keys[0]] = True  # an unknown account, -1, sets the last
    candidates = np.flatnonzero(is_member[:-1][events.account_code])
    time = events.time[candidates] if timed else np.zeros(len(candidates), np.int64)
    codes = (events.account_code, events.content_code, events.action_code)
    known = [code[candidates].astype(np.int64) for code in codes]
    rows = _match([*known, time], keys, owner=_codes(acts["ring"]))
    missing = np.flatnonzero(rows < 0)
    if len(missing):
        raise InputError(f"the log to hold the acts of the rings ({len(acts):,})", _say(acts, missing), SAME_LOG)
    return candidates[rows]


def code_in(ids: pa.Array, column: pa.ChunkedArray) -> NDArray[np.int64]:
    """Return the position of each value in `ids`, -1 where it is not there or of another type.

    Examples
    --------
    >>> import pyarrow as pa
    >>> code_in(pa.array(["a", "b"]), pa.chunked_array([["b", "x"]])).tolist()
    [1, -1]
    """
    try:
        place = pc.index_in(bare(column.cast(ids.type)), value_set=bare(ids))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return np.full(len(column), -1, dtype=np.int64)
    codes: NDArray[np.int64] = place.fill_null(-1).to_numpy().astype(np.int64)
    return codes


def _id_tables(events: Events) -> tuple[tuple[str, pa.Array], ...]:
    return (("account", events.account_ids), ("content", events.content_ids), ("action", events.action_ids))


def _codes(column: pa.ChunkedArray) -> NDArray[np.int64]:
    coded = bare(column).combine_chunks().dictionary_encode()
    codes: NDArray[np.int64] = coded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    return codes


def _match(known: list[NDArray[np.int64]], asked: list[NDArray[np.int64]], *, owner: NDArray[np.int64]) -> NDArray[
    np.int64
]:  # fmt: skip
    """Return for each row of `asked` the row of `known` with equal keys; of equal ones the k-th for its k-th.

    `asked` rows of different owners may name one row.
    """
    n = len(known[0])
    keys = [np.concatenate((left, right)) for left, right in zip(known, asked, strict=True)]
    who = np.concatenate((np.full(n, -1), owner))
    order = np.lexsort((who, *keys))
    is_new = np.ones(len(order), dtype=np.bool_)
    is_new[1:] = np.any([key[order][1:] != key[order][:-1] for key in keys], axis=0)
    start = np.maximum.accumulate(np.where(is_new, np.arange(len(order)), 0))
    of_owner = is_new.copy()
    of_owner[1:] |= who[order][1:] != who[order][:-1]
    rank = np.arange(len(order)) - np.maximum.accumulate(np.where(of_owner, np.arange(len(order)), 0))
    place = start + rank
    # The known rows of equal keys come first: a place beyond them is an asked row, or belongs to others.
    is_known = (order < n)[place] & (start[place] == start)
    found = np.empty(len(order), dtype=np.int64)
    found[order] = np.where(is_known, order[place], -1)
    return found[n:]


def _say(acts: Table, missing: NDArray[np.int64]) -> str:
    (first,) = acts.to_arrow().slice(int(missing[0]), 1).to_pylist()
    who, what = printable(first["account"]), printable(first["content"])
    return f"{len(missing):,} that are not there, the first by {who} on {what}"
