"""Cells: the single measurements of the benchmark, each run once and remembered."""

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from typing import Any, BinaryIO

from benchmarks.limits import Limits, run_limited
from benchmarks.warming import cache_folder, settle

ROOT = Path(__file__).resolve().parent.parent
Result = dict[str, Any]
Known = Mapping[str, Result]

_BATCH = 50  # cells that one process runs

# The code on which a kind of cell depends: peers do not change while rings/ is worked on.
_COMMON = (
    "clickgraph/simulation", "clickgraph/log", "clickgraph/kernels", "clickgraph/graph",
    "clickgraph/evaluation.py", "clickgraph/matching.py", "clickgraph/measures.py",
    "benchmarks/backgrounds.py", "benchmarks/measuring.py", "benchmarks/scenarios.py", "benchmarks/theory.py",
)  # fmt: skip
_KERNELS = ("clickgraph/kernels",)
_RACES = tuple(f"benchmarks/races/{name}.py" for name in ("coded", "joins", "logs", "products", "timing"))
_DEPENDS = {
    "rings": (*_COMMON, "clickgraph/rings", "clickgraph/detection.py", "clickgraph/settings.py"),
    "peers": (*_COMMON, "benchmarks/peers"),
    "races": ("clickgraph", *_RACES),
    "races of peers": _RACES,
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One measurement: a function by its name ("module:function") and its plain arguments.

    `kind` says on which code its result depends. A `limited` one runs alone, in a process of its own with
    limits of time and memory: that is for peers on large logs.
    """

    function: str
    arguments: Result = field(hash=False)
    kind: str = "rings"
    limited: bool = False

    @property
    def key(self) -> str:
        """What the result is remembered by: function, arguments and the code."""
        module = self.function.split(":")[0]
        what = [self.function, self.arguments, code_hash(self.kind, module)]
        return hashlib.blake2b(json.dumps(what, sort_keys=True).encode(), digest_size=12).hexdigest()


@cache
def code_hash(kind: str, module: str) -> str:
    """Return a hash of the sources that a kind of cell, measured by a function of `module`, depends on."""
    return hash_files((*_DEPENDS[kind], f"{module.replace('.', '/')}.py"))


@cache
def hash_files(names: tuple[str, ...]) -> str:
    """Return a hash of the sources in files and folders of the repository."""
    digest = hashlib.blake2b(digest_size=12)
    for path in (ROOT / name for name in names):
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
    """Results by key, kept in a file of JSON lines: an interrupted run goes on where it was.

    What ran out of time or memory is tried again where `limits` now allow more of it.
    """

    def __init__(self, path: Path, *, limits: Limits | None = None, fresh: bool = False) -> None:
        self.path = path
        self.limits = limits or Limits()
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
        if not self.limits.allow_more(row["result"]):
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
            with self.path.open("a+b") as file:
                # A run that was killed may have left half a line.
                cut_off = file.tell() > 0 and _last_byte(file) != b"\n"
                file.write(b"\n" * cut_off + json.dumps(row).encode() + b"\n")


def _last_byte(file: BinaryIO) -> bytes:
    file.seek(-1, os.SEEK_END)
    return file.read(1)


def run_cells(
    cells: Sequence[Cell],
    store: Store,
    *,
    limits: Limits,
    workers: int,
    say: Callable[[str], None],
    warm: bool = True,
) -> None:
    """Run what `store` does not know: most in `workers` processes, then the limited ones one by one.

    `warm`: compile all kernels first, so that no cell's seconds count a compilation.
    """
    todo = list({cell.key: cell for cell in cells if cell.key not in store.known}.values())
    free = [cell for cell in todo if not cell.limited]
    limited = [cell for cell in todo if cell.limited]
    ended = chain(_run_beside(free, workers=workers, warm=warm), _run_alone(limited, limits, warm=warm))
    for n_done, (cell, result) in enumerate(ended, start=1):
        _tell(cell, result, store, say=say, progress=f"{n_done}/{len(todo)}")


def _run_alone(cells: list[Cell], limits: Limits, *, warm: bool) -> Iterator[tuple[Cell, Result]]:
    cache = {"NUMBA_CACHE_DIR": str(cache_folder(hash_files(_KERNELS), "alone"))}
    if cells and warm:
        run_limited({"function": "benchmarks.warming:warm", "arguments": {}}, Limits(), environment=cache)
    for cell in cells:
        task = {"function": cell.function, "arguments": cell.arguments}
        yield cell, run_limited(task, limits, environment=cache)


def _run_beside(cells: list[Cell], *, workers: int, warm: bool) -> Iterator[tuple[Cell, Result]]:
    """Yield each cell with its result, in the order in which they end.

    Peak memory differs between logs, so processes are replaced after some cells; and where one is killed,
    only its batch is lost.
    """
    context = get_context("spawn")
    for first in range(0, len(cells), _BATCH * workers):
        numbers = context.Queue()
        for number in range(workers):
            numbers.put(number)
        given = (numbers, hash_files(_KERNELS), warm)
        with ProcessPoolExecutor(workers, context, initializer=settle, initargs=given) as pool:
            batch = cells[first : first + _BATCH * workers]
            waiting = {pool.submit(call, cell.function, cell.arguments): cell for cell in batch}
            for future in as_completed(waiting):
                error = future.exception()
                yield waiting[future], {"failed": f"error: {error!r}"[:500]} if error else future.result()


def _tell(cell: Cell, result: Result, store: Store, *, say: Callable[[str], None], progress: str) -> None:
    store.add(cell, result)
    what = ", ".join(f"{key}={value}" for key, value in cell.arguments.items())
    ended = result.get("failed") or f"{result['seconds']} s"
    say(f"[{progress}] {cell.function.rsplit('.', 1)[-1]} {what}: {ended}")
