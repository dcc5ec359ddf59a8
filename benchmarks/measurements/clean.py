"""Logs without a farm: simulated worlds and real sets."""

from typing import Any

from benchmarks.backgrounds import load
from benchmarks.measuring import Numbers, describe, search
from benchmarks.peers import Parameters, run_peer
from clickgraph.simulation.scenarios import simulate
from clickgraph.simulation.worlds import World

# A fifth of the scenarios' own size in every respect, so that hundreds of worlds can be searched.
SMALL: dict[str, Any] = {"n_accounts": 4_000, "n_events": 40_000, "n_fans": (120, 600)}


def small_world(name: str, *, seed: int) -> World:
    """Return a small world of an organic scenario."""
    return simulate(name, rng=seed, **SMALL)


def measure_world(*, world: str, seed: int, strata: str | None = None) -> Numbers:
    """Search a small organic world: every verdict `ring` there is false."""
    rings, numbers = search(small_world(world, seed=seed).events, strata=strata)
    return {**numbers, "found": [describe(ring) for ring in rings][:5]}


def measure_set(*, name: str, strata: str | None = None) -> Numbers:
    """Search a real log that is taken to hold no farm."""
    rings, numbers = search(load(name), strata=strata)
    return {**numbers, "found": [describe(ring) for ring in rings][:10]}


def measure_worlds_peer(*, world: str, seeds: int, peer: str, settings: list[Parameters]) -> Numbers:
    """Run a peer with every setting on `seeds` small organic worlds, and count the groups that it reports."""
    n_groups: list[list[int]] = [[] for _ in settings]
    for seed in range(seeds):
        made = small_world(world, seed=seed)
        for counts, setting in zip(n_groups, settings, strict=True):
            counts.append(len(run_peer(peer, made.events, **setting).sets))
    return {"n_with": [sum(n > 0 for n in counts) for counts in n_groups], "n_groups": n_groups}
