"""explain_pair: the contents and seconds that tie two accounts, judged as their tie is."""

import math

import pytest

import clickgraph as cg
from clickgraph.errors import InputError
from clickgraph.rings.pair import explain_pair
from clickgraph.simulation.worlds import World


@pytest.fixture(scope="module")
def world() -> World:
    return cg.simulate("phone-farm", n_accounts=60, n_organic_accounts=1_000, n_organic_events=10_000, rng=1)


def log_of(*rows: tuple[str, str, int]) -> dict[str, list[object]]:
    account, content, time = (list(column) for column in zip(*rows, strict=True))
    return {"account": account, "content": content, "time": [1_700_000_000 + at for at in time]}


def test_says_the_contents_and_the_seconds() -> None:
    log = log_of(("a", "x", 0), ("b", "x", 30), ("a", "y", 500), ("b", "y", 495), ("c", "x", 9_000), ("b", "z", 0))
    explanation = explain_pair(log, "a", "b", windows=["10s", "1min"])
    text = str(explanation)
    assert "a (2 events) and b (3 events) both acted on 2 contents." in text
    assert (
        "Closest: y at 2023-11-14 22:21:40 UTC, the other 5 s earlier; x at 2023-11-14 22:13:20 UTC, the other 30 s"
        in text
    )
    facts = explanation.facts["what ties them"]
    assert [(row["content"], row["seconds"]) for row in facts["meetings"]] == [("y", -5.0), ("x", 30.0)]
    assert explanation.facts["how unlikely"]["windows"][1]["shared"] == 2


def test_the_pieces_add_up_to_the_bits_of_the_tie(world: World) -> None:
    ring = cg.find_rings(world.events)[0]
    for tie in ring.ties.to_pylist()[::50]:
        explanation = explain_pair(world.events, tie["account"], tie["other"])
        assert sum(piece.bits for piece in explanation.evidence) == pytest.approx(tie["bits"])
        assert explanation.evidence[0].observed == tie["shared"]
        assert explanation.facts["how unlikely"]["bits"] == pytest.approx(tie["bits"])


def test_turned_round_it_says_the_same(world: World) -> None:
    a, b = world.truth["account"].to_pylist()[:2]
    one, two = explain_pair(world.events, a, b), explain_pair(world.events, b, a)
    assert one.evidence == two.evidence
    assert one.facts["how unlikely"] == two.facts["how unlikely"]
    turned = {(row["content"], -row["seconds"]) for row in two.facts["what ties them"]["meetings"]}
    assert turned == {(row["content"], row["seconds"]) for row in one.facts["what ties them"]["meetings"]}


def test_says_what_one_pair_is_worth_among_all(world: World) -> None:
    a, b = world.truth["account"].to_pylist()[:2]
    explanation = explain_pair(world.events, a, b)
    facts = explanation.facts["how unlikely"]
    n = cg.read_events(world.events).n_accounts
    assert facts["n_pairs"] == n * (n - 1) // 2
    assert facts["pair_bits"] == pytest.approx(math.log2(facts["n_pairs"]))
    assert ("goes beyond that" in str(explanation)) == (facts["bits"] > facts["pair_bits"])
    log = log_of(("a", "x", 0), ("b", "x", 1), *((f"u{at}", f"v{at}", at) for at in range(50)))
    assert "this pair alone proves nothing" in str(explain_pair(log, "a", "b"))


def test_chance_is_called_chance() -> None:
    explanation = explain_pair(log_of(("a", "x", 0), ("b", "y", 0)), "a", "b")
    assert "both acted on 0 contents." in str(explanation)
    assert "Chance explains what they share." in str(explanation)


def test_the_same_moment_the_same_tick_and_the_whole_log() -> None:
    day = {"account": ["a", "b"] * 3, "content": list("xxyyzz"), "time": ["2024-01-01"] * 2 + ["2024-01-09"] * 4}
    day["account"] += [f"u{at}" for at in range(40)]
    day["content"] += [f"v{at}" for at in range(40)]
    day["time"] += ["2024-02-01"] * 40
    text = str(explain_pair(day, "a", "b", windows=["10s"]))
    assert "the other" not in text
    assert "at the same moment" in text
    assert "In the same tick of the clock they shared 3" in text
    assert "In the whole log they shared 3" in str(explain_pair(day, "a", "b", windows=["ever"]))


def test_without_times_contents_are_named_no_seconds() -> None:
    log = {"account": ["a", "b", "c"], "content": ["x", "x", "y"]}
    explanation = explain_pair(cg.read_events(log, time=None), "a", "b")
    assert "both acted on 1 content." in str(explanation)
    assert explanation.facts["what ties them"]["meetings"][0]["seconds"] is None
    assert "UTC" not in str(explanation)


def test_strata_keep_them_apart() -> None:
    log = log_of(("a", "x", 0), ("b", "x", 1), ("a", "y", 0), ("b", "y", 2))
    log["country"] = ["de", "de", "de", "fr"]
    assert explain_pair(log, "a", "b", strata="country").facts["what ties them"]["n_shared"] == 1


@pytest.mark.parametrize(
    ("account", "other", "said"),
    [
        ("a", "a", "two different accounts"),
        ("a", "z", "an account of the"),
        ("a", 7, "found 7"),
        (object(), "a", "an account of the log"),
    ],
)
def test_unknown_accounts_are_refused(account: object, other: object, said: str) -> None:
    with pytest.raises(InputError, match=said):
        explain_pair(log_of(("a", "x", 0), ("b", "x", 1)), account, other)


def test_windows_of_days_read_as_days() -> None:
    times = [1_700_000_000 + 86_400 * day for day in (0, 2, 10, 12, 20, 22)]
    log = {"account": ["a", "b"] * 3 + ["x"], "content": [*"ppqqrr", "s"], "time": [*times, times[0]]}
    assert "Within 3 days they shared 3" in str(cg.explain_pair(log, "a", "b", windows=["3day"]))
