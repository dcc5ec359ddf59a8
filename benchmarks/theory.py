"""Theory: what a farm leaves to be found, told by the truth: shared targets per pair, evidence per ring."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.special import gammaln

from benchmarks.peers.groups import Floats, Ints
from clickgraph.simulation.worlds import DAY, MICROSECONDS, World

MIN_ACTS = 2
_N_WINDOWS = 6


@dataclass(frozen=True, slots=True, eq=False)
class Acts:
    """Account and target numbers, and seconds: equally long columns."""

    account: Ints
    target: Ints
    seconds: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Work:
    """What a farm did on its own targets, what outsiders did there, and when everyone acted at all.

    Attributes
    ----------
    paid, guests : Acts
        On the contents that the public's log does not have, by the farm's accounts and by others.
    own, others : ndarray of float64
        Seconds of all acts of the farm's accounts, and of all others, sorted.
    n_accounts : int
        Accounts of the whole log.
    """

    paid: Acts
    guests: Acts
    own: Floats
    others: Floats
    n_accounts: int


def work_of(world: World, public: World) -> Work:
    """Return the work of the one farm of `world`, which was planted on new targets into `public`."""
    events = world.events.to_arrow()
    seconds = events["time"].cast(pa.int64()).to_numpy() / MICROSECONDS
    member = pc.index_in(events["account"], value_set=world.truth["account"].combine_chunks())
    member = member.fill_null(-1).to_numpy().astype(np.int64)
    known = pc.unique(public.events["content"])
    is_new = pc.invert(pc.is_in(events["content"], value_set=known)).to_numpy()
    new = events["content"].filter(pa.array(is_new))
    target = pc.index_in(new, value_set=pc.unique(new)).to_numpy().astype(np.int64)
    acts = Acts(member[is_new], target, seconds[is_new])
    paid, guests = (
        Acts(acts.account[rows], acts.target[rows], acts.seconds[rows])
        for rows in (acts.account >= 0, acts.account < 0)
    )
    n_accounts = len(pc.unique(events["account"]))
    return Work(paid, guests, np.sort(seconds[member >= 0]), np.sort(seconds[member < 0]), n_accounts)


def shared_per_pair(work: Work) -> float:
    """Return the mean number of targets that two of the accounts that acted at least twice share."""
    n_acts = np.bincount(work.paid.account, minlength=1)
    n = int(np.sum(n_acts >= MIN_ACTS))
    sizes = np.bincount(work.paid.target[n_acts[work.paid.account] >= MIN_ACTS])
    return float(np.sum(sizes * (sizes - 1.0)) / max(n * (n - 1.0), 1.0))


def bits_if_told(work: Work) -> float:
    """Return the evidence in bits for a test that is told the members, and pays as one that has to find them.

    On each target ``n`` members acted from its first to its last paid act, where the outsiders of those hours
    (a day on each side) let ``e`` expect: ``ln n! - n ln e + e - ln n(n+1)``, less ``ln(events * windows)``
    for the choice of the burst. The choice of the members costs ``ln C(accounts, members)``. It is the score
    of docs/method.md; a farm below ``log2(1 / alpha)`` passes for no test of this form, however it searches.
    """
    n_acts = np.bincount(work.paid.account, minlength=1)
    k = int(np.sum(n_acts >= MIN_ACTS))
    rest = work.n_accounts - k
    nats = float(gammaln(k + 1) + gammaln(rest + 1) - gammaln(work.n_accounts + 1))
    again = n_acts[work.paid.account] >= MIN_ACTS
    price = np.log((len(work.own) + len(work.others)) * _N_WINDOWS)
    for target in np.unique(work.paid.target):
        times = work.paid.seconds[again & (work.paid.target == target)]
        if len(times) >= MIN_ACTS:
            nats += max(_gain(work, int(target), times) - price, 0.0)
    return float(nats / np.log(2))


def _gain(work: Work, target: int, times: Floats) -> float:
    """Return the nats of one burst, its choice not yet paid."""
    n, first, last = len(times), times.min(), times.max()
    own, others = (
        int(np.searchsorted(all_, last + DAY, "right") - np.searchsorted(all_, first - DAY))
        for all_ in (work.own, work.others)
    )
    came = work.guests.seconds[work.guests.target == target]
    n_guests = int(np.sum((came >= first) & (came <= last)))
    e = own * (n_guests + 0.5) / (others + 1.0)
    return float(gammaln(n + 1) - n * np.log(e) + e - np.log(n * (n + 1.0))) if n > e else 0.0
