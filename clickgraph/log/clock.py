"""The resolution of a log's clock, and logs that mix two clocks."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from clickgraph.errors import InputError
from clickgraph.log.storing import chunks

CLOCKS: Final = {
    "day": 86_400_000_000,
    "hour": 3_600_000_000,
    "minute": 60_000_000,
    "second": 1_000_000,
    "millisecond": 1_000,
    "microsecond": 1,
}
_DAY: Final = CLOCKS["day"]
_HOUR: Final = CLOCKS["hour"]
# A fine clock shows midnight once in 1,440 events or less. Whoever schedules posts also uses other
# full hours; only days among finer times pile up at midnight alone.
_MIXED_EVENTS: Final = 20
_MIXED_DAYS: Final = 3
_MIXED_SHARE: Final = 0.1
_OTHER_HOURS: Final = 0.1


def find_clock(time: NDArray[np.int64]) -> int:
    """Return the resolution of the clock in microseconds.

    That is the largest of day, hour, minute, second, millisecond and microsecond of which every time
    differs from the first by a multiple; days at a constant offset are a day clock. Where all events
    share one instant, it is the largest that divides it. An empty log has the finest clock.

    Examples
    --------
    >>> find_clock(np.array([0, 120_000_000, 60_000_000]))
    60000000
    """
    if len(time) == 0:
        return 1
    first = time[0]
    units = list(CLOCKS.values())
    if all(not np.any(part != first) for part in chunks(time)):
        return next(unit for unit in units if first % unit == 0)
    # Every unit is a multiple of the next: one that failed once is never looked at again.
    for part in chunks(time):
        while np.any((part - first) % units[0]):
            del units[0]
    return units[0]


def say_clock(clock: int | None) -> str:
    """Return the resolution of a clock in words.

    Examples
    --------
    >>> say_clock(60_000_000), say_clock(None)
    ('clock of one minute', 'no clock')
    """
    words = {unit: word for word, unit in CLOCKS.items()}
    return "no clock" if clock is None else f"clock of one {words[clock]}"


def refuse_mixed_clocks(time: NDArray[np.int64], *, clock: int) -> None:
    """Raise an InputError where a part of the log has days only and the rest a finer clock.

    Taken as such: a clock finer than an hour, and at exactly midnight UTC at least 20 events, on three
    days or more, a tenth of the log or more, and over ten times as many as at any other full hour.

    Examples
    --------
    >>> refuse_mixed_clocks(np.array([0, 61_000_000]), clock=1_000_000)
    """
    if clock >= _HOUR:
        return
    full = np.concatenate([np.empty(0, np.int64), *(part[part % _HOUR == 0] for part in chunks(time))])
    by_hour = np.bincount((full % _DAY) // _HOUR, minlength=24)
    refuse_mixture(by_hour, n_days=len(np.unique(full[full % _DAY == 0])), n_events=len(time))


def refuse_mixture(by_hour: NDArray[np.int64], *, n_days: int, n_events: int) -> None:
    """Raise the InputError of :func:`refuse_mixed_clocks` from counts.

    Parameters
    ----------
    by_hour : ndarray of int64, shape (24,)
        Events at exactly each full hour of the day, UTC.
    n_days : int
        Days with events at exactly midnight.
    n_events : int
        All events.
    """
    at_midnight, others = int(by_hour[0]), int(by_hour[1:].max())
    if at_midnight < max(_MIXED_EVENTS, _MIXED_SHARE * n_events) or others > _OTHER_HOURS * at_midnight:
        return
    if n_days >= _MIXED_DAYS:
        found = f"{at_midnight} of {n_events} events at exactly midnight, on {n_days} days, the others finer"
        hint = "read days and finer times as two logs, or cut all times to days"
        raise InputError("times of one clock", found, hint)
