"""Rings: a sequence over its tables, cut and never computed anew."""

import pickle
import uuid
from dataclasses import FrozenInstanceError, replace

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_rings import NAN, make_ring, make_rings, two_rings

import clickgraph as cg
from clickgraph.errors import InputError
from clickgraph.log.table import Table
from clickgraph.rings.columns import COLUMNS
from clickgraph.rings.model import Evidence, Ring, Rings

SEVEN = make_rings(*(make_ring(f"r{at}", [f"a{n}" for n in range(at + 1)], ["c"] * at) for at in range(1, 8)))
BOUND = st.none() | st.integers(-9, 9)
ESCAPE = "\x1b[31m<b>=x"


def ids(rings: Rings) -> list[str]:
    return [ring.id for ring in rings]


def rows_of(table: Table, ring: str) -> list[dict[str, object]]:
    return [row for row in table.to_pylist() if row["ring"] == ring]


class TestSequence:
    def test_has_a_length_and_an_order(self) -> None:
        rings = two_rings()
        assert len(rings) == 2
        assert ids(rings) == ["r-farm", "r-fans"]
        assert rings[0].id == rings[-2].id == "r-farm"
        assert rings[-1] in rings
        assert rings.index(rings[1]) == 1

    @pytest.mark.parametrize("index", [2, -3])
    def test_refuses_an_index_outside(self, index: int) -> None:
        with pytest.raises(IndexError, match="of 2"):
            two_rings()[index]

    @pytest.mark.parametrize("cut", [slice(None), slice(1), slice(1, None), slice(None, None, -1), slice(5, 9)])
    def test_slices_are_rings_of_the_same_rows(self, cut: slice) -> None:
        rings = two_rings()
        part = rings[cut]
        assert isinstance(part, Rings)
        assert ids(part) == ids(rings)[cut]
        assert list(part) == list(rings)[cut]
        assert part.settings == rings.settings
        assert part.notices == rings.notices

    @given(start=BOUND, stop=BOUND, step=BOUND.filter(bool))
    def test_every_slice_picks_as_a_list_does(self, start: int | None, stop: int | None, step: int | None) -> None:
        part = SEVEN[start:stop:step]
        assert ids(part) == ids(SEVEN)[start:stop:step]
        assert [len(ring.acts) for ring in part] == [len(ring.acts) for ring in SEVEN][start:stop:step]
        assert [ring.accounts for ring in part] == [ring.accounts for ring in SEVEN][start:stop:step]

    def test_whole_slice_is_equal(self) -> None:
        assert two_rings()[:] == two_rings()

    def test_is_empty_without_rings(self) -> None:
        empty = make_rings()
        assert not empty
        assert list(empty) == []
        assert empty[:] == empty
        assert len(empty.of("a1")) == 0
        with pytest.raises(IndexError):
            empty[0]


class TestOf:
    def test_gives_all_rings_of_an_account_best_first(self) -> None:
        assert ids(two_rings().of("a2")) == ["r-farm", "r-fans"]
        assert ids(two_rings().of("b2")) == ["r-fans"]

    @pytest.mark.parametrize("account", ["nobody", 17, 2**70, None, object(), b"a2"])
    def test_gives_none_for_an_unknown_account(self, account: object) -> None:
        assert len(two_rings().of(account)) == 0

    def test_keeps_the_type_of_ids(self) -> None:
        rings = make_rings(make_ring("r", [7, 8, 9], ["c1"]), accounts=pa.int64())
        assert len(rings.of(8)) == 1
        assert len(rings.of("8")) == 0
        assert len(rings.of(2**70)) == 0
        assert rings[0].accounts.to_pylist() == [7, 8, 9]


