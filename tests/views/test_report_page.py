"""The report in a real browser: silent, safe, and usable by hand, by keyboard, on paper and without scripts."""

import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from browser import Visit, chromium, visit
from made_rings import make_ring, make_rings, two_rings

import clickgraph as cg

HOSTILE = [
    "<img src=x onerror=alert(1)>", "</script><script>alert(2)</script>", '"><svg onload=alert(3)>',
    "javascript:alert(4)", "{{7*7}}${7*7}", "<!--<script>", "]]>&lt;b&gt;&amp;", "\u202egnp.exe\x00\x1b[31m",
    "' onmouseover='alert(5)", "</title></style><h1>", "@account{safe}",
]  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("reports")


@pytest.fixture(scope="module")
def real(found: cg.Rings, folder: Path) -> Path:
    return cg.write_report(found, folder / "real.html")


@pytest.fixture(scope="module")
def hostile(folder: Path) -> Path:
    rings = make_rings(
        make_ring("<script>alert(6)</script>", HOSTILE, HOSTILE, decided_by="<i>", window="<b>"),
        notices=("<img src=x onerror=alert(7)>",), settings={"strata": "</code><script>alert(8)</script>"},
        fingerprint="<u>", version="<s>",
    )  # fmt: skip
    return cg.write_report(rings, folder / "hostile.html", title="<script>alert(9)</script>")


@pytest.fixture(scope="module")
def big(folder: Path) -> Path:
    rings = make_rings(make_ring("r-big", [f"account-{at:05}" for at in range(10_000)], [f"c{at}" for at in range(8)]))
    return cg.write_report(rings, folder / "big.html")


def see_all(page: Any) -> None:
    """Unfold everything and wait until all pictures are drawn."""
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    for picture in page.locator(".picture").all():
        picture.scroll_into_view_if_needed()
    page.wait_for_function("!document.querySelector('.picture:not([data-drawn])')")
    page.wait_for_function("Bokeh.documents.every((each) => each.is_idle)")


class TestSilence:
    def test_no_request_no_complaint(self, browser: Any, real: Path) -> None:
        with visit(browser, real) as seen:
            see_all(seen.page)
            seen.page.locator(".picture").first.hover()
            assert seen.requests == [real.as_uri()]
            assert seen.complaints == []
            assert seen.violations == []

    def test_the_policy_is_alive(self, browser: Any, real: Path) -> None:
        with visit(browser, real) as seen:
            tried = seen.page.evaluate(
                """async () => {
                    const script = document.createElement("script");
                    script.textContent = "window.broken = true";
                    document.body.append(script);
                    const image = document.createElement("img");
                    image.src = "http://127.0.0.1:9/pixel.png";
                    document.body.append(image);
                    const button = document.createElement("button");
                    button.setAttribute("onclick", "window.broken = true");
                    document.body.append(button);
                    button.click();
                    const sent = await fetch("http://127.0.0.1:9/").then(() => true, () => false);
                    setTimeout("window.broken = true", 0);
                    await new Promise((done) => setTimeout(done, 50));
                    return { broken: window.broken === true, sent };
                }"""
            )
            assert tried == {"broken": False, "sent": False}
            seen.page.wait_for_function("window.violations.length >= 5")
            stopped = {violation.removesuffix("-elem").removesuffix("-attr") for violation in seen.violations}
            assert stopped == {"script-src", "img-src", "connect-src"}

    def test_nothing_is_stored(self, browser: Any, real: Path) -> None:
        with visit(browser, real) as seen:
            assert seen.page.context.cookies() == []
            assert seen.page.context.storage_state()["origins"] == []


class TestHostileIds:
    def test_stay_text(self, browser: Any, hostile: Path) -> None:
        with visit(browser, hostile) as seen:
            see_all(seen.page)
            shown = set(seen.cells("members-1", 1))
            assert {*HOSTILE[:7], *HOSTILE[8:]} <= shown
            assert "\\u202egnp.exe\\x00\\x1b[31m" in shown
            assert seen.complaints == []
            assert seen.violations == []
            assert seen.requests == [hostile.as_uri()]
            assert seen.page.locator("body img, h1 h1, body b, body i, body u, body s").count() == 0
            assert seen.page.title() == "<script>alert(9)</script>"

    def test_stay_text_in_what_hangs_over_a_picture(self, browser: Any, hostile: Path) -> None:
        with visit(browser, hostile) as seen:
            see_all(seen.page)
            tips = set()
            network = seen.page.locator("#network-1")
            network.scroll_into_view_if_needed()
            for x, y in node_places(seen.page):
                seen.page.mouse.move(x, y)
                seen.page.wait_for_timeout(60)
                tips.update(text.strip() for text in deep_texts(seen.page, ".bk-tooltip-row-value"))
            assert tips & set(HOSTILE)
            assert seen.complaints == []
            assert deep_count(seen.page, "#network-1", "img, script, svg[onload]") == 0


