"""audit: the parts add up, the interval holds what it says, and organic contents are clean."""

import json
import pickle
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import jsonschema
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from made_logs import its_log, one_ring
from made_rings import NOON, make_ring, make_rings, two_rings
from scipy.stats import poisson

import clickgraph as cg
import clickgraph.rings
from clickgraph.errors import InputError
from clickgraph.rings.attribution import RING, Attribution
from clickgraph.rings.audit import Audit, audit
from clickgraph.rings.bill import audit_document, audit_text
from clickgraph.simulation.worlds import World

SCHEMA = json.loads(Path(clickgraph.rings.__file__).with_name("audit.schema.json").read_text())
SMALL = {"n_accounts": 60, "n_organic_accounts": 1_000, "n_organic_events": 10_000}
PRICES = pa.table({
    "action": ["like"], "units": [10.0], "price": [5.0], "currency": ["EUR"], "date": ["2024"], "source": ["a shop"],
})  # fmt: skip


@pytest.fixture(scope="module")
def world() -> World:
    return cg.simulate("phone-farm", **SMALL, rng=1)


@pytest.fixture(scope="module")
def found(world: World) -> tuple[cg.Events, cg.Rings]:
    events = cg.read_events(world.events)
    return events, cg.find_rings(events)


def sell_on_the_side() -> tuple[pa.Table, dict[str, int]]:
    """An organic log whose accounts 1 to 40 also sell: the log, and how many acts were sold on each content."""
    rng = np.random.default_rng(3)
    organic = cg.simulate("independent", n_accounts=1_000, n_events=10_000, rng=3).events.to_arrow()
    sellers = pc.unique(organic["account"]).take(pa.array(rng.permutation(900)[:40])).to_pylist()
    counts = organic["content"].value_counts().to_pylist()
    popular = [row["values"] for row in sorted(counts, key=lambda row: -row["counts"])[:12]]
    begin = int(organic["time"].cast(pa.int64())[0].as_py())
    rows = [
        {
            "account": sellers[who],
            "content": content,
            "time": begin + 86_400_000_000 * (2 + at) + int(rng.integers(6e8)),
        }
        for at, content in enumerate(popular)
        for who in rng.permutation(40)[:30]
    ]
    columns = {name: [row[name] for row in rows] for name in ("account", "content")}
    times = pa.array([row["time"] for row in rows], pa.int64()).cast(pa.timestamp("us", "UTC"))
    sales = pa.table({**columns, "time": times, "action": organic["action"][:1].to_pylist() * len(rows)})
    names = ["account", "content", "time", "action"]
    return pa.concat_tables([organic.select(names), sales.cast(organic.select(names).schema)]), dict.fromkeys(
        popular, 30
    )


