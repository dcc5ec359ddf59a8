"""Trials: which large cells each peer runs next, so that hopeless ones cost little."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from benchmarks.cells import Cell, Known, Result
from benchmarks.peers import Parameters

MODULE = "benchmarks.measurements.planted:"
RAN_OUT = 2  # settings of a peer that run out of time or memory on a log before the rest is let be


@dataclass(frozen=True, slots=True)
class Input:
    """A log that all methods get: its title, the measurement ("measure", ...), and its arguments per seed."""

    title: str
    function: str
    given: tuple[dict[str, Any], ...]

    def rings(self) -> list[Cell]:
        """Return the cells of find_rings."""
        return [Cell(MODULE + self.function, given) for given in self.given]

    def peers(self, peer: str, settings: Sequence[Parameters]) -> Iterator[tuple[int, Cell]]:
        """Yield number of the setting and cell: every setting on the first seed, then on the next."""
        for given in self.given:
            for number, parameters in enumerate(settings):
                arguments = {**given, "peer": peer, "parameters": parameters}
                yield number, Cell(f"{MODULE}{self.function}_peer", arguments, "peers", limited=True)


def next_trials(inputs: Sequence[Input], peer: str, settings: Sequence[Parameters], *, known: Known) -> list[Cell]:
    """Return the cells that are known, and the one to run next, if any; the inputs are alike in size.

    A setting that ran out of time or memory is not tried on another of them; once two have, only those that
    have succeeded are.
    """
    asked: list[Cell] = []
    out: set[int] = set()
    done: set[int] = set()
    for number, cell in chain.from_iterable(each.peers(peer, settings) for each in inputs):
        if number in out or (len(out) >= RAN_OUT and number not in done):
            continue
        asked.append(cell)
        if cell.key not in known:
            break
        (out if ran_out(known[cell.key]) else done).add(number)
    return asked


def ran_out(result: Result) -> bool:
    """Say whether a cell ended for want of time or memory."""
    return result.get("failed") in ("time", "memory")


def outcome(each: Input, peer: str, settings: Sequence[Parameters], *, known: Known) -> list[list[Result] | str]:
    """Return for each setting its results, one per seed, or in words why there are none."""
    found: list[list[Result] | str] = []
    cells = list(each.peers(peer, settings))
    for wanted in range(len(settings)):
        results = [known[cell.key] for number, cell in cells if number == wanted and cell.key in known]
        failed = [str(result["failed"]) for result in results if "failed" in result]
        if failed:
            found.append({"time": "out of time", "memory": "out of memory"}.get(failed[0], failed[0][:40]))
        else:
            found.append(results or "not tried")
    return found
