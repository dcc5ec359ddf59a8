"""The sample that is looked at where a budget leaves contents out."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import clickgraph as cg
from clickgraph.graph import null, projection
from clickgraph.graph.pairs import judge_pair
from clickgraph.graph.thinning import DEEPER, NOTICE, SHARE, in_sample

COLUMNS = ("account_code", "other_code", "shared", "expected", "window", "bits")


def _crowded(seed: int, n_accounts: int = 300, n_contents: int = 12) -> cg.EngagementGraph:
    """A log in which everybody is on every content, at any time of two hours."""
    rng = np.random.default_rng(seed)
    account, content = (side.ravel() for side in np.meshgrid(np.arange(n_accounts), np.arange(n_contents)))
    taken = rng.random(len(account)) < 0.5
    time = 1.7e9 + content * 90_000 + rng.integers(0, 7200, len(account))
    log = {"account": account[taken], "content": content[taken], "time": time[taken]}
    return cg.build_graph(cg.read_events(pa.table(log)))


def _rows(ties: cg.AccountGraph, chosen: np.ndarray) -> list[tuple[Any, ...]]:
    return list(zip(*(getattr(ties, name)[chosen].tolist() for name in COLUMNS), strict=True))


@settings(max_examples=10)
@given(st.integers(0, 2**32 - 1))
def test_ties_of_the_sample_are_those_of_the_larger_budget(seed: int) -> None:
    graph = _crowded(seed)
    budget = 2 * len(graph.events.time)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(null, "LEAST_BUDGET", budget)
        thinned = cg.project(graph, coactions_per_event=1, ties_per_account=1000)
        patch.setattr(null, "LEAST_BUDGET", DEEPER * budget)
        whole = cg.project(graph, coactions_per_event=1, ties_per_account=1000)
    assert thinned.notices[-1] == NOTICE
    assert NOTICE not in whole.notices
    of_sample = [in_sample(ties.account_code) & in_sample(ties.other_code) for ties in (thinned, whole)]
    expected = _rows(whole, of_sample[1])
    found = _rows(thinned, of_sample[0])
    assert set(expected) <= set(found)  # and those of narrower windows, that passed in the first look only
    assert len(found) == len({row[:2] for row in found})
    ends = thinned.account_code.astype(np.int64) * graph.n_accounts + thinned.other_code
    assert (np.diff(ends) > 0).all()


def test_a_pair_of_the_sample_is_judged_as_its_tie(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(2)
    together = np.flatnonzero(in_sample(np.arange(400)))[:10]
    taken = rng.random((60, 400)) < 0.1
    taken[:, together] = (np.arange(60) < 20)[:, None]
    taken[59, ~taken.any(axis=0)] = True
    content, account = np.nonzero(taken)
    time = 1.7e9 + content * 90_000 + rng.integers(0, 7200, len(account))
    graph = cg.build_graph(cg.read_events(pa.table({"account": account, "content": content, "time": time})))
    assert graph.n_accounts == 400
    monkeypatch.setattr(null, "LEAST_BUDGET", 2 * len(account))
    ties = cg.project(graph, coactions_per_event=1)
    inside = np.isin(ties.account_code, together) & np.isin(ties.other_code, together)
    wide = inside & (ties.window >= 3_600_000_000)  # which the budget does not afford
    assert wide.sum() >= 20
    for account_code, other_code, shared, expected, window, bits in _rows(ties, wide):
        judged = judge_pair(graph, (account_code, other_code), coactions_per_event=1)
        assert int(judged.windows[judged.best]) == window
        assert (int(judged.shared[judged.best]), judged.expected[judged.best]) == (shared, expected)
        assert judged.bits == pytest.approx(bits)


def test_the_sample_is_one_in_so_many() -> None:
    codes = np.arange(100_000)
    assert abs(in_sample(codes).mean() * SHARE - 1) < 0.05
    assert np.array_equal(in_sample(codes[::7]), in_sample(codes)[::7])


def test_a_large_farm_is_found_whose_pairs_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    world = cg.simulate("phone-farm", n_accounts=5, n_organic_accounts=8000, n_organic_events=150_000, rng=1)
    jobs = [rng.choice(1600, 320, replace=False) for _ in range(200)]
    start = 1.76e9 + np.sort(rng.uniform(0, 25 * 86_400, 200))
    farm = pa.table({
        "account": [f"phone-{k}" for job in jobs for k in job],
        "content": [f"job-{k}" for k, job in enumerate(jobs) for _ in job],
        "time": np.concatenate([t + rng.uniform(0, 7200, 320) for t in start]),
    })  # fmt: skip
    organic = world.events.to_arrow()
    seconds = pa.array(organic["time"].cast(pa.timestamp("us", "UTC")).cast(pa.int64()).to_numpy() / 1e6)
    both = {name: pa.concat_arrays([*organic[name].cast(pa.string()).chunks, *farm[name].chunks])
            for name in ("account", "content")}  # fmt: skip
    shift = 1.76e9 - float(np.min(seconds))
    log = pa.table({**both, "time": np.concatenate((np.asarray(seconds) + shift, farm["time"].to_numpy()))})
    monkeypatch.setattr(projection, "budget_of", lambda *_: 100_000)  # its jobs hold 10 million pairs
    rings = cg.find_rings(log)
    assert NOTICE in rings.notices
    assert _best_f1(rings) >= 0.99
    monkeypatch.setattr(projection, "in_sample", lambda accounts: np.zeros(len(accounts), np.bool_))
    assert _best_f1(cg.find_rings(log)) < 0.5  # the narrow windows alone do not tell


def _best_f1(rings: cg.Rings) -> float:
    """How well the farm was found."""
    phones = {f"phone-{k}" for k in range(1600)}
    found = [set(ring.accounts.to_pylist()) for ring in rings if ring.verdict == "ring"]
    return max((2 * len(each & phones) / (len(each) + len(phones)) for each in found), default=0.0)


def test_progress_tells_of_both_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(null, "LEAST_BUDGET", 1000)
    told: list[float] = []
    cg.project(_crowded(0), coactions_per_event=1, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert 0.5 in told
