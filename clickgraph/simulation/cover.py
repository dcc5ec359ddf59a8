"""Cover: what farm accounts do besides their jobs, and the organic audience of what they push."""

import numpy as np

from clickgraph.simulation.draws import Floats, Ints, Range, draw_delays
from clickgraph.simulation.logs import Log
from clickgraph.simulation.worlds import MICROSECONDS

MINUTES = 300.0


def draw_camouflage(n_acts: Ints, log: Log, *, cover: Range, rng: np.random.Generator) -> tuple[Ints, Ints, Ints]:
    """Return member, row of the log and time of organic-looking acts, `cover` times `n_acts` per member.

    Each takes content and time of a random event of the log, so popularity and rhythm are the log's own.
    """
    wanted = np.rint(n_acts * rng.uniform(*cover, len(n_acts))).astype(np.int64)
    row = rng.integers(len(log.time), size=int(wanted.sum()))
    return np.repeat(np.arange(len(n_acts)), wanted), row, _move(log.time[row], log, rng=rng)


def draw_lives(donors: Ints, log: Log, *, rng: np.random.Generator) -> tuple[Ints, Ints, Ints]:
    """Return member, row of the log and time of the whole life of each member's donor, moved by minutes."""
    row, member = log.by_account.all_rows(donors)
    return member, row, _move(log.time[row], log, rng=rng)


def draw_patchwork(donors: Ints, log: Log, *, rng: np.random.Generator) -> tuple[Ints, Ints, Ints]:
    """Return member, row of the log and time of lives patched together from the donors' neighbours.

    Each event of the donor leads to another account on the same content, and to a random event of that
    account; where the donor was alone, to a random event of the log.
    """
    row, member = log.by_account.all_rows(donors)
    neighbour = log.account[log.by_content.draw_row(log.content[row], rng=rng)]
    patch = log.by_account.draw_row(neighbour, rng=rng)
    alone = neighbour == donors[member]
    patch[alone] = rng.integers(len(log.time), size=int(alone.sum()))
    return member, patch, _move(log.time[patch], log, rng=rng)


def draw_audience(
    paid: Ints, starts: Floats, log: Log, *, audience: Range, rng: np.random.Generator
) -> tuple[Ints, Ints, Floats]:
    """Return account, job and seconds of the organic acts on new targets, `audience` times `paid` per job.

    Accounts come in proportion to their activity in the log; attention halves every three hours.
    """
    wanted = np.rint(paid * rng.uniform(*audience, len(paid))).astype(np.int64)
    job = np.repeat(np.arange(len(paid)), wanted)
    account = log.account[rng.integers(len(log.account), size=len(job))]
    return account, job, starts[job] + draw_delays(np.full(len(job), 3 * 3600.0), rng=rng)


def _move(time: Ints, log: Log, *, rng: np.random.Generator) -> Ints:
    """Return `time` moved by at least three ticks of the clock, mostly by minutes, inside the log."""
    scale = max(MINUTES * MICROSECONDS, 2.0 * log.clock)
    by = 3 * log.clock + np.abs(rng.normal(0.0, scale, len(time))).astype(np.int64)
    moved = time + np.where(rng.random(len(time)) < 0.5, by, -by)
    first, last = int(log.time.min()), int(log.time.max())
    return np.clip(moved, first, last) // log.clock * log.clock
