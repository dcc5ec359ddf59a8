"""explain(ring, account=...): what binds one member, what does not, and whether it leads."""

import pytest
from made_logs import its_log, one_ring
from made_rings import NAN, make_ring, make_rings

import clickgraph as cg
from clickgraph.errors import InputError
from clickgraph.rings.explanation import explain


def test_says_how_it_belongs() -> None:
    rows = make_ring("r", ["a1", "a2", "a3"], ["c1", "c2"])
    rows["members"][1]["member_bits"] = 20.0
    ring = make_rings(rows)[0]
    assert "a2 came to 2 of the 2 bursts of ring r (verdict: ring)" in str(explain(ring, account="a2"))
    assert "20.0 bits better than chance, the strongest of its 3 accounts." in str(explain(ring, account="a2"))
    assert "8.0 bits better than chance, the 2nd strongest" in str(explain(ring, account="a3"))
    rows["members"][2]["member_bits"] = NAN
    assert "by an unknown number of bits." in str(explain(make_rings(rows)[0], account="a3"))


def test_lists_the_acts_that_bind_it() -> None:
    explanation = explain(one_ring(), account="a2")
    facts = explanation.facts["which acts bind it"]
    assert facts["n_acts"] == 3
    assert {act["content"] for act in facts["acts"]} == {"c1", "c2"}
    assert all(act["bits"] == 30.0 and act["n_members"] == 4 for act in facts["acts"])
    assert "c2 at 2024-01-01 12:00:10 UTC with 3 of the other 3" in str(explanation)
    assert explanation.subject == "member"


def test_counts_what_does_not_and_lists_it_from_the_log() -> None:
    ring = one_ring()  # shares of 0.5
    without = explain(ring, account="a1").facts["which do not"]
    assert (without["n_other_events"], without["other_events"]) == (3, None)
    assert "pass events=" in str(explain(ring, account="a1"))
    log = its_log(ring, ("a1", "c9", 1_600_000_000), ("a1", "c2", 1_600_000_001), ("b", "c9", 1_600_000_002))
    facts = explain(ring, account="a1", events=log).facts["which do not"]
    assert (facts["n_other_events"], facts["n_other_contents"]) == (2, 2)
    assert [row["content"] for row in facts["other_events"]] == ["c9", "c2"]
    assert "2 other events on 2 contents do not bind it: 50% of its" in str(explain(ring, account="a1", events=log))


def test_says_what_is_not_known_and_what_is_nothing() -> None:
    rows = make_ring("r", ["a1", "a2"], ["c1"])
    rows["members"][0]["share"], rows["members"][1]["share"] = NAN, 1.0
    ring = make_rings(rows)[0]
    assert "What else it did is not known" in str(explain(ring, account="a1"))
    assert "Nothing else: all its events in this log lie in the bursts." in str(explain(ring, account="a2"))


def test_binding_and_other_events_are_all_its_events() -> None:
    events = cg.read_events(
        cg.simulate("phone-farm", n_accounts=60, n_organic_accounts=1_000, n_organic_events=10_000, rng=1).events
    )
    ring = cg.find_rings(events)[0]
    table = events.to_table()["account"].to_pylist()
    for account in ring.accounts.to_pylist()[::10]:
        told, from_log = (explain(ring, account=account, events=log).facts for log in (None, events))
        n_acts = from_log["which acts bind it"]["n_acts"]
        assert n_acts + from_log["which do not"]["n_other_events"] == table.count(account)
        assert told["which do not"]["n_other_events"] == from_log["which do not"]["n_other_events"]


def test_says_who_leads_and_who_lags() -> None:
    rows = make_ring("r", [f"a{at}" for at in range(9)], [f"c{at}" for at in range(9)])
    for row in rows["bursts"]:
        day = int(row["content"][1:]) + 1
        row["start"], row["end"] = (row[name].replace(day=day) for name in ("start", "end"))
    for row in rows["acts"]:
        row["time"] = row["time"].replace(day=int(row["content"][1:]) + 1)
    ring = make_rings(rows)[0]
    assert "It leads: on 9 occasions it comes, on average, after 0% of the others, 0 s (median)" in str(
        explain(ring, account="a0")
    )
    assert "It lags: on 9 occasions" in str(explain(ring, account="a8"))
    assert "neither leads nor lags" in str(explain(ring, account="a4"))
    assert "a0 leads: on 9 occasions" in str(explain(ring))
    assert "repeats: the rank correlation of one occasion with the next is +1.00" in str(explain(ring))
    assert "100% of the members follow the first at the same distance" in str(explain(ring))


def test_without_times_nobody_leads() -> None:
    explanation = explain(make_rings(make_ring("r", ["a1", "a2"], ["c1"], clock=False))[0], account="a1")
    assert explanation.facts["does it lead"]["place"] is None
    assert "UTC" not in str(explanation)


def test_a_stranger_is_refused() -> None:
    with pytest.raises(InputError, match=r"an account of the ring \(a1, a2, a3 and 1 more\); found 'z'"):
        explain(one_ring(), account="z")
