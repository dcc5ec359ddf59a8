"""explain: sentences that say what the evidence says, name what speaks against it, and accuse nobody."""

import json
import pickle
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jsonschema
import pyarrow as pa
import pytest
from made_logs import its_log, one_ring
from made_rings import NAN, make_ring, make_rings, two_rings

import clickgraph as cg
import clickgraph.rings
from clickgraph.errors import InputError
from clickgraph.log.table import Table
from clickgraph.rings.answer import Answer, Explanation
from clickgraph.rings.explanation import explain

SCHEMA = json.loads(Path(clickgraph.rings.__file__).with_name("explanation.schema.json").read_text())
SMALL = {"n_accounts": 60, "n_organic_accounts": 1_000, "n_organic_events": 10_000}


@pytest.fixture(scope="module")
def farm() -> tuple[cg.Events, cg.Rings]:
    events = cg.read_events(cg.simulate("phone-farm", **SMALL, rng=1).events)
    return events, cg.find_rings(events)


class TestRing:
    def test_answers_the_questions_in_order(self) -> None:
        questions = ["who", "for whom", "when", "how unlikely", "what speaks against it", "how sure"]
        assert [answer.question for answer in explain(one_ring()).answers] == questions
        assert list(explain(one_ring()).facts) == questions

    def test_says_who(self) -> None:
        text = str(explain(one_ring()))
        assert "4 accounts are suspected of acting as one: a1, a2, a3 and 1 more." in text
        assert "Each of them came to 3 of the 3 bursts." in text
        assert "Their first burst begins at 2024-01-01 12:00:00 UTC: 4 came to it, half of all had come by" in text

    def test_says_for_whom(self) -> None:
        answer = explain(one_ring()).answers[1]
        assert "They serve 2 contents: c2 (8 acts in 2 bursts, 67% of their acts), c1 (4 acts in" in str(answer)
        assert "12 events on those contents were theirs and 3 other accounts': 80%." in str(answer)
        assert "pass events=" in answer.sentences[-1]
        assert [row["n_events"] for row in answer.facts["contents"]] == [None, None]

    def test_the_log_tells_the_share_of_each_content(self) -> None:
        ring = one_ring()
        log = its_log(ring, ("x", "c2", 1_704_200_000), ("y", "c1", 1_704_200_001), ("a1", "c9", 1_600_000_000))
        explanation = explain(ring, events=log)
        assert "theirs are 89% of the 9 on c2, 80% of the 5 on c1; and half or more on 2 of the 2" in str(explanation)
        assert "pass events=" not in str(explanation)
        known = [(account, "c9", 1_600_000_000) for account in ("a1", "a2", "a3", "a4")]
        assert "For none of them the first event" in str(explain(ring, events=its_log(ring, *known)))
        assert explanation.facts["who"]["n_debuts_in_bursts"] == 3  # a1 was on c9 before
        assert "For 3 of them (75%) the first event in the whole log" in str(explanation)

    def test_says_when(self) -> None:
        text = str(explain(one_ring()))
        assert "3 bursts on 2 contents from 2024-01-01 12:00:00 to 14:00:40 UTC" in text
        assert "on 1 occasion, on 1 day; the median burst lasts 40 s, the longest 40 s." in text
        assert "Their hours, in UTC: 12:00 to 15:00; on 1 day that tells no working hours." in text

    def test_names_the_action_where_there_are_several(self) -> None:
        rows = make_ring("r", ["a1", "a2"], ["c1", "c1"])
        for table, keep in (("bursts", 1), ("acts", 2)):
            for row in rows[table][-keep:]:
                row["action"] = "share"
        assert "c1 (like) (2 acts in 1 burst" in str(explain(make_rings(rows)[0]))

    def test_names_the_largest_bursts_first(self) -> None:
        rows = make_ring("r", ["a1", "a2"], [f"c{at}" for at in range(6)])
        rows["bursts"][4]["n_members"] = 9
        bursts = [sentence for sentence in explain(make_rings(rows)[0]).sentences if "Large burst" in sentence]
        assert len(bursts) == 3
        assert "9 of the 2 accounts on c4" in bursts[0]
        assert "0.25 expected beside the first; others did 1 event in it." in bursts[0]

    def test_the_pieces_add_up_to_the_score(self, farm: tuple[cg.Events, cg.Rings]) -> None:
        for ring in [*two_rings(), *farm[1]]:
            explanation = explain(ring)
            assert explanation.evidence == ring.evidence
            assert sum(piece.bits for piece in explanation.evidence) == pytest.approx(ring.score_bits)
            pieces = explanation.facts["how unlikely"]["pieces"]
            assert sum(piece["bits"] for piece in pieces) == pytest.approx(ring.score_bits)

    def test_says_the_pieces_that_count(self) -> None:
        text = str(explain(one_ring()))
        assert "The evidence is 65.0 bits: +90.0 bursts (12 seen beside the first of each, 0.75 expected)" in text
        assert "-15.0 choice of bursts, -10.0 choice of members." in text

    @pytest.mark.parametrize(
        ("p_value", "said"),
        [
            (2.0**-40, "with a chance of at most one in 2^40 (p = 9.1e-13)"),
            (0.0, "less than one in 2^996 (p < 1e-300)"),
            (0.9, "By this measure chance is not ruled out (p = 0.9)"),
            (NAN, "cannot be said"),
            (None, "cannot be said"),
        ],
    )
    def test_says_how_unlikely(self, p_value: float | None, said: str) -> None:
        assert said in str(explain(one_ring(p_value=p_value)))

    @pytest.mark.parametrize("verdict", ["ring", "audience", "candidate", "not enough data"])
    def test_says_the_verdict_and_what_decided(self, verdict: str) -> None:
        text = str(explain(one_ring(verdict=verdict, decided_by="edge")))
        assert f"Verdict: {verdict} (decided by: edge): " in text
        assert "a suspicion with its evidence, not a proof" in text

    @pytest.mark.parametrize(
        ("verdict", "decided_by", "said"),
        [
            ("audience", "edge", "half-hearted outsiders surround them, as followers are surrounded"),
            ("audience", "unevenness", "as unevenly as followers with a common interest do"),
            (
                "candidate",
                "own hours",
                "not, or hardly, beyond others at the same hours: what is seen here cannot tell an order",
            ),
            ("candidate", "edge", "together and evenly, but half-hearted outsiders surround them"),
        ],
    )
    def test_a_verdict_means_what_decided_it(self, verdict: str, decided_by: str, said: str) -> None:
        assert said in str(explain(one_ring(verdict=verdict, decided_by=decided_by)))

    def test_what_own_hours_leave_is_told_in_bits(self) -> None:
        rows = make_ring("r", ["a1", "a2"], ["c1"], verdict="candidate", decided_by="own hours", score_bits=-9.0)
        rows["evidence"].insert(
            1, {"ring": "r", "name": "own hours", "observed": -9.0, "expected": 30.5, "bits": -39.5}
        )
        assert "-39.5 own hours (-9.0 bits left of 30.5)" in str(explain(make_rings(rows)[0]))

    def test_only_a_ring_serves(self) -> None:
        log = its_log(one_ring())
        for verdict, said in (("ring", "They serve 2 contents"), ("audience", "They met on 2 contents")):
            text = str(explain(one_ring(verdict=verdict), events=log))
            assert said in text
            assert f"of the 2 that they {said.split(' 2')[0].removeprefix('They ')}." in text

    def test_an_uneven_ring_is_not_called_even(self) -> None:
        assert "as evenly as accounts in one hand do" in str(explain(one_ring(variance_ratio=2.0)))
        assert "though not as evenly as accounts" in str(explain(one_ring(variance_ratio=9.0)))

    def test_a_candidate_is_measured_against_the_whole_log_too(self) -> None:
        assert "Against the whole log it would be 68.0 bits; against what others did" in str(
            explain(one_ring(verdict="candidate"))
        )
        assert "Against the whole log" not in str(explain(one_ring()))

    def test_only_a_ring_is_suspected(self) -> None:
        audience = explain(one_ring(verdict="audience"))
        assert not any("suspected" in sentence for sentence in audience.sentences)

    def test_a_log_without_times_has_no_minutes(self) -> None:
        explanation = explain(make_rings(make_ring("r", ["a1"], ["c1"], clock=False))[0])
        text = str(explanation)
        assert "1 account is suspected" in text
        assert "in a log without times" in text
        assert "UTC" not in text
        assert "Clock: without times, only who acted on the same contents is known" in text
        assert explanation.facts["when"]["accounts"] is None

    def test_a_single_instant_and_several_days(self) -> None:
        rows = make_ring("r", ["a1", "a2"], ["c1"])
        rows["bursts"][0]["end"] = rows["bursts"][0]["start"]
        rows["summary"][0]["last"] = rows["summary"][0]["first"].replace(day=3)
        text = str(explain(make_rings(rows)[0]))
        assert "on c1 at 2024-01-01 12:00:00 UTC" in text
        assert "from 2024-01-01 12:00:00 to 2024-01-03 12:00:00 UTC" in text

    def test_nothing_counts(self) -> None:
        rows = make_ring("r", ["a1", "a2"], ["c1"], score_bits=0.0)
        rows["evidence"] = rows["evidence"][3:]
        assert "0.0 bits: no piece counts." in str(explain(make_rings(rows)[0]))

    def test_a_ring_whose_tables_are_empty_is_explained_too(self) -> None:
        rows = make_ring("r", ["a1", "a2"], ["c1"])
        for name in ("bursts", "acts", "members"):
            rows[name] = []
        assert "Verdict: ring" in str(explain(make_rings(rows)[0]))

    def test_another_log_is_refused(self, farm: tuple[cg.Events, cg.Rings]) -> None:
        with pytest.raises(InputError, match="the log to hold the acts of the rings"):
            explain(one_ring(), events=farm[0])


