"""planted_rings: the rings of five styles that detection is measured on, at two levels of difficulty."""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from clickgraph.errors import InputError
from clickgraph.simulation.draws import HOUR, Range, draw_log_uniform
from clickgraph.simulation.farms import Delivery, Farm, Lives
from clickgraph.simulation.worlds import DAY

Level = Literal["plain", "weak"]


@dataclass(frozen=True, slots=True)
class _Style:
    """Ranges of one style of ring: accounts, participation, targets, and seconds of spread."""

    name: str
    n_accounts: Range
    participation: Range
    n_jobs: Range
    spread: Range


_MINUTE = 60.0
_DELIVERIES: dict[str, Delivery] = {"operator": "serial", "drip": "trickle"}
_STYLES: dict[str, tuple[_Style, ...]] = {
    "plain": (
        _Style("burst", (10, 300), (0.25, 1.0), (10, 60), (5.0, HOUR)),
        _Style("operator", (10, 200), (0.4, 1.0), (10, 60), (10 * _MINUTE, 4 * HOUR)),
        _Style("tight", (5, 9), (0.8, 1.0), (12, 12), (5.0, 10 * _MINUTE)),
        _Style("drip", (20, 300), (0.25, 0.8), (20, 60), (6 * HOUR, DAY)),
        _Style("thirds", (600, 900), (0.3, 0.36), (20, 60), (5 * _MINUTE, 2 * HOUR)),
    ),
    "weak": (
        _Style("burst", (10, 300), (0.08, 0.5), (6, 25), (5 * _MINUTE, 6 * HOUR)),
        _Style("operator", (10, 200), (0.15, 0.5), (6, 25), (10 * _MINUTE, 12 * HOUR)),
        _Style("tight", (4, 9), (0.4, 0.5), (8, 25), (5 * _MINUTE, 2 * HOUR)),
        _Style("drip", (20, 300), (0.1, 0.5), (10, 25), (DAY, 3 * DAY)),
        _Style("tenths", (400, 900), (0.08, 0.12), (20, 25), (10 * _MINUTE, 6 * HOUR)),
    ),
}


def planted_rings(
    level: Level,
    *,
    span: float,
    n_rings: int = 23,
    clock: float = 1.0,
    old_targets: float = 0.7,
    lives: Lives = "takeover",
    rng: int | np.random.Generator = 0,
) -> tuple[Farm, ...]:
    """Return farms of five styles, in turn, to plant into an organic log.

    The styles are bursts; an operator who passes his phones one after the other; small tight groups;
    day-long drips; and a big farm that sends a different third (weak: tenth) of its accounts to each job.
    By default members are accounts of the log, to whose life the farm's acts are added.

    Parameters
    ----------
    level : {"plain", "weak"}
        plain: 10 to 900 accounts, participation 25 to 100 %, spread seconds to a day, 10 to 60 targets;
        groups of 5 to 9 with at least 80 % and 12 targets. weak: 4 to 900 accounts, participation 8 to
        50 %, spread minutes to three days, 6 to 25 targets; no job takes fewer than two accounts, and the
        mean account acts at least twice.
    span : float
        Length of the log in seconds; no spread is longer than a tenth of it.
    n_rings : int
        How many.
    clock : float
        Resolution of the log's times in seconds; a spread may always be as long as a tick.
    old_targets : float
        Share of the targets that are contents of the log, of ordinary popularity; the others are new.
    lives : {"clone", "patchwork", "takeover", "none"}
        The members' cover, see :class:`clickgraph.simulation.farms.Farm`. A clone shares every content of
        its life with the account that it repeats, minutes apart: a true tie of two accounts outside the
        ring's own work, and where the account is one of a real group, a true member of that. The other kinds leave
        no such tie.
    rng : int or numpy.random.Generator
        The same arguments give the same farms.

    Raises
    ------
    InputError
        Unknown level.

    Examples
    --------
    >>> [farm.name for farm in planted_rings("plain", span=2_592_000.0, n_rings=3)]
    ['burst-0', 'operator-1', 'tight-2']
    """
    if level not in get_args(Level):
        raise InputError(f"a level among {', '.join(get_args(Level))}", repr(level))
    generator = np.random.default_rng(rng)
    styles = [_STYLES[level][ring % len(_STYLES[level])] for ring in range(n_rings)]
    return tuple(
        _draw_ring(style, ring, longest=max(span / 10, clock), old_targets=old_targets, lives=lives, rng=generator)
        for ring, style in enumerate(styles)
    )


def _draw_ring(
    style: _Style, ring: int, *, longest: float, old_targets: float, lives: Lives, rng: np.random.Generator
) -> Farm:
    n_accounts = round(float(draw_log_uniform(style.n_accounts, size=1, rng=rng)[0]))
    n_jobs = round(float(draw_log_uniform(style.n_jobs, size=1, rng=rng)[0]))
    least = max(2.0 / n_accounts, 2.0 / n_jobs)
    participation = float(np.clip(rng.uniform(*style.participation), min(least, 1.0), 1.0))
    spread = float(np.clip(draw_log_uniform(style.spread, size=1, rng=rng)[0], 0.0, longest))
    return Farm(
        name=f"{style.name}-{ring}",
        n_accounts=n_accounts,
        n_jobs=n_jobs,
        participation=(participation, participation),
        delivery=_DELIVERIES.get(style.name, "burst"),
        spread=(spread, spread),
        core=(1.0, 1.0),
        jitter=(0.1, 1.0),
        old_targets=old_targets,
        lives=lives,
    )
