"""One measured run in a process of its own: ``python -m benchmarks.spark_run NAME LOG SMALL FOLDER`` prints JSON.

NAME is local, spark or wide (find_rings; wide: in more blocks than the log needs), blocks or buckets (the ties by
either design). SMALL is a small log on which everything is compiled first.
"""

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

WIDE = 12  # blocks, whatever the size of the log
MASTER, DRIVER_MEMORY = "local[2]", "2g"


def main(name: str, log: str, small: str, folder: str) -> None:
    """Run once on the small log, once more for the fixed cost, then on the log."""
    begun = time.time()
    work, close = _local() if name == "local" else _spark(name, Path(folder))
    started = time.time() - begun
    seconds, found, since = [], 0, 0.0
    for path in (small, small, log):
        since = time.time()
        found = work(path)
        seconds.append(time.time() - since)
    close()
    numbers: dict[str, Any] = {
        "name": name, "started": started, "first": seconds[0], "fixed": seconds[1], "seconds": seconds[2],
        "since": since, "found": found, "peak_bytes": 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
    }  # fmt: skip
    print(json.dumps(numbers))


def _local() -> tuple[Callable[[str], Any], Callable[[], None]]:
    import clickgraph as cg

    return (lambda path: _digest(cg.find_rings(path))), (lambda: None)


def _digest(rings: Any) -> list[Any]:
    """Return what tells two results apart."""
    return [rings.fingerprint, *(list(row.values())[:2] for row in rings.summary.to_pylist())]


def _spark(name: str, folder: Path) -> tuple[Callable[[str], Any], Callable[[], None]]:
    os.environ |= {"PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    from pyspark.sql import SparkSession

    import clickgraph.spark as cs
    from benchmarks.spark_buckets import tie_in_buckets

    conf = {
        "spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false", "spark.driver.memory": DRIVER_MEMORY,
        "spark.eventLog.enabled": "true", "spark.eventLog.dir": folder.resolve().as_uri(),
        "spark.eventLog.rolling.enabled": "false", "spark.eventLog.compress": "false",
        "spark.sql.session.timeZone": "UTC",
    }  # fmt: skip
    builder = SparkSession.builder.master(MASTER)
    for key, value in conf.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    works: dict[str, Callable[[str], Any]] = {
        "spark": lambda path: _digest(cs.find_rings(path, spark=session)),
        "wide": lambda path: _digest(cs.find_rings(path, spark=session, n_blocks=WIDE)),
        "blocks": lambda path: cs.project(path, spark=session).count(),
        "buckets": lambda path: tie_in_buckets(path, session),
    }
    return works[name], session.stop


if __name__ == "__main__":
    main(*sys.argv[1:])
