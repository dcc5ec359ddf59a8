"""Peers against the counts that their authors published, on the same data."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from benchmarks.peers import coortweet, qut
from benchmarks.peers.groups import Ints, code_log

Folder = Callable[[str], Path]


def _counts(account: Ints, other: Ints) -> tuple[int, int]:
    return len(np.union1d(account, other)), len(account)


def test_coortweet_on_retweets(shared_data: Folder) -> None:
    log = code_log(pq.read_table(shared_data("russian_coord_tweets") / "events.parquet"))
    account, other, _ = coortweet.find_ties(log, window=60, min_participation=2)
    assert _counts(account, other) == (2_110, 3_721)


@pytest.mark.parametrize(
    ("actions", "expected"),
    [(["url"], (506, 1_453)), (["image"], (214, 337)), (["url", "image"], (671, 1_732))],
)
def test_coortweet_on_posts(shared_data: Folder, actions: list[str], expected: tuple[int, int]) -> None:
    table = pq.read_table(shared_data("german_elections") / "events.parquet")
    kept = pc.is_in(table["action"].cast(pa.string()), value_set=pa.array(actions))
    account, other, _ = coortweet.add_layers(code_log(table.filter(kept)), window=30, min_participation=2)
    assert _counts(account, other) == expected


def test_the_package_of_qut(shared_data: Folder) -> None:
    pytest.importorskip("coordination_network_toolkit", reason="needs the extra `benchmarks`")
    log = code_log(pq.read_table(shared_data("russian_coord_tweets") / "events.parquet"))
    arcs = qut.find_arcs(log, window=60, min_edge_weight=1, n_threads=1)
    ties = np.unique(np.sort(arcs[:, :2].astype(np.int64), axis=1), axis=0)
    assert len(arcs) == 12_412
    assert _counts(ties[:, 0], ties[:, 1]) == (3_954, 6_206)
