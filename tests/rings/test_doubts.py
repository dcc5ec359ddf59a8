"""What speaks against a ring is said where it does, and only there."""

from datetime import timedelta

import pytest
from made_rings import NAN, NOON, make_ring, make_rings

from clickgraph.rings.doubts import measure_weight
from clickgraph.rings.explanation import explain


def doubts(rows: dict[str, list[dict[str, object]]]) -> str:
    return "\n".join(explain(make_rings(rows)[0]).answers[4].sentences)


def moved(rows: dict[str, list[dict[str, object]]], **by: int) -> dict[str, list[dict[str, object]]]:
    for table in ("bursts", "acts"):
        for row in rows[table]:
            for name in {"start", "end", "time"} & set(row):
                row[name] += timedelta(**by)
    return rows


def test_cover() -> None:
    rows = make_ring("r", ["a1", "a2"], ["c1", "c2"])  # shares of 0.5: each member has two acts more
    said = doubts(rows)
    assert "did 4 events, and 0 of the 2 accounts did nothing else" in said
    assert "50% of its events in the bursts: a life of their own is what people have" in said
    for row in rows["members"]:
        row["share"] = 1.0
    assert "did 0 events, and 2 of the 2 accounts did nothing else" in doubts(rows)
    assert "most are used for little else" in doubts(rows)
    for row in rows["members"]:
        row["share"] = NAN
    assert "Cover" not in doubts(rows)


def test_fans() -> None:
    said = doubts(make_ring("r", ["a1", "a2"], ["c1"], variance_ratio=6.25, edge=NAN))
    assert "hits is 6.25 (about 1 where" in said
    assert "the edge could not be computed" in said
    assert "could not be computed (about 1" in doubts(make_ring("r", ["a1"], ["c1"], variance_ratio=None))


def test_names_the_innocent_explanations_that_fit() -> None:
    rows = make_ring("r", ["a1", "a2"], ["c1", "c2"], variance_ratio=6.0)
    assert "Look twice: fans and one day would explain a part of this" in doubts(moved(rows, minutes=5))
    rows = make_ring("r", ["a1", "a2"], [f"c{at}" for at in range(6)], edge=0.9)
    for row in rows["bursts"]:
        row["n_outside"] = 2
    assert "Look twice: fans, a public occasion, one day and a timer would" in doubts(rows)
    apart = make_ring("r", ["a1", "a2"], ["c1", "c2"])
    for row in [*apart["bursts"], *apart["acts"]]:
        if row["content"] == "c2":
            for name in {"start", "end", "time"} & set(row):
                row[name] += timedelta(days=3)
    timeless = make_ring("r", ["a1", "a2"], ["c1"], clock=False, variance_ratio=NAN, edge=NAN)
    assert "checked fits the figures below: a public occasion." in doubts(timeless)
    assert "fits the figures below: fans, a public occasion, one day and a timer." in doubts(moved(apart, minutes=5))


def test_a_month_of_overlapping_bursts_is_no_sitting() -> None:
    rows = make_ring("r", ["a1", "a2"], ["c1", "c2"])
    for row in rows["bursts"]:
        row["end"] += timedelta(days=30)
    for at, row in enumerate(rows["acts"]):
        row["time"] += timedelta(days=5 * at)
    assert "Look twice" not in doubts(moved(rows, minutes=5))


def test_one_sitting_with_a_straggler_is_one_sitting() -> None:
    rows = make_ring("r", ["a1", "a2", "a3", "a4"], ["c1", "c2", "c3"], variance_ratio=0.8)
    rows["bursts"][0]["end"] += timedelta(days=3)
    rows["acts"][0]["time"] += timedelta(days=3)  # one of twelve acts comes three days later
    for row in [*rows["acts"][4:], *rows["bursts"][1:]]:
        for name in {"start", "end", "time"} & set(row):
            row[name] -= timedelta(hours=1) if row["content"] == "c2" else timedelta(hours=2)
    said = doubts(moved(rows, minutes=5))
    assert "Look twice: one day would explain a part of this" in said
    assert "But it is all on 2 days: one occasion outside this log could have brought them." in said
    rows["acts"][1]["time"] += timedelta(days=1)
    assert "Look twice" not in doubts(rows)  # ten of twelve acts are not nine in ten
    rows["acts"][1]["time"] -= timedelta(days=1)
    for at in (0, 5):  # two days of their own, but nine in ten of the rest
        rows["acts"][at]["time"] = NOON + timedelta(days=9 + at)
    rows["acts"] += [{**row} for row in rows["acts"] for _ in range(2) if row["time"] < NOON + timedelta(days=1)]
    assert "But it is nine in ten of their acts within" in doubts(rows)


