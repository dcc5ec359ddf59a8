"""The benchmark of Spark: one command that measures on this machine and writes docs/spark.md and docs/spark.json.

Usage: ``python benchmarks/spark.py [--quick] [--events 1000000 --events 10000000] [--known]``; see ``--help``.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

ROOT = Path(__file__).resolve().parent.parent
if __name__ == "__main__" and sys.path[0] != str(ROOT):
    sys.path.insert(0, str(ROOT))

from benchmarks.spark_history import read_history  # noqa: E402
from benchmarks.spark_logs import count_events, grown_log, skewed_log  # noqa: E402
from benchmarks.spark_page import write_page  # noqa: E402

TICK = 0.5  # seconds between two looks at the memory
GROWTH = (1_000_000, 10_000_000, 30_000_000)  # events of the growing log
SMALL = 10_000  # events of the log on which everything is compiled


@click.command()
@click.option("--quick", is_flag=True, help="A hundred thousand events, and a clique of 1,000: a first impression.")
@click.option("--events", type=int, multiple=True, help="Sizes of the growing log.  [10^6, 10^7 and 3 x 10^7]")
@click.option("--clique", type=int, default=None, help="Accounts of the clique.  [10,000]")
@click.option("--known", is_flag=True, help="Measure nothing; write what earlier runs measured.")
@click.option("--fresh", is_flag=True, help="Forget what earlier runs measured.")
@click.option("--results", type=click.Path(path_type=Path), default=ROOT / "benchmarks" / "results" / "spark.json")
@click.option("--out", type=click.Path(path_type=Path), default=ROOT / "docs", help="Folder of the page.")
def main(
    quick: bool, events: tuple[int, ...], clique: int | None, known: bool, fresh: bool, results: Path, out: Path
) -> None:
    """Measure find_rings locally and on Spark, and both designs for pairs; interrupted, it goes on where it was."""
    sizes = events or ((100_000,) if quick else GROWTH)
    cliques = [clique or (1_000 if quick else 10_000)]
    store: dict[str, Any] = json.loads(results.read_text()) if results.exists() and not fresh else {}
    results.parent.mkdir(parents=True, exist_ok=True)
    logs = results.parent / "logs"
    small = grown_log(logs, SMALL)
    plan: list[tuple[str, str, Callable[..., Path], dict[str, int]]] = []
    plan += [(f"grown {n}", name, grown_log, {"n_events": n}) for n in sizes for name in ("local", "spark")]
    # What the number of blocks costs is seen on a small log; on a large one it takes as long as the run itself.
    plan += [(f"grown {n}", "wide", grown_log, {"n_events": n}) for n in sizes if n <= GROWTH[0]]
    # The other design writes a row for each pair that meets on a content: a smaller clique is enough to see it.
    both = min(2_000, *cliques)
    plan += [(f"skewed {both}", name, skewed_log, {"n_clique": both}) for name in ("blocks", "buckets")]
    plan += [(f"skewed {n}", name, skewed_log, {"n_clique": n}) for n in cliques for name in ("local", "spark")]
    for title, name, make, options in plan if not known else []:
        key = f"{title}: {name}"
        if key not in store:
            store[key] = measure(name, make(logs, **options), small)
            click.echo(f"{key}: {store[key].get('seconds', float('nan')):.1f} s", err=True)
            results.write_text(json.dumps(store, indent=1) + "\n")
    write_page(out, store)


def measure(name: str, log: Path, small: Path) -> dict[str, Any]:
    """Return the numbers of one run in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        history = Path(folder)
        command = [sys.executable, "-m", "benchmarks.spark_run", name, str(log), str(small), str(history)]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
        running = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
        )
        memory = _Watch(running.pid)
        memory.start()
        said, _ = running.communicate()
        memory.stop()
        if running.returncode:
            raise RuntimeError(f"{' '.join(command)} ended with {running.returncode}")
        numbers: dict[str, Any] = json.loads(said.splitlines()[-1])
        if name != "local":
            numbers |= read_history(history, since=numbers["since"])
        load = os.getloadavg()[1] / (os.cpu_count() or 1)
    return {**numbers, "n_events": count_events(log), "peak_all_bytes": memory.most, "load_per_core": load}


class _Watch(threading.Thread):
    """Looks at the resident memory of a process and all that it started; what they share is counted for each."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.most, self._pid, self._over = 0, pid, threading.Event()

    def run(self) -> None:
        """Look until it is over."""
        while not self._over.wait(TICK):
            self.most = max(self.most, _memory_of(self._pid))

    def stop(self) -> None:
        """End it."""
        self._over.set()
        self.join()


def _memory_of(root: int) -> int:
    """Return the bytes of a process and its descendants; 0 where the system does not tell."""
    parents, sizes = {}, {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it ended while we looked
            continue
        parents[int(entry.name)], sizes[int(entry.name)] = int(fields[1]), int(fields[21])
    family, size = {root}, 0
    while True:
        more = {pid for pid, parent in parents.items() if parent in family} - family
        if not more:
            break
        family |= more
    size = sum(sizes.get(pid, 0) for pid in family)
    return size * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    main()