class TestAll:
    def test_the_parts_add_up(self, found: tuple[cg.Events, cg.Rings]) -> None:
        table = audit(*found)
        assert sum(table["n_events"].to_pylist()) == len(found[0])
        assert sum(table["n_ring"].to_pylist()) == len(found[1].acts)
        low, middle, high, total = (table[name].to_numpy() for name in ("n_low", "n_ring", "n_high", "n_events"))
        assert np.all((low >= 0) & (low <= middle) & (middle <= high) & (high <= total))
        assert np.all((table["share"].to_numpy() <= 1) & (table["share_low"].to_numpy() >= 0))

    def test_the_most_bought_come_first(self, found: tuple[cg.Events, cg.Rings]) -> None:
        table = audit(*found)
        bought = table["n_ring"].to_numpy()
        assert np.all(np.diff(bought) <= 0)
        assert bought[0] > 0

    def test_bought_contents_are_the_farm_s_and_the_others_clean(
        self, world: World, found: tuple[cg.Events, cg.Rings]
    ) -> None:
        members = pc.is_in(world.events["account"], value_set=world.truth["account"].combine_chunks())
        by_farm = world.events.to_arrow().filter(members).group_by("content").aggregate([("account", "count")])
        crowded = set(by_farm.filter(pc.field("account_count") >= 15)["content"].to_pylist())
        table = audit(*found).to_arrow()
        bought = set(table.filter(pc.field("n_ring") > 0)["content"].to_pylist())
        assert len(bought & crowded) >= 0.95 * len(bought) > 30
        organic = table.filter(pc.field("n_ring") == 0)
        assert set(organic["share"].to_pylist()) == {0.0}
        assert set(organic["share_low"].to_pylist()) == {0.0}

    def test_what_was_bought_lies_in_the_interval(self) -> None:
        """Accounts with a life of their own sell 30 acts on each of 12 popular contents."""
        log, sold = sell_on_the_side()
        rings = cg.find_rings(log)
        bought = {row["content"]: row for row in audit(log, rings) if row["n_ring"] > 0}
        assert set(sold) <= set(bought)
        inside = [bought[content]["n_low"] <= n <= bought[content]["n_high"] for content, n in sold.items()]
        assert np.mean(inside) >= 0.9
        errors = [abs(bought[content]["n_ring"] - n) / n for content, n in sold.items()]
        assert np.median(errors) <= 0.1

    def test_what_a_candidate_did_is_not_cleared(self) -> None:
        rings = make_rings(make_ring("r", ["a1", "a2", "a3"], ["c1", "c2"], verdict="candidate"))
        said = str(audit(its_log(rings[0]), rings, content="c1"))
        assert "Not counted: 3 acts of 1 group with the verdict candidate." in said
        assert "yet it is not cleared: whether what a candidate did was ordered cannot be told" in said
        assert "Clean" not in said

    def test_an_organic_log_is_clean(self) -> None:
        world = cg.simulate("independent", n_accounts=500, n_events=4_000, rng=0)
        rings = cg.find_rings(world.events)
        table = audit(world.events, rings)
        assert sum(table["n_high"].to_pylist()) == 0
        one = audit(world.events, rings, content=table["content"][0].as_py())
        assert one.is_clean
        assert "None of the" in str(one)
        assert "0% (0% to 0%)." in str(one)
        assert "Clean as far as rings can be seen" in str(one)
        rare = min(table, key=lambda row: row["n_events"])
        assert rare["n_events"] == 1
        assert "The 1 event (" in str(audit(world.events, rings, content=rare["content"]))

    def test_costs_go_by_the_first_price(self, found: tuple[cg.Events, cg.Rings]) -> None:
        table = audit(*found, prices=PRICES)
        for name, count in (("cost_low", "n_low"), ("cost", "n_ring"), ("cost_high", "n_high")):
            assert np.allclose(table[name].to_numpy(), table[count].to_numpy() * 0.5)
        assert set(table["currency"].to_pylist()) == {"EUR"}

    def test_names_the_owner(self, world: World, found: tuple[cg.Events, cg.Rings]) -> None:
        pairs = world.events.to_arrow().select(["content", "creator"]).to_pylist()
        owner = {row["content"]: row["creator"] for row in pairs if row["creator"] is not None}
        table = audit(*found, owner="creator")
        assert table.to_arrow().select(["content", "owner"]).to_pylist() == [
            {"content": content, "owner": owner.get(content)} for content in table["content"].to_pylist()
        ]
        one = audit(*found, content=table["content"][0].as_py(), owner="creator")
        same = sum(row["owner"] == one.owner for row in one.other)
        assert f"{same} of them are {one.owner}'s too." in str(one)

    def test_an_empty_log(self) -> None:
        schema = pa.schema([("account", pa.string()), ("content", pa.string()), ("time", pa.timestamp("us", "UTC"))])
        empty = pa.table({"account": [], "content": [], "time": []}, schema=schema)
        assert len(audit(empty, cg.find_rings(empty))) == 0
        with pytest.raises(InputError, match="it is empty"):
            audit(empty, cg.find_rings(empty), content="x")


