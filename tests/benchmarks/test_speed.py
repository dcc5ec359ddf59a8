"""The command: every race has its cells, its chapter and its goals, and what ended early is shown as such."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from benchmarks import speed
from benchmarks.cells import Cell, Result, Store
from benchmarks.races import Course, growth, pairs
from benchmarks.races.growth import slope

TIMES = {"median": 2.0, "low": 1.0, "high": 3.0, "n_runs": 3}
STARTS = {"first": 20.0, "later": TIMES, "help": TIMES, "import": TIMES}
STEP = {"one": TIMES, "two": TIMES, "same": True}
FOUND = {
    "times": TIMES, "compile_seconds": 0.0, "peak_bytes": 9_000_000_000, "base_bytes": 1_000_000, "n_events": 1_000_000,
    "n_rings": 2, "n_called_ring": 1, "n_farms": 1, "worst_f1": 0.995, "median_f1": 1.0, "notices": ["one content"],
}  # fmt: skip
SHAPES: dict[str, Result] = {
    "pairs:measure": {"times": TIMES, "peak_bytes": 1, "n_pairs": 5, "digest": "ab", "recall": 0.5},
    "floor:measure": {"sweep": TIMES, "floor": TIMES, "n_coactions": 10},
    "threads:measure": dict.fromkeys(("pairs", "ties", "rings", "increments"), STEP),
    "starting:measure": {"by itself": STARTS, "beside others": STARTS},
    "leiden:measure": {
        "building": TIMES, "times": TIMES, "n_ties": 7, "n_accounts": 3, "peak_bytes": 1, "n_communities": 1,
        "quality": 99.0, "largest": 3,
    },
    "finding:measure": FOUND,
    "finding:measure_coded": {"coded_bytes": 20_000_000, "n_events": 1_000_000, "peak_bytes": 1},
}  # fmt: skip
LIMITS = {"seconds": 600.0, "gigabytes": 16.0}


def _fake(cell: Cell) -> Result:
    name = cell.function.removeprefix("benchmarks.races.")
    if cell.arguments.get("counter") == "networkx":
        return {"failed": "time", "seconds": 600.0, "limits": LIMITS}
    if cell.arguments.get("counter") == "igraph":
        return {"failed": "memory", "seconds": 6.0, "limits": LIMITS}
    size = {"n_events": cell.arguments["log"]["n_events"]} if name.startswith("finding") else {}
    return {"seconds": 1.0, **SHAPES[name], **size}


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> list[Cell]:
    """The cells that were run: each is answered at once."""
    ran: list[Cell] = []

    def run_cells(cells: list[Cell], store: Store, **_options: Any) -> None:
        for cell in cells:
            if cell.key not in store.known:
                ran.append(cell)
                store.add(cell, _fake(cell))

    monkeypatch.setattr(speed, "run_cells", run_cells)
    return ran


def _run(folder: Path, *options: str) -> str:
    given = [*options, "--results", str(folder / "cells.jsonl"), "--out", str(folder / "out")]
    result = CliRunner().invoke(speed.main, given, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return (folder / "out" / "speed.md").read_text()


def test_the_report_has_every_race_and_is_the_same_twice(tmp_path: Path, measured: list[Cell]) -> None:
    text = _run(tmp_path)
    titles = [line[3:] for line in text.splitlines() if line.startswith("## ")]
    assert titles == [
        "Goals", "Pairs", "The floor", "Threads", "Starting", "Leiden", "Growth", "Farms of every size",
        "The large farms", "What was tried", "Made with",
    ]  # fmt: skip
    assert "not within 600 s" in text
    assert "beyond 16 GB" in text
    assert all(cell.limited for cell in measured)
    numbers = json.loads((tmp_path / "out" / "speed.json").read_text())
    assert set(numbers["chapters"]) == set(titles)
    n_cells = len(measured)
    assert _run(tmp_path) == text
    assert _run(tmp_path, "--known") == text
    assert len(measured) == n_cells


def test_who_gave_up_is_spared_the_larger_logs(tmp_path: Path, measured: list[Cell]) -> None:
    text = _run(tmp_path, "--only", "pairs")
    tried = [cell.arguments["counter"] for cell in measured]
    assert (tried.count("networkx"), tried.count("igraph"), tried.count("duckdb")) == (1, 1, 3)
    assert text.count("not tried: it gave up on the log before") == 4


def test_the_largest_logs_come_last(tmp_path: Path, measured: list[Cell]) -> None:
    _run(tmp_path)
    assert measured[-1].arguments["log"]["n_events"] == 10**8


def test_a_quick_run_takes_small_logs_and_says_so(tmp_path: Path, measured: list[Cell]) -> None:
    assert "**A quick run" in _run(tmp_path, "--quick", "--only", "growth", "--only", "floor")
    assert max(cell.arguments["log"]["n_events"] for cell in measured) == 2_000_000


def test_nothing_measured_is_told_as_such(tmp_path: Path, measured: list[Cell]) -> None:
    text = _run(tmp_path, "--known")
    assert measured == []
    assert "0 of 0 goals are met" in text
    assert "not measured" in text


def test_a_peer_does_not_depend_on_clickgraph() -> None:
    kinds = {cell.arguments["counter"]: cell.kind for cell in pairs.cells(Course(quick=True), {})}
    assert {name for name, kind in kinds.items() if kind == "races"} == {
        "clickgraph", "clickgraph-table", "clickgraph-ever",
    }  # fmt: skip


def test_goals_are_judged_by_what_was_measured() -> None:
    course = Course()
    known = {cell.key: _fake(cell) for cell in growth.cells(course, {})}
    met = {goal.about: goal.met for goal in growth.goals(course, known)}
    assert met["10,000 accounts in 12 million events"] is False  # 9 GB are more than 2.5
    assert met["100,000 accounts in 20 million events"] is False
    assert met["100 million events from Parquet"] is True
    late = {key: {"failed": "time", "limits": LIMITS} for key in known}
    assert {goal.met for goal in growth.goals(course, late)} == {False}


def test_a_power_law_is_found() -> None:
    assert slope([(10.0**k, 3 * 10.0 ** (1.1 * k)) for k in range(5, 9)]) == pytest.approx(1.1)
