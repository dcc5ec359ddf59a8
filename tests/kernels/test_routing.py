"""Which events go where, against the naive twins."""

import numpy as np
import oracles
from hypothesis import given
from hypothesis import strategies as st

from clickgraph.kernels.routing import are_covered, batches_of, cells_of

N_ACCOUNTS, N_TARGETS, N_BATCHES = 5, 4, 3
EVENTS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3), st.integers(0, 30)), max_size=30)
HOLDERS = st.dictionaries(st.integers(0, 4), st.sets(st.integers(0, 2)))
CUTS = st.dictionaries(
    st.tuples(st.integers(0, 3), st.integers(0, 2)), st.lists(st.integers(0, 30), min_size=2, max_size=6, unique=True)
)


def _intervals(cuts: dict[tuple[int, int], list[int]]) -> list[tuple[int, int, int, int]]:
    """Return disjoint intervals (target, batch, low, high), sorted."""
    found = []
    for key, times in sorted(cuts.items()):
        ends = sorted(times)
        found += [(*key, low, high) for low, high in zip(ends[::2], ends[1::2], strict=False)]
    return found


@given(EVENTS, HOLDERS, CUTS)
def test_batches(events: list, holders: dict, cuts: dict) -> None:
    intervals = _intervals(cuts)
    table = np.array(intervals, dtype=np.int64).reshape(-1, 4)
    runs, first = np.unique(table[:, :2], axis=0, return_index=True)
    pairs = [(account, batch) for account in range(N_ACCOUNTS) for batch in sorted(holders.get(account, ()))]
    columns = np.array(events, dtype=np.int64).reshape(-1, 3).T
    event, batch = batches_of(
        columns[0].astype(np.int32), columns[1].astype(np.int32), columns[2].copy(),
        (np.searchsorted([a for a, _ in pairs], np.arange(N_ACCOUNTS + 1)), np.array([b for _, b in pairs], np.int32)),
        (np.searchsorted(runs[:, 0], np.arange(N_TARGETS + 1)), runs[:, 1].astype(np.int32),
         np.append(first, len(table))),
        (table[:, 2].copy(), table[:, 3].copy()), N_BATCHES,
    )  # fmt: skip
    found = list(zip(event.tolist(), batch.tolist(), strict=True))
    assert len(set(found)) == len(found)
    assert set(found) == oracles.batches_of(events, holders, intervals)


@given(EVENTS, st.dictionaries(st.tuples(st.integers(0, 3), st.just(0)), st.lists(st.integers(0, 30), unique=True)))
def test_coverage(events: list, cuts: dict) -> None:
    intervals = _intervals(cuts)
    table = np.array(intervals, dtype=np.int64).reshape(-1, 4)
    columns = np.array(events, dtype=np.int64).reshape(-1, 3).T
    covered = are_covered(
        columns[1].astype(np.int32), columns[2].copy(), 2,
        np.searchsorted(table[:, 0], np.arange(N_TARGETS + 1)), (table[:, 2].copy(), table[:, 3].copy()),
    )  # fmt: skip
    assert covered.tolist() == [
        any(where == target and low <= time - 2 and time + 2 <= high for where, _, low, high in intervals)
        for _, target, time in events
    ]


TICKS = st.lists(st.lists(st.integers(0, 30), unique=True).map(sorted), min_size=4, max_size=4)


@given(EVENTS, TICKS, st.sets(st.integers(0, 6)).map(sorted))
def test_cells(events: list, ticks: list, windows: list) -> None:
    columns = np.array(events, dtype=np.int64).reshape(-1, 3).T
    cell = cells_of(
        columns[2].copy(), columns[1].copy(), np.cumsum([0, *map(len, ticks)]),
        np.array([tick for of_target in ticks for tick in of_target], np.int64), np.array(windows, np.int64),
    )  # fmt: skip
    cuts = [oracles.cuts_of(of_target, windows) for of_target in ticks]
    assert cell.tolist() == [sum(cut <= time for cut in cuts[target]) for _, target, time in events]
