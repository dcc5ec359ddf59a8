"""A trial: its pieces add up, and every price counts the choices that it pays for."""

import math
from itertools import combinations, product

import numpy as np
import pytest
from made_groups import background, codes, crowd, farm

from clickgraph.rings.trial import (
    BITS,
    _price_of_subset,
    p_value_of,
    price_of_beginnings,
    price_of_choice,
    price_of_members,
    price_of_windows,
    try_group,
)
from clickgraph.settings import LOOKS

LOG = background(crowd(200, 2_000) + farm("f", 6, 9) + [("g0", "g", 1.0)])
FARM = codes(LOG, "f")


@pytest.mark.parametrize("by_hours", [True, False])
def test_the_pieces_add_up(by_hours: bool) -> None:
    trial = try_group(LOG, FARM, by_hours=by_hours)
    assert trial.members.account.tolist() == FARM.tolist()
    bursts, begun, windows, members = trial.pieces
    assert trial.bits == pytest.approx(sum(piece.bits for piece in trial.pieces))
    assert bursts.bits == pytest.approx(trial.bursts.nats.sum() * BITS)
    assert bursts.observed == (trial.bursts.n_members - 1).sum() == 45
    assert bursts.expected == pytest.approx(trial.bursts.expected.sum())
    costs = -(begun.bits + windows.bits + members.bits)
    assert costs == pytest.approx(price_of_choice(LOG, FARM, trial.bursts) * BITS)
    assert trial.p_value == 2.0**-trial.bits < 1e-6


def test_who_is_not_borne_out_leaves() -> None:
    stranger = codes(LOG, "g", "x42")
    trial = try_group(LOG, np.union1d(FARM, stranger), by_hours=True)
    assert trial.members.account.tolist() == FARM.tolist()


def test_nobody_and_nothing_is_worth_nothing() -> None:
    trial = try_group(LOG, codes(LOG, "g"), by_hours=True)
    assert len(trial.members) == len(trial.bursts) == 0
    assert trial.bits <= 0
    assert trial.p_value == 1.0


def test_a_group_that_shrinks_to_one_is_worth_nothing() -> None:
    chain = [("p0", "one", 7.0), ("p1", "one", 7.0), ("p1", "two", 900.0), ("p2", "two", 900.0)]
    log = background(crowd(2_000, 20_000) + chain)
    links = codes(log, "p0", "p1", "p2")
    assert len(log.bursts_of(links, by_hours=False)) == 2
    trial = try_group(log, links, by_hours=False)
    assert len(trial.members) == len(trial.bursts) == 0
    assert trial.bits <= 0


@pytest.mark.parametrize("n", [0, 1, 4, 9])
def test_the_chances_of_all_subsets_add_up_to_one_at_most(n: int) -> None:
    subsets = [k for k in range(n + 1) for _ in combinations(range(n), k)]
    assert math.fsum(math.exp(-_price_of_subset(n, k)) for k in subsets) <= 1.0
    assert all(math.exp(_price_of_subset(n, k)) >= math.comb(n, k) for k in range(n + 1))


def test_beginnings_are_chosen_among_the_members_events() -> None:
    trial = try_group(LOG, FARM, by_hours=True)
    assert price_of_beginnings(LOG, FARM, trial.bursts) == pytest.approx(math.log(math.comb(54, 9) * 10 * 11))


def test_windows_are_paid_for_by_their_number_of_choices() -> None:
    bursts = try_group(LOG, FARM, by_hours=True).bursts
    n = 5
    sequences = list(product(LOG.windows.tolist(), repeat=n))
    total = 0.0
    for windows in sequences:
        chosen = bursts.where(np.arange(len(bursts)) < n)
        object.__setattr__(chosen, "window", np.array(windows))
        total += math.exp(-price_of_windows(LOG, chosen))
    assert total == pytest.approx(1.0)  # a prefix code that wastes nothing
    assert price_of_windows(LOG, bursts.where(np.zeros(len(bursts), np.bool_))) == pytest.approx(0.0)


def test_members_are_chosen_among_the_accounts_of_their_activity() -> None:
    acted = LOG.n_acted
    n_alike, n_levels = int((acted >= 8).sum()), int(math.log2(acted.max())) + 1
    expected = math.log(math.comb(n_alike, 6) * 7 * 8 * n_levels * LOOKS.default)
    assert acted[FARM].min() == 9
    assert price_of_members(LOG, FARM) == pytest.approx(expected)
    assert price_of_members(LOG, FARM[:0]) == 0.0


@pytest.mark.parametrize(("bits", "p"), [(-3.0, 1.0), (0.0, 1.0), (3.0, 0.125), (5_000.0, 0.0)])
def test_a_p_value_is_a_chance(bits: float, p: float) -> None:
    assert p_value_of(bits) == p
