"""Bursts of a group: chosen, widened, holding slots, and one proof per act."""

from dataclasses import fields

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from logs import logs
from made_groups import background, codes, crowd, farm
from toy_logs import make_log

from clickgraph.kernels.bursts import burst_nats
from clickgraph.rings.bursts import one_proof_per_act

WINDOWS = np.array([3_000_000, 40_000_000])
MEMBERS = np.arange(4, dtype=np.int32)


@given(logs(days=3), st.booleans())
def test_widened_bursts_hold_the_same_members_and_never_overlap(log: pa.Table, by_hours: bool) -> None:
    against = background(log, windows=WINDOWS)
    members = MEMBERS[against.graph.n_accounts > MEMBERS]
    account = against.graph.slots.account
    bursts = against.bursts_of(members, by_hours=by_hours)
    wide = bursts.widened()
    assert (wide.first <= bursts.first).all()
    assert (wide.end >= bursts.end).all()
    assert (wide.first[1:] >= wide.end[:-1]).all()
    for narrow, wider in zip(_runs(bursts), _runs(wide), strict=True):
        assert len(set(against.graph.slots.target[slice(*wider)])) == 1
        inside = [set(account[slice(*run)]) & set(members) for run in (narrow, wider)]
        assert inside[0] <= inside[1]
    assert wide.n_mine.tolist() == [np.isin(account[a:b], members).sum() for a, b in _runs(wide)]
    assert (wide.n_outside >= 0).all()


def _runs(bursts):
    return list(zip(bursts.first.tolist(), bursts.end.tolist(), strict=True))


@given(logs(days=3))
def test_slots_lie_in_the_burst_that_holds_them(log: pa.Table) -> None:
    against = background(log, windows=WINDOWS)
    bursts = against.bursts_of(MEMBERS[against.graph.n_accounts > MEMBERS], by_hours=False)
    held, burst = bursts.acts()
    expected = [(s, k) for s in bursts.mine.tolist() for k, (a, b) in enumerate(_runs(bursts)) if a <= s < b]
    assert list(zip(held.tolist(), burst.tolist(), strict=True)) == expected


def test_the_chosen_bursts_and_what_they_are_worth() -> None:
    log = background(crowd(200, 2_000) + farm("f", 6, 9))
    bursts = log.bursts_of(codes(log, "f"), by_hours=True)
    assert len(bursts) == 9
    third = bursts.where(np.arange(9) == 2)
    assert all(getattr(third, f.name).tolist() == getattr(bursts, f.name)[2:3].tolist() for f in fields(bursts)[:-2])
    assert third.nats[0] == burst_nats(5, 0, int(third.n_around[0]), int(third.n_others[0]))
    assert third.expected[0] == pytest.approx(5 * third.n_around[0] / (third.n_around[0] + third.n_others[0]))
    assert len(bursts.where(np.zeros(9, np.bool_)).widened()) == 0


def test_an_act_counts_in_the_burst_with_most_evidence_only() -> None:
    # Four accounts post a link; three of these posts, and one more post of the fourth, carry a tag.
    link = [(f"f{k}", "link", 9_000.0 + k) for k in range(4)]
    tag = [(f"f{k}", "tag", 9_000.0 + k) for k in range(4)]
    rest = crowd(60, 600)
    posts = [*(f"p{k}" for k in range(4)), *(f"p{k}" for k in range(3)), "q", *(f"o{k}" for k in range(600))]
    log = background(make_log([*link, *tag, *rest], post_id=posts))
    members = codes(log, "f")
    apart = background(make_log([*link, *tag, *rest])).bursts_of(members, by_hours=True)
    assert apart.n_members.tolist() == [4, 4]
    (burst,) = log.bursts_of(members, by_hours=True).n_members.tolist()
    assert burst == 4
    both = one_proof_per_act(apart, log.graph.slots, n_windows=len(log.windows))
    assert both.n_members.tolist() == [4]  # one member is left for the other, and one is no company
