"""Ids as labels that every program reads: control characters made visible, what is huge shortened."""

from typing import NamedTuple

import pyarrow as pa

from clickgraph.log.ids import number_ids
from clickgraph.log.text import printable
from clickgraph.rings.document import plain


class Labels(NamedTuple):
    """Values as texts, null where there is none, and how many different ones had to be cleaned."""

    texts: pa.Array
    n_cleaned: int


def clean_labels(column: pa.ChunkedArray, *, width: int) -> Labels:
    r"""Return each value as a label of at most `width` characters.

    Control characters, marks that turn the reading direction and odd spaces become visible escapes.

    Examples
    --------
    >>> clean_labels(pa.chunked_array([["a", "a\x00b", None]]), width=40).texts.to_pylist()
    ['a', 'a\\x00b', None]
    """
    # Ids repeat: each is cleaned once.
    number, values = number_ids(column)
    texts = [None if value is None else str(plain(value)) for value in values.to_pylist()]
    labels = [None if text is None else printable(text, width=width) for text in texts]
    n_cleaned = sum(text != label for text, label in zip(texts, labels, strict=True))
    return Labels(pa.array(labels, pa.large_string()).take(number), n_cleaned)
