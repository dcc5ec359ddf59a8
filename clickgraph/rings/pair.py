"""Two accounts: the contents and seconds that tie them, and how likely chance is to do that."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from clickgraph.errors import InputError
from clickgraph.graph.engagement import EngagementGraph, build_graph
from clickgraph.graph.pairs import Pair, find_meetings, judge_pair
from clickgraph.graph.windows import WindowLike, window_name
from clickgraph.log.events import Events
from clickgraph.log.readers import read_events
from clickgraph.log.text import printable
from clickgraph.rings.answer import Answer, Explanation
from clickgraph.rings.display import count_of
from clickgraph.rings.origin import code_in
from clickgraph.rings.phrases import NAMED, moment_of, say_duration, say_moment, say_number
from clickgraph.rings.ring import Evidence


def explain_pair(
    events: object,
    account: object,
    other: object,
    *,
    windows: str | Sequence[WindowLike] = "auto",
    strata: str | None = None,
) -> Explanation:
    """Say which contents and seconds tie two accounts, and how unlikely that is by chance.

    Parameters
    ----------
    events : path, table or Events
        The log, as :func:`clickgraph.read_events` takes it.
    account, other : id
        Two accounts of it, in the type that they have there.
    windows : "auto" or sequence of windows
        How far apart two events may lie and still count as together; the one that surprises most is chosen and paid
        for.
    strata : str, optional
        A column of the log within whose values the two can meet.

    Returns
    -------
    Explanation
        The answers "what ties them" and "how unlikely". Its evidence is that of the tie that
        :func:`clickgraph.project` would make, and adds up to its bits. Cost: one pass over the log per window.

    Raises
    ------
    InputError
        If an account is not in the log, both are the same, or an option cannot be used.

    References
    ----------
    Tumminello et al.: Statistically validated networks in bipartite complex systems. PLoS ONE 6 (2011),
    DOI 10.1371/journal.pone.0017994.

    Examples
    --------
    >>> import clickgraph as cg
    >>> times = [1_700_000_000 + second for second in (0, 4, 5000, 5003, 90000, 95000)]
    >>> log = {"account": ["a", "b"] * 3, "content": ["x", "x", "y", "y", "z", "z"], "time": times}
    >>> cg.explain_pair(log, "a", "b").sentences[0]
    'a (3 events) and b (3 events) both acted on 3 contents.'
    """
    log = read_events(events)
    pair = _find_code(log, account), _find_code(log, other)
    if pair[0] == pair[1]:
        raise InputError("two different accounts", f"{printable(repr(account))} twice")
    graph = build_graph(log, strata=strata)
    judged = judge_pair(graph, pair, windows=windows)
    evidence = (
        Evidence(f"shared within {window_name(int(judged.windows[judged.best]))}", float(judged.shared[judged.best]),
                 float(judged.expected[judged.best]), float(judged.tail_bits[judged.best])),
        Evidence("choice of window", float(len(judged.windows)), 0.0, -judged.choice_bits),
    )  # fmt: skip
    answers = (_answer_what(graph, pair), _answer_unlikely(graph, judged))
    return Explanation("pair", answers, evidence)


def _find_code(log: Events, account: object) -> int:
    try:
        column = pa.chunked_array([pa.array([account], log.account_ids.type)])
    except (pa.ArrowInvalid, pa.ArrowTypeError, TypeError, OverflowError):
        column = None
    code = -1 if column is None else int(code_in(log.account_ids, column)[0])
    if code < 0 or log.account_ids[code].as_py() != account:
        raise InputError("an account of the log", printable(repr(account)), "ids keep the type that they have there")
    return code


def _answer_what(graph: EngagementGraph, pair: tuple[int, int]) -> Answer:
    log = graph.events
    meetings = _list_meetings(graph, pair)
    names = [log.account_ids[code].as_py() for code in pair]
    n_events = [int(np.diff(graph.slots.account_indptr)[code]) for code in pair]
    facts = {
        "account": names[0], "other": names[1], "n_events": n_events[0], "n_other_events": n_events[1],
        "n_shared": len({row["content"] for row in meetings}), "meetings": meetings,
    }  # fmt: skip
    return Answer("what ties them", tuple(_say_meetings(facts)), facts)


def _list_meetings(graph: EngagementGraph, pair: tuple[int, int]) -> list[dict[str, Any]]:
    """Return each content that both acted on, with their closest times, the closest first."""
    log, slots = graph.events, graph.slots
    mine, theirs = find_meetings(graph, pair)
    apart = slots.time[theirs] - slots.time[mine]
    order = np.argsort(np.abs(apart), kind="stable")
    rows = graph.rows_of(mine[order])
    contents = log.content_ids.take(pa.array(log.content_code[rows])).to_pylist()
    actions = log.action_ids.take(pa.array(log.action_code[rows])).to_pylist()
    times = [_moments(graph, slots.time[part[order]]) for part in (mine, theirs)]
    seconds = [None if log.clock is None else gap / 1e6 for gap in apart[order].tolist()]
    return [
        {"content": content, "action": action, "time": time, "other_time": other_time, "seconds": gap}
        for content, action, time, other_time, gap in zip(contents, actions, *times, seconds, strict=True)
    ]


def _moments(graph: EngagementGraph, times: Any) -> list[Any]:
    return [None if graph.events.clock is None else moment_of(time) for time in times]


def _say_meetings(facts: Mapping[str, Any]) -> Iterator[str]:
    one, two = printable(facts["account"]), printable(facts["other"])
    yield (
        f"{one} ({count_of(facts['n_events'], 'event')}) and {two} ({count_of(facts['n_other_events'], 'event')})"
        f" both acted on {count_of(facts['n_shared'], 'content')}."
    )
    rows = facts["meetings"]
    if not rows or rows[0]["seconds"] is None:
        return
    shown = [
        f"{printable(row['content'])} at {say_moment(row['time'])}, {_say_apart(row['seconds'])}"
        for row in rows[:NAMED]
    ]
    more = f"; and {len(rows) - len(shown):,} more" if len(rows) > len(shown) else ""
    yield f"Closest: {'; '.join(shown)}{more}."


def _say_apart(seconds: float) -> str:
    if seconds == 0:
        return "at the same moment"
    return f"the other {say_duration(abs(seconds))} {'later' if seconds > 0 else 'earlier'}"


def _answer_unlikely(graph: EngagementGraph, judged: Pair) -> Answer:
    n = graph.n_accounts
    by_window = [
        {"window": window_name(int(width)), "shared": shared, "expected": expected, "tail_bits": bits}
        for width, shared, expected, bits in zip(
            judged.windows, judged.shared.tolist(), judged.expected.tolist(), judged.tail_bits.tolist(), strict=True
        )
    ]
    facts = {
        "windows": by_window, "best": judged.best, "choice_bits": judged.choice_bits, "bits": judged.bits,
        "n_pairs": n * (n - 1) // 2, "pair_bits": float(np.log2(max(1, n * (n - 1) // 2))),
    }  # fmt: skip
    return Answer("how unlikely", tuple(_say_unlikely(facts)), facts)


def _say_window(name: str) -> str:
    return count_of(int(name.removesuffix("day")), "day") if name.endswith("day") else name


def _say_unlikely(facts: Mapping[str, Any]) -> Iterator[str]:
    row = facts["windows"][facts["best"]]
    within = {"ever": "In the whole log", "tick": "In the same tick of the clock"}.get(row["window"])
    within = within or f"Within {_say_window(row['window'])}"
    if row["shared"] <= row["expected"]:
        yield (
            f"Chance explains what they share. {within} that is {row['shared']:,}, where {say_number(row['expected'])}"
            " would be expected of two accounts as active as they are; no other window says more."
        )
        return
    yield (
        f"{within} they shared {row['shared']:,}, where {say_number(row['expected'])} would be expected of two"
        f" accounts as active as they are: {row['tail_bits']:,.1f} bits, {facts['bits']:,.1f} after"
        f" {facts['choice_bits']:.1f} for the choice of the window."
    )
    said = "goes beyond that" if facts["bits"] > facts["pair_bits"] else "alone proves nothing"
    yield (
        f"A log of so many accounts has {facts['n_pairs']:,} pairs, so that one of them reaches"
        f" {facts['pair_bits']:.1f} bits by chance: this pair {said}."
    )
