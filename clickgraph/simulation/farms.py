"""Farm: how a click farm works, as numbers, and its work: which account acts for which job, and when."""

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from clickgraph.errors import InputError
from clickgraph.simulation.draws import Floats, Ints, Range, draw_log_uniform, draw_rhythmic
from clickgraph.simulation.worlds import DAY

Delivery = Literal["burst", "serial", "trickle"]
Lives = Literal["none", "clone", "patchwork", "takeover"]
Flags: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Farm:
    """A farm's way of working. Ranges are drawn from anew for each job.

    Attributes
    ----------
    name : str
        The ring's name in the truth.
    n_accounts, n_jobs : int
        Size of the pool, and number of jobs (orders); a job is one content that the farm is paid to push.
    participation : (float, float)
        Share of the pool that a job takes, uniform between the bounds.
    job_sizes : (float, float) or None
        Instead of `participation`: median and log standard deviation of a log-normal job size in accounts.
    loyalty : float
        Spread of the accounts' readiness to take part, as standard deviation of its logarithm; 0: even.
    workload : (float, float) or None
        Jobs that one account does in all, log-uniform; it sets the accounts' readiness to take part.
    one_shot : float
        Share of the accounts that do one job only.
    lifetime : float or None
        Days for which an account is in use; None: the whole span of the log.
    on_days : float
        Share of the days on which an account works at all.
    cells : int or None
        The accounts are divided into so many fixed groups, and a job takes whole groups.
    delivery : {"burst", "serial", "trickle"}
        burst: a `core` of the job's acts falls uniformly within `spread` seconds, the rest trails off
        exponentially; serial: one hand passes over the accounts, always in the same order; trickle: spread
        thinly over `spread`, in the rhythm of the day.
    spread, core : (float, float)
        Seconds (log-uniform) and the share of a job's acts within them (uniform).
    tail : float
        Mean delay in seconds of the acts outside the core.
    hands : int
        serial: operators or computers at work side by side, each on its own share of the accounts.
    gap : float or None
        serial: median seconds from one account to the next, log-normal; None: so that the job fits `spread`.
    jitter : (float, float)
        Seconds by which a device is late: its own habit (log-uniform), and anew each time up to as much.
    old_targets : float
        Share of the jobs whose target is a content that the log already has.
    clients : int
        The new targets belong to so many creators.
    audience : (float, float)
        Organic acts per paid one that a new target gets, by the log's own accounts, after the job began.
    cover : (float, float)
        Organic-looking acts per paid one, uniform per account, on contents and at times taken from the
        log's own events, moved by minutes.
    lives : {"none", "clone", "patchwork", "takeover"}
        The rest of the members' life. none: nothing but jobs and `cover`. clone: each member is a new
        account that repeats the life of a random account of the log, each event moved by minutes (at least
        three ticks of the log's clock), so that the two do not act at the same moment; both still share
        all contents of that life. patchwork: each member is a new account as active as a random account,
        but each event is taken from another account that met the first on a content: taste, popularity
        and rhythm of the log without a double. takeover: each member is a random account of the log, to
        which the farm's acts are added.
    """

    name: str = "farm"
    n_accounts: int = 500
    n_jobs: int = 40
    participation: Range = (0.3, 0.8)
    job_sizes: Range | None = None
    loyalty: float = 0.0
    workload: Range | None = None
    one_shot: float = 0.0
    lifetime: float | None = None
    on_days: float = 1.0
    cells: int | None = None
    delivery: Delivery = "burst"
    spread: Range = (600.0, 7200.0)
    core: Range = (0.5, 0.9)
    tail: float = DAY / 4
    hands: int = 1
    gap: float | None = None
    jitter: Range = (1.0, 60.0)
    old_targets: float = 0.0
    clients: int = 8
    audience: Range = (0.0, 0.0)
    cover: Range = (0.0, 0.0)
    lives: Lives = "none"

    def __post_init__(self) -> None:
        for name, choices in (("delivery", get_args(Delivery)), ("lives", get_args(Lives))):
            if getattr(self, name) not in choices:
                raise InputError(f"{name} among {', '.join(choices)}", repr(getattr(self, name)))
        for name in ("n_accounts", "n_jobs", "clients", "hands"):
            if getattr(self, name) < 1:
                raise InputError(f"{name} of at least 1", repr(getattr(self, name)))
        for name in ("participation", "core", "old_targets", "one_shot", "on_days"):
            if not np.all((np.asarray(getattr(self, name)) >= 0) & (np.asarray(getattr(self, name)) <= 1)):
                raise InputError(f"{name} between 0 and 1", repr(getattr(self, name)))
        for name in ("spread", "jitter"):
            if min(getattr(self, name)) <= 0:
                raise InputError(f"{name} in seconds above 0", repr(getattr(self, name)))


@dataclass(frozen=True, slots=True, eq=False)
class Work:
    """What a farm did: account number, job number, seconds after the beginning of the log."""

    account: Ints
    job: Ints
    seconds: Floats


@dataclass(frozen=True, slots=True, eq=False)
class _Pool:
    """A farm's accounts: readiness (log), one-shot job or -1, use from and to, delay of the device."""

    readiness: Floats
    only_job: Ints
    born: Floats
    retired: Floats
    late: Floats


