"""Turnouts: who came to one target within three days, over the cluster, and the pools that they were drawn from.

The driver knows the turnouts and the accounts that are left by their codes, as it knows those of a log; who came to
which stays on the cluster, but for small logs. With turnouts for accounts, and accounts for contents, the rest is the
walk of any log.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.sparse import csr_array

from clickgraph.graph.turnouts import (
    COACTIONS_PER_ARRIVAL,
    LEAST_CAME,
    LEAST_POOL,
    LEAST_TURNOUTS,
    SPAN,
    choose_turnouts,
    cut_pools,
    do_belong,
    of_turnouts,
    pools_of,
    take_part,
)
from clickgraph.graph.windows import EVER
from clickgraph.kernels.bursts import Clock
from clickgraph.rings.model import Rings
from clickgraph.rings.pools import are_new, are_others, members_of_audiences
from clickgraph.settings import MIN_SHARED
from clickgraph.spark.coding import CodedFrame, check_codes
from clickgraph.spark.counting import SparkLog
from clickgraph.spark.grouping import Members, find_communities
from clickgraph.spark.pairing import find_ties
from clickgraph.spark.shipping import receive
from clickgraph.spark.workplace import Batches, Workplace, gathered, in_task

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

ROWS = 1 << 20  # worked on at a time
ON_DRIVER = 1 << 22  # events of a log whose turnouts go to the driver: 50 MB of them
TARGET = 1 << 32  # keys of turnouts from one target to the next: spans of 64-bit microseconds are fewer


def find_pools(
    work: Workplace, log: SparkLog, rings: Rings, *, resolution: float, false_ties: float, rng: int
) -> list[Members]:
    """Return the pools that :func:`clickgraph.graph.turnouts.find_pools` finds beside the rings that are known.

    What comes of a log of ``ON_DRIVER`` events fits the driver, which is through with it before the cluster has begun.
    """
    search = _search_here if log.n_events <= ON_DRIVER else _search_there
    pools = search(work, log, _came(work, log, rings), resolution=resolution, false_ties=false_ties, rng=rng)
    new = are_new([pool.tolist() for pool in pools], [ring.accounts.to_pylist() for ring in rings])
    return [pools[k] for k in np.flatnonzero(new).tolist()]


def _came(work: Workplace, log: SparkLog, rings: Rings) -> "DataFrame":
    """Return who came to which turnout beside audiences, each once."""
    held = [np.empty(0, np.int32), *(codes.to_numpy() for codes in members_of_audiences(rings))]
    shipped = work.ship({"account": are_others(np.concatenate(held), log.n_accounts)})
    days = log.slots.select("account", "target", "time").mapInArrow(
        in_task(name_turnouts, shipped=shipped), "turnout bigint, account int"
    )
    return days.distinct()


def _search_here(
    work: Workplace, log: SparkLog, came: "DataFrame", *, resolution: float, false_ties: float, rng: int
) -> list[Members]:
    """Let the local code look for pools, on the driver."""
    table = work.table(came).sort_by([("turnout", "ascending"), ("account", "ascending")])
    if len(table) == 0:
        return []
    turnout = np.unique(table["turnout"].to_numpy(), return_inverse=True)[1].astype(np.int32)
    each = np.ones(len(table), np.bool_)
    turnouts = choose_turnouts(turnout, table["account"].to_numpy(), each, n_accounts=log.n_accounts)
    return pools_of(turnouts, resolution=resolution, false_ties=false_ties, rng=rng)


def _search_there(
    work: Workplace, log: SparkLog, came: "DataFrame", *, resolution: float, false_ties: float, rng: int
) -> list[Members]:
    """Look for pools over the cluster."""
    turnouts = find_turnouts(work, log, came)
    if turnouts is None or len(turnouts.target_content) < LEAST_POOL:
        return []
    n_came = turnouts.n_on_target
    ties = find_ties(
        work, turnouts, np.array([EVER]), (n_came * (n_came - 1) // 2)[None],
        min_shared=int(MIN_SHARED.default), false_ties=false_ties, n_blocks=None, notices=(),
        coactions_per_event=COACTIONS_PER_ARRIVAL,
    )  # fmt: skip
    communities = find_communities(
        work, turnouts, ties, resolution=of_turnouts(resolution), rng=rng, named_among=turnouts.n_accounts
    )
    return members_of(work, turnouts, communities) if communities else []


def find_turnouts(work: Workplace, log: SparkLog, came: "DataFrame") -> SparkLog | None:
    """Return :func:`clickgraph.graph.turnouts.choose_turnouts` as a log; None where there are none.

    The turnouts are its accounts, numbered by target and time; the accounts that came to several are its contents, and
    `target_content` has their codes.
    """
    came = work.keep(came, "came")
    name, _ = _count(work, came, "turnout", least=LEAST_CAME)
    if len(name) == 0:
        return None
    returned, n_times = _count(work, _only(work, came, name), "account", least=LEAST_TURNOUTS)
    takes_part = take_part(n_times, n_all=len(name))
    returned, n_times = returned[takes_part], n_times[takes_part]
    if len(returned) == 0:
        return None
    place = np.full(log.n_accounts, -1, dtype=np.int32)
    place[returned] = np.arange(len(returned))
    left, n_came = _count(work, _only(work, came, name, place=place), "turnout", least=1)
    return _as_log(log, _only(work, came, name[left], place=place), n_came, returned, n_times)


def name_turnouts(batches: Batches, *, shipped: str) -> Iterator[pa.RecordBatch]:
    """Yield who came to which turnout, for each event; turnouts by keys that ascend with the target and the time."""
    known = receive(shipped)
    for table in gathered(batches, ROWS):
        account, target, time = (table[name].to_numpy() for name in ("account", "target", "time"))
        is_left = known["account"][account]
        turnout = target[is_left].astype(np.int64) * TARGET + time[is_left] // SPAN + TARGET // 2
        yield pa.record_batch({"turnout": turnout, "account": account[is_left]})


def _count(
    work: Workplace, came: "DataFrame", column: str, *, least: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the values of a column that come so often, ascending, and how often they come."""
    counted = came.groupBy(column).count()
    table = work.table(counted.where(counted["count"] >= least)).sort_by(column)
    return table[column].to_numpy(), table["count"].to_numpy()


