"""Farms work as their numbers say."""

import numpy as np
import pytest

from clickgraph.errors import InputError
from clickgraph.simulation.farms import Farm, draw_starts, draw_work

MONTH = (0.0, 28 * 86_400.0)


def work_of(span=MONTH, **parameters):
    farm = Farm(**parameters)
    rng = np.random.default_rng(1)
    starts = draw_starts(farm, span=span, rng=rng)
    return farm, starts, draw_work(farm, starts, span=span, rng=rng)


def test_each_account_acts_once_for_a_job():
    farm, _, work = work_of(n_accounts=100, n_jobs=30)
    pairs = work.account * farm.n_jobs + work.job
    assert len(np.unique(pairs)) == len(pairs)


def test_participation_lies_within_its_bounds():
    _, _, work = work_of(n_accounts=1000, n_jobs=30, participation=(0.3, 0.8))
    sizes = np.bincount(work.job, minlength=30)
    assert sizes.min() >= 300
    assert sizes.max() <= 800
    assert np.ptp(sizes) > 200


def test_a_core_of_each_job_falls_within_its_spread():
    _, starts, work = work_of(n_accounts=2000, n_jobs=20, spread=(3600.0, 3600.0), core=(0.5, 0.9))
    inside = work.seconds - starts[work.job] < 3600 + 120
    shares = np.bincount(work.job, weights=inside) / np.bincount(work.job)
    assert shares.min() > 0.45
    assert 0.6 < shares.mean() < 0.9
    assert work.seconds.max() <= MONTH[1]


def test_a_serial_farm_keeps_the_order_of_its_phones():
    _, starts, work = work_of(
        n_accounts=60, n_jobs=10, delivery="serial", gap=8.0, jitter=(0.001, 0.001), participation=(1, 1)
    )
    for job in range(10):
        rows = work.job == job
        assert (np.diff(work.account[rows]) > 0).all()
        assert (np.diff(work.seconds[rows]) > -0.01).all()
        assert np.median(np.diff(work.seconds[rows])) == pytest.approx(8.0, rel=0.4)
        assert work.seconds[rows].min() >= starts[job]


def test_a_serial_farm_without_a_gap_fits_its_spread():
    _, starts, work = work_of(n_accounts=500, n_jobs=5, delivery="serial", spread=(600.0, 600.0), hands=9)
    delays = work.seconds - starts[work.job]
    assert delays.max() <= 600 + 120
    # Nine hands side by side: each ninth of the accounts begins at once.
    assert np.mean(delays[work.account >= 444] < 300) > 0.2


def test_a_trickle_is_spread_over_its_days():
    _, starts, work = work_of(n_accounts=2000, n_jobs=3, delivery="trickle", spread=(10 * 86_400.0, 10 * 86_400.0))
    days = (work.seconds - starts[work.job]) // 86_400
    assert np.bincount(days.astype(int), minlength=10)[:10].min() > 0.05 * len(days)


def test_cells_come_as_a_whole():
    _, _, work = work_of(n_accounts=1000, n_jobs=12, cells=10, participation=(0.3, 0.3))
    for job in range(12):
        cell = work.account[work.job == job] // 100
        assert set(np.bincount(cell, minlength=10)) == {0, 100}


def test_loyalty_makes_taking_part_uneven():
    even, uneven = (
        np.bincount(work_of(n_accounts=500, n_jobs=40, participation=(0.3, 0.3), loyalty=value)[2].account)
        for value in (0.0, 1.5)
    )
    assert even.var() < 40 * 0.3 * 0.7 * 1.3
    assert uneven.var() > 3 * even.var()


def test_one_shot_accounts_act_once():
    _, _, work = work_of(n_accounts=5000, n_jobs=200, one_shot=0.6, participation=(0.05, 0.05))
    assert np.mean(np.bincount(work.account, minlength=5000) == 1) == pytest.approx(0.6, abs=0.03)


def test_job_sizes_have_their_median_and_quartiles():
    _, _, work = work_of(n_accounts=5000, n_jobs=600, job_sizes=(169.0, 0.735))
    quartiles = np.quantile(np.bincount(work.job), [0.25, 0.5, 0.75])
    assert quartiles == pytest.approx([98, 169, 264], rel=0.15)


def test_a_lifetime_bounds_the_active_span():
    _, starts, work = work_of(n_accounts=300, n_jobs=200, lifetime=7.0)
    started = starts[work.job]
    for account in range(300):
        mine = started[work.account == account]
        assert np.ptp(mine) <= 7 * 86_400 if len(mine) else True


def test_days_off_are_kept():
    _, starts, work = work_of(n_accounts=400, n_jobs=100, on_days=0.5, participation=(1.0, 1.0))
    assert np.mean(np.bincount(work.account, minlength=400)) == pytest.approx(50, abs=5)
    day = (starts[work.job] // 86_400).astype(int)
    days = [len(np.unique(day[work.account == account])) for account in range(400)]
    assert max(days) < 28


def test_workload_spreads_the_jobs_per_account():
    _, _, work = work_of(n_accounts=3000, n_jobs=400, job_sizes=(150.0, 0.1), workload=(5.0, 130.0))
    counts = np.bincount(work.account, minlength=3000)
    assert np.quantile(counts, 0.95) > 5 * np.quantile(counts, 0.25)


def test_a_short_log_holds_all_jobs():
    _, _, work = work_of(span=(100.0, 100.0), n_accounts=10, n_jobs=3)
    assert (work.seconds <= 100.001).all()


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("delivery", "post", "delivery among burst, serial, trickle; found 'post'"),
        ("lives", "stolen", "lives among none, clone, patchwork, takeover"),
        ("n_accounts", 0, "n_accounts of at least 1; found 0"),
        ("participation", (0.5, 1.5), "participation between 0 and 1"),
        ("spread", (0.0, 1.0), "spread in seconds above 0"),
    ],
)
def test_impossible_numbers_are_refused(name, value, message):
    with pytest.raises(InputError, match=message):
        Farm(**{name: value})
