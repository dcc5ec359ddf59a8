"""Logs: simulated ones of any size, written to Parquet once, block by block, so that making them needs little memory.

One kind for all sizes: accounts of heavy-tailed activity (ten events each), contents of heavy-tailed popularity
(twenty events each) with the decay of attention, 28 days; and farms, whose accounts do nothing but their jobs.
Ids are numbers of eighteen digits that tell nothing.
"""

import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from benchmarks.cells import ROOT
from clickgraph.simulation.crowds import draw_contents, to_microseconds
from clickgraph.simulation.draws import draw_delays, draw_heavy_tailed
from clickgraph.simulation.farms import Farm, draw_starts, draw_work
from clickgraph.simulation.worlds import DAY, TIME

FOLDER = ROOT / "benchmarks" / "results" / "logs"
DAYS = 28.0
BLOCK = 10_000_000  # organic events that are drawn at a time
_SPREAD_BY, _MODULUS = 0x9E3779B97F4A7C15, 1 << 59  # an odd factor permutes the numbers below a power of two

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """A log as numbers: organic events, and farms that send a share of their accounts to each job.

    `spread` is the seconds within which a job is done; `n_farms` have `farm_size` accounts and `n_jobs` jobs each.
    """

    n_events: int
    n_farms: int = 1
    farm_size: int = 300
    n_jobs: int = 40
    participation: float = 0.6
    spread: float = 300.0
    seed: int = 1

    @property
    def path(self) -> Path:
        """Where the log lies once it is made."""
        return FOLDER / ("-".join(str(value) for value in asdict(self).values()) + ".parquet")

    @property
    def truth_path(self) -> Path:
        """Where the truth about its farms lies."""
        return self.path.with_suffix(".truth.parquet")


def log_of(recipe: Recipe) -> Path:
    """Return the Parquet file of a log; another process makes it where it is missing, so that this one stays small."""
    if not recipe.path.exists():
        given = [f"{name}={value}" for name, value in asdict(recipe).items()]
        subprocess.run([sys.executable, "-m", "benchmarks.races.logs", *given], cwd=ROOT, check=True)
    return recipe.path


def make(recipe: Recipe) -> None:
    """Draw a log and its truth, and write both."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    partial = recipe.path.with_suffix(".partial")
    n_accounts = max(1, recipe.n_events // 10)
    with pq.ParquetWriter(partial, _SCHEMA, compression="zstd") as writer:
        for block in range(-(-recipe.n_events // BLOCK)):
            writer.write_table(_organic_block(recipe, block, n_accounts=n_accounts))
        for farm in range(recipe.n_farms):
            writer.write_table(_farm_block(recipe, farm, n_accounts=n_accounts))
    pq.write_table(_truth(recipe, n_accounts=n_accounts), recipe.truth_path)
    partial.rename(recipe.path)


_SCHEMA = pa.schema([("account", pa.int64()), ("content", pa.int64()), ("time", TIME)])


def _organic_block(recipe: Recipe, block: int, *, n_accounts: int) -> pa.Table:
    """Return the events on one block of contents, in time order, no account twice on one content."""
    rng = np.random.default_rng([recipe.seed, block])
    wanted = min(BLOCK, recipe.n_events - block * BLOCK)
    contents = draw_contents(
        max(1, wanted // 20), rng=rng, span=DAYS * DAY, n_topics=1, popularity_exponent=1.5, half_life=(1440.0, 68400.0)
    )
    drawn = rng.multinomial(wanted + wanted // 4 + 16, contents.popularity / contents.popularity.sum())
    content = np.repeat(np.arange(len(contents)), drawn)
    seconds = contents.posted[content] + draw_delays(contents.half_life[content], rng=rng)
    account = _draw_accounts(recipe, n_accounts, size=len(content), rng=rng)
    kept = np.flatnonzero((seconds >= 0) & (seconds < DAYS * DAY))
    _, first = np.unique(content[kept] * n_accounts + account[kept], return_index=True)
    rows = rng.permutation(kept[first])[:wanted]
    rows = rows[np.argsort(seconds[rows], kind="stable")]
    return _to_table(account[rows], content[rows] + block * BLOCK, seconds[rows])


def _draw_accounts(recipe: Recipe, n_accounts: int, *, size: int, rng: np.random.Generator) -> Ints:
    # The activity of the accounts is the same in every block.
    activity = np.minimum(draw_heavy_tailed(1.8, size=n_accounts, rng=np.random.default_rng(recipe.seed)), 1000.0)
    total = np.cumsum(activity)
    places = np.sort(rng.random(size)) * total[-1]  # sorted ones are looked up ten times faster
    account: Ints = np.searchsorted(total, places, side="right").clip(max=n_accounts - 1)
    return rng.permutation(account)


def _farm_block(recipe: Recipe, farm: int, *, n_accounts: int) -> pa.Table:
    """Return the events of one farm, in time order."""
    rng = np.random.default_rng([recipe.seed, 1 << 20, farm])
    plan = Farm(
        n_accounts=recipe.farm_size, n_jobs=recipe.n_jobs, participation=(recipe.participation,) * 2,
        spread=(recipe.spread,) * 2, core=(1.0, 1.0),
    )  # fmt: skip
    span = (0.0, DAYS * DAY)
    work = draw_work(plan, draw_starts(plan, span=span, rng=rng), span=span, rng=rng)
    order = np.argsort(work.seconds, kind="stable")
    first_content = (1 << 40) + farm * recipe.n_jobs
    account = n_accounts + farm * recipe.farm_size + work.account
    return _to_table(account[order], (first_content + work.job)[order], work.seconds[order])


def _truth(recipe: Recipe, *, n_accounts: int) -> pa.Table:
    n = recipe.n_farms * recipe.farm_size
    n_acts = np.full(n, round(recipe.participation * recipe.n_jobs), np.int64)
    rings = pa.array([f"farm-{farm}" for farm in range(recipe.n_farms)], pa.string())
    ring = rings.take(pa.array(np.arange(n) // recipe.farm_size))
    return pa.table({"account": _to_ids(n_accounts + np.arange(n)), "ring": ring, "n_acts": n_acts})


def _to_table(account: Ints, content: Ints, seconds: NDArray[np.float64]) -> pa.Table:
    time = pa.array(to_microseconds(seconds)).cast(TIME)
    return pa.table({"account": _to_ids(account), "content": _to_ids(content), "time": time}, schema=_SCHEMA)


def _to_ids(number: Ints) -> Ints:
    spread = number.astype(np.uint64) * np.uint64(_SPREAD_BY) % np.uint64(_MODULUS)
    return spread.astype(np.int64)


def read(recipe: Recipe) -> tuple[pa.Table, pa.Table]:
    """Return the events and the truth of a log."""
    return pq.read_table(log_of(recipe)), pq.read_table(recipe.truth_path)


def main(given: list[str]) -> None:
    """Make the log of a recipe given as name=value."""
    values: dict[str, Any] = {}
    for each in given:
        name, value = each.split("=")
        values[name] = float(value) if name in ("participation", "spread") else int(value)
    make(Recipe(**values))


if __name__ == "__main__":
    main(sys.argv[1:])
