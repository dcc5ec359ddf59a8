"""Judging: communities grown and scored in tasks by the local code, and settled by the driver."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clickgraph.graph.ties import AccountGraph
from clickgraph.log.table import Table
from clickgraph.rings.columns import COLUMNS
from clickgraph.rings.followers import NO_ACCOUNTS
from clickgraph.rings.model import Rings
from clickgraph.rings.refinement import grow_all, grow_parts
from clickgraph.rings.scoring import try_groups
from clickgraph.rings.settling import Group, Holders, settle
from clickgraph.rings.splitting import FEW
from clickgraph.rings.tables import make_rings
from clickgraph.settings import ROUNDS
from clickgraph.spark.asking import UNIT, Members
from clickgraph.spark.pairing import SparkTies
from clickgraph.spark.rounds import Courtroom
from clickgraph.spark.shipping import receive
from clickgraph.spark.sublog import SubLog
from clickgraph.spark.workplace import Batches, gathered, in_task

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

GROUP = pa.schema([*UNIT, ("targets", pa.binary()), ("worth", pa.float64()), ("place", pa.int32())])
SAID = "ring", "verdict", "decided_by"
RING = pa.schema([
    *UNIT, *((name, pa.string()) for name in SAID), ("bits", pa.float64()), *((name, pa.binary()) for name in COLUMNS)
])  # fmt: skip
ROWS = 1 << 20  # worked on at a time


def refine(court: Courtroom, communities: Sequence[Members], *, min_size: int, few: float = FEW) -> list[Members]:
    """Return what :func:`clickgraph.refine` makes of the communities."""
    seeds = [members for members in communities if len(members) >= min_size]
    grown: dict[int, list[Group]] = {}
    for stage in court.judge(seeds, _grow, GROUP, min_size=min_size, few=few):
        for row in sorted(court.work.table(stage).to_pylist(), key=lambda row: (row["unit"], row["place"])):
            accounts, targets = (np.frombuffer(row[name], np.int32) for name in ("accounts", "targets"))
            grown.setdefault(row["unit"], []).append(Group(accounts, targets, row["worth"]))
    groups = grow_all(seeds, lambda k: grown.get(k, []), n_threads=1)
    shared = _that_share(groups)
    log = court.sublog(shared) if shared else None
    return [np.sort(group.members) for group in settle(log, groups, min_size=min_size)]  # type: ignore[arg-type]


def _grow(log: SubLog, members: Members, *, min_size: int, few: float) -> Iterator[dict[str, Any]]:
    """Yield, in a task, what a seed grows to; all of it, or nothing where it reaches too far."""
    for place, group in enumerate(list(grow_parts(log, members, int(ROUNDS.default), min_size=min_size, few=few))):
        yield {
            "kind": "group", "place": place, "worth": group.worth, "accounts": group.members.astype(np.int32).tobytes(),
            "targets": group.targets.astype(np.int32).tobytes(),
        }  # fmt: skip


def _that_share(groups: list[Group]) -> list[Members]:
    """Return the members of the groups that share an account with another: only they can be weighed again."""
    holders = Holders()
    for group in groups:
        holders.add(group.members.tolist())
    return [group.members for group in groups if len(holders.shares(group.members.tolist())) > 1]


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """What was scored: stages with a row per ring, of which each table is one value, written by Arrow."""

    court: Courtroom
    stages: list["DataFrame"]

    def tables(self, names: Sequence[str]) -> dict[str, Table]:
        """Bring some of the tables to the driver, rings in the order of the units."""
        rows = _first_of_each(row for stage in self.stages for row in self._rows(stage, names))
        return {name: Table(pa.concat_tables(map(opened, (row[name] for row in rows)))) for name in names if rows}

    def pick(self, wanted: Collection[tuple[str, float]]) -> tuple[list["DataFrame"], set[tuple[str, float]]]:
        """Return the rows of some rings, known by their keys and bits, stage by stage; and which of them are here."""
        known = [self._rows(stage, ["bits"]) for stage in self.stages]
        first = _first_of_each(row for rows in known for row in rows)
        found = {row["unit"]: (row["ring"], row["bits"]) for row in first if (row["ring"], row["bits"]) in wanted}
        parts = [
            stage.where(stage["unit"].isin([row["unit"] for row in rows if row["unit"] in found]))
            for stage, rows in zip(self.stages, known, strict=True)
        ]
        return parts, set(found.values())

    def beside(self, rings: Rings) -> "Scored":
        """Return it without the rings that are told already, known by their keys."""
        known = rings.summary["ring"].to_pylist()
        return replace(self, stages=[stage.where(~stage["ring"].isin(known)) for stage in self.stages])

    def _rows(self, stage: "DataFrame", names: Sequence[str]) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.court.work.table(stage.select("unit", "ring", *names)).to_pylist()
        return rows


def _first_of_each(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows by their units, of each ring one: several groups may shrink to it, as in the local scores."""
    first: dict[str, dict[str, Any]] = {}
    for row in sorted(rows, key=lambda row: row["unit"]):
        first.setdefault(row["ring"], row)
    return list(first.values())


