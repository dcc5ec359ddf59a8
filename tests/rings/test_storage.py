"""Rings on disk: whole or not at all, and equal when read back."""

import json
from pathlib import Path

import jsonschema
import pyarrow as pa
import pyarrow.csv
import pytest
from made_rings import make_ring, make_rings, two_rings

import clickgraph.rings
from clickgraph.errors import InputError
from clickgraph.rings import storage
from clickgraph.rings.columns import COLUMNS
from clickgraph.rings.model import Rings, read_rings

SCHEMA = Path(clickgraph.rings.__file__).with_name("rings.schema.json")


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def edit_manifest(folder: Path, **changes: object) -> None:
    path = folder / "rings.json"
    manifest = {**json.loads(path.read_text()), **changes}
    path.write_text(json.dumps({key: value for key, value in manifest.items() if value != "drop"}))


@pytest.fixture
def written(tmp_path: Path) -> Path:
    two_rings().write(tmp_path / "out")
    return tmp_path / "out"


class TestRoundTrip:
    @pytest.mark.parametrize(
        "rings",
        [
            two_rings(),
            make_rings(),
            make_rings(make_ring("r", [2**60, -1], ["c"], clock=False), accounts=pa.int64(), notices=("one", "two")),
            two_rings()[1:],
        ],
        ids=["two", "none", "int ids, no clock", "slice"],
    )
    def test_parquet_comes_back_equal(self, rings: Rings, tmp_path: Path) -> None:
        rings.write(tmp_path / "deep" / "out")
        back = read_rings(tmp_path / "deep" / "out")
        assert back == rings
        assert back.notices == rings.notices
        assert [ring.accounts for ring in back] == [ring.accounts for ring in rings]

    def test_a_folder_named_like_a_partition_adds_no_column(self, tmp_path: Path) -> None:
        two_rings().write(tmp_path / "year=2024")
        assert read_rings(tmp_path / "year=2024") == two_rings()

    def test_tells_what_lies_there(self, written: Path) -> None:
        assert names_in(written) == {f"{name}.parquet" for name in COLUMNS} | {"rings.json"}
        manifest = json.loads((written / "rings.json").read_text())
        assert manifest["schema"] == "clickgraph/rings-folder"
        assert manifest["schema_version"] == 1
        assert manifest["tables"] == list(COLUMNS)
        assert manifest["fingerprint"] == two_rings().fingerprint


class TestCsv:
    def test_no_text_starts_a_formula_and_numbers_stay_numbers(self, tmp_path: Path) -> None:
        accounts = ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "plain", 'a"b,c\n=d']
        make_rings(make_ring("r", accounts, ["=HYPERLINK(1)"])).write(tmp_path / "out", format="csv")
        options = pyarrow.csv.ParseOptions(newlines_in_values=True)
        members = pyarrow.csv.read_csv(tmp_path / "out" / "members.csv", parse_options=options)
        assert members["account"].to_pylist() == [*("'" + account for account in accounts[:6]), *accounts[6:]]
        evidence = pyarrow.csv.read_csv(tmp_path / "out" / "evidence.csv")
        assert evidence["bits"].to_pylist()[1] == -15.0
        assert pyarrow.csv.read_csv(tmp_path / "out" / "bursts.csv")["content"].to_pylist() == ["'=HYPERLINK(1)"]

    def test_other_ids_become_texts_and_nulls_stay_empty(self, tmp_path: Path) -> None:
        rings = make_rings(make_ring("r", [b"=\xff", None], ["c"], clock=False), accounts=pa.binary())
        rings.write(tmp_path / "out", format="csv")
        lines = (tmp_path / "out" / "members.csv").read_text().splitlines()
        assert lines[1].split(",")[1] == '"\'=\\xff"'
        assert lines[2].split(",")[1] == ""

    def test_cannot_be_read_back(self, tmp_path: Path) -> None:
        two_rings().write(tmp_path, format="csv")
        with pytest.raises(InputError, match=r"written as Parquet; found format 'csv'"):
            read_rings(tmp_path)


class TestJson:
    def test_tables_are_rows(self, tmp_path: Path) -> None:
        two_rings().write(tmp_path / "out", format="json")
        members = json.loads((tmp_path / "out" / "members.json").read_text())
        assert [row["account"] for row in members] == ["a1", "a2", "a3", "a4", "b1", "a2", "b2"]
        summary = json.loads((tmp_path / "out" / "summary.json").read_text())
        assert summary[1]["edge"] is None
        assert summary[0]["first"] == "2024-01-01T12:00:00Z"

    def test_an_empty_table_is_an_empty_list(self, tmp_path: Path) -> None:
        make_rings().write(tmp_path / "out", format="json")
        assert json.loads((tmp_path / "out" / "acts.json").read_text()) == []


