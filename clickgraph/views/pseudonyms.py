"""Pseudonyms: a result without names, the same account under the same pseudonym in every table."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from typing import Any, Final, Literal

import pyarrow as pa
import pyarrow.compute as pc

from clickgraph.errors import InputError
from clickgraph.log.coding import UNMET
from clickgraph.log.ids import ids_as_text, number_ids
from clickgraph.log.table import Table
from clickgraph.rings.columns import COLUMNS
from clickgraph.rings.model import Rings, all_rings

Pseudonyms = bytes | str | Literal[True] | None

SHORTEST_KEY = 16  # bytes; whoever can try all keys can try all names
N_CHARACTERS = 12  # of base 32, 60 bits: two of a million ids meet with a chance of one in two million
ORDER: Final = ("account", "other", "content", "action", "start", "time")
KINDS: Final = {"account": "account", "other": "account", "content": "content", "ring": "ring"}


def with_pseudonyms(rings: Rings, pseudonyms: Pseudonyms) -> Rings:
    """Return the result with keyed pseudonyms in place of all account, content and ring ids.

    Parameters
    ----------
    rings : Rings
        A result.
    pseudonyms : bytes, str, True or None
        The key, of 16 bytes or more: the same key gives an id the same pseudonym in every export, and
        whoever holds it can compute the pseudonym of an id. True: a random key that is thrown away. None:
        the result as it is.

    Returns
    -------
    Rings
        Ids are texts such as ``"account-k3vq7jm2x5ca"``, from HMAC-SHA256. The fingerprint of the log is
        replaced likewise, and notices and settings that name ids are withheld. Actions, times and counts
        stay: whoever has the log itself can still tell by them who is meant.

    Raises
    ------
    InputError
        If the key is too short or something else, or `rings` are no Rings.

    References
    ----------
    Krawczyk, Bellare, Canetti: HMAC: Keyed-Hashing for Message Authentication. RFC 2104 (1997),
    DOI 10.17487/RFC2104.

    Examples
    --------
    >>> import clickgraph as cg
    >>> world = cg.simulate("phone-farm", n_accounts=60, n_organic_accounts=1000, n_organic_events=10000, rng=1)
    >>> hidden = with_pseudonyms(cg.find_rings(world.events), b"sixteen bytes or more")
    >>> hidden[0].accounts[0].as_py()
    'account-...'
    """
    rings = all_rings(rings)
    if pseudonyms is None:
        return rings
    key = _read_key(pseudonyms)
    tables: dict[str, Any] = {name: _hide_table(getattr(rings, name), key=key) for name in COLUMNS}
    hidden = {name: value for name, value in rings.settings.items() if name != "ignore"}
    return Rings(
        **tables,
        settings=hidden,
        version=rings.version,
        fingerprint=_pseudonym(rings.fingerprint, kind="log", key=key),
        notices=tuple(_without_ids(rings.notices)),
    )


def _read_key(pseudonyms: object) -> bytes:
    if pseudonyms is True:
        return secrets.token_bytes(32)
    key = pseudonyms.encode() if isinstance(pseudonyms, str) else pseudonyms
    if not isinstance(key, bytes):
        raise InputError("pseudonyms as a key (bytes or text), True or None", f"a {type(pseudonyms).__name__}")
    if len(key) < SHORTEST_KEY:
        hint = "secrets.token_hex() makes a good one; True uses a random key and forgets it"
        raise InputError(f"a key of {SHORTEST_KEY} bytes or more", f"{len(key)}", hint)
    return key


def _hide_table(table: Table, *, key: bytes) -> Table:
    data = table.to_arrow()
    for at, name in enumerate(data.column_names):
        if name in KINDS:
            data = data.set_column(at, name, _hide_ids(data[name], kind=KINDS[name], key=key))
    return Table(_reordered(data))


def _reordered(data: pa.Table) -> pa.Table:
    """Sort the rows of each ring anew: their old order is that of the ids, which it would tell."""
    keys = [name for name in ORDER if name in data.column_names]
    if not keys:
        return data
    rank = pc.index_in(data["ring"], value_set=pc.unique(data["ring"]))
    sorting = [("rank", "ascending"), *((name, "ascending") for name in keys)]
    return data.take(pc.sort_indices(data.append_column("rank", rank), sorting))


def _hide_ids(column: pa.ChunkedArray, *, kind: str, key: bytes) -> pa.Array:
    # Ids repeat: each is hashed once.
    number, ids = number_ids(column)
    texts = ids_as_text(ids).to_pylist()
    hidden = [None if text is None else _pseudonym(text, kind=kind, key=key) for text in texts]
    return pa.array(hidden, pa.string()).take(number)


def _pseudonym(text: str, *, kind: str, key: bytes) -> str:
    digest = hmac.digest(key, f"{kind}\x00{text}".encode(), hashlib.sha256)
    return f"{kind}-{base64.b32encode(digest).decode().lower()[:N_CHARACTERS]}"


def _without_ids(notices: Iterable[str]) -> Iterable[str]:
    for notice in notices:
        yield f"{UNMET}: withheld." if notice.startswith(UNMET) else notice
