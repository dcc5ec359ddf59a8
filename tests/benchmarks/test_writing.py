"""Writing: tables that Markdown shows as tables, and two files that do not depend on the day."""

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.writing import Chapter, show, to_table, versions, write_report


def test_a_table_has_as_many_cells_in_every_row() -> None:
    table = to_table(["name", "value"], [["a|b\nc", 1.0], [None, True]])
    assert table.splitlines() == ["| name | value |", "|---|---|", "| a\\|b c | 1 |", "| - | yes |"]


def test_a_table_without_rows_is_its_head() -> None:
    assert to_table(["one"], []) == "| one |\n|---|"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0"), (1234567, "1,234,567"), (0.0, "0"), (0.0004, "0.0004"), (1.5, "1.5"), (0.99871, "0.999"),
        (2e12, "2e+12"), (21_600.0, "21,600"),
        (1e-300, "1e-300"), (False, "no"), ("text", "text"), (None, "-"), (-0.25, "-0.250"),
    ],
)  # fmt: skip
def test_numbers_are_short(value: object, shown: str) -> None:
    assert show(value) == shown


def test_the_report_is_written_whole_and_the_same_twice(tmp_path: Path) -> None:
    chapters = [Chapter("One", "text", [1, 2]), Chapter("Two", to_table(["a"], [[1]]), {"b": None})]
    for folder in ("a", "b"):
        write_report(chapters, tmp_path / folder, head="# Head", settings={"quick": True})
    for name in ("quality.md", "quality.json"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    text = (tmp_path / "a" / "quality.md").read_text()
    assert text == "# Head\n\n## One\n\ntext\n\n## Two\n\n| a |\n|---|\n| 1 |\n"
    numbers = json.loads((tmp_path / "a" / "quality.json").read_text())
    assert numbers["chapters"] == {"One": [1, 2], "Two": {"b": None}}
    assert numbers["settings"] == {"quick": True}


def test_versions_name_what_was_measured() -> None:
    found = versions()
    assert found["numpy"] == np.__version__
    assert found["clickgraph"][0].isdigit()
    assert "coordination_network_toolkit" in found
