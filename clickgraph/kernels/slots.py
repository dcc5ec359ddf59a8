"""The arrays that every kernel walks: the log sorted by target and time, and each account's places in it."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from clickgraph.kernels._jit import kernel, read_only
from clickgraph.kernels.positions import positions_by_code


class Slots(NamedTuple):
    """A log of E events on T targets by A accounts, sorted by (target, time, account), in arrays for reading only.

    Attributes
    ----------
    account : ndarray of int32, shape (E,)
        Who took the slot.
    time : ndarray of int64, shape (E,)
        When, in microseconds.
    target : ndarray of int32, shape (E,)
        On what: a content under one action and stratum.
    target_indptr : ndarray of int64, shape (T + 1,)
        Where each target's slots begin.
    is_repeated : ndarray of bool, shape (E,)
        Whether the slot's account took another slot of the target too.
    account_indptr : ndarray of int64, shape (A + 1,)
        Where each account's entries in `account_slots` begin.
    account_slots : ndarray of int32, or int64 from 2**31 events on, shape (E,)
        The slots of each account, ascending.
    act : ndarray of int32, shape (E,) or (0,)
        Slots with one code are one act; empty where every slot is an act of its own.
    account_acts : ndarray of int64, shape (E,) or (0,)
        The slots of each account, ordered by act.
    """

    account: NDArray[np.int32]
    time: NDArray[np.int64]
    target: NDArray[np.int32]
    target_indptr: NDArray[np.int64]
    is_repeated: NDArray[np.bool_]
    account_indptr: NDArray[np.int64]
    account_slots: NDArray[np.signedinteger]
    act: NDArray[np.int32]
    account_acts: NDArray[np.int64]


MANY = 100  # a pass over all events is faster than to sort a hundredth of them


@kernel
def repeated_slots(
    target: NDArray[np.int32], account_indptr: NDArray[np.int64], account_slots: NDArray[np.signedinteger]
) -> NDArray[np.bool_]:
    """Say of each slot whether its account took another one of the target: bool (E,). Cost: one pass."""
    repeated = np.zeros(len(target), np.bool_)
    for account in range(len(account_indptr) - 1):
        for k in range(account_indptr[account] + 1, account_indptr[account + 1]):
            slot, previous = account_slots[k], account_slots[k - 1]
            if target[slot] == target[previous]:
                repeated[slot] = repeated[previous] = True
    return repeated


@kernel
def gather_slots(accounts: NDArray[np.int32], slots: Slots) -> NDArray[np.int64]:
    """Return the slots of some accounts, one account after another: int64. Cost: those slots."""
    n = 0
    for account in accounts:
        n += slots.account_indptr[account + 1] - slots.account_indptr[account]
    found, n = np.empty(n, np.int64), 0
    for account in accounts:
        for k in range(slots.account_indptr[account], slots.account_indptr[account + 1]):
            found[n] = slots.account_slots[k]
            n += 1
    return found


@kernel
def slots_of(members: NDArray[np.int32], slots: Slots) -> NDArray[np.int64]:
    """Return the slots of some accounts, ascending. Cost: a sort of them, or a pass over all where they are many."""
    mine = gather_slots(members, slots)
    if len(mine) * MANY < len(slots.account):
        return np.sort(mine)
    is_mine = np.zeros(len(slots.account), np.bool_)
    is_mine[mine] = True
    return np.flatnonzero(is_mine)


def make_slots(
    account: NDArray[np.int32],
    time: NDArray[np.int64],
    target: NDArray[np.int32],
    *,
    n_accounts: int,
    n_targets: int,
    act: NDArray[np.int32] | None = None,
    n_threads: int | None = None,
) -> Slots:
    """Index events that are already sorted by (target, time, account); the columns are shared, not copied."""
    account, target = read_only(account), read_only(target)
    account_indptr, account_slots = positions_by_code(account, n_accounts, n_threads=n_threads)
    target_indptr = np.zeros(n_targets + 1, dtype=np.int64)
    np.cumsum(np.bincount(target, minlength=n_targets), out=target_indptr[1:])
    made = Slots(
        account=account, time=time, target=target,
        target_indptr=target_indptr, is_repeated=repeated_slots(target, account_indptr, account_slots),
        account_indptr=account_indptr, account_slots=account_slots,
        act=np.empty(0, np.int32) if act is None else act, account_acts=_by_act(account, act),
    )  # fmt: skip
    return Slots(**{name: read_only(column) for name, column in made._asdict().items()})


def part_of(
    slots: Slots,
    rows: NDArray[np.int64] | None,
    *,
    code: NDArray[np.int32],
    n_accounts: int,
    n_threads: int | None = None,
) -> Slots:
    """Return some slots, ascending, or all, with their accounts renumbered by `code`.

    A slot may go on as a repeated one when those that it repeated are gone: it is then looked at more carefully than
    it need be, to the same end. What all slots share with their part is not copied. Cost: a few passes over the rows.
    """
    if rows is not None and len(rows) == len(slots.account):
        rows = None
    some = slice(None) if rows is None else rows
    account, act = read_only(code[slots.account[some]]), slots.act[some] if len(slots.act) else slots.act
    account_indptr, account_slots = positions_by_code(account, n_accounts, n_threads=n_threads)
    made = Slots(
        account=account, time=slots.time[some], target=slots.target[some],
        target_indptr=slots.target_indptr if rows is None else np.searchsorted(rows, slots.target_indptr),
        is_repeated=slots.is_repeated[some],
        account_indptr=account_indptr, account_slots=account_slots, act=act,
        account_acts=_by_act(account, act if len(act) else None),
    )  # fmt: skip
    return Slots(**{name: read_only(column) for name, column in made._asdict().items()})


def _by_act(account: NDArray[np.int32], act: NDArray[np.int32] | None) -> NDArray[np.int64]:
    """Return the slots of each account ordered by act; none where every slot is an act of its own."""
    return np.empty(0, np.int64) if act is None else np.lexsort((act, account))
