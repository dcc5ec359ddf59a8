"""`clickgraph report` and `clickgraph export`: a folder in, a file out."""

import json
from pathlib import Path

import networkx as nx
import pyarrow.csv
import pytest
from click.testing import CliRunner, Result
from made_rings import make_ring, make_rings, two_rings

from clickgraph.cli import main


def call(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    two_rings().write(tmp_path / "out")
    return tmp_path / "out"


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    (tmp_path / "key").write_text("a key of sixteen bytes or more\n")
    return tmp_path / "key"


class TestReport:
    def test_writes_the_page_and_says_so(self, folder: Path, tmp_path: Path) -> None:
        result = call("report", folder, "--out", tmp_path / "new" / "report.html")
        assert result.exit_code == 0, result.output
        assert result.stdout == ""
        assert result.stderr == f"wrote {tmp_path / 'new' / 'report.html'}\n"
        assert '<td class="text">a1</td>' in (tmp_path / "new" / "report.html").read_text()

    def test_passes_title_and_number_on(self, folder: Path, tmp_path: Path) -> None:
        out = tmp_path / "report.html"
        assert call("report", folder, "--out", out, "--title", "A <case>", "--most-rings", 1).exit_code == 0
        page = out.read_text()
        assert "<h1>A &lt;case&gt;</h1>" in page
        assert page.count("<article") == 1

    def test_pseudonyms(self, folder: Path, tmp_path: Path, key_file: Path) -> None:
        pages = []
        for option in (["--pseudonyms"], ["--pseudonyms"], ["--key-file", key_file], ["--key-file", key_file]):
            assert call("report", folder, "--out", tmp_path / "r.html", *option).exit_code == 0
            pages.append((tmp_path / "r.html").read_text())
            assert ">a1<" not in pages[-1]
        assert pages[0] != pages[1]
        assert pages[2] == pages[3]

    def test_a_short_key_is_one_line(self, folder: Path, tmp_path: Path) -> None:
        (tmp_path / "key").write_text("short")
        result = call("report", folder, "--out", tmp_path / "r.html", "--key-file", tmp_path / "key")
        assert result.exit_code == 1
        assert result.stderr.startswith("Error: expected a key of 16 bytes or more; found 5")
        assert len(result.stderr.splitlines()) == 1
        assert not (tmp_path / "r.html").exists()


class TestExport:
    def test_the_name_of_the_file_tells_the_format(self, folder: Path, tmp_path: Path) -> None:
        result = call("export", folder, "--out", tmp_path / "x.gexf")
        assert result.exit_code == 0, result.output
        assert result.stderr == f"wrote {tmp_path / 'x.gexf'}\n"
        assert nx.read_gexf(tmp_path / "x.gexf").number_of_nodes() == 6

    def test_passes_every_option_on(self, folder: Path, tmp_path: Path, key_file: Path) -> None:
        assert call("export", folder, "--out", tmp_path / "x.csv", "--table", "bursts").exit_code == 0
        assert pyarrow.csv.read_csv(tmp_path / "x.csv").num_rows == len(two_rings().bursts)
        options = ("--format", "graphml", "--network", "acts", "--key-file", key_file)
        assert call("export", folder, "--out", tmp_path / "x.txt", *options).exit_code == 0
        labels = nx.get_node_attributes(nx.read_graphml(tmp_path / "x.txt"), "label").values()
        assert len(labels) == 11
        assert all(label.startswith(("account-", "content-")) for label in labels)
        assert call("export", folder, "--out", tmp_path / "x.json").exit_code == 0
        assert json.loads((tmp_path / "x.json").read_text()) == two_rings().to_dict()

    def test_says_how_many_labels_were_cleaned(self, tmp_path: Path) -> None:
        make_rings(make_ring("r", ["\x1b[31m", "b"], ["c"])).write(tmp_path / "out")
        result = call("export", tmp_path / "out", "--out", tmp_path / "x.csv")
        assert result.stderr.endswith("; 1 label had to be cleaned\n")

    def test_wrong_use(self, folder: Path, tmp_path: Path) -> None:
        assert call("export", folder).exit_code == 2
        assert call("export", folder, "--out", tmp_path / "x.csv", "--table", "all").exit_code == 2
        unknown = call("export", folder, "--out", tmp_path / "x.doc")
        assert unknown.exit_code == 1
        assert "gexf, graphml, csv, parquet or json" in unknown.stderr
        assert call("export", tmp_path, "--out", tmp_path / "x.csv").exit_code == 1


@pytest.mark.parametrize("command", ["report", "export"])
def test_help(command: str) -> None:
    assert "Usage: " in call(command, "--help").stdout
