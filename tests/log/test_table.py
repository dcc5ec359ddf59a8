import datetime
import sys

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from clickgraph import Table


@pytest.fixture
def table() -> Table:
    return Table.from_columns(account=["a", "b"], shared=np.array([3, 12], np.int32), edge=[float("nan"), 0.25])


def test_the_columns_come_back_in_every_library(table: Table) -> None:
    assert table.to_arrow().column_names == table.columns == ["account", "shared", "edge"]
    assert isinstance(table.to_pandas(), pd.DataFrame)
    assert isinstance(table.to_polars(), pl.DataFrame)
    assert table.to_pandas()["shared"].dtype == np.int32
    assert table.to_polars()["shared"].to_list() == [3, 12]
    assert table.to_pylist()[1] == {"account": "b", "shared": 12, "edge": 0.25}
    assert [row["account"] for row in table] == ["a", "b"]


def test_whatever_speaks_arrow_takes_it_as_it_is(table: Table) -> None:
    assert Table(pa.table(table)) == table
    assert pl.DataFrame(table).shape == (2, 3)
    assert duckdb.from_arrow(table.to_arrow()).aggregate("sum(shared)").fetchall() == [(15,)]


def test_a_column_by_name(table: Table) -> None:
    assert table["shared"].to_pylist() == [3, 12]
    with pytest.raises(KeyError, match=r"no column 'ring'; the columns are account, shared, edge"):
        table["ring"]


def test_equal_by_content(table: Table) -> None:
    chunked = pa.chunked_array([["a"], ["b"]])
    same = Table.from_columns(account=chunked, shared=pa.array([3, 12], pa.int32()), edge=[float("nan"), 0.25])
    assert table == same
    assert len(table) == 2
    assert table != Table(same.to_arrow().slice(1))
    assert table != Table(same.to_arrow().rename_columns(["account", "shared", "other"]))
    assert table != Table(same.to_arrow().set_column(2, "edge", pa.array([0.5, 0.25])))
    assert table != Table(same.to_arrow().set_column(2, "edge", pa.array([float("nan"), 0.5])))
    assert table != "a table"


def test_equal_with_nulls_beside_nans() -> None:
    columns = [pa.array([None, float("nan"), 1.0]) for _ in range(2)]
    assert Table.from_columns(x=columns[0]) == Table.from_columns(x=columns[1])
    assert Table.from_columns(x=columns[0]) != Table.from_columns(x=pa.array([float("nan"), None, 1.0]))


def test_shown_as_aligned_text() -> None:
    table = Table.from_columns(
        account=["a\x1b[31m", "long name"],
        score_bits=[1234.5678, 2.0],
        first=[datetime.datetime(2024, 5, 1, 10, tzinfo=datetime.UTC), None],
    )
    assert repr(table).splitlines() == [
        "account    score_bits  first",
        "a\\x1b[31m     1234.57  2024-05-01 10:00:00",
        "long name           2",
        "2 rows",
    ]


def test_only_the_first_rows_are_shown() -> None:
    lines = repr(Table.from_columns(n=range(25))).splitlines()
    assert len(lines) == 12
    assert lines[-1] == "25 rows, 10 shown"


def test_html_is_escaped() -> None:
    table = Table(pa.table({"<i>": ["<script>alert(1)</script>", '"quoted" & \x1b']}))
    html = table._repr_html_()
    assert "<script>" not in html
    assert "<i>" not in html
    assert "&lt;script&gt;" in html
    assert "\x1b" not in html


def test_tables_without_rows_or_columns_can_be_shown() -> None:
    assert repr(Table.from_columns(a=pa.array([], pa.int64()))) == "a\n0 rows"
    assert "0 rows" in repr(Table(pa.table({})))
    assert "0 rows" in Table(pa.table({}))._repr_html_()


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_a_missing_library_is_named(table: Table, monkeypatch: pytest.MonkeyPatch, library: str) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(ImportError, match=rf"pip install 'clickgraph\[{library}\]'"):
        getattr(table, f"to_{library}")()
