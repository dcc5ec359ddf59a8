"""Logs without a farm: simulated worlds and real sets."""

from typing import Any

from benchmarks.backgrounds import load
from benchmarks.measuring import Numbers, describe, groups_against_truth, search
from benchmarks.peers import Parameters, run_peer
from clickgraph.log.table import Table
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


def measure_world_peer(*, world: str, seed: int, peer: str, parameters: Parameters) -> Numbers:
    """Run a peer on a small organic world."""
    made = small_world(world, seed=seed)
    return groups_against_truth(run_peer(peer, made.events, **parameters), made)


def measure_set_peer(*, name: str, peer: str, parameters: Parameters) -> Numbers:
    """Run a peer on a real log without a farm."""
    events = load(name)
    nobody = Table(small_world("independent", seed=0).truth.to_arrow().slice(0, 0))
    return groups_against_truth(run_peer(peer, events, **parameters), World(Table(events), nobody))
