"""Turnouts on Spark: those of the local walk, with the same numbers."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import clickgraph as cg
from clickgraph.errors import InputError
from clickgraph.graph.communities import Communities
from clickgraph.graph.turnouts import SPAN, as_graph
from clickgraph.graph.turnouts import find_turnouts as find_here
from clickgraph.graph.turnouts import members_of as members_here
from clickgraph.spark import coding, turnouts
from clickgraph.spark.counting import SparkLog
from clickgraph.spark.opening import open_log
from clickgraph.spark.turnouts import find_turnouts, members_of, name_turnouts
from clickgraph.spark.workplace import Workplace, open_workplace

NOBODY = SimpleNamespace(verdict="ring", accounts=pa.array([0]), contents=pa.array([0]))


def _log(n_events: int, *, rng: np.random.Generator) -> pa.Table:
    """Events within ten spans on either side of 1970, some of them at the begin of one, by accounts that come back."""
    time = rng.integers(-10 * SPAN, 10 * SPAN, n_events)
    time[:9] -= time[:9] % SPAN
    account = rng.integers(0, 200, n_events)
    account[::10] = 7  # who is everywhere is left out
    return pa.table({
        "account": account, "content": rng.integers(0, 25, n_events),
        "time": pa.array(time, pa.timestamp("us", "UTC")), "action": rng.choice(["like", "share"], n_events),
    })  # fmt: skip


def _open(work: Workplace, frame: Any, **columns: Any) -> SparkLog:
    return open_log(work, frame, strata=None, ignore=(), layers="separate", columns=columns)


def _incidence(account: np.ndarray, content: np.ndarray) -> list[tuple[int, int]]:
    return sorted(zip(account.tolist(), content.tolist(), strict=True))


@pytest.mark.parametrize(("columns", "audiences"), [({}, True), ({}, False), ({"time": None}, False)])
def test_turnouts_are_those_of_the_local_walk(spark: Any, columns: dict[str, None], audiences: bool) -> None:
    rng = np.random.default_rng(1)
    frame = spark.createDataFrame(_log(4000, rng=rng)).repartition(5)
    graph = cg.build_graph(cg.read_events(frame.toArrow(), **columns))
    fans = range(100, 120) if audiences else ()
    here = find_here(graph, ~np.isin(graph.slots.account, list(fans)))
    assert len(here.turnout) > 100
    assert 7 not in here.accounts
    dual = as_graph(here)
    audience = SimpleNamespace(verdict="audience", accounts=pa.array(fans, pa.int32()))
    groups = [np.flatnonzero(np.arange(dual.n_accounts) % 3 == k).astype(np.int32) for k in (1, 0)]
    with open_workplace(spark, None) as work:
        opened = _open(work, frame, **columns)
        found = find_turnouts(work, opened, turnouts._came(work, opened, [NOBODY, audience]))  # type: ignore[arg-type]
        assert found is not None
        table = found.slots.toArrow()
        pools = members_of(work, found, groups)
    there = table["account"].to_numpy(), found.target_content[table["target"].to_numpy()]
    assert _incidence(*there) == _incidence(here.turnout, here.accounts[here.place])
    assert (found.n_accounts, found.n_events) == (dual.n_accounts, dual.n_events)
    assert found.target_content.tolist() == here.accounts.tolist()
    assert found.n_on_target.tolist() == np.diff(dual.slots.target_indptr).tolist()
    assert found.n_acted.tolist() == np.diff(dual.slots.account_indptr).tolist()
    assert set(table["time"].to_pylist()) == {0}
    told = Communities.from_members(groups, pa.array([]))
    assert [each.tolist() for each in pools] == [each.tolist() for each in members_here(here, told)]
    assert len(pools) == 2


def test_where_nobody_comes_back_there_are_no_turnouts(spark: Any) -> None:
    once = pa.table({"account": [*range(5), *range(5, 10), 0], "content": [0] * 5 + [1] * 5 + [2]})
    with open_workplace(spark, None) as work:
        for log in (once, once.slice(0, 4)):
            opened = _open(work, spark.createDataFrame(log), time=None)
            came, options = turnouts._came(work, opened, []), {"resolution": 1.0, "false_ties": 5.0, "rng": 0}  # type: ignore[arg-type]
            assert find_turnouts(work, opened, came) is None
            for search in (turnouts._search_here, turnouts._search_there):
                assert search(work, opened, came, **options) == []  # type: ignore[arg-type]


def test_the_driver_finds_the_pools_of_the_cluster(spark: Any) -> None:
    farm = {"n_accounts": 300, "participation": (0.1, 0.1), "n_organic_accounts": 500, "n_organic_events": 5000}
    log = cg.simulate("follower-seller", **farm, job_sizes=None, rng=1).events.to_arrow()
    options = {"resolution": 1.0, "false_ties": 5.0, "rng": 0}
    with open_workplace(spark, None) as work:
        opened = _open(work, spark.createDataFrame(log))
        came = turnouts._came(work, opened, [])  # type: ignore[arg-type]
        here, there = (
            search(work, opened, came, **options)  # type: ignore[arg-type]
            for search in (turnouts._search_here, turnouts._search_there)
        )
    assert [pool.tolist() for pool in here] == [pool.tolist() for pool in there]
    assert max(map(len, here)) > 290


def test_spans_count_from_1970_backwards_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {"account": np.array([True, True, False])}
    monkeypatch.setattr(turnouts, "receive", lambda _: known)
    time = [-SPAN, -1, 0, SPAN - 1, SPAN, 5]
    columns = {"account": [0, 1, 0, 0, 0, 2], "target": [0, 0, 0, 0, 2, 0]}
    batch = pa.record_batch({name: pa.array(column, pa.int32()) for name, column in columns.items()} | {"time": time})
    (named,) = name_turnouts([batch], shipped="known")
    turnout = named["turnout"].to_numpy()
    assert named["account"].to_pylist() == [0, 1, 0, 0, 0]  # without the third account
    assert np.unique(turnout, return_inverse=True)[1].tolist() == [0, 0, 1, 1, 2]
    assert turnout.min() > 0


def test_more_turnouts_than_codes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coding, "INT32_MAX", 2)
    with pytest.raises(InputError, match="at most 2 different ids in turnouts; found 3"):
        turnouts._only(None, None, np.arange(3))  # type: ignore[arg-type]
