"""Scenarios: the farms of the catalogue at a size of which many can be searched, weakened step by step."""

from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import numpy as np

from clickgraph.simulation.catalogue import SCENARIOS
from clickgraph.simulation.farms import Farm
from clickgraph.simulation.planting import plant
from clickgraph.simulation.scenarios import make_farm, simulate
from clickgraph.simulation.worlds import World

PUBLIC = MappingProxyType({"n_accounts": 4_000, "n_events": 40_000})


@dataclass(frozen=True, slots=True)
class Small:
    """A scenario made small.

    Attributes
    ----------
    farm : mapping
        The farm's attributes that differ from the catalogue's.
    at_work : float
        Share of the pool that is in use at a time; participation is asked of these accounts.
    """

    farm: MappingProxyType[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    at_work: float = 1.0


def _small(at_work: float = 1.0, **farm: Any) -> Small:
    return Small(MappingProxyType(farm), at_work)


# The shares (who comes to a job, who is in use, who acts once) are the catalogue's; only pools and jobs shrink.
SMALL: MappingProxyType[str, Small] = MappingProxyType(
    {
        "manual-farm": _small(),
        "box-farm": _small(1 / 7, n_accounts=700),
        "phone-farm": _small(n_accounts=300),
        "computer-farm": _small(n_accounts=600, cells=20),
        "stealth-farm": _small(n_accounts=200, job_sizes=(61.5, 0.1)),
        "follower-seller": _small(n_accounts=300, n_jobs=100, job_sizes=(51.75, 0.15)),
        "star-seller": _small(0.1, n_accounts=2_000, n_jobs=400, job_sizes=(16.9, 0.735), clients=100),
    }
)


@dataclass(frozen=True, slots=True)
class Point:
    """Where in the plane: which scenario, and what is changed of it.

    Attributes
    ----------
    scenario : str
        A farm of the catalogue.
    step : int or None
        A job takes ``2 ** (-step / 2)`` of the accounts at work; None: as many as the catalogue says.
    spread : float or None
        Seconds over which a job is delivered; None: the catalogue's way.
    cover : float or None
        Organic acts per paid one; None: the catalogue's.
    seed : int
        Of the public and of the farm.
    """

    scenario: str
    step: int | None = None
    spread: float | None = None
    cover: float | None = None
    seed: int = 0


def farm_at(point: Point) -> Farm:
    """Return the farm of a point of the plane."""
    small = SMALL[point.scenario]
    changed: dict[str, Any] = dict(small.farm)
    if point.step is not None:
        share = small.at_work * 2.0 ** (-point.step / 2)
        changed |= {"participation": (share, share), "job_sizes": None}
    if point.spread is not None:
        changed |= {"spread": (point.spread, point.spread), "gap": None}
    if point.cover is not None:
        changed["cover"] = (point.cover, point.cover)
    return make_farm(point.scenario, **changed)


def world_at(point: Point) -> World:
    """Return the farm of a point among the public of its scenario, made small."""
    return plant(public_of(point.scenario, seed=point.seed).events, farm_at(point), rng=point.seed)


@lru_cache(maxsize=1)
def public_of(scenario: str, *, seed: int) -> World:
    """Return the small public of a scenario, without its farm."""
    public = {**SCENARIOS[scenario].public, **PUBLIC}
    return simulate("independent", rng=seed, **public)


def last_step(scenario: str) -> int:
    """Return the largest step at which a job still takes two accounts."""
    farm = farm_at(Point(scenario, 0))
    return int(np.floor(2 * np.log2(farm.participation[0] * farm.n_accounts / 2)))