class TestStability:
    def test_says_where_the_ring_is_lost(self) -> None:
        runs = Table.from_columns(
            ring=["r"] * 3, setting=["rng", "windows", "resolution"], value=["1", "without 1h", "2"],
            f1=[1.0, 0.2, 0.9], verdict=["ring", "ring", "candidate"],
        )  # fmt: skip
        accounts = Table.from_columns(ring=["r"] * 4, account=["a1", "a2", "a3", "a4"], n_runs=[3, 2, 2, 1])
        found: Any = SimpleNamespace(runs=runs, accounts=accounts)
        explanation = explain(one_ring(), stability=found)
        assert "comes back in 2 of 3 runs, with the same verdict in 1; 3 of its 4 accounts are there" in str(
            explanation
        )
        assert "each time; it is lost without the window 1h." in str(explanation)
        assert explanation.facts["how sure"]["stability"]["median_f1"] == 0.9

    @pytest.mark.parametrize(
        ("setting", "value", "said"),
        [
            ("rng", "3", "with seed 3"),
            ("windows", "10s+1h", "with the windows 10s+1h"),
            ("resolution", "2", "with resolution 2"),
        ],
    )
    def test_names_the_run_in_which_it_is_lost(self, setting: str, value: str, said: str) -> None:
        found: Any = SimpleNamespace(
            runs=Table.from_columns(
                ring=["r"], setting=[setting], value=[value], f1=[0.0], verdict=pa.nulls(1, pa.string())
            ),
            accounts=Table.from_columns(ring=["r"], account=["a1"], n_runs=[0]),
        )
        text = str(explain(one_ring(), stability=found))
        assert (
            f"comes back in 0 of 1 run, with the same verdict in 0; it hangs on these settings; it is lost {said}."
            in text
        )

    def test_of_another_ring_is_refused(self, farm: tuple[cg.Events, cg.Rings]) -> None:
        steady = cg.stability(farm[0], seeds=[1], window_sets=[], resolutions=[])
        with pytest.raises(InputError, match="one that does not know it"):
            explain(one_ring(), stability=steady)
        assert "comes back in 1 of 1 run" in str(explain(farm[1][0], stability=steady))


