"""Sections: what they ask for, and that their chapters can be written from whatever came back."""

from collections.abc import Callable
from typing import Any

import pytest
from fake_results import DESCENT, EVALUATION, RING, VERDICTS, fake

from benchmarks.cells import Cell, Known, Result
from benchmarks.goals import Goal, to_chapter
from benchmarks.quality import SECTIONS
from benchmarks.sections import Scope, clean, fans, peers, plane, planted, real_farm, replicates
from benchmarks.writing import Chapter

MODULES = {
    "planted": planted, "real_farm": real_farm, "clean": clean, "replicates": replicates, "fans": fans, "plane": plane,
    "peers": peers,
}  # fmt: skip
QUICK = Scope(quick=True, n_worlds=4, seeds=(0,))
FULL = Scope(quick=False, n_worlds=21, seeds=(0, 1))


def ask(section: Any, scope: Scope, answer: Callable[[Cell], Result]) -> dict[str, Result]:
    """Answer all that a section asks for, until it asks for nothing new."""
    known: dict[str, Result] = {}
    for _ in range(200):
        missing = [cell for cell in section.cells(scope, known) if cell.key not in known]
        if not missing:
            return known
        known |= {cell.key: answer(cell) for cell in missing}
    raise AssertionError("the section never stops asking")


