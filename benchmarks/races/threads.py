"""Threads: the same search by one and by two, and whether its bytes are the same."""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import Any

from benchmarks.cells import Cell, Known
from benchmarks.goals import Goal
from benchmarks.races import Course, race
from benchmarks.races.coded import WINDOW
from benchmarks.races.growth import at
from benchmarks.races.logs import Recipe, log_of
from benchmarks.races.pairs import LOGS, say_failure
from benchmarks.races.timing import Numbers, time_runs
from benchmarks.writing import Chapter, to_table
from clickgraph.detection import find_rings
from clickgraph.graph.counting import count_coactions
from clickgraph.graph.engagement import build_graph
from clickgraph.graph.projection import project
from clickgraph.log.readers import read_events

_TEXT = """\
Pairs, ties (the sweep with its judgement) and the whole search with one thread and with two; the bytes of the answers
are compared by their digest."""
STEPS = ("pairs", "ties", "rings")


def measure(*, log: dict[str, Any], n_threads: int) -> Numbers:
    """Return the times and the digests of the three answers."""
    path = log_of(Recipe(**log))
    graph = build_graph(read_events(path))
    calls: dict[str, Callable[[], Any]] = {
        "pairs": lambda: count_coactions(graph, window=f"{WINDOW}s", min_shared=2, n_threads=n_threads),
        "ties": lambda: project(graph, n_threads=n_threads),
        "rings": lambda: find_rings(path, n_threads=n_threads),
    }
    numbers: Numbers = {}
    for step, call in calls.items():
        call()
        answer, times = time_runs(call, seconds=20.0, most=5)
        numbers[step] = {"times": times, "digest": digest(answer)}
    return numbers


def digest(answer: Any) -> str:
    """Return a hash of a table, of ties, or of rings."""
    given = answer.to_dict() if hasattr(answer, "to_dict") else answer.to_arrow().to_pydict()
    text = json.dumps(given, sort_keys=True, default=str)
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def _log(course: Course) -> Recipe:
    return at(5) if course.quick else LOGS["a million events beside a phone farm"]


def _cell(course: Course, n_threads: int) -> Cell:
    return race("threads:measure", log=asdict(_log(course)), n_threads=n_threads)


def cells(course: Course, _known: Known) -> list[Cell]:
    """Return a cell for one thread and one for two."""
    return [_cell(course, n_threads) for n_threads in (1, 2)]


def show(course: Course, known: Known) -> Iterable[Chapter]:
    """Return the chapter."""
    one, two = (known.get(_cell(course, n).key, {}) for n in (1, 2))
    rows = [_row(step, one, two) for step in STEPS]
    columns = ["what", "one thread s", "two threads s", "times as fast", "same bytes"]
    yield Chapter("Threads", f"{_TEXT}\n\n{to_table(columns, rows)}", {"1": one, "2": two})


def _row(step: str, one: Numbers, two: Numbers) -> list[Any]:
    if step not in one or step not in two:
        return [step, say_failure(one), None, None, None]
    times = [each[step]["times"]["median"] for each in (one, two)]
    return [step, *times, times[0] / times[1], one[step]["digest"] == two[step]["digest"]]


def goals(course: Course, known: Known) -> Iterable[Goal]:
    """Yield how much two threads bring to the sweep."""
    row = _row("ties", *(known.get(_cell(course, n).key, {}) for n in (1, 2)))
    if row[3] is not None:
        told = f"{row[3]:.2f} times, {'the same' if row[4] else 'other'} bytes"
        yield Goal("ties by two threads", "1.8 times as fast, the same bytes", told, row[3] >= 1.8 and row[4])
