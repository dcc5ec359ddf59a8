"""Events: the log as columns, integer codes beside the tables of the caller's own ids."""

from dataclasses import dataclass, field
from itertools import repeat
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clickgraph.kernels.fingerprint import sum_of_rows
from clickgraph.log.clock import say_clock
from clickgraph.log.fingerprint import digest_blocks, fingerprint_of
from clickgraph.log.storing import chunks
from clickgraph.log.table import Table


@dataclass(frozen=True, slots=True, eq=False)
class Events:
    """An engagement log: who did what to which content, and when.

    Rows are in canonical order (content, time, account, action, act), so the same log gives the same
    ``Events`` however its rows were shuffled. Made by :func:`clickgraph.read_events`.

    Attributes
    ----------
    account_code, content_code : ndarray of int32, shape (n_events,)
        Positions in `account_ids` and `content_ids`.
    action_code : ndarray of int32, shape (n_events,)
        Positions in `action_ids`; all zero when the layers were merged or the log names no action.
    act_code : ndarray of int32, shape (n_events,), or None
        Events with one code are one act (a post with a link, its domain and two hashtags).
        None: every event is an act of its own.
    time : ndarray of int64, shape (n_events,)
        Microseconds since 1970-01-01 UTC; all zero in the time-free mode.
    account_ids, content_ids, action_ids : pyarrow.Array
        The caller's ids, sorted, in the caller's type.
    columns : pyarrow.Table
        The other columns of the log, row by row, for strata.
    clock : int or None
        Resolution of the times in microseconds; None in the time-free mode.
    n_repeats : int
        Exact repeats that were dropped.
    notices : tuple of str
        What the reader assumed or repaired, in sentences.
    """

    account_code: NDArray[np.int32]
    content_code: NDArray[np.int32]
    action_code: NDArray[np.int32]
    act_code: NDArray[np.int32] | None
    time: NDArray[np.int64]
    account_ids: pa.Array
    content_ids: pa.Array
    action_ids: pa.Array
    columns: pa.Table
    clock: int | None
    n_repeats: int = 0
    notices: tuple[str, ...] = field(default=())

    @property
    def n_accounts(self) -> int:
        """Number of different accounts."""
        return len(self.account_ids)

    @property
    def n_contents(self) -> int:
        """Number of different contents."""
        return len(self.content_ids)

    @property
    def fingerprint(self) -> str:
        """Hash of who did what when: 32 hexadecimal digits, the same wherever the log was read from.

        Other columns and notices are not part of it. Cost: one pass over the log.
        """
        act = np.empty(0, np.int32) if self.act_code is None else self.act_code
        columns = [*map(chunks, (self.account_code, self.content_code, self.action_code)), chunks(self.time)]
        acts = chunks(act) if len(act) else repeat(act)
        sums = np.zeros(2, np.uint64)
        for *codes, time, act in zip(*columns, acts, strict=False):
            account, content, action = map(np.ascontiguousarray, codes)
            sums += sum_of_rows(account, content, action, np.ascontiguousarray(act), np.ascontiguousarray(time))
        return fingerprint_of(
            sums, [digest_blocks(ids) for ids in (self.account_ids, self.content_ids, self.action_ids)],
            n_events=len(self), has_acts=self.act_code is not None, clock=self.clock,
        )  # fmt: skip

    def to_table(self) -> Table:
        """Return the log as a table with the caller's own ids, in canonical order.

        Returns
        -------
        Table
            account, content, time (timestamp[us, UTC]; not in the time-free mode), action, post (int32;
            only where the log names acts), then the other columns of the log.

        Examples
        --------
        >>> from clickgraph import read_events
        >>> read_events({"user": ["b", "a"], "video": [7, 7], "time": ["2024-05-01"] * 2}).to_table()
        account  content  time                 action
        a              7  2024-05-01 00:00:00  act
        b              7  2024-05-01 00:00:00  act
        2 rows
        """
        columns: dict[str, Any] = {
            "account": self.account_ids.take(pa.array(self.account_code)),
            "content": self.content_ids.take(pa.array(self.content_code)),
        }
        if self.clock is not None:
            columns["time"] = pa.array(self.time, pa.timestamp("us", "UTC"))
        columns["action"] = self.action_ids.take(pa.array(self.action_code))
        if self.act_code is not None:
            columns["post"] = pa.array(self.act_code)
        for name, column in zip(self.columns.column_names, self.columns.columns, strict=True):
            # A column of the log may be called "account" and still not be the account.
            while name in columns:
                name += "_"
            columns[name] = column
        return Table(pa.table(columns))

    def __len__(self) -> int:
        return len(self.time)

    def __repr__(self) -> str:
        return (
            f"<Events: {len(self):,} events, {self.n_accounts:,} accounts, {self.n_contents:,} contents, "
            f"{say_clock(self.clock)}>"
        )