def score(court: Courtroom, groups: Sequence[Members], ties: SparkTies, *, alpha: float, min_size: int) -> Scored:
    """Score groups as :func:`clickgraph.score` does; each ring's tables know accounts and contents by their codes.

    Those of whom it was decisive who else goes through their list are scored again where rings are known by then.
    """
    if not groups:
        return Scored(court, [])
    given: dict[str, Any] = {"alpha": alpha, "min_size": min_size, "inside": _ties_inside(court, groups, ties)}
    stages = court.judge(groups, _score, RING, rings=court.work.ship({"account": NO_ACCOUNTS}), **given)
    rings, again = _rings_and_doubts(court, stages)
    if len(rings) and again:
        stages = [stage.where(~stage["unit"].isin(again)) for stage in stages]
        shipped = court.work.ship({"account": rings})
        stages += court.judge(groups, _score, RING, only=again, rings=shipped, **given)
    return Scored(court, stages)


def _rings_and_doubts(court: Courtroom, stages: Sequence["DataFrame"]) -> tuple[Members, list[int]]:
    """Return the accounts of all rings, and the units where those who go through the same list decided."""
    said = pa.concat_tables(court.work.table(stage.select("unit", *SAID, "members")) for stage in stages)
    told = said.filter(pc.equal(said["verdict"], "ring"))["members"].to_pylist()
    doubts = said.filter(pc.equal(said["decided_by"], "sittings"))["unit"].to_pylist()
    members = [NO_ACCOUNTS, *(opened(table)["account"].to_numpy() for table in told)]
    return np.unique(np.concatenate(members)).astype(np.int32), sorted(doubts)


def _score(
    log: SubLog, members: Members, *, alpha: float, min_size: int, inside: str, rings: str
) -> Iterator[dict[str, Any]]:
    known = receive(rings)["account"]
    groups = try_groups(log, [members], alpha=alpha, min_size=min_size, n_threads=1, rings=known)
    if not groups:
        return
    found = make_rings(log, groups, ties=_ties_among(members, inside, log), settings={}, notices=())
    tables = {name: _closed(getattr(found, name).to_arrow()) for name in COLUMNS}
    told = {name: found.summary[name][0].as_py() for name in SAID}
    told["bits"] = found.summary["score_bits"][0].as_py()
    yield {"kind": "ring", **told, "accounts": members.astype(np.int32).tobytes(), **tables}


def _ties_inside(court: Courtroom, groups: Sequence[Members], ties: SparkTies) -> str:
    """Ship the ties of which one group holds both ends."""
    held = np.zeros(court.log.n_accounts, dtype=np.bool_)
    held[np.concatenate([np.empty(0, np.int32), *groups])] = True
    shipped = court.work.ship({"held": held})
    table = court.work.table(ties.frame.mapInArrow(in_task(_only_held, shipped=shipped), ties.frame.schema))
    order = np.lexsort((table["other"].to_numpy(), table["account"].to_numpy()))
    return court.work.ship({name: table[name].to_numpy()[order] for name in table.column_names})


def _only_held(batches: Batches, *, shipped: str) -> Iterator[pa.RecordBatch]:
    held = receive(shipped)["held"]
    for table in gathered(batches, ROWS):
        both = held[table["account"].to_numpy()] & held[table["other"].to_numpy()]
        yield from table.filter(pa.array(both)).combine_chunks().to_batches()


def _ties_among(members: Members, inside: str, log: SubLog) -> AccountGraph:
    """Return the ties of one group, as a graph of all accounts."""
    ties = receive(inside)
    runs = [np.searchsorted(ties["account"], members, side=side) for side in ("left", "right")]
    rows = np.concatenate([np.empty(0, np.int64), *(np.arange(a, b) for a, b in zip(*runs, strict=True))])
    rows = rows[np.isin(ties["other"][rows], members)]
    columns = {name: ties[name][rows] for name in ("shared", "expected", "window", "bits", "kept")}
    return AccountGraph(
        account_code=ties["account"][rows], other_code=ties["other"][rows], **columns,
        n_passing=np.zeros(0, np.int64), account_ids=log.graph.events.account_ids,
    )  # fmt: skip


def _closed(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    closed: bytes = sink.getvalue().to_pybytes()
    return closed


def opened(data: bytes) -> pa.Table:
    """Return a table that was one value of a row."""
    with pa.ipc.open_stream(data) as stream:
        return stream.read_all()
