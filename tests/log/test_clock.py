import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clickgraph.errors import InputError
from clickgraph.log.clock import CLOCKS, find_clock, refuse_mixed_clocks, say_clock

DAY, SECOND = CLOCKS["day"], CLOCKS["second"]


@pytest.mark.parametrize("word", CLOCKS)
@given(
    ticks=st.lists(st.integers(-500, 20_000), min_size=1, max_size=50),
    offset=st.integers(-DAY, DAY),
)
def test_the_clock_is_the_largest_unit_of_all_differences(word: str, ticks: list[int], offset: int) -> None:
    time = np.array([0, 1, *ticks]) * CLOCKS[word] + offset
    assert find_clock(time) == CLOCKS[word]
    assert find_clock(time[::-1]) == CLOCKS[word]


@pytest.mark.parametrize(
    ("instant", "word"),
    [
        (0, "day"),
        (3 * DAY, "day"),
        (DAY + 1, "microsecond"),
        (5 * SECOND, "second"),
        (3_600 * SECOND, "hour"),
    ],
)
def test_one_instant_has_the_clock_that_divides_it(instant: int, word: str) -> None:
    assert find_clock(np.array([instant] * 3)) == CLOCKS[word]


def test_an_empty_log_has_the_finest_clock() -> None:
    assert find_clock(np.empty(0, np.int64)) == 1


def test_one_late_event_decides() -> None:
    time = np.append(np.arange(5000) * DAY, 17)
    assert find_clock(time) == 1


def test_clocks_in_words() -> None:
    assert [say_clock(clock) for clock in (DAY, 1, None)] == [
        "clock of one day",
        "clock of one microsecond",
        "no clock",
    ]


def mixed(n_days: int, n_fine: int, *, rng: np.random.Generator) -> np.ndarray:
    days = rng.integers(0, 30, n_days) * DAY
    fine = rng.integers(0, 30 * DAY // SECOND, n_fine) * SECOND
    return np.concatenate([days, fine])


@pytest.mark.parametrize(("n_days", "n_fine"), [(30, 30), (20, 180), (500, 1), (1000, 9000)])
def test_days_among_seconds_are_refused(n_days: int, n_fine: int) -> None:
    time = mixed(n_days, n_fine, rng=np.random.default_rng(0))
    with pytest.raises(InputError, match=rf"one clock; found {n_days} of {n_days + n_fine} events at exactly midnight"):
        refuse_mixed_clocks(time, clock=find_clock(time))


@given(st.integers(0, 2**32), st.integers(1, 3000))
def test_honest_logs_pass(seed: int, n_events: int) -> None:
    time = mixed(0, n_events, rng=np.random.default_rng(seed))
    for clock in (CLOCKS["second"], CLOCKS["minute"]):
        refuse_mixed_clocks(time // clock * clock, clock=clock)


def test_small_logs_and_schedules_pass() -> None:
    few = np.array([0, DAY, 2 * DAY, 5, 17 * SECOND])
    hourly = np.concatenate([np.arange(500) * CLOCKS["hour"], [17 * SECOND]])
    one_midnight = np.concatenate([np.zeros(100, np.int64), np.arange(100) * SECOND])
    for time in (few, hourly, one_midnight):
        refuse_mixed_clocks(time, clock=SECOND)


def test_coarse_clocks_hold_midnights_by_nature() -> None:
    for clock in (DAY, CLOCKS["hour"]):
        refuse_mixed_clocks(np.arange(1000) * clock, clock=clock)