DEEP = """
const all = (root, wanted) => [...root.querySelectorAll("*")].flatMap((each) =>
  [...(each.matches(wanted) ? [each] : []), ...(each.shadowRoot ? all(each.shadowRoot, wanted) : [])]);
"""


def deep_texts(page: Any, wanted: str) -> list[str]:
    """The texts of elements, those inside of Bokeh's shadow roots too."""
    return page.evaluate(f"(wanted) => {{ {DEEP} return all(document, wanted).map((e) => e.textContent); }}", wanted)


def deep_count(page: Any, under: str, wanted: str) -> int:
    code = f"([under, wanted]) => {{ {DEEP} return all(document.querySelector(under), wanted).length; }}"
    return page.evaluate(code, [under, wanted])


def node_places(page: Any) -> list[tuple[float, float]]:
    """Where on the screen the dots of the network stand."""
    return page.evaluate(
        """() => {
            const view = [...Bokeh.index.roots].find((each) => each.el.closest("#network-1"));
            const dots = [...view.renderer_views.values ? view.renderer_views.values() : []]
                .find((each) => each.model.glyph.type === "Scatter").glyph;
            const box = all_canvas(view).getBoundingClientRect();
            return Array.from(dots.sx, (x, at) => [box.left + x, box.top + dots.sy[at]]);
            function all_canvas(view) { return view.canvas_view.el; }
        }"""
    )


class TestTables:
    def test_the_script_shows_what_the_page_already_said(self, browser: Any, real: Path) -> None:
        with visit(browser, real, java_script_enabled=False) as before:
            rows = before.page.locator("tbody").all_text_contents()
        with visit(browser, real) as after:
            again = after.page.locator("tbody").all_text_contents()
        squeezed = [[" ".join(text.split()) for text in texts] for texts in (rows, again)]
        assert [text.replace(" ", "") for text in squeezed[0]] == [text.replace(" ", "") for text in squeezed[1]]

    def test_sorts_both_ways_by_number_text_and_time(self, browser: Any, real: Path, found: cg.Rings) -> None:
        members = sorted(found[0].members, key=lambda row: row["member_bits"])
        with visit(browser, real) as seen:
            head = seen.page.get_by_role("region", name="Members").get_by_role("button", name="bits", exact=True)
            heading = head.locator("xpath=..")
            head.click()
            assert heading.get_attribute("aria-sort") == "descending"
            assert seen.cells("members-1", 5) == [f"{row['member_bits']:,.1f}" for row in members[:-26:-1]]
            head.click()
            assert heading.get_attribute("aria-sort") == "ascending"
            assert seen.cells("members-1", 5) == [f"{row['member_bits']:,.1f}" for row in members[:25]]
            for name, column in (("account", 1), ("first act (UTC)", 6)):
                region = seen.page.get_by_role("region", name="Members")
                region.get_by_role("button", name=name, exact=True).click()
                cells = seen.cells("members-1", column)
                assert cells == sorted(cells)
            assert seen.page.locator("#members-1 th[aria-sort]").count() == 1

    def test_filters_what_is_typed(self, browser: Any, real: Path, found: cg.Rings) -> None:
        wanted = found[0].accounts[7].as_py()
        with visit(browser, real) as seen:
            box = seen.page.get_by_label("Filter members")
            box.fill(f"  {wanted.upper()} ")
            assert seen.cells("members-1", 1) == [wanted]
            assert seen.page.locator("#members-1 output").inner_text() == "1 of 60 rows match"
            box.fill("nobody")
            assert seen.cells("members-1", 1) == []
            box.fill("")
            assert len(seen.cells("members-1", 1)) == 25

    def test_a_filter_keeps_the_order_and_contents_and_bursts_have_theirs(self, browser: Any, real: Path) -> None:
        with visit(browser, real) as seen:
            see_all(seen.page)
            for table, noun, column in (("contents-1", "contents", 1), ("bursts-1", "bursts", 1)):
                region = seen.page.get_by_role("region", name=noun.capitalize())
                region.get_by_role("button", name="content", exact=True).click()
                seen.page.get_by_label(f"Filter {noun}").fill("content-3")
                cells = seen.cells(table, column)
                assert cells == sorted(cells)
                assert cells
                assert all("content-3" in cell for cell in cells)

    def test_turns_pages(self, browser: Any, big: Path) -> None:
        with visit(browser, big) as seen:
            table = seen.page.locator("#members-1")
            first = seen.cells("members-1", 1)
            table.get_by_role("button", name="Next page").click()
            assert table.locator(".shown").inner_text() == "Rows 26 to 50 of 10,000"
            assert not set(first) & set(seen.cells("members-1", 1))
            table.get_by_role("button", name="Last page").click()
            assert table.locator(".shown").inner_text() == "Rows 9,976 to 10,000 of 10,000"
            assert table.get_by_role("button", name="Next page").is_disabled()
            table.get_by_label("Rows on a page").select_option("500")
            assert len(seen.cells("members-1", 1)) == 500

    def test_a_ring_of_the_summary_leads_to_its_card(self, browser: Any, folder: Path) -> None:
        path = cg.write_report(two_rings(), folder / "two.html", most_rings=1)
        with visit(browser, path) as seen:
            assert seen.page.locator("#rings a").count() == 1
            seen.page.locator("#rings a").click()
            assert seen.page.url.endswith("#ring-1")
            assert seen.page.locator("article").count() == 1
            assert "1 best of 2 rings are shown" in " ".join(seen.page.inner_text("main").split())


