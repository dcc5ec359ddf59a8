"""What Spark wrote down of a run: shuffle, time of the tasks, the largest part of one task."""

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

MIB = 1 << 20


def read_history(folder: Path, *, since: float) -> dict[str, Any]:
    """Return what the stages from a moment on did.

    Parameters
    ----------
    folder : Path
        Where Spark wrote its event logs, uncompressed and not rolled.
    since : float
        Seconds since 1970.

    Returns
    -------
    dict
        shuffle_bytes, shuffle_records (written), task_seconds (of all tasks), n_tasks, n_jobs, spilled_bytes, and
        largest_share: of the stage with most task time among those of eight tasks and more, the longest task's share.
    """
    tasks: dict[tuple[str, int], list[dict[str, int]]] = defaultdict(list)
    n_jobs = 0
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        for event in map(json.loads, path.read_text().splitlines()):
            if event["Event"] == "SparkListenerJobStart":
                n_jobs += event["Submission Time"] >= 1000 * since
            if event["Event"] == "SparkListenerTaskEnd" and event["Task Info"]["Launch Time"] >= 1000 * since:
                tasks[path.name, event["Stage ID"]].append(_of_task(event))
    flat = [task for stage in tasks.values() for task in stage]
    totals = {name: sum(task[name] for task in flat) for name in ("shuffle_bytes", "shuffle_records", "spilled_bytes")}
    seconds = sum(task["ms"] for task in flat) / 1000
    wide = [stage for stage in tasks.values() if len(stage) >= 8]
    longest = max(wide, key=lambda stage: sum(task["ms"] for task in stage), default=[])
    share = max((task["ms"] for task in longest), default=0) / max(1, sum(task["ms"] for task in longest))
    return {**totals, "task_seconds": seconds, "n_tasks": len(flat), "n_jobs": n_jobs, "largest_share": share}


def _of_task(event: dict[str, Any]) -> dict[str, int]:
    metrics = event.get("Task Metrics") or {}
    written = metrics.get("Shuffle Write Metrics", {})
    return {
        "ms": event["Task Info"]["Finish Time"] - event["Task Info"]["Launch Time"],
        "shuffle_bytes": written.get("Shuffle Bytes Written", 0),
        "shuffle_records": written.get("Shuffle Records Written", 0),
        "spilled_bytes": metrics.get("Disk Bytes Spilled", 0),
    }
