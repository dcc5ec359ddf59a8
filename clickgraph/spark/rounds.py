"""Rounds: groups judged in tasks, each with its part of the log; those that reach further come again with more.

A group names the accounts that it needs, or what is to be counted for it. In every round the events of these accounts
are looked at once for the places where those of one group meet, and the log is looked at once for everything around
these places. Small things travel: accounts and intervals go to the events.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clickgraph.errors import InputError
from clickgraph.kernels._jit import ranges_by_cost
from clickgraph.rings.background import windows_of_bursts
from clickgraph.spark.around import Around, find_around, send
from clickgraph.spark.asking import ASKED, UNIT, Members, Needs, OutOfReach
from clickgraph.spark.counting import SparkLog
from clickgraph.spark.followers import count_followers
from clickgraph.spark.meetings import Known
from clickgraph.spark.shipping import receive
from clickgraph.spark.sublog import SubLog, known_of, make_sublog
from clickgraph.spark.workplace import Workplace, ddl_of, per_group

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

Judge = Callable[..., Iterator[dict[str, Any]]]

PER_BATCH = 500_000  # events of the members in one task
LEAST_BATCHES = 4
MOST_EVENTS = 100_000_000  # in one task: about 10 GB while it is worked on


@dataclass(frozen=True, slots=True, eq=False)
class Courtroom:
    """A log prepared for groups to be judged.

    Attributes
    ----------
    work : Workplace
        Where.
    log : SparkLog
        The log.
    windows : ndarray of int64
        Widths of bursts.
    shipped : str
        The name of what tasks know of the whole log.
    """

    work: Workplace
    log: SparkLog
    windows: NDArray[np.int64]
    shipped: str

    @classmethod
    def of(cls, work: Workplace, log: SparkLog, widths: NDArray[np.int64]) -> "Courtroom":
        """Ship what tasks know of the whole log."""
        windows = windows_of_bursts(widths, log.frame.clock)
        return cls(work, log, windows, work.ship(known_of(log, windows)))

    def judge(
        self, units: Sequence[Members], judge: Judge, schema: pa.Schema, *,
        only: Sequence[int] | None = None, **given: Any,
    ) -> list["DataFrame"]:  # fmt: skip
        """Return, as stages, what ``judge(log, members, **given)`` yields for each unit, its number in front.

        `only`: the numbers of the units that are judged; all by default.

        The judge sees everything within the widest window of where members meet. Each row begins with the columns of
        :data:`clickgraph.spark.asking.UNIT`; the kinds :data:`clickgraph.spark.asking.ASKED` are not the judge's.
        """
        needs, stages = [Needs(members) for members in units], list["DataFrame"]()
        open_units = list(range(len(units)) if only is None else only)
        while open_units:
            plan = self._plan([units[k] for k in open_units], [needs[k] for k in open_units], np.array(open_units))
            around = self._around(plan, [needs[k] for k in open_units])
            found = self._judge_once(plan, around, judge, schema, given)
            is_asked = found["kind"].isin(*ASKED)
            stages.append(found.where(~is_asked))
            asked = self.work.table(found.where(is_asked).select(*(name for name, _ in UNIT))).to_pylist()
            for row in asked:
                needs[row["unit"]].add(row)
            open_units = sorted({row["unit"] for row in asked})
            self._answer([needs[k] for k in open_units])
        return stages

    def _answer(self, needs: Sequence[Needs]) -> None:
        """Count the followers that groups ask for."""
        asking = [need for need in needs if need.search is not None]
        counts = count_followers(self.work, self.log, [need.search for need in asking if need.search is not None])
        for need, n_followers in zip(asking, counts, strict=True):
            need.n_followers, need.search = n_followers, None

    def sublog(self, units: list[Members]) -> SubLog:
        """Return, for the driver, the sub-log of some groups."""
        needs = list(map(Needs, units))
        plan = self._plan(units, needs, np.arange(len(units)), n_batches=1)
        around = self._around(plan, needs)
        events = self.work.table(self._route(plan, around).drop("batch"))
        return _sublog_of(events, known_of(self.log, self.windows), plan, around.near, batch=0, **self._facts())

    def _facts(self) -> dict[str, Any]:
        return {"action_ids": self.log.frame.action_ids, "clock": self.log.frame.clock, "most": MOST_EVENTS}

    def _plan(
        self, units: list[Members], needs: list[Needs], numbers: NDArray[np.int64], n_batches: int | None = None
    ) -> Known:
        """Return which units are judged in which batch, and whose events each of them needs."""
        wanted = [need.accounts for need in needs]
        cost = np.array([self.log.n_acted[members].sum() for members in wanted])
        n = n_batches or max(LEAST_BATCHES, -(-int(cost.sum()) // PER_BATCH))
        bounds = ranges_by_cost(cost + 1, n)
        batch_of_unit = np.repeat(np.arange(len(bounds) - 1), np.diff(bounds)).astype(np.int32)
        account = np.concatenate(wanted)
        unit = np.repeat(np.arange(len(wanted)), list(map(len, wanted))).astype(np.int32)
        order = np.argsort(account, kind="stable")
        holders = np.unique(np.column_stack((account, batch_of_unit[unit])), axis=0)
        return {
            "bounds": bounds, "batch_of_unit": batch_of_unit, "number": numbers,
            "n_followers": np.array([need.n_followers for need in needs]),
            "seed_indptr": np.cumsum([0, *map(len, units)]), "seed": np.concatenate(units),
            "unit_indptr": np.searchsorted(account[order], np.arange(self.log.n_accounts + 1)), "unit": unit[order],
            "holder_indptr": np.searchsorted(holders[:, 0], np.arange(self.log.n_accounts + 1)),
            "holder": holders[:, 1].astype(np.int32),
        }  # fmt: skip

    def _around(self, plan: Known, needs: Sequence[Needs]) -> Around:
        return find_around(self.work, self.log, plan, [need.places for need in needs], windows=self.windows)

    def _route(self, plan: Known, around: Around) -> "DataFrame":
        """Send each event, or the number of some, to the batches that need it."""
        return send(self.work, self.log, plan, around, windows=self.windows)

    def _judge_once(
        self, plan: Known, around: Around, judge: Judge, schema: pa.Schema, given: dict[str, Any]
    ) -> "DataFrame":
        shipped = self.work.ship({**plan, **{f"near_{name}": column for name, column in around.near.items()}})
        facts = {**self._facts(), "judge": judge, "given": given, "names": (self.shipped, shipped), "schema": schema}
        batches = self._route(plan, around).groupBy("batch")
        return self.work.keep(batches.applyInArrow(per_group(_judge_batch, **facts), ddl_of(schema)), "judged")


def _sublog_of(
    events: pa.Table, known: Known, plan: Known, intervals: Known, *, batch: int, action_ids: pa.Array,
    clock: int | None, most: int,
) -> SubLog:  # fmt: skip
    if len(events) > most:
        raise InputError(
            f"groups around which at most {most:,} events lie, for one task to judge", f"{len(events):,}",
            "narrower windows, or the contents that everyone acts on left out with ignore=",
        )  # fmt: skip
    own = intervals["batch"] == batch
    near = {name: intervals[name][own] for name in ("target", "low", "high")}
    holders = np.repeat(np.arange(len(plan["holder_indptr"]) - 1), np.diff(plan["holder_indptr"]))
    is_whole = np.zeros(len(known["n_acted"]), dtype=np.bool_)
    is_whole[holders[plan["holder"] == batch]] = True
    return make_sublog(events, known, intervals={**near, "is_whole": is_whole}, action_ids=action_ids, clock=clock)


def _judge_batch(
    table: pa.Table, *, names: tuple[str, str], judge: Judge, given: dict[str, Any], schema: pa.Schema, **facts: Any
) -> pa.Table:
    """Judge the units of one batch; those that reach beyond its sub-log ask for more."""
    known, plan = (receive(name) for name in names)
    batch = table["batch"][0].as_py()
    near = {name: plan[f"near_{name}"] for name in ("batch", "target", "low", "high")}
    log = _sublog_of(table.combine_chunks(), known, plan, near, batch=batch, **facts)
    rows: list[dict[str, Any]] = []
    for unit in range(plan["bounds"][batch], plan["bounds"][batch + 1]):
        members = plan["seed"][plan["seed_indptr"][unit] : plan["seed_indptr"][unit + 1]]
        n_followers = int(plan["n_followers"][unit])
        own = log if n_followers < 0 else replace(log, n_followers=n_followers)
        rows += _judge_unit(own, members, judge, int(plan["number"][unit]), given)
    return pa.Table.from_pylist(rows, schema)


def _judge_unit(
    log: SubLog, members: Members, judge: Judge, number: int, given: dict[str, Any]
) -> list[dict[str, Any]]:
    try:
        return [{"unit": number, **row} for row in judge(log, members, **given)]
    except OutOfReach as beyond:
        return [{"unit": number, **beyond.row}]
