"""Pairs: who counts the pairs of accounts that share contents, and how fast; answers are compared before times."""

import hashlib
from collections.abc import Iterable
from typing import Any

import numpy as np

from benchmarks.cells import Cell, Known
from benchmarks.goals import Goal
from benchmarks.races import Course, race
from benchmarks.races.coded import MIN_SHARED, WINDOW, Coded, Pairs, code
from benchmarks.races.counters import COUNTERS, start
from benchmarks.races.logs import Recipe, read
from benchmarks.races.timing import Numbers, peak_bytes, time_runs
from benchmarks.writing import Chapter, to_table

_CHECKED = Recipe(n_events=20_000, farm_size=100, n_jobs=20)  # on which every answer is compared first
LOGS: dict[str, Recipe] = {
    "100,000 events": Recipe(n_events=100_000, farm_size=300, n_jobs=40),
    "a million events": Recipe(n_events=1_000_000, farm_size=1_000, n_jobs=60),
    "a million events beside a phone farm": Recipe(n_events=1_000_000, farm_size=10_000, n_jobs=40, spread=7200.0),
}
_GOALS = {"duckdb": 200, "toolkit": 200, "topn": 40}
_TEXT = f"""\
Pairs of accounts that share at least {MIN_SHARED} contents, within {WINDOW} s of each other or, where the counter
knows no window, ever. Everyone is given the log in the form that suits him best (codes as small integers, tables,
matrices, graphs), which is not timed; *from the table* also reads, codes and sorts it. Before anything is timed, each
counter has to return clickgraph's pairs with the same counts on a log of 20,000 events; the answers on the large log
are compared by their digest. *Times slower* is against clickgraph's count within the window. sparse_dot_topn keeps
the 50 most similar partners of each account; MinHash finds candidates only, and *recall* is the share of the pairs
within the window among them."""


def measure(*, counter: str, log: str) -> Numbers:
    """Compare a counter's answer on a small log, then time it on a large one."""
    compare(counter, code(read(_CHECKED)[0]))
    coded = code(read(LOGS[log])[0])
    counted = start(counter, coded)
    answer, times = time_runs(counted)
    peak = peak_bytes()  # reading the answer is not part of it
    pairs = COUNTERS[counter].read(answer)
    numbers = {"times": times, "peak_bytes": peak, "n_pairs": len(pairs.account), "digest": digest(pairs)}
    if COUNTERS[counter].answers == "some":
        numbers["recall"] = recall(pairs, count("clickgraph", coded))
    return numbers


def count(counter: str, log: Coded) -> Pairs:
    """Return the pairs that a counter finds."""
    return COUNTERS[counter].read(start(counter, log)())


def compare(counter: str, log: Coded) -> None:
    """Raise an error unless a counter finds clickgraph's pairs, or as much of them as it promises."""
    kind = COUNTERS[counter]
    ours = count("clickgraph" if kind.windowed else "clickgraph-ever", log)
    found = count(counter, log)
    if kind.answers == "all":
        same = all(np.array_equal(*columns) for columns in zip(ours, found, strict=True))
    else:  # the pairs of the whole answer that it has; MinHash does not count
        at = np.searchsorted(_keys(ours), _keys(found)).clip(max=len(ours.account) - 1)
        known = _keys(ours)[at] == _keys(found)
        same = kind.answers == "some" or bool((known & (ours.shared[at] == found.shared)).all())
    if not same:
        raise ValueError(f"{counter} does not count what clickgraph counts")


def digest(pairs: Pairs) -> str:
    """Return a hash of pairs and counts."""
    found = hashlib.blake2b(digest_size=8)
    for column in pairs:
        found.update(np.ascontiguousarray(column).data)
    return found.hexdigest()


def recall(found: Pairs, wanted: Pairs) -> float:
    """Return which share of the wanted pairs was found."""
    return round(float(np.isin(_keys(wanted), _keys(found)).mean()), 4) if len(wanted.account) else 1.0


def _keys(pairs: Pairs) -> Any:
    return pairs.account << 32 | pairs.other


