"""Spikes of a content: in which bursts its acts lie, and how sharply its attention drops. HoloScope's signals in time.

Liu, Hooi, Faloutsos: HoloScope: topology-and-spike aware fraud detection. CIKM 2017,
arXiv:1705.02505.
"""

import numpy as np

from benchmarks.peers.groups import Floats, Ints
from clickgraph.kernels._jit import kernel

# Bursts at least half as high as the highest one count.
_LEAST_HEIGHT = 0.5
# The log's end is a drop only for contents that were quiet for half a day before it.
_QUIET = 0.5
# A bound on memory only: the rule for the width of the bins knows none.
_MOST_BINS = 10_000


@kernel
def weigh_spikes(indptr: Ints, day: Floats) -> tuple[Floats, Floats]:
    """Return the weight of each act's bursts, and of each content's largest drop.

    A row of `indptr` is a content and its acts, whose times `day` (in days) rise. A burst goes from the
    awakening point to the peak of the histogram, and weighs its height times its slope; so does a drop, from
    the peak to the dying point. Contents with a single act have neither. O(acts + bins), at worst O(bins**2).
    """
    burst, drop = np.zeros(len(day)), np.zeros(len(indptr) - 1)
    end = day.max() if len(day) else 0.0
    for row in range(len(indptr) - 1):
        first, last = indptr[row], indptr[row + 1]
        if last - first < 2:
            continue
        own = day[first:last]
        n_bins = count_bins(own)
        span = max(own[-1] - own[0], 1e-12)
        place = np.minimum(((own - own[0]) / span * n_bins).astype(np.int64), n_bins - 1)
        count = np.bincount(place, minlength=n_bins).astype(np.float64)
        burst[first:last] = _weigh_bursts(count, span / n_bins)[place]
        tail = 0.0 if own[-1] < end - _QUIET else (count[-1] + count[-min(2, n_bins)]) / 2
        drop[row] = _weigh_drop(np.append(count, tail), span / n_bins)
    return burst, drop


@kernel
def count_bins(time: Floats) -> int:
    """Return the number of bins by the rules of Freedman and Diaconis or of Sturges, whichever has more."""
    n, span = len(time), time[-1] - time[0]
    if span <= 0:
        return 1
    width = span / (np.log2(n) + 1)
    middle = np.quantile(time, 0.75) - np.quantile(time, 0.25)
    if middle > 0:
        width = min(width, 2 * middle / n ** (1 / 3))
    return int(min(np.ceil(span / width), _MOST_BINS))


@kernel
def _weigh_bursts(count: Floats, width: float) -> Floats:
    """Return for each bin the summed weight of the bursts that it lies in."""
    height = np.append(np.zeros(1), count)  # the peak of the first bin rises from nothing
    n = len(height)
    wakes, peaks, rises = np.empty(n, np.int64), np.empty(n, np.int64), np.zeros(n)
    todo, found, least = [(0, n - 1)], 0, 0.0
    while len(todo):
        first, last = todo.pop()
        peak = first + int(np.argmax(height[first : last + 1]))
        if height[peak] < least:
            continue  # nothing here can rise high enough
        if peak > first:
            wake = _awaken(height, first, peak)
            wakes[found], peaks[found], rises[found] = wake, peak, height[peak] - height[wake]
            least = max(least, _LEAST_HEIGHT * rises[found])
            found += 1
            if wake - 1 > first:
                todo.append((first, wake - 1))
        for k in range(peak, last):
            if height[k + 1] > height[k]:
                todo.append((k, last))
                break
    weight = np.zeros(n)
    for k in range(found):
        if rises[k] >= least:
            weight[wakes[k] : peaks[k] + 1] += rises[k] ** 2 / ((peaks[k] - wakes[k]) * width)
    return weight[1:]


@kernel
def _awaken(height: Floats, first: int, peak: int) -> int:
    """Return the point before the peak that lies furthest below the line from the first point to the peak."""
    best, depth = first, 0.0
    for k in range(first + 1, peak):
        below = height[first] + (height[peak] - height[first]) * (k - first) / (peak - first) - height[k]
        if below > depth:
            best, depth = k, below
    return best


@kernel
def _weigh_drop(height: Floats, width: float) -> float:
    """Return height times slope of the largest fall from a peak to its dying point."""
    todo, largest, weight = [(0, len(height) - 1)], 0.0, 0.0
    while len(todo):
        first, last = todo.pop()
        peak = first
        for k in range(first, last + 1):
            if height[k] >= height[peak]:
                peak = k
        if height[peak] <= largest:
            continue  # nothing here can fall further
        if peak < last:
            dying = _die(height, peak, last)
            fall = height[peak] - height[dying]
            if fall > largest:
                largest, weight = fall, fall**2 / ((dying - peak) * width)
            if dying < last:
                todo.append((dying, last))
        if peak - 1 > first:
            todo.append((first, peak - 1))
    return weight


@kernel
def _die(height: Floats, peak: int, last: int) -> int:
    """Return the point after the peak that lies furthest from the line from the peak to the last point."""
    best, distance = last, 0.0
    for k in range(peak + 1, last):
        line = height[peak] + (height[last] - height[peak]) * (k - peak) / (last - peak)
        if abs(height[k] - line) > distance:
            best, distance = k, abs(height[k] - line)
    return best
