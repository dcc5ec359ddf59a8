"""Spark finds what the local walk finds: in worlds of every kind, in any number of parts."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from made_groups import course, crowd
from made_groups import farm as farm_of
from made_groups import pool as pool_of
from spark.comparing import assert_spark_equals_local
from toy_logs import make_log

import clickgraph as cg
from clickgraph.graph import projection
from clickgraph.graph.communities import Communities


@pytest.fixture(scope="module")
def farm() -> pa.Table:
    """Two farms of twelve in a crowd of two hundred: account, content, time, creator."""
    log = make_log(crowd(200, 2_000) + farm_of("f", 12, 9) + farm_of("g", 12, 9, seed=1))
    return log.append_column("creator", pc.utf8_slice_codeunits(log["content"], 0, 2))


def _by_content(log: pa.Table, values: list[str | None]) -> pa.Array:
    """Give each content one of the values."""
    code = log["content"].combine_chunks().dictionary_encode().indices.to_numpy()
    return pa.array([values[c % len(values)] for c in code.tolist()])


def _parts(name: str) -> int:
    """Return a number of partitions that differs from test to test."""
    return 1 + sum(name.encode()) % 7


def test_contents_are_set_apart_for_a_second_look(spark: Any, farm: pa.Table, monkeypatch: pytest.MonkeyPatch) -> None:
    from clickgraph import detection

    looks: list[int] = []

    def first_only(rings: cg.Rings) -> np.ndarray:
        looks.append(len(rings))
        return np.arange(len(rings)) == 0

    monkeypatch.setattr(detection, "are_uneven", first_only)
    assert len(assert_spark_equals_local(spark, farm, partitions=_parts("apart"))) >= 2
    assert len(looks) >= 2


def test_who_is_told_in_a_ring_follows_nobody(spark: Any) -> None:
    log = make_log(crowd(300, 3_000) + course(12, 40) + farm_of("o", 40, 9))
    rings = assert_spark_equals_local(spark, log, partitions=_parts("ring"))
    assert {(ring.verdict, len(ring.accounts)) for ring in rings} == {("ring", 12), ("ring", 40)}


def test_a_budget_leaves_contents_out(spark: Any, farm: pa.Table, monkeypatch: pytest.MonkeyPatch) -> None:
    from clickgraph.spark import pairing

    for module in (projection, pairing):
        monkeypatch.setattr(module, "budget_of", lambda *_: 400)
    rings = assert_spark_equals_local(spark, farm, partitions=_parts("budget"))
    assert any("exceeds its budget" in notice for notice in rings.notices)


def test_audiences(spark: Any) -> None:
    world = cg.simulate("mixture", n_accounts=500, n_events=6000, rng=1)
    rings = assert_spark_equals_local(spark, world.events.to_arrow(), partitions=_parts("mixture"))
    assert {"ring", "audience", "candidate"} <= set(rings.summary["verdict"].to_pylist())


def test_the_rest_of_a_log_that_is_mostly_one_farm(spark: Any, farm: pa.Table) -> None:
    large = make_log(farm_of("l", 200, 20)).append_column("creator", pa.array(["l"] * 4_000))
    rings = assert_spark_equals_local(spark, pa.concat_tables([farm, large]), partitions=_parts("rest"))
    assert [len(ring.accounts) for ring in rings] == [200, 12, 12]
    assert rings.notices[-1].startswith("Rings did 6")


def test_followers_are_counted_over_the_cluster(spark: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from clickgraph.spark import followers

    monkeypatch.setattr(followers, "PER_TASK", 500)
    rings = assert_spark_equals_local(spark, make_log(crowd(300, 3_000) + course(12, 200)), partitions=3)
    assert ("candidate", "sittings") in {(ring.verdict, ring.decided_by) for ring in rings}


@pytest.fixture(scope="module")
def pool() -> pa.Table:
    """A hundred accounts, ten of which act on each of forty contents, in a crowd of two hundred."""
    return make_log(crowd(200, 2_000, hours=1_440) + pool_of("p", 100, 40, 10))


def _without_pools(log: pa.Table, monkeypatch: pytest.MonkeyPatch, **options: Any) -> cg.Rings:
    from clickgraph import detection

    with monkeypatch.context() as patched:
        nothing = Communities.from_members([], pa.array([], log["account"].type))
        patched.setattr(detection, "find_pools", lambda *_, **__: nothing)
        return cg.find_rings(log, **options)


@pytest.mark.parametrize("partitions", [1, 5])
def test_a_ring_that_is_found_by_its_turnouts(
    spark: Any, pool: pa.Table, partitions: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(_without_pools(pool, monkeypatch)) == 0
    rings = assert_spark_equals_local(spark, pool, partitions=partitions)
    assert [(ring.verdict, len(ring.accounts)) for ring in rings] == [("ring", 96)]


def test_a_pool_without_times(spark: Any, pool: pa.Table, monkeypatch: pytest.MonkeyPatch) -> None:
    log = pool.drop_columns("time")
    assert len(_without_pools(log, monkeypatch, time=None)) == 0
    assert len(assert_spark_equals_local(spark, log, partitions=3, time=None)) == 1


def test_strata(spark: Any, farm: pa.Table) -> None:
    strata = farm.append_column("lang", _by_content(farm, [None, "de", "en"]))
    # Repeats that differ in other columns only: the one whose others come first is kept.
    twins = strata.slice(0, 300).set_column(
        strata.column_names.index("lang"), "lang", pa.array(["fr", None, "aa"] * 100)
    )
    rings = assert_spark_equals_local(spark, pa.concat_tables([strata, twins]), partitions=5, strata="lang")
    assert rings.notices


@pytest.mark.parametrize("layers", ["separate", "merge"])
def test_actions(spark: Any, farm: pa.Table, layers: str) -> None:
    log = farm.append_column("action", _by_content(farm, ["like", "share"]))
    rings = assert_spark_equals_local(spark, log, partitions=_parts(layers), layers=layers)
    assert rings[0].verdict == "ring"


def test_posts(spark: Any, farm: pa.Table, monkeypatch: pytest.MonkeyPatch) -> None:
    from clickgraph.spark import around

    monkeypatch.setattr(around, "CROWDED", 11)
    posts = np.random.default_rng(1).integers(0, 400, len(farm)).tolist()
    log = farm.append_column("post", pa.array([post or None for post in posts], pa.int64()))
    assert assert_spark_equals_local(spark, log, partitions=2)[0].verdict == "ring"


def test_no_clock(spark: Any) -> None:
    rng = np.random.default_rng(0)
    crowd = [(f"x{who}", int(what)) for who in range(200) for what in rng.integers(0, 400, 8)]
    members = [(f"f{who}", 1000 + what) for who in range(12) for what in range(20) if rng.random() < 0.8]
    account, content = zip(*crowd, *members, strict=True)
    log = pa.table({"account": list(account), "content": list(content)})
    assert len(assert_spark_equals_local(spark, log, partitions=3, time=None)) > 0


def test_a_clock_of_days(spark: Any, farm: pa.Table) -> None:
    days = pc.floor_temporal(farm["time"], unit="day")
    log = farm.set_column(farm.column_names.index("time"), "time", days)
    assert_spark_equals_local(spark, log, partitions=4, windows=["1min", "1day", "ever"])


def test_numbers_ignored_ids_repeats_and_options(spark: Any, farm: pa.Table) -> None:
    codes = {name: farm[name].combine_chunks().dictionary_encode().indices for name in ("account", "content")}
    seconds = pc.divide(farm["time"].cast(pa.int64()), 1_000_000)
    log = pa.table({"user_id": codes["account"].cast(pa.float64()), "video_id": codes["content"], "ts": seconds})
    log = pa.concat_tables([log, log.slice(100, 400)])
    options = {"windows": ["1min", "1h"], "min_size": 5, "alpha": 0.05, "rng": 3, "min_shared": 3, "resolution": 2.0}
    rings = assert_spark_equals_local(spark, log, partitions=6, ignore=[7, "nobody", 3], **options)
    said = " ".join(rings.notices)
    assert all(word in said for word in ("whole numbers", "Unix seconds", "Left out", "nobody", "Exact repeats"))


def test_nothing_to_say(spark: Any) -> None:
    log = cg.simulate("fans", n_accounts=50, n_events=60, n_creators=1, n_fans=(5, 6), rng=0).events.to_arrow()
    rings = assert_spark_equals_local(spark, log)
    assert len(rings) == 0
    assert rings.notices


def test_many_batches_and_blocks(spark: Any, farm: pa.Table, monkeypatch: pytest.MonkeyPatch) -> None:
    import clickgraph.spark as cs
    from clickgraph.graph import communities
    from clickgraph.spark import around, pairing, rounds

    monkeypatch.setattr(communities, "PACK", 10)
    monkeypatch.setattr(pairing, "HOT", 50)
    monkeypatch.setattr(rounds, "PER_BATCH", 500)
    monkeypatch.setattr(around, "CROWDED", 11)  # the contents of the farms, too, are counted first
    frame = spark.createDataFrame(farm)
    assert cs.find_rings(frame.repartition(7), n_blocks=9) == cg.find_rings(frame.toArrow())


def test_the_ties_are_those_of_project(spark: Any, farm: pa.Table) -> None:
    import clickgraph.spark as cs

    here = cg.project(cg.build_graph(cg.read_events(spark.createDataFrame(farm).toArrow()))).to_arrow()
    there = cs.project(spark.createDataFrame(farm)).toArrow()
    keys = [("account", "ascending"), ("other", "ascending")]
    assert len(here) > 0
    assert there.sort_by(keys).cast(here.schema).equals(here)


def test_tables_are_written_by_the_workers(spark: Any, farm: pa.Table, pool: pa.Table, tmp_path: Path) -> None:
    import clickgraph.spark as cs
    from clickgraph.rings.columns import COLUMNS

    log = pa.concat_tables([pool, farm.drop_columns("creator").slice(2_000)])
    frame = spark.createDataFrame(log)
    here = cg.find_rings(frame.toArrow())
    assert sorted(len(ring.accounts) for ring in here)[-1] > 50  # of the pool, beside the farms
    found = cs.find_rings(frame, write=tmp_path / "out")
    assert found.summary == here.summary
    assert found.members == here.members
    assert len(found.acts) == len(found.ties) == 0
    for name, columns in COLUMNS.items():
        there = spark.read.parquet(f"{tmp_path}/out/{name}").toArrow()
        plain = getattr(here, name).to_arrow()
        keys = [(column, "ascending") for column in columns]
        # As tables of clickgraph: a NaN equals a NaN.
        assert cg.Table(there.cast(plain.schema).sort_by(keys)) == cg.Table(plain.sort_by(keys)), name