class TestRing:
    def test_is_cut_from_the_tables(self) -> None:
        rings = two_rings()
        for ring in rings:
            assert rows_of(rings.summary, ring.id) == [ring.summary] or ring.id == "r-fans"  # nan != nan
            for name in ("members", "bursts", "acts", "ties"):
                assert getattr(ring, name).to_pylist() == rows_of(getattr(rings, name), ring.id)
                assert len(getattr(ring, name)) > 0

    def test_has_the_sorted_ids(self) -> None:
        farm, fans = two_rings()
        assert farm.accounts.to_pylist() == ["a1", "a2", "a3", "a4"]
        assert fans.accounts.to_pylist() == ["a2", "b1", "b2"]
        assert farm.contents.to_pylist() == ["c1", "c2", "c3"]

    def test_carries_its_summary(self) -> None:
        fans = two_rings()[1]
        assert (fans.score_bits, fans.p_value, fans.verdict) == (35.0, 1e-12, "audience")
        assert fans.decided_by == "variance ratio"
        assert fans.summary["n_accounts"] == 3

    def test_evidence_adds_up_to_the_score(self) -> None:
        for ring in two_rings():
            assert sum(piece.bits for piece in ring.evidence) == pytest.approx(ring.score_bits)
        assert two_rings()[0].evidence[0] == Evidence("bursts", observed=16.0, expected=1.0, bits=120.0)

    def test_is_equal_to_itself_though_a_number_is_missing(self) -> None:
        one, other = two_rings()[1], two_rings()[1]
        assert one.summary["edge"] != one.summary["edge"]
        assert one == other
        assert one != two_rings()[0]
        assert one != "r-fans"

    def test_is_frozen_and_slotted(self) -> None:
        ring = two_rings()[0]
        with pytest.raises(FrozenInstanceError):
            ring.id = "x"  # type: ignore[misc]
        assert not hasattr(ring, "__dict__")

    def test_prints_in_one_safe_line(self) -> None:
        shown = repr(make_rings(make_ring(ESCAPE, ["a"], ["c"]))[0])
        assert "\x1b" not in shown
        assert "verdict='ring'" in shown
        assert "\n" not in shown


class TestEquality:
    def test_same_content_is_equal_and_has_no_hash(self) -> None:
        assert two_rings() == two_rings()
        assert two_rings() != two_rings()[:1]
        assert two_rings() != list(two_rings())
        with pytest.raises(TypeError, match="unhashable"):
            hash(two_rings())

    @pytest.mark.parametrize("change", [{"version": "9"}, {"fingerprint": "0"}, {"settings": {"alpha": 0.5}}])
    def test_origin_counts(self, change: dict[str, object]) -> None:
        assert replace(two_rings(), **change) != two_rings()  # type: ignore[arg-type]

    def test_notices_do_not_count(self) -> None:
        assert replace(two_rings(), notices=()) == two_rings()

    def test_pickles(self) -> None:
        rings = two_rings()
        back = pickle.loads(pickle.dumps(rings))
        assert back == rings
        assert back.notices == rings.notices
        assert ids(back.of("b1")) == ["r-fans"]
        assert pickle.loads(pickle.dumps(rings[0])) == rings[0]


class TestConstruction:
    def test_settings_are_a_copy_that_json_knows(self) -> None:
        given = {"windows": ("10s", "1min"), "ignore": ()}
        rings = make_rings(settings=given)
        assert rings.settings == {"windows": ["10s", "1min"], "ignore": []}
        assert rings.settings is not given

    def test_refuses_settings_that_json_does_not_know(self) -> None:
        with pytest.raises(InputError, match="settings that JSON can carry"):
            make_rings(settings={"rng": object()})

    @pytest.mark.parametrize("name", list(COLUMNS))
    def test_refuses_a_table_without_a_column(self, name: str) -> None:
        rings = two_rings()
        last = COLUMNS[name][-1]
        lacking = Table(getattr(rings, name).to_arrow().drop_columns(last))
        with pytest.raises(InputError, match=f"{name}.*none called {last}"):
            replace(rings, **{name: lacking})

    @pytest.mark.parametrize("name", ["members", "bursts", "acts", "ties", "evidence"])
    def test_refuses_rows_in_another_order(self, name: str) -> None:
        rings = two_rings()
        with pytest.raises(InputError, match=f"the table {name} to follow"):
            replace(rings, **{name: getattr(rings[::-1], name)})

    def test_refuses_a_ring_that_the_summary_does_not_know(self) -> None:
        with pytest.raises(InputError, match="members"):
            replace(two_rings(), summary=two_rings()[:1].summary)

    def test_refuses_a_ring_twice(self) -> None:
        with pytest.raises(InputError, match="each ring once in the summary"):
            make_rings(make_ring("r", ["a"], ["c"]), make_ring("r", ["b"], ["c"]))


