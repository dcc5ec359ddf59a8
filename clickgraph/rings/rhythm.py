"""Rhythm: when a ring acts: its bursts, its occasions, its hours and shifts."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clickgraph.rings.display import count_of
from clickgraph.rings.occasions import HOUR, measure_occasions
from clickgraph.rings.phrases import say_duration, say_interval, say_share
from clickgraph.rings.ring import Ring
from clickgraph.rings.witnesses import Witnesses, as_microseconds

DAY = 24 * HOUR
SHIFT = 8  # hours of a working day
WORKING_DAYS = 5  # fewer do not show when someone works
PAUSE = 2  # hours without an act that end a shift


def measure_rhythm(ring: Ring, acts: Witnesses) -> dict[str, Any]:
    """Return when a ring acts.

    Parameters
    ----------
    ring : Ring
        The ring.
    acts : Witnesses
        Its acts.

    Returns
    -------
    dict
        first, last, window; what :func:`measure_occasions` returns; and, None without a clock: n_days (UTC days with
        acts), median_seconds and longest_seconds of a burst, by_hour (acts in each of the 24 hours of the day, UTC),
        busiest_from (the first hour of the eight that hold most acts), busiest_share (their share), shifts (runs of
        hours with acts, two or more idle hours apart: pairs of the first hour and the one after the last, the second
        above 24 where it runs past midnight).
    """
    facts: dict[str, Any] = {name: ring.summary[name] for name in ("first", "last", "window")}
    names = ("n_days", "median_seconds", "longest_seconds", "by_hour", "busiest_from", "busiest_share", "shifts")
    facts |= {**measure_occasions(ring, acts), **dict.fromkeys(names)}
    if not acts.has_clock or len(acts.time) == 0:
        return facts
    start, end = as_microseconds(ring.bursts["start"]), as_microseconds(ring.bursts["end"])
    seconds = (end - start) / 1e6
    by_hour = np.bincount((acts.time % DAY) // HOUR, minlength=24)
    busiest, share = find_busiest(by_hour)
    return facts | {
        "n_days": len(np.unique(acts.time // DAY)),
        "median_seconds": float(np.median(seconds)), "longest_seconds": float(seconds.max()),
        "by_hour": by_hour.tolist(), "busiest_from": busiest, "busiest_share": share,
        "shifts": find_shifts(by_hour),
    }  # fmt: skip


def find_busiest(by_hour: NDArray[np.int64]) -> tuple[int, float]:
    """Return the first of the eight hours in a row, around the clock, that hold most acts, and their share.

    Examples
    --------
    >>> find_busiest(np.eye(24, dtype=np.int64)[3] * 5)
    (0, 1.0)
    """
    around = np.concatenate((by_hour, by_hour[: SHIFT - 1]))
    held = np.convolve(around, np.ones(SHIFT, np.int64), mode="valid")
    return int(np.argmax(held)), float(held.max() / max(1, by_hour.sum()))


def find_shifts(by_hour: NDArray[np.int64]) -> list[list[int]]:
    """Return the runs of hours with acts that two or more idle hours part, around the clock: [first, end).

    Examples
    --------
    >>> find_shifts(np.isin(np.arange(24), [22, 23, 0, 9, 11]).astype(np.int64))
    [[9, 12], [22, 25]]
    """
    busy = np.flatnonzero(by_hour)
    if len(busy) == 0:
        return []
    gaps = np.diff(busy, append=busy[0] + 24) - 1
    last = np.flatnonzero(gaps >= PAUSE)
    if len(last) == 0:
        return [[0, 24]]
    first = (last + 1) % len(busy)
    ends = np.roll(last, -1)
    return sorted([int(busy[a]), int(busy[b] + 1 + 24 * (busy[b] < busy[a]))] for a, b in zip(first, ends, strict=True))


def say_rhythm(ring: Ring, facts: Mapping[str, Any]) -> Iterator[str]:
    """Say when the ring acts."""
    bursts, contents = count_of(facts["n_bursts"], "burst"), count_of(len(ring.contents), "content")
    times = say_interval(facts["first"], facts["last"]) or "in a log without times"
    yield f"They met in {bursts} on {contents} {times}; the window that shows it best is {facts['window']!r}."
    if facts["n_days"] is None:
        return
    occasions, days = count_of(facts["n_occasions"], "occasion"), count_of(facts["n_days"], "day")
    pause = " an hour or more apart" if facts["n_occasions"] > 1 else ""
    yield (
        f"The bursts fall on {occasions}{pause}, on {days}; the median burst lasts"
        f" {say_duration(facts['median_seconds'])}, the longest {say_duration(facts['longest_seconds'])}."
    )
    yield _say_hours(facts)


def _say_hours(facts: Mapping[str, Any]) -> str:
    runs = [f"{begin:02d}:00 to {_hour(end)}" for begin, end in facts["shifts"]]
    hours = "at all hours of the day" if runs == ["00:00 to 24:00"] else " and ".join(runs)
    if facts["n_days"] < WORKING_DAYS:
        return f"Their hours, in UTC: {hours}; on {count_of(facts['n_days'], 'day')} that tells no working hours."
    begin = facts["busiest_from"]
    return (
        f"Their hours, in UTC: {hours}; the busiest eight, {begin:02d}:00 to {_hour(begin + SHIFT)}, hold"
        f" {say_share(facts['busiest_share'])} of their acts (33% if they were spread evenly)."
    )


def _hour(hour: int) -> str:
    return f"{hour if hour <= 24 else hour - 24:02d}:00"
