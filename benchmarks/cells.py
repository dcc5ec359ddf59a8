"""Cells: the single measurements of the benchmark, each run once and remembered."""

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from benchmarks.limits import Limits, run_limited

ROOT = Path(__file__).resolve().parent.parent
Result = dict[str, Any]
Known = Mapping[str, Result]

# The code on which a kind of cell depends: peers do not change while rings/ is worked on.
_COMMON = (
    "clickgraph/simulation", "clickgraph/log", "clickgraph/kernels", "clickgraph/graph",
    "clickgraph/evaluation.py", "clickgraph/matching.py", "clickgraph/measures.py",
    "benchmarks/backgrounds.py", "benchmarks/measuring.py",
)  # fmt: skip
_DEPENDS = {
    "rings": (*_COMMON, "clickgraph/rings", "clickgraph/detection.py", "clickgraph/settings.py"),
    "peers": (*_COMMON, "benchmarks/peers"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One measurement: a function by its name ("module:function") and its plain arguments.

    `kind` says on which code its result depends; a peer runs in a process of its own with limits.
    """

    function: str
    arguments: Result = field(hash=False)
    kind: str = "rings"

    @property
    def key(self) -> str:
        """What the result is remembered by: function, arguments and the code."""
        module = self.function.split(":")[0]
        what = [self.function, self.arguments, code_hash(self.kind, module)]
        return hashlib.blake2b(json.dumps(what, sort_keys=True).encode(), digest_size=12).hexdigest()


@cache
def code_hash(kind: str, module: str) -> str:
    """Return a hash of the sources that a kind of cell, measured by a function of `module`, depends on."""
    digest = hashlib.blake2b(digest_size=12)
    for name in (*_DEPENDS[kind], f"{module.replace('.', '/')}.py"):
        path = ROOT / name
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            digest.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def call(function: str, arguments: Result) -> Result:
    """Call a function by its name "module:function" and add the seconds that it took."""
    module, name = function.split(":")
    begun = time.perf_counter()
    result: Result = getattr(import_module(module), name)(**arguments)
    return {"seconds": round(time.perf_counter() - begun, 2), **result}


class Store:
    """Results by key, kept in a file of JSON lines: an interrupted run goes on where it was."""

    def __init__(self, path: Path, *, fresh: bool = False) -> None:
        self.path = path
        self.known: dict[str, Result] = {}
        path.parent.mkdir(parents=True, exist_ok=True)
        if fresh:
            path.unlink(missing_ok=True)
        if path.exists():
            for line in path.read_text(encoding="utf-8").splitlines():
                self._learn(line)

    def _learn(self, line: str) -> None:
        try:
            row = json.loads(line)
        except json.JSONDecodeError:  # the last line of a run that was killed
            return
        self.known[row["key"]] = row["result"]

    def add(self, cell: Cell, result: Result) -> None:
        """Remember a result; one that failed by an error of the program lasts for this run only."""
        self.known[cell.key] = result
        if not str(result.get("failed", "")).startswith("error"):
            row = {
                "key": cell.key,
                "function": cell.function,
                "arguments": cell.arguments,
                "result": result,
            }
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row) + "\n")


def run_cells(
    cells: Sequence[Cell], store: Store, *, limits: Limits, workers: int, say: Callable[[str], None]
) -> None:
    """Run what `store` does not know: rings in `workers` processes, then peers one after the other."""
    missing = {cell.key: cell for cell in cells if cell.key not in store.known}
    todo = list(missing.values())
    n_done = 0
    for cell, result in _run_rings([cell for cell in todo if cell.kind == "rings"], workers=workers):
        n_done += 1
        _tell(cell, result, store, say=say, progress=f"{n_done}/{len(todo)}")
    for cell in (cell for cell in todo if cell.kind == "peers"):
        n_done += 1
        result = run_limited({"function": cell.function, "arguments": cell.arguments}, limits)
        _tell(cell, result, store, say=say, progress=f"{n_done}/{len(todo)}")


def _run_rings(cells: list[Cell], *, workers: int) -> Iterator[tuple[Cell, Result]]:
    if not cells:
        return
    # Peak memory differs between logs: a process that has seen the largest one goes after some cells.
    with ProcessPoolExecutor(workers, get_context("spawn"), max_tasks_per_child=50) as pool:
        waiting = {pool.submit(call, cell.function, cell.arguments): cell for cell in cells}
        for future in as_completed(waiting):
            error = future.exception()
            yield (
                waiting[future],
                {"failed": f"error: {error!r}"[:500]} if error else future.result(),
            )


def _tell(
    cell: Cell, result: Result, store: Store, *, say: Callable[[str], None], progress: str
) -> None:
    store.add(cell, result)
    what = ", ".join(f"{key}={value}" for key, value in cell.arguments.items())
    ended = result.get("failed") or f"{result['seconds']} s"
    say(f"[{progress}] {cell.function.rsplit('.', 1)[-1]} {what}: {ended}")
