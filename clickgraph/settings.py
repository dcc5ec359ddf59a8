"""Every knob once: its name, unit, default, bounds, and what it does in one sentence."""

import math
from dataclasses import dataclass
from numbers import Integral, Real

from clickgraph.errors import InputError


@dataclass(frozen=True, slots=True)
class Setting:
    """One knob; values from `low` to `high`, both included, are accepted."""

    name: str
    unit: str
    default: float
    low: float
    high: float
    meaning: str
    is_whole: bool = False


ALPHA = Setting("alpha", "probability", 0.01, 1e-300, 0.5, "chance of any false ring in an organic log")
RESOLUTION = Setting(
    "resolution", "bits per pair", 1.0, 1e-9, 1e9,
    "mean evidence per pair of members below which a group is no community",
)  # fmt: skip
MIN_SIZE = Setting("min_size", "accounts", 3, 2, 1e9, "smallest group that is reported", is_whole=True)
MIN_SHARED = Setting("min_shared", "proofs", 2, 1, 1e9, "fewest common proofs of a tie", is_whole=True)
FALSE_TIES = Setting(
    "false_ties", "ties per account", 5.0, 1e-12, 100.0,
    "false ties that the slot null lets pass; the ring test pays for them",
)  # fmt: skip
TIES_PER_ACCOUNT = Setting(
    "ties_per_account", "ties", 64, 1, 1e6, "ties that an account chooses to keep when more pass", is_whole=True
)
COACTIONS_PER_EVENT = Setting(
    "coactions_per_event", "co-actions", 1.0, 1e-3, 1e9,
    "budget of a window: contents take part, cheapest first, while their co-actions fit it",
)  # fmt: skip
ROUNDS = Setting("rounds", "rounds", 5, 1, 100, "turns of the refinement between members and bursts", is_whole=True)
LOOKS = Setting(
    "looks", "looks", 4, 1, 10, "how often the log is looked at, the contents of audiences set apart each time"
)
LEAST_APART = Setting(
    "least_apart", "share of the events", 0.01, 0.0, 1.0, "what audiences must hold, for another look to be worth it"
)

SETTINGS = {
    knob.name: knob
    for knob in (
        ALPHA, RESOLUTION, MIN_SIZE, MIN_SHARED, FALSE_TIES, TIES_PER_ACCOUNT, COACTIONS_PER_EVENT, ROUNDS,
        LOOKS, LEAST_APART,
    )
}  # fmt: skip


def check(name: str, value: float) -> None:
    """Raise InputError unless `value` is a number within the bounds of the knob `name`, a whole one where it counts.

    Examples
    --------
    >>> check("alpha", 0.01)
    """
    knob = SETTINGS[name]
    kind = Integral if knob.is_whole else Real
    number = isinstance(value, kind) and not isinstance(value, bool) and math.isfinite(value)
    if not number or not knob.low <= value <= knob.high:
        whole = ", a whole number" if knob.is_whole else ""
        raise InputError(
            f"{name} ({knob.unit}) from {knob.low:g} to {knob.high:g}{whole}",
            repr(value),
            f"{knob.meaning}; the default is {knob.default:g}",
        )


def check_all(**values: float) -> None:
    """Check several knobs before any work is done.

    Examples
    --------
    >>> check_all(alpha=0.01, min_size=3)
    """
    for name, value in values.items():
        check(name, value)


def check_whole(name: str, value: object, *, least: int) -> None:
    """Raise InputError unless `value` is a whole number of at least `least`.

    Examples
    --------
    >>> check_whole("most_rings", 50, least=0)
    """
    if isinstance(value, bool) or not isinstance(value, Integral) or value < least:
        raise InputError(f"{name} as a whole number of {least} or more", repr(value))
