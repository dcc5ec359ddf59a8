"""Replicates keep what they promise to keep, and forget the rest."""

from collections import Counter
from itertools import permutations

import numpy as np
import pytest

from benchmarks.measurements.replicates import measure_world, replicate, swap_accounts
from clickgraph.simulation.scenarios import simulate


def _log(seed: int, n: int = 3_000) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Events of 60 accounts on 200 places in 5 pools, no place taken twice by one account."""
    rng = np.random.default_rng(seed)
    rows = np.unique(np.column_stack((rng.integers(60, size=n), rng.integers(200, size=n))), axis=0)
    return rows[:, 0], rows[:, 1], rng.integers(5, size=len(rows))


@pytest.mark.parametrize("seed", range(5))
def test_degrees_are_kept_and_no_repeats_are_made(seed: int) -> None:
    account, place, pool = _log(seed)
    before = account.copy()
    made = swap_accounts(account, place, pool, rng=np.random.default_rng(seed), sweeps=30)
    assert (account == before).all()
    assert Counter(zip(made.tolist(), pool.tolist(), strict=True)) == Counter(
        zip(account.tolist(), pool.tolist(), strict=True)
    )
    assert len(set(zip(made.tolist(), place.tolist(), strict=True))) == len(place)


def test_the_same_generator_gives_the_same_log() -> None:
    account, place, pool = _log(0)
    one, again, other = (swap_accounts(account, place, pool, rng=np.random.default_rng(s), sweeps=9) for s in (1, 1, 2))
    assert one.tolist() == again.tolist() != other.tolist()


def test_who_repeats_a_place_keeps_it() -> None:
    account, place, pool = _log(0)
    account, place, pool = (np.concatenate((column, column[:40])) for column in (account, place, pool))
    made = swap_accounts(account, place, pool, rng=np.random.default_rng(1), sweeps=30)
    assert made[:40].tolist() == made[-40:].tolist() == account[:40].tolist()
    assert Counter(Counter(zip(made.tolist(), place.tolist(), strict=True)).values()) == {1: len(account) - 80, 2: 40}


def test_every_pairing_is_as_likely() -> None:
    account, place = np.array([0, 0, 1, 1, 2, 2]), np.array([0, 1, 1, 2, 2, 0])
    rng, counts = np.random.default_rng(0), Counter()
    for _ in range(40_000):
        account = swap_accounts(account, place, np.zeros(6, np.int64), rng=rng, sweeps=1)
        counts[tuple(account.tolist())] += 1
    possible = {made for made in permutations([0, 0, 1, 1, 2, 2]) if all(made[k] != made[k + 1] for k in (1, 3, -1))}
    assert set(counts) == possible
    assert list(counts.values()) == pytest.approx([40_000 / len(possible)] * len(possible), rel=0.3)


def test_the_old_pairing_is_forgotten() -> None:
    # Two events of one pool, on two places: after many sweeps either of the two pairings is as likely.
    kept = [
        swap_accounts(np.arange(2), np.arange(2), np.zeros(2, np.int64), rng=np.random.default_rng(s), sweeps=5)[0] == 0
        for s in range(400)
    ]
    assert abs(np.mean(kept) - 0.5) < 0.1
    log = simulate("topics", n_accounts=500, n_events=4_000, rng=0).events.to_arrow()
    share = [replicate(log, rng=np.random.default_rng(0), sweeps=sweeps)[1] for sweeps in (1, 30, 60)]
    assert share[0] < 0.6
    assert share[1] > 0.9
    assert abs(share[1] - share[2]) < 0.02  # more sweeps forget no more


def test_a_replicate_is_a_log_of_the_same_days() -> None:
    log = simulate("fans", n_accounts=500, n_events=4_000, rng=0).events.to_arrow()
    made, _ = replicate(log, rng=np.random.default_rng(3), sweeps=10)
    one, other = (
        Counter((row["account"], row["time"].date()) for row in table.select(["account", "time"]).to_pylist())
        for table in (log, made)
    )
    assert one == other
    slots = [sorted(zip(t["content"].to_pylist(), t["time"].to_pylist(), strict=True)) for t in (log, made)]
    assert slots[0] == slots[1]


def test_a_replicate_is_searched() -> None:
    found = measure_world(world="topics", seed=1, sweeps=5)
    assert found["n_verdicts"]["ring"] == 0
    assert 0.5 < found["share_moved"] <= 1.0
    assert 0.0 <= found["smallest_p"] <= 1.0
