"""Logins replaced by hashes under a key that nobody keeps."""

import hashlib
import secrets

import pyarrow as pa


class Veil:
    """Replaces ids by hashes under a random key, the same for equal ids as long as the veil lives.

    The key is in no file and dies with the object: nobody can hash a list of logins and look them up.

    Examples
    --------
    >>> veil = Veil()
    >>> one, other, again = veil.hide(pa.array(["octocat", "hubot", "octocat"])).to_pylist()
    >>> one == again, one == other, len(one)
    (True, False, 16)
    """

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def hide(self, ids: pa.Array | pa.ChunkedArray) -> pa.Array:
        """Return a text of 16 hexadecimal digits for each id."""
        coded = ids.combine_chunks() if isinstance(ids, pa.ChunkedArray) else ids
        coded = coded.dictionary_encode()
        names = [
            hashlib.blake2b(str(each).encode(), key=self._key, digest_size=8).hexdigest()
            for each in coded.dictionary.to_pylist()
        ]
        return pa.array(names, pa.string()).take(coded.indices)
