"""Looks: what several looks at one log found, each group told once."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from clickgraph.rings.audiences import are_uneven
from clickgraph.rings.model import Ring, Rings


def unite(later: Rings, earlier: Rings) -> Rings:
    """Join what was found beside audiences to what was found before.

    The audiences stay. Of the rings of both, one that lies in another with more evidence is left out: a large farm may
    be whole in one look and fall to pieces in the next. So is a later group that is no ring, if half of its accounts
    are in an audience. One group lies in another that holds more than half of its accounts and contents.

    Examples
    --------
    >>> import clickgraph as cg
    >>> log = cg.simulate("phone-farm", n_accounts=60, n_organic_accounts=1000, n_organic_events=10000, rng=1).events
    >>> rings = cg.find_rings(log)
    >>> len(unite(rings, rings)) == len(rings)
    True
    """
    audiences = earlier.where(are_uneven(earlier))
    told = _best_of(_rings_of(later).joined(_rings_of(earlier)))
    held, farms = by_account(audiences), by_account(told)
    is_new = [ring.verdict != "ring" and not _is_half_held(ring, held) and not lies_in(ring, farms) for ring in later]
    found = later.where(np.array(is_new, np.bool_)).joined(told).joined(audiences)
    # A later look that finds nothing has nothing to say of the log.
    return replace(found, notices=earlier.notices)


def _rings_of(found: Rings) -> Rings:
    return found.where(np.array([ring.verdict == "ring" for ring in found], np.bool_))


def _best_of(rings: Rings) -> Rings:
    """Leave out every ring that lies in one with more evidence."""
    kept: dict[object, list[Ring]] = {}
    is_kept = np.zeros(len(rings), np.bool_)
    for k, ring in enumerate(rings):
        is_kept[k] = not lies_in(ring, kept)
        if is_kept[k]:
            _add(ring, kept)
    return rings.where(is_kept)


def by_account(rings: Rings) -> dict[object, list[Ring]]:
    """Return the rings of each account."""
    of: dict[object, list[Ring]] = {}
    for ring in rings:
        _add(ring, of)
    return of


def _add(ring: Ring, of: dict[object, list[Ring]]) -> None:
    for account in ring.accounts.to_pylist():
        of.setdefault(account, []).append(ring)


def _is_half_held(ring: Ring, held: dict[object, list[Ring]]) -> bool:
    return 2 * sum(account in held for account in ring.accounts.to_pylist()) > len(ring.accounts)


def lies_in(ring: Ring, others: dict[object, list[Ring]]) -> bool:
    """Say whether one of the others, known by their accounts, holds more than half of its accounts and contents."""
    return next(holders_of(ring, others), None) is not None


def holders_of(ring: Ring, others: dict[object, list[Ring]]) -> Iterator[Ring]:
    """Yield those of the others, known by their accounts, that hold more than half of its accounts and contents."""
    known = {other.id: other for account in ring.accounts.to_pylist() for other in others.get(account, ())}
    common = Counter(other.id for account in ring.accounts.to_pylist() for other in others.get(account, ()))
    contents = set(ring.contents.to_pylist())
    for name, n in common.items():
        if 2 * n > len(ring.accounts) and 2 * len(contents & set(known[name].contents.to_pylist())) > len(contents):
            yield known[name]
