"""Ids of every type that read_events takes go all the way: found, explained, audited, measured, shown and written."""

import datetime
import json
import uuid
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from matplotlib import pyplot

import clickgraph as cg
from clickgraph.errors import InputError
from clickgraph.evaluation import evaluate, match_rings
from clickgraph.rings.bill import audit_document, audit_text
from clickgraph.views.pseudonyms import with_pseudonyms

NOON = datetime.datetime(2020, 1, 1, 12)
# The type, and the id of a number; ids that look like formulas, that are no text, that are beyond int64.
KINDS: dict[str, tuple[pa.DataType, Callable[[int], Any]]] = {
    "text": (pa.string(), lambda n: f"=ä{n}"),
    "text views": (pa.string_view(), lambda n: f"longer than twelve {n}"),
    "categories": (pa.dictionary(pa.int32(), pa.string()), lambda n: f"c{n}"),
    "integers": (pa.int16(), lambda n: n - 100),
    "unsigned": (pa.uint64(), lambda n: 2**64 - 1 - n),
    "floats": (pa.float64(), float),
    "decimals": (pa.decimal128(20, 2), lambda n: Decimal(n) / 4),
    "binary": (pa.binary(), lambda n: bytes([255, n % 256, n // 256])),
    "binary views": (pa.binary_view(), lambda n: bytes([255, n % 256, n // 256])),
    "16 bytes": (pa.binary(16), lambda n: uuid.UUID(int=n).bytes),
    "UUIDs": (pa.uuid(), lambda n: uuid.UUID(int=n * 7919)),
    "dates": (pa.date32(), lambda n: NOON.date() + datetime.timedelta(n)),
    "seconds": (pa.timestamp("s"), lambda n: NOON + datetime.timedelta(seconds=n)),
    "zones": (pa.timestamp("ns", "Europe/Berlin"), lambda n: NOON.astimezone(datetime.UTC) + datetime.timedelta(n)),
    "times of day": (pa.time32("s"), lambda n: (NOON + datetime.timedelta(seconds=n)).time()),
}


@cache
def plain_world() -> tuple[pa.Table, pa.Table]:
    """A small farm amid people, and its truth."""
    public = {"n_organic_accounts": 300, "n_organic_events": 3000}
    world = cg.simulate("phone-farm", n_accounts=40, n_jobs=10, **public, rng=1)
    return world.events.to_arrow(), world.truth.to_arrow()


def column_of(kind: pa.DataType, values: list[Any]) -> pa.Array:
    """The values as an array of the type."""
    if kind == pa.uuid():
        return pa.ExtensionArray.from_storage(kind, pa.array([value.bytes for value in values], pa.binary(16)))
    return pa.array(values).dictionary_encode() if pa.types.is_dictionary(kind) else pa.array(values, kind)


def retyped(name: str) -> tuple[pa.Table, pa.Table]:
    """The world with ids of another type, those of accounts and of contents alike."""
    kind, make = KINDS[name]
    events, truth = plain_world()
    for column in ("account", "content"):
        number = {old: n for n, old in enumerate(sorted(set(events[column].to_pylist())))}
        for table in (events, truth):
            if column not in table.column_names:
                continue
            ids = column_of(kind, [make(number[old]) for old in table[column].to_pylist()])
            table = table.set_column(table.column_names.index(column), column, ids)
            events, truth = (table, truth) if "time" in table.column_names else (events, table)
    return events, truth


@pytest.fixture(scope="module", params=sorted(KINDS))
def found(request: pytest.FixtureRequest) -> tuple[pa.Table, pa.Table, cg.Events, cg.Rings]:
    """The table, the truth, the events that are read of it, and the rings that are found in them."""
    table, truth = retyped(request.param)
    events = cg.read_events(table)
    rings = cg.find_rings(events)
    assert len(rings) == 1
    return table, truth, events, rings


Found = tuple[pa.Table, pa.Table, cg.Events, cg.Rings]


def test_they_are_explained(found: Found) -> None:
    _table, _truth, events, rings = found
    account, other = rings[0].accounts[:2].to_pylist()
    for told in (
        cg.explain(rings[0]),
        cg.explain(rings[0], events=events),
        cg.explain(rings[0], account=account),
        cg.explain(rings[0], account=other, events=events),
        cg.explain_pair(events, account, other),
    ):
        assert str(told)
        assert "<" in told._repr_html_()
        json.dumps(told.to_dict())
    assert rings.of(account)[0].id == rings[0].id
    assert len(rings.of(object())) == 0


def test_they_are_audited(found: Found) -> None:
    _table, _truth, events, rings = found
    everything = cg.audit(events, rings)
    content = everything["content"][0].as_py()
    one = cg.audit(events, rings, content=content)
    for result in (everything, one):
        json.dumps(audit_document(result))
        assert audit_text(result)
    assert one.content == content


def test_they_are_measured(found: Found) -> None:
    table, truth, events, rings = found
    for accounts in (table["account"], events.account_ids):
        assert evaluate(rings, truth, accounts=accounts).matches["f1"][0].as_py() > 0.9
    assert match_rings(rings, truth)["f1"][0].as_py() > 0.9


def test_they_are_labelled(found: Found) -> None:
    table, _truth, events, rings = found
    detector = cg.RingDetector().fit(table)
    assert (detector.labels_ == 0).sum() == len(rings[0].accounts)
    assert detector.transform(table).shape == (len(events.account_ids), 6)
    assert detector.fit_predict(table).tolist() == detector.labels_.tolist()


@pytest.mark.parametrize("form", ["parquet", "csv", "json"])
def test_they_are_written(found: Found, tmp_path: Path, form: Any) -> None:
    *_, rings = found
    rings.write(tmp_path / "out", format=form)
    if form == "parquet":
        assert cg.read_rings(tmp_path / "out") == rings
    if form == "csv":
        text = pa.csv.ConvertOptions(column_types={"account": pa.string()})
        shown = pa.csv.read_csv(tmp_path / "out" / "members.csv", convert_options=text)["account"].to_pylist()
        assert len(set(shown)) == len(rings[0].accounts)
        assert not any(cell.startswith(("=", "+", "@")) for cell in shown)


@pytest.mark.parametrize("pseudonyms", [None, "a key of sixteen bytes or more"])
def test_they_are_exported_and_reported(found: Found, tmp_path: Path, pseudonyms: str | None) -> None:
    *_, rings = found
    n = len(rings[0].accounts)
    for network in ("ties", "acts"):
        for ending in ("gexf", "graphml"):
            cg.export(rings, tmp_path / f"{network}.{ending}", network=network, pseudonyms=pseudonyms)
            text = (tmp_path / f"{network}.{ending}").read_text(encoding="utf-8")
            assert text.count("<node ") == n + (len(rings[0].contents) if network == "acts" else 0)
    for table in ("summary", "members", "bursts", "acts", "ties"):
        cg.export(rings, tmp_path / f"{table}.csv", table=table, pseudonyms=pseudonyms)
        cg.export(rings, tmp_path / f"{table}.parquet", table=table, pseudonyms=pseudonyms)
        assert len(pq.read_table(tmp_path / f"{table}.parquet")) == len(getattr(rings, table))
    cg.export(rings, tmp_path / "rings.json", pseudonyms=pseudonyms)
    cg.write_report(rings, tmp_path / "report.html", pseudonyms=pseudonyms)
    assert (tmp_path / "report.html").stat().st_size > 10_000
    hidden = with_pseudonyms(rings, pseudonyms)
    assert len(set(hidden.members["account"].to_pylist())) == n


def test_they_are_drawn(found: Found) -> None:
    _table, _truth, events, rings = found
    content = rings[0].contents[0].as_py()
    mpl.use("agg")
    for picture in (cg.plot.raster, cg.plot.heatmap, cg.plot.waterfall, cg.plot.network):
        assert picture(rings[0]).get_title(loc="left")
    assert cg.plot.raster(rings[0], content=content).get_title(loc="left")
    assert cg.plot.timeline(events, rings, content=content).get_title(loc="left")
    pyplot.close("all")


def test_they_are_shown(found: Found) -> None:
    *_, rings = found
    assert repr(rings[0])
    for each in (rings, rings.members, rings.acts):
        assert repr(each)
        assert each._repr_html_()


def test_uuids_look_like_uuids(tmp_path: Path) -> None:
    rings = cg.find_rings(retyped("UUIDs")[0])
    one = rings[0].accounts[0].as_py()
    assert isinstance(one, uuid.UUID)
    assert str(one) in str(cg.explain(rings[0], account=one))
    cg.export(rings, tmp_path / "members.csv")
    assert str(one) in (tmp_path / "members.csv").read_text(encoding="utf-8")
    as_text = cg.export(rings, tmp_path / "members.csv", pseudonyms="a key of sixteen bytes or more").path.read_bytes()
    assert str(one).encode() not in as_text


def test_accounts_of_other_types_are_no_accounts() -> None:
    members = pa.table({"ring": ["r"], "account": ["text"], "score_bits": [1.0]})
    truth = pa.table({"ring": ["r"], "account": [7], "n_acts": [3]})
    with pytest.raises(
        InputError, match="accounts of one type in the rings, the truth and `accounts`; found large_string"
    ):
        match_rings(members, truth)
