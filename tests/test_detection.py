"""find_rings end to end: what must be found, what must stay clean, and the laws."""

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

import clickgraph as cg
from clickgraph.evaluation import evaluate, match_rings
from clickgraph.simulation.worlds import World

SMALL = {"n_accounts": 60, "n_organic_accounts": 1_000, "n_organic_events": 10_000}


@pytest.fixture(scope="module")
def world() -> World:
    return cg.simulate("phone-farm", **SMALL, rng=1)


@pytest.fixture(scope="module")
def rings(world: World) -> cg.Rings:
    return cg.find_rings(world.events)


def test_the_farm_comes_back_as_one_ring(world: World, rings: cg.Rings) -> None:
    (match,) = match_rings(rings, world.truth).to_pylist()
    assert match["f1"] >= 0.95
    assert [ring.verdict for ring in rings] == ["ring"]


def test_every_account_is_ranked(world: World, rings: cg.Rings) -> None:
    measured = evaluate(rings, world.truth, accounts=world.events["account"])
    assert measured.average_precision >= 0.95


@pytest.mark.parametrize("rng", range(4))
@pytest.mark.parametrize("name", ["independent", "topics"])
def test_organic_worlds_hold_no_ring(name: str, rng: int) -> None:
    world = cg.simulate(name, n_accounts=1_000, n_events=8_000, rng=rng)
    assert "ring" not in cg.find_rings(world.events).summary["verdict"].to_pylist()


def test_the_evidence_adds_up_to_the_score(rings: cg.Rings) -> None:
    for ring in rings:
        assert math.isclose(sum(piece.bits for piece in ring.evidence), ring.score_bits, rel_tol=1e-12)
        assert math.isclose(ring.p_value, 2.0**-ring.score_bits, abs_tol=1e-300)
        bursts = next(piece for piece in ring.evidence if piece.name == "bursts")
        assert math.isclose(sum(ring.bursts["bits"].to_pylist()), bursts.bits, rel_tol=1e-9)


def test_every_member_has_his_witnesses(world: World, rings: cg.Rings) -> None:
    log = {tuple(row.values()) for row in world.events.to_arrow().select(["account", "content", "time"]).to_pylist()}
    for ring in rings:
        acts = ring.acts.to_pylist()
        assert {(act["account"], act["content"], act["time"]) for act in acts} <= log
        counts = pc.value_counts(ring.acts["account"]).to_pylist()
        assert {row["values"] for row in counts} == set(ring.accounts.to_pylist())
        assert min(row["counts"] for row in counts) >= 2
        spans = {(row["content"], row["start"], row["end"]) for row in ring.bursts.to_pylist()}
        assert all(any(c == act["content"] and a <= act["time"] <= b for c, a, b in spans) for act in acts)


def test_same_log_same_rings_in_any_order_on_any_threads(world: World, rings: cg.Rings) -> None:
    table = world.events.to_arrow()
    shuffled = table.take(pa.array(np.random.default_rng(3).permutation(len(table))))
    assert cg.find_rings(shuffled, n_threads=1) == rings
    assert cg.find_rings(cg.read_events(table), n_threads=2) == rings


def test_a_result_outlives_its_log(rings: cg.Rings, tmp_path: Path) -> None:
    rings.write(tmp_path / "out")
    assert cg.read_rings(tmp_path / "out") == rings


def test_who_shares_nothing_is_in_no_ring(world: World, rings: cg.Rings) -> None:
    table = world.events.to_arrow()
    alone = table.slice(0, 1).set_column(0, "account", pa.array(["hermit"])).cast(table.schema)
    alone = alone.set_column(1, "content", pa.array(["cave"], table.schema.field("content").type))
    found = cg.find_rings(pa.concat_tables([table, alone]))
    assert len(found.of("hermit")) == 0
    assert [len(ring.accounts) for ring in found] == [len(ring.accounts) for ring in rings]


def test_who_is_ignored_is_in_no_ring(world: World, rings: cg.Rings) -> None:
    named = rings[0].accounts.to_pylist()[:5]
    found = cg.find_rings(world.events, ignore=named)
    assert not set(named) & set(found.members["account"].to_pylist())
    assert found[0].verdict == "ring"


def test_strata_judge_within_themselves(world: World) -> None:
    table = world.events.to_arrow().append_column("country", pa.array(["x"] * len(world.events)))
    assert [ring.verdict for ring in cg.find_rings(table, strata="country")] == ["ring"]
    with pytest.raises(ValueError, match="continent"):
        cg.find_rings(table, strata="continent")


