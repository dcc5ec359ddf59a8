"""CodedLog: a log as integer codes, still in the order of its source."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from clickgraph.errors import InputError
from clickgraph.log.events import Events
from clickgraph.log.ids import Coded, encode_ids, ids_as_text
from clickgraph.log.names import Names
from clickgraph.log.storing import Memory, Store, chunks, select_rows
from clickgraph.log.text import printable
from clickgraph.log.times import Times, read_times

NO_POST = -1
UNMET = "Ids to ignore that are not in the log"  # how the one notice begins that names ids


@dataclass(frozen=True, slots=True)
class CodedLog:
    """A log row by row; `post` is NO_POST where a row names none, `time` is None without a clock."""

    account: Coded
    content: Coded
    action: Coded
    post: NDArray[np.int32] | None
    time: NDArray[np.int64] | None
    columns: pa.Table
    n_repeats: int = 0
    notices: tuple[str, ...] = field(default=())

    @property
    def n_rows(self) -> int:
        """Number of events."""
        return len(self.account.code)

    def select(self, keep: NDArray[np.bool_], *, store: Store) -> "CodedLog":
        """Return the rows to `keep`, their columns in `store`."""
        return replace(
            self,
            account=self.account.select(keep, store=store, name="account"),
            content=self.content.select(keep, store=store, name="content"),
            action=self.action.select(keep, store=store, name="action"),
            post=None if self.post is None else select_rows(self.post, keep, store=store, name="post"),
            time=None if self.time is None else select_rows(self.time, keep, store=store, name="time"),
            columns=self.columns.take(pa.array(np.flatnonzero(keep))) if self.columns.num_columns else self.columns,
        )


def code_table(table: pa.Table, names: Names, *, timezone: str | None = None) -> CodedLog:
    """Return a foreign table, whose columns of each role are known, as codes.

    Raises
    ------
    InputError
        As `encode_ids` and `read_times` do.
    """
    with ThreadPoolExecutor(2) as pool:  # Arrow lets go of the interpreter while it hashes
        account, content = pool.map(
            lambda name: encode_ids(table.column(name), name=name), (names.account, names.content)
        )
    action = one_action(len(table), word="act")
    if names.action is not None:
        action = encode_ids(table.column(names.action), name=names.action)
    times = Times(np.empty(0, np.int64))
    if names.time is not None:
        times = read_times(table.column(names.time), name=names.time, timezone=timezone)
    return CodedLog(
        account=account,
        content=content,
        action=action,
        post=None if names.post is None else _code_posts(table.column(names.post), name=names.post),
        time=None if names.time is None else times.values,
        columns=table.drop_columns(names.used()).replace_schema_metadata(None),
        notices=(*account.notices, *content.notices, *action.notices, *times.notices),
    )


def code_events(events: Events) -> CodedLog:
    """Return events as the log that they were read from, to read them again in another way."""
    return CodedLog(
        account=Coded(events.account_code, events.account_ids),
        content=Coded(events.content_code, events.content_ids),
        action=Coded(events.action_code, events.action_ids),
        post=events.act_code,
        time=None if events.clock is None else events.time,
        columns=events.columns,
        n_repeats=events.n_repeats,
        notices=events.notices,
    )


def finish_log(log: CodedLog, *, layers: str, ignore: frozenset[str], store: Store | None = None) -> CodedLog:
    """Return the log with its layers merged, where that is asked, and without what is to be ignored."""
    return leave_out(merge_layers(log) if layers == "merge" else log, ignore, store=store or Memory())


def merge_layers(log: CodedLog) -> CodedLog:
    """Return the log with every action taken as the same one."""
    return replace(log, action=one_action(log.n_rows, word="any"))


def leave_out(log: CodedLog, ignore: frozenset[str], *, store: Store) -> CodedLog:
    """Return the log without the events of the accounts and contents whose ids, as text, are in `ignore`.

    What is left lies in `store`.
    """
    if not ignore:
        return log
    wanted = pa.array(sorted(ignore), pa.large_string())
    keep = np.ones(log.n_rows, bool)
    met: set[str] = set()
    for side in (log.account, log.content):
        text = ids_as_text(side.ids)
        ignored = pc.is_in(text, value_set=wanted)
        met.update(text.filter(ignored).to_pylist())
        wanted_ids = ~ignored.to_numpy(zero_copy_only=False)
        for part, codes in zip(chunks(keep), chunks(side.code), strict=True):
            part &= wanted_ids[codes]
    notices = say_left_out(ignore, met, int(np.count_nonzero(~keep)))
    return replace(log.select(keep, store=store), notices=(*log.notices, *notices))


def say_left_out(ignore: frozenset[str], met: set[str], n_events: int) -> tuple[str, ...]:
    """Say how many events were left out with the ids of `ignore` that were met, and which were not met."""
    told = f"Left out with {len(met)} ignored accounts or contents: {n_events} events."
    unmet = sorted(ignore - met)
    if not unmet:
        return (told,)
    listed = ", ".join(printable(text) for text in unmet[:5]) + (", ..." if len(unmet) > 5 else "")
    return told, f"{UNMET}: {listed} ({len(unmet)} in all)."


def one_action(n_rows: int, *, word: str) -> Coded:
    """Return the same action for every row: one number, looked at from every row.

    Examples
    --------
    >>> one_action(2, word="act").code.tolist()
    [0, 0]
    """
    return Coded(np.broadcast_to(np.int32(0), n_rows), pa.array([word]))


def present_posts(column: pa.ChunkedArray) -> NDArray[np.bool_]:
    """Return for each row whether it names a post; one that does not is an act of its own.

    Examples
    --------
    >>> present_posts(pa.chunked_array([[7, None]])).tolist()
    [True, False]
    """
    missing: NDArray[np.bool_] = pc.is_null(column, nan_is_null=pa.types.is_floating(column.type)).to_numpy()
    return ~missing


def as_dictionary(column: pa.ChunkedArray, *, name: str) -> pa.ChunkedArray:
    """Return another column of a log with each of its values once per chunk, and a code per row.

    Raises
    ------
    InputError
        Values that cannot be told apart, such as lists.

    Examples
    --------
    >>> as_dictionary(pa.chunked_array([["de", None, "de"]]), name="language").chunk(0).indices.to_pylist()
    [0, None, 0]
    """
    kind = column.type
    if pa.types.is_dictionary(kind):
        if not any(chunk.dictionary.null_count for chunk in column.chunks):
            return column
        column = column.cast(kind.value_type)
    try:
        return column.dictionary_encode()
    except pa.ArrowNotImplementedError as error:
        hint = "keep=[] keeps no other column"
        raise InputError(f"plain values in {printable(name)}, which is kept on disk", str(kind), hint) from error


def _code_posts(column: pa.ChunkedArray, *, name: str) -> NDArray[np.int32]:
    """Return a code per post, NO_POST for rows that name none."""
    present = present_posts(column)
    code = np.full(len(column), NO_POST, np.int32)
    code[present] = encode_ids(column.filter(pa.array(present)), name=name).code
    return code
