"""A real cluster, a lost worker, and Spark Connect: the command line finds what the local walk finds."""

import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from spark.cluster import Process, clickgraph, cluster, connect_server
from spark.comparing import assert_same

import clickgraph as cg

LIMIT = 420  # seconds for one search


@pytest.fixture(scope="module")
def log() -> pa.Table:
    world = cg.simulate("phone-farm", n_accounts=40, n_organic_accounts=800, n_organic_events=8000, rng=4)
    return world.events.to_arrow()


@pytest.fixture(scope="module")
def here(log: pa.Table) -> cg.Rings:
    return cg.find_rings(log)


def _start(tmp_path: Path, log: pa.Table, master: str) -> tuple[Process, Path]:
    pq.write_table(log, tmp_path / "log.parquet", row_group_size=2000)
    (tmp_path / "stages").mkdir()
    out = tmp_path / "out"
    options = ("--engine", "spark", "--master", master, "--folder", str(tmp_path / "stages"), "--out", str(out))
    return clickgraph("find", str(tmp_path / "log.parquet"), *options, log=tmp_path / "find.log"), out


def _finish(search: Process, out: Path) -> cg.Rings:
    try:
        assert search.running.wait(LIMIT) == 0, search.log.read_text()[-3000:]
    finally:
        search.kill()
    return cg.read_rings(out)


def test_a_standalone_cluster(tmp_path: Path, log: pa.Table, here: cg.Rings) -> None:
    with cluster(tmp_path) as found:
        assert_same(_finish(*_start(tmp_path, log, found.url)), here)
    assert list((tmp_path / "stages").iterdir()) == []


def test_a_worker_that_is_lost_changes_nothing(tmp_path: Path, log: pa.Table, here: cg.Rings) -> None:
    with cluster(tmp_path) as found:
        search, out = _start(tmp_path, log, found.url)
        until = time.monotonic() + LIMIT
        # In the middle of the pairs of accounts: their stage is being written.
        while not list((tmp_path / "stages").glob("*/chosen-*")) and time.monotonic() < until:
            assert search.running.poll() is None, search.log.read_text()[-3000:]
            time.sleep(0.05)
        found.workers[0].kill()
        rings = _finish(search, out)
    assert_same(rings, here)


def test_spark_connect(tmp_path: Path, log: pa.Table, here: cg.Rings) -> None:
    with connect_server(tmp_path) as url:
        assert_same(_finish(*_start(tmp_path, log, url)), here)
