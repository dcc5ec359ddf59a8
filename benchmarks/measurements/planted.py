"""Rings planted in real traffic, and the real farm among simulated stars."""

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.backgrounds import ghosts_in_starring, planted
from benchmarks.measuring import Numbers, against_truth, describe, groups_against_truth, organic_rings, search
from benchmarks.peers import Parameters, run_peer
from clickgraph.rings.model import Rings
from clickgraph.simulation.benchmark import Level
from clickgraph.simulation.farms import Farm

LEAST_STARS = 3


def measure(*, log: str, level: Level, seed: int, n_rings: int = 23) -> Numbers:
    """Measure find_rings on rings planted into a real log; no window, no strata given."""
    world, farms = planted(log, level=level, seed=seed, n_rings=n_rings)
    rings, numbers = search(world.events)
    measured = against_truth(rings, world)
    known = {farm.name: _parameters(farm) for farm in farms}
    measured["rings"] = [{**known[row["ring"]], **row} for row in measured["rings"]]
    return {**numbers, **measured, "organic": organic_rings(rings, world), "n_events": len(world.events)}


def measure_peer(*, log: str, level: Level, seed: int, peer: str, parameters: Parameters, n_rings: int = 23) -> Numbers:
    """Measure a peer on the same world."""
    world, _ = planted(log, level=level, seed=seed, n_rings=n_rings)
    return groups_against_truth(run_peer(peer, world.events, **parameters), world)


def measure_ghosts(*, organic: str, seed: int, times: int = 100) -> Numbers:
    """Measure find_rings on the real farm in organic starring of `times` its size."""
    world, stargazers = ghosts_in_starring(organic, seed=seed, times=times)
    rings, numbers = search(world.events)
    members = rings.members.to_arrow()
    sure = pa.array([ring.id for ring in rings if ring.verdict == "ring"], pa.string())
    members = members.filter(pc.is_in(members["ring"], value_set=sure))
    return {
        **numbers,
        **_ghosts_among(members["account"], world.truth.to_arrow()),
        **_foreign(rings, stargazers),
        "n_events": len(world.events),
        "found": [describe(ring) for ring in rings][:20],
    }


def measure_ghosts_peer(*, organic: str, seed: int, peer: str, parameters: Parameters, times: int = 100) -> Numbers:
    """Measure a peer on the same world."""
    world, stargazers = ghosts_in_starring(organic, seed=seed, times=times)
    groups = run_peer(peer, world.events, **parameters)
    known = pc.is_in(groups.ids, value_set=stargazers).to_numpy(zero_copy_only=False)
    members = groups.to_members()["account"]
    is_foreign = [known[members_of].mean() < 0.5 for members_of in groups.sets]
    return {
        **_ghosts_among(members, world.truth.to_arrow()),
        "n_groups": len(groups.sets),
        "n_organic": int(sum(is_foreign)),
        "n_organic_accounts": int(sum((~known[members_of]).sum() for members_of in groups.sets)),
    }


def _parameters(farm: Farm) -> dict[str, Any]:
    return {
        "n_accounts": farm.n_accounts,
        "n_jobs": farm.n_jobs,
        "participation": round(farm.participation[0], 3),
        "spread": round(farm.spread[0], 1),
    }


def _ghosts_among(accounts: pa.ChunkedArray, truth: pa.Table) -> Numbers:
    """Return how many of the listed ghosts, and of those with at least three stars, are among `accounts`."""
    found = pc.is_in(truth["account"], value_set=pc.unique(accounts).cast(pa.string()))
    busy = pc.greater_equal(truth["n_acts"], LEAST_STARS)
    return {
        "n_ghosts": len(truth),
        "n_ghosts_found": int(pc.sum(found).as_py() or 0),
        "n_busy": int(pc.sum(busy).as_py()),
        "n_busy_found": int(pc.sum(pc.and_(found, busy)).as_py() or 0),
    }


def _foreign(rings: Rings, stargazers: pa.Array) -> Numbers:
    """Return the rings that are organic: fewer than half of their accounts are of the real log."""
    organic, accounts = [], 0
    for ring in rings:
        n_known = pc.sum(pc.is_in(ring.accounts.cast(pa.string()), value_set=stargazers)).as_py()
        if n_known < 0.5 * len(ring.accounts):
            organic.append(ring.verdict)
        if ring.verdict == "ring":
            accounts += len(ring.accounts) - n_known
    return {
        "n_organic": organic.count("ring"),
        "n_organic_any": len(organic),
        "n_organic_accounts": accounts,
    }