def test_the_unevenness_that_decides_is_told() -> None:
    rows = make_ring("r", ["a1", "a2"], ["c1"])
    assert "unevenness" not in doubts(rows)
    rows["evidence"].append({"ring": "r", "name": "unevenness", "observed": 0.371, "expected": 0.0, "bits": 0.0})
    assert "is 0.37: half of it with the edge, more than 0.25 speaks of an audience, and half of that where" in doubts(
        rows
    )


def test_a_promotion_would_bring_others() -> None:
    rows = make_ring("r", ["a1", "a2"], ["c1", "c2", "c3"])
    assert "of the 9 events in the bursts others did 3 (33%). But it is all on 1 day: one" in doubts(rows)
    days = make_ring("r", ["a1", "a2"], ["c1", "c2", "c3"])
    for at, row in enumerate(days["bursts"]):
        row["start"], row["end"] = (NOON + timedelta(days=at, seconds=s) for s in (0, 20))
    for at, row in enumerate(days["acts"]):
        row["time"] = NOON + timedelta(days=at // 2, seconds=10 * (at % 2))
    assert "But it is" not in doubts(days)
    assert "only 1 content" in doubts(make_ring("r", ["a1", "a2"], ["c1"]))


def test_sittings_are_fewer_proofs() -> None:
    assert "Sittings" not in doubts(moved(make_ring("r", ["a1", "a2"], ["c1"]), hours=0))
    rows = make_ring("r", ["a1", "a2"], ["c1", "c2", "c3"])  # an hour apart: the first two are one sitting
    said = doubts(rows)
    assert "the 6 acts were done in 4 sittings (an hour from a member's first act), 1.5 a sitting, on 1" in said
    assert "than the score counts." in said
    told = ({"name": "sittings", "observed": 5.0}, {"name": "followers", "observed": 2.5})
    rows["evidence"] += [{"ring": "r", **piece, "expected": 0.0, "bits": 0.0} for piece in told]
    said = doubts(rows)
    assert "with each sitting counted once 5.0 bits would be left, too few to report." in said
    assert "For each member, 2.5 others, told in no ring, went through them in one sitting." in said
    assert "a list" in said.splitlines()[0]


def test_a_timer() -> None:
    rows = make_ring("r", ["a1", "a2"], [f"c{at}" for at in range(6)])
    assert "Timer: 6 of the 6 bursts begin within a minute after a full hour (0.1 by chance)" in doubts(rows)
    assert "Timer" not in doubts(moved(rows, minutes=17))


def test_a_coarse_clock() -> None:
    rows = make_ring("r", ["a1", "a2"], ["c1", "c2"])
    for row in [*rows["acts"], *rows["bursts"]]:
        for name in {"start", "end", "time"} & set(row):
            row[name] = NOON
    assert "Clock: these times have a clock of one hour; who acted together within one tick" in doubts(rows)


@pytest.mark.parametrize(("score", "n_may_fall"), [(65.0, 1), (30.0, 0), (95.0, 2)])
def test_what_hangs_on_one_content(score: float, n_may_fall: int) -> None:
    rows = make_ring("r", ["a1", "a2"], ["c1", "c2", "c3"], score_bits=score)  # each content has 30 bits
    facts = measure_weight(make_rings(rows)[0])
    assert facts["bits_without_strongest"] == score - 30.0
    assert facts["n_may_fall"] == n_may_fall
    said = doubts(rows)
    assert ("the case hangs on its strongest content, c1: without its 30.0 bits" in said) == (n_may_fall == 0)
    assert (f"{n_may_fall} of the 3 contents, the strongest first, may be" in said) == (n_may_fall > 0)


def test_a_weak_case_hangs_on_nothing() -> None:
    assert "Weight" not in doubts(make_ring("r", ["a1", "a2"], ["c1"], score_bits=-2.0))


def test_who_is_held_by_two_bursts_only() -> None:
    assert "Margin: 2 of the 2 accounts are held by two bursts only." in doubts(
        make_ring("r", ["a1", "a2"], ["c1", "c2"])
    )
    assert "Margin" not in doubts(make_ring("r", ["a1", "a2"], ["c1", "c2", "c3"]))
