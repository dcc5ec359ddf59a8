"""simulate: a world of the catalogue, by name."""

from dataclasses import fields
from typing import Any

import numpy as np

from clickgraph.errors import InputError
from clickgraph.simulation.catalogue import SCENARIOS, Scenario
from clickgraph.simulation.farms import Farm
from clickgraph.simulation.organic import Organic, draw_organic
from clickgraph.simulation.planting import plant
from clickgraph.simulation.worlds import World

# A farm and its public both have accounts; the public's go by another name beside a farm.
_ORGANIC_NAMES = {"n_accounts": "n_organic_accounts", "n_events": "n_organic_events"}


def make_farm(name: str, **parameters: Any) -> Farm:
    """Return the Farm of a scenario, for :func:`clickgraph.simulation.planting.plant`.

    Parameters
    ----------
    name : str
        A scenario with a farm.
    **parameters
        Attributes of :class:`clickgraph.simulation.farms.Farm` that differ from the scenario's defaults.

    Raises
    ------
    InputError
        Unknown name or parameter.

    Examples
    --------
    >>> make_farm("manual-farm", n_accounts=60).delivery
    'serial'
    """
    defaults = _find(name).farm
    if defaults is None:
        known = [each for each, scenario in SCENARIOS.items() if scenario.farm is not None]
        raise InputError(f"a scenario with a farm ({', '.join(known)})", repr(name))
    _check_names(parameters, {each.name for each in fields(Farm)})
    return Farm(**{"name": name, **defaults, **parameters})


def simulate(name: str, *, rng: int | np.random.Generator = 0, **parameters: Any) -> World:
    """Return a simulated world by its name, with the truth about its farm.

    Parameters
    ----------
    name : str
        A key of ``SCENARIOS``: manual-farm, box-farm, phone-farm, computer-farm, stealth-farm,
        follower-seller, star-seller (a farm among 100,000 independent organic accounts with a million
        events); independent, topics, fans, news-flash, live-event, sale-day, mixture (20,000 organic
        accounts with 200,000 events, no farm).
    rng : int or numpy.random.Generator
        The same name, parameters and seed give the same bytes.
    **parameters
        For an organic world the attributes of :class:`clickgraph.simulation.organic.Organic`. For a farm
        those of :class:`clickgraph.simulation.farms.Farm`, and for the public around it those of
        ``Organic``, where `n_accounts` and `n_events` are called `n_organic_accounts` and `n_organic_events`.

    Returns
    -------
    World
        Tables `events` and `truth`.

    Raises
    ------
    InputError
        Unknown name or parameter.

    Examples
    --------
    >>> public = {"n_organic_accounts": 500, "n_organic_events": 4000}
    >>> world = simulate("phone-farm", n_accounts=60, n_jobs=10, **public)
    >>> world.events.columns
    ['account', 'content', 'time', 'action', 'creator']
    >>> len(world.truth)
    60
    """
    scenario = _find(name)
    generator = np.random.default_rng(rng)
    of_public = {_ORGANIC_NAMES.get(each.name, each.name): each.name for each in fields(Organic)}
    if scenario.farm is None:
        _check_names(parameters, {each.name for each in fields(Organic)})
        return draw_organic(Organic(**{**scenario.public, **parameters}), rng=generator)
    _check_names(parameters, set(of_public) | {each.name for each in fields(Farm)})
    public = {of_public[key]: value for key, value in parameters.items() if key in of_public}
    farm = make_farm(name, **{key: value for key, value in parameters.items() if key not in of_public})
    return plant(draw_organic(Organic(**{**scenario.public, **public}), rng=generator), farm, rng=generator)


def _find(name: str) -> Scenario:
    if name not in SCENARIOS:
        raise InputError(f"a scenario among {', '.join(SCENARIOS)}", repr(name))
    return SCENARIOS[name]


def _check_names(parameters: dict[str, Any], known: set[str]) -> None:
    unknown = sorted(set(parameters) - known)
    if unknown:
        raise InputError(f"parameters among {', '.join(sorted(known))}", ", ".join(unknown))
