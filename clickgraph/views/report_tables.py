"""The tables of the report: columns as the page's script sorts and filters them, and their first rows as text."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

from clickgraph.log.ids import bare
from clickgraph.log.text import printable
from clickgraph.rings.display import p_text
from clickgraph.rings.document import plain
from clickgraph.rings.model import Rings
from clickgraph.rings.ring import Ring
from clickgraph.views.grouping import group_rows

Kind = Literal["text", "time", "number", "share", "p"]
ID = 200  # characters of an id; the page breaks long ones
ALL = pc.CountOptions(mode="all")
FIRST_ROWS = 25  # what is there before, or without, the script


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A column: what it is called, what it holds, and its values as JSON carries them, rounded as shown."""

    name: str
    kind: Kind
    digits: int
    values: list[Any]

    @property
    def place(self) -> str:
        """How a cell stands: text, time or number."""
        return self.kind if self.kind in ("text", "time") else "number"

    def show(self, row: int) -> str:
        """Return the cell as text, as the page's script also writes it."""
        value = self.values[row]
        if value is None:
            return "–"
        if self.kind in ("text", "time"):
            return str(value)
        if self.kind == "p":
            return p_text(value)
        return f"{value:,.{self.digits}f}" + ("%" if self.kind == "share" else "")

    def to_dict(self) -> dict[str, Any]:
        """Return what the page's script reads."""
        shown = {"shown": [p_text(value) for value in self.values]} if self.kind == "p" else {}
        return {"kind": self.kind, "place": self.place, "digits": self.digits, "values": self.values, **shown}


@dataclass(frozen=True, slots=True, eq=False)
class PageTable:
    """A table of the page.

    Attributes
    ----------
    id, title : str
        Of the element (what its rows are, and the number of the card), and for the reader.
    columns : tuple of Column
        All values.
    links : bool
        Whether the first column leads to the card of its row.
    """

    id: str
    title: str
    columns: tuple[Column, ...]
    links: bool = False

    @property
    def noun(self) -> str:
        """What its rows are."""
        return self.id.split("-")[0]

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return len(self.columns[0].values)

    @property
    def first_rows(self) -> list[list[str]]:
        """The first rows as text."""
        n = min(self.n_rows, FIRST_ROWS)
        return [[column.show(row) for column in self.columns] for row in range(n)]


def summary_table(rings: Rings) -> PageTable:
    """Return the table of all rings."""
    rows = rings.summary.to_arrow()
    columns = (
        _text("ring", rows["ring"]),
        _text("verdict", rows["verdict"]),
        _number("bits", rows["score_bits"], digits=1),
        Column("p", "p", 0, plain(rows["p_value"].to_pylist())),
        *(_number(name, rows[f"n_{name}"]) for name in ("accounts", "contents", "bursts")),
        _text("window", rows["window"]),
        _time("first", rows["first"]),
        _time("last", rows["last"]),
    )
    return PageTable("rings", "All rings, best first", columns, links=True)


def ring_tables(ring: Ring, *, number: int) -> tuple[PageTable, ...]:
    """Return the tables of a ring's card: members, contents, bursts."""
    return _members(ring, number), _contents(ring, number), _bursts(ring, number)


def _members(ring: Ring, number: int) -> PageTable:
    members = ring.members.to_arrow().sort_by([("member_bits", "descending")])
    counts = [("content", "count_distinct"), ("action", "count", ALL), ("time", "min")]
    counted = group_rows(ring.acts.to_arrow(), "account", take=counts)
    at = pc.index_in(bare(members["account"]), value_set=bare(counted["account"]).combine_chunks())
    columns = (
        _text("account", members["account"]),
        _number("acts in bursts", pc.fill_null(counted["action_count"].take(at), 0)),
        _number("contents", pc.fill_null(counted["content_count_distinct"].take(at), 0)),
        _number("own events in bursts", pc.multiply(members["share"], 100.0), digits=1, kind="share"),
        _number("bits", members["member_bits"], digits=1),
        _time("first act", counted["time_min"].take(at)),
    )
    return PageTable(f"members-{number}", "Members", columns)


def _contents(ring: Ring, number: int) -> PageTable:
    sums = [(name, "sum") for name in ("n_outside", "expected", "bits")]
    rows = group_rows(ring.bursts.to_arrow(), "content", take=[("ring", "count"), *sums, ("start", "min")])
    rows = rows.sort_by([("bits_sum", "descending")])
    acts = group_rows(ring.acts.to_arrow(), "content", take=[("account", "count_distinct")])
    members = acts["account_count_distinct"].take(
        pc.index_in(bare(rows["content"]), value_set=bare(acts["content"]).combine_chunks())
    )
    columns = (
        _text("content", rows["content"]),
        _number("bursts", rows["ring_count"]),
        _number("members", pc.fill_null(members, 0)),
        _number("others' events", rows["n_outside_sum"]),
        _number("expected", rows["expected_sum"], digits=2),
        _number("bits", rows["bits_sum"], digits=1),
        _time("first burst", rows["start_min"]),
    )
    return PageTable(f"contents-{number}", "Contents", columns)


def _bursts(ring: Ring, number: int) -> PageTable:
    rows = ring.bursts.to_arrow().sort_by([("start", "ascending"), ("bits", "descending")])
    columns = (
        _text("content", rows["content"]),
        _text("action", rows["action"]),
        _time("start", rows["start"]),
        _time("end", rows["end"]),
        _number("members", rows["n_members"]),
        _number("others' events", rows["n_outside"]),
        _number("expected", rows["expected"], digits=2),
        _number("bits", rows["bits"], digits=1),
    )
    return PageTable(f"bursts-{number}", "Bursts", columns)


def _text(name: str, column: pa.ChunkedArray) -> Column:
    return Column(name, "text", 0, safe_texts(column.to_pylist()))


def safe_texts(values: Sequence[object]) -> list[str | None]:
    """Return ids as texts that a page shows as they are."""
    return [None if value is None else printable(plain(value), width=ID) for value in values]


def _number(name: str, column: pa.ChunkedArray, *, digits: int = 0, kind: Kind = "number") -> Column:
    values = plain(column.to_pylist())
    return Column(name, kind, digits, [None if value is None else round(value, digits) for value in values])


def _time(name: str, column: pa.ChunkedArray) -> Column:
    times = column.to_pylist()
    return Column(f"{name} (UTC)", "time", 0, [None if time is None else f"{time:%Y-%m-%d %H:%M:%S}" for time in times])
