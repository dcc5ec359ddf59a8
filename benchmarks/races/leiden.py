"""Leiden: igraph and leidenalg, on all the ties of a farm and on those that are kept, with the quality they reach."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import igraph
import numpy as np
from numpy.typing import NDArray

from benchmarks.cells import Cell, Known
from benchmarks.races import Course, race
from benchmarks.races.logs import Recipe, log_of
from benchmarks.races.pairs import say_failure
from benchmarks.races.timing import Numbers, peak_bytes, time_runs
from benchmarks.writing import Chapter, to_table
from clickgraph.graph import communities
from clickgraph.graph.engagement import build_graph
from clickgraph.graph.projection import project
from clickgraph.graph.ties import AccountGraph
from clickgraph.log.readers import read_events

_RESOLUTION = 1.0
_ALL = 1_000_000  # ties per account: none is left out
_TEXT = """\
Communities of the Constant Potts Model at resolution 1 (bits per pair), ten iterations, by igraph and by leidenalg: on
all ties that pass, and on those that are kept, at about 64 an account, each weighted up by the chance that it was.
*Graph* is the time to build it. *Quality* is that of the communities on **all** ties,
`sum of weights inside - resolution * pairs inside`, also where they were found on the kept ones."""


def measure(*, tool: str, ties: str, log: dict[str, Any]) -> Numbers:
    """Return the times of a tool on some ties, and the quality of its communities on all of them."""
    graph = build_graph(read_events(log_of(Recipe(**log))))
    given = project(graph, ties_per_account=_ALL if ties == "all" else 64)
    tied = np.unique(np.concatenate((given.account_code, given.other_code)))
    built, building = time_runs(
        lambda: communities._compact((given.account_code, given.other_code, given.weight), tied), seconds=5.0, most=3
    )
    search = communities._igraph_leiden if tool == "igraph" else communities._leidenalg
    arguments = (built, "CPM", _RESOLUTION, 0) if tool == "igraph" else ([built], "CPM", _RESOLUTION, 0)
    label, times = time_runs(lambda: search(*arguments), seconds=20.0, most=5)
    peak = peak_bytes()
    every = given if ties == "all" else project(graph, ties_per_account=_ALL)
    of_account = np.full(graph.n_accounts, -1, np.int64)
    of_account[tied] = label
    return {
        "building": building, "times": times, "n_ties": len(given), "n_accounts": len(tied), "peak_bytes": peak,
        "n_communities": int((np.bincount(label) > 1).sum()), "quality": quality(every, of_account, _RESOLUTION),
        "largest": int(np.bincount(label).max(initial=0)),
    }  # fmt: skip


def quality(ties: AccountGraph, label: NDArray[np.int64], resolution: float) -> float:
    """Return the Constant Potts quality of labels of accounts, -1 for those that are alone."""
    a, b = label[ties.account_code], label[ties.other_code]
    inside = float(ties.weight[(a == b) & (a >= 0)].sum())
    sizes = np.bincount(label[label >= 0]).astype(np.float64)
    return inside - resolution * float((sizes * (sizes - 1) / 2).sum())


def _log(course: Course) -> Recipe:
    return Recipe(n_events=100_000, farm_size=300 if course.quick else 2_000)


def _cell(course: Course, tool: str, ties: str) -> Cell:
    return race("leiden:measure", tool=tool, ties=ties, log=asdict(_log(course)))


_CASES = [(tool, ties) for ties in ("kept", "all") for tool in ("igraph", "leidenalg")]


def cells(course: Course, _known: Known) -> list[Cell]:
    """Return a cell per tool and set of ties."""
    return [_cell(course, tool, ties) for tool, ties in _CASES]


def show(course: Course, known: Known) -> Iterable[Chapter]:
    """Return the chapter."""
    found = {f"{tool}, {ties} ties": known.get(_cell(course, tool, ties).key, {}) for tool, ties in _CASES}
    best = max((result["quality"] for result in found.values() if "quality" in result), default=None)
    rows = [_row(name, result, best) for name, result in found.items()]
    columns = [
        "tool", "ties", "graph s", "Leiden s", "spread", "peak GB", "communities", "largest", "quality",
        "below the best",
    ]  # fmt: skip
    farm = f"A farm of {_log(course).farm_size:,} accounts in 100,000 organic events; igraph {igraph.__version__}."
    yield Chapter("Leiden", f"{_TEXT}\n\n{farm}\n\n{to_table(columns, rows)}", found)


def _row(name: str, result: Numbers, best: float | None) -> list[Any]:
    if "times" not in result or best is None:
        return [name, None, None, say_failure(result), *[None] * 6]
    times = result["times"]
    return [
        name, result["n_ties"], result["building"]["median"], times["median"],
        f"{times['low']:.3g} to {times['high']:.3g} ({times['n_runs']})", result["peak_bytes"] / 1e9,
        result["n_communities"], result["largest"], result["quality"], f"{1 - result['quality'] / best:.2g}",
    ]  # fmt: skip
