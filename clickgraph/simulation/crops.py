"""Crop: the rows that one farm adds to a log, in codes: its jobs, their audience, and the members' cover."""

from dataclasses import dataclass

import numpy as np

from clickgraph.errors import InputError
from clickgraph.simulation.cover import draw_audience, draw_camouflage, draw_lives, draw_patchwork
from clickgraph.simulation.draws import Floats, Ints, Range
from clickgraph.simulation.farms import Farm, Work, draw_starts, draw_work
from clickgraph.simulation.logs import Log
from clickgraph.simulation.worlds import DAY, MICROSECONDS, Acts, join_acts


@dataclass(frozen=True, slots=True, eq=False)
class Crop:
    """Planted acts, the row of the log that each one copies, the members, and their acts for the farm.

    Codes of accounts and contents beyond the log's own are new.
    """

    acts: Acts
    row: Ints
    members: Ints
    n_acts: Ints
    n_new_accounts: int
    n_new_contents: int


@dataclass(frozen=True, slots=True, eq=False)
class _Jobs:
    """A farm's jobs: content code, a row of the log to copy, and the beginning (seconds after midnight)."""

    content: Ints
    row: Ints
    starts: Floats


def grow(farm: Farm, log: Log, *, rng: np.random.Generator) -> Crop:
    """Return what `farm` adds to `log`."""
    jobs = _draw_jobs(farm, log, rng=rng)
    work = draw_work(farm, jobs.starts, span=_span(log), rng=rng)
    members, donors = _draw_members(farm, log, rng=rng)
    n_acts = np.bincount(work.account, minlength=farm.n_accounts)
    parts = [
        (
            Acts(members[work.account], jobs.content[work.job], _to_time(work.seconds, log)),
            jobs.row[work.job],
        ),
        _draw_audience(farm, work, jobs, log=log, rng=rng),
    ]
    camouflage = draw_camouflage(n_acts, log, cover=farm.cover, rng=rng)
    lives = (draw_patchwork if farm.lives == "patchwork" else draw_lives)(donors, log, rng=rng)
    parts += [(Acts(members[who], log.content[row], time), row) for who, row, time in (camouflage, lives)]
    new = jobs.content >= len(log.content_ids)
    return Crop(
        acts=join_acts([acts for acts, _ in parts]),
        row=np.concatenate([row for _, row in parts]),
        members=members,
        n_acts=n_acts,
        n_new_accounts=0 if farm.lives == "takeover" else farm.n_accounts,
        n_new_contents=int(new.sum()),
    )


def _draw_jobs(farm: Farm, log: Log, *, rng: np.random.Generator) -> _Jobs:
    old = rng.random(farm.n_jobs) < farm.old_targets
    content = np.empty(farm.n_jobs, dtype=np.int64)
    content[old] = _draw_ordinary(log, size=int(old.sum()), rng=rng)
    content[~old] = len(log.content_ids) + np.arange(int((~old).sum()))
    row = rng.integers(len(log.time), size=farm.n_jobs)
    row[old] = log.by_content.draw_row(content[old], rng=rng)
    starts = draw_starts(farm, span=_span(log), rng=rng)
    starts[old] = (log.time[row[old]] - _midnight(log)) / MICROSECONDS
    return _Jobs(content, row, starts)


def _draw_ordinary(log: Log, *, size: int, rng: np.random.Generator) -> Ints:
    """Return `size` different contents between the median and the 99th percentile of popularity."""
    counts = log.by_content.counts()
    low, high = np.quantile(counts, [0.5, 0.99])
    ordinary = np.flatnonzero((counts >= low) & (counts <= high))
    if size > len(ordinary):
        raise InputError(
            f"at least {size} contents of ordinary popularity to aim at",
            str(len(ordinary)),
            "lower old_targets or n_jobs",
        )
    return rng.choice(ordinary, size=size, replace=False)


def _draw_members(farm: Farm, log: Log, *, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Return the members' account codes, and the accounts whose lives they repeat, if any."""
    needed = farm.n_accounts if farm.lives == "takeover" else int(farm.lives != "none")
    if needed > len(log.innocent):
        raise InputError(
            f"a log of at least {needed} accounts without a farm to take over or to copy",
            str(len(log.innocent)),
            "lower n_accounts, or lives='none'",
        )
    nobody = np.empty(0, dtype=np.int64)
    if farm.lives == "takeover":
        return rng.choice(log.innocent, size=farm.n_accounts, replace=False), nobody
    members = len(log.account_ids) + np.arange(farm.n_accounts)
    return members, nobody if farm.lives == "none" else rng.choice(log.innocent, size=farm.n_accounts)


def _draw_audience(farm: Farm, work: Work, jobs: _Jobs, *, log: Log, rng: np.random.Generator) -> tuple[Acts, Ints]:
    new = jobs.content >= len(log.content_ids)
    paid = np.bincount(work.job, minlength=farm.n_jobs) * new
    account, job, seconds = draw_audience(paid, jobs.starts, log, audience=farm.audience, rng=rng)
    seen = seconds <= _span(log)[1]
    account, job = account[seen], job[seen]
    return Acts(account, jobs.content[job], _to_time(seconds[seen], log)), jobs.row[job]


def _midnight(log: Log) -> int:
    day = int(DAY) * MICROSECONDS
    return int(log.time.min()) // day * day


def _span(log: Log) -> Range:
    """Return the first and the last moment of the log in seconds after the midnight before it."""
    midnight = _midnight(log)
    return (log.time.min() - midnight) / MICROSECONDS, (log.time.max() - midnight) / MICROSECONDS


def _to_time(seconds: Floats, log: Log) -> Ints:
    time = _midnight(log) + (seconds * MICROSECONDS).astype(np.int64)
    return time // log.clock * log.clock
