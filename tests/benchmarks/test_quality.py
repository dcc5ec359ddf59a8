"""The command: it measures until nothing is missing, and writes a report that a reader can begin at the top."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from fake_results import fake

from benchmarks import quality
from benchmarks.cells import Cell, Store
from benchmarks.sections import clean, peers, planted, real_farm, replicates


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> list[Cell]:
    """The cells that were run: each is answered at once."""
    ran: list[Cell] = []

    def run_cells(cells: list[Cell], store: Store, **_options: Any) -> None:
        for cell in cells:
            if cell.key not in store.known:
                ran.append(cell)
                store.add(cell, fake(cell))

    monkeypatch.setattr(quality, "run_cells", run_cells)
    for module in (planted, real_farm, clean, peers, replicates):
        monkeypatch.setattr(module, "has_data", lambda _name: True)
    return ran


def _run(folder: Path, *options: str) -> str:
    given = [*options, "--results", str(folder / "cells.jsonl"), "--out", str(folder / "out")]
    result = CliRunner().invoke(quality.main, given, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return (folder / "out" / "quality.md").read_text()


def test_a_quick_report_has_every_chapter_and_says_that_it_is_quick(tmp_path: Path, measured: list[Cell]) -> None:
    text = _run(tmp_path, "--quick")
    titles = [line[3:] for line in text.splitlines() if line.startswith("## ")]
    assert titles == [
        "Goals", "Planted in real traffic", "A real farm", "Clean worlds and sets", "Calibration of the p-values",
        "Replicates",
        "Fans or farm", "Where fans and farm cannot be told apart", "Farms of the catalogue",
        "The weakest farm still found", "The weakest farm, against the peers", "Peers on the same logs",
        "Peers in clean worlds", "Made with",
    ]  # fmt: skip
    assert "**A quick run" in text
    numbers = json.loads((tmp_path / "out" / "quality.json").read_text())
    assert set(numbers["chapters"]) == set(titles)
    n_cells = len(measured)
    assert _run(tmp_path, "--quick") == text
    assert len(measured) == n_cells  # all of it was remembered


def test_parts_of_the_benchmark(tmp_path: Path, measured: list[Cell]) -> None:
    text = _run(tmp_path, "--only", "real_farm", "--only", "plane", "--no-peers", "--seeds", "2")
    assert "Measured: 2 seeds of each planted log; 300 worlds of each organic kind; no peers." in text
    assert "Sections left out: planted, clean, replicates, fans, peers." in text
    assert "## The weakest farm still found" in text
    assert "against the peers" not in text
    assert {cell.kind for cell in measured} == {"rings"}


def test_fresh_measures_anew(tmp_path: Path, measured: list[Cell]) -> None:
    _run(tmp_path, "--only", "real_farm")
    once = len(measured)
    _run(tmp_path, "--only", "real_farm", "--fresh")
    assert len(measured) == 2 * once
