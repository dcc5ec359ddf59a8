"""The code of the docs runs, page by page, and no public name is missing from the reference."""

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[1] / "docs"
PAGES = [path for path in sorted(DOCS.rglob("*.md")) if "_" not in path.relative_to(DOCS).parts[0]]
RUNNING = [path for path in PAGES if "```python\n" in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("page", RUNNING, ids=lambda page: page.stem)
def test_the_code_of_a_page_runs(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    names: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, str(page), "exec"), names)


def test_links_between_pages_lead_somewhere() -> None:
    for page in PAGES:
        for link in re.findall(r"\]\(([^)#]+\.md)", page.read_text(encoding="utf-8")):
            assert (page.parent / link).is_file(), f"{page.name}: {link}"


def test_the_reference_shows_every_public_name() -> None:
    making = (DOCS / "making.py").read_text(encoding="utf-8")
    import clickgraph

    for name in set(clickgraph.__all__) - {"plot"}:
        assert f'"{name}"' in making, name
