"""Every kernel again, slow and obvious: the judges of the fast ones."""

from collections import defaultdict
from itertools import combinations, pairwise
from math import lgamma, log

import numpy as np
from numpy.typing import NDArray

Event = tuple[int, int, int, int]  # account, target, time, act


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


def slot_neighbours(time: NDArray[np.int64], target: NDArray[np.int32], window: int) -> NDArray[np.int64]:
    """Count the other slots of the same target within the window of each."""
    near = (target[:, None] == target) & (abs(time[:, None] - time) <= window)
    return near.sum(axis=1) - 1


def burst_nats(n: int, expected: float) -> float:
    """Return the logarithm of ``1 / (n (n + 1))`` over the Poisson probability of n."""
    if n <= expected:
        return 0.0
    return -log(n * (n + 1)) - (n * log(expected) - expected - lgamma(n + 1))


def hits(bursts: list[tuple[int, int]], account: NDArray[np.int32]) -> dict[int, int]:
    """Count for each account the bursts that it hit."""
    counts: dict[int, int] = defaultdict(int)
    for first, end in bursts:
        for who in set(account[first:end].tolist()):
            counts[who] += 1
    return dict(counts)


def best_runs(
    times: list[int], windows: list[int], value: dict[tuple[int, int], float]
) -> tuple[float, list[tuple[int, int]]]:
    """Choose the disjoint runs of largest total value, recursively from the widest window down.

    A run of events ``times[i:j]`` has gaps within the window; `value` prices each (i, j).
    """

    def best(i: int, j: int, level: int) -> tuple[float, list[tuple[int, int]]]:
        if level < 0:
            return 0.0, []
        cuts = [i, *(k for k in range(i + 1, j) if times[k] - times[k - 1] > windows[level]), j]
        total, chosen = 0.0, []
        for a, b in pairwise(cuts):
            inside, runs = best(a, b, level - 1)
            if b - a > 1 and value[a, b] > inside:
                inside, runs = value[a, b], [(a, b)]
            total += inside
            chosen += runs
        return total, chosen

    return best(0, len(times), len(windows) - 1)


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


def pair_hash(i: int, j: int) -> int:
    """Hash an ordered pair by one step of splitmix64, in whole numbers cut to 64 bits."""
    x = ((i << 32 | j) + 0x9E3779B97F4A7C15) % 2**64
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9 % 2**64
    x = (x ^ x >> 27) * 0x94D049BB133111EB % 2**64
    return x ^ x >> 31
