"""Rest: beside a ring that did most of a log, the others are found as in a log without it."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from made_groups import crowd, farm
from toy_logs import make_log

import clickgraph as cg
from clickgraph.log.table import Table
from clickgraph.rings import rest
from clickgraph.rings.columns import COLUMNS
from clickgraph.rings.rest import are_sure, search_rest, without_accounts

CROWD = crowd(200, 2_000)
LARGE, SMALL = farm("f", 2_000, 40), farm("g", 8, 6)
LOG = make_log(LARGE + CROWD + SMALL)


@pytest.fixture(scope="module")
def rings() -> cg.Rings:
    return cg.find_rings(LOG)


@pytest.fixture(scope="module")
def at_once() -> cg.Rings:
    """What one search finds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rest, "MOST", np.inf)
        return cg.find_rings(LOG)


def _told(rings: cg.Rings) -> list[tuple[str, str, int]]:
    return [(ring.verdict, ring.accounts[0].as_py()[0], len(ring.accounts)) for ring in rings]


def test_the_public_beside_a_farm_that_is_most_of_the_log_is_no_group(rings: cg.Rings, at_once: cg.Rings) -> None:
    assert _told(rings) == [("ring", "f", 2_000), ("ring", "g", 8)]
    assert ("candidate", "x", 16) in _told(at_once)


def test_the_others_have_the_evidence_that_they_have_without_it(rings: cg.Rings) -> None:
    alone = cg.find_rings(LOG, ignore=[f"f{k}" for k in range(2_000)])[0]
    assert rings[1].bursts == alone.bursts
    assert rings[1].score_bits == pytest.approx(alone.score_bits)


def test_it_is_told(rings: cg.Rings) -> None:
    share = len(LARGE) / len(LOG)
    told = f"1 of the rings did {share:.0%} of the events: the others were looked for without them."
    assert rings.notices[-1] == told
    assert rings.fingerprint == cg.read_events(LOG).fingerprint


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


def _renamed(table: Table) -> Table:
    """Return the rows of one ring as those of another."""
    return Table(table.to_arrow().set_column(0, "ring", pa.array(["other"] * len(table))))


def _search(rings: cg.Rings, members: list[list[int]], log: Counts) -> tuple[cg.Rings, list[list[int]]]:
    """Let every search find the same rings; return what is told, and what each search looked at."""
    looked = []

    def search(log: Counts) -> cg.Rings:
        looked.append(log.n_acted.tolist())
        return rings if len(looked) == 1 else rings[:0]

    def without(log: Counts, accounts: np.ndarray) -> Counts:
        return Counts(*np.delete(log.n_acted, accounts))

    codes = [np.array(each, np.int32) for each in members]
    return search_rest(search, log, members_of=lambda found: codes[: len(found)], without=without), looked


def test_half_is_most(rings: cg.Rings) -> None:
    told, looked = _search(rings, [[0], [2]], Counts(2, 3, 5))
    assert [ring.id for ring in told] == [rings[1].id]
    assert looked == [[2, 3, 5], [2, 3]]


def test_less_than_half_is_no_reason_to_look_again(rings: cg.Rings) -> None:
    told, looked = _search(rings, [[0], [2]], Counts(2, 4, 5))
    assert len(told) == len(rings)
    assert looked == [[2, 4, 5]]


def test_a_ring_is_sure_with_more_evidence_than_it_loses_without_the_others(rings: cg.Rings) -> None:
    n_hits = sum(rings[0].bursts["n_members"].to_pylist())
    members, n_acted = [np.array([1, 2]), np.array([0])], np.array([10, 40, 50])
    for more, is_sure in ((-1, False), (1, True)):
        # Without the ten events of the other there are ninety of a hundred.
        ring = replace(rings[0], score_bits=n_hits * np.log2(100 / 90) + more)
        assert are_sure([ring, rings[1]], members, n_acted)[0] == is_sure
    shared = [np.array([0]), np.array([0, 1])]
    assert are_sure([rings[1], rings[1]], shared, np.array([40, 40, 20])).tolist() == [False, True]


def test_of_two_rings_that_did_most_together_both_are_left_out(rings: cg.Rings) -> None:
    twice = rings.where([False, True])
    other = replace(twice, **{name: _renamed(getattr(twice, name)) for name in COLUMNS})
    told, looked = _search(twice.joined(other), [[0], [1]], Counts(3, 3, 5))
    assert len(told) == 2
    assert looked == [[3, 3, 5], [5]]


def test_a_ring_that_is_the_whole_log_leaves_nothing_to_look_at(rings: cg.Rings) -> None:
    told, looked = _search(rings[:1], [[0, 1]], Counts(2, 4))
    assert [ring.id for ring in told] == [rings[0].id]
    assert len(looked) == 1
    assert "100% of the events" in told.notices[-1]


def test_only_rings_are_left_out(at_once: cg.Rings) -> None:
    public = at_once.where([ring.verdict == "candidate" for ring in at_once])
    told, looked = _search(public, [[0]], Counts(9, 1))
    assert len(told) == 1
    assert looked == [[9, 1]]
