"""Membership and the rates that it stands on, against plain sums."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from clickgraph.kernels.activity import rate_of_outsiders
from clickgraph.kernels.membership import membership_nats
from clickgraph.kernels.slots import gather_slots, make_slots

ACCOUNTS = st.dictionaries(st.integers(0, 30), st.tuples(st.integers(1, 9), st.floats(0.01, 9.0)), min_size=1)


@given(ACCOUNTS, st.sets(st.integers(0, 30), min_size=1), st.floats(10.0, 99.0))
def test_the_ratio_equals_the_twin(came: dict[int, tuple[int, float]], members: set[int], n_outside: float) -> None:
    who = np.array(sorted(came), np.int32)
    hits, expected = np.array([came[a][0] for a in who], np.int32), np.array([came[a][1] for a in who])
    found = membership_nats(who, hits, np.array(sorted(members), np.int32), expected, n_outside, 99)
    mean = sum(h for a, (h, _) in came.items() if a in members) / len(members)
    for account, nats in zip(who.tolist(), found.tolist(), strict=True):
        h, chance = came[account]
        chance *= 1.0 if account in members else (n_outside - h + 0.5) / (n_outside + 0.5)
        if h < 2 or mean == 0:
            assert nats == -math.inf
        else:
            assert math.isclose(nats, h * math.log(mean / chance) - (mean - chance) + math.log(len(members) / 99),
                                rel_tol=1e-9, abs_tol=1e-9)  # fmt: skip


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 9))))
def test_the_rate_of_outsiders_equals_the_twin(bursts: list[tuple[int, int]]) -> None:
    by_members, by_all = np.array([3, 0, 5]), np.array([9, 0, 5])
    layer, n_outside = (np.array([row[k] for row in bursts], np.int32) for k in range(2))
    rate = rate_of_outsiders(by_members, by_all, layer, n_outside.astype(np.int64))
    for s, others in enumerate((6, 1, 1)):  # of none, as if there were one
        assert math.isclose(rate[s], sum(n + 0.5 for of, n in bursts if of == s) / others)


@given(st.lists(st.integers(0, 6)), st.lists(st.integers(0, 6), unique=True))
def test_the_slots_of_accounts_come_account_by_account(accounts: list[int], wanted: list[int]) -> None:
    account, n = np.array(accounts, np.int32), len(accounts)
    slots = make_slots(account, np.arange(n), np.zeros(n, np.int32), n_accounts=7, n_targets=1)
    found = gather_slots(np.array(wanted, np.int32), slots)
    assert found.tolist() == [k for a in wanted for k in range(n) if accounts[k] == a]
