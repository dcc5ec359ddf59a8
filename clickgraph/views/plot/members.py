"""Who acted when, and on what: the raster and the heat map of a ring."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from clickgraph.rings.display import count_of
from clickgraph.rings.ring import Ring
from clickgraph.views.acts import Acts, acts_of
from clickgraph.views.colours import RING, SHADES
from clickgraph.views.plot.canvas import axes_or_new, label, say, say_span, show_times, thousands, whole_numbers

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAMED = 40  # rows or columns that are named; more would be a grey smear
ENTRY = "account, in order of entry"


def raster(ring: Ring, *, content: object = None, ax: "Axes | None" = None) -> "Axes":
    """Draw every act of a ring inside its bursts: accounts in the order in which they enter, over time.

    An account is a row; bursts are columns of marks. With `content`, the one content is seen from near:
    who came first, second, third.

    Parameters
    ----------
    ring : Ring
        One of the rings that :func:`clickgraph.find_rings` returns.
    content : optional
        One of the ring's contents; all by default.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        x is the time, UTC; in a log without times the content.

    Raises
    ------
    InputError
        If the ring has no burst on `content`.

    Examples
    --------
    >>> import clickgraph as cg
    >>> world = cg.simulate("phone-farm", n_accounts=60, n_organic_accounts=1000, n_organic_events=10000, rng=1)
    >>> ax = cg.plot.raster(cg.find_rings(world.events)[0])
    >>> ax.get_xlabel()
    'time (UTC)'
    """
    acts = acts_of(ring, content=content)
    ax = axes_or_new(ax)
    x = acts.content if acts.time is None else acts.time
    marks = "|" if acts.n_accounts <= 150 else ","
    height = max(1.5, min(9.0, 200.0 / max(acts.n_accounts, 1)))
    # One picture in place of ten thousand marks keeps a PDF small; in PNG it makes no difference.
    ax.plot(x, acts.account, marks, color=RING, markersize=height, markeredgewidth=1.0, rasterized=len(x) > 5_000)
    ax.set_ylim(max(acts.n_accounts, 1) - 0.5, -0.5)
    thousands(ax.yaxis)
    _name_rows(ax, acts)
    if acts.time is None:
        return say(ax, _finding(ring, acts, content), x="content (the log has no times)", y=ENTRY)
    show_times(ax)
    return say(ax, _finding(ring, acts, content), x="time (UTC)", y=ENTRY)


def _finding(ring: Ring, acts: Acts, content: object) -> str:
    accounts = count_of(acts.n_accounts, "account")
    span = "" if acts.time is None else f" within {say_span(_seconds(acts.time))}"
    if content is not None:
        word = "ring" if ring.verdict == "ring" else "group"
        return f"{accounts} of the {word} of {len(ring.accounts):,} act on {label(content)}{span}"
    bursts, contents = count_of(len(ring.bursts), "burst"), count_of(acts.n_contents, "content")
    return f"{accounts} act together in {bursts} on {contents}{span}"


def _seconds(time: NDArray[np.datetime64]) -> float:
    return float((time.max() - time.min()) / np.timedelta64(1, "s"))


def _name_rows(ax: "Axes", acts: Acts) -> None:
    if acts.n_accounts <= NAMED:
        names = [label(account) for account in acts.account_ids.to_pylist()]
        ax.set_yticks(range(acts.n_accounts), names, fontsize=7)


def heatmap(ring: Ring, *, ax: "Axes | None" = None) -> "Axes":
    """Draw how often each account of a ring acted on each of its contents, inside bursts.

    A farm that fills every order from its pool makes an even carpet; an audience thins out downwards.

    Parameters
    ----------
    ring : Ring
        One of the rings that :func:`clickgraph.find_rings` returns.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        Rows are accounts, those on most contents first; columns are contents in the order in which the
        ring came to them; a cell without acts stays blank.

    Examples
    --------
    >>> import clickgraph as cg
    >>> world = cg.simulate("phone-farm", n_accounts=60, n_organic_accounts=1000, n_organic_events=10000, rng=1)
    >>> cg.plot.heatmap(cg.find_rings(world.events)[0]).get_title(loc="left")
    'The median member takes part in ... of the 40 contents, the busiest in ...'
    """
    acts = acts_of(ring)
    counts = _count_acts(acts)
    taken = np.count_nonzero(counts, axis=1)
    order = np.argsort(-taken, kind="stable")
    ax = axes_or_new(ax, size=(8.0, 5.5))
    say(ax, _say_taken(taken, acts.n_contents), x="content, in order of entry", y="account, busiest first")
    thousands(ax.yaxis)
    if counts.size == 0:
        return ax
    shown = np.ma.masked_equal(counts[order], 0)
    top = int(counts.max())
    image = ax.imshow(shown, aspect="auto", cmap=f"{SHADES}_r", interpolation="none", vmin=min(1, top - 1), vmax=top)
    if top > 1:
        ax.figure.colorbar(image, ax=ax, label="acts inside bursts", pad=0.02, ticks=whole_numbers())
    if acts.n_contents <= NAMED:
        names = [label(content) for content in acts.content_ids.to_pylist()]
        ax.set_xticks(range(acts.n_contents), names, fontsize=7, rotation=90)
    return ax


def _count_acts(acts: Acts) -> NDArray[np.int64]:
    cell = acts.account * acts.n_contents + acts.content
    n_cells = acts.n_accounts * acts.n_contents
    return np.bincount(cell, minlength=n_cells).reshape(acts.n_accounts, acts.n_contents)


def _say_taken(taken: NDArray[np.int64], n_contents: int) -> str:
    if len(taken) == 0:
        return "No act of this ring lies inside a burst"
    middle, most = f"{np.median(taken):g}", int(taken.max())
    return f"The median member takes part in {middle} of the {count_of(n_contents, 'content')}, the busiest in {most}"
