"""Phrases: how numbers, times and ids read in a sentence."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from clickgraph.log.text import printable

NAMED = 3  # how many accounts, contents and bursts are named before the rest is a number
_BEGIN = datetime(1970, 1, 1, tzinfo=UTC)
_UNITS = ((86_400.0, "days"), (3_600.0, "h"), (60.0, "min"))


def is_unknown(value: float | None) -> bool:
    """Return whether a number is missing or not finite.

    Examples
    --------
    >>> is_unknown(None), is_unknown(float("nan")), is_unknown(0.0)
    (True, True, False)
    """
    return value is None or not math.isfinite(value)


def moment_of(microseconds: int) -> datetime:
    """Return microseconds since 1970 as a time in UTC.

    Examples
    --------
    >>> moment_of(1_500_000).isoformat()
    '1970-01-01T00:00:01.500000+00:00'
    """
    return _BEGIN + timedelta(microseconds=int(microseconds))


def say_moment(moment: datetime) -> str:
    """Return a time to the second.

    Examples
    --------
    >>> say_moment(moment_of(0))
    '1970-01-01 00:00:00 UTC'
    """
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def say_interval(first: datetime | None, last: datetime | None) -> str:
    """Return ``"from ... to ... UTC"``, ``"at ... UTC"`` for one moment, or nothing without times.

    Examples
    --------
    >>> say_interval(moment_of(0), moment_of(9_000_000))
    'from 1970-01-01 00:00:00 to 00:00:09 UTC'
    """
    if first is None or last is None:
        return ""
    if first == last:
        return f"at {say_moment(first)}"
    end = f"{last:%H:%M:%S} UTC" if first.date() == last.date() else say_moment(last)
    return f"from {first:%Y-%m-%d %H:%M:%S} to {end}"


def say_duration(seconds: float) -> str:
    """Return a span of time in the unit that suits it.

    Examples
    --------
    >>> say_duration(8), say_duration(90), say_duration(7200), say_duration(0.25)
    ('8 s', '1.5 min', '2 h', '0.25 s')
    """
    for length, unit in _UNITS:
        if abs(seconds) >= length:
            return f"{seconds / length:.3g} {unit}"
    return f"{seconds:.3g} s"


def say_number(value: float) -> str:
    """Return a number as people read it: a large one whole, a small one with two digits, never a minus zero.

    Examples
    --------
    >>> say_number(5531.7), say_number(33.3), say_number(0.000412), say_number(-0.0)
    ('5,532', '33', '0.00041', '0')
    """
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value + 0.0:.2g}"


def say_share(share: float | None) -> str:
    """Return a share in percent; a small one keeps its first digit.

    Examples
    --------
    >>> say_share(0.5), say_share(0.004), say_share(0.0), say_share(None)
    ('50%', '0.4%', '0%', 'an unknown share')
    """
    if share is None or is_unknown(share):
        return "an unknown share"
    digits = 0 if share >= 0.1 or share == 0 else 1
    return f"{share:.{digits}%}" if share == 0 or share >= 0.0005 else "less than 0.1%"


def name_some(shown: Sequence[object], *, n: int) -> str:
    """Return the ids `shown`, safe for a terminal, and how many of the `n` are not.

    Examples
    --------
    >>> name_some(["a", "b"], n=5)
    'a, b and 3 more'
    """
    more = f" and {n - len(shown):,} more" if n > len(shown) else ""
    return ", ".join(printable(item, width=80) for item in shown) + more


def name_all(names: Sequence[str]) -> str:
    """Return names as a list in a sentence.

    Examples
    --------
    >>> name_all(["fans", "news", "a timer"]), name_all(["fans"])
    ('fans, news and a timer', 'fans')
    """
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def is_or_are(n: int) -> str:
    """Return the verb that goes with a number.

    Examples
    --------
    >>> is_or_are(1), is_or_are(2)
    ('is', 'are')
    """
    return "is" if n == 1 else "are"
