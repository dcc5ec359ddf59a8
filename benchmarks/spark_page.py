"""docs/spark.md from what was measured."""

import json
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks.spark_run import WIDE
from benchmarks.spark_text import GROWTH, HEAD, LIMITS, SIZING, WHY_BLOCKS
from benchmarks.writing import to_table, versions
from clickgraph.spark.pairing import choose_blocks

MIB = 1 << 20
GOAL = 10**10  # events of the sizing
BUSY = 0.5  # of the cores' time is spent in tasks; the rest waits for the slowest, the driver and the network
CORES = 512

Store = dict[str, dict[str, Any]]


def write_page(out: Path, store: Store) -> None:
    """Write docs/spark.md and the numbers behind it, docs/spark.json."""
    parts = [HEAD, *_growth(store), *_designs(store), *_skew(store), *_sizing(store), LIMITS, _made_with()]
    out.mkdir(parents=True, exist_ok=True)
    (out / "spark.md").write_text("\n\n".join(part.strip() for part in parts) + "\n", encoding="utf-8")
    (out / "spark.json").write_text(json.dumps(store, indent=1, sort_keys=True) + "\n", encoding="ascii")


def _runs(store: Store, kind: str, name: str) -> list[dict[str, Any]]:
    """Return the runs of a kind of log by one engine, by size."""
    found = [run for key, run in store.items() if key.startswith(kind) and run["name"] == name]
    return sorted(found, key=lambda run: run["n_events"])


def _growth(store: Store) -> Iterator[str]:
    local = {run["n_events"]: run for run in _runs(store, "grown", "local")}
    runs = _runs(store, "grown", "spark")
    if not runs:
        return
    same = all(run["found"] == local[run["n_events"]]["found"] for run in runs if run["n_events"] in local)
    rows = [_growth_row(run, local.get(run["n_events"], {})) for run in runs]
    head = (
        "events", "local s", "Spark s", "task s", "shuffle MiB", "shuffle bytes / event", "jobs", "blocks",
        "peak MiB, local", "peak MiB, Spark", "load / core",
    )  # fmt: skip
    yield "## Growth"
    yield GROWTH.format(
        same="the same" if same else "NOT the same",
        **{name: _range(run[name] for run in runs) for name in ("started", "first", "fixed")},
    )
    yield to_table(head, rows)


def _growth_row(run: dict[str, Any], local: dict[str, Any]) -> list[Any]:
    return [
        run["n_events"], local.get("seconds"), run["seconds"], run["task_seconds"], run["shuffle_bytes"] / MIB,
        run["shuffle_bytes"] / run["n_events"], run["n_jobs"], choose_blocks(run["n_events"]),
        local["peak_all_bytes"] / MIB if local else None, run["peak_all_bytes"] / MIB, run["load_per_core"],
    ]  # fmt: skip


def _range(values: Any) -> str:
    known = sorted(values)
    low, high = f"{known[0]:.0f}", f"{known[-1]:.0f}"
    return low if low == high else f"{low} to {high}"


def _designs(store: Store) -> Iterator[str]:
    runs = [*_runs(store, "skewed", "blocks"), *_runs(store, "skewed", "buckets")]
    yield "## Why blocks"
    yield WHY_BLOCKS
    if len(runs) == 2:
        same = runs[0]["found"] == runs[1]["found"]
        yield (
            "Measured on a clique of 2,000 accounts or fewer and a content that holds a third of all"
            f" {runs[0]['n_events']:,} events, from the file to the ties;"
            f" both keep {'the same number of' if same else 'NOT the same'} ties."
        )
        yield to_table(
            ("design", "seconds", "task s", "shuffle MiB", "rows shuffled", "ties kept"),
            [
                [run["name"], run["seconds"], run["task_seconds"], run["shuffle_bytes"] / MIB, run["shuffle_records"],
                 run["found"]]
                for run in runs
            ],
        )  # fmt: skip


