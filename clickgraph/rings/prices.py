"""Prices: what engagement costs in a shop, by a dated list that anyone can replace."""

from os import PathLike
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from clickgraph.errors import InputError
from clickgraph.log.table import Table
from clickgraph.log.text import printable

COLUMNS = {
    "action": pa.string(), "units": pa.float64(), "price": pa.float64(), "currency": pa.string(),
    "date": pa.string(), "source": pa.string(),
}  # fmt: skip
HINT = f"a price list has the columns {', '.join(COLUMNS)}"


def read_prices(source: str | PathLike[str] | object | None = None) -> Table:
    """Return a price list.

    Parameters
    ----------
    source : path or table, optional
        A CSV or Parquet file, or anything with ``__arrow_c_stream__``, with the columns action (the words of the log
        for what is sold, parted by spaces, such as "like likes liked"), units (how many one buys), price (of these
        units), currency, date (of the price or of its publication; may be empty) and source. The first row that names
        an action is its price, later ones are further quotes. If not given, the list that comes with clickgraph.

    Returns
    -------
    Table
        action, units (float64), price (float64), currency, date, source.

    Raises
    ------
    InputError
        If the file cannot be read, a column is missing, or a row has no action, no positive units, or no price.

    Notes
    -----
    The list of clickgraph holds retail prices from a marketer's article, from a television report of 2013 and from a
    study of sold stars (He et al., ICSE 2026); prices differ by seller, quality and year, by a factor of two and more.

    Examples
    --------
    >>> read_prices().to_arrow().slice(0, 1).select(["action", "units", "price", "currency"]).to_pylist()
    [{'action': 'like likes liked', 'units': 1000.0, 'price': 13.5, 'currency': 'EUR'}]
    """
    if source is None:
        source = Path(__file__).with_name("prices.csv")
    table = _read_file(Path(source)) if isinstance(source, str | PathLike) else _to_arrow(source)
    missing = [name for name in COLUMNS if name not in table.column_names]
    if missing:
        raise InputError(f"a price list with a column {missing[0]}", f"the columns {_listed(table)}", HINT)
    return Table(_check_rows(_typed(table)))


def quotes_for(prices: Table, action: object) -> list[dict[str, Any]]:
    """Return the rows of a price list that name an action, in their order; upper and lower case are one.

    Examples
    --------
    >>> [row["price"] for row in quotes_for(read_prices(), "Follow")], quotes_for(read_prices(), "retweet")
    ([27.0], [])
    """
    word = str(action).casefold()
    return [row for row in prices if word in row["action"].casefold().split()]


def _read_file(path: Path) -> pa.Table:
    try:
        if path.suffix == ".parquet":
            return pa.parquet.ParquetFile(path).read()
        as_text = pa.csv.ConvertOptions(column_types={"date": pa.string(), "source": pa.string()})
        return pa.csv.read_csv(path, convert_options=as_text)
    except pa.ArrowInvalid as error:
        raise InputError("a price list in CSV or Parquet", f"{path} ({error})", HINT) from error


def _to_arrow(source: object) -> pa.Table:
    try:
        return pa.table(source)
    except (TypeError, ValueError) as error:
        raise InputError("a price list: a path or a table", printable(repr(source)), HINT) from error


def _typed(table: pa.Table) -> pa.Table:
    try:
        return table.select(list(COLUMNS)).cast(pa.schema(COLUMNS))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise InputError("numbers as units and price, text beside them", str(error), HINT) from error


def _check_rows(table: pa.Table) -> pa.Table:
    for name, low in (("units", 1e-9), ("price", 0.0)):
        column = pc.fill_null(table[name], float("nan"))
        wrong = pc.indices_nonzero(pc.invert(pc.and_(pc.greater_equal(column, low), pc.is_finite(column))))
        if len(wrong):
            row = wrong[0].as_py()
            kind = "positive units" if name == "units" else "a price of zero or more"
            raise InputError(f"{kind} in each row of the price list", f"{table[name][row].as_py()} in row {row}", HINT)
    for name in ("action", "currency"):
        empty = pc.indices_nonzero(pc.equal(pc.utf8_trim_whitespace(pc.fill_null(table[name], "")), ""))
        if len(empty):
            raise InputError(f"the {name} of each price", f"none in row {empty[0].as_py()}", HINT)
    return table


def _listed(table: pa.Table) -> str:
    return ", ".join(printable(name) for name in table.column_names) or "none"
