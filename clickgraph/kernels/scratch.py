"""Scratch: what a thread needs to count one row after another; each row leaves it as it found it."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from clickgraph.kernels.mains import Marks, new_marks
from clickgraph.kernels.slots import Slots

MOST_FOLDED = 1 << 20  # bytes


class Scratch(NamedTuple):
    """What a row over A accounts and W windows is counted in.

    Attributes
    ----------
    counter : ndarray of uint16 or int32, shape (A, W)
        Targets by the narrowest window in which the row met each candidate. An account's counters lie together,
        for they are touched together.
    seen : ndarray of uint8 or int32, shape (A,)
        How often the row met each account, up to 255 or what the type holds.
    near : ndarray of uint8 or int32, shape (A,)
        How often within a near window, for candidates.
    folded : ndarray of uint8, shape (2 ** k,)
        How often the row met the accounts with the same last bits.
    marks : Marks
        Who is on the row's main target.
    most : ndarray of int64, shape (1,)
        What `seen` and `near` count up to: that many meetings, or more.
    met : ndarray of int32, shape (A + 1,)
        The candidates of the row, and room for one who is none.
    expected : ndarray of float64, shape (W,)
        What is expected of a pair in each window.
    hits : ndarray of int64, shape (1024,)
        Some slots of candidates, few enough to stay at hand.
    mark_of, window_of : ndarray of int32, shape (A,)
        The mark and the window of the last meeting with each account; what counts once has its own mark.
    mark : ndarray of int32, shape (1,)
        The last mark given out.
    patience : ndarray of int64, shape (2,)
        Rows that do not ask their first classes (:mod:`clickgraph.kernels.crowds`) from here on, and how many in
        succession have asked in vain.
    ours, theirs : ndarray of int32, shape (A, W) or (0, W)
        Distinct acts of the row, and of the other, that met; empty where acts are single events.
    mark_of_act, window_of_act : ndarray of int32, shape (n_acts,) or (0,)
        The same as for accounts, for the others' acts.
    """

    counter: NDArray[Any]
    seen: NDArray[Any]
    near: NDArray[Any]
    folded: NDArray[np.uint8]
    marks: Marks
    most: NDArray[np.int64]
    met: NDArray[np.int32]
    expected: NDArray[np.float64]
    hits: NDArray[np.int64]
    mark_of: NDArray[np.int32]
    window_of: NDArray[np.int32]
    mark: NDArray[np.int32]
    patience: NDArray[np.int64]
    ours: NDArray[np.int32]
    theirs: NDArray[np.int32]
    mark_of_act: NDArray[np.int32]
    window_of_act: NDArray[np.int32]


def new_scratch(slots: Slots, n_windows: int, *, enough: int, most_folded: int = MOST_FOLDED) -> Scratch:
    """Return a fresh :class:`Scratch` for a log; counters are as narrow as its busiest account allows.

    Accounts are counted together in at most `most_folded` bytes, a power of two.
    """
    n_accounts = len(slots.account_indptr) - 1
    n_acts = int(slots.act.max(initial=-1)) + 1
    busiest = int(np.diff(slots.account_indptr).max(initial=0))
    dtype = np.uint16 if busiest < 1 << 16 else np.int32
    seen = np.uint8 if enough < 1 << 8 else np.int32
    acts = (n_accounts if n_acts else 0, n_windows)
    n_folded = min(most_folded, 1 << max(0, n_accounts - 1).bit_length())
    return Scratch(
        counter=np.zeros((n_accounts, n_windows), dtype),
        seen=np.zeros(n_accounts, seen), near=np.zeros(n_accounts, seen),
        folded=np.zeros(n_folded, np.uint8), marks=new_marks(slots), most=np.array([np.iinfo(seen).max]),
        met=np.empty(n_accounts + 1, np.int32), expected=np.empty(n_windows), hits=np.empty(1024, np.int64),
        mark_of=np.full(n_accounts, -1, np.int32), window_of=np.zeros(n_accounts, np.int32),
        mark=np.zeros(1, np.int32), patience=np.zeros(2, np.int64),
        ours=np.zeros(acts, np.int32), theirs=np.zeros(acts, np.int32),
        mark_of_act=np.full(n_acts, -1, np.int32), window_of_act=np.zeros(n_acts, np.int32),
    )  # fmt: skip