class TestOne:
    def test_agrees_with_the_table(self, found: tuple[cg.Events, cg.Rings]) -> None:
        rows = audit(*found).to_pylist()
        for row in (rows[0], rows[20], rows[-1]):
            one = audit(*found, content=row["content"])
            assert one.parts.to_pylist() == [{name: row[name] for name in one.parts.columns}]
            assert one.is_clean == (row["n_ring"] == 0)
            assert sum(each["n_acts"] for each in one.rings if each["is_counted"]) == row["n_ring"]

    def test_the_timeline_adds_up(self, found: tuple[cg.Events, cg.Rings]) -> None:
        content = audit(*found)["content"][0].as_py()
        one = audit(*found, content=content)
        (part,) = one.parts.to_pylist()
        timeline = one.timeline.to_arrow()
        assert timeline.num_rows <= 200
        totals = {name: sum(timeline[name].to_pylist()) for name in timeline.column_names[1:]}
        assert totals.pop("n_events") == sum(totals.values()) == part["n_events"]
        assert totals["n_ring"] == part["n_ring"]
        assert totals["n_ring"] + totals["n_member"] == part["n_high"]
        steps = np.diff(timeline["start"].cast(pa.int64()).to_numpy())
        assert len(set(steps.tolist())) == 1

    def test_counts_each_event_once_and_candidates_apart(self) -> None:
        farm = make_ring("r-farm", ["a1", "a2", "a3", "a4"], ["c2", "c1"])
        other = make_ring("r-other", ["a2", "b1", "b2"], ["c2", "c9"], verdict="candidate")
        fans = make_ring("r-fans", ["a3", "d1"], ["c1", "c9"], verdict="audience")
        rings = make_rings(farm, other, fans)
        acts = {(act["account"], act["content"], act["time"]) for act in rings.acts}
        rows = [
            *acts,
            ("a4", "c2", rings.acts["time"][0].as_py().replace(hour=1)),
            ("z", "c2", rings.acts["time"][0].as_py()),
        ]
        account, content, time = (list(column) for column in zip(*rows, strict=True))
        log = {"account": account, "content": content, "time": pa.array(time, pa.timestamp("us", "UTC"))}
        events = cg.read_events({**log, "action": ["like"] * len(rows)})
        one = audit(events, rings, content="c2")
        (part,) = one.parts.to_pylist()
        counted = {
            name: part[name] for name in ("n_events", "n_ring", "n_high", "n_candidate", "n_rings", "n_ring_accounts")
        }
        # a2 acts ten seconds apart for the farm and for the other group: the latter is still a farm member's event.
        assert counted == {
            "n_events": 9, "n_ring": 4, "n_high": 6, "n_candidate": 2, "n_rings": 1, "n_ring_accounts": 4
        }  # fmt: skip
        assert [row["is_counted"] for row in one.rings] == [True, False]
        assert "Not counted: 3 acts of 1 group with the verdict candidate." in str(one)
        assert "Not counted: 2 acts of 1 group with the verdict audience." in str(audit(events, rings, content="c1"))

    def test_the_lower_end_allows_for_chance(self) -> None:
        rows = make_ring("r", [f"a{at}" for at in range(9)], ["c1", "c2"])
        for row, expected in zip(rows["bursts"], (2.5, 0.001), strict=True):
            row["expected"] = expected
        rings = make_rings(rows)
        events = its_log(rings[0])
        low = {row["content"]: row["n_low"] for row in audit(events, rings)}
        assert low == {"c1": 9 - int(poisson.ppf(0.975, 2.5)), "c2": 9}
        assert "At least 3, were as many of them ordinary visits as chance allows" in str(
            audit(events, rings, content="c1")
        )

    def test_the_lower_end_is_not_below_zero(self) -> None:
        rows = make_ring("r", ["a1", "a2"], ["c1"])
        rows["bursts"][0]["expected"] = 50.0
        rings = make_rings(rows)
        assert audit(its_log(rings[0]), rings)["n_low"].to_pylist() == [0]

    def test_says_the_price_and_its_date(self) -> None:
        rings = make_rings(make_ring("r", ["a1", "a2", "a3", "a4"], ["c1", "c2"]))
        events = its_log(rings[0])
        text = str(audit(events, rings, content="c1", prices=PRICES))
        assert "At 5.00 EUR for 10 times like (2024: a shop) 4 would have cost 2.00 EUR (1.00 to 2.00)." in text
        own = str(audit(events, rings, content="c1"))
        assert "At 13.50 EUR for 1,000 times like" in own
        assert "undated" in own
        stars = PRICES.set_column(0, "action", pa.array(["star"]))
        without = audit(events, rings, content="c1", prices=stars)
        assert "The price list has no price for: like." in str(without)
        assert len(without.quotes) == 0
        assert audit(events, rings, prices=stars)["cost"].null_count == 2

    def test_finds_the_contents_of_one_client_by_their_common_audience(self) -> None:
        rings = make_rings(make_ring("r", ["a1", "a2", "a3", "a4"], ["c1", "c2", "c3"]))
        shared = [(f"u{at}", content, 1_700_000_000 + at) for at in range(20) for content in ("c1", "c2")]
        apart = [(f"v{at}", "c3", 1_700_000_000 + at) for at in range(20)]
        elsewhere = [(f"w{at}", "x", 1_700_000_000 + at) for at in range(400)]
        events = its_log(rings[0], *shared, *apart, *elsewhere)
        one = audit(events, rings, content="c1")
        assert {row["content"]: (row["n_common"], row["same_audience"]) for row in one.other} == {
            "c2": (20, True), "c3": (0, False)
        }  # fmt: skip
        assert [row["n_accounts"] for row in one.other] == [4, 4]
        assert one.other["expected_common"].to_pylist()[0] == pytest.approx(20 * (1 - np.exp(-20 / 440)))
        assert "1 of these has accounts outside the rings in common" in str(one)
        assert "no common audience says" in str(audit(its_log(rings[0], *apart), rings, content="c1"))

    def test_busy_accounts_on_both_are_no_common_audience(self) -> None:
        rings = make_rings(make_ring("r", ["a1", "a2", "a3", "a4"], ["c1", "c2"]))
        rng = np.random.default_rng(0)
        # Ten accounts do almost all that is done: they meet everywhere.
        busy = [(f"u{at % 10}", f"x{rng.integers(40)}", 1_700_000_000 + at) for at in range(3_000)]
        both = [(f"u{at}", content, 1_710_000_000 + at) for at in range(10) for content in ("c1", "c2")]
        idle = [(f"v{at}", content, 1_700_000_000 + at) for at in range(200) for content in (f"x{at % 40}",)]
        one = audit(its_log(rings[0], *busy, *both, *idle), rings, content="c1")
        assert one.other["n_common"].to_pylist() == [10]
        assert one.other["same_audience"].to_pylist() == [False]

    def test_names_three_rings_and_counts_the_rest(self) -> None:
        made = [make_ring(f"r{at}", [f"a{at}", f"b{at}"], ["c1", "c2"]) for at in range(5)]
        rings = make_rings(*made)
        rows = [(act["account"], act["content"], int(act["time"].timestamp())) for act in rings.acts]
        account, content, time = (list(column) for column in zip(*rows, strict=True))
        log = {"account": account, "content": content, "time": time, "action": ["like"] * len(rows)}
        assert "And 2 rings more." in str(audit(log, rings, content="c1"))

    def test_a_log_without_times(self) -> None:
        rings = make_rings(make_ring("r", ["a1", "a2"], ["c1", "c2"], clock=False))
        log = {"account": ["a1", "a2"] * 2, "content": ["c1", "c1", "c2", "c2"], "action": ["like"] * 4}
        one = audit(log, rings, content="c1", time=None)
        assert one.parts["n_ring"].to_pylist() == [2]
        assert len(one.timeline) == 0
        assert "UTC" not in str(one)

    def test_ids_of_any_type_or_as_text(self) -> None:
        log = {"account": ["a"], "content": [7], "time": [1.7e9]}
        nothing = cg.find_rings(log)
        assert audit(log, nothing, content=7).content == 7
        assert audit(log, nothing, content="7").content == 7
        for stranger in (8, "8", b"7"):
            with pytest.raises(InputError, match="a content of the log"):
                audit(log, nothing, content=stranger)

    def test_a_longer_log_is_audited_with_a_notice(self) -> None:
        rings = make_rings(make_ring("r", ["a1", "a2"], ["c1"]))
        assert "This log is not the one in which the rings were found" in str(
            audit(its_log(rings[0]), rings, content="c1")
        )

    def test_the_log_of_the_rings_needs_none(self, found: tuple[cg.Events, cg.Rings]) -> None:
        assert audit(*found, content=found[1][0].contents[0].as_py()).notices == ()

    def test_merged_layers_are_read_as_the_rings_were(self, world: World) -> None:
        rings = cg.find_rings(world.events, layers="merge")
        merged = audit(world.events, rings)
        assert set(merged["action"].to_pylist()) == {"any"}
        assert sum(merged["n_ring"].to_pylist()) == len(rings.acts)
        assert merged["cost"].null_count == len(merged)

    def test_another_log_is_refused(self, found: tuple[cg.Events, cg.Rings]) -> None:
        with pytest.raises(InputError, match="hold the acts of the rings"):
            audit(found[0], two_rings())

    def test_an_unknown_owner_is_refused(self) -> None:
        rings = make_rings(make_ring("r", ["a1", "a2"], ["c1"]))
        with pytest.raises(InputError, match="owner to name a column of the log; found 'shop'"):
            audit(its_log(rings[0]), rings, owner="shop")

    def test_others_in_the_minutes_of_the_bursts_are_beside(self) -> None:
        one = make_ring("r1", ["a1", "a2"], ["c1", "c2"])
        two = make_ring("r2", ["b1", "b2"], ["c1", "c2"])
        for row in two["bursts"]:  # overlaps the first ring's, and lasts longer
            row["end"] += timedelta(minutes=5)
        rings = make_rings(one, two, make_ring("r3", ["d1", "d2"], ["c3"], verdict="candidate"))
        noon = int(NOON.timestamp())
        others = [("u", "c1", noon + at) for at in (-1, 0, 21, 300, 320, 321)] + [
            ("u", "c3", noon),
            ("a1", "c1", noon + 9),
        ]
        rows = [(act["account"], act["content"], int(act["time"].timestamp())) for act in rings.acts] + others
        account, content, time = (list(column) for column in zip(*rows, strict=True))
        log = {"account": account, "content": content, "time": time, "action": ["like"] * len(rows)}
        beside = {row["content"]: row["n_beside"] for row in audit(log, rings)}
        assert beside == {"c1": 4, "c2": 0, "c3": 0}  # 0, 21, 300 and 320 seconds after noon
        assert "accounts of no ring did 4 more there" in str(audit(log, rings, content="c1"))


