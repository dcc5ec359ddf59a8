"""Rings planted in real traffic, and the real farm among simulated stars."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.backgrounds import ghosts_in_starring, planted
from benchmarks.measuring import Numbers, against_truth, describe, groups_against_truth, organic_rings, search
from benchmarks.peers import Parameters, run_peer
from clickgraph.evaluation import MIN_ACTS
from clickgraph.graph.engagement import build_graph
from clickgraph.graph.windows import choose_windows
from clickgraph.log.readers import read_events
from clickgraph.rings.background import Background
from clickgraph.rings.model import Rings
from clickgraph.rings.trial import try_group
from clickgraph.simulation.benchmark import Level
from clickgraph.simulation.farms import Farm
from clickgraph.simulation.worlds import World

LEAST_STARS = 3


def measure(*, log: str, level: Level, seed: int, n_rings: int = 23) -> Numbers:
    """Measure find_rings on rings planted into a real log; no window, no strata given."""
    world, farms = planted(log, level=level, seed=seed, n_rings=n_rings)
    rings, numbers = search(world.events)
    measured = against_truth(rings, world)
    known, told = {farm.name: _parameters(farm) for farm in farms}, try_true_rings(world)
    measured["rings"] = [{**known[row["ring"]], **row, "bits_if_told": told[row["ring"]]} for row in measured["rings"]]
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


def try_true_rings(world: World) -> dict[str, float]:
    """Return what each true ring scores in the ring-level test when its members, of two acts and more, are told.

    The price of naming them stays in it: a ring that scores nothing here is none that this test can report, however
    it is looked for.
    """
    graph = build_graph(read_events(world.events))
    widths, _ = choose_windows("auto", graph.events.clock)
    log, ids, truth = Background.of(graph, widths), graph.events.account_ids, world.truth.to_arrow()
    truth = truth.filter(pc.greater_equal(truth["n_acts"], MIN_ACTS))
    member = pc.index_in(truth["account"].cast(ids.type), value_set=ids).to_numpy().astype(np.int32)
    names = truth["ring"].to_numpy(zero_copy_only=False)
    trials = {name: try_group(log, np.unique(member[names == name]), by_hours=True) for name in np.unique(names)}
    return {str(name): round(trial.bits, 1) if len(trial.members) > 1 else 0.0 for name, trial in trials.items()}


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
