"""What the tests of the views share: a farm that was really found, in the log that it was found in."""

import pytest

import clickgraph as cg


@pytest.fixture(scope="session")
def events() -> cg.Events:
    world = cg.simulate("phone-farm", n_accounts=60, n_organic_accounts=1000, n_organic_events=10_000, rng=1)
    return cg.read_events(world.events)


@pytest.fixture(scope="session")
def found(events: cg.Events) -> cg.Rings:
    return cg.find_rings(events)
