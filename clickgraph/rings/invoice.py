"""Invoice: what the engagement that rings account for would have cost by a price list."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from clickgraph.log.table import Table
from clickgraph.log.text import printable
from clickgraph.rings.phrases import name_some
from clickgraph.rings.prices import quotes_for

QUOTES = pa.schema({
    "action": pa.string(), "n_low": pa.int64(), "n_ring": pa.int64(), "n_high": pa.int64(), "low": pa.float64(),
    "cost": pa.float64(), "high": pa.float64(), "currency": pa.string(), "units": pa.float64(), "price": pa.float64(),
    "date": pa.string(), "source": pa.string(),
})  # fmt: skip


def price_quotes(parts: Table, prices: Table) -> Table:
    """Return what the ring's part would cost by every quote of its action: a row per action and quote.

    Columns action, n_low, n_ring, n_high, low, cost, high (what those would cost), currency, units, price, date,
    source; no row for an action without a price.
    """
    rows = [_quote(part, quote) for part in parts for quote in quotes_for(prices, part["action"])]
    return Table(pa.Table.from_pylist(rows, schema=QUOTES))


def _quote(part: Mapping[str, Any], quote: Mapping[str, Any]) -> dict[str, Any]:
    each = quote["price"] / quote["units"]
    costs = {"low": part["n_low"] * each, "cost": part["n_ring"] * each, "high": part["n_high"] * each}
    kept = {name: quote[name] for name in ("currency", "units", "price", "date", "source")}
    return {"action": str(part["action"]), **{n: part[n] for n in ("n_low", "n_ring", "n_high")}, **costs, **kept}


def add_prices(table: Table, prices: Table) -> Table:
    """Return a table of contents with cost_low, cost, cost_high (float64) and currency by each action's first price.

    Null where the list has no price for the action.
    """
    action = table["action"].combine_chunks().dictionary_encode()
    quotes = [next(iter(quotes_for(prices, word)), None) for word in action.dictionary.to_pylist()]
    each = np.array([np.nan if quote is None else quote["price"] / quote["units"] for quote in quotes])
    place = action.indices.to_numpy(zero_copy_only=False)
    data = table.to_arrow()
    per_unit = each[place] if len(quotes) else np.empty(0)
    for name, count in (("cost_low", "n_low"), ("cost", "n_ring"), ("cost_high", "n_high")):
        data = data.append_column(name, pa.array(per_unit * table[count].to_numpy(), from_pandas=True))
    currency = pa.array([None if quote is None else quote["currency"] for quote in quotes], pa.string())
    return Table(data.append_column("currency", currency.take(action.indices)))


def say_prices(parts: Table, quotes: Table) -> Iterator[str]:
    """Say what the ring's part would have cost, by which price, and which actions have none."""
    for quote in quotes:
        if quote["n_ring"] == 0:
            continue
        dated = f"{printable(quote['date'])}: " if quote["date"] else ""
        source, money, action = (printable(quote[name], width=120) for name in ("source", "currency", "action"))
        yield (
            f"At {quote['price']:,.2f} {money} for {quote['units']:,.6g} times {action} ({dated}{source})"
            f" {quote['n_ring']:,} would have cost {quote['cost']:,.2f} {money}"
            f" ({quote['low']:,.2f} to {quote['high']:,.2f})."
        )
    priced = set(quotes["action"].to_pylist())
    without = [part["action"] for part in parts if str(part["action"]) not in priced and part["n_ring"]]
    if without:
        yield f"The price list has no price for: {name_some(without, n=len(without))}."