class TestFormats:
    def test_text_data_and_html_say_the_same(self, farm: tuple[cg.Events, cg.Rings]) -> None:
        explanation = explain(farm[1][0], events=farm[0])
        document = explanation.to_dict()
        assert document["sentences"] == list(explanation.sentences) == str(explanation).split("\n")
        said = [sentence for answer in document["answers"] for sentence in answer["sentences"]]
        assert said == document["sentences"]
        shown = re.sub(r"<[^>]+>", "", explanation._repr_html_()).replace("&#x27;", "'").replace("&gt;", ">")
        assert all(sentence in shown.replace("&lt;", "<") for sentence in explanation.sentences)

    def test_every_number_of_a_share_stands_in_the_facts(self, farm: tuple[cg.Events, cg.Rings]) -> None:
        facts = explain(farm[1][0], events=farm[0]).facts
        assert facts["who"]["n_accounts"] == 60
        assert sum(row["n_acts"] for row in facts["for whom"]["contents"]) == facts["for whom"]["n_acts"]
        assert sum(facts["when"]["by_hour"]) == facts["for whom"]["n_acts"]
        assert sum(row["share_of_ring"] for row in facts["for whom"]["contents"]) == pytest.approx(1.0)

    def test_goes_through_json_and_its_schema(self, farm: tuple[cg.Events, cg.Rings]) -> None:
        ring = farm[1][0]
        account = ring.accounts[0].as_py()
        pair = cg.explain_pair(farm[0], account, ring.accounts[1].as_py())
        steady = cg.stability(farm[0], seeds=[1], window_sets=[], resolutions=[])
        explained = [
            explain(ring, events=farm[0], stability=steady),
            explain(ring, account=account, events=farm[0]),
            pair,
        ]
        for explanation in [*explained, *map(explain, two_rings())]:
            document = json.loads(json.dumps(explanation.to_dict(), allow_nan=False))
            jsonschema.validate(document, SCHEMA, cls=jsonschema.Draft202012Validator)
            assert document["evidence"] == json.loads(json.dumps(explanation.to_dict()["evidence"]))

    @pytest.mark.parametrize("at", range(6))
    def test_the_schema_misses_a_fact_that_is_gone(self, at: int) -> None:
        document = explain(one_ring()).to_dict()
        facts = document["answers"][at]["facts"]
        del facts[next(iter(facts))]
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(document, SCHEMA, cls=jsonschema.Draft202012Validator)

    def test_hostile_ids_are_safe(self) -> None:
        ring = make_rings(make_ring("r", ["\x1b[31m<i>"], ["\x1b]0;<b>\x07"]))[0]
        for explanation in (explain(ring), explain(ring, account="\x1b[31m<i>")):
            assert "\x1b" not in str(explanation)
            assert not re.search("<[ib]>", explanation._repr_html_())
            assert "&lt;i&gt;" in explanation._repr_html_()

    def test_pickles(self) -> None:
        explanation = explain(one_ring())
        assert explanation != "a text"
        assert pickle.loads(pickle.dumps(explanation)) == explanation

    def test_an_answer_without_sentences_is_not_shown(self) -> None:
        explanation = Explanation("ring", (Answer("who", ()), Answer("when", ("Now.",))))
        assert explanation._repr_html_() == "<h4>When</h4>\n<p>Now.</p>\n"


