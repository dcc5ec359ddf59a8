"""Log: a table of events as planting reads it: codes, an index by account and by content, the clock."""

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clickgraph.errors import InputError
from clickgraph.log.events import Events
from clickgraph.log.table import Table
from clickgraph.simulation.draws import Ints
from clickgraph.simulation.worlds import MICROSECONDS, TIME, World, to_times

_CLOCKS = (86_400 * MICROSECONDS, 3600 * MICROSECONDS, 60 * MICROSECONDS, MICROSECONDS, 1000)


@dataclass(frozen=True, slots=True, eq=False)
class Index:
    """Rows grouped by a code: those of code `c` are ``rows[start[c]:start[c + 1]]``, in the log's order."""

    rows: Ints
    start: Ints

    def counts(self) -> Ints:
        """Return the number of rows of each code."""
        return np.diff(self.start)

    def draw_row(self, codes: Ints, *, rng: np.random.Generator) -> Ints:
        """Return for each of `codes` one of its rows, at random."""
        return self.rows[self.start[codes] + (rng.random(len(codes)) * self.counts()[codes]).astype(np.int64)]

    def all_rows(self, codes: Ints) -> tuple[Ints, Ints]:
        """Return all rows of each of `codes`, and for each row the position in `codes` that it belongs to."""
        lengths = self.counts()[codes]
        owner = np.repeat(np.arange(len(codes)), lengths)
        within = np.arange(len(owner)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        return self.rows[np.repeat(self.start[codes], lengths) + within], owner


@dataclass(frozen=True, slots=True, eq=False)
class Log:
    """A log to plant in: the table, its columns as codes, the ids that are taken, and who is innocent yet."""

    table: pa.Table
    account: Ints
    content: Ints
    time: Ints
    by_account: Index
    by_content: Index
    account_ids: pa.Array
    content_ids: pa.Array
    known_accounts: pa.Array
    known_contents: pa.Array
    innocent: Ints
    clock: int
    truth: pa.Table | None

    def reserve(self, accounts: pa.Array, contents: pa.Array, *, members: Ints) -> "Log":
        """Return the log with these new ids taken as well, and these accounts in a farm."""
        return replace(
            self,
            innocent=np.setdiff1d(self.innocent, members, assume_unique=True),
            known_accounts=pa.concat_arrays([self.known_accounts, accounts]),
            known_contents=pa.concat_arrays([self.known_contents, contents]),
        )


def open_log(source: World | Events | Table | pa.Table) -> Log:
    """Return `source` ready for planting; see :func:`clickgraph.simulation.planting.plant`."""
    table = _to_arrow(source)
    truth = source.truth.to_arrow() if isinstance(source, World) else None
    _check(table)
    account, account_ids = _encode(table["account"])
    content, content_ids = _encode(table["content"])
    time = table["time"].cast(TIME).cast(pa.int64()).to_numpy()
    names = ["account", "content", "time"]
    columns = [account_ids.take(pa.array(account)), content_ids.take(pa.array(content)), to_times(time)]
    others = [name for name in table.column_names if name not in names]
    return Log(
        table=pa.table(columns + [table[name] for name in others], names=names + others),
        account=account,
        content=content,
        time=time,
        by_account=_index(account, len(account_ids)),
        by_content=_index(content, len(content_ids)),
        account_ids=account_ids,
        content_ids=content_ids,
        known_accounts=account_ids,
        known_contents=content_ids,
        innocent=_innocent(account_ids, truth),
        clock=next((clock for clock in _CLOCKS if not np.any(time % clock)), 1),
        truth=truth,
    )


def _to_arrow(source: World | Events | Table | pa.Table) -> pa.Table:
    if isinstance(source, World):
        return source.events.to_arrow()
    if not isinstance(source, Events):
        return pa.table(source)
    columns = {
        "account": source.account_ids.take(pa.array(source.account_code)),
        "content": source.content_ids.take(pa.array(source.content_code)),
        "time": to_times(source.time),
        "action": source.action_ids.take(pa.array(source.action_code)),
    }
    if source.act_code is not None:
        columns["post_id"] = pa.array(source.act_code, pa.int64())
    return pa.table(columns | {name: source.columns[name] for name in source.columns.column_names})


def _check(table: pa.Table) -> None:
    for name in ("account", "content", "time"):
        if name not in table.column_names:
            raise InputError(
                f"a log with a column {name!r}",
                ", ".join(table.column_names),
                "rename the columns, or pass what read_events returns",
            )
        if table[name].null_count:
            raise InputError(f"no nulls in {name!r}", str(table[name].null_count), "drop these rows")
    if not table.num_rows:
        raise InputError("a log with events to plant among", "no events", "simulate('independent')")


def _encode(column: pa.ChunkedArray) -> tuple[Ints, pa.Array]:
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if not (pa.types.is_integer(kind) or pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        raise InputError("ids that are text or whole numbers", str(kind), "cast them")
    encoded = pc.dictionary_encode(column.cast(kind)).combine_chunks()
    return encoded.indices.to_numpy().astype(np.int64), encoded.dictionary


def _innocent(account_ids: pa.Array, truth: pa.Table | None) -> Ints:
    if truth is None:
        return np.arange(len(account_ids))
    in_farm = pc.is_in(account_ids, value_set=truth["account"].combine_chunks())
    return np.flatnonzero(~in_farm.to_numpy(zero_copy_only=False))


def _index(codes: Ints, n_codes: int) -> Index:
    rows = np.argsort(codes, kind="stable")
    return Index(rows, np.searchsorted(codes[rows], np.arange(n_codes + 1)))