def draw_starts(farm: Farm, *, span: Range, rng: np.random.Generator) -> Floats:
    """Return when each job begins, in the rhythm of the day, early enough to be seen to its end."""
    length = span[1] - span[0]
    last = max(span[1] - farm.spread[1] - farm.jitter[1], span[0] + 0.5 * length)
    return draw_rhythmic((span[0], last), size=farm.n_jobs, rng=rng)


def draw_work(farm: Farm, starts: Floats, *, span: Range, rng: np.random.Generator) -> Work:
    """Return the acts of `farm` for jobs that begin at `starts`, in a log of the given `span`.

    All times are seconds after a midnight in UTC. Cost: O(n_jobs * n_accounts).
    """
    sizes = _draw_sizes(farm, rng)
    pool = _draw_pool(farm, span=span, sizes=sizes, rng=rng)
    on_day = _draw_on_days(farm, span=span, rng=rng)
    accounts, jobs, seconds = [], [], []
    for job, (size, start) in enumerate(zip(sizes, starts, strict=True)):
        idle = (start < pool.born) | (start >= pool.retired) | ~on_day[int(start // DAY) % len(on_day)]
        chosen = _choose(farm, pool, job=job, size=int(size), idle=idle, rng=rng)
        accounts.append(chosen)
        jobs.append(np.full(len(chosen), job))
        seconds.append(_deliver(farm, chosen, pool.late[chosen], start=float(start), span=span, rng=rng))
    return Work(np.concatenate(accounts), np.concatenate(jobs), np.concatenate(seconds))


def _draw_on_days(farm: Farm, *, span: Range, rng: np.random.Generator) -> Flags:
    if farm.on_days >= 1:
        return np.ones((1, farm.n_accounts), dtype=np.bool_)
    return rng.random((int(span[1] // DAY) + 1, farm.n_accounts)) < farm.on_days


def _draw_sizes(farm: Farm, rng: np.random.Generator) -> Ints:
    if farm.job_sizes is None:
        sizes = rng.uniform(*farm.participation, farm.n_jobs) * farm.n_accounts
    else:
        sizes = rng.lognormal(np.log(farm.job_sizes[0]), farm.job_sizes[1], farm.n_jobs)
    return np.rint(sizes).astype(np.int64).clip(1, farm.n_accounts)


def _draw_pool(farm: Farm, *, span: Range, sizes: Ints, rng: np.random.Generator) -> _Pool:
    n = farm.n_accounts
    readiness = farm.loyalty * rng.standard_normal(n)
    if farm.workload is not None:
        readiness += np.log(draw_log_uniform(farm.workload, size=n, rng=rng))
    only_job = np.full(n, -1)
    once = rng.random(n) < farm.one_shot
    only_job[once] = rng.choice(farm.n_jobs, size=int(once.sum()), p=sizes / sizes.sum())
    # Accounts in use before the log begins or after it ends are seen for a part of their life only.
    life = 4.0 * span[1] if farm.lifetime is None else farm.lifetime * DAY
    born = np.full(n, -life / 2) if farm.lifetime is None else rng.uniform(*span, n) - life / 2
    return _Pool(readiness, only_job, born, born + life, draw_log_uniform(farm.jitter, size=n, rng=rng))


def _choose(farm: Farm, pool: _Pool, *, job: int, size: int, idle: Flags, rng: np.random.Generator) -> Ints:
    # The largest of log weight + Gumbel noise are a weighted draw without replacement.
    n = farm.n_accounts
    if farm.cells is None:
        score = pool.readiness + rng.gumbel(size=n)
    else:
        score = rng.gumbel(size=farm.cells)[np.arange(n) * farm.cells // n] + 1e-9 * np.arange(n)
    score[idle | (pool.only_job >= 0)] = -np.inf
    score[pool.only_job == job] = np.inf
    size = min(size, int(np.sum(score > -np.inf)))
    return np.sort(np.argpartition(-score, max(size - 1, 0))[:size])


def _deliver(farm: Farm, chosen: Ints, late: Floats, *, start: float, span: Range, rng: np.random.Generator) -> Floats:
    n = len(chosen)
    spread = float(draw_log_uniform(farm.spread, size=1, rng=rng)[0])
    if farm.delivery == "serial":
        seconds = start + _pass_over(farm, chosen, spread=spread, rng=rng)
    elif farm.delivery == "trickle":
        seconds = draw_rhythmic((start, start + spread), size=n, rng=rng)
    else:
        inside = rng.random(n) < rng.uniform(*farm.core)
        trailing = spread + rng.exponential(farm.tail, n)
        seconds = start + np.where(inside, rng.random(n) * spread, trailing)
    seconds = seconds + late * (1.0 + rng.random(n))
    beyond = seconds > span[1]
    seconds[beyond] = rng.uniform(min(start, span[1]), span[1], int(beyond.sum()))
    return seconds


def _pass_over(farm: Farm, chosen: Ints, *, spread: float, rng: np.random.Generator) -> Floats:
    """Return seconds from the start of a job until its hand reaches each of the `chosen` accounts."""
    hand = chosen * farm.hands // farm.n_accounts
    gaps = rng.lognormal(0.0, 0.5, len(chosen))
    total = np.concatenate([[0.0], np.cumsum(gaps)])
    reached = total[1:] - total[np.searchsorted(hand, hand)]
    gap = farm.gap if farm.gap is not None else spread / max(float(reached.max(initial=0.0)), 1e-9)
    return np.asarray(reached * gap, dtype=np.float64)
