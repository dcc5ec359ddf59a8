"""Purchases: one content's engagement taken apart, by action, ring and time, and what else its rings serve."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.stats import poisson

from clickgraph.log.table import Table
from clickgraph.rings.attribution import PARTS, RING, Attribution

MOMENT = pa.timestamp("us", "UTC")
BINS = [60_000_000 * minutes for minutes in (1, 10, 60, 360, 1440, 10_080)]  # microseconds
MOST_BINS = 200
COUNTS = ("n_events", "n_ring", "n_ring_accounts", "n_low", "n_high", "n_beside", "n_candidate", "n_rings", "expected")
SHARED_AUDIENCE = 0.001  # so improbable that unrelated audiences overlap as much, where one audience is named
Ints = NDArray[np.int64]


def count_parts(log: Attribution, targets: Ints | None = None) -> Table:
    """Return the counts of some targets, or of all, with their content and action, most bought first.

    Returns
    -------
    Table
        content, action, n_events, n_ring, n_ring_accounts, n_low, n_high, n_beside, n_candidate, n_rings (int64),
        expected, share, share_low, share_high (float64); equal ones in the order of the contents.
    """
    counts = log.count()
    if targets is not None:
        chosen = np.isin(counts["target"], targets)
        counts = {name: column[chosen] for name, column in counts.items()}
    order = np.lexsort((counts["target"], -counts["n_ring"] / np.maximum(counts["n_events"], 1), -counts["n_ring"]))
    counts = {name: column[order] for name, column in counts.items()}
    content, action = np.divmod(counts.pop("target"), max(1, len(log.events.action_ids)))
    shares = {
        name: counts[of] / np.maximum(counts["n_events"], 1)
        for name, of in (("share", "n_ring"), ("share_low", "n_low"), ("share_high", "n_high"))
    }
    return Table.from_columns(
        content=log.events.content_ids.take(pa.array(content)),
        action=log.events.action_ids.take(pa.array(action)),
        **{name: counts[name] for name in COUNTS}, **shares,
    )  # fmt: skip


def list_rings(log: Attribution, code: int) -> Table:
    """Return the groups of any verdict that acted on a content in bursts, best first.

    Returns
    -------
    Table
        ring, verdict, is_counted, n_acts (on the content), n_accounts (that did them), share (of its events), first,
        last (timestamps, null without a clock).
    """
    events = log.events
    here = events.content_code[log.act_row] == code
    row, ring = log.act_row[here], log.act_ring[here]
    present, place = np.unique(ring, return_inverse=True)
    pairs = np.unique(np.column_stack((place, events.account_code[row])), axis=0)
    n_acts = np.bincount(place, minlength=len(present))
    bounds = np.full((2, len(present)), np.iinfo(np.int64).max)
    np.minimum.at(bounds[0], place, events.time[row])
    np.minimum.at(bounds[1], place, -events.time[row])
    verdict = log.rings.summary["verdict"].take(pa.array(present))
    return Table.from_columns(
        ring=log.rings.summary["ring"].take(pa.array(present)), verdict=verdict,
        is_counted=np.array([name == "ring" for name in verdict.to_pylist()], dtype=np.bool_),
        n_acts=n_acts, n_accounts=np.bincount(pairs[:, 0], minlength=len(present)),
        share=n_acts / max(1, int(np.sum(events.content_code == code))),
        first=_moments(log, bounds[0]), last=_moments(log, -bounds[1]),
    )  # fmt: skip


def _moments(log: Attribution, time: Ints) -> pa.Array:
    if log.events.clock is None:
        return pa.nulls(len(time), MOMENT)
    return pa.array(time, pa.int64()).cast(MOMENT)


def list_timeline(log: Attribution, code: int) -> Table:
    """Return a content's events over time, in bins of one length without gaps; empty without a clock.

    Returns
    -------
    Table
        start (of the bin), n_events, and its four parts, which add up to it: n_ring, n_member (members of rings outside
        their bursts), n_candidate, n_rest. A bin lasts a minute, ten, an hour, six, a day or a week, the shortest
        that makes at most 200 of them (a week where none does).
    """
    rows = np.flatnonzero(log.events.content_code == code)
    if log.events.clock is None or len(rows) == 0:
        rows = rows[:0]
        width, first, n_bins = BINS[0], 0, 0
    else:
        time = log.events.time[rows]
        span = int(time.max() - time.min())
        width = next((each for each in BINS if span < (MOST_BINS - 1) * each), BINS[-1])
        first = int(time.min()) // width
        n_bins = int(time.max()) // width - first + 1
    place = log.events.time[rows] // width - first
    part = log.part[rows]
    counts = {name: np.bincount(place[part == at], minlength=n_bins) for at, name in enumerate(PARTS)}
    start = (first + np.arange(n_bins)) * width
    return Table.from_columns(
        start=_moments(log, start), n_events=np.bincount(place, minlength=n_bins),
        **{f"n_{name}": counts[name] for name in reversed(PARTS)},
    )  # fmt: skip


def list_other(log: Attribution, code: int, *, owner: str | None = None) -> Table:
    """Return the other contents that the rings of a content serve, the most served first.

    Returns
    -------
    Table
        content, n_ring (acts of those rings there), n_accounts (of theirs that acted on both), n_events, share (of its
        events), n_common (accounts outside these rings that engaged with both contents), expected_common (if the two
        had unrelated audiences of accounts as busy), same_audience (whether so many are beyond chance, the number of
        contents paid for), and owner where the log names one.
    """
    events = log.events
    counted = log.part == RING
    here = events.content_code == code
    rings = np.unique(log.owner[counted & here])
    of_these = counted & np.isin(log.owner, rings)
    served, place = np.unique(events.content_code[of_these & ~here], return_inverse=True)
    n_ring = np.bincount(place, minlength=len(served))
    is_theirs = np.zeros(events.n_accounts, dtype=np.bool_)
    is_theirs[events.account_code[of_these]] = True
    shared, common, expected = _compare_audiences(log, code, served, is_theirs, acts=of_these)
    n_events = np.bincount(events.content_code, minlength=events.n_contents)[served]
    order = np.lexsort((served, -n_ring))
    columns = {
        "content": events.content_ids.take(pa.array(served[order])), "n_ring": n_ring[order],
        "n_accounts": shared[order], "n_events": n_events[order], "share": (n_ring / np.maximum(n_events, 1))[order],
        "n_common": common[order], "expected_common": expected[order],
        "same_audience": (poisson.sf(common - 1, expected) * max(1, len(served)) < SHARED_AUDIENCE)[order],
    }  # fmt: skip
    if owner is not None:
        columns["owner"] = owners_of(log, served[order], owner=owner)
    return Table.from_columns(**columns)


def _compare_audiences(
    log: Attribution, code: int, served: Ints, is_theirs: NDArray[np.bool_], *, acts: NDArray[np.bool_]
) -> tuple[Ints, Ints, NDArray[np.float64]]:
    """Return per content: ring accounts on both, outsiders on both, and outsiders expected on both."""
    is_outside = ~is_theirs[log.events.account_code]
    shared, _, _ = _meet(log, code, served, chosen=acts)
    common, here, n_there = _meet(log, code, served, chosen=is_outside)
    return shared, common, _expect_common(log, code, here, n_there, is_outside=is_outside)


def _meet(log: Attribution, code: int, served: Ints, *, chosen: NDArray[np.bool_]) -> tuple[Ints, Ints, Ints]:
    """Return, among the chosen events, per content its accounts that are on `code` too; those; and all its accounts."""
    events = log.events
    rows = np.flatnonzero(chosen & np.isin(events.content_code, np.append(served, code)))
    pairs = np.unique(np.column_stack((events.content_code[rows], events.account_code[rows])), axis=0)
    content, account = pairs[:, 0], pairs[:, 1]
    here = account[content == code]
    other = content != code
    place = np.searchsorted(served, content)
    both = other & np.isin(account, here)
    counts = [np.bincount(place[chosen_rows], minlength=len(served)) for chosen_rows in (both, other)]
    return counts[0], here.astype(np.int64), counts[1]


def _expect_common(
    log: Attribution, code: int, here: Ints, n_there: Ints, *, is_outside: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return how many of the accounts `here` would be on each other content, were audiences drawn by activity alone.

    Each of the `n_there` places of a content goes to an account in proportion to what it does elsewhere: without that,
    a few busy accounts make every two audiences look like one.
    """
    events = log.events
    elsewhere = is_outside & (events.content_code != code)
    activity = np.bincount(events.account_code[elsewhere], minlength=events.n_accounts)
    rate = activity[here] / max(1, int(activity.sum()))
    return np.array([float(-np.expm1(-n * rate).sum()) for n in n_there.tolist()])


def owners_of(log: Attribution, contents: Ints, *, owner: str) -> pa.Array:
    """Return whose each content is, by the first event that says so, from a column of the log."""
    events = log.events
    column = events.columns[owner].combine_chunks()
    known = np.flatnonzero(column.is_valid().to_numpy(zero_copy_only=False))
    row = np.full(events.n_contents, -1)
    row[events.content_code[known][::-1]] = known[::-1]  # the first of each content is the last to write
    return column.take(pa.array(np.maximum(row[contents], 0), mask=row[contents] < 0))