class TestTenThousandMembers:
    def test_opens_and_answers_at_once(self, browser: Any, big: Path) -> None:
        started = time.perf_counter()
        with visit(browser, big) as seen:
            opened = time.perf_counter() - started
            slowest = seen.page.evaluate(
                """() => {
                    const measure = (act) => { const t = performance.now(); act(); return performance.now() - t; };
                    const table = document.getElementById("members-1");
                    const box = table.querySelector("input");
                    const type = (text) => { box.value = text; box.dispatchEvent(new Event("input")); };
                    return Math.max(
                        measure(() => type("account-0999")), measure(() => type("")),
                        ...[...table.querySelectorAll("th button")].map((head) => measure(() => head.click())));
                }"""
            )
            assert seen.page.locator("#members-1 tbody tr").count() == 25
            see_all(seen.page)
            assert seen.complaints == []
        assert opened < 10  # about one second on an idle machine; a frozen page takes minutes
        assert slowest < 500  # milliseconds; 30 on an idle machine


class TestPictures:
    @pytest.mark.parametrize("name", ["raster-1", "network-1"])
    def test_are_drawn(self, browser: Any, real: Path, name: str) -> None:
        with visit(browser, real) as seen:
            see_all(seen.page)
            n_colours = seen.page.evaluate(
                f"""(id) => {{ {DEEP}
                    return Math.max(...all(document.getElementById(id), "canvas").map((canvas) => {{
                        const {{ data }} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
                        return new Set(new Uint32Array(data.buffer)).size;
                    }}));
                }}""",
                name,
            )
            assert n_colours > 10

    def test_the_raster_holds_every_act(self, browser: Any, real: Path, found: cg.Rings) -> None:
        with visit(browser, real) as seen:
            see_all(seen.page)
            held = seen.page.evaluate(
                """() => {
                    const view = [...Bokeh.index.roots].find((each) => each.el.closest("#raster-1"));
                    const { data } = view.model.renderers[0].data_source;
                    const held = (name) => [...(data.get ? data.get(name) : data[name])];
                    return { account: held("account"), content: held("content"), x: held("x") };
                }"""
            )
        acts = {(act["account"], act["content"], act["time"].timestamp()) for act in found[0].acts}
        assert {(a, c, x / 1e3) for a, c, x in zip(held["account"], held["content"], held["x"], strict=True)} == acts

    def test_the_waterfall_ends_at_the_score(self, browser: Any, real: Path, found: cg.Rings) -> None:
        with visit(browser, real) as seen:
            last = seen.page.locator(".evidence tbody tr").last
            assert last.locator("th").inner_text() == "score"
            assert last.locator("td").nth(2).inner_text() == f"{found[0].score_bits:+,.1f}"
            bars = seen.page.locator(".evidence rect")
            assert bars.count() == 1 + sum(piece.bits != 0 for piece in found[0].evidence)


