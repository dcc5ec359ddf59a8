"""The floor: the sweep against as many increments of counters of the same size at random places."""

import time
from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.cells import Cell, Known
from benchmarks.goals import Goal
from benchmarks.races import Course, race
from benchmarks.races.growth import at
from benchmarks.races.logs import Recipe, log_of
from benchmarks.races.pairs import LOGS, say_failure
from benchmarks.races.timing import Numbers, time_runs
from benchmarks.writing import Chapter, to_table
from clickgraph.graph.engagement import EngagementGraph, build_graph
from clickgraph.graph.null import budget_of, pairs_of_targets, slot_null, widest
from clickgraph.graph.projection import project
from clickgraph.graph.windows import choose_windows
from clickgraph.kernels._jit import kernel, map_ranges
from clickgraph.kernels.reach import slot_reach
from clickgraph.kernels.significance import Null
from clickgraph.kernels.slots import Slots
from clickgraph.log.readers import read_events

_TEXT = """\
The sweep counts and judges every pair of accounts over all windows in one pass; each co-action is seen from both of its
sides. The floor is the time of as many increments at random places, on the same threads, of counters of the same size
(16 bits for each account and window): what the memory of the machine allows. The sweep's time is that of
`clickgraph.project` on a graph that is built, with its null and its choice of ties; its budget is a hundred co-actions
an event and window, instead of one, so that counting is what takes the time."""
_BUDGET = 100.0  # co-actions an event
_PLACES = 1 << 22


@kernel
def add_ones(counter: NDArray[np.uint16], places: NDArray[np.int32], n: int) -> None:
    """Increment `n` counters, the places taken in turn."""
    at_place = 0
    for _ in range(n):
        counter[places[at_place], 0] += 1
        at_place += 1
        if at_place == len(places):
            at_place = 0


def coactions(graph: EngagementGraph) -> tuple[int, int]:
    """Return the co-actions that the sweep sees, each from both sides, and its number of windows."""
    widths, _ = choose_windows("auto", graph.events.clock)
    pairs, limit = pairs_of_targets(graph.slots, widths), budget_of(graph.n_events, _BUDGET)
    null, _ = slot_null(graph, widths, pairs, limit)
    return _within_reach(graph.slots, null), len(widths)


def _within_reach(slots: Slots, null: Null) -> int:
    return int(slot_reach(slots.time, slots.target_indptr, widest(null)).sum(dtype=np.int64))


def measure(*, log: dict[str, Any], n_threads: int) -> Numbers:
    """Return the times of the sweep and of the floor under it."""
    graph = build_graph(read_events(log_of(Recipe(**log))))
    n, n_windows = coactions(graph)

    def sweep_all() -> None:
        project(graph, coactions_per_event=_BUDGET, n_threads=n_threads)

    sweep_all()
    _, sweep = time_runs(sweep_all, seconds=15.0, most=5)
    floor = plain_loop(graph.n_accounts, n_windows, n=n, most_threads=n_threads)
    floor(n_threads)  # compiled, its counters touched
    begun = time.perf_counter()
    _, least = time_runs(lambda: floor(n_threads), seconds=15.0, most=5)
    return {"sweep": sweep, "floor": least, "n_coactions": n, "floor_wall": round(time.perf_counter() - begun, 2)}


def plain_loop(n_accounts: int, n_windows: int, *, n: int, most_threads: int) -> Callable[[int], None]:
    """Return a call that makes `n` increments at random places by so many threads, each in counters of its own."""
    rng = np.random.default_rng(0)
    places = [rng.integers(n_accounts, size=_PLACES).astype(np.int32) for _ in range(most_threads)]
    counters = [np.zeros((n_accounts, n_windows), np.uint16) for _ in range(most_threads)]

    def loop(n_threads: int) -> None:
        bounds = np.arange(n_threads + 1)
        map_ranges(lambda k, _: add_ones(counters[k], places[k], n // n_threads), bounds, n_threads=n_threads)

    return loop


def _logs(course: Course) -> dict[str, Recipe]:
    names = list(LOGS)[1:]
    found = {name: LOGS[name] for name in names}
    return {"10^5 events": at(5)} if course.quick else found


def _cell(recipe: Recipe) -> Cell:
    return race("floor:measure", log=asdict(recipe), n_threads=2)


def cells(course: Course, _known: Known) -> list[Cell]:
    """Return a cell per log."""
    return [_cell(recipe) for recipe in _logs(course).values()]


def show(course: Course, known: Known) -> Iterable[Chapter]:
    """Return the chapter."""
    found = {name: known.get(_cell(recipe).key, {}) for name, recipe in _logs(course).items()}
    rows = [_row(name, result) for name, result in found.items()]
    columns = ["log", "co-actions", "sweep s", "floor s", "sweep / floor", "co-actions a second"]
    yield Chapter("The floor", f"{_TEXT}\n\n{to_table(columns, rows)}", found)


def _row(name: str, result: Numbers) -> list[Any]:
    if "sweep" not in result:
        return [name, None, say_failure(result), None, None, None]
    sweep, least = result["sweep"]["median"], result["floor"]["median"]
    return [name, result["n_coactions"], sweep, least, sweep / least, result["n_coactions"] / sweep]


def goals(course: Course, known: Known) -> Iterable[Goal]:
    """Yield how far the sweep is above its floor."""
    rows = [_row(name, known.get(_cell(recipe).key, {})) for name, recipe in _logs(course).items()]
    ratios = [row[4] for row in rows if row[4] is not None]
    if ratios:
        yield Goal("the sweep", "within twice the floor", f"{max(ratios):.1f} times at most", max(ratios) <= 2)
