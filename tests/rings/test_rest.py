"""Rest: beside rings that did most of a log, the others are found as in a log without them."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from made_groups import HOUR, crowd, farm
from toy_logs import Act, make_log

import clickgraph as cg
from clickgraph.log.table import Table
from clickgraph.rings import rest
from clickgraph.rings.columns import COLUMNS
from clickgraph.rings.rest import find_sure, search_with_rest, without_accounts

CROWD = crowd(200, 2_000)
LARGE, SMALL = farm("f", 2_000, 40), farm("g", 8, 6)
LOG = make_log(LARGE + CROWD + SMALL)


@pytest.fixture(scope="module")
def rings() -> cg.Rings:
    return cg.find_rings(LOG)


@pytest.fixture(scope="module")
def at_once() -> cg.Rings:
    """What one search finds."""
    return search_once(LOG)


def search_once(log: pa.Table, **options: object) -> cg.Rings:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rest, "MOST", np.inf)
        return cg.find_rings(log, **options)


def later(acts: list[Act], hours: float) -> list[Act]:
    return [(who, what, when + HOUR * hours) for who, what, when in acts]


def told(rings: cg.Rings) -> list[tuple[str, str, int]]:
    return [(ring.verdict, ring.accounts[0].as_py()[0], len(ring.accounts)) for ring in rings]


def test_the_public_beside_a_farm_that_is_most_of_the_log_is_no_group(rings: cg.Rings, at_once: cg.Rings) -> None:
    assert told(rings) == [("ring", "f", 2_000), ("ring", "g", 8)]
    assert ("candidate", "x", 16) in told(at_once)


def test_it_is_said(rings: cg.Rings) -> None:
    assert rings.notices[-1] == "Rings did 97% of the events: the rest was searched without them."
    assert rings.fingerprint == cg.read_events(LOG).fingerprint


def test_the_others_have_the_evidence_that_they_have_without_the_farm() -> None:
    # Who comes to a third of the jobs is borne out or not by how many accounts there are to choose from.
    log = make_log(farm("f", 4_000, 30) + CROWD + later(farm("g", 12, 30, share=0.35, seed=3), 9))
    alone = cg.find_rings(log, ignore=[f"f{k}" for k in range(4_000)])
    beside = cg.find_rings(log)
    assert told(beside) == [("ring", "f", 4_000), *told(alone)]
    assert beside[1].bursts == alone[0].bursts
    assert beside[1].members == alone[0].members
    assert beside[1].score_bits == pytest.approx(alone[0].score_bits)
    assert ("ring", "x", 58) in told(search_once(log))


def test_farms_of_which_none_is_half_and_the_public_beside_them() -> None:
    farms = [act for k, name in enumerate("abcdef") for act in later(farm(name, 500, 20, seed=k), 2.5 * k)]
    log = make_log(farms + CROWD + farm("g", 8, 6, seed=9))
    assert ("ring", "x", 46) in told(search_once(log))
    assert sorted(told(cg.find_rings(log))) == sorted([*(("ring", name, 500) for name in "abcdef"), ("ring", "g", 8)])


def test_without_times() -> None:
    log = make_log([(who, what, 0.0) for who, what, _ in farm("f", 600, 40) + farm("g", 8, 6) + CROWD])
    assert told(search_once(log, time=None))[0] == ("ring", "x", 200)
    assert told(cg.find_rings(log, time=None)) == [("ring", "f", 600), ("ring", "g", 8)]


def test_a_farm_beside_the_largest_is_left_out_in_its_turn() -> None:
    acts = farm("f", 1_000, 40) + later(farm("m", 300, 30, seed=2), 5) + CROWD + later(farm("g", 8, 6, seed=3), 11)
    rings = cg.find_rings(make_log(acts))
    assert told(rings) == [("ring", "f", 1_000), ("ring", "m", 300), ("ring", "g", 8)]
    assert [notice.split()[2] for notice in rings.notices if notice.startswith("Rings did")] == ["78%", "81%"]


def test_the_rest_is_the_log_without_the_accounts() -> None:
    log = LOG.append_column("topic", pa.array(["even" if k % 2 else "odd" for k in range(len(LOG))]))
    log = log.append_column("post", pa.array([str(k // 2) for k in range(len(LOG))]))
    events = cg.read_events(log, post="post", keep=["topic"])
    is_farm = [name[0] == "f" for name in events.account_ids.to_pylist()]
    left = without_accounts(cg.build_graph(events, strata="topic"), np.flatnonzero(is_farm).astype(np.int32))
    there = cg.read_events(log, post="post", keep=["topic"], ignore=[f"f{k}" for k in range(2_000)])
    read = cg.build_graph(there, strata="topic")
    one, other = left.events.to_table().to_arrow(), read.events.to_table().to_arrow()
    assert one.drop_columns("post").equals(other.drop_columns("post"))
    assert left.n_layers == read.n_layers
    assert left.target_layer.tolist() == read.target_layer.tolist()
    assert left.slots.target.tolist() == read.slots.target.tolist()
    assert left.n_acted.sum() == left.n_events == read.n_events


class Counts:
    """A log that is nothing but how active each account is."""

    def __init__(self, *n_acted: int) -> None:
        self.n_acted = np.array(n_acted)
        self.n_events = int(self.n_acted.sum())


def _search(
    rings: cg.Rings, members: list[list[int]], log: Counts, *, then: cg.Rings | None = None
) -> tuple[cg.Rings, list[list[int]]]:
    """Find the rings, `then` others; return what is told, and what each search looked at."""
    looked: list[list[int]] = []

    def search(log: Counts) -> cg.Rings:
        looked.append(log.n_acted.tolist())
        return rings if len(looked) == 1 else rings[:0] if then is None else then

    def without(log: Counts, accounts: np.ndarray) -> Counts:
        return Counts(*np.where(np.isin(np.arange(len(log.n_acted)), accounts), 0, log.n_acted))

    codes = [np.array(each, np.int32) for each in members]
    return search_with_rest(search, log, members_of=lambda found: codes[: len(found)], without=without), looked


def test_half_is_most(rings: cg.Rings) -> None:
    found, looked = _search(rings[1:], [[2]], Counts(2, 3, 5))
    assert found == rings[1:]
    assert looked == [[2, 3, 5], [2, 3, 0]]


def test_less_than_half_is_no_reason_to_look_again(rings: cg.Rings) -> None:
    found, looked = _search(rings[1:], [[2]], Counts(2, 4, 5))
    assert len(found) == 1
    assert looked == [[2, 4, 5]]


def test_a_ring_that_is_the_whole_log_leaves_nothing_to_look_at(rings: cg.Rings) -> None:
    found, looked = _search(rings[:1], [[0, 1]], Counts(2, 4))
    assert found == rings[:1]
    assert len(looked) == 1
    assert found.notices == rings.notices


def test_a_rest_in_which_nothing_is_found_has_nothing_to_say(rings: cg.Rings) -> None:
    nothing = replace(rings[:0], notices=("no group of accounts acts together beyond chance",))
    found, _ = _search(rings[:1], [[0]], Counts(999, 1), then=nothing)
    assert found.notices[-1] == "Rings did 99% of the events: the rest was searched without them."


def test_only_rings_are_left_out(at_once: cg.Rings) -> None:
    public = at_once.where([ring.verdict == "candidate" for ring in at_once])
    found, looked = _search(public, [[0]], Counts(9, 1))
    assert len(found) == 1
    assert looked == [[9, 1]]


def _renamed(ring: cg.Rings, name: str) -> cg.Rings:
    """Return one ring under another name."""
    tables = {column: getattr(ring, column).to_arrow() for column in COLUMNS}
    return replace(ring, **{
        column: Table(table.set_column(0, "ring", pa.array([name] * len(table)))) for column, table in tables.items()
    })  # fmt: skip


def test_a_sure_ring_that_shares_accounts_with_what_is_left_out_is_kept(rings: cg.Rings) -> None:
    one, other, third = (_renamed(rings[1:], name) for name in "abc")
    found, _ = _search(one.joined(other).joined(third), [[0, 1], [1, 2], [3]], Counts(5, 5, 3, 1))
    assert [ring.id for ring in found] == ["a", "b"]


def test_what_lies_in_a_ring_that_is_kept_is_not_found_beside_it(rings: cg.Rings) -> None:
    kept, again = (_renamed(rings[1:], name) for name in "ab")
    found, _ = _search(kept, [[0]], Counts(6, 4), then=again)
    assert [ring.id for ring in found] == ["a"]
    found, _ = _search(kept, [[0]], Counts(6, 4), then=rings[:1])
    assert [ring.id for ring in found] == [rings[0].id, "a"]


def test_a_ring_is_sure_with_more_evidence_than_it_loses_without_the_others(rings: cg.Rings) -> None:
    # 48 acts and 64 bits: without the others a third of the events may be left, not a quarter.
    n_hits, bits = sum(rings[1].bursts["n_members"].to_pylist()), rings[1].score_bits
    assert (n_hits, round(bits)) == (48, 64)
    twice = _renamed(rings[1:], "a").joined(_renamed(rings[1:], "b"))
    members = [np.array([0]), np.array([1])]
    assert find_sure(twice, members, np.array([20, 20, 20])) == [0, 1]
    assert find_sure(twice, members, np.array([20, 41, 5])) == [1]
    assert find_sure(twice, members, np.array([50, 50, 0])) == [0, 1]
    assert find_sure(rings[1:], [np.array([0])], np.array([99, 1])) == [0]
    shared = [np.array([0, 1]), np.array([1, 2])]
    assert find_sure(twice, shared, np.array([1, 100, 1])) == [0, 1]
