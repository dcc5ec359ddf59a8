"""Results of the shapes that the measurements of the benchmark return, without measuring anything."""

from benchmarks.cells import Cell, Result

VERDICTS = {"ring": 0, "audience": 1, "candidate": 0, "not enough data": 2}
SEARCHED = {"seconds": 1.5, "search_seconds": 1.25, "n_verdicts": VERDICTS, "found": []}
SEARCHED |= {"smallest_p": 0.25, "smallest_suspected_p": 0.25, "smallest_ring_p": 0.25}
EVALUATION = {
    "average_precision": 0.75, "n_rings": 9, "n_true_rings": 23, "n_matched": 20, "n_organic": 3,
    "n_organic_ahead": 1, "adjusted_rand_index": 0.5, "n_members": 800, "n_apart": 7,
}  # fmt: skip
RING = {
    "ring": "burst-0", "n_accounts": 40, "n_jobs": 12, "participation": 0.5, "spread": 600.0, "n_members": 39,
    "f1": 0.25, "precision": 0.5, "recall": 0.2, "verdict": "candidate", "decided_by": "x", "bits": 9.0, "p_value": 0.5,
    "bits_if_told": 12.0,
}  # fmt: skip
GROUP = {
    "n_accounts": 60, "participation": 0.42, "variance_ratio": 4.0, "edge": 0.5, "verdict": "audience",
    "evidence": {"bursts": 99.0, "variance ratio": 4.0, "edge": 0.5},
}  # fmt: skip
DESCENT = {
    "step": 3, "strict_step": None, "at_floor": False, "participation": 0.354, "shared_per_pair": 4.0,
    "setting": {"window": 60.0}, "seconds": 9.0,
    "steps": [{"step": step, "participation": 2.0 ** (-step / 2), "found": step < 4} for step in (0, 2, 3, 4, 6)],
}  # fmt: skip
AS_IS = {
    **SEARCHED, "n_farm": 90, "n_again": 90, "n_once": 0, "n_jobs": 40, "per_job": 70.0, "participation": 0.75,
    "shared_per_pair": 25.0, "bits_if_told": 900.0, "f1": 1.0, "n_organic": 0, "verdict": "ring",
    "precision": 1.0, "recall": 1.0, "n_events": 43_000,
}  # fmt: skip
GHOSTS = {
    **SEARCHED, "n_ghosts": 204, "n_ghosts_found": 170, "n_busy": 180, "n_busy_found": 171, "n_organic": 0,
    "n_organic_any": 2, "n_organic_accounts": 1, "n_events": 100_000, "n_groups": 12,
}  # fmt: skip
PLANTED = {**SEARCHED, "all": EVALUATION, "ring": EVALUATION, "rings": [RING], "organic": [], "n_events": 9}


def fake(cell: Cell) -> Result:
    """A result of the shape that the cell's function returns."""
    name = cell.function.split(":")[1]
    if name == "measure_worlds_peer":
        n = len(cell.arguments["settings"])
        return {"seconds": 1.0, "n_with": [2] * n, "n_groups": [[1, 0]] * n}
    if "fans" in cell.function:
        return {**SEARCHED, "group": GROUP, "f1": 0.9}
    if "replicates" in cell.function:
        return {**SEARCHED, "share_moved": 0.98}
    if "plane" in cell.function:
        return AS_IS if name == "measure_as_it_is" else DESCENT
    shapes: dict[str, Result] = {"measure": PLANTED, "measure_world": SEARCHED, "measure_set": SEARCHED}
    limits = {"limits": {"seconds": 600.0, "gigabytes": 16.0}}
    if name == "measure_peer":
        return {"seconds": 2.0, "all": EVALUATION, "notes": {}, **limits}
    return shapes.get(name, {**GHOSTS, **limits})
