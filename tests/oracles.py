"""Every kernel again, slow and obvious: the judges of the fast ones."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import combinations
from math import log

import numpy as np
from numpy.typing import NDArray
from scipy.stats import hypergeom

Event = tuple[int, int, int, int]  # account, target, time, act
# Accounts, targets, times and pools (layers that it is counted in) of the slots; the accounts that are members.
SlotLog = tuple[list[int], list[int], list[int], list[set[int]], set[int]]
DAY = 86_400_000_000


def shared_targets(events: list[Event], window: int) -> dict[tuple[int, int], int]:
    """Count, for each pair of accounts, the targets on which two of their events lie within the window."""
    met = defaultdict(set)
    for (a, target, time, _), (b, target_b, time_b, _) in combinations(events, 2):
        if a != b and target == target_b and abs(time - time_b) <= window:
            met[min(a, b), max(a, b)].add(target)
    return {pair: len(targets) for pair, targets in met.items()}


def shared_proofs(events: list[Event], window: int) -> dict[tuple[int, int], int]:
    """Count like :func:`shared_targets`, at most the distinct acts of either side that met."""
    acts = defaultdict(lambda: (set(), set()))
    for one, other in combinations(events, 2):
        (a, target, time, act), (b, target_b, time_b, act_b) = sorted((one, other))
        if a != b and target == target_b and abs(time - time_b) <= window:
            acts[a, b][0].add(act)
            acts[a, b][1].add(act_b)
    targets = shared_targets(events, window)
    return {pair: min(n, *map(len, acts[pair])) for pair, n in targets.items()}


def slot_reach(time: NDArray[np.int64], target: NDArray[np.int32], width: NDArray[np.int64]) -> NDArray[np.int64]:
    """Count the slots of the same target before and after each, within the width of the target."""
    near = (target[:, None] == target) & (abs(time[:, None] - time) <= width[target][:, None])
    return np.stack((np.tril(near, -1).sum(axis=1), np.triu(near, 1).sum(axis=1)), axis=1)


def burst_nats(n: int, n_outside: int, n_members: int, n_others: int) -> float:
    """Return the logarithm of ``1 / (n (n + 1))`` over the hypergeometric probability of n."""
    n_all, n_drawn = n_members + n_others, n + n_outside
    if n < 1 or n / n_drawn <= n_members / n_all:
        return 0.0
    return -log(n * (n + 1)) - float(hypergeom.logpmf(n, n_all, n_members, n_drawn))


def hits(bursts: list[tuple[int, int]], account: NDArray[np.int32]) -> dict[int, int]:
    """Count for each account the bursts that it hit."""
    counts: dict[int, int] = defaultdict(int)
    for first, end in bursts:
        for who in set(account[first:end].tolist()):
            counts[who] += 1
    return dict(counts)


def burst_row(slot: int, window: int, log: SlotLog, *, by_hours: bool) -> tuple[int, ...]:
    """Describe the burst that begins with a slot and lasts a window, in the columns of ``find_bursts``."""
    account, target, time, pools, members = log
    start = time[slot]
    own = [k for k in range(len(account)) if target[k] == target[slot]]
    inside = [k for k in own if start <= time[k] <= start + window]
    mine = [k for k in inside if account[k] in members]
    last = max(time[k] for k in mine)
    around = [
        k for k in range(len(account))
        if max(pools[slot]) in pools[k] and (not by_hours or start - DAY <= time[k] <= start + window + DAY)
    ]  # fmt: skip
    n_around = sum(account[k] in members for k in around)
    return (
        min(k for k in own if time[k] >= start), max(k for k in own if time[k] <= last) + 1,
        len({account[k] for k in mine}), len(mine), window,
        min(k for k in own if time[k] >= last - window), max(k for k in own if time[k] <= start + window) + 1,
        len(inside) - len(mine), n_around - 1, len(around) - n_around,
    )  # fmt: skip


def possible_bursts(log: SlotLog, windows: list[int], *, by_hours: bool) -> list[tuple[int, ...]]:
    """List the bursts of two members and more that begin with a member's tick, each in its narrowest window."""
    account, target, time, _, members = log
    begun, found = set(), []
    for slot in range(len(account)):
        if account[slot] not in members or (target[slot], time[slot]) in begun:
            continue
        begun.add((target[slot], time[slot]))
        known = 1
        for window in windows:
            row = burst_row(slot, window, log, by_hours=by_hours)
            if row[2] > known:
                found.append(row)
            known = row[2]
    return found


