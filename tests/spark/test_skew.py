"""One content with a third of all events, a clique, a farm: no task has most of the work, no co-action travels."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import clickgraph as cg

MINUTE = 60_000_000
BLOCKS = 8


def _skewed(n_clique: int = 1200, n_contents: int = 8, n_organic: int = 12_000) -> pa.Table:
    """A clique on a few contents, each within ten seconds; organic traffic; and one content that everyone acts on."""
    rng = np.random.default_rng(5)
    who, what = np.repeat(np.arange(n_clique), n_contents), np.tile(np.arange(n_contents), n_clique)
    when = what * 600 * MINUTE + rng.integers(0, 10, len(who)) * 1_000_000
    crowd = 10_000 + rng.integers(0, 2000, n_organic)
    topics = 100 + (2000 * rng.random(n_organic) ** 2).astype(np.int64)
    n_hot = (len(who) + n_organic) // 2
    hot = 10_000 + rng.integers(0, 2000, n_hot)
    times = rng.integers(0, 10_000 * 60, n_organic + n_hot) * 1_000_000
    return pa.table({
        "account": np.concatenate((who, crowd, hot)),
        "content": np.concatenate((what, topics, np.full(n_hot, 99))),
        "time": pa.array(1_700_000_000_000_000 + np.concatenate((when, times)), pa.timestamp("us", "UTC")),
    })  # fmt: skip


@pytest.fixture
def skewed(monkeypatch: pytest.MonkeyPatch) -> pa.Table:
    from clickgraph.graph import null
    from clickgraph.spark import pairing

    monkeypatch.setattr(pairing, "HOT", 1000)
    monkeypatch.setattr(null, "LEAST_BUDGET", 10_000_000)  # the hot content does not fit the wide windows
    return _skewed()


def test_the_answer_is_the_local_one(spark: Any, skewed: pa.Table) -> None:
    import clickgraph.spark as cs

    frame = spark.createDataFrame(skewed)
    here = cg.find_rings(frame.toArrow())
    assert len(here[0].accounts) >= 1200
    assert cs.find_rings(frame.repartition(5), n_blocks=BLOCKS) == here


def test_events_travel_and_co_actions_do_not(spark: Any, skewed: pa.Table, monkeypatch: pytest.MonkeyPatch) -> None:
    import clickgraph.spark as cs
    from clickgraph.spark import blocks, pairing

    seen: dict[str, Any] = {}

    def spy(work: Any, log: Any, shipped: str, *, n_blocks: int, choice: Any) -> Any:
        found = blocks.judge_blocks(work, log, shipped, n_blocks=n_blocks, choice=choice)
        sent = blocks.send_events(log, shipped)
        seen["tasks"] = [n for _, n in sent.groupBy("task").count().collect()]
        seen["ties"] = found.count()
        return found

    monkeypatch.setattr(pairing, "judge_blocks", spy)
    cs.project(spark.createDataFrame(skewed), n_blocks=BLOCKS)
    n_events, n_pairs = len(skewed), 1200 * 1199 // 2
    assert len(seen["tasks"]) >= BLOCKS * (BLOCKS - 1) // 2
    assert max(seen["tasks"]) < 0.2 * sum(seen["tasks"])
    assert sum(seen["tasks"]) <= BLOCKS * n_events
    assert seen["ties"] < 2 * n_pairs  # from both sides; each pair co-acts on eight contents: 11 million


def test_a_hot_content_is_cut_along_time(spark: Any, skewed: pa.Table, monkeypatch: pytest.MonkeyPatch) -> None:
    import clickgraph.spark as cs
    from clickgraph.spark import blocks, pairing
    from clickgraph.spark.workplace import in_task

    runs: list[int] = []

    def spy(work: Any, log: Any, shipped: str, **options: int) -> Any:
        act = "target int, bucket bigint, time bigint, code int, is_home boolean"
        placed = log.slots.mapInArrow(in_task(blocks._place, shipped=shipped), act)
        runs.extend(n for *_, n in placed.groupBy("target", "bucket").count().collect())
        return blocks.judge_blocks(work, log, shipped, **options)

    monkeypatch.setattr(pairing, "judge_blocks", spy)
    cs.project(spark.createDataFrame(skewed), n_blocks=3)
    assert max(runs) < 0.15 * len(skewed)  # the content has a third of the events


def _hot(n_hot: int = 4_000) -> pa.Table:
    """A farm of twenty on eleven contents, the last of which a third of all events are on, over a month."""
    rng = np.random.default_rng(3)
    span = 30 * 24 * 60 * 60
    jobs, phones = np.repeat(np.arange(11), 20), np.tile(np.arange(20), 11)
    when = rng.integers(0, span, 11)[jobs] + rng.integers(0, 600, len(jobs))
    crowd, topics = 10_000 + rng.integers(0, 2000, 2 * n_hot), 100 + rng.integers(0, 2000, 2 * n_hot)
    hot = 10_000 + rng.integers(0, 2000, n_hot)  # most come several times
    alone = rng.integers(0, span, 3 * n_hot + 20)
    return pa.table({
        "account": np.concatenate((phones, crowd, hot, np.arange(20))),
        "content": np.concatenate((jobs, topics, np.full(n_hot + 20, 10))),
        "time": pa.array(1_700_000_000_000_000 + np.append(when, alone) * 1_000_000, pa.timestamp("us", "UTC")),
    })  # fmt: skip


def test_a_hot_content_goes_to_no_task_that_judges_groups(spark: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import clickgraph.spark as cs
    from clickgraph.spark import around, detection, rounds

    monkeypatch.setattr(around, "CROWDED", 1000)
    seen: list[int] = []

    def spy(*given: Any, **options: Any) -> Any:
        sent = around.send(*given, **options)
        seen.extend(n for _, n in sent.groupBy("batch").count().collect())
        return sent

    monkeypatch.setattr(rounds, "send", spy)
    # Those who come back to the hot content may be a pool: a task is given what they did themselves, which is much.
    monkeypatch.setattr(detection, "find_pools", lambda *_, **__: [])
    log = _hot()
    frame = spark.createDataFrame(log)
    here = cg.find_rings(frame.toArrow())
    assert [len(ring.accounts) for ring in here] == [20]
    assert 10 in here[0].contents.to_pylist()
    assert cs.find_rings(frame) == here
    assert max(seen) < 0.05 * len(log)