def _only(
    work: Workplace, came: "DataFrame", name: NDArray[np.int64], *, place: NDArray[np.int32] | None = None
) -> "DataFrame":
    """Return who came to the named turnouts, these by their places.

    Accounts are known by their places as well, where these are given, and left out where their place is -1.
    """
    check_codes(len(name), "turnouts")
    shipped = work.ship({"name": name} if place is None else {"name": name, "place": place})
    return came.mapInArrow(in_task(_place, shipped=shipped), "turnout int, account int")


def _place(batches: Batches, *, shipped: str) -> Iterator[pa.RecordBatch]:
    known = receive(shipped)
    for table in gathered(batches, ROWS):
        turnout, account = table["turnout"].to_numpy(), table["account"].to_numpy()
        if "place" in known:
            account = known["place"][account]
        place = np.searchsorted(known["name"], turnout, side="right") - 1
        is_left = (account >= 0) & (place >= 0) & (known["name"].take(place, mode="clip") == turnout)
        yield pa.record_batch({"turnout": place[is_left].astype(np.int32), "account": account[is_left]})


def _as_log(
    log: SparkLog, came: "DataFrame", n_came: NDArray[np.int64], returned: NDArray[np.int64], n_times: NDArray[np.int64]
) -> SparkLog:
    """Return who came as a log without times, as :func:`clickgraph.graph.turnouts.as_graph` does."""
    slots = came.selectExpr("turnout AS account", "account AS target", "CAST(0 AS bigint) AS time")
    n, n_turnouts, one_layer = int(n_came.sum()), len(n_came), np.zeros(1, np.int32)
    n_ids = {"account": n_turnouts, "content": len(returned)}
    activity = csr_array((n_came, np.zeros(n_turnouts, np.int32), np.arange(n_turnouts + 1)), shape=(n_turnouts, 1))
    return SparkLog(
        CodedFrame(slots, {}, n_ids, pa.array(["came"]), None, n, ()), slots, returned.astype(np.int32),
        np.zeros(len(returned), np.int32), one_layer, one_layer, n_times, activity,
        Clock(np.zeros(1, np.int64), np.array([0, 1]), np.array([0, n])), None, log.fingerprint,
    )  # fmt: skip


def members_of(work: Workplace, turnouts: SparkLog, communities: Sequence[Members]) -> list[Members]:
    """Return the accounts that belong to the pool of each community, ascending, where they are enough for one."""
    pool = np.full(turnouts.n_accounts, -1, dtype=np.int32)
    pool[np.concatenate(communities)] = np.repeat(np.arange(len(communities)), list(map(len, communities)))
    shipped = work.ship({"pool": pool})
    drawn = turnouts.slots.mapInArrow(in_task(_attach_pool, shipped=shipped), "pool int, account int")
    counted = drawn.groupBy("pool", "account").count()
    table = work.table(counted.where(counted["count"] >= LEAST_TURNOUTS))
    table = table.sort_by([("pool", "ascending"), ("account", "ascending")])
    found, account, n_times = (table[name].to_numpy() for name in ("pool", "account", "count"))
    n_of_pool = np.array([turnouts.n_acted[each].sum() for each in communities])
    belongs = do_belong(n_times, turnouts.n_on_target[account], n_of_pool[found], n_all=turnouts.n_events)
    return cut_pools(found[belongs], turnouts.target_content[account[belongs]])


def _attach_pool(batches: Batches, *, shipped: str) -> Iterator[pa.RecordBatch]:
    known = receive(shipped)["pool"]
    for table in gathered(batches, ROWS):
        pool = known[table["account"].to_numpy()]
        drawn = pa.table({"pool": pool, "account": table["target"]})
        yield from drawn.filter(pa.array(pool >= 0)).combine_chunks().to_batches()
