"""What is not what was asked for is refused at the door, in a sentence, and leaves nothing half written."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from made_rings import make_ring, make_rings, two_rings

import clickgraph as cg
from clickgraph.errors import InputError
from clickgraph.evaluation import evaluate

LOG = {"account": ["a", "b"], "content": ["c", "c"], "time": ["2024-01-01", "2024-01-02"]}


@pytest.mark.parametrize("wrong", [None, "r-farm", {}, 0])
def test_what_is_no_ring(wrong: Any) -> None:
    for verb in (cg.explain, cg.plot.raster, cg.plot.heatmap, cg.plot.waterfall, cg.plot.network):
        with pytest.raises(InputError, match=f"expected one Ring; found a {type(wrong).__name__}"):
            verb(wrong)


def test_several_rings_are_not_one() -> None:
    with pytest.raises(InputError, match=r"found a Rings \(rings\[0\] is the best of several\)"):
        cg.explain(two_rings())


@pytest.mark.parametrize("wrong", [None, "out/", [], two_rings()[0]])
def test_what_are_no_rings(wrong: Any, tmp_path: Path) -> None:
    verbs: tuple[Callable[[], object], ...] = (
        lambda: cg.audit(LOG, wrong),
        lambda: cg.write_report(wrong, tmp_path / "report.html"),
        lambda: cg.export(wrong, tmp_path / "rings.csv"),
        lambda: two_rings().joined(wrong),
    )
    for verb in verbs:
        with pytest.raises(InputError, match=f"expected Rings; found a {type(wrong).__name__}"):
            verb()
    assert not list(tmp_path.iterdir())


def test_a_timeline_of_no_rings() -> None:
    with pytest.raises(InputError, match="expected Rings; found a list"):
        cg.plot.timeline(LOG, [], content="c")  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", [None, "out/", 5])
def test_what_cannot_be_evaluated(wrong: Any) -> None:
    truth = {"account": ["a"], "ring": ["r"], "n_acts": [2]}
    for rings, known in ((wrong, truth), (two_rings(), wrong)):
        with pytest.raises(InputError, match=f"a table with columns .*; found a {type(wrong).__name__}"):
            evaluate(rings, known, accounts=["a"])


def test_a_ring_by_its_id() -> None:
    rings = two_rings()
    assert rings["r-fans"].id == "r-fans"
    with pytest.raises(InputError, match=r"the id of one of 2 rings; found 'nobody' \(such as r-farm, r-fans\)"):
        rings["nobody"]
    with pytest.raises(InputError, match="there is none"):
        rings[:0]["nobody"]
    with pytest.raises(InputError, match="a ring's place, its id or a slice; found a float"):
        rings[1.5]  # type: ignore[call-overload]
    with pytest.raises(IndexError, match="ring 2 of 2"):
        rings[2]


@pytest.mark.parametrize("wrong", [-1, 1.5, "a", None, True])
def test_what_is_no_seed(wrong: Any) -> None:
    with pytest.raises(InputError, match="rng as a whole number of 0 or more"):
        cg.find_rings(LOG, rng=wrong)


@pytest.mark.parametrize("name", ["min_size", "min_shared"])
@pytest.mark.parametrize("wrong", [2.5, "3", None, True, 1e300])
def test_what_counts_no_accounts(name: str, wrong: Any) -> None:
    with pytest.raises(InputError, match=f"{name} .* a whole number; found"):
        cg.find_rings(LOG, **{name: wrong})


def test_numbers_of_numpy_are_numbers() -> None:
    rings = cg.find_rings(LOG, min_size=np.int64(3), alpha=np.float32(0.01), rng=np.int32(1))  # type: ignore[arg-type]
    assert len(rings) == 0


@pytest.mark.parametrize("wrong", [5, 1.5, [5], ["10 parsecs"]])
def test_what_is_no_window(wrong: Any) -> None:
    with pytest.raises(InputError, match="a window such as '10s'"):
        cg.find_rings(LOG, windows=wrong)


@pytest.mark.parametrize("wrong", [-1, 1.5, "3", None, True])
def test_how_many_rings_a_report_shows(wrong: Any, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="most_rings as a whole number of 0 or more"):
        cg.write_report(two_rings(), tmp_path / "report.html", most_rings=wrong)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("wrong", [0, -1, 2.5, "x"])
def test_how_many_accounts_a_network_shows(wrong: Any) -> None:
    with pytest.raises(InputError, match="most_accounts as a whole number of 1 or more"):
        cg.plot.network(two_rings()[0], most_accounts=wrong)


@pytest.mark.parametrize("wrong", ["x", 5, object()])
def test_where_a_picture_is_drawn(wrong: Any) -> None:
    with pytest.raises(InputError, match="ax as matplotlib's Axes or None"):
        cg.plot.waterfall(two_rings()[0], ax=wrong)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"seeds": 5}, r"seeds as a sequence; found 5 \(seeds=\[5\]\)"),
        ({"seeds": "1"}, "seeds as a sequence"),
        ({"seeds": [-1]}, "a seed as a whole number of 0 or more; found -1"),
        ({"seeds": ["x"]}, "a seed as a whole number of 0 or more; found 'x'"),
        ({"seeds": [], "window_sets": "10min"}, "window_sets as a sequence"),
        ({"seeds": [], "resolutions": 2.0}, "resolutions as a sequence"),
    ],
)
def test_what_cannot_be_varied(given: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        cg.stability(LOG, **given)


def test_a_stability_that_is_none() -> None:
    with pytest.raises(InputError, match=r"stability as clickgraph\.stability returns it; found a Rings"):
        cg.explain(two_rings()[0], stability=two_rings())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"verdicts": None}, "a list of verdicts among ring, candidate"),
        ({"verdicts": 5}, "a list of verdicts among ring, candidate"),
        ({"columns": 5}, "columns as a dict with the keys account, content"),
        ({"columns": {"x": 1}}, r"columns as a dict with the keys account, .*; found \{'x': 1\}"),
    ],
)
def test_what_a_detector_cannot_use(given: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        cg.RingDetector(**given).fit(LOG)


@pytest.mark.parametrize("wrong", [None, 5, ["stargazers_ghost"], "x"])
def test_the_name_of_no_data_set(wrong: Any) -> None:
    with pytest.raises(InputError, match="a data set among german_elections"):
        cg.datasets.load(wrong)


def test_a_folder_of_data_that_holds_something_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLICKGRAPH_DATA", str(tmp_path))
    path = tmp_path / "stargazers_ghost" / "events.parquet"
    path.parent.mkdir()
    path.write_bytes(b"junk")
    with pytest.raises(InputError, match=r"a Parquet file; found .*events\.parquet, which is damaged"):
        cg.datasets.load("stargazers_ghost")
    for other in ({"x": [1]}, {"account": ["a"], "content": ["b"], "time": ["now"]}):
        pq.write_table(pa.table(other), path)
        with pytest.raises(InputError, match=r"events with account, content and time; found (x|account) \("):
            cg.datasets.load("stargazers_ghost")


def test_a_failed_report_leaves_the_older_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = cg.write_report(two_rings(), tmp_path / "report.html")
    older = path.read_bytes()

    def fail(*_args: object, **_more: object) -> str:
        raise RuntimeError("no more ink")

    monkeypatch.setattr("clickgraph.views.report._render", fail)
    with pytest.raises(RuntimeError):
        cg.write_report(make_rings(make_ring("r", ["a", "b"], ["c"])), path)
    assert path.read_bytes() == older
    assert [each.name for each in tmp_path.iterdir()] == ["report.html"]
