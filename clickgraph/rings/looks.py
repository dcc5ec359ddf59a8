"""Looks: what several looks at one log found, each group told once."""

import numpy as np

from clickgraph.rings.audiences import are_uneven
from clickgraph.rings.model import Ring, Rings


def unite(later: Rings, earlier: Rings) -> Rings:
    """Join what was found beside audiences to what was found before.

    The audiences stay, and of the earlier rings those that no later one repeats: a large farm may fall to pieces in
    one look and not in another. A later group is left out if it is a piece of such a ring, or no ring and half of its
    accounts are in an audience. One group lies in another that holds more than half of its accounts and contents.

    Examples
    --------
    >>> import clickgraph as cg
    >>> log = cg.simulate("phone-farm", n_accounts=60, n_organic_accounts=1000, n_organic_events=10000, rng=1).events
    >>> rings = cg.find_rings(log)
    >>> len(unite(rings, rings)) == len(rings)
    True
    """
    audiences = earlier.where(are_uneven(earlier))
    new = _by_account(later.where(np.array([ring.verdict == "ring" for ring in later], np.bool_)))
    lost = earlier.where(np.array([ring.verdict == "ring" and not _lies_in(ring, new) for ring in earlier], np.bool_))
    old, held = _by_account(lost), _by_account(audiences)
    is_new = [not _lies_in(ring, old) and (ring.verdict == "ring" or not _is_half_held(ring, held)) for ring in later]
    return later.where(np.array(is_new, np.bool_)).joined(lost).joined(audiences)


def _by_account(rings: Rings) -> dict[object, list[Ring]]:
    """Return the rings of each account."""
    of: dict[object, list[Ring]] = {}
    for ring in rings:
        for account in ring.accounts.to_pylist():
            of.setdefault(account, []).append(ring)
    return of


def _is_half_held(ring: Ring, held: dict[object, list[Ring]]) -> bool:
    return 2 * sum(account in held for account in ring.accounts.to_pylist()) > len(ring.accounts)


def _lies_in(ring: Ring, others: dict[object, list[Ring]]) -> bool:
    """Say whether one of the others holds more than half of the ring's accounts and of its contents."""
    common: dict[str, int] = {}
    known = {}
    for account in ring.accounts.to_pylist():
        for other in others.get(account, ()):
            known[other.id] = other
            common[other.id] = common.get(other.id, 0) + 1
    contents = set(ring.contents.to_pylist())
    return any(
        2 * n > len(ring.accounts) and 2 * len(contents & set(known[name].contents.to_pylist())) > len(contents)
        for name, n in common.items()
    )