class TestFormats:
    def test_of_one_content_and_of_all_follow_the_schema(self, found: tuple[cg.Events, cg.Rings]) -> None:
        table = audit(*found, owner="creator")
        contents = table["content"].to_pylist()
        for result in (table, *(audit(*found, content=each, owner="creator") for each in (contents[0], contents[-1]))):
            document = json.loads(json.dumps(audit_document(result), allow_nan=False))
            jsonschema.validate(document, SCHEMA, cls=jsonschema.Draft202012Validator)

    def test_text_data_and_html_say_the_same(self, found: tuple[cg.Events, cg.Rings]) -> None:
        one = audit(*found, content=audit(*found)["content"][0].as_py())
        assert str(one) == repr(one) == "\n".join(one.to_dict()["sentences"]) == audit_text(one)
        assert all(sentence.replace("'", "&#x27;") in one._repr_html_() for sentence in one.sentences)
        assert audit_text(audit(*found)).splitlines()[0].split()[:3] == ["content", "action", "n_events"]

    def test_hostile_ids_are_safe(self) -> None:
        rings = make_rings(make_ring("r", ["\x1b[31m", "<i>"], ["\x1b]0;<b>\x07", "<u>"]))
        one = audit(its_log(rings[0]), rings, content="\x1b]0;<b>\x07")
        assert "\x1b" not in str(one)
        assert "<b>" not in one._repr_html_()
        assert "<u>" not in one._repr_html_()

    def test_pickles(self, found: tuple[cg.Events, cg.Rings]) -> None:
        one = audit(*found, content=audit(*found)["content"][0].as_py())
        again = pickle.loads(pickle.dumps(one))
        assert isinstance(again, Audit)
        assert again.to_dict() == one.to_dict()


