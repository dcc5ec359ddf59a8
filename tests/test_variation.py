"""stability: what other settings change is found, and what they do not is called steady."""

import pickle

import numpy as np
import pytest

import clickgraph as cg
from clickgraph.errors import InputError
from clickgraph.graph.windows import AUTO
from clickgraph.simulation.worlds import World
from clickgraph.variation import Stability, stability


@pytest.fixture(scope="module")
def world() -> World:
    return cg.simulate("phone-farm", n_accounts=60, n_organic_accounts=1_000, n_organic_events=10_000, rng=1)


@pytest.fixture(scope="module")
def steady(world: World) -> Stability:
    return stability(
        world.events, seeds=[0, 1, 2], window_sets=["10min", ("10s", "1h"), "ever"], resolutions=[2.0, 1e9]
    )


def test_the_base_is_what_find_rings_finds(world: World, steady: Stability) -> None:
    assert steady.rings == cg.find_rings(world.events)


def test_a_run_is_what_find_rings_finds_under_its_setting(world: World, steady: Stability) -> None:
    rows = {(row["setting"], row["value"]): row for row in steady.runs}
    assert list(rows) == [
        ("rng", "1"), ("rng", "2"), ("windows", "10min"), ("windows", "10s+1h"), ("windows", "ever"),
        ("resolution", "2"), ("resolution", "1e+09"),
    ]  # fmt: skip
    for key, options in {("windows", "10min"): {"windows": "10min"}, ("rng", "2"): {"rng": 2}}.items():
        found = cg.find_rings(world.events, **options)
        members = [set(ring.accounts.to_pylist()) for ring in found]
        ours = set(steady.rings[0].accounts.to_pylist())
        f1 = [2 * len(ours & each) / (len(ours) + len(each)) for each in members]
        jaccard = [len(ours & each) / len(ours | each) for each in members]
        best = int(np.argmax(f1))
        row = rows[key]
        assert row["f1"] == pytest.approx(f1[best])
        assert row["jaccard"] == pytest.approx(jaccard[best])
        assert (row["match"], row["verdict"]) == (found[best].id, found[best].verdict)
        assert row["score_bits"] == pytest.approx(found[best].score_bits)


def test_a_lost_ring_has_no_match(steady: Stability) -> None:
    lost = next(row for row in steady.runs if row["value"] == "1e+09")
    assert (lost["match"], lost["verdict"], lost["f1"], lost["jaccard"]) == (None, None, 0.0, 0.0)
    assert np.isnan(lost["score_bits"])
    assert steady.summary()["n_again"].to_pylist()[0] < steady.summary()["n_runs"].to_pylist()[0]


def test_counts_each_member_s_runs(steady: Stability) -> None:
    n_runs = steady.summary()["n_runs"].to_pylist()[0]
    assert steady.accounts["account"].to_pylist() == steady.rings.members["account"].to_pylist()
    for row in steady.accounts:
        assert row["share"] == row["n_runs"] / n_runs
    found = sum(row["f1"] > 0 for row in steady.runs)
    assert max(steady.accounts["n_runs"].to_pylist()) <= found


def test_by_default_each_window_is_left_out_once(world: World) -> None:
    values = stability(world.events, seeds=[], resolutions=[]).runs["value"].to_pylist()
    assert values == [f"without {name}" for name in AUTO]
    defaults = stability(world.events, window_sets=[]).runs
    assert [f"{row['setting']} {row['value']}" for row in defaults] == [
        "rng 1", "rng 2", "rng 3", "rng 4", "resolution 0.5", "resolution 2"
    ]  # fmt: skip


def test_a_log_without_times_has_one_window_and_none_to_leave_out() -> None:
    log = {"account": ["a", "b"], "content": ["x", "x"]}
    found = stability(log, time=None, seeds=[1], resolutions=[])
    assert (len(found.rings), len(found.runs), len(found.accounts)) == (0, 0, 0)
    assert str(found) == "no rings under the base settings: nothing to compare"
    assert len(found.summary()) == 0


def test_says_it_in_words(steady: Stability) -> None:
    assert str(steady).startswith(f"ring {steady.rings[0].id}: again in ")
    assert steady.rings[0].id in steady._repr_html_()


def test_options_reach_every_run(world: World) -> None:
    left_out = world.truth["account"].to_pylist()[0]
    found = stability(
        world.events,
        seeds=[1],
        window_sets=[],
        resolutions=[],
        ignore=[left_out],
        layers="merge",
        alpha=0.001,
        min_size=5,
    )
    assert left_out not in found.rings.members["account"].to_pylist()
    assert {name: found.rings.settings[name] for name in ("layers", "alpha", "min_size")} == {
        "layers": "merge", "alpha": 0.001, "min_size": 5
    }  # fmt: skip
    assert found.runs["f1"].to_pylist() == [1.0]


def test_same_bytes_on_any_threads_and_through_a_pickle(world: World, steady: Stability) -> None:
    options = {"seeds": [0, 1, 2], "window_sets": ["10min", ("10s", "1h"), "ever"], "resolutions": [2.0, 1e9]}
    again = stability(world.events, n_threads=1, **options)
    for other in (again, pickle.loads(pickle.dumps(steady))):
        assert other.runs == steady.runs
        assert other.accounts == steady.accounts


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"seeds": [0], "window_sets": [], "resolutions": []}, "other than the base's"),
        ({"resolutions": [-1.0]}, "resolution"),
        ({"resolution": 0.0}, "resolution"),
        ({"window_sets": ["soon"]}, "a window such as"),
    ],
)
def test_nothing_to_vary_is_refused(options: dict[str, object], said: str, world: World) -> None:
    with pytest.raises(InputError, match=said):
        stability(world.events, **options)
