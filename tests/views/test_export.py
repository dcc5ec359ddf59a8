"""Every file is read back by a program that is not ours, and holds what the rings hold."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import networkx as nx
import pyarrow as pa
import pyarrow.parquet
import pytest
from made_rings import NAN, make_ring, make_rings, two_rings

import clickgraph as cg
import clickgraph.rings
import clickgraph.views.export
from clickgraph.errors import InputError
from clickgraph.log.table import Table

READ = {"gexf": nx.read_gexf, "graphml": nx.read_graphml}
KEY = "a key of sixteen bytes or more"
HOSTILE = [
    "a\x00b\x1b[31m",
    "x\"<>&'",
    "=1+1",
    "\u202eright to left",
    "tab\tline\nend",
    "\ufffe\uffff",
    "long" * 5_000,
    "ünï",
    "",
]


def hostile_rings() -> cg.Rings:
    return make_rings(make_ring("r", HOSTILE, ["c\x07", "]]>"]))


@pytest.mark.parametrize("suffix", READ)
class TestNetworks:
    def test_ties_come_back(self, suffix: str, found: cg.Rings, tmp_path: Path) -> None:
        cg.export(found, tmp_path / f"x.{suffix}")
        network = READ[suffix](tmp_path / f"x.{suffix}")
        label = nx.get_node_attributes(network, "label")
        assert not network.is_directed()
        assert sorted(label.values()) == sorted(found.members["account"].to_pylist())
        back = {frozenset((label[one], label[other])): data for one, other, data in network.edges(data=True)}
        assert len(back) == len(found.ties) == network.number_of_edges()
        for tie in found.ties:
            data = back[frozenset((tie["account"], tie["other"]))]
            assert data["weight"] == tie["bits"]
            assert (data["shared"], data["window"], data["ring"]) == (tie["shared"], tie["window"], tie["ring"])

    def test_accounts_carry_their_numbers(self, suffix: str, found: cg.Rings, tmp_path: Path) -> None:
        cg.export(found, tmp_path / f"x.{suffix}")
        nodes = dict(READ[suffix](tmp_path / f"x.{suffix}").nodes(data=True))
        members = {row["account"]: row for row in found.members}
        for data in nodes.values():
            row = members[data["label"]]
            assert (data["ring"], data["kind"], data["n_rings"]) == (row["ring"], "account", 1)
            assert (data["member_bits"], data["share"]) == (row["member_bits"], row["share"])

    def test_acts_come_back(self, suffix: str, tmp_path: Path) -> None:
        rings = two_rings()
        cg.export(rings, tmp_path / f"x.{suffix}", network="acts")
        network = READ[suffix](tmp_path / f"x.{suffix}")
        label = nx.get_node_attributes(network, "label")
        kinds = {label[node]: kind for node, kind in nx.get_node_attributes(network, "kind").items()}
        assert kinds == dict.fromkeys(("a1", "a2", "a3", "a4", "b1", "b2"), "account") | dict.fromkeys(
            ("c1", "c2", "c3", "c8", "c9"), "content"
        )
        weight = {frozenset((label[a], label[b])): data["weight"] for a, b, data in network.edges(data=True)}
        assert weight[frozenset(("a1", "c2"))] == 2.0
        assert sum(weight.values()) == len(rings.acts)

    def test_an_account_of_two_rings_is_one_node(self, suffix: str, tmp_path: Path) -> None:
        cg.export(two_rings(), tmp_path / f"x.{suffix}")
        (node,) = [d for _, d in READ[suffix](tmp_path / f"x.{suffix}").nodes(data=True) if d["label"] == "a2"]
        assert (node["ring"], node["n_rings"]) == ("r-farm", 2)

    def test_a_tie_that_two_rings_share_is_one_edge(self, suffix: str, tmp_path: Path) -> None:
        rings = make_rings(make_ring("r1", ["a", "b"], ["c"]), make_ring("r2", ["b", "a"], ["c"]))
        cg.export(rings, tmp_path / f"x.{suffix}")
        network = READ[suffix](tmp_path / f"x.{suffix}")
        assert not network.is_multigraph()
        assert network.number_of_edges() == 1

    @pytest.mark.parametrize("network", ["ties", "acts"])
    def test_hostile_ids_are_cleaned_and_counted(self, suffix: str, network: str, tmp_path: Path) -> None:
        written = cg.export(hostile_rings(), tmp_path / f"x.{suffix}", network=network)
        labels = [
            d["label"] for _, d in READ[suffix](tmp_path / f"x.{suffix}").nodes(data=True) if d["kind"] == "account"
        ]
        assert len(labels) == len(HOSTILE)
        assert {"x\"<>&'", "=1+1", "ünï", "a\\x00b\\x1b[31m", "tab\\tline\\nend"} <= set(labels)
        assert max(map(len, labels)) == 1_000
        assert written.n_cleaned == (5 if network == "ties" else 6)
        assert "labels had to be cleaned" in str(written)

    def test_numbers_that_are_none_are_left_out(self, suffix: str, tmp_path: Path) -> None:
        rows = make_ring("r", ["a", "b"], ["c"])
        rows["members"][0]["member_bits"] = NAN
        rows["members"][1]["share"] = float("inf")
        cg.export(make_rings(rows), tmp_path / f"x.{suffix}")
        (_, one), (_, other) = READ[suffix](tmp_path / f"x.{suffix}").nodes(data=True)
        assert "member_bits" not in one
        assert "share" not in other

    def test_no_rings_make_an_empty_network(self, suffix: str, tmp_path: Path) -> None:
        for network in ("ties", "acts"):
            cg.export(make_rings(), tmp_path / f"x.{suffix}", network=network)
            assert READ[suffix](tmp_path / f"x.{suffix}").number_of_nodes() == 0


class TestTables:
    @pytest.mark.parametrize("table", ["summary", "members", "bursts", "acts", "ties", "evidence"])
    def test_parquet_comes_back_equal(self, table: str, found: cg.Rings, tmp_path: Path) -> None:
        assert cg.export(found, tmp_path / "x.parquet", table=table).n_cleaned == 0
        assert Table(pyarrow.parquet.read_table(tmp_path / "x.parquet")) == getattr(found, table)

    def test_parquet_keeps_hostile_ids(self, tmp_path: Path) -> None:
        cg.export(hostile_rings(), tmp_path / "x.parquet")
        assert pyarrow.parquet.read_table(tmp_path / "x.parquet")["account"].to_pylist() == HOSTILE

    def test_csv_comes_back(self, found: cg.Rings, tmp_path: Path) -> None:
        cg.export(found, tmp_path / "x.csv", table="ties")
        with (tmp_path / "x.csv").open(newline="") as file:
            rows = list(csv.DictReader(file))
        assert [row["account"] for row in rows] == found.ties["account"].to_pylist()
        assert [float(row["bits"]) for row in rows] == found.ties["bits"].to_pylist()

    def test_no_csv_cell_starts_a_formula_or_breaks_a_line(self, tmp_path: Path) -> None:
        accounts = [*HOSTILE, "+1", "-1", "@x", "\t=1", "\r=1", "wide" * 10_000]
        written = cg.export(make_rings(make_ring("=r", accounts, ["c"])), tmp_path / "x.csv")
        with (tmp_path / "x.csv").open(newline="") as file:
            rows = list(csv.DictReader(file))
        assert len(rows) == len(accounts)
        for row in rows:
            assert not row["account"].startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
            assert row["ring"] == "'=r"
            assert row["account"].isprintable()
            assert len(row["account"]) <= 32_000
        assert rows[2]["account"] == "'=1+1"
        assert written.n_cleaned == 7  # a quote before a formula is no cleaning

    def test_json_is_of_the_versioned_schema(self, found: cg.Rings, tmp_path: Path) -> None:
        schema = json.loads(Path(clickgraph.rings.__file__).with_name("rings.schema.json").read_text())
        for rings in (found, hostile_rings(), make_rings()):
            cg.export(rings, tmp_path / "x.json")
            document = json.loads((tmp_path / "x.json").read_bytes())
            jsonschema.validate(document, schema, cls=jsonschema.Draft202012Validator)
            assert document == rings.to_dict()

    def test_other_ids(self, tmp_path: Path) -> None:
        rings = make_rings(make_ring("r", [b"=\xff", None], ["c"]), accounts=pa.binary())
        cg.export(rings, tmp_path / "x.csv")
        with (tmp_path / "x.csv").open(newline="") as file:
            assert [row["account"] for row in csv.DictReader(file)] == ["'=\\xff", ""]


FORMATS = ("gexf", "graphml", "csv", "parquet", "json")


@pytest.mark.parametrize("suffix", FORMATS)
class TestEveryFormat:
    def test_pseudonyms_leave_no_id(self, suffix: str, found: cg.Rings, tmp_path: Path) -> None:
        written = cg.export(found, tmp_path / f"x.{suffix}", pseudonyms=KEY)
        text = (tmp_path / f"x.{suffix}").read_bytes().decode("latin-1")
        assert written.n_cleaned == 0
        for each in [*found[0].accounts.to_pylist(), *found[0].contents.to_pylist(), found[0].id]:
            assert each not in text

    def test_the_same_rings_give_the_same_bytes_in_another_process(
        self, suffix: str, found: cg.Rings, tmp_path: Path
    ) -> None:
        found.write(tmp_path / "rings")
        cg.export(found, tmp_path / f"one.{suffix}", pseudonyms=KEY)
        code = f"import sys, clickgraph as cg; cg.export(cg.read_rings(sys.argv[1]), sys.argv[2], pseudonyms={KEY!r})"
        command = [sys.executable, "-c", code, str(tmp_path / "rings"), str(tmp_path / f"two.{suffix}")]
        subprocess.run(command, check=True, env={**os.environ, "PYTHONHASHSEED": "7"})
        assert (tmp_path / f"one.{suffix}").read_bytes() == (tmp_path / f"two.{suffix}").read_bytes()

    def test_a_failure_leaves_the_old_file(self, suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        target = tmp_path / f"x.{suffix}"
        target.write_text("old")

        def fail(_rings: object, path: Path, _part: str) -> int:
            path.write_text("half")
            raise OSError("disk full")

        monkeypatch.setitem(sys.modules["clickgraph.views.export"].WRITERS, suffix, fail)
        with pytest.raises(OSError, match="disk full"):
            cg.export(two_rings(), target)
        assert [path.name for path in tmp_path.iterdir()] == [target.name]
        assert target.read_text() == "old"


class TestDoor:
    def test_a_format_that_the_name_does_not_tell(self, tmp_path: Path) -> None:
        written = cg.export(two_rings(), tmp_path / "deep" / "x.txt", format="json")
        assert written.path == (tmp_path / "deep" / "x.txt").resolve()
        assert json.loads(written.path.read_text()) == two_rings().to_dict()

    @pytest.mark.parametrize(
        ("name", "options", "said"),
        [
            ("x.xlsx", {}, "format gexf, graphml, csv, parquet or json; found 'xlsx'"),
            ("x", {}, "found ''"),
            ("x.csv", {"format": "tsv"}, "found 'tsv'"),
            ("x.csv", {"table": "accounts"}, "table summary, members"),
            ("x.gexf", {"network": "all"}, "network ties or acts; found 'all'"),
            ("x.gexf", {"pseudonyms": "short"}, "16 bytes"),
        ],
    )
    def test_refuses_the_rest(self, name: str, options: dict[str, str], said: str, tmp_path: Path) -> None:
        with pytest.raises(InputError, match=said):
            cg.export(two_rings(), tmp_path / name, **options)
        assert list(tmp_path.iterdir()) == []

    def test_a_folder_is_never_replaced(self, tmp_path: Path) -> None:
        (tmp_path / "x.csv").mkdir()
        (tmp_path / "x.csv" / "thesis.tex").touch()
        with pytest.raises(InputError, match="a file to write to"):
            cg.export(two_rings(), tmp_path / "x.csv")
        assert (tmp_path / "x.csv" / "thesis.tex").exists()
