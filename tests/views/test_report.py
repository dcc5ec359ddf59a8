"""The report as a file: whole, the same bytes each time, and nothing in it that asks or runs."""

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from made_rings import NAN, make_ring, make_rings, two_rings

import clickgraph as cg
from clickgraph.errors import InputError
from clickgraph.rings.ring import Evidence
from clickgraph.views import report_cards, report_pictures
from clickgraph.views.report import _embeddable
from clickgraph.views.report_cards import make_steps, say_reproduction, say_settings, say_summary
from clickgraph.views.report_pictures import ring_pictures
from clickgraph.views.report_tables import ring_tables, summary_table

KEY = b"a key of sixteen bytes or more"


class Reader(HTMLParser):
    """Collects what a page would run and what it points at."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.scripts: list[tuple[dict[str, str | None], str]] = []
        self.links: list[str | None] = []
        self.handlers: list[str] = []
        self.policy = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "script":
            self.scripts.append((named, ""))
        if named.get("http-equiv") == "Content-Security-Policy":
            self.policy = named["content"] or ""
        self.links += [value for name, value in attrs if name in ("src", "href", "action", "srcset", "data")]
        self.handlers += [name for name, _ in attrs if name.startswith("on")]

    def handle_data(self, data: str) -> None:
        if self.cdata_elem == "script":
            attributes, text = self.scripts[-1]
            self.scripts[-1] = (attributes, text + data)


def page_of(rings: cg.Rings, folder: Path, **options: object) -> str:
    return cg.write_report(rings, folder / "report.html", **options).read_text(encoding="utf-8")


class TestPage:
    def test_the_policy_names_each_script_by_its_hash_and_allows_nothing_else(self, tmp_path: Path) -> None:
        page = Reader(page_of(two_rings(), tmp_path))
        runs = [text for attributes, text in page.scripts if attributes.get("type") != "application/json"]
        hashes = [f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in runs]
        assert len(hashes) == 2
        rules = dict(rule.split(maxsplit=1) for rule in page.policy.split("; "))
        assert rules == {
            "default-src": "'none'", "script-src": " ".join(hashes), "style-src": "'unsafe-inline'",
            "img-src": "data:", "base-uri": "'none'", "form-action": "'none'",
        }  # fmt: skip

    def test_points_nowhere_and_handles_nothing_inline(self, tmp_path: Path) -> None:
        page = Reader(page_of(two_rings(), tmp_path))
        assert {link for link in page.links if link and not link.startswith("#")} == {"data:,"}
        assert page.handlers == []

    def test_says_what_was_found(self, found: cg.Rings, tmp_path: Path) -> None:
        text = re.sub(r"\s+", " ", page_of(found, tmp_path, title="A case"))
        assert "<h1>A case</h1>" in text
        for sentence in cg.explain(found[0]).sentences[:2]:
            assert sentence.replace("'", "&#39;") in text
        assert found.fingerprint in text

    def test_an_audience_is_called_a_group(self, tmp_path: Path) -> None:
        page = cg.write_report(two_rings(), tmp_path / "report.html").read_text(encoding="utf-8")
        assert ">Ring <bdi>r-farm</bdi>" in page
        assert ">Group <bdi>r-fans</bdi>" in page
        assert "events=" not in page.split("<footer>")[0]  # a hint for who calls, not for who reads

    def test_the_same_bytes_in_another_process_and_after_other_pictures(self, found: cg.Rings, tmp_path: Path) -> None:
        found.write(tmp_path / "rings")
        first = page_of(found, tmp_path, pseudonyms=KEY)
        assert page_of(found, tmp_path, pseudonyms=KEY) == first  # Bokeh has counted on by now
        call = f"cg.write_report(cg.read_rings(sys.argv[1]), sys.argv[2], pseudonyms={KEY!r})"
        code = f"import sys, clickgraph as cg; {call}; assert 'matplotlib' not in sys.modules"
        command = [sys.executable, "-c", code, str(tmp_path / "rings"), str(tmp_path / "again.html")]
        subprocess.run(command, check=True, env={**os.environ, "PYTHONHASHSEED": "7"})
        assert (tmp_path / "again.html").read_text(encoding="utf-8") == first

    def test_pseudonyms_leave_no_id(self, found: cg.Rings, tmp_path: Path) -> None:
        page = page_of(found, tmp_path, pseudonyms=KEY)
        for each in [*found[0].accounts.to_pylist(), *found[0].contents.to_pylist(), found[0].id, found.fingerprint]:
            assert each not in page
        assert "keyed pseudonyms" in page
        assert "rings.fingerprint ==" not in page
        assert "keyed pseudonyms" not in page_of(found, tmp_path)

    def test_data_holds_nothing_that_html_acts_on(self, tmp_path: Path) -> None:
        rings = make_rings(make_ring("r", ["</script>", "<!--", "&amp;"], ["\u2028"]))
        page = Reader(page_of(rings, tmp_path))
        ((_, data),) = [each for each in page.scripts if each[0].get("type") == "application/json"]
        assert not set("<>&\u2028") & set(data)
        assert {"</script>", "<!--", "&amp;"} == set(json.loads(data)["tables"]["members-1"][0]["values"])

    def test_the_summary_lists_all_and_the_best_get_cards(self, tmp_path: Path) -> None:
        page = page_of(two_rings(), tmp_path, most_rings=1)
        assert page.count("<article") == 1
        assert "r-farm" in page
        assert "r-fans" in page
        assert page_of(two_rings(), tmp_path, most_rings=0).count("<article") == 0


class TestDoor:
    def test_an_old_page_stays_where_the_new_one_fails(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "report.html").write_text("old")

        def fail(*_: object, **__: object) -> None:
            raise OSError("disk full")

        monkeypatch.setattr(Path, "write_text", fail)
        with pytest.raises(OSError, match="disk full"):
            cg.write_report(two_rings(), tmp_path / "report.html")
        monkeypatch.undo()
        assert [path.name for path in tmp_path.iterdir()] == ["report.html"]
        assert (tmp_path / "report.html").read_text() == "old"

    def test_refuses_a_folder_a_short_key_and_a_negative_number(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="a file to write to"):
            cg.write_report(two_rings(), tmp_path)
        with pytest.raises(InputError, match="16 bytes"):
            cg.write_report(two_rings(), tmp_path / "x.html", pseudonyms="short")
        with pytest.raises(InputError, match="most_rings as a whole number of 0 or more; found -1"):
            cg.write_report(two_rings(), tmp_path / "x.html", most_rings=-1)
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("library", ["jinja2", "bokeh.resources"])
    def test_a_missing_library_names_the_extra(
        self, library: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, library, None)
        with pytest.raises(ImportError, match=r"clickgraph\[report\]"):
            cg.write_report(two_rings(), tmp_path / "x.html")

    @pytest.mark.parametrize("script", ["a = '</SCRIPT>'", "a = '<!--'"])
    def test_a_script_that_would_end_the_page_is_refused(self, script: str) -> None:
        with pytest.raises(RuntimeError, match="cannot stand in a page"):
            _embeddable(script)
        assert _embeddable("a\r\nb\rc") == "a\nb\nc"


class TestTables:
    def test_members_with_their_acts(self) -> None:
        rows = make_ring("r", ["a", "b", "c"], ["c1", "c2", "c2"])
        rows["acts"] = [act for act in rows["acts"] if act["account"] != "b" or act["content"] == "c2"]
        rows["members"][2]["member_bits"] = 99.94
        members, _, _ = ring_tables(make_rings(rows)[0], number=3)
        assert members.id == "members-3"
        assert members.first_rows[0] == ["c", "3", "2", "50.0%", "99.9", "2024-01-01 12:00:20"]
        assert members.first_rows[1:] == [
            ["a", "3", "2", "50.0%", "8.0", "2024-01-01 12:00:00"],
            ["b", "2", "1", "50.0%", "8.0", "2024-01-01 13:00:10"],
        ]

    def test_contents_add_up_their_bursts(self) -> None:
        ring = two_rings()[0]
        _, contents, bursts = ring_tables(ring, number=1)
        assert contents.first_rows[0] == ["c2", "2", "4", "2", "0.50", "60.0", "2024-01-01 12:00:00"]
        assert contents.n_rows == 3
        assert bursts.n_rows == 4
        assert [row[2] for row in bursts.first_rows] == sorted(row[2] for row in bursts.first_rows)

    def test_what_is_unknown_is_a_dash(self) -> None:
        rows = make_ring("r", ["a", "b"], ["c"], clock=False, p_value=NAN)
        rows["members"][0]["share"] = NAN
        rings = make_rings(rows | {"acts": []})
        members, _, bursts = ring_tables(rings[0], number=1)
        assert members.first_rows[0] == ["a", "0", "0", "–", "8.0", "–"]
        assert bursts.first_rows[0][2:4] == ["–", "–"]
        assert summary_table(rings).first_rows[0][3] == "–"

    def test_only_the_first_rows_stand_in_the_page(self) -> None:
        members, _, _ = ring_tables(make_rings(make_ring("r", list(map(str, range(60))), ["c"]))[0], number=1)
        assert (members.n_rows, len(members.first_rows)) == (60, 25)


class TestCards:
    def test_bars_join_and_stay_inside(self) -> None:
        pieces = (Evidence("a", 1, 1, bits=-10.0), Evidence("b", 1, NAN, bits=30.0), Evidence("c", 1, 1, bits=0.0))
        steps = make_steps(pieces, score=20.0)
        assert [(step.start, step.length, step.role) for step in steps] == [
            (0.0, 33.33, "against"), (0.0, 100.0, "for"), (66.67 + 33.33, 0.0, "told"), (33.33, 66.67, "total"),
        ]  # fmt: skip
        assert [step.bits for step in steps] == ["-10.0", "+30.0", "0", "+20.0"]
        assert steps[1].expected == "–"
        assert make_steps((), score=0.0)[0].length == 0.0

    def test_the_summary_counts(self) -> None:
        assert say_summary(two_rings()) == [
            ("ring", "1"), ("audience", "1"), ("accounts in them", "6"), ("contents they met on", "5"),
            ("bursts", "6"), ("from first to last burst", "under a day"),
        ]  # fmt: skip
        names = [name for name, _ in say_summary(make_rings(make_ring("r", ["a"], ["c"], clock=False)))]
        assert "from first to last burst" not in names

    def test_what_it_says_to_do_again_does_it_again(self, events: cg.Events, found: cg.Rings) -> None:
        names = {"log": events.to_table()}
        exec(say_reproduction(found, hidden=False), names)  # its last line asserts the fingerprint
        assert names["rings"] == found

    def test_hidden_rings_do_not_say_whose_log(self, found: cg.Rings) -> None:
        assert found.fingerprint not in say_reproduction(found, hidden=True)

    def test_settings_come_with_their_meaning(self) -> None:
        said = {name: (value, meaning) for name, value, meaning in say_settings(two_rings())}
        assert said["windows"] == ("10s, 10min", "")
        assert said["alpha"][0] == "0.01"
        assert "false ring" in said["alpha"][1]


class TestPictures:
    def test_numbers_of_parts_start_anew(self) -> None:
        one, other = (json.dumps(ring_pictures(two_rings()[0], number=1)) for _ in range(2))
        assert one == other
        assert not re.search(r'"p\d{4,}"', one)

    def test_names_of_parts_differ_between_cards(self) -> None:
        ids = [
            set(re.findall(r'"id": "([^"]+)"', json.dumps(ring_pictures(two_rings()[0], number=at)))) for at in (1, 2)
        ]
        assert not ids[0] & ids[1]

    def test_a_large_raster_draws_one_account_in_some_and_says_so(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(report_pictures, "MOST_MARKS", 4)
        ring = make_rings(make_ring("r", [f"a{at}" for at in range(6)], ["c1", "c2"]))[0]
        raster, _ = report_pictures.ring_pictures(ring, number=1)
        assert raster["caption"].endswith("one account in 3 is drawn.")
        assert raster["picture"]["names"]["account"] == ["a0", "a3"]

    def test_a_card_of_a_ring_without_ties_or_acts(self) -> None:
        ring = make_rings(make_ring("r", ["a", "b"], ["c"]) | {"ties": [], "acts": []})
        (card,) = report_cards.make_cards(ring)
        assert "No pair" in card.pictures[1]["caption"]
