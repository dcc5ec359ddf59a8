"""The engagement with one content over time, and which part of it is a ring's."""

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from clickgraph.errors import InputError
from clickgraph.log.events import Events
from clickgraph.log.ids import bare
from clickgraph.log.readers import read_events
from clickgraph.rings.attribution import acts_that_count
from clickgraph.rings.display import count_of
from clickgraph.rings.model import Rings, all_rings
from clickgraph.rings.ring import Ring
from clickgraph.views.colours import OTHERS, RING, TOTAL
from clickgraph.views.plot.canvas import axes_or_new, label, say, show_times

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BINS = 72


def timeline(events: object, rings: Ring | Rings, *, content: object, ax: "Axes | None" = None) -> "Axes":
    """Draw the events on one content over time, stacked: those inside bursts of the rings, and the rest.

    Parameters
    ----------
    events : path, table or Events
        The log of the rings, as :func:`clickgraph.read_events` takes it.
    rings : Ring or Rings
        What was found in it. Of several, those with the verdict "ring" count, as in :func:`clickgraph.audit`; one that
        is given alone counts whatever its verdict is.
    content : id
        A content of the log, in the type that it has there.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        72 bars of equal width from the content's first event to its last.

    Raises
    ------
    InputError
        If the log has no times or does not hold the content, or `rings` are none, or of a log with other ids.

    Examples
    --------
    >>> import clickgraph as cg
    >>> world = cg.simulate("phone-farm", n_accounts=60, n_organic_accounts=1000, n_organic_events=10000, rng=1)
    >>> events = cg.read_events(world.events)
    >>> rings = cg.find_rings(events)
    >>> ax = cg.plot.timeline(events, rings, content=rings[0].contents[0].as_py())
    >>> ax.get_title(loc="left")
    '...% of the ... events on content-... lie in bursts of one ring'
    """
    log, is_one = read_events(events), isinstance(rings, Ring)
    every = _times_on(log, content)
    acts = rings.acts.to_arrow() if is_one else acts_that_count(all_rings(rings))
    bought, n_rings = _ring_times(acts, content, kind=log.content_ids.type)
    word = rings.verdict if isinstance(rings, Ring) and rings.verdict in ("audience", "candidate") else "ring"
    edges = np.linspace(every[0], max(every[-1], every[0] + 1), BINS + 1)
    in_all, in_ring = (np.histogram(times, edges)[0] for times in (every, bought))
    left = edges[:-1].astype(np.int64).astype("datetime64[us]")
    width = np.diff(edges[:2])[0] / 86_400e6  # matplotlib counts in days
    ax = axes_or_new(ax)
    style = {"width": width, "align": "edge", "edgecolor": TOTAL, "linewidth": 0.3}
    ax.bar(left, in_ring, color=RING, label=f"in bursts of {_an(word)}", **style)
    ax.bar(left, np.maximum(in_all - in_ring, 0), bottom=in_ring, color=OTHERS, label="all others", **style)
    show_times(ax)
    ax.legend(frameon=False)
    finding = _finding(content, n_events=len(every), n_bought=len(bought), n_rings=n_rings, word=word)
    return say(ax, finding, x="time (UTC)", y="events")


def _times_on(events: Events, content: object) -> NDArray[np.int64]:
    """Return the times of the events on a content, ascending, in microseconds."""
    if events.clock is None:
        raise InputError("a log with times", "one without", "a timeline has nothing to show there")
    try:
        ids = events.content_ids
        code = bare(ids).index(bare(pa.scalar(content, type=ids.type))).as_py()
    except (pa.ArrowInvalid, pa.ArrowTypeError, TypeError, OverflowError):
        code = -1  # an id of another type is no id of this log
    if code < 0:
        raise InputError("a content of the log", repr(content), f"its ids are of the type {events.content_ids.type}")
    return np.sort(events.time[events.content_code == code])


def _ring_times(acts: pa.Table, content: object, *, kind: pa.DataType) -> tuple[NDArray[np.int64], int]:
    """Return the times of the rings' acts on a content, and how many rings they are of."""
    if acts["content"].type != kind:
        raise InputError("rings of this log", f"content ids of the type {acts['content'].type}, the log's are {kind}")
    acts = acts.filter(pc.equal(bare(acts["content"]), bare(pa.scalar(content, type=kind))))
    n_rings = pc.count_distinct(acts["ring"]).as_py()
    # An act that lies in bursts of two rings is still one event.
    stored = pa.table({name: bare(acts[name]) for name in ("account", "action", "time")})
    distinct = stored.group_by(stored.column_names).aggregate([])  # in any order
    return distinct["time"].cast(pa.int64()).to_numpy(), n_rings


def _finding(content: object, *, n_events: int, n_bought: int, n_rings: int, word: str) -> str:
    events = f"the {count_of(n_events, 'event')} on {label(content)}"
    if n_bought == 0:
        return f"None of {events} lies in a burst of {_an(word)}"
    whose = f"one {word}" if n_rings == 1 else f"{n_rings} rings"
    return f"{n_bought / n_events:.0%} of {events} lie in bursts of {whose}"


def _an(word: str) -> str:
    return f"an {word}" if word.startswith("a") else f"a {word}"
