"""Replicates: logs in which who took which slot is drawn anew, searched for rings that cannot be there.

Each account keeps its number of events on each day and each content its slots, so activity, popularity and hours
stay as they are; who met whom is chance.
"""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from benchmarks.backgrounds import load
from benchmarks.measurements.clean import small_world
from benchmarks.measuring import Numbers, describe, search
from clickgraph.log.readers import read_events

SWEEPS = 60  # each proposes a swap to every event: the old pairing is forgotten (see the tests)
DAY = 86_400_000_000

Ints = NDArray[np.int64]


def measure_real(*, log: str, seed: int, sweeps: int = SWEEPS) -> Numbers:
    """Search a replicate of a real log."""
    return _measure(load(log), seed=seed, sweeps=sweeps)


def measure_world(*, world: str, seed: int, sweeps: int = SWEEPS) -> Numbers:
    """Search a replicate of a small organic world; each seed has a world of its own."""
    return _measure(small_world(world, seed=seed).events.to_arrow(), seed=seed, sweeps=sweeps)


def _measure(log: pa.Table, *, seed: int, sweeps: int) -> Numbers:
    made, share = replicate(log, rng=np.random.default_rng(seed), sweeps=sweeps)
    rings, numbers = search(made)
    return {**numbers, "share_moved": round(share, 4), "found": [describe(ring) for ring in rings][:5]}


def replicate(log: pa.Table, *, rng: np.random.Generator, sweeps: int = SWEEPS) -> tuple[pa.Table, float]:
    """Return the log with its slots given to other accounts, and the share of events that changed hands.

    The columns are account, content, time and action. Of the events of an account on one content under one action
    the first is kept: a repeat could not move without making others. Several events of one act become acts of
    their own, for they may now belong to different accounts.
    """
    events = read_events(log.drop_columns([name for name in ("post_id",) if name in log.column_names]))
    account = events.account_code.astype(np.int64)
    place = events.content_code.astype(np.int64) * len(events.action_ids) + events.action_code
    first = np.sort(np.unique(account * (int(place.max(initial=0)) + 1) + place, return_index=True)[1])
    account, place = account[first], place[first]
    pool = (events.time // DAY * len(events.action_ids) + events.action_code)[first]
    made = swap_accounts(account, place, pool, rng=rng, sweeps=sweeps)
    table = events.to_table().to_arrow().take(pa.array(first))
    moved = table.set_column(0, "account", events.account_ids.take(pa.array(made)))
    return moved.select(["account", "content", "time", "action"]), float(np.mean(made != account))


def swap_accounts(account: Ints, place: Ints, pool: Ints, *, rng: np.random.Generator, sweeps: int) -> Ints:
    """Return the accounts of the events after random swaps within pools, that make no account repeat a place.

    Parameters
    ----------
    account, place, pool : ndarray of int64, shape (n_events,)
        Who acted on what; two events of one pool may swap their accounts.
    rng : numpy.random.Generator
        The same generator gives the same bytes.
    sweeps : int
        In each, every event is paired with one other of its pool, and half of the allowed pairs are swapped.

    Returns
    -------
    ndarray of int64
        Every account keeps its events per pool, and every event its place. An account that repeats a place in the
        log keeps these events. Cost: a few sorts of the events per sweep.
    """
    account, n_places = account.copy(), int(place.max(initial=0)) + 1
    for _ in range(sweeps):
        one, other = _pairs(pool, rng)
        differ = (account[one] != account[other]) & (rng.random(len(one)) < 0.5)
        one, other = one[differ], other[differ]
        _swap(account, one, other, place=place, n_places=n_places)
    return account


def _pairs(pool: Ints, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Pair the events of each pool at random."""
    order = np.lexsort((rng.random(len(pool)), pool))
    rank = np.arange(len(pool)) - np.searchsorted(pool[order], pool[order])
    first = np.flatnonzero((rank[:-1] % 2 == 0) & (pool[order[:-1]] == pool[order[1:]]))
    return order[first], order[first + 1]


def _swap(account: Ints, one: Ints, other: Ints, *, place: Ints, n_places: int) -> None:
    """Swap the accounts of the pairs that make no repeat, neither with what is there nor with each other."""
    held = np.sort(account * n_places + place)
    own = [account[each] * n_places + place[each] for each in (one, other)]
    wanted = [account[other] * n_places + place[one], account[one] * n_places + place[other]]
    # Own and wanted places change roles by a swap, so whatever is allowed here is allowed back: no pairing of
    # accounts and slots is favoured.
    keys, counts = np.unique(np.concatenate(own + wanted), return_counts=True)
    free = np.ones(len(one), dtype=np.bool_)
    # Of two moments of one place, who came when is swapped: then what is wanted is there.
    same = (place[one] == place[other]).astype(np.int64)
    for each, n_there in ((own[0], 1), (own[1], 1), (wanted[0], same), (wanted[1], same)):
        free &= np.searchsorted(held, each, side="right") - np.searchsorted(held, each) == n_there
        free &= counts[np.searchsorted(keys, each)] == 1 + same
    one, other = one[free], other[free]
    account[one], account[other] = account[other], account[one]
