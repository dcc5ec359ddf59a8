"""Cells: run once, remembered, and measured anew when the code that they depend on changes."""

import json
import os
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from benchmarks import cells as machinery
from benchmarks.cells import ROOT, Cell, Store, call, hash_files, run_cells
from benchmarks.limits import Limits

LIMITS = Limits(seconds=20.0, gigabytes=4.0)


def _cell(number: int, **fields: Any) -> Cell:
    return Cell("operator:abs", {"x": number}, **fields)


def test_every_source_that_a_cell_depends_on_exists() -> None:
    names = {name for kind in machinery._DEPENDS.values() for name in kind}
    assert [name for name in names if not (ROOT / name).exists()] == []


def test_a_hash_knows_the_sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machinery, "ROOT", tmp_path)
    (tmp_path / "room").mkdir()
    (tmp_path / "room" / "a.py").write_text("one")
    before = hash_files.__wrapped__(("room",))
    assert before == hash_files.__wrapped__(("room",))
    (tmp_path / "room" / "a.py").write_text("two")
    assert before != hash_files.__wrapped__(("room",))


def test_a_key_tells_function_arguments_and_kind_apart() -> None:
    module = "benchmarks.measurements.clean"
    one = Cell(f"{module}:measure_world", {"world": "fans", "seed": 0})
    others = [
        replace(one, function=f"{module}:measure_set"),
        replace(one, arguments={"world": "fans", "seed": 1}),
        replace(one, kind="peers"),
    ]
    assert len({one.key, *(other.key for other in others)}) == 4
    assert one.key == replace(one, arguments={"seed": 0, "world": "fans"}).key


def test_a_call_is_timed() -> None:
    result = call("tests.plain_cells:sleep", {"seconds": 0.02})
    assert result["seconds"] >= 0.02
    assert call("tests.plain_cells:echo", {"x": 4})["x"] == 4


def _known_cell(seed: int, **fields: Any) -> Cell:
    return Cell("benchmarks.measurements.clean:measure_world", {"world": "fans", "seed": seed}, **fields)


def test_a_store_goes_on_after_a_line_that_was_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "cells.jsonl"
    store = Store(path)
    first, second, third = (_known_cell(seed) for seed in range(3))
    store.add(first, {"seconds": 1.0})
    store.add(second, {"seconds": 2.0})
    whole = path.read_bytes()
    path.write_bytes(whole[:-9])
    again = Store(path)
    assert again.known == {first.key: {"seconds": 1.0}}
    again.add(third, {"seconds": 3.0})
    assert Store(path).known == {first.key: {"seconds": 1.0}, third.key: {"seconds": 3.0}}


def test_a_fresh_store_forgets(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "cells.jsonl"
    Store(path).add(_known_cell(0), {"seconds": 1.0})
    assert Store(path).known
    assert not Store(path, fresh=True).known
    assert not Store(path).known


def test_errors_last_for_one_run_and_limits_as_long_as_they_are_not_raised(tmp_path: Path) -> None:
    path = tmp_path / "cells.jsonl"
    store, cell, slow, large = Store(path), _known_cell(0), _known_cell(1), _known_cell(2)
    limits = {"seconds": 10.0, "gigabytes": 2.0}
    store.add(cell, {"failed": "error: KeyError"})
    store.add(slow, {"failed": "time", "seconds": 10.0, "limits": limits})
    store.add(large, {"failed": "memory", "seconds": 4.0, "limits": limits})
    assert set(store.known) == {cell.key, slow.key, large.key}
    assert set(Store(path, limits=Limits(10.0, 2.0)).known) == {slow.key, large.key}
    assert set(Store(path, limits=Limits(20.0, 2.0)).known) == {large.key}
    assert set(Store(path, limits=Limits(5.0, 3.0)).known) == {slow.key}


def _echo(number: int, **fields: Any) -> Cell:
    return Cell("tests.plain_cells:echo", {"x": number}, **fields)


def test_cells_run_once_each_in_processes_and_are_remembered(tmp_path: Path) -> None:
    path, said = tmp_path / "cells.jsonl", []
    cells = [_echo(4, limited=True), *(_echo(number) for number in (1, 2, 2, 3))]

    def run(store: Store) -> None:
        run_cells(cells, store, limits=LIMITS, workers=2, say=said.append, warm=False)

    run(Store(path))
    known = Store(path).known
    assert [known[cell.key]["x"] for cell in cells] == [4, 1, 2, 2, 3]
    assert os.getpid() not in {result["process"] for result in known.values()}
    assert len(said) == 4
    assert said[-1].startswith("[4/4] plain_cells:echo x=4: ")  # the limited ones come last
    run(Store(path))
    assert len(said) == 4


def test_workers_are_replaced_after_a_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machinery, "_BATCH", 2)
    store, cells = Store(tmp_path / "cells.jsonl"), [_echo(number) for number in range(5)]
    run_cells(cells, store, limits=LIMITS, workers=1, say=str, warm=False)
    processes = [store.known[cell.key]["process"] for cell in cells]
    assert [one == two for one, two in pairwise(processes)] == [True, False, True, False]


def test_a_cell_that_fails_fails_alone(tmp_path: Path) -> None:
    store, bad, good = Store(tmp_path / "cells.jsonl"), Cell("tests.plain_cells:fail", {}), _echo(1)
    run_cells([bad, good], store, limits=LIMITS, workers=1, say=str, warm=False)
    assert store.known[bad.key]["failed"] == "error: KeyError('no such column')"
    assert store.known[good.key]["x"] == 1
    lines = (tmp_path / "cells.jsonl").read_text().splitlines()
    assert [json.loads(line)["key"] for line in lines] == [good.key]
