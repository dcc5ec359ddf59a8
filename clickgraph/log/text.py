"""Text that is safe to show: in a terminal, and in a cell of a spreadsheet."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def printable(value: object, *, width: int = 48) -> str:
    r"""Return `value` as text of one line that a terminal shows as it is.

    Control characters, ANSI escapes, marks that turn the reading direction, invisible characters and
    odd spaces become visible escapes; what is longer than `width` is shortened in its middle.

    Parameters
    ----------
    value : object
        Anything with a text form; None gives an empty text.
    width : int, default 48
        Most characters to return; at least 8.

    Returns
    -------
    str

    Examples
    --------
    >>> printable("\x1b[31mred")
    '\\x1b[31mred'
    >>> printable("a" * 100, width=11)
    'aaaaa…aaaaa'
    """
    # A hostile id may be megabytes long: both ends are enough to show it.
    text = _shorten("" if value is None else str(value), width=2 * width)
    if not text.isprintable():
        text = "".join(char if char.isprintable() else _escape(char) for char in text)
    return _shorten(text, width=width)


def csv_safe(text: str) -> str:
    """Return `text`, with an apostrophe before it where a spreadsheet would run it as a formula.

    Parameters
    ----------
    text : str
        The content of a cell.

    Returns
    -------
    str

    Examples
    --------
    >>> csv_safe("=1+1"), csv_safe("1+1")
    ("'=1+1", '1+1')
    """
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")


def _shorten(text: str, *, width: int) -> str:
    if len(text) <= width:
        return text
    tail = (width - 1) // 2
    return f"{text[: width - 1 - tail]}…{text[-tail:]}"
