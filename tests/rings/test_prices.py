"""The price list: the built-in one, the user's own, and every way to spoil one."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet
import pytest

from clickgraph.errors import InputError
from clickgraph.rings.prices import quotes_for, read_prices

ROW: dict[str, Any] = {
    "action": "like",
    "units": 1000,
    "price": 9.5,
    "currency": "EUR",
    "date": "2024",
    "source": "a shop",
}


def listed(**changed: Any) -> pa.Table:
    return pa.Table.from_pylist([{**ROW, **changed}])


def test_the_built_in_list_is_dated_or_says_so_and_has_sources() -> None:
    for row in read_prices():
        assert row["source"]
        assert row["date"] or "undated" in row["source"]
        assert row["units"] >= 1
        assert row["price"] > 0


@pytest.mark.parametrize(
    ("action", "price", "units"),
    [("like", 13.5, 1000), ("Views", 22.5, 10_000), ("follower", 27.0, 2500), ("star", 64.0, 1000)],
)
def test_the_first_quote_of_each_action(action: str, price: float, units: float) -> None:
    first = quotes_for(read_prices(), action)[0]
    assert (first["price"], first["units"]) == (price, units)


@pytest.mark.parametrize("action", ["retweet", "", "lik", 7])
def test_other_actions_have_none(action: object) -> None:
    assert quotes_for(read_prices(), action) == []


def test_reads_a_file_or_a_table(tmp_path: Path) -> None:
    table = listed()
    pa.parquet.write_table(table, tmp_path / "prices.parquet")
    (tmp_path / "prices.csv").write_text("action,units,price,currency,date,source\nlike,1000,9.5,EUR,2024,a shop\n")
    assert read_prices(tmp_path / "prices.csv") == read_prices(str(tmp_path / "prices.parquet")) == read_prices(table)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"units": 0}, "positive units in each row"),
        ({"units": None}, "positive units in each row"),
        ({"price": -1.0}, "a price of zero or more"),
        ({"price": float("nan")}, "a price of zero or more"),
        ({"price": "much"}, "numbers as units and price"),
        ({"action": " "}, "the action of each price"),
        ({"currency": None}, "the currency of each price"),
    ],
)
def test_a_bad_row_is_refused(changed: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_prices(listed(**changed))


def test_a_bad_source_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="a price list with a column source"):
        read_prices(listed().drop_columns("source"))
    with pytest.raises(InputError, match="a path or a table; found 7"):
        read_prices(7)
    (tmp_path / "prices.csv").write_bytes(b'a,b\n"1')
    with pytest.raises(InputError, match="a price list"):
        read_prices(tmp_path / "prices.csv")
    (tmp_path / "prices.parquet").write_bytes(b"not parquet")
    with pytest.raises(InputError, match="in CSV or Parquet"):
        read_prices(tmp_path / "prices.parquet")
    with pytest.raises(FileNotFoundError):
        read_prices(tmp_path / "nothing.csv")
