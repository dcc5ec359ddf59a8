"""Backgrounds: the logs that are measured on, real ones from the data folder and mixtures of them."""

import os
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from clickgraph.log.table import Table
from clickgraph.simulation.benchmark import Level, planted_rings
from clickgraph.simulation.farms import Farm
from clickgraph.simulation.planting import plant
from clickgraph.simulation.scenarios import simulate
from clickgraph.simulation.worlds import DAY, World

MICROSECONDS = 1_000_000
CLOCKS = {"german_elections": 1.0, "oulad_clicks": DAY}


def data_folder() -> Path:
    """Return the folder of the public data sets: CLICKGRAPH_DATA, or ../shared/data beside the checkout."""
    beside = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
    return Path(os.environ.get("CLICKGRAPH_DATA", beside))


def has_data(name: str) -> bool:
    """Say whether a data set is there."""
    return (data_folder() / name / "events.parquet").exists()


def load(name: str) -> pa.Table:
    """Return the events of a public data set, ids and categories as plain strings or integers."""
    table = pq.read_table(data_folder() / name / "events.parquet")
    for position, column in enumerate(table.schema):
        if pa.types.is_dictionary(column.type):
            table = table.set_column(position, column.name, table[column.name].cast(pa.string()))
    return table


@lru_cache(maxsize=1)
def _load_once(name: str) -> pa.Table:
    return load(name)


def planted(name: str, *, level: Level, seed: int, n_rings: int = 23) -> tuple[World, tuple[Farm, ...]]:
    """Return a real log with planted rings, and the farms that were planted."""
    log = _load_once(name)
    times = log["time"].cast(pa.timestamp("us", "UTC")).cast(pa.int64())
    span = (pc.max(times).as_py() - pc.min(times).as_py()) / MICROSECONDS
    farms = planted_rings(level, span=span, clock=CLOCKS[name], n_rings=n_rings, rng=seed)
    return plant(log, farms, rng=seed), farms


def ghosts_in_starring(organic: str, *, seed: int, times: int = 100) -> tuple[World, pa.Array]:
    """Return the stars of the real farm amid simulated organic starring, and the ids of all real stargazers.

    The organic log has `times` as many stars and stargazers over the same span. The truth has the listed
    ghosts that star something, as one ring: it says who is a ghost, not who works with whom.
    """
    folder = data_folder() / "stargazers_ghost"
    stars = pq.read_table(folder / "events.parquet")
    stars = stars.filter(pc.equal(stars["action"], "star"))
    who, what = (pc.binary_join_element_wise(kind, _text(stars[name]), "-") for kind, name in _NAMES)
    when = stars["time"].cast(pa.timestamp("us", "UTC")).cast(pa.int64()).to_numpy()
    public = simulate(
        organic,
        n_accounts=times * len(pc.unique(who)),
        n_events=times * len(stars),
        n_contents=times * len(pc.unique(what)),
        days=float(when.max() - when.min()) / MICROSECONDS / DAY,
        action="star",
        rng=seed,
    ).events.to_arrow()
    moved = public["time"].cast(pa.int64()).to_numpy()
    moved = moved - moved.min() + when.min()
    events = pa.table(
        {
            "account": pa.concat_arrays([_plain(public["account"]), _plain(who)]),
            "content": pa.concat_arrays([_plain(public["content"]), _plain(what)]),
            "time": pa.array(np.concatenate([moved, when]) // MICROSECONDS * MICROSECONDS).cast(
                pa.timestamp("us", "UTC")
            ),
            "action": pa.repeat("star", len(public) + len(stars)),
        }
    )
    return World(Table(events), Table(_ghosts(folder / "accounts.parquet", who, what))), pc.unique(who)


_NAMES = (("stargazer", "account"), ("repository", "content"))


def _ghosts(path: Path, who: pa.ChunkedArray, what: pa.ChunkedArray) -> pa.Table:
    """Return the listed ghosts that star something, with the number of repositories that each one stars."""
    listed = pq.read_table(path)
    listed = listed.filter(pc.equal(listed["ghost"].cast(pa.int64()), 1))
    ids = pc.binary_join_element_wise("stargazer", _text(listed["account"]), "-")
    pairs = pa.table({"account": who, "content": what}).group_by(["account", "content"]).aggregate([])
    counts = pairs.group_by("account").aggregate([("content", "count")])
    counts = counts.filter(pc.is_in(counts["account"], value_set=_plain(ids)))
    return pa.table(
        {
            "account": _plain(counts["account"]),
            "ring": pa.repeat("ghosts", len(counts)),
            "n_acts": counts["content_count"].cast(pa.int64()),
        }
    )


def _text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(pa.string())


def _plain(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks().cast(pa.string())
