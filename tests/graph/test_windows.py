"""Windows: what is understood, how it is named, and what a clock allows."""

from datetime import timedelta

import numpy as np
import pytest

from clickgraph.graph.windows import EVER, TICK, choose_windows, parse_window, window_name

SECOND = 1_000_000


@pytest.mark.parametrize(
    ("window", "width"),
    [
        ("10s", 10 * SECOND), ("90 s", 90 * SECOND), ("1.5h", 5_400 * SECOND), ("2days", 172_800 * SECOND),
        (timedelta(minutes=10), 600 * SECOND), (np.timedelta64(3, "h"), 10_800 * SECOND), ("tick", TICK),
        ("ever", EVER), (None, EVER),
    ],
)  # fmt: skip
def test_windows_are_understood(window: object, width: int) -> None:
    assert parse_window(window) == width


@pytest.mark.parametrize("window", ["soon", "", "-3s", "10", 10, timedelta(-1), np.timedelta64("NaT"), "5 parsecs"])
def test_other_words_are_refused(window: object) -> None:
    with pytest.raises(ValueError, match="expected a window"):
        parse_window(window)


@pytest.mark.parametrize("name", ["tick", "10s", "90s", "10min", "1h", "15day", "ever", "250ms"])
def test_names_come_back(name: str) -> None:
    assert window_name(parse_window(name)) == name


@pytest.mark.parametrize(
    ("clock", "names"),
    [
        (SECOND, ["10s", "1min", "10min", "1h", "6h", "1day", "3day", "ever"]),
        (60 * SECOND, ["tick", "10min", "1h", "6h", "1day", "3day", "ever"]),
        (86_400 * SECOND, ["tick", "3day", "ever"]),
        (None, ["ever"]),
    ],
)
def test_a_clock_leaves_out_what_it_cannot_show(clock: int | None, names: list[str]) -> None:
    widths, notices = choose_windows("auto", clock)
    assert [window_name(int(width)) for width in widths] == names
    assert bool(notices) == ("tick" in names)


def test_no_window_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one window"):
        choose_windows([], SECOND)