def cells(course: Course, known: Known) -> list[Cell]:
    """Return a cell for each counter and log, up to the first log that is not measured yet."""
    found: list[Cell] = []
    for log in _logs(course):
        found += [_cell(counter, log) for counter in COUNTERS if not _gave_up(counter, log, known)]
        if any(cell.key not in known for cell in found):
            break
    return found


def _gave_up(counter: str, log: str, known: Known) -> bool:
    """Say whether a counter ran out of time or memory on a log before this one: it is spared the rest."""
    before = list(LOGS)[: list(LOGS).index(log)]
    return any(known.get(_cell(counter, each).key, {}).get("failed") in ("time", "memory") for each in before)


def _logs(course: Course) -> list[str]:
    return list(LOGS)[:1] if course.quick else list(LOGS)


def _cell(counter: str, log: str) -> Cell:
    return race("pairs:measure", peer=not counter.startswith("clickgraph"), counter=counter, log=log)


def show(course: Course, known: Known) -> Iterable[Chapter]:
    """Return the chapter: a table per log."""
    found = {log: {name: known.get(_cell(name, log).key, {}) for name in COUNTERS} for log in _logs(course)}
    columns = ["counter", "window", "median s", "spread", "times slower", "peak GB", "pairs", "same answer", "recall"]
    parts = [_TEXT]
    for log, results in found.items():
        base = results["clickgraph"]
        for name in COUNTERS:
            if _gave_up(name, log, known):
                results[name] = {"failed": "not tried: it gave up on the log before"}
        rows = [_row(name, results[name], base, results["clickgraph-ever"]) for name in COUNTERS]
        parts.append(f"### {log.capitalize()}\n\n{_say(log)}\n\n{to_table(columns, rows)}")
    yield Chapter("Pairs", "\n\n".join(parts), found)


def _say(log: str) -> str:
    made = LOGS[log]
    return (
        f"{made.n_events:,} organic events and a farm of {made.farm_size:,} accounts, of which"
        f" {made.participation:.0%} do each of {made.n_jobs} jobs within {made.spread:g} s."
    )


def _row(name: str, result: Numbers, base: Numbers, ever: Numbers) -> list[Any]:
    counter = COUNTERS[name]
    window = f"{WINDOW} s" if counter.windowed else "none"
    if "times" not in result:
        return [counter.title, window, say_failure(result), *[None] * 6]
    times = result["times"]
    slower = times["median"] / base["times"]["median"] if "times" in base else None
    judge = base if counter.windowed else ever
    same = result["digest"] == judge.get("digest") if counter.answers == "all" else counter.answers
    spread = f"{times['low']:.3g} to {times['high']:.3g} ({times['n_runs']})"
    return [
        counter.title, window, times["median"], spread, slower, result["peak_bytes"] / 1e9, result["n_pairs"], same,
        result.get("recall"),
    ]  # fmt: skip


def say_failure(result: Numbers) -> str:
    """Return in words why a cell has no numbers."""
    if not result:
        return "not measured"
    limits = result.get("limits", {})
    ended = {
        "time": f"not within {limits.get('seconds', 0):g} s",
        "memory": f"beyond {limits.get('gigabytes', 0):g} GB",
    }
    return str(ended.get(result["failed"], result["failed"]))


def goals(course: Course, known: Known) -> Iterable[Goal]:
    """Yield what is asked against each peer, on the log where clickgraph is furthest ahead and where it is least."""
    for peer, asked in _GOALS.items():
        ratios = [ratio for log in _logs(course)[1:] if (ratio := _ratio(peer, log, known)) is not None]
        if ratios:
            told = " and ".join(f"{ratio:.0f}" for ratio in ratios)
            about = f"pairs of a million events within {WINDOW} s, against {COUNTERS[peer].title}"
            yield Goal(about, f"{asked} times as fast", f"{told} times on {len(ratios)} logs", min(ratios) >= asked)


def _ratio(peer: str, log: str, known: Known) -> float | None:
    theirs, ours = (known.get(_cell(name, log).key, {}) for name in (peer, "clickgraph"))
    if "times" not in theirs or "times" not in ours:
        return None
    return float(theirs["times"]["median"] / ours["times"]["median"])
