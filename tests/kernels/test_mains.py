"""Main targets: the order of the rows, who is marked, and what is near, against naive twins."""

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st
from logs import logs

import clickgraph as cg
from clickgraph.kernels.mains import NONE, find_on_main, is_marked, mark, near_stretch, new_marks, plan_rows
from clickgraph.kernels.reach import slot_reach
from clickgraph.kernels.slots import Slots

WINDOWS = [0, 5_000_000, 40_000_000]


def _slots(log: pa.Table, window: int) -> tuple[Slots, np.ndarray]:
    slots = cg.build_graph(cg.read_events(log)).slots
    return slots, slot_reach(slots.time, slots.target_indptr, np.full(len(slots.target_indptr) - 1, window))


def _reached(slots: Slots, reach: np.ndarray, row: int) -> dict[int, set[int]]:
    """The slots that a row reaches, by target."""
    found: dict[int, set[int]] = {}
    for slot in np.flatnonzero(slots.account == row).tolist():
        stretch = range(slot - reach[slot, 0], slot + reach[slot, 1] + 1)
        found.setdefault(int(slots.target[slot]), set()).update(stretch)
    return found


@given(logs(), st.sampled_from(WINDOWS))
def test_rows_of_one_main_target_come_after_each_other(log: pa.Table, window: int) -> None:
    slots, reach = _slots(log, window)
    agenda = plan_rows(slots, reach, 2)
    assert sorted(agenda.rows.tolist()) == list(range(len(agenda.main)))
    assert (np.diff(agenda.main[agenda.rows]) >= 0).all()
    for row, cost in zip(agenda.rows.tolist(), agenda.cost.tolist(), strict=True):
        n_reached = {target: len(stretch) for target, stretch in _reached(slots, reach, row).items()}
        most = max(n_reached.values(), default=0)
        assert agenda.main[row] == min((t for t, n in n_reached.items() if n == most), default=NONE)
        assert cost == 8 * np.count_nonzero(slots.account == row) + sum(n_reached.values()) - most


def test_who_needs_one_target_only_has_no_main_one() -> None:
    slots, reach = _slots(pa.table({"account": [1, 2, 2], "content": [1, 1, 2], "time": [1_700_000_000] * 3}), 0)
    assert (plan_rows(slots, reach, 1).main == NONE).all()


@given(logs())
def test_whoever_is_on_a_target_is_marked_and_nobody_else(log: pa.Table) -> None:
    slots, _ = _slots(log, 0)
    marks = new_marks(slots)
    for target in [*range(len(slots.target_indptr) - 1), 0, NONE]:
        mark(target, slots, marks)
        there = np.flatnonzero(slots.target == target)
        marked = [a for a in range(len(slots.account_indptr) - 1) if is_marked(np.int32(a), marks.is_on)]
        assert marked == sorted(set(slots.account[there].tolist()))
        for slot in there[~slots.is_repeated[there]].tolist():
            assert marks.slot[slots.account[slot]] == slot
        assert (marks.slot[slots.account[there[slots.is_repeated[there]]]] < 0).all()


@given(logs(), st.sampled_from(WINDOWS), st.sampled_from([-1, *WINDOWS]))
def test_near_is_what_lies_within_the_width(log: pa.Table, window: int, width: int) -> None:
    slots, reach = _slots(log, window)
    for slot in range(len(slots.time)):
        own = range(slot - reach[slot, 0], slot + reach[slot, 1] + 1)
        near = [s for s in own if s == slot or abs(slots.time[s] - slots.time[slot]) <= width]
        assert list(range(*near_stretch(slot, width, slots.time, reach))) == near


@given(logs(), st.sampled_from(WINDOWS), st.sampled_from([-1, *WINDOWS]))
def test_what_a_row_reaches_on_its_main_target(log: pa.Table, window: int, width: int) -> None:
    slots, reach = _slots(log, window)
    for row, main in enumerate(plan_rows(slots, reach, 2).main.tolist()):
        on_main = find_on_main(row, main, slots, reach, width)
        assert _reached(slots, reach, row)[main] <= set(range(on_main.first, on_main.end))
        for slot in np.flatnonzero((slots.account == row) & (slots.target == main)).tolist():
            assert set(range(*near_stretch(slot, width, slots.time, reach))) <= set(
                range(on_main.near_first, on_main.near_end)
            )