class TestWholeOrNotAtAll:
    def test_an_older_result_is_replaced(self, written: Path) -> None:
        two_rings()[:1].write(written)
        assert len(read_rings(written)) == 1
        two_rings().write(written, format="csv")
        assert names_in(written) == {f"{name}.csv" for name in COLUMNS} | {"rings.json"}
        assert names_in(written.parent) == {"out"}

    def test_an_empty_folder_is_taken(self, tmp_path: Path) -> None:
        two_rings().write(tmp_path)
        assert read_rings(tmp_path) == two_rings()

    def test_a_link_keeps_pointing_at_the_result(self, written: Path) -> None:
        link = written.with_name("link")
        link.symlink_to(written)
        two_rings()[:1].write(link)
        assert link.is_symlink()
        assert len(read_rings(written)) == 1

    def test_a_foreign_folder_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "thesis.tex").touch()
        with pytest.raises(InputError, match=r"older result of clickgraph.*thesis\.tex"):
            two_rings().write(tmp_path)
        assert names_in(tmp_path) == {"thesis.tex"}

    def test_a_result_with_foreign_files_is_refused(self, written: Path) -> None:
        (written / "notes.txt").touch()
        with pytest.raises(InputError, match=r"nothing but an older result.*notes\.txt"):
            two_rings().write(written)
        assert (written / "notes.txt").exists()

    def test_a_foreign_rings_json_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "rings.json").write_text('{"jewellery": true}')
        with pytest.raises(InputError, match="of the schema"):
            two_rings().write(tmp_path)

    def test_a_file_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "out").touch()
        with pytest.raises(InputError, match="a folder to write to; found the file"):
            two_rings().write(tmp_path / "out")

    def test_an_unknown_format_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="format parquet, csv or json; found 'xlsx'"):
            two_rings().write(tmp_path / "out", format="xlsx")  # type: ignore[arg-type]
        assert names_in(tmp_path) == set()

    @pytest.mark.parametrize("old", [True, False])
    def test_a_failure_leaves_what_was_there(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, old: bool
    ) -> None:
        if old:
            two_rings().write(tmp_path / "out")

        def fail(*_args: object, **_kwargs: object) -> None:
            raise OSError("disk full")

        monkeypatch.setattr(storage.json, "dumps", fail)
        with pytest.raises(OSError, match="disk full"):
            two_rings()[:1].write(tmp_path / "out")
        monkeypatch.undo()
        assert names_in(tmp_path) == ({"out"} if old else set())
        if old:
            assert read_rings(tmp_path / "out") == two_rings()

    def test_a_swap_that_fails_is_undone(self, written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        rename = Path.rename

        def fail_on_new(path: Path, target: Path) -> Path:
            if path.name == "new":
                raise OSError("no")
            return rename(path, target)

        monkeypatch.setattr(Path, "rename", fail_on_new)
        with pytest.raises(OSError, match="no"):
            two_rings()[:1].write(written)
        monkeypatch.undo()
        assert read_rings(written) == two_rings()
        assert names_in(written.parent) == {"out"}


class TestReadingErrors:
    def test_no_folder(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match=r"rings\.json.*which is no folder \(name the folder"):
            read_rings(tmp_path / "nowhere")

    def test_a_folder_without_a_result(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="without it"):
            read_rings(tmp_path)

    @pytest.mark.parametrize("text", ["{", "[]", "{}", "\x00\xff"])
    def test_another_rings_json(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "rings.json").write_text(text)
        with pytest.raises(InputError, match="of the schema 'clickgraph/rings-folder'"):
            read_rings(tmp_path)

    def test_another_schema_version(self, written: Path) -> None:
        edit_manifest(written, schema_version=2, version="7.0")
        with pytest.raises(InputError, match=r"schema_version 1.*found 2 \(it was written by clickgraph 7\.0\)"):
            read_rings(written)

    def test_a_missing_fact(self, written: Path) -> None:
        edit_manifest(written, fingerprint="drop")
        with pytest.raises(InputError, match="found no fingerprint"):
            read_rings(written)

    def test_a_missing_table(self, written: Path) -> None:
        (written / "acts.parquet").unlink()
        with pytest.raises(InputError, match=r"the table acts .*no such file"):
            read_rings(written)

    def test_a_damaged_table(self, written: Path) -> None:
        (written / "ties.parquet").write_bytes(b"PAR1 no more")
        with pytest.raises(InputError, match=r"the table ties .*damaged"):
            read_rings(written)


class TestDocument:
    @pytest.mark.parametrize(
        "rings",
        [
            two_rings(),
            make_rings(),
            make_rings(make_ring("r", [1, 2], ["c"], clock=False), accounts=pa.int64()),
        ],
        ids=["two", "none", "no clock"],
    )
    def test_follows_the_schema_through_json(self, rings: Rings) -> None:
        schema = json.loads(SCHEMA.read_text())
        jsonschema.Draft202012Validator.check_schema(schema)
        text = json.dumps(rings.to_dict(), allow_nan=False)
        jsonschema.validate(json.loads(text), schema, cls=jsonschema.Draft202012Validator)

    def test_the_schema_refuses_another_version(self) -> None:
        document = {**two_rings().to_dict(), "schema_version": 2}
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(document, json.loads(SCHEMA.read_text()))

    def test_each_ring_has_its_own_rows(self) -> None:
        farm, fans = two_rings().to_dict()["rings"]
        assert [member["account"] for member in fans["members"]] == ["b1", "a2", "b2"]
        assert len(farm["bursts"]) == 4
        assert fans["edge"] is None
        assert sum(piece["bits"] for piece in farm["evidence"]) == pytest.approx(farm["score_bits"])

    def test_nothing_raw_for_a_terminal(self) -> None:
        rings = make_rings(make_ring("r", ["\x1b[31m\x7f\u202e"], ["c"]))
        assert json.dumps(rings.to_dict()).isprintable()