def most_nats(bursts: list[tuple[int, ...]], cost: float) -> tuple[float, int]:
    """Return the nats of the best set of disjoint bursts, each less its cost, after a look at every set; its size."""
    if not bursts:
        return 0.0, 0
    one, rest = bursts[0], bursts[1:]
    disjoint = [each for each in rest if each[0] >= one[1] or each[1] <= one[0]]
    worth = burst_nats(one[2] - 1, *one[7:]) - cost
    with_it, n = most_nats(disjoint, cost)
    return max(most_nats(rest, cost), (worth + with_it, n + 1), key=lambda best: best[0])


def repeated_slots(account: NDArray[np.int32], target: NDArray[np.int32]) -> list[bool]:
    """Say of each slot whether its account took another one of the target."""
    places = list(zip(account.tolist(), target.tolist(), strict=True))
    return [places.count(place) > 1 for place in places]


def expect_shared(ours: dict[int, int], theirs: dict[int, int], rates: NDArray[np.float64]) -> list[float]:
    """Sum over the layers in which both accounts acted the product of their events and the layer's rate."""
    both = ours.keys() & theirs.keys()
    return [sum(ours[layer] * theirs[layer] * rate[layer] for layer in both) for rate in rates]


def best_window(counts: list[int], expected: list[float]) -> int:
    """Return the first window whose count lies furthest above its expectation, by Chernoff's bound."""
    surprises = [n * log(n / e) - n + e if n > e else 0.0 for n, e in zip(counts, expected, strict=True)]
    return surprises.index(max(surprises))


def mixed(x: int) -> int:
    """Mix a number by one step of splitmix64, in whole numbers cut to 64 bits."""
    x = (x + 0x9E3779B97F4A7C15) % 2**64
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9 % 2**64
    x = (x ^ x >> 27) * 0x94D049BB133111EB % 2**64
    return x ^ x >> 31


def rank_of_class(i: int, j: int) -> int:
    """Return where account i ranks the class of j, of 32."""
    own = mixed(i)
    return ((own % 32 | 1) * (mixed(j) >> 59) + own // 32) % 32


def pair_hash(i: int, j: int) -> int:
    """Hash an ordered pair: the rank of a class, then the mixed bits of both."""
    return rank_of_class(i, j) << 59 | mixed(i << 32 | j) >> 5


def estimate_passing(i: int, others: Iterable[int], n_told: int) -> int:
    """Count the others of account i; beyond `n_told`, from the next smallest hash."""
    hashes = sorted(pair_hash(i, j) for j in others)
    if len(hashes) <= n_told:
        return len(hashes)
    return max(n_told + 1, round(n_told / (((hashes[n_told] >> 11) + 1) / 2**53)))


def pairs_within(events: list[tuple[int, int]], n_targets: int, window: int) -> list[int]:
    """Count, for each target, the pairs of events (target, time) within the window."""
    near = [one[0] for one, other in combinations(events, 2) if one[0] == other[0] and abs(one[1] - other[1]) <= window]
    return [near.count(target) for target in range(n_targets)]


def blocks_near(runs: list[list[tuple[int, int, bool]]], windows: list[int]) -> set[tuple[int, int]]:
    """Return (event, block) where another event of the run, within its window, is of the block; of events at home."""
    found, place = set(), 0
    for run, window in zip(runs, windows, strict=True):
        for i, (time, _, is_home) in enumerate(run):
            others = [block for j, (when, block, _) in enumerate(run) if j != i and abs(when - time) <= window]
            found |= {(place + i, block) for block in others if is_home}
        place += len(run)
    return found


def batches_of(
    events: list[tuple[int, int, int]], holders: dict[int, set[int]], intervals: list[tuple[int, int, int, int]]
) -> set[tuple[int, int]]:
    """Return (event, batch): of the event's account, or of an interval (target, batch, low, high) that it lies in."""
    found = set()
    for i, (account, target, time) in enumerate(events):
        found |= {(i, batch) for batch in holders.get(account, ())}
        found |= {(i, batch) for where, batch, low, high in intervals if where == target and low <= time <= high}
    return found


def cuts_of(ticks: list[int], windows: list[int]) -> list[int]:
    """Return the moments from which on, or until which, there are events of a burst: at its ends and its windows'."""
    ends = [cut for tick in ticks for cut in (tick, tick + 1)]
    return ends + [cut for tick in ticks for window in windows for cut in (tick - window, tick + window + 1)]


def sittings(account: NDArray[np.int32], time: NDArray[np.int64], length: int) -> list[int]:
    """Number the sittings of events sorted by (account, time)."""
    numbers: list[int] = []
    begun: dict[int, int] = {}
    for who, when in zip(account.tolist(), time.tolist(), strict=True):
        is_new = who not in begun or when > begun[who] + length
        if is_new:
            begun[who] = when
        numbers.append(numbers[-1] + is_new if numbers else 0)
    return numbers
