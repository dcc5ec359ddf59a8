"""Audit: how much of a content's engagement is a ring's, and what it would have cost."""

import datetime
from decimal import Decimal
from typing import Any, overload
from uuid import UUID

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clickgraph.errors import InputError
from clickgraph.log.events import Events
from clickgraph.log.ids import bare, ids_as_text
from clickgraph.log.readers import read_events
from clickgraph.log.table import Table
from clickgraph.log.text import printable
from clickgraph.rings.attribution import Attribution
from clickgraph.rings.bill import Audit
from clickgraph.rings.invoice import add_prices, price_quotes
from clickgraph.rings.model import Rings, all_rings
from clickgraph.rings.prices import read_prices
from clickgraph.rings.purchases import count_parts, list_other, list_rings, list_timeline, owners_of

__all__ = ["Audit", "audit"]


Id = str | bytes | int | float | Decimal | datetime.date | UUID  # what a content can be called


@overload
def audit(
    events: object,
    rings: Rings,
    *,
    content: None = None,
    prices: object = None,
    owner: str | None = None,
    **columns: Any,
) -> Table: ...
@overload
def audit(
    events: object, rings: Rings, *, content: Id, prices: object = None, owner: str | None = None, **columns: Any
) -> Audit: ...


def audit(
    events: object,
    rings: Rings,
    *,
    content: Id | None = None,
    prices: object = None,
    owner: str | None = None,
    **columns: Any,
) -> Audit | Table:
    """Say how much of the engagement with a content, or with each one, rings account for, and what it would have cost.

    Parameters
    ----------
    events : path, table or Events
        The log in which the rings were found, as :func:`clickgraph.read_events` takes it.
    rings : Rings
        From :func:`clickgraph.find_rings` or :func:`clickgraph.read_rings`.
    content : id, optional
        The post, page, repository or product to audit, in the type that it has in the log. Without it, all contents.
    prices : path or table, optional
        Another price list than clickgraph's own, see :func:`clickgraph.rings.prices.read_prices`.
    owner : str, optional
        A column of the log that says whose a content is (creator, page, shop), to be shown beside it.
    **columns
        Names of columns and other options of :func:`clickgraph.read_events`.

    Returns
    -------
    Audit or Table
        Of one content an :class:`Audit`. Without `content` a Table with a row per content and action, most bought
        first: content, action, n_events, n_ring, n_ring_accounts, n_low, n_high, n_beside, n_candidate,
        n_rings (int64), expected, share, share_low, share_high (float64), cost_low, cost, cost_high (float64, null
        without a price), currency, and owner. Cost: a few passes over the log.

    Raises
    ------
    InputError
        If the rings are not of this log, the log has no such content or column, or the price list cannot be used.

    Notes
    -----
    Only groups of the verdict "ring" count; those of the verdict "candidate" are shown apart (`n_candidate`).

    - `n_ring`: events of members inside the ring's bursts, each once; they are the witnesses of the ring. Costs count
      events: where an account counts once however often it came, `n_ring_accounts` is the number to price.
    - `n_low`: those of them that the members would not have done as ordinary accounts. Chance expects `expected` of
      them there (the rate at which the outsiders of the same hours came); their number is taken as Poisson, as the
      score takes it, and its 97.5 % quantile is subtracted.
    - `n_high`: all events of the ring's members on this content, inside bursts or not: what a sceptic would take away
      along with the ring.

    - `n_beside`: what accounts of no ring did in the minutes of the bursts: visitors of that hour, or accounts that a
      seller uses once. Nothing tells the two apart, so they are shown and not counted.

    The log is complete, so this is no sampling error: the interval spans what "bought" may mean for accounts that are
    known. It does not cover accounts that no ring holds, such as those that a seller uses once and throws away, nor
    members who are held wrongly. An organic content has a share of 0, from 0 to what members of rings did there
    on the side.

    Examples
    --------
    >>> import clickgraph as cg
    >>> world = cg.simulate("phone-farm", n_accounts=60, n_organic_accounts=1000, n_organic_events=10000, rng=1)
    >>> events = cg.read_events(world.events)
    >>> rings = cg.find_rings(events)
    >>> table = cg.audit(events, rings)
    >>> most = table.to_arrow().slice(0, 1).to_pylist()[0]
    >>> cg.audit(events, rings, content=most["content"]).parts["n_ring"].to_pylist() == [most["n_ring"]]
    True
    """
    rings = all_rings(rings)
    log = read_events(events, **({"layers": rings.settings.get("layers", "separate")} | columns))
    if owner is not None and owner not in log.columns.column_names:
        kept = ", ".join(map(printable, log.columns.column_names)) or "none"
        raise InputError("owner to name a column of the log", printable(repr(owner)), f"columns kept: {kept}")
    quotes = read_prices(prices)
    attributed = Attribution.of(log, rings)
    if content is None:
        return _audit_all(attributed, quotes, owner=owner)
    return _audit_one(attributed, _find_content(log, content), quotes, owner=owner)


def _audit_all(log: Attribution, prices: Table, *, owner: str | None) -> Table:
    table = add_prices(count_parts(log), prices).to_arrow()
    if owner is not None:
        codes = pc.index_in(bare(table["content"]), value_set=bare(log.events.content_ids)).to_numpy().astype(np.int64)
        table = table.append_column("owner", owners_of(log, codes, owner=owner))
    return Table(table)


def _audit_one(log: Attribution, code: int, prices: Table, *, owner: str | None) -> Audit:
    n_actions = max(1, len(log.events.action_ids))
    parts = count_parts(log, code * n_actions + np.arange(n_actions))
    whose = None if owner is None else owners_of(log, np.array([code]), owner=owner)[0].as_py()
    return Audit(
        content=log.events.content_ids[code].as_py(), owner=whose, parts=parts, rings=list_rings(log, code),
        timeline=list_timeline(log, code), other=list_other(log, code, owner=owner),
        quotes=price_quotes(parts, prices), notices=_notices(log),
    )  # fmt: skip


def _notices(log: Attribution) -> tuple[str, ...]:
    if log.events.fingerprint == log.rings.fingerprint:
        return ()
    return ("This log is not the one in which the rings were found, though it holds their acts: what was added to it"
            " has not been searched for rings.",)  # fmt: skip


def _find_content(log: Events, content: object) -> int:
    """Return the code of a content: its id as it is in the log, or the text of it, as a command line gives it."""
    ids = log.content_ids
    try:
        code = pc.index_in(bare(pa.scalar(content, ids.type)), value_set=bare(ids)).as_py()
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, TypeError, OverflowError):
        code = None
    if code is None and isinstance(content, str):
        code = pc.index_in(pa.scalar(content, pa.large_string()), value_set=ids_as_text(ids)).as_py()
    if code is None:
        hint = f"its contents are called like {printable(ids[0].as_py())}" if len(ids) else "it is empty"
        raise InputError("a content of the log", printable(repr(content)), hint)
    return int(code)