def _skew(store: Store) -> Iterator[str]:
    runs = _runs(store, "skewed", "spark")
    if not runs:
        return
    local = {run["n_events"]: run for run in _runs(store, "skewed", "local")}
    yield "## Skew"
    yield (
        "A clique of which every two meet on each of a dozen contents within minutes, and one content with a third of"
        " all events: find_rings on all of it. *Longest task*: of the stage that took most, the share of its"
        " longest task."
    )
    yield to_table(
        ("events", "local s", "Spark s", "shuffle MiB", "rows shuffled", "longest task", "same rings"),
        [
            [run["n_events"], local.get(run["n_events"], {}).get("seconds"), run["seconds"],
             run["shuffle_bytes"] / MIB, run["shuffle_records"], run["largest_share"],
             run["found"] == local[run["n_events"]]["found"] if run["n_events"] in local else None]
            for run in runs
        ],
    )  # fmt: skip


def _sizing(store: Store) -> Iterator[str]:
    runs = _runs(store, "grown", "spark")
    if not runs:
        return
    big = runs[-1]
    seconds = big["task_seconds"] / big["n_events"]
    points = [(choose_blocks(run["n_events"]), run["shuffle_bytes"] / run["n_events"]) for run in runs]
    points += [(WIDE, run["shuffle_bytes"] / run["n_events"]) for run in _runs(store, "grown", "wide")]
    blocks = choose_blocks(GOAL)
    hours = seconds * GOAL / CORES / BUSY / 3600
    yield f"## Sizing for {GOAL:,} events"
    yield SIZING
    yield to_table(
        ("what", "how much", "from"),
        [
            ["cores", CORES, "chosen"],
            ["hours", hours, f"{seconds * 1e6:.1f} µs of tasks to an event"],
            ["blocks, and pairs of them", f"{blocks:,}, {blocks * (blocks + 1) // 2:,}", "8 million events to a block"],
            ["shuffle, at most", *_shuffle(sorted(points), blocks)],
            ["a task of the pairs", f"{2 * 8_000_000 * 120 / 2**30:.1f} GiB", "two blocks, 120 bytes an event"],
            ["the driver", f"{_driver_bytes() / 2**30:.0f} GiB", "arrays of the accounts, the contents and the ticks"],
            ["each machine", f"{_mapped_bytes() / 2**30:.0f} GiB", "the same without the windows' pairs, mapped once"],
        ],
    )  # fmt: skip


def _shuffle(points: list[tuple[int, float]], blocks: int) -> tuple[str, str]:
    """Return the bytes that travel, from the line through the fewest and the most blocks, and how they were told."""
    (x, y), (z, w) = points[0], points[-1]
    if x == z:
        return "-", "not told: every run here had the same number of blocks"
    slope = max(0.0, (w - y) / (z - x))
    flat = max(0.0, y - slope * x)
    how = f"{flat:.0f} + {slope:.1f} x blocks bytes to an event; an event goes to no more blocks than it has neighbours"
    return f"{(flat + slope * blocks) * GOAL / 1e12:,.1f} TB", how


def _driver_bytes() -> float:
    n_accounts, n_contents, n_ticks = GOAL / 10, GOAL / 100, 366 * 86_400
    return 80 * n_accounts + 120 * n_contents + 24 * n_ticks


def _mapped_bytes() -> float:
    n_accounts, n_contents, n_ticks = GOAL / 10, GOAL / 100, 366 * 86_400
    return 56 * n_accounts + 24 * n_contents + 24 * n_ticks


def _made_with() -> str:
    try:
        spark = version("pyspark")
    except PackageNotFoundError:
        spark = "not installed"
    made_with = {**versions(), "pyspark": spark}
    chosen = ("python", "clickgraph", "pyspark", "numpy", "numba", "pyarrow", "igraph")
    return f"## Made with\n\n{to_table(('what', 'version'), [[name, made_with[name]] for name in chosen])}"
