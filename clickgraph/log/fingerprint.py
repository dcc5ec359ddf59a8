"""Fingerprint: the hash that tells whether two logs are the same, made of parts that may be taken anywhere."""

import hashlib
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clickgraph.log.ids import id_bytes

BLOCK = 1 << 16  # ids hashed together


def digest_ids(ids: pa.Array) -> bytes:
    """Return the hash of one block of sorted ids: 16 bytes."""
    digest = hashlib.blake2b(digest_size=16)
    for part in id_bytes(ids):
        digest.update(part)
    return digest.digest()


def digest_blocks(ids: pa.Array) -> list[bytes]:
    """Return the hash of each block of a table of ids, in order."""
    return [digest_ids(ids.slice(first, BLOCK)) for first in range(0, len(ids), BLOCK)]


def fingerprint_of(
    sums: NDArray[np.uint64], blocks: Sequence[Sequence[bytes]], *, n_events: int, has_acts: bool, clock: int | None
) -> str:
    """Return the fingerprint of a log.

    Parameters
    ----------
    sums : ndarray of uint64, shape (2,)
        From :func:`clickgraph.kernels.fingerprint.sum_of_rows`, added up over all parts of the log.
    blocks : sequence of sequences of bytes
        Of each table of ids, what :func:`digest_blocks` returns.
    n_events : int
        Rows of the log.
    has_acts : bool
        Whether the log names acts.
    clock : int or None
        Its clock.

    Returns
    -------
    str
        32 hexadecimal digits.
    """
    digest = hashlib.blake2b(digest_size=16)
    digest.update(sums.astype("<u8").tobytes())
    digest.update(repr((n_events, has_acts, clock)).encode())
    for hashes in blocks:
        digest.update(len(hashes).to_bytes(8, "little"))
        digest.update(b"".join(hashes))
    return digest.hexdigest()
