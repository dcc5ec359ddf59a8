"""The page of measurements on Spark says what was measured, and what was not the same."""

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.spark_history import read_history
from benchmarks.spark_logs import count_events, grown_log, skewed_log
from benchmarks.spark_page import write_page

RUN = {
    "started": 5.0, "first": 60.0, "fixed": 9.0, "seconds": 100.0, "task_seconds": 150.0, "shuffle_bytes": 200 << 20,
    "shuffle_records": 1000, "n_jobs": 70, "peak_all_bytes": 3 << 30, "load_per_core": 1.0, "largest_share": 0.2,
    "n_events": 10**6, "found": ["x"],
}  # fmt: skip


def _store(**other: Any) -> dict[str, Any]:
    names = {"grown 1000000": ("local", "spark"), "skewed 10": ("blocks", "buckets", "local", "spark")}
    return {f"{title}: {name}": {**RUN, "name": name, **other} for title, kinds in names.items() for name in kinds}


def test_all_chapters(tmp_path: Path) -> None:
    store = _store()
    store["grown 10000000: spark"] = {**RUN, "name": "spark", "n_events": 10**7, "shuffle_bytes": 3000 << 20}
    write_page(tmp_path, store)
    text = (tmp_path / "spark.md").read_text()
    for head in ("# On Spark", "## Growth", "## Why blocks", "## Skew", "## Sizing for 10,000,000,000", "## Limits"):
        assert f"\n{head}" in f"\n{text}"
    assert "NOT" not in text
    assert json.loads((tmp_path / "spark.json").read_text()) == store


def test_a_difference_is_told(tmp_path: Path) -> None:
    store = _store()
    store["grown 1000000: spark"]["found"] = ["y"]
    write_page(tmp_path, store)
    assert "The rings were NOT the same" in (tmp_path / "spark.md").read_text()


def test_what_spark_wrote_down(tmp_path: Path) -> None:
    def task(stage: int, begun: int, ended: int, written: int) -> dict[str, Any]:
        shuffle = {"Shuffle Bytes Written": written, "Shuffle Records Written": written // 10}
        return {
            "Event": "SparkListenerTaskEnd", "Stage ID": stage,
            "Task Info": {"Launch Time": begun, "Finish Time": ended},
            "Task Metrics": {"Disk Bytes Spilled": 1, "Shuffle Write Metrics": shuffle},
        }  # fmt: skip

    events = [
        {"Event": "SparkListenerJobStart", "Submission Time": 900},
        {"Event": "SparkListenerJobStart", "Submission Time": 2000},
        task(0, 900, 5000, 10_000),
        *(task(1, 2000, 2100, 100) for _ in range(9)),
        task(1, 2000, 2900, 100),
        task(2, 3000, 9000, 0),
    ]
    (tmp_path / "app-1").write_text("\n".join(map(json.dumps, events)) + "\n")
    found = read_history(tmp_path, since=1.0)
    assert found == {
        "shuffle_bytes": 1000, "shuffle_records": 100, "spilled_bytes": 11, "task_seconds": pytest.approx(7.8),
        "n_tasks": 11, "n_jobs": 1, "largest_share": 0.5,
    }  # fmt: skip


def test_logs_are_made_once(tmp_path: Path) -> None:
    path = skewed_log(tmp_path, n_clique=20, n_contents=3, n_organic=100)
    assert count_events(path) == 60 + 100 + 80
    before = sorted(part.stat().st_mtime_ns for part in path.iterdir())
    assert skewed_log(tmp_path, n_clique=20, n_contents=3, n_organic=100) == path
    assert sorted(part.stat().st_mtime_ns for part in path.iterdir()) == before
    assert 1000 < count_events(grown_log(tmp_path, 1000)) < 5000
