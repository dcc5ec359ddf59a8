"""The command line: data on stdout, errors in one line on stderr, files whole or not at all."""

import errno
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pyarrow.csv
import pyarrow.parquet
import pytest
from click.testing import CliRunner, Result
from made_logs import its_log
from made_rings import make_ring, make_rings, two_rings

import clickgraph
import clickgraph.rings
from clickgraph import cli
from clickgraph.cli import main
from clickgraph.errors import InputError
from clickgraph.log.table import Table
from clickgraph.rings import storage
from clickgraph.rings.model import Rings, read_rings
from clickgraph.simulation.worlds import World

SCHEMA = json.loads(Path(clickgraph.rings.__file__).with_name("rings.schema.json").read_text())


def call(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def assert_fails(result: Result, *words: str, code: int = 1) -> None:
    assert result.exit_code == code, result.output
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    assert result.stderr.splitlines()[-1].startswith("Error: ")
    assert code == 2 or len(result.stderr.splitlines()) == 1
    for word in words:
        assert word in result.stderr


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Let find_rings find two rings; returns how it was called."""
    calls: list[dict[str, Any]] = []

    def find_rings(source: object, **keywords: Any) -> Rings:
        calls.append({"source": source, **keywords})
        return two_rings()

    monkeypatch.setitem(vars(clickgraph), "find_rings", find_rings)
    return calls


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    """Let simulate give this world: the accounts of the two made rings, the first a farm."""
    accounts = ["a1", "a2", "a3", "a4", "b1", "b2", "=c"]
    events = Table.from_columns(account=accounts, content=["c"] * 7, time=list(range(7)), action=["like"] * 7)
    truth = Table.from_columns(account=accounts[:4], ring=["farm"] * 4, n_acts=[4, 4, 4, 4])
    made = World(events=events, truth=truth)
    monkeypatch.setitem(vars(clickgraph), "simulate", lambda _name, *, rng: made)  # noqa: ARG005
    return made


class TestFind:
    def test_prints_the_table_and_writes_the_folder(self, found: list[Any], tmp_path: Path) -> None:
        result = call("find", "log.parquet", "--out", tmp_path / "out")
        assert result.exit_code == 0
        assert result.stdout == f"{two_rings()}\n"
        assert result.stderr == f"wrote 2 rings to {tmp_path / 'out'}\n"
        assert read_rings(tmp_path / "out") == two_rings()
        assert found == [{"source": "log.parquet", "progress": None, "rng": 0, "ignore": ()}]

    @pytest.mark.parametrize("table_format", ["csv", "json"])
    def test_writes_other_formats(self, found: list[Any], tmp_path: Path, table_format: str) -> None:
        assert call("find", "x", "--out", tmp_path / "out", "--format", table_format).exit_code == 0
        assert (tmp_path / "out" / f"members.{table_format}").exists()
        assert len(found) == 1

    @pytest.mark.usefixtures("found")
    def test_prints_a_document_of_the_schema(self) -> None:
        result = call("find", "x", "--json")
        assert result.stderr == ""
        jsonschema.validate(json.loads(result.stdout), SCHEMA, cls=jsonschema.Draft202012Validator)

    def test_passes_every_option_on(self, found: list[Any]) -> None:
        options = (
            "--account a --content c --time t --action k --post p --layers merge --windows 10s,1min"
            " --timezone Europe/Berlin --strata s --alpha 0.05"
            " --resolution 2 --min-size 5 --ignore x --ignore y --rng 7 --threads 2"
            " --memory-limit 4GB --workdir work"
        )
        assert call("find", "x", *options.split()).exit_code == 0
        assert found == [
            {
                "source": "x", "account": "a", "content": "c", "time": "t", "action": "k", "post": "p",
                "layers": "merge", "windows": ("10s", "1min"), "strata": "s", "alpha": 0.05,
                "resolution": 2.0, "min_size": 5, "ignore": ("x", "y"), "rng": 7, "n_threads": 2,
                "timezone": "Europe/Berlin", "progress": None, "memory_limit": "4GB", "workdir": Path("work"),
            }
        ]  # fmt: skip

    def test_time_can_be_left_out(self, found: list[Any]) -> None:
        assert call("find", "x", "--no-time", "--windows", "auto").exit_code == 0
        assert found[0]["time"] is None
        assert found[0]["windows"] == "auto"

    @pytest.mark.parametrize(
        ("options", "word"),
        [
            ("x --time t --no-time", "contradict"),
            ("x --format xlsx --out out", "xlsx"),
            ("x --layers both", "both"),
            ("x --threads 0", "--threads"),
            ("x --rng -1", "--rng"),
            ("x --alpha much", "--alpha"),
            ("", "SOURCE"),
        ],
    )
    def test_wrong_use_is_2(self, found: list[Any], options: str, word: str) -> None:
        assert_fails(call("find", *options.split()), word, code=2)
        assert found == []

    @pytest.mark.parametrize(
        "error",
        [
            InputError("a column for the account", "the columns \x1b[31mx\ny", "name it with account="),
            OSError("disk full"),
            MemoryError(),
            ImportError("needs polars"),
        ],
    )
    def test_errors_are_one_safe_line(self, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
        def fail(*_arguments: object, **_keywords: object) -> Rings:
            raise error

        monkeypatch.setitem(vars(clickgraph), "find_rings", fail)
        result = call("find", "x")
        assert_fails(result)
        assert "\x1b" not in result.stderr

    def test_a_reader_that_goes_away_is_no_error_to_tell(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*_arguments: object, **_keywords: object) -> Rings:
            raise BrokenPipeError(errno.EPIPE, "gone")

        monkeypatch.setitem(vars(clickgraph), "find_rings", fail)
        assert call("find", "x").stderr == ""

    def test_a_foreign_folder_is_left_alone_before_the_search(self, found: list[Any], tmp_path: Path) -> None:
        (tmp_path / "thesis.tex").touch()
        assert_fails(call("find", "x", "--out", tmp_path), "thesis.tex", "name another folder")
        assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]
        assert found == []

    def test_hostile_ids_are_printed_safely(self, monkeypatch: pytest.MonkeyPatch) -> None:
        rings = make_rings(make_ring("\x1b[31m", ["\x1b]0;\x07"], ["\u202e"]), notices=("\x1b[2J",))
        monkeypatch.setitem(vars(clickgraph), "find_rings", lambda *_, **__: rings)
        for option in ([], ["--json"]):
            assert call("find", "x", *option).stdout.replace("\n", "").isprintable()

    def test_tells_a_person_at_a_terminal_how_far_it_is(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def find_rings(_source: object, *, progress: Any, **_keywords: object) -> Rings:
            for share in (0.5, 1.0):
                progress(share)
            return two_rings()

        monkeypatch.setitem(vars(clickgraph), "find_rings", find_rings)
        monkeypatch.setattr(cli, "_is_terminal", lambda: True)
        result = call("find", "x")
        assert result.stderr == "\rcomparing accounts:  50%\rcomparing accounts: 100%\n"
        assert result.stdout == f"{two_rings()}\n"


class TestShow:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        two_rings().write(tmp_path / "out")
        return tmp_path / "out"

    def test_prints_what_was_found(self, folder: Path) -> None:
        assert call("show", folder).stdout == f"{two_rings()}\n"
        assert json.loads(call("show", folder, "--json").stdout) == two_rings().to_dict()

    def test_explains_a_ring(self, folder: Path) -> None:
        explanation = clickgraph.explain(two_rings()[1])
        said = str(explanation).replace("pass events=", "pass --log")
        assert "only the log can tell: pass --log." in said
        assert call("show", folder, "--explain", "r-fans").stdout == f"{said}\n"
        printed = call("show", folder, "--explain", "r-fans", "--json").stdout
        assert json.loads(printed) == explanation.to_dict()

    def test_an_unknown_ring_is_wrong_use(self, folder: Path) -> None:
        assert_fails(call("show", folder, "--explain", "r-\x1b"), "no ring r-\\x1b", code=2)

    def test_explains_a_member(self, folder: Path) -> None:
        explanation = clickgraph.explain(two_rings()[0], account="a2")
        said = str(explanation).replace("pass events=", "pass --log")
        assert call("show", folder, "--explain", "r-farm", "--account", "a2").stdout == f"{said}\n"
        assert_fails(call("show", folder, "--explain", "r-farm", "--account", "z"), "an account of the ring")

    def test_an_id_that_is_a_number_is_typed_as_text(self, tmp_path: Path) -> None:
        make_rings(make_ring("r", [1, 2], ["c"]), accounts=pyarrow.int64()).write(tmp_path / "out")
        assert call("show", tmp_path / "out", "--explain", "r", "--account", "2").stdout.startswith("2 came to 1 of")

    def test_the_log_tells_more(self, tmp_path: Path) -> None:
        rings = make_rings(make_ring("r", ["a1", "a2"], ["c1"]))
        rings.write(tmp_path / "out")
        pyarrow.parquet.write_table(its_log(rings[0]).to_table().to_arrow(), tmp_path / "log.parquet")
        told = call("show", tmp_path / "out", "--explain", "r", "--log", tmp_path / "log.parquet").stdout
        assert "theirs are 100% of the 2 on c1" in told

    def test_account_and_log_need_a_ring(self, folder: Path) -> None:
        for options in (("--account", "a2"), ("--log", "x.csv")):
            assert_fails(call("show", folder, *options), "go with --explain RING", code=2)

    def test_no_result_fails(self, tmp_path: Path) -> None:
        assert_fails(call("show", tmp_path), "rings.json")


class TestAudit:
    @pytest.fixture
    def paths(self, tmp_path: Path) -> tuple[Path, Path]:
        rings = make_rings(make_ring("r", ["a1", "a2"], ["c1", "c2"]))
        rings.write(tmp_path / "out")
        log = its_log(rings[0], ("b", "c1", 1_700_000_000)).to_table().to_arrow()
        log = log.append_column("shop", pyarrow.array(["s"] * len(log)))
        pyarrow.parquet.write_table(log, tmp_path / "log.parquet")
        return tmp_path / "log.parquet", tmp_path / "out"

    def test_prints_the_most_bought_contents(self, paths: tuple[Path, Path]) -> None:
        lines = call("audit", *paths, "--owner", "shop").stdout.splitlines()
        assert lines[0].split()[:5] == ["content", "owner", "action", "n_events", "n_ring"]
        assert lines[1].split()[:5] == ["c2", "s", "like", "2", "2"]
        assert lines[2].split()[:5] == ["c1", "s", "like", "3", "2"]

    def test_says_one_content_in_sentences(self, paths: tuple[Path, Path]) -> None:
        said = call("audit", *paths, "--content", "c1").stdout
        assert said == f"{clickgraph.audit(paths[0], read_rings(paths[1]), content='c1')}\n"
        assert "Of the 3 events (like) on c1, 2 by 2 accounts are rings'" in said

    def test_prints_documents_of_the_schema(self, paths: tuple[Path, Path]) -> None:
        schema = json.loads(Path(clickgraph.rings.__file__).with_name("audit.schema.json").read_text())
        for options in ((), ("--content", "c1")):
            document = json.loads(call("audit", *paths, "--json", *options).stdout)
            jsonschema.validate(document, schema, cls=jsonschema.Draft202012Validator)

    def test_takes_another_price_list_and_other_columns(self, paths: tuple[Path, Path], tmp_path: Path) -> None:
        (tmp_path / "prices.csv").write_text("action,units,price,currency,date,source\nlike,1,2.5,CHF,2024,a shop\n")
        log = pyarrow.parquet.read_table(paths[0]).rename_columns(["who", "what", "when", "how", "shop"])
        pyarrow.parquet.write_table(log, tmp_path / "other.parquet")
        options = "--account-column who --content-column what --time-column when --action-column how --content c1"
        said = call(
            "audit", tmp_path / "other.parquet", paths[1], *options.split(), "--prices", tmp_path / "prices.csv"
        )
        assert "2 would have cost 5.00 CHF" in said.stdout

    def test_what_is_not_there_fails(self, paths: tuple[Path, Path], tmp_path: Path) -> None:
        assert_fails(call("audit", *paths, "--content", "c9"), "a content of the log")
        assert_fails(call("audit", *paths, "--prices", tmp_path / "none.csv"), "none.csv")
        assert_fails(call("audit", tmp_path / "none.parquet", paths[1]), "none.parquet")
        assert_fails(call("audit", paths[0], tmp_path), "rings.json")


class TestSimulate:
    def test_writes_events_and_truth(self, world: World, tmp_path: Path) -> None:
        out, truth = tmp_path / "new" / "events.parquet", tmp_path / "truth.csv"
        result = call("simulate", "phone-farm", "--out", out, "--truth", truth)
        assert result.exit_code == 0
        assert result.stdout == ""
        assert result.stderr == f"wrote 7 events to {out}, 4 farm accounts to {truth}\n"
        assert Table(pyarrow.parquet.read_table(out)) == world.events
        assert pyarrow.csv.read_csv(truth)["account"].to_pylist() == ["a1", "a2", "a3", "a4"]
        assert sorted(path.name for path in tmp_path.iterdir()) == ["new", "truth.csv"]

    @pytest.mark.usefixtures("world")
    def test_csv_runs_no_formula_and_files_are_replaced(self, tmp_path: Path) -> None:
        out = tmp_path / "events.csv"
        out.write_text("old")
        assert call("simulate", "x", "--out", out, "--truth", tmp_path / "t.csv").exit_code == 0
        assert pyarrow.csv.read_csv(out)["account"].to_pylist()[-1] == "'=c"

    @pytest.mark.usefixtures("world")
    @pytest.mark.parametrize(
        ("names", "word"),
        [(("a.xlsx", "t.csv"), "--out"), (("a.csv", "t"), "--truth"), (("a.csv", "a.csv"), "same file")],
    )
    def test_wrong_use_is_2(self, tmp_path: Path, names: tuple[str, str], word: str) -> None:
        result = call("simulate", "x", "--out", tmp_path / names[0], "--truth", tmp_path / names[1])
        assert_fails(result, word, code=2)
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.usefixtures("world")
    def test_a_failure_leaves_nothing(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        from clickgraph.rings import formats

        def fail(*_arguments: object) -> None:
            raise OSError("disk full")

        monkeypatch.setattr(formats.pa.csv, "write_csv", fail)
        result = call("simulate", "x", "--out", tmp_path / "e.parquet", "--truth", tmp_path / "t.csv")
        assert_fails(result, "disk full")
        assert list(tmp_path.iterdir()) == []

    def test_an_unknown_world_fails(self, tmp_path: Path) -> None:
        result = call("simulate", "moon", "--out", tmp_path / "e.csv", "--truth", tmp_path / "t.csv")
        assert_fails(result, "phone-farm", "moon")


class TestDemo:
    @pytest.mark.usefixtures("found", "world")
    def test_says_what_it_found_and_how_well(self) -> None:
        result = call("demo")
        assert result.exit_code == 0
        assert result.stdout.startswith(str(two_rings()))
        matched = next(line for line in result.stdout.splitlines() if line.startswith("farm"))
        assert matched.split() == ["farm", "4", "r-farm", "95", "1", "1", "1"]
        assert "organic rings: 1" in result.stdout
        assert "peak memory" in result.stdout
        assert "looking for rings in 7 events" in result.stderr


class TestProcess:
    """What only another process shows."""

    HEAVY = (
        "pandas", "polars", "numba", "networkx", "igraph", "scipy", "pyarrow", "duckdb", "numpy",
        "matplotlib", "bokeh", "jinja2",
    )  # fmt: skip

    @pytest.mark.parametrize(
        "code",
        ["import clickgraph", "from clickgraph.cli import main; main(['--help'], standalone_mode=False)"],
    )
    def test_import_and_help_are_light(self, code: str) -> None:
        report = f"{code}\nimport sys\nprint(sorted(set(sys.modules) & set({self.HEAVY!r})), file=sys.stderr)"
        run = subprocess.run([sys.executable, "-c", report], capture_output=True, text=True, check=True)
        assert run.stderr == "[]\n"

    def test_runs_as_a_module(self) -> None:
        command = [sys.executable, "-m", "clickgraph", "--version"]
        run = subprocess.run(command, capture_output=True, text=True, check=True)
        assert run.stdout == f"clickgraph, version {clickgraph.__version__}\n"

    @pytest.mark.parametrize(
        "command", [[], ["find"], ["show"], ["audit"], ["report"], ["export"], ["simulate"], ["demo"]]
    )
    def test_every_command_has_help(self, command: list[str]) -> None:
        result = call(*command, "--help")
        assert result.exit_code == 0
        assert "Usage: " in result.stdout


def test_the_partial_file_stands_beside_its_target(tmp_path: Path) -> None:
    with storage.replaced_whole(tmp_path / "x.csv") as partial:
        assert partial.parent.parent == tmp_path
        partial.write_text("a")
    assert [path.name for path in tmp_path.iterdir()] == ["x.csv"]


def test_the_whole_walk_on_a_small_log(tmp_path: Path) -> None:
    public = {"n_organic_accounts": 1000, "n_organic_events": 10_000}
    world = clickgraph.simulate("phone-farm", n_accounts=60, rng=1, **public)
    pyarrow.parquet.write_table(world.events.to_arrow(), tmp_path / "events.parquet")
    result = call("find", tmp_path / "events.parquet", "--out", tmp_path / "out", "--json")
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    jsonschema.validate(document, SCHEMA, cls=jsonschema.Draft202012Validator)
    best = document["rings"][0]
    assert {member["account"] for member in best["members"]} == set(world.truth["account"].to_pylist())
    for ring in document["rings"]:
        assert sum(piece["bits"] for piece in ring["evidence"]) == pytest.approx(ring["score_bits"])
    text = call("show", tmp_path / "out", "--explain", best["ring"]).stdout
    assert "60 accounts are suspected of acting as one" in text


def test_an_empty_log_is_no_error(tmp_path: Path) -> None:
    log = tmp_path / "empty.csv"
    log.write_text("account,content,time\n")
    result = call("find", log, "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("no rings: not enough data")
    assert call("show", tmp_path / "out").stdout == result.stdout


def test_no_such_log_fails(tmp_path: Path) -> None:
    assert_fails(call("find", tmp_path / "nowhere.parquet", "--out", tmp_path / "out"), "nowhere.parquet")
    assert list(tmp_path.iterdir()) == []
