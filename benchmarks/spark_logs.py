"""Logs for the measurements on Spark, as Parquet."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import clickgraph as cg

SECOND = 1_000_000
FILES = 8


def grown_log(folder: Path, n_events: int) -> Path:
    """Write a farm of 10,000 phones in about `n_events` organic events, ten to an account; return its folder."""
    path = folder / f"grown-{n_events}"
    if not path.exists():
        n_accounts = 10_000 if n_events >= 1_000_000 else 60
        world = cg.simulate(
            "phone-farm", n_accounts=n_accounts, n_organic_accounts=n_events // 10, n_organic_events=n_events, rng=0
        )
        _write(world.events.to_arrow(), path)
    return path


def skewed_log(folder: Path, *, n_clique: int = 10_000, n_contents: int = 12, n_organic: int = 150_000) -> Path:
    """Write a clique that acts on some contents within minutes, and a content with a third of all events.

    Every two of the clique meet on each of its contents, 50 million pairs of accounts.
    """
    path = folder / f"skewed-{n_clique}"
    if not path.exists():
        rng = np.random.default_rng(0)
        who, what = np.repeat(np.arange(n_clique), n_contents), np.tile(np.arange(n_contents), n_clique)
        when = what * 36_000 + rng.integers(0, 300, len(who))
        crowd, n_hot = rng.integers(n_clique, 3 * n_clique, n_organic), (n_organic + len(who)) // 2
        topics = 1000 + (20_000 * rng.random(n_organic) ** 2).astype(np.int64)
        seconds = rng.integers(0, 28 * 86_400, n_organic + n_hot)
        time = 1_700_000_000 * SECOND + SECOND * np.concatenate((when, seconds))
        log = pa.table({
            "account": np.concatenate((who, crowd, rng.integers(n_clique, 3 * n_clique, n_hot))),
            "content": np.concatenate((what, topics, np.full(n_hot, 999))),
            "time": pa.array(time, pa.timestamp("us", "UTC")),
        })  # fmt: skip
        _write(log.take(pa.array(rng.permutation(len(log)))), path)
    return path


def _write(log: pa.Table, path: Path) -> None:
    path.mkdir(parents=True)
    step = -(-len(log) // FILES)
    for k in range(FILES):
        pq.write_table(log.slice(k * step, step), path / f"part-{k}.parquet")


def count_events(path: Path) -> int:
    """Return the rows of a folder of Parquet files."""
    return sum(pq.ParquetFile(part).metadata.num_rows for part in path.glob("*.parquet"))
