"""CopyCatch: accounts that act on the same contents, each content at its own time.

Beutel, Xu, Guruswami, Palow, Faloutsos: CopyCatch: stopping group attacks by spotting lockstep behavior in
social networks. WWW 2013, DOI 10.1145/2488388.2488400. The parameters are those with which StarScout
runs it on stars (He et al., ICSE 2026).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.peers.groups import MIN_SIZE, SECOND, Groups, Ints, Log, code_log

_MOST_ROUNDS = 10


@dataclass(frozen=True, slots=True, eq=False)
class _Slots:
    """First act of each account on each content, by (content, time); `by_account` lists them by account."""

    account: Ints
    time: Ints
    content: Ints
    content_indptr: Ints
    by_account: Ints
    account_indptr: Ints


def detect(
    events: Any,
    *,
    window: float = 15 * 86_400.0,
    min_accounts: int = 50,
    min_contents: int = 10,
    rho: float = 0.5,
    n_seeds: int = 500,
    rng: int = 0,
) -> Groups:
    """Return groups of at least `min_accounts` accounts in lockstep on `min_contents` contents.

    A member acted on at least the share `rho` of the contents, each time within `window` of the content's
    centre. The search climbs from random accounts: members from contents, then contents and centres
    from members, until the members stay.

    Parameters
    ----------
    events : table
        account, content, time; action where the log has it.
    window : float
        Seconds on each side of a content's centre.
    min_accounts, min_contents : int
        The paper's n and m.
    rho : float
        Share of the contents that a member must have acted on.
    n_seeds : int
        Accounts from which the search starts.
    rng : int
        Seed of their choice.
    """
    log = code_log(events)
    slots = _sort_slots(log)
    least = max(1, int(np.ceil(rho * min_contents)))
    able = np.flatnonzero(np.diff(slots.account_indptr) >= min_contents)
    seeds = np.random.default_rng(rng).permutation(able)[:n_seeds]
    caught, sets, scores = np.zeros(log.n_accounts), [], []
    for seed in seeds:
        if caught[seed]:
            continue
        members, hits = _climb(slots, int(seed), width=int(window * SECOND), m=min_contents, least=least)
        if len(members) < max(min_accounts, MIN_SIZE):
            continue
        new = members[caught[members] == 0]
        caught[members] = np.maximum(caught[members], hits)
        if len(new) >= max(min_accounts, MIN_SIZE):
            sets.append(new)
            scores.append(float(hits))
    return Groups(log.account_ids, tuple(sets), np.array(scores), caught)


def _climb(slots: _Slots, seed: int, *, width: int, m: int, least: int) -> tuple[Ints, int]:
    """Return the members in lockstep with `seed`, and how many acts bind them."""
    members, hits = np.array([seed]), 0
    for _ in range(_MOST_ROUNDS):
        contents, centres = _best_contents(slots, members, width=width, m=m)
        found, hits = _in_lockstep(slots, contents, centres, width=width, least=least)
        if np.array_equal(found, members):
            break
        members = found
        if not len(members):
            break
    return members, hits


def _best_contents(slots: _Slots, members: Ints, *, width: int, m: int) -> tuple[Ints, Ints]:
    """Return the `m` contents on which most members meet within twice `width`, and the centres there."""
    parts = [slots.by_account[slots.account_indptr[a] : slots.account_indptr[a + 1]] for a in members]
    rows = np.sort(np.concatenate(parts))
    content, time = slots.content[rows], slots.time[rows]
    if len(members) == 1:
        n_met, centre = _crowd(slots, rows, width=width), time
    else:
        place = _one_axis(content, time, 2 * width)
        last = np.searchsorted(place, place + 2 * width, side="right")
        n_met, centre = last - np.arange(len(rows)), (time + time[last - 1]) // 2
    order = np.lexsort((-n_met, content))
    best = order[np.append(True, np.diff(content[order]) > 0)]
    best = best[np.argsort(-n_met[best], kind="stable")][:m]
    return content[best], centre[best]


def _crowd(slots: _Slots, rows: Ints, *, width: int) -> Ints:
    """Return how many accounts acted within `width` of each row, on its content."""
    n = np.empty(len(rows), dtype=np.int64)
    for k, row in enumerate(rows):
        first, end = slots.content_indptr[slots.content[row]], slots.content_indptr[slots.content[row] + 1]
        near = np.searchsorted(slots.time[first:end], [slots.time[row] - width, slots.time[row] + width + 1])
        n[k] = near[1] - near[0]
    return n


def _in_lockstep(slots: _Slots, contents: Ints, centres: Ints, *, width: int, least: int) -> tuple[Ints, int]:
    """Return the accounts with at least `least` of the contents at their time, and their acts there."""
    parts = [np.empty(0, np.int64)]
    for content, centre in zip(contents, centres, strict=True):
        first, end = slots.content_indptr[content], slots.content_indptr[content + 1]
        near = first + np.searchsorted(slots.time[first:end], [centre - width, centre + width + 1])
        parts.append(slots.account[near[0] : near[1]])
    account, n = np.unique(np.concatenate(parts), return_counts=True)
    return account[n >= least], int(n[n >= least].sum())


def _one_axis(content: Ints, time: Ints, width: int) -> Ints:
    apart = int(time.max() - time.min()) + width + 1
    return np.asarray(np.unique(content, return_inverse=True)[1] * apart + (time - time.min()))


def _sort_slots(log: Log) -> _Slots:
    order = np.lexsort((log.time, log.account, log.content))
    same = (np.diff(log.content[order]) == 0) & (np.diff(log.account[order]) == 0)
    rows = order[np.append(True, ~same)] if len(order) else order
    rows = rows[np.lexsort((log.account[rows], log.time[rows], log.content[rows]))]
    account, content = log.account[rows], log.content[rows]
    indptrs = []
    for code, n in ((content, log.n_contents), (account, log.n_accounts)):
        indptrs.append(np.concatenate([[0], np.cumsum(np.bincount(code, minlength=n))]))
    return _Slots(account, log.time[rows], content, indptrs[0], np.argsort(account, kind="stable"), indptrs[1])