@pytest.fixture(autouse=True)
def all_data_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sections ask for the real logs whether they are beside the checkout or not."""
    for module in (planted, real_farm, clean, peers, replicates):
        monkeypatch.setattr(module, "has_data", lambda _name: True)


def check(chapters: list[Chapter]) -> None:
    """Each table has rows of equal length, and nothing unfinished is shown."""
    assert chapters
    for chapter in chapters:
        assert chapter.title
        assert "{" not in chapter.text
        assert "None" not in chapter.text
        for block in chapter.text.split("\n\n"):
            lines = block.splitlines()
            if lines and lines[0].startswith("|"):
                assert len({line.replace("\\|", "").count("|") for line in lines}) == 1, block


def test_the_command_names_every_section() -> None:
    assert set(SECTIONS) == set(MODULES)


@pytest.mark.parametrize("name", SECTIONS)
@pytest.mark.parametrize("scope", [QUICK, FULL], ids=["quick", "full"])
def test_chapters_are_written_from_what_is_known(name: str, scope: Scope) -> None:
    known = ask(MODULES[name], scope, fake)
    assert known
    check(MODULES[name].show(scope, known))


@pytest.mark.parametrize("name", SECTIONS)
def test_chapters_are_written_where_nothing_worked(name: str) -> None:
    known = ask(MODULES[name], QUICK, lambda _cell: {"failed": "error: broken", "seconds": 0.0})
    chapters = MODULES[name].show(QUICK, known)
    check(chapters)
    assert "broken" in "".join(chapter.text for chapter in chapters)


def test_cells_are_made_of_plain_values_and_name_what_exists() -> None:
    import importlib
    import json

    for section in MODULES.values():
        for cell in section.cells(FULL, ask(section, FULL, fake)):
            assert json.loads(json.dumps(cell.arguments)) == cell.arguments
            module, function = cell.function.split(":")
            assert callable(getattr(importlib.import_module(module), function))
            assert cell.limited <= (cell.kind == "peers")


def _goals(section: Any, **of: Any) -> dict[str, bool | None]:
    """What is said of each goal where every search came back as given."""
    known = ask(section, QUICK, lambda cell: {**fake(cell), **of})
    return {goal.about: goal.met for goal in section.goals(QUICK, known)}


def test_goals_of_planted_rings() -> None:
    good = {**EVALUATION, "average_precision": 0.999, "n_matched": 23, "n_organic_ahead": 0}
    log = "rings in german_elections"
    sure = {**RING, "f1": 1.0, "p_value": 0.0}
    assert _goals(planted, all=good, rings=[sure]) == {
        f"plain {log}": True, f"weak {log}": True, "p-values of the plain rings": True
    }  # fmt: skip
    for change in ({"average_precision": 0.79}, {"n_matched": 20}, {"n_organic_ahead": 1}):
        found = _goals(planted, all={**good, **change})
        assert found == {f"plain {log}": False, f"weak {log}": False, "p-values of the plain rings": False}
    # A weak level asks for less.
    assert _goals(planted, all={**good, "average_precision": 0.9, "n_matched": 21})[f"weak {log}"] is True


def test_a_ring_that_no_search_can_report_is_not_held_against_the_search() -> None:
    missed, beyond, found = RING, {**RING, "bits_if_told": 6.5}, {**RING, "f1": 0.8}
    known = ask(planted, QUICK, lambda cell: {**fake(cell), "rings": [missed, beyond, found]})
    assert all(" 1 of 2 within reach" in goal.measured for goal in planted.goals(QUICK, known)[:2])
    assert "| 1/2 |" in planted.show(QUICK, known)[0].text


def test_goals_of_the_real_farm() -> None:
    (about,) = _goals(real_farm)
    assert _goals(real_farm, n_busy_found=171) == {about: True}
    assert _goals(real_farm, n_busy_found=170) == {about: False}
    assert _goals(real_farm, n_organic=1) == {about: False}


def test_goals_of_clean_worlds() -> None:
    assert set(_goals(clean).values()) == {True}
    one = {**VERDICTS, "ring": 1}
    assert _goals(clean, n_verdicts=one) == {
        "organic worlds": False, "fans, no strata given": False, "real sets without a farm": False,
        "p-values of rings in clean worlds": True,
    }  # fmt: skip
    assert _goals(clean, smallest_ring_p=1e-9)["p-values of rings in clean worlds"] is False


def test_goals_of_replicates() -> None:
    assert set(_goals(replicates).values()) == {True}
    assert _goals(replicates, n_verdicts={**VERDICTS, "ring": 1})["rings in replicates"] is False
    broken = _goals(replicates, smallest_p=1e-9)
    assert broken == {"rings in replicates": True, "p-values of replicates": False}


def test_goals_of_the_plane() -> None:
    # The same step for all: nobody is ahead, and the hopeless cases are told without a verdict.
    assert _goals(plane) == {"the weakest farm": False, "stealth-farm, as it is": None, "star-seller, as it is": None}
    known = ask(plane, QUICK, lambda cell: {**fake(cell), **({"step": None} if cell.kind == "peers" else {})})
    assert plane.goals(QUICK, known)[0].met is True


def test_the_chapter_of_goals_counts_those_with_a_number() -> None:
    goals = [Goal("a", "1", "2", True), Goal("b", "1", "0", False), Goal("c", "?", "3", None)]
    text = to_chapter(goals).text
    assert "1 of 2 goals are met." in text
    assert "| a | 1 | 2 | **yes** |" in text
    assert "| c | ? | 3 | - |" in text


def test_settings_that_run_out_are_not_tried_again() -> None:
    tried: list[Cell] = []

    def answer(cell: Cell) -> Result:
        if not cell.limited:
            return fake(cell)
        tried.append(cell)
        if cell.arguments.get("log") == "oulad_clicks" and cell.arguments["peer"] == "fraudar":
            return {"failed": "memory", "seconds": 9.0, "limits": {"seconds": 600.0, "gigabytes": 16.0}}
        return fake(cell)

    known = ask(peers, FULL, answer)
    assert len(tried) == len({cell.key for cell in tried})
    of = [cell.arguments for cell in tried if cell.arguments["peer"] == "fraudar"]
    # Two settings run out: neither they nor the third is tried on the weak rings of that log.
    assert [one["level"] for one in of if one.get("log") == "oulad_clicks"] == ["plain", "plain"]
    # Elsewhere all three settings run on every seed.
    assert sum(one.get("log") == "german_elections" for one in of) == 3 * 2 * 2
    text = peers.show(FULL, known)[0].text
    assert "out of memory" in text
    assert "Not measured" not in text


def test_twins_of_fans_wait_for_the_fans() -> None:
    first = fans.cells(QUICK, {})
    assert {cell.function.split(":")[1] for cell in first} == {"measure_fans"}
    known: Known = {cell.key: fake(cell) for cell in first}
    twins = [cell for cell in fans.cells(QUICK, known) if cell.key not in known]
    assert {(cell.arguments["n_accounts"], cell.arguments["participation"]) for cell in twins} == {(60, 0.42)}
    assert {cell.arguments["kind"] for cell in twins} == set(fans.KINDS)
    nobody = {cell.key: {**fake(cell), "group": None} for cell in first}
    assert len(fans.cells(QUICK, nobody)) == len(first)


def test_the_best_piece_is_no_measure_of_strength() -> None:
    def group(**evidence: float) -> Result:
        return {"group": {"evidence": {"bursts": evidence["even"] * 0, **evidence}}}

    fan = [group(even=value, edge=0.0) for value in (3.0, 4.0)]
    farm = [group(even=value, edge=0.0) for value in (1.0, 2.0)]
    assert fans.best_piece(fan, farm) == ("even", 1.0)
    assert fans.best_piece(farm, fan) == ("even", 1.0)
    assert fans.best_piece(fan, [{"group": None}] * 3 + farm[:1]) is None
    assert fans.area([1.0], [1.0]) == 0.5


def test_what_chance_alone_tells_apart() -> None:
    # With one group on either side one of the two is always larger.
    assert fans.area_by_chance(1) == (1.0, 1.0)
    few, many = fans.area_by_chance(5), fans.area_by_chance(20)
    assert 0.5 < many[0] < many[1] < few[1] < 1.0
    assert many[0] < few[0]


@pytest.mark.parametrize(
    ("mine", "theirs", "expected"),
    [
        (6, {"qut": 4, "fraudar": 2}, [0.5, True]),
        (5, {"qut": 4, "fraudar": None}, [2**-0.5, False]),
        (4, {"qut": 6}, [2.0, False]),
        (None, {"qut": 4}, [None, False]),
        (4, {"qut": None}, [None, True]),
        (None, {"qut": None}, [None, "nobody"]),
    ],
)
def test_half_the_participation_of_the_best_peer(
    mine: int | None, theirs: dict[str, int | None], expected: list[object]
) -> None:
    def at(step: int | None) -> Result:
        return {**DESCENT, "step": step, "steps": [{"step": k, "participation": 2.0 ** (-k / 2)} for k in range(9)]}

    row = plane.compare(at(mine), {peer: at(step) for peer, step in theirs.items()})
    assert row[3:] == pytest.approx(expected) if isinstance(expected[0], float) else row[3:] == expected


def test_what_cannot_go_lower_is_not_called_missed() -> None:
    low = {**DESCENT, "at_floor": True}
    assert str(plane.compare(low, {"qut": DESCENT})[-1]).startswith("cannot be told")


def test_what_is_said_of_a_set_stands_under_its_verdict() -> None:
    counts = {"audience": 4, "not enough data": 3, "candidate": 2, "ring": 1}
    columns = ["ring", "candidate", "not enough data", "audience"]
    assert list(clean.VERDICTS) == columns
    row = clean._set({"n_verdicts": counts, "smallest_p": 1.0, "search_seconds": 0.5})
    assert row[:4] == [counts[verdict] for verdict in columns]