def test_other_ids_change_nothing_but_names(found: tuple[cg.Events, cg.Rings]) -> None:
    table = found[0].to_table().to_arrow()
    for at, name in enumerate(("account", "content")):
        table = table.set_column(at, name, pa.array([f"p-{value}" for value in table[name].to_pylist()]))
    plain = audit(*found).to_arrow()
    renamed = audit(table, cg.find_rings(table)).to_arrow()
    assert [f"p-{value}" for value in plain["content"].to_pylist()] == renamed["content"].to_pylist()
    assert plain.drop_columns("content").equals(renamed.drop_columns("content"))


def test_every_act_of_a_ring_is_attributed_to_it(found: tuple[cg.Events, cg.Rings]) -> None:
    log = Attribution.of(*found)
    assert np.sum(log.part == RING) == len(found[1].acts)
    assert np.all((log.owner >= 0) == (log.part == RING))


def test_the_published_ghosts_stars_are_bought(shared_data: Callable[[str], Path]) -> None:
    folder = shared_data("stargazers_ghost")
    events = cg.read_events(folder / "events.parquet")
    rings = cg.find_rings(events)
    table = audit(events, rings).to_arrow()
    assert set(table.filter(pc.field("n_ring") > 0)["action"].to_pylist()) <= {"star", "fork"}
    first = audit(events, rings, content=table["content"][0].as_py())
    (part,) = first.parts.to_pylist()
    # Half of this log is the farm, so its own hours leave some of its groups without anyone to compare with.
    assert part["n_ring"] + part["n_candidate"] > 0.9 * part["n_events"]
    assert part["n_ring"] > 2 * part["n_candidate"]
    listed = pq.read_table(folder / "accounts.parquet").filter(pc.field("ghost") == 1)["account"]
    ghosts = set(listed.to_pylist())
    sure = [set(ring.accounts.to_pylist()) for ring in rings if ring.verdict == "ring"]
    assert all(len(ghosts & each) > 0.9 * len(each) for each in sure)
    assert {quote["currency"] for quote in first.quotes} == {"USD", "EUR"}


def test_one_ring_made_by_hand() -> None:
    ring = one_ring()
    rings = make_rings(make_ring("r", ["a1", "a2", "a3", "a4"], ["c2", "c1", "c2"]))
    assert audit(its_log(ring), rings)["n_ring"].to_pylist() == [8, 4]
