"""The pairs that others published, or that were derived by hand, on real logs."""

from collections.abc import Callable
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

import clickgraph as cg


def _accounts_and_ties(pairs: cg.Table) -> tuple[int, int]:
    ends = set(pairs["account"].to_pylist()) | set(pairs["other"].to_pylist())
    return len(ends), len(pairs)


def test_coordinated_retweets_within_a_minute(shared_data: Callable[[str], Path]) -> None:
    log = pq.read_table(shared_data("russian_coord_tweets") / "events.parquet").drop_columns("post_id")
    pairs = cg.count_coactions(cg.build_graph(cg.read_events(log)), window="60s")
    assert _accounts_and_ties(pairs) == (3_954, 6_206)


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        ("60s", (451, 6_240)),
        ("10min", (465, 9_225)),
        ("1h", (466, 11_723)),
        ("1day", (468, 17_816)),
        ("15day", (468, 25_815)),
    ],
)
def test_first_stars_in_common(shared_data: Callable[[str], Path], window: str, expected: tuple[int, int]) -> None:
    log = pq.read_table(shared_data("stargazers_ghost") / "events.parquet")
    stars = log.filter(pc.equal(log["action"], "star"))
    graph = cg.build_graph(cg.read_events(stars))
    pairs = cg.count_coactions(graph, window=window, min_shared=2, repeats="first")
    assert _accounts_and_ties(pairs) == expected
