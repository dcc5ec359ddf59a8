"""Every notebook runs from its first cell to its last, which asserts its numbers."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import jupytext
import nbclient
import pytest

FOLDER = Path(__file__).parents[1] / "notebooks"
NOTEBOOKS = sorted(path.name for path in FOLDER.glob("[0-9][0-9]_*.py"))


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_it_runs(
    name: str, shared_data: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    notebook = jupytext.read(FOLDER / name)
    text = "\n".join(cell.source for cell in notebook.cells)
    for data in set(re.findall(r'datasets\.load\("(\w+)"', text)):
        monkeypatch.setenv("CLICKGRAPH_DATA", str(shared_data(data).parent))
    # This checkout, whatever is installed; a profile of nobody.
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(FOLDER.parent), os.environ.get("PYTHONPATH", "")]))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    monkeypatch.setenv("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    client = nbclient.NotebookClient(
        notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(FOLDER)}}
    )
    client.execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert any("image/png" in output.get("data", {}) for output in outputs), "no picture"
    assert "assert " in notebook.cells[-1].source


def test_the_tutorial_and_ten_cases() -> None:
    assert [name[:2] for name in NOTEBOOKS] == [f"{number:02}" for number in range(11)]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_it_asks_a_question_and_names_its_sources(name: str) -> None:
    title, *_ = [cell.source for cell in jupytext.read(FOLDER / name).cells if cell.cell_type == "markdown"]
    assert title.startswith("# ")
    assert "**Question.**" in title
    assert re.search(r"\*\*(What is known|Sources|Protocol)\.\*\*", title)
    if "datasets.load" in (FOLDER / name).read_text(encoding="utf-8"):
        assert "needs real data" in title
