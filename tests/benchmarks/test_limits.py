"""Limits: what takes too long or too much is stopped, and it is said which."""

import time
from typing import Any

import pytest

from benchmarks.limits import Limits, run_limited


def _run(name: str, limits: Limits, **arguments: Any) -> dict[str, Any]:
    return run_limited({"function": f"tests.plain_cells:{name}", "arguments": arguments}, limits)


def test_a_result_comes_back_with_seconds_and_memory() -> None:
    result = _run("echo", Limits(30.0, 4.0), x=3)
    assert result["x"] == 3
    assert result["limits"] == {"seconds": 30.0, "gigabytes": 4.0}
    assert 0 <= result["seconds"] < 30
    assert 0 < result["peak_gigabytes"] < 4


def test_time_runs_out() -> None:
    begun = time.perf_counter()
    result = _run("sleep", Limits(1.0, 4.0), seconds=60)
    assert result["failed"] == "time"
    assert time.perf_counter() - begun < 20


def test_memory_runs_out() -> None:
    assert _run("hoard", Limits(30.0, 1.0), gigabytes=2.0)["failed"] == "memory"
    assert _run("hoard", Limits(30.0, 4.0), gigabytes=0.1)["n_bytes"] == 100_000_000


def test_native_code_that_aborts_had_no_memory() -> None:
    assert _run("abort", Limits(30.0, 4.0))["failed"] == "memory"


def test_another_error_is_told() -> None:
    failed = _run("fail", Limits(30.0, 4.0))["failed"]
    assert failed.startswith("error: ")
    assert "no such column" in failed


def test_limits_in_words() -> None:
    assert str(Limits()) == "10 min and 16 GB"
    assert str(Limits(20.0, 4.0)) == "20 s and 4 GB"


@pytest.mark.parametrize(
    ("failed", "limits", "expected"),
    [
        ("time", Limits(11.0, 1.0), True),
        ("time", Limits(10.0, 9.0), False),
        ("memory", Limits(1.0, 3.0), True),
        ("memory", Limits(99.0, 2.0), False),
        (None, Limits(99.0, 99.0), False),
        ("error: x", Limits(99.0, 99.0), False),
    ],
)
def test_more_is_allowed_of_what_ran_out(failed: str | None, limits: Limits, expected: bool) -> None:
    result = {"failed": failed, "limits": {"seconds": 10.0, "gigabytes": 2.0}}
    assert limits.allow_more(result) is expected
