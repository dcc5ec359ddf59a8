"""Judging on Spark: a ring that several groups shrink to comes once, from the first of them."""

from typing import Any

import numpy as np
import pytest
from made_groups import crowd, farm
from toy_logs import make_log

import clickgraph as cg
from clickgraph.graph.communities import Communities
from clickgraph.graph.windows import choose_windows
from clickgraph.spark.judging import Scored, score
from clickgraph.spark.opening import open_log
from clickgraph.spark.pairing import FOUND, SparkTies
from clickgraph.spark.results import gather_rings
from clickgraph.spark.rounds import Courtroom
from clickgraph.spark.workplace import Workplace, open_workplace

LOG = make_log(crowd(200, 2_000) + farm("f", 12, 9) + farm("g", 12, 9, seed=1))
OPTIONS: dict[str, Any] = {"alpha": 0.01, "min_size": 3}


@pytest.fixture(scope="module")
def graph() -> cg.EngagementGraph:
    return cg.build_graph(cg.read_events(LOG))


@pytest.fixture(scope="module")
def groups(graph: cg.EngagementGraph) -> list[np.ndarray]:
    """Each farm with one stranger, then with another: they leave."""
    names = np.array(graph.events.account_ids.to_pylist())
    strangers = np.flatnonzero(np.char.startswith(names, "x"))
    farms = [np.flatnonzero(np.char.startswith(names, letter)) for letter in "fg"]
    return [np.sort(np.append(farm, stranger)).astype(np.int32) for stranger in strangers[:3] for farm in farms]


def _score(work: Workplace, groups: list[np.ndarray]) -> tuple[Scored, SparkTies]:
    frame = work.spark.createDataFrame(LOG).repartition(3)
    log = open_log(work, frame, strata=None, ignore=(), layers="separate", columns={})
    court = Courtroom.of(work, log, choose_windows("auto", log.frame.clock)[0])
    ties = SparkTies(work.spark.createDataFrame([], FOUND), ())
    return score(court, groups, ties, **OPTIONS), ties


def test_groups_that_shrink_to_the_same_are_one_ring(
    spark: Any, graph: cg.EngagementGraph, groups: list[np.ndarray]
) -> None:
    here = cg.score(graph, Communities.from_members(groups, graph.events.account_ids), **OPTIONS)
    with open_workplace(spark, None) as work:
        scored, ties = _score(work, groups)
        units = [row["unit"] for stage in scored.stages for row in stage.collect()]
        rings = gather_rings(scored, ties, **OPTIONS, settings={}, without=())
        wanted = {(row["ring"], row["score_bits"]) for row in rings.summary}
        parts, found = scored.pick(wanted)
        picked = [row["unit"] for part in parts for row in part.collect()]
        assert scored.beside(rings).pick(wanted)[1] == set()
    assert len(units) == 6
    assert sorted(picked) == [0, 1]
    assert found == wanted
    assert sorted(rings.summary["score_bits"].to_pylist()) == sorted(here.summary["score_bits"].to_pylist())
    assert len(here) == 2
