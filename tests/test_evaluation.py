"""The measures against scikit-learn, against counts by hand, and against bad input."""

from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score, average_precision_score

from clickgraph.errors import InputError
from clickgraph.evaluation import calibration, evaluate, match_rings
from clickgraph.log.table import Table
from clickgraph.measures import adjusted_rand_index, average_precision

ACCOUNTS = [f"a{i}" for i in range(40)]


def members(**rings):
    """Return a table of members: ring name -> (score, account numbers)."""
    rows = [(ring, f"a{i}", float(score)) for ring, (score, numbers) in rings.items() for i in numbers]
    names = ("ring", "account", "score_bits")
    return Table.from_columns(**{name: [row[k] for row in rows] for k, name in enumerate(names)})


def true(n_acts=5, **rings):
    rows = [(f"a{i}", ring) for ring, numbers in rings.items() for i in numbers]
    return Table.from_columns(
        account=[row[0] for row in rows], ring=[row[1] for row in rows], n_acts=[n_acts] * len(rows)
    )


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=1).filter(lambda rows: any(p for _, p in rows)))
def test_average_precision_equals_scikit_learn_s(rows):
    score, positive = np.array([float(s) for s, _ in rows]), np.array([p for _, p in rows])
    assert average_precision(score, positive=positive) == pytest.approx(average_precision_score(positive, score))


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1))
def test_adjusted_rand_index_equals_scikit_learn_s(rows):
    left, right = np.array(rows).T
    assert adjusted_rand_index(left, right) == pytest.approx(adjusted_rand_score(left, right))


def test_nothing_to_find_has_no_precision():
    assert np.isnan(average_precision(np.array([1.0]), positive=np.array([False])))
    assert np.isnan(average_precision(np.array([]), positive=np.array([], bool)))


def test_perfect_rings():
    found = members(r1=(50, range(10)), r2=(40, range(10, 16)))
    result = evaluate(found, true(x=range(10), y=range(10, 16)), accounts=ACCOUNTS)
    assert result.average_precision == 1.0
    assert (result.n_rings, result.n_true_rings, result.n_matched) == (2, 2, 2)
    assert (result.n_organic, result.n_organic_ahead) == (0, 0)
    assert result.adjusted_rand_index == 1.0
    assert (result.n_members, result.n_apart) == (16, 0)


def test_account_scores_are_their_best_ring_s_and_the_rest_comes_last():
    found = members(good=(50, [0, 1, 2]), bad=(20, [2, 3, 30]))
    truth = true(x=[0, 1, 2, 3, 4])
    score = np.full(40, -1.0)
    score[[0, 1, 2]], score[[3, 30]] = 50, 20
    expected = average_precision_score(np.arange(40) < 5, score)
    assert evaluate(found, truth, accounts=ACCOUNTS).average_precision == pytest.approx(expected)


def test_adjusted_rand_index_of_rings_and_the_rest():
    found = members(good=(50, [0, 1, 2]), bad=(60, [2, 3, 30]))
    left, right = np.zeros(40, int), np.zeros(40, int)
    left[[0, 1]], left[[2, 3, 30]], right[:5] = 1, 2, 1
    result = evaluate(found, true(x=range(5)), accounts=ACCOUNTS)
    assert result.adjusted_rand_index == pytest.approx(adjusted_rand_score(right, left))


def test_organic_rings_and_those_ahead():
    found = members(
        farm=(50, range(10)), fans=(60, range(20, 30)), shop=(10, range(30, 35)), half=(70, [10, 11, 36, 37])
    )
    result = evaluate(found, true(x=range(10), y=range(10, 20)), accounts=ACCOUNTS)
    assert (result.n_matched, result.n_organic, result.n_organic_ahead) == (1, 2, 1)


def test_where_nothing_matched_every_organic_ring_is_ahead():
    result = evaluate(members(fans=(1, range(20, 30))), true(x=range(10)), accounts=ACCOUNTS)
    assert (result.n_matched, result.n_organic, result.n_organic_ahead) == (0, 1, 1)


def test_who_acted_once_is_neither_right_nor_wrong():
    truth = pa.concat_tables([true(x=range(10)).to_arrow(), true(n_acts=1, x=range(10, 20)).to_arrow()])
    result = evaluate(members(r=(5, range(20))), truth, accounts=ACCOUNTS)
    assert result.average_precision == 1.0
    assert (result.n_matched, result.n_organic, result.n_members, result.n_apart) == (1, 0, 10, 10)


def test_an_account_of_two_rings_that_counts_in_one_counts():
    truth = pa.concat_tables([true(x=range(5)).to_arrow(), true(n_acts=1, y=range(5)).to_arrow()])
    result = evaluate(members(r=(5, range(5))), truth, accounts=ACCOUNTS)
    assert (result.n_members, result.n_apart, result.n_true_rings) == (5, 0, 1)


def test_partners_are_one_to_one_and_best():
    # Without a match in reach, the largest sum of F1: p with x alone gives 10 / 13.
    found = members(p=(9, range(8)), q=(8, range(3)))
    rows = match_rings(found, true(x=range(5), y=[5, 6, 7])).to_pylist()
    assert [(row["ring"], row["found"]) for row in rows] == [("x", "q"), ("y", "p")]
    assert sum(row["f1"] for row in rows) == pytest.approx(6 / 8 + 6 / 11)