class TestPrinting:
    def test_is_a_table_with_how_it_was_made(self) -> None:
        lines = str(two_rings()).splitlines()
        assert lines[0].split() == [
            "ring", "verdict", "score_bits", "p_value", "accounts", "contents", "bursts", "window",
            "first", "last",
        ]  # fmt: skip
        assert lines[1].split()[:8] == ["r-farm", "ring", "95", "1e-12", "4", "3", "4", "10min"]
        assert "2024-01-01 15:00:40" in lines[1]
        assert "verdicts: 1 ring, 1 audience" in lines
        assert "clickgraph 0.1.0, input f00df0…df00d, alpha=0.01, windows=10s+10min, rng=0" in lines
        assert lines[-1] == "notice: the clock ticks every 1s"
        assert repr(two_rings()) == str(two_rings())

    def test_says_why_there_are_none(self) -> None:
        assert str(make_rings()).startswith("no rings: nothing here goes beyond chance")
        empty = make_rings(notices=("3 repeats were dropped", "not enough data: one account only"))
        assert str(empty).startswith("no rings: not enough data: one account only\n")
        assert "notice: 3 repeats were dropped" in str(empty)
        assert str(empty).count("one account only") == 1

    def test_shows_the_best_and_counts_the_rest(self) -> None:
        many = make_rings(*(make_ring(f"r{at}", ["a"], ["c"]) for at in range(25)))
        assert "25 rows, 20 shown" in str(many)
        assert "r19" in str(many)
        assert "r20" not in str(many)

    def test_extreme_and_missing_numbers_print(self) -> None:
        rings = make_rings(
            make_ring("r", ["a"], ["c"], clock=False, p_value=0.0),
            make_ring("s", ["a"], ["c"], p_value=NAN),
            make_ring("t", ["a"], ["c"], p_value=None),
        )
        assert "<1e-300" in str(rings)
        assert "nan" in str(rings)
        assert "None" not in str(rings)
        assert "ever" in str(rings)

    def test_nothing_hostile_is_printed_raw(self) -> None:
        rings = make_rings(make_ring(ESCAPE, [ESCAPE], [ESCAPE]), notices=(ESCAPE,), settings={ESCAPE: ESCAPE})
        assert "\x1b" not in str(rings)
        assert "\x1b" not in rings._repr_html_()
        assert "<b>" not in rings._repr_html_()
        assert "&lt;b&gt;" in rings._repr_html_()

    def test_html_says_the_same(self) -> None:
        page = two_rings()._repr_html_()
        assert "<td>r-farm</td>" in page
        assert "<p>verdicts: 1 ring, 1 audience</p>" in page
        assert "no rings" in make_rings()._repr_html_()


def test_a_view_is_a_ring() -> None:
    assert all(isinstance(ring, Ring) for ring in two_rings())


def test_uuids_are_ids_like_others() -> None:
    world = cg.simulate("phone-farm", n_accounts=20, n_organic_accounts=300, n_organic_events=3_000, rng=1)
    table = world.events.to_arrow()
    for at, name in enumerate(("account", "content")):
        keys = [uuid.uuid5(uuid.NAMESPACE_URL, value).bytes for value in table[name].to_pylist()]
        table = table.set_column(at, name, pa.ExtensionArray.from_storage(pa.uuid(), pa.array(keys, pa.binary(16))))
    rings, plain = cg.find_rings(table), cg.find_rings(world.events)
    ring = rings[0]
    named = {uuid.uuid5(uuid.NAMESPACE_URL, name) for name in plain[0].accounts.to_pylist()}
    assert set(ring.accounts.to_pylist()) == named
    assert ring.accounts.to_pylist() == sorted(named)
    assert [found.id for found in rings.of(min(named))] == [ring.id]
    assert len(rings.of(uuid.UUID(int=0))) == 0
    assert len(str(cg.explain(ring, events=table)).splitlines()) == len(
        str(cg.explain(plain[0], events=world.events)).splitlines()
    )
    bought = cg.audit(table, rings)
    assert cg.audit(table, rings, content=bought["content"][0].as_py()).parts["n_ring"].to_pylist()[0] > 0
    graph = cg.build_graph(cg.read_events(table))
    n_apart = cg.set_apart(graph, rings).n_apart
    assert n_apart == cg.set_apart(cg.build_graph(cg.read_events(world.events)), plain).n_apart > 0


def test_the_chosen_rings_in_their_order() -> None:
    chosen = SEVEN.where([at % 2 == 0 for at in range(7)])
    assert ids(chosen) == ["r1", "r3", "r5", "r7"]
    assert [chosen[at] == SEVEN[2 * at] for at in range(4)] == [True] * 4
    with pytest.raises(InputError, match="a truth value for each of 7 rings"):
        SEVEN.where([True])


def test_the_verdict_orders_rings_before_their_bits() -> None:
    weak, strong = (
        make_ring(name, ["a", "b"], ["c"], verdict=verdict, score_bits=bits)
        for name, verdict, bits in (("weak", "ring", 9.0), ("strong", "audience", 90.0))
    )
    assert ids(make_rings(strong).joined(make_rings(weak))) == ["weak", "strong"]


def test_joined_rings_come_once_and_best_first() -> None:
    one, other = SEVEN.where([True, False] * 3 + [True]), SEVEN.where([True, True, False, True, False, True, False])
    both = one.joined(other)
    assert ids(both) == ["r7", "r6", "r5", "r4", "r3", "r2", "r1"]  # more contents, more bits
    assert all(ring == SEVEN[int(ring.id[1]) - 1] for ring in both)
    assert ids(one.joined(one[:0])) == sorted(ids(one), reverse=True)
    assert both.settings == one.settings
