"""Random draws that the worlds share: heavy tails, weighted choice, delays, the rhythm of the day."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Range: TypeAlias = tuple[float, float]

HOUR = 3600.0

# Share of a day's activity in each local hour; assumed: asleep at four, most active in the evening.
RHYTHM = np.array([
    2.2, 1.2, 0.7, 0.5, 0.4, 0.6, 1.2, 2.4, 3.6, 4.3, 4.7, 5.0,
    5.4, 5.2, 5.0, 5.0, 5.2, 5.6, 6.2, 6.9, 7.4, 7.4, 6.3, 4.2,
])  # fmt: skip
# Hours ahead of UTC and the share of the accounts that live there; assumed.
ZONES = np.array([-8, -5, -3, 0, 1, 3, 5, 8])
ZONE_SHARES = np.array([0.10, 0.18, 0.08, 0.10, 0.22, 0.08, 0.12, 0.12])


def draw_log_uniform(bounds: Range, *, size: int, rng: np.random.Generator) -> Floats:
    """Return `size` values between the two `bounds`, every order of magnitude equally likely."""
    return np.exp(rng.uniform(np.log(bounds[0]), np.log(bounds[1]), size))


def draw_heavy_tailed(exponent: float, *, size: int, rng: np.random.Generator) -> Floats:
    """Return `size` Pareto values of at least one: ``P(x > v) = v ** -exponent``."""
    return 1.0 + rng.pareto(exponent, size)


def draw_weighted(weights: Floats, *, size: int, rng: np.random.Generator) -> Ints:
    """Return `size` positions in `weights`, each drawn in proportion to its weight, with replacement."""
    total = np.cumsum(weights)
    drawn: Ints = np.searchsorted(total, rng.random(size) * total[-1], side="right")
    return drawn.clip(max=len(weights) - 1)


def draw_delays(half_life: Floats, *, rng: np.random.Generator) -> Floats:
    """Return how long after a post each act on it comes: a power law with a cut-off.

    Half of the acts come within `half_life` (seconds, one value per act); the density falls with the square
    of the delay until 30 half-lives, where it is cut off exponentially.
    """
    u = rng.random(len(half_life))
    tail = half_life * u / (1.0 - u)
    return np.minimum(tail, rng.exponential(30.0 * half_life))


def rhythm_at(seconds: Floats, *, zone: int | Ints) -> Floats:
    """Return the activity (mean one) at `seconds` after a midnight in UTC, `zone` hours ahead of UTC."""
    hour = (seconds // HOUR).astype(np.int64) + zone
    activity: Floats = RHYTHM[hour % 24] * (24.0 / RHYTHM.sum())
    return activity


def draw_rhythmic(bounds: Range, *, size: int, rng: np.random.Generator, zone: int = 0) -> Floats:
    """Return `size` times between `bounds` (seconds after a midnight in UTC), dense where a day is busy."""
    hours = np.arange(bounds[0], max(bounds[1], bounds[0] + 1e-6), HOUR)
    lengths = np.clip(bounds[1] - hours, 1e-6, HOUR)
    hour = draw_weighted(rhythm_at(hours, zone=zone) * lengths, size=size, rng=rng)
    return hours[hour] + rng.random(size) * lengths[hour]