def test_a_match_goes_before_a_larger_sum():
    # p with x is a match (12 / 14), though q with x and p with y would sum to more.
    rows = match_rings(members(p=(9, range(8)), q=(8, range(3))), true(x=range(6), y=[6, 7])).to_pylist()
    assert [(row["ring"], row["found"]) for row in rows] == [("x", "p"), ("y", None)]


def test_a_match_says_precision_recall_and_score():
    row = match_rings(members(p=(9, range(8))), true(x=range(4, 14)))
    assert row.to_pylist() == [
        {
            "ring": "x",
            "n_accounts": 10,
            "found": "p",
            "score_bits": 9.0,
            "precision": 0.5,
            "recall": 0.4,
            "f1": pytest.approx(8 / 18),
        }
    ]


def test_a_ring_that_nobody_found():
    row = match_rings(members(p=(9, [30, 31])), true(x=range(4))).to_pylist()[0]
    assert (row["found"], row["precision"], row["recall"], row["f1"]) == (None, 0.0, 0.0, 0.0)
    assert np.isnan(row["score_bits"])


def test_no_rings_and_no_truth():
    nothing = Table(members(p=(9, [1])).to_arrow().slice(0, 0))
    result = evaluate(nothing, true(x=range(4)), accounts=ACCOUNTS)
    assert (result.n_rings, result.n_matched, result.average_precision) == (0, 0, 0.1)
    clean = evaluate(members(p=(9, [1, 2])), Table(true(x=[1]).to_arrow().slice(0, 0)), accounts=ACCOUNTS)
    assert (clean.n_true_rings, clean.n_organic, clean.n_organic_ahead) == (0, 1, 1)
    assert np.isnan(clean.average_precision)


@pytest.mark.parametrize(("verdict", "n_ahead"), [("audience", 0), ("candidate", 0), ("ring", 1), ("odd", 0)])
def test_the_verdict_ranks_before_the_bits(verdict, n_ahead):
    rings = SimpleNamespace(
        members=members(farm=(50, range(10)), fans=(60, range(20, 30))),
        summary=Table.from_columns(ring=["farm", "fans"], verdict=["ring", verdict]),
    )
    result = evaluate(rings, true(x=range(10)), accounts=ACCOUNTS)
    assert (result.n_organic, result.n_organic_ahead) == (1, n_ahead)
    assert result.average_precision == (1.0 if n_ahead == 0 else 0.5)


def test_verdicts_choose_the_rings_that_count():
    rings = SimpleNamespace(
        members=members(farm=(50, range(10)), fans=(60, range(20, 30))),
        summary=Table.from_columns(ring=["fans", "farm"], verdict=["audience", "ring"]),
    )
    assert evaluate(rings, true(x=range(10)), accounts=ACCOUNTS).n_organic == 1
    chosen = evaluate(rings, true(x=range(10)), accounts=ACCOUNTS, verdicts=["ring"])
    assert (chosen.n_rings, chosen.n_organic, chosen.average_precision) == (1, 0, 1.0)


def test_repeated_and_numbered_accounts():
    found = Table.from_columns(ring=["r", "r"], account=[1, 2], score_bits=[3.0, 3.0])
    truth = Table.from_columns(account=[1, 2, 99], ring=["x"] * 3, n_acts=[2, 2, 0])
    result = evaluate(found, truth, accounts=np.array([1, 1, 2, 3, 3]))
    assert (result.average_precision, result.n_apart) == (1.0, 0)


def test_calibration_counts_and_bounds():
    p = np.concatenate([np.full(20, 0.005), np.full(80, 0.5)])
    rows = calibration(p, levels=[0.1, 0.01]).to_pylist()
    assert [row["n_below"] for row in rows] == [20, 20]
    assert all(row["low"] < 0.2 < row["high"] and not row["holds"] for row in rows)
    fair = calibration(np.linspace(0, 1, 1001), levels=[0.1]).to_pylist()[0]
    assert fair["holds"]
    # Clopper and Pearson: 0 of 10 gives an upper end of 1 - 0.025 ** (1 / 10).
    none = calibration(np.ones(10), levels=[0.05]).to_pylist()[0]
    assert (none["low"], none["high"]) == (0.0, pytest.approx(1 - 0.025**0.1))
    every = calibration(np.zeros(10), levels=[0.05]).to_pylist()[0]
    assert (every["low"], every["high"]) == (pytest.approx(0.025**0.1), 1.0)


def test_bad_input_is_refused():
    with pytest.raises(InputError, match=r"p-values between 0 and 1; found 1\.5"):
        calibration([0.5, 1.5])
    with pytest.raises(InputError, match="found no score_bits"):
        evaluate(pa.table({"ring": ["r"], "account": ["a"]}), true(x=[1]), accounts=ACCOUNTS)
    with pytest.raises(InputError, match="found no n_acts"):
        match_rings(members(p=(9, [1])), pa.table({"ring": ["r"], "account": ["a"]}))
    with pytest.raises(InputError, match="found no verdict"):
        evaluate(members(p=(9, [1])), true(x=[1]), accounts=ACCOUNTS, verdicts=["ring"])
    with pytest.raises(InputError, match="all accounts of the rings among `accounts`; found 'a1'"):
        evaluate(members(p=(9, [1])), true(x=[2]), accounts=["a2", "a3"])
