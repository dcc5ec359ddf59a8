"""Finding: find_rings on one log, from a Parquet file to rings, with its time, its memory and what it found."""

import time
from typing import Any

import numpy as np
import pyarrow.compute as pc

from benchmarks.races.logs import Recipe, log_of, read
from benchmarks.races.timing import Numbers, compiling, held_bytes, peak_bytes, summarise
from clickgraph.detection import find_rings
from clickgraph.evaluation import evaluate
from clickgraph.log.events import Events
from clickgraph.log.readers import read_events
from clickgraph.rings.model import Rings

_WARM = Recipe(n_events=60_000, farm_size=300, n_jobs=40)


def measure(*, log: Recipe | dict[str, Any], runs: int = 1, n_threads: int | None = None) -> Numbers:
    """Return seconds, peak memory and the truth of find_rings on a Parquet file; kernels are compiled before.

    The seconds are those of the walk from the file to the rings. `compile_seconds` are left in them: kernels that
    this log needs in other types than the warming one. ``base_bytes`` is what the process held before it began.
    """
    recipe = log if isinstance(log, Recipe) else Recipe(**log)
    path = log_of(recipe)
    find_rings(log_of(_WARM), n_threads=n_threads)
    base, spent = held_bytes(), []
    with compiling() as compiled:
        for _ in range(runs):
            begun = time.perf_counter()
            rings = find_rings(path, n_threads=n_threads)
            spent.append(time.perf_counter() - begun)
    peak = peak_bytes()
    return {
        "times": summarise(spent), "compile_seconds": round(sum(compiled), 2), "peak_bytes": peak, "base_bytes": base,
        **describe(rings, recipe),
    }  # fmt: skip


def describe(rings: Rings, recipe: Recipe) -> Numbers:
    """Return how many events and rings there are, and how well the farms were found."""
    table, truth = read(recipe)
    found = evaluate(rings, truth, accounts=pc.unique(table["account"]), verdicts=["ring"])
    f1 = [float(match["f1"]) for match in found.matches]
    return {
        "n_events": len(table), "n_rings": len(rings), "n_called_ring": sum(ring.verdict == "ring" for ring in rings),
        "n_farms": recipe.n_farms, "worst_f1": round(min(f1, default=0.0), 5),
        "median_f1": round(float(np.median(f1)) if f1 else 0.0, 5), "notices": list(rings.notices),
    }  # fmt: skip


def coded_bytes(events: Events) -> int:
    """Return the bytes of a log in codes, with its tables of ids."""
    arrays = (events.account_code, events.content_code, events.action_code, events.time)
    return int(sum(array.nbytes for array in arrays) + events.account_ids.nbytes + events.content_ids.nbytes)


def measure_coded(*, log: dict[str, Any]) -> Numbers:
    """Return the bytes of a log in codes: what memory is compared with."""
    events = read_events(log_of(Recipe(**log)))
    return {"coded_bytes": coded_bytes(events), "n_events": len(events.time), "peak_bytes": peak_bytes()}