def test_other_ids_change_nothing_but_names(farm: tuple[cg.Events, cg.Rings]) -> None:
    table = farm[0].to_table().to_arrow()
    # The same order of names, so that ties between equals fall alike.
    renamed = table.set_column(0, "account", pa.array([f"p-{name}" for name in table["account"].to_pylist()]))
    renamed = renamed.set_column(1, "content", pa.array([f"q-{name}" for name in table["content"].to_pylist()]))
    there = cg.find_rings(renamed)
    plain, other = str(explain(farm[1][0], events=farm[0])), str(explain(there[0], events=renamed))
    assert other.replace("p-account", "account").replace("q-content", "content") == plain


def test_a_result_read_back_explains_itself(farm: tuple[cg.Events, cg.Rings], tmp_path: Path) -> None:
    farm[1].write(tmp_path / "out")
    assert explain(cg.read_rings(tmp_path / "out")[0]) == explain(farm[1][0])


def test_the_published_ghosts_are_explained(shared_data: Callable[[str], Path]) -> None:
    events = cg.read_events(shared_data("stargazers_ghost") / "events.parquet")
    for ring in cg.find_rings(events):
        facts = explain(ring, events=events).facts
        assert all(0 < row["share_of_content"] <= 1 for row in facts["for whom"]["contents"])
        assert facts["who"]["n_accounts"] == len(ring.accounts)
    best = explain(cg.find_rings(events)[0]).facts["when"]["route"]
    assert best["rank_correlation"] > 0.9  # every account takes the repositories in one order
