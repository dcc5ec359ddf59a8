from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from clickgraph import read_events

DAY, SECOND = 86_400_000_000, 1_000_000


@pytest.mark.parametrize(
    ("name", "n_events", "n_accounts", "n_contents", "clock"),
    [
        ("stargazers_ghost", 9_505, 636, 168, SECOND),
        ("german_elections", 157_568, 31_642, 40_484, SECOND),
        ("russian_coord_tweets", 35_124, 9_509, 7_285, SECOND),
        ("github_fake_stars", 28_518, 24_080, 2_888, SECOND),
        ("movielens_latest_small", 100_836, 610, 9_724, SECOND),
        ("oulad_clicks", 8_459_320, 26_074, 6_268, DAY),
    ],
)
def test_the_published_numbers(
    shared_data: Callable[[str], Path],
    name: str,
    n_events: int,
    n_accounts: int,
    n_contents: int,
    clock: int,
) -> None:
    path = shared_data(name) / "events.parquet"
    events = read_events(path)
    assert len(events) == n_events
    assert len(events) + events.n_repeats == pq.read_metadata(path).num_rows
    assert events.clock == clock
    assert (events.n_accounts, events.n_contents) == (n_accounts, n_contents)


@pytest.mark.parametrize("name", ["german_elections", "movielens_latest_small", "stargazers_ghost"])
def test_a_real_log_survives_the_round_trip(shared_data: Callable[[str], Path], name: str) -> None:
    events = read_events(shared_data(name) / "events.parquet")
    again = read_events(events.to_table())
    assert again.fingerprint == events.fingerprint
    assert again.columns.equals(events.columns)


def test_a_folder_of_two_tables_is_refused(shared_data: Callable[[str], Path]) -> None:
    with pytest.raises(ValueError, match="the same columns in every file"):
        read_events(shared_data("stargazers_ghost"))