class TestForEveryone:
    def test_the_keyboard_is_enough(self, browser: Any, real: Path) -> None:
        with visit(browser, real) as seen:
            keyboard = seen.page.keyboard
            keyboard.press("Tab")
            assert seen.page.evaluate("document.activeElement.className") == "skip"
            keyboard.press("Enter")
            assert seen.page.url.endswith("#content")
            seen.page.locator("#members-1 th button").first.focus()
            keyboard.press("Enter")
            assert seen.cells("members-1", 1) == sorted(seen.cells("members-1", 1))
            seen.page.locator("details summary").nth(1).focus()
            keyboard.press("Enter")
            assert seen.page.locator("#contents-1").is_visible()
            seen.page.locator("#members-1").get_by_role("button", name="Last page").focus()
            keyboard.press("Enter")  # now there is no later page: the focus goes to a button that works
            assert seen.page.evaluate("document.activeElement.getAttribute('aria-label')") == "First page"

    def test_landmarks_language_and_names(self, browser: Any, real: Path) -> None:
        with visit(browser, real) as seen:
            page = seen.page
            assert page.locator("html").get_attribute("lang") == "en"
            for landmark in ("banner", "main", "navigation", "contentinfo"):
                assert page.get_by_role(landmark).count() == 1
            levels = [
                int(name[1]) for name in page.eval_on_selector_all("h1,h2,h3,h4", "all => all.map(e => e.tagName)")
            ]
            assert levels[0] == 1
            assert all(after <= before + 1 for before, after in pairwise(levels))
            unnamed = "all => all.filter(e => !e.labels || !e.labels.length).length"
            assert page.eval_on_selector_all("input, select", unnamed) == 0
            assert page.eval_on_selector_all("thead th", "all => all.filter(e => e.scope !== 'col').length") == 0
            ids = page.eval_on_selector_all("[id]", "all => all.map(e => e.id)")
            assert len(ids) == len(set(ids))
            assert (
                page.eval_on_selector_all(
                    "a[href^='#']", "all => all.filter(e => !document.querySelector(e.hash)).length"
                )
                == 0
            )

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_text_stands_out(self, browser: Any, real: Path, scheme: str) -> None:
        with visit(browser, real, color_scheme=scheme) as seen:
            names = ("page", "ink", "soft", "panel", "mark", "link", "for", "against")
            colour = {
                name: seen.page.evaluate(f"getComputedStyle(document.documentElement).getPropertyValue('--{name}')")
                for name in names
            }
        for text in ("ink", "soft", "link"):
            for ground in ("page", "panel"):
                assert contrast(colour[text], colour[ground]) >= 4.5
        assert contrast(colour["ink"], colour["mark"]) >= 4.5
        assert contrast(colour["page"], colour["for"]) >= 4.5  # the badge of a ring
        assert contrast(colour["against"], colour["page"]) >= 2.5  # bars, beside which the number stands

    @pytest.mark.parametrize("width", [320, 390, 768, 1280])
    def test_no_page_is_wider_than_its_window(self, browser: Any, real: Path, width: int) -> None:
        with visit(browser, real, viewport={"width": width, "height": 800}) as seen:
            see_all(seen.page)
            assert seen.page.evaluate("document.documentElement.scrollWidth") <= width

    def test_prints_all_that_is_folded_and_no_buttons(self, browser: Any, real: Path, tmp_path: Path) -> None:
        with visit(browser, real) as seen:
            assert seen.page.locator("details:not([open])").count() == 2
            seen.page.pdf(path=tmp_path / "report.pdf", format="A4")
            assert seen.page.locator("details:not([open])").count() == 0
            seen.page.emulate_media(media="print")
            assert seen.page.locator("nav:visible, .tools:visible, .pages button:visible, select:visible").count() == 0
            assert seen.page.locator("#bursts-1 td:visible").count() > 0
            assert seen.complaints == []
        n_pages = len(re.findall(rb"/Type\s*/Page\b", (tmp_path / "report.pdf").read_bytes()))
        assert 3 <= n_pages <= 12

    def test_prints_whole_tables(self, browser: Any, real: Path, found: cg.Rings) -> None:
        with visit(browser, real) as seen:
            seen.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
            assert set(seen.cells("members-1", 1)) == set(found[0].accounts.to_pylist())
            assert seen.page.locator("#members-1 .shown").inner_text() == "60 of 60 rows printed"
            seen.page.evaluate("window.dispatchEvent(new Event('afterprint'))")
            assert len(seen.cells("members-1", 1)) == 25
            assert seen.page.locator("#members-1 .shown").inner_text() == "Rows 1 to 25 of 60"

    def test_heads_come_again_on_every_sheet(self, browser: Any, real: Path, tmp_path: Path) -> None:
        reader = shutil.which("pdftotext")
        if reader is None:
            pytest.skip("no pdftotext on this machine")
        with visit(browser, real) as seen:
            seen.page.pdf(path=tmp_path / "report.pdf", format="A4")
        text = subprocess.run([reader, "-layout", tmp_path / "report.pdf", "-"], capture_output=True, check=True).stdout
        assert text.count(b"acts in bursts") == 2  # sixty members fill two sheets

    def test_prints_what_is_sorted_and_filtered_and_says_so(self, browser: Any, real: Path, found: cg.Rings) -> None:
        part = found[0].accounts[7].as_py()[:-3]
        with visit(browser, real) as seen:
            seen.page.get_by_label("Filter members").fill(part)
            n = len(seen.cells("members-1", 1))
            seen.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
            assert len(seen.cells("members-1", 1)) == n
            said = seen.page.locator("#members-1 .shown").inner_text()
            assert said == f"{n} of 60 rows printed that hold “{part}”"

    def test_prints_the_first_of_very_many(self, browser: Any, big: Path, tmp_path: Path) -> None:
        with visit(browser, big) as seen:
            seen.page.locator("#members-1").get_by_role("button", name="Last page").click()
            seen.page.pdf(path=tmp_path / "big.pdf", format="A4")
            seen.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
            assert len(seen.cells("members-1", 1)) == 500
            said = seen.page.locator("#members-1 .shown").inner_text()
            assert said == "500 of 10,000 rows printed; the page on a screen has them all"
        n_pages = len(re.findall(rb"/Type\s*/Page\b", (tmp_path / "big.pdf").read_bytes()))
        assert 10 <= n_pages <= 30

    def test_without_scripts_the_page_still_tells(self, browser: Any, real: Path) -> None:
        with visit(browser, real, java_script_enabled=False) as seen:
            text = seen.page.inner_text("main")
            assert "60 accounts are suspected of acting as one" in text
            assert "25 of 60 rows shown" in text
            assert "This picture needs scripts." in text
            assert len(seen.cells("members-1", 1)) == 25

    def test_no_rings_is_a_page_too(self, browser: Any, folder: Path) -> None:
        path = cg.write_report(make_rings(notices=("no group of accounts",)), folder / "none.html")
        with visit(browser, path) as seen:
            assert "No ring was found" in seen.page.inner_text("main")
            assert "no group of accounts" in seen.page.inner_text("main")
            assert seen.complaints == []

    def test_a_log_without_times(self, browser: Any, folder: Path) -> None:
        rings = make_rings(make_ring("r", ["a", "b", "c"], ["c1", "c2"], clock=False))
        with visit(browser, cg.write_report(rings, folder / "timeless.html")) as seen:
            see_all(seen.page)
            assert seen.complaints == []
            assert set(seen.cells("members-1", 6)) == {"–"}


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio of two colours given as #rrggbb."""
    low, high = sorted(map(luminance, (one.strip(), other.strip())))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in parts]
    return sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_visits_are_reported(browser: Any, tmp_path: Path) -> None:
    """The listening itself works: a page that asks and complains is heard."""
    (tmp_path / "bad.html").write_text(
        "<html data-ready=yes><script>console.error('oh'); fetch('http://127.0.0.1:9/').catch(() => 0)</script>"
    )
    with visit(browser, tmp_path / "bad.html") as seen:
        seen.page.wait_for_timeout(300)
        assert isinstance(seen, Visit)
        assert "http://127.0.0.1:9/" in seen.requests
        assert "oh" in seen.complaints
