"""Parts of the walk on Spark that need no Spark."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from logs import logs
from made_groups import background
from numpy.typing import NDArray

import clickgraph.spark
from clickgraph.cli import main
from clickgraph.errors import InputError
from clickgraph.kernels.routing import cells_of
from clickgraph.kernels.slots import make_slots
from clickgraph.rings.background import Background
from clickgraph.spark import cache
from clickgraph.spark.meetings import find_meetings
from clickgraph.spark.pairing import choose_blocks
from clickgraph.spark.workplace import MARK, in_task, open_workplace, told_errors

EVENT = st.tuples(st.integers(0, 2), st.integers(0, 12), st.integers(0, 3))  # target, time, account


@given(st.lists(EVENT, max_size=25).map(sorted), st.integers(0, 6))
def test_meetings_are_where_a_burst_can_begin(events: list[tuple[int, int, int]], reach: int) -> None:
    target, time, account = np.array(events, dtype=np.int64).reshape(-1, 3).T
    met = find_meetings(target, time, account.astype(np.int32), reach=reach)
    for i, (where, when, who) in enumerate(events):
        later = [e for e in events[i + 1 :] if e[0] == where and e[1] - when <= reach and e[2] != who]
        assert met[i] == bool(later)


WINDOWS = np.array([2_000_000, 9_000_000, 90_000_000])
MEMBERS = np.arange(4, dtype=np.int32)


@given(logs(days=3), st.booleans())
def test_bursts_are_the_same_where_others_are_counted_by_cells(log: pa.Table, by_hours: bool) -> None:
    told = background(log, windows=WINDOWS)
    members = MEMBERS[told.graph.n_accounts > MEMBERS]
    counted = _with_cells(told, members)
    here, there = (each.bursts_of(members, by_hours=by_hours) for each in (told, counted))
    for name in ("n_members", "n_mine", "window", "n_beside", "n_around", "n_others", "n_outside"):
        assert getattr(there, name).tolist() == getattr(here, name).tolist(), name
    assert there.widened().n_outside.tolist() == here.widened().n_outside.tolist()
    for one, other in ((here, there), (here.widened(), there.widened())):
        assert counted.graph.slots.time[other.first].tolist() == told.graph.slots.time[one.first].tolist()
        assert counted.graph.slots.target[other.first].tolist() == told.graph.slots.target[one.first].tolist()


def _with_cells(log: Background, members: NDArray[np.int32]) -> Background:
    """Return the log with one slot for all outsiders of a cell, the earliest of them."""
    slots = log.graph.slots
    is_mine = np.isin(slots.account, members)
    indptr = np.searchsorted(slots.target[is_mine], np.arange(len(slots.target_indptr)))
    cell = cells_of(slots.time, slots.target.astype(np.int64), indptr, slots.time[is_mine], WINDOWS)
    key = np.where(is_mine, -1 - np.arange(len(cell)), slots.target * 10_000 + cell)
    _, first, n = np.unique(key, return_index=True, return_counts=True)
    order = np.argsort(first)
    first, n = first[order], n[order]
    fewer = make_slots(
        slots.account[first], slots.time[first], slots.target[first],
        n_accounts=log.graph.n_accounts, n_targets=len(slots.target_indptr) - 1,
    )  # fmt: skip
    graph = replace(log.graph, slots=fewer)
    return replace(log, graph=graph, before=np.append(0, np.cumsum(n)))


def test_blocks_grow_with_the_log() -> None:
    assert [choose_blocks(n) for n in (1, 10**6, 10**7, 10**9, 10**10)] == [3, 3, 7, 125, 1250]


def test_a_folder_is_needed_where_workers_are_elsewhere() -> None:
    session = SimpleNamespace(conf={"spark.master": "spark://host:7077"})
    with (
        pytest.raises(InputError, match="a folder that all workers reach"),
        open_workplace(session, None),  # type: ignore[arg-type]
    ):
        pass


def test_stages_are_removed_also_after_an_error(tmp_path: Path) -> None:
    session = SimpleNamespace(conf={"spark.master": "local[2]"})

    def fail() -> None:
        with open_workplace(session, tmp_path) as work:  # type: ignore[arg-type]
            Path(work.folder).mkdir()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_what_no_task_asked_for_is_no_harm_to_the_tasks_of_later_workplaces(spark: Any) -> None:
    with open_workplace(spark, None) as work:
        work.ship({"unused": np.arange(3)})
    assert spark.range(2).mapInArrow(lambda batches: batches, "id bigint").count() == 2


def test_an_error_of_the_input_comes_back_from_a_task_as_it_was() -> None:
    def work(batches: object) -> object:
        raise InputError("a", "b (c)", "d [e]")
        yield batches

    with pytest.raises(RuntimeError, match=MARK) as raised:
        list(in_task(work)([]))  # type: ignore[arg-type]
    with pytest.raises(InputError) as told, told_errors():
        raise ValueError(f"Job aborted: {raised.value} at java.lang ...")
    assert (told.value.expected, told.value.found, told.value.hint) == ("a", "b (c)", "d [e]")
    with pytest.raises(KeyError), told_errors():
        raise KeyError("another")


def test_each_process_keeps_its_kernels_in_a_folder_of_its_own(tmp_path: Path) -> None:
    code = f"""
import sys, types
sys.modules["pyspark.worker"] = types.ModuleType("pyspark.worker")
import os
os.environ["NUMBA_CACHE_DIR"] = {str(tmp_path)!r}
from clickgraph.spark.cache import keep_kernels_apart
sys.modules.pop("numba", None)
keep_kernels_apart()
print(os.environ["NUMBA_CACHE_DIR"], flush=True)
sys.stdin.read()
"""
    root = Path(clickgraph.__file__).parents[1]
    command = [sys.executable, "-c", code]
    pipe = subprocess.PIPE
    first, second = (subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=root) for _ in range(2))
    folders = [process.stdout.readline().strip() for process in (first, second)]  # type: ignore[union-attr]
    assert len(set(folders)) == 2
    for process in (first, second):
        process.communicate("")
    third = subprocess.run(command, input="", capture_output=True, text=True, cwd=root, check=True)
    assert third.stdout.strip() in folders


def test_a_folder_that_others_can_write_to_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setattr(cache.tempfile, "gettempdir", lambda: str(tmp_path))
    base = cache._base()
    base.parent.chmod(0o777)
    with pytest.raises(PermissionError):
        cache._base()


def test_a_driver_keeps_its_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", "/here")
    cache.keep_kernels_apart()
    assert cache.os.environ["NUMBA_CACHE_DIR"] == "/here"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--master", "local[2]"], "go with --engine spark"),
        (["--folder", "x"], "go with --engine spark"),
        (["--engine", "spark", "--threads", "2"], "--threads goes with --engine local"),
    ],
)
def test_options_that_contradict_each_other(options: list[str], said: str) -> None:
    result = CliRunner().invoke(main, ["find", "log.parquet", *options])
    assert result.exit_code == 2
    assert said in result.output


def test_without_pyspark_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    with pytest.raises(ImportError, match=r"pip install 'clickgraph\[spark\]'"):
        clickgraph.spark.find_rings("log.parquet")
