"""Windows: how far apart two events may lie and still count as together."""

import re
from collections.abc import Iterable, Sequence
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from clickgraph.errors import InputError

SECOND = 1_000_000
UNITS = {
    "us": 1,
    "ms": 1_000,
    "s": SECOND,
    "min": 60 * SECOND,
    "h": 3_600 * SECOND,
    "d": 86_400 * SECOND,
    "day": 86_400 * SECOND,
}
TICK = 0  # times are multiples of the clock, so the same tick is a distance of zero
EVER = 1 << 62  # wider than any log, and still safe to add to a time
AUTO = ("10s", "1min", "10min", "1h", "6h", "1day", "3day", "ever")

WindowLike = str | timedelta | np.timedelta64 | None


def parse_window(window: WindowLike) -> int:
    """Return a window's width in microseconds.

    Parameters
    ----------
    window : str, timedelta, numpy.timedelta64 or None
        Like ``"10min"``, ``"90 s"``, ``"1day"``; ``"tick"``: the same tick of the log's clock;
        ``"ever"`` or None: no limit. A pandas Timedelta is a timedelta.

    Raises
    ------
    InputError
        If it is none of these, or negative.

    Examples
    --------
    >>> parse_window("10min")
    600000000
    """
    if window is None or window == "ever":
        return EVER
    if window == "tick":
        return TICK
    width = _microseconds(window)
    if width is None or not 0 <= width < EVER:
        raise InputError(
            "a window such as '10s', '10min', '1h', '1day', 'tick', 'ever' or a timedelta",
            repr(window),
            f"the units are {', '.join(UNITS)}",
        )
    return width


def _microseconds(window: object) -> int | None:
    if isinstance(window, timedelta):
        return window // timedelta(microseconds=1)
    if isinstance(window, np.timedelta64):
        return None if np.isnat(window) else int(window / np.timedelta64(1, "us"))
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([a-z]+)", window.strip()) if isinstance(window, str) else None
    if match is None:
        return None
    unit = UNITS.get(match[2], UNITS.get(match[2].removesuffix("s")))
    return None if unit is None else round(float(match[1]) * unit)


def window_name(width: int) -> str:
    """Name a width in the largest unit that divides it: ``600000000`` -> ``"10min"``.

    Examples
    --------
    >>> window_name(3_600_000_000), window_name(TICK), window_name(EVER)
    ('1h', 'tick', 'ever')
    """
    if width in (TICK, EVER):
        return "tick" if width == TICK else "ever"
    for unit in ("day", "h", "min", "s", "ms", "us"):
        if width % UNITS[unit] == 0:
            break
    return f"{width // UNITS[unit]}{unit}"


def choose_windows(windows: str | Sequence[WindowLike], clock: int | None) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Resolve the windows for a log whose clock ticks every `clock` microseconds.

    Returns the widths, ascending int64, and notices. Windows at or below the clock's resolution become
    the tick; a log without a clock has the window ``ever`` only.

    Raises
    ------
    InputError
        If a window is not understood or there is none.
    """
    asked = AUTO if isinstance(windows, str) and windows == "auto" else windows
    if isinstance(asked, str) or not isinstance(asked, Iterable):
        asked = [asked]
    widths = {parse_window(window) for window in asked}
    if not widths:
        raise InputError("at least one window", "none", "leave windows='auto' to need none")
    if clock is None:
        return np.array([EVER]), ()
    fine = sorted(width for width in widths if TICK < width <= clock)
    kept = sorted(widths - set(fine) | ({TICK} if fine else set()))
    notices: tuple[str, ...] = ()
    if fine:
        names = ", ".join(window_name(width) for width in fine)
        notices = (f"the clock ticks every {window_name(clock)}: {names} became the same tick",)
    return np.array(kept, dtype=np.int64), notices
