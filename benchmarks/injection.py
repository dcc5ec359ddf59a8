"""HoloScope's injection protocol: a farm of a log's own accounts, whose density is known, with camouflage and a spike.

Liu, Hooi, Faloutsos: HoloScope: topology-and-spike aware fraud detection. CIKM 2017, arXiv:1705.02505, with the
details as the authors' own program has them (github.com/shenghua-liu/HoloScope, ``gendenseblock.py``).
"""

from typing import Any

import numpy as np
import pyarrow as pa

from benchmarks.peers.groups import Ints
from clickgraph.log.table import Table
from clickgraph.simulation.worlds import TIME, World, in_time_order

# Times lie behind the start by one of so many of the shortest pauses that the log knows.
_PAUSES = 20


def inject(
    events: Any,
    *,
    n_accounts: int,
    n_targets: int = 200,
    acts_per_target: int = 200,
    most: int = 100,
    one_start: bool = True,
    rng: int = 0,
) -> World:
    """Return the log with the acts of a farm that has taken over `n_accounts` of its accounts.

    Each target gets acts from `acts_per_target` of the accounts, so that the block's density is
    ``acts_per_target / n_accounts``. Each account adds as many acts on other contents as it does for the
    targets on average, popular ones more often. All times lie behind a random start, by one of the twenty
    shortest pauses between two acts on a content of the log; the shorter the likelier (``1 / rank``).
    Ratings, which the protocol injects as well, are left out.

    Parameters
    ----------
    events : table
        account, content, time. Other columns are left away.
    n_accounts, n_targets, acts_per_target : int
        Size of the block.
    most : int
        Targets have fewer events than this.
    one_start : bool
        As the protocol has it: one start for all acts; else each content that is acted on has its own.
    rng : int
        Seed.
    """
    generator = np.random.default_rng(rng)
    table = pa.table(events).select(["account", "content", "time"])
    time = table["time"].cast(TIME).cast(pa.int64()).to_numpy()
    ids = [table[name].unique() for name in ("account", "content")]
    content = pa.compute.index_in(table["content"], value_set=ids[1]).to_numpy()
    popularity = np.bincount(content, minlength=len(ids[1]))
    targets = generator.choice(np.flatnonzero(popularity < most), n_targets, replace=False)
    members = generator.choice(len(ids[0]), n_accounts, replace=False)
    paid = np.concatenate([generator.choice(members, acts_per_target, replace=False) for _ in targets])
    who, what = _hide(members, targets, popularity, n_each=n_targets * acts_per_target // n_accounts, rng=generator)
    account, to = np.concatenate([paid, who]), np.concatenate([np.repeat(targets, acts_per_target), what])
    starts = generator.integers(time.min(), time.max(), size=1 if one_start else len(ids[1]))
    pauses = _shortest_pauses(content, time)
    odds = 1 / np.arange(1, len(pauses) + 1)
    after = generator.choice(pauses, len(to), p=odds / odds.sum())
    when = np.minimum(starts[0 if one_start else to] + after, time.max())
    rows = {"account": ids[0].take(account), "content": ids[1].take(to), "time": pa.array(when).cast(TIME)}
    acted = np.bincount(paid, minlength=len(ids[0]))
    truth = {"account": ids[0].take(members), "ring": ["block"] * n_accounts, "n_acts": acted[members]}
    return World(in_time_order(pa.concat_tables([table, pa.table(rows).cast(table.schema)])), Table(pa.table(truth)))


def _hide(
    members: Ints, targets: Ints, popularity: Ints, *, n_each: int, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """Return account and content of the camouflage: `n_each` acts each, on what is popular and no target."""
    odds = np.where(np.isin(np.arange(len(popularity)), targets), 0, popularity)
    what = rng.choice(len(popularity), n_each * len(members), p=odds / odds.sum())
    return np.repeat(members, n_each), what


def _shortest_pauses(content: Ints, time: Ints) -> Ints:
    """Return the shortest different pauses between two consecutive acts on the same content."""
    order = np.lexsort((time, content))
    pause, same = np.diff(time[order]), np.diff(content[order]) == 0
    return np.unique(pause[same & (pause > 0)])[:_PAUSES]
