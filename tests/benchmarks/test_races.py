"""What the races measure with: logs, counters of pairs, times and memory."""

from itertools import count
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from benchmarks.races import finding, floor, leiden, logs, pairs, threads, timing
from benchmarks.races.coded import Coded, Pairs, code, sort_pairs
from benchmarks.races.counters import COUNTERS, Counter
from benchmarks.races.logs import Recipe
from clickgraph.graph.communities import find_communities
from clickgraph.graph.engagement import build_graph
from clickgraph.graph.projection import project
from clickgraph.log.readers import read_events

SMALL = Recipe(n_events=1_500, n_farms=2, farm_size=20, n_jobs=8, participation=0.75)
NEEDS = {"toolkit": "coordination_network_toolkit", "topn": "sparse_dot_topn", "minhash": "datasketch"}


@pytest.fixture(autouse=True)
def folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of logs for this test run, in which the small one lies."""
    path = tmp_path_factory.getbasetemp() / "logs"
    monkeypatch.setattr(logs, "FOLDER", path)
    if not SMALL.path.exists():
        logs.make(SMALL)
    return path


@pytest.fixture
def small() -> Coded:
    return code(logs.read(SMALL)[0])


def test_a_log_is_what_its_recipe_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "BLOCK", 1_000)
    logs.make(SMALL)
    events, truth = logs.read(SMALL)
    assert 500 < len(events) - 2 * 8 * 15 <= 1_500  # so few accounts meet again on popular contents
    assert len(truth) == 40
    acts = events.filter(np.isin(events["account"].to_numpy(), truth["account"].to_numpy()))
    assert len(acts) == 2 * 8 * 15
    assert len(set(acts["content"].to_pylist())) == 16
    keys = events.select(["account", "content"]).to_pylist()
    assert len({tuple(row.values()) for row in keys}) == len(events)
    before = SMALL.path.read_bytes()
    logs.main([f"{name}={value}" for name, value in logs.asdict(SMALL).items()])
    assert SMALL.path.read_bytes() == before
    logs.make(Recipe(**{**logs.asdict(SMALL), "seed": 2}))
    assert Recipe(**{**logs.asdict(SMALL), "seed": 2}).path.read_bytes() != before


@pytest.mark.parametrize("counter", sorted(COUNTERS))
@pytest.mark.filterwarnings("default")  # libraries about their own future
def test_every_counter_finds_the_same_pairs(counter: str, small: Coded) -> None:
    if counter in NEEDS:
        pytest.importorskip(NEEDS[counter])
    pairs.compare(counter, small)
    found = pairs.count(counter, small)
    assert len(found.account) > 100
    assert (found.account < found.other).all()


def test_a_counter_that_errs_is_not_timed(small: Coded, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = Counter("wrong", True, lambda _log: lambda: ([0], [1], [2]), lambda found: sort_pairs(*found))
    monkeypatch.setattr(pairs, "COUNTERS", {**COUNTERS, "wrong": wrong})
    monkeypatch.setattr("benchmarks.races.counters.COUNTERS", {**COUNTERS, "wrong": wrong})
    with pytest.raises(ValueError, match="wrong does not count"):
        pairs.compare("wrong", small)


def test_pairs_are_sorted_and_told_apart() -> None:
    found = sort_pairs([3, 1, 2, 5, 4], [1, 3, 2, 4, 9], [2, 2, 9, 3, 1])
    assert [column.tolist() for column in found] == [[1, 4], [3, 5], [2, 3]]
    other = Pairs(found.account, found.other, found.shared + 1)
    assert pairs.digest(found) == pairs.digest(sort_pairs([1, 4], [3, 5], [2, 3])) != pairs.digest(other)
    assert pairs.recall(sort_pairs([1], [3], [2]), found) == 0.5
    assert pairs.recall(found, sort_pairs([], [], [])) == 1.0


def test_times_are_those_of_several_runs() -> None:
    ran = []
    answer, times = timing.time_runs(lambda: ran.append(1) or len(ran), seconds=5.0, most=3)
    assert (answer, len(ran), times["n_runs"]) == (1, 3, 3)
    assert times["low"] <= times["median"] <= times["high"]
    assert timing.time_runs(lambda: None, seconds=0.0)[1]["n_runs"] == 1


def test_calls_are_timed_in_turns() -> None:
    ran: list[str] = []
    calls = [lambda name=name: ran.append(name) or len(ran) for name in "ab"]
    (_, one), (answer, _) = timing.time_in_turns(calls, rounds=2)
    assert ran == ["a", "b", "a", "b"]
    assert (answer, one["n_runs"]) == (2, 2)


def test_memory_is_that_of_the_process() -> None:
    before = timing.held_bytes()
    block = np.ones(20_000_000)
    assert timing.held_bytes() - before > 0.9 * block.nbytes
    assert timing.peak_bytes() >= timing.held_bytes()


def test_rings_are_found_and_described(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "_WARM", SMALL)
    result = finding.measure(log=SMALL, n_threads=1)
    assert result["n_events"] == pq.read_metadata(SMALL.path).num_rows
    assert result["worst_f1"] > 0.9
    assert result["peak_bytes"] > 0
    coded = finding.measure_coded(log=logs.asdict(SMALL))
    assert coded["coded_bytes"] >= 20 * coded["n_events"]


def test_the_floor_makes_as_many_increments() -> None:
    counter = np.zeros((5, 2), np.uint16)
    floor.add_ones(counter, np.array([0, 3], np.int32), 5)
    assert counter[:, 0].tolist() == [3, 0, 0, 2, 0]
    result = floor.measure(log=logs.asdict(SMALL), n_threads=2)
    assert result["n_coactions"] > 0
    assert result["floor"]["median"] > 0


def test_threads_give_the_same_bytes() -> None:
    found = threads.measure(log=logs.asdict(SMALL))
    assert [found[step]["same"] for step in ("pairs", "ties", "rings")] == [True, True, True]


def test_other_bytes_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    made = count()
    monkeypatch.setattr(threads, "digest", lambda _answer: next(made))
    assert not threads.measure(log=logs.asdict(SMALL))["ties"]["same"]


def test_the_quality_of_communities_is_weight_inside_less_pairs() -> None:
    ties = project(build_graph(read_events(logs.log_of(SMALL))))
    found = find_communities(ties)
    label = np.arange(ties.n_accounts)
    for number, members in enumerate(found):
        label[members] = ties.n_accounts + number
    graph = ties.to_igraph()
    _, dense = np.unique(label, return_inverse=True)
    inside = sum(
        w for edge, w in zip(graph.get_edgelist(), ties.weight, strict=True) if dense[edge[0]] == dense[edge[1]]
    )
    pairs_inside = sum(n * (n - 1) / 2 for n in np.bincount(dense))
    assert leiden.quality(ties, dense, 0.5) == pytest.approx(inside - 0.5 * pairs_inside)
