"""Threads: the same search by one and by two, and whether its bytes are the same."""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict
from functools import partial
from typing import Any

from benchmarks.cells import Cell, Known
from benchmarks.goals import Goal
from benchmarks.races import Course, race
from benchmarks.races.coded import WINDOW
from benchmarks.races.floor import plain_loop
from benchmarks.races.growth import at
from benchmarks.races.logs import Recipe, log_of
from benchmarks.races.pairs import LOGS, say_failure
from benchmarks.races.timing import Numbers, time_in_turns
from benchmarks.writing import Chapter, to_table
from clickgraph.detection import find_rings
from clickgraph.graph.counting import count_coactions
from clickgraph.graph.engagement import build_graph
from clickgraph.graph.projection import project
from clickgraph.log.readers import read_events

_TEXT = """\
Pairs, ties (the sweep with its judgement) and the whole search with one thread and with two, in turns; the bytes of the
answers are compared by their digest. Beside them a loop that does nothing but increments at random places, each thread
in counters of its own: what the memory of the machine gives two threads in that hour."""
LOOP = "increments"
N_INCREMENTS, N_WINDOWS = 100_000_000, 8
ROUNDS = {"pairs": 7, "ties": 5, "rings": 3, LOOP: 7}


def measure(*, log: dict[str, Any]) -> Numbers:
    """Return the times of the three steps with one thread and with two, and whether the answers are the same."""
    path = log_of(Recipe(**log))
    graph = build_graph(read_events(path))
    calls: dict[str, Callable[[int], Any]] = {
        LOOP: plain_loop(graph.n_accounts, N_WINDOWS, n=N_INCREMENTS, most_threads=2),
        "pairs": lambda n: count_coactions(graph, window=f"{WINDOW}s", min_shared=2, n_threads=n),
        "ties": lambda n: project(graph, n_threads=n),
        "rings": lambda n: find_rings(path, n_threads=n),
    }
    return {step: _measure(call, rounds=ROUNDS[step]) for step, call in calls.items()}


def _measure(call: Callable[[int], Any], *, rounds: int) -> Numbers:
    call(2)
    (one, slow), (two, fast) = time_in_turns([partial(call, 1), partial(call, 2)], rounds=rounds)
    return {"one": slow, "two": fast, "same": None if one is None else digest(one) == digest(two)}


def digest(answer: Any) -> str:
    """Return a hash of a table, of ties, or of rings."""
    given = answer.to_dict() if hasattr(answer, "to_dict") else answer.to_arrow().to_pydict()
    text = json.dumps(given, sort_keys=True, default=str)
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def _log(course: Course) -> Recipe:
    return at(5) if course.quick else LOGS["a million events beside a phone farm"]


def _cell(course: Course) -> Cell:
    return race("threads:measure", log=asdict(_log(course)))


def cells(course: Course, _known: Known) -> list[Cell]:
    """Return the one cell."""
    return [_cell(course)]


def show(course: Course, known: Known) -> Iterable[Chapter]:
    """Return the chapter."""
    found = known.get(_cell(course).key, {})
    columns = ["what", "one thread s", "two threads s", "times as fast", "same bytes"]
    yield Chapter("Threads", f"{_TEXT}\n\n{to_table(columns, [_row(step, found) for step in ROUNDS])}", found)


def _row(step: str, found: Numbers) -> list[Any]:
    if step not in found:
        return [step, say_failure(found), None, None, None]
    one, two = (found[step][n]["median"] for n in ("one", "two"))
    return [step, one, two, one / two, found[step]["same"]]


def goals(course: Course, known: Known) -> Iterable[Goal]:
    """Yield how much two threads bring to the sweep."""
    *_, gain, is_same = _row("ties", known.get(_cell(course).key, {}))
    if gain is not None:
        told = f"{gain:.2f} times, {'the same' if is_same else 'other'} bytes"
        yield Goal("ties by two threads", "1.8 times as fast, the same bytes", told, gain >= 1.8 and is_same)