def test_a_log_without_times_has_rings_too() -> None:
    rng = np.random.default_rng(0)
    organic = [(f"a{rng.integers(900)}", f"c{int(rng.pareto(1.0) * 20)}") for _ in range(6_000)]
    farm = [(f"farm{k}", f"c{30 + 7 * c}") for k in range(25) for c in range(15)]
    accounts, contents = zip(*organic, *farm, strict=True)
    found = cg.find_rings({"account": list(accounts), "content": list(contents)}, time=None)
    assert {f"farm{k}" for k in range(25)} <= set(found.members["account"].to_pylist())
    assert found.summary["first"].null_count == len(found)


@pytest.mark.parametrize(
    "log",
    [
        {"account": [], "content": [], "time": []},
        {"account": ["a"], "content": ["x"], "time": [1.7e9]},
        {"account": ["a"] * 3, "content": ["x", "y", "z"], "time": [1.7e9, 1.7e9 + 1, 1.7e9 + 2]},
        {"account": ["a", "b", "c", "d"], "content": ["x"] * 4, "time": [1.7e9, 1.7e9 + 1, 1.7e9 + 2, 1.7e9 + 3]},
        {"account": list("abcdef"), "content": list("xyxyxy"), "time": [1.7e9] * 6},
    ],
    ids=["empty", "one row", "one account", "one content", "one instant"],
)
def test_too_little_is_no_error(log: dict[str, list[object]]) -> None:
    found = cg.find_rings(pa.table(log) if log["account"] else pa.table(log, schema=_schema()))
    assert len(found) == 0
    assert "not enough data" in str(found)


def _schema() -> pa.Schema:
    moment = pa.timestamp("us", "UTC")
    return pa.schema([("account", pa.string()), ("content", pa.string()), ("time", moment)])


@pytest.mark.parametrize(
    "options",
    [{"alpha": 2}, {"min_size": 1}, {"windows": ["soon"]}, {"windows": []}, {"resolution": -1}, {"layers": "all"}],
)
def test_unknown_options_are_refused(options: dict[str, object], world: World) -> None:
    with pytest.raises(ValueError, match="expected"):
        cg.find_rings(world.events, **options)


def test_one_post_is_one_proof() -> None:
    rng = np.random.default_rng(5)
    organic = [
        (f"a{rng.integers(300)}", f"u{rng.integers(200)}", 1.7e9 + rng.integers(10**6), f"o{k}") for k in range(3_000)
    ]
    farm = [(f"f{k}", f"link{c}", 1.7e9 + 9_000 * c + k, f"p{k}-{c}") for k in range(8) for c in range(6)]
    tagged = [(who, f"tag{tag}-{what}", when, post) for who, what, when, post in farm for tag in range(3)]

    def found(rows: list[tuple[str, str, float, str]]) -> cg.Ring:
        account, content, time, post = (list(column) for column in zip(*rows, strict=True))
        return cg.find_rings({"account": account, "content": content, "time": time, "post_id": post})[0]

    plain, richer = found(organic + farm), found(organic + farm + tagged)
    assert len(plain.accounts) == len(richer.accounts) == 8
    assert len(richer.bursts) == len(plain.bursts)


def test_the_published_ghosts_are_found(shared_data: Callable[[str], Path]) -> None:
    folder = shared_data("stargazers_ghost")
    listed = pq.read_table(folder / "accounts.parquet").filter(pc.field("ghost") == 1)["account"]
    stars = pq.read_table(folder / "events.parquet").filter(pc.field("action") == "star")
    counts = stars.group_by("account").aggregate([("content", "count_distinct")])
    busy = counts.filter(pc.field("content_count_distinct") >= 3)["account"]
    ghosts = set(listed.to_pylist()) & set(busy.to_pylist())
    found = set(cg.find_rings(folder / "events.parquet").members["account"].to_pylist())
    assert len(ghosts) == 172
    assert len(ghosts & found) >= 165


def test_films_rated_hold_no_ring(shared_data: Callable[[str], Path]) -> None:
    found = cg.find_rings(shared_data("movielens_latest_small") / "events.parquet")
    assert "ring" not in found.summary["verdict"].to_pylist()


def test_renamed_accounts_are_the_same_rings(world: World, rings: cg.Rings) -> None:
    table = world.events.to_arrow()
    names = sorted(set(table["account"].to_pylist()))
    order = np.random.default_rng(4).permutation(len(names))
    new = {name: f"n{at:05d}" for name, at in zip(names, order, strict=True)}
    renamed = table.set_column(0, "account", pa.array([new[name] for name in table["account"].to_pylist()]))
    found = cg.find_rings(renamed)
    assert [{new[name] for name in ring.accounts.to_pylist()} for ring in rings] == [
        set(ring.accounts.to_pylist()) for ring in found
    ]
    assert [ring.score_bits for ring in found] == pytest.approx([ring.score_bits for ring in rings])
