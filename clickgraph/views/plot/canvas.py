"""The canvas of every picture: axes, a title that says the finding, an axis of time."""

import textwrap
from typing import TYPE_CHECKING

from clickgraph.errors import InputError
from clickgraph.log.text import printable

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.ticker import Locator

LABEL = 28  # most characters of an id beside an axis
LINE = 84  # characters of a title's line on a figure eight inches wide


def axes_or_new(ax: "Axes | None", *, size: tuple[float, float] = (8.0, 4.5)) -> "Axes":
    """Return `ax`, or the axes of a new figure of `size` inches.

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    InputError
        If `ax` is something else.
    """
    if ax is not None:
        if not hasattr(ax, "get_position"):
            raise InputError("ax as matplotlib's Axes or None", f"a {type(ax).__name__}", "pyplot.subplots() makes one")
        return ax
    try:
        from matplotlib import pyplot
    except ImportError as error:
        raise ImportError("pictures need matplotlib: pip install 'clickgraph[plot]'") from error
    _, new = pyplot.subplots(figsize=size, layout="constrained")
    return new


def say(ax: "Axes", finding: str, *, x: str, y: str) -> "Axes":
    """Put the finding above the axes, name both axes, clear what no reader needs."""
    width = LINE * ax.get_position().width / 0.775  # what subplots leaves of the figure's width
    ax.set_title(textwrap.fill(finding, max(20, round(width))), loc="left", fontsize=11)
    ax.set_xlabel(x)
    ax.set_ylabel(y)
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def show_times(ax: "Axes") -> None:
    """Let the x axis speak of dates and hours, UTC, no more of either than needed."""
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    locator = AutoDateLocator(minticks=3, maxticks=9)  # type: ignore[no-untyped-call]
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]


def thousands(axis: "Axis") -> None:
    """Let the numbers of an axis read 10,000, not 10000."""
    from matplotlib.ticker import StrMethodFormatter

    axis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))


def whole_numbers() -> "Locator":
    """Return a locator of whole numbers: half an account is none."""
    from matplotlib.ticker import MaxNLocator

    return MaxNLocator(integer=True)


def label(value: object) -> str:
    r"""Return an id as a short text for an axis; matplotlib reads no mathematics into it.

    Examples
    --------
    >>> label("price$$")
    'price\\$\\$'
    """
    return printable(value, width=LABEL).replace("$", r"\$")


def say_span(seconds: float) -> str:
    """Return a length of time in words, in the largest unit that fits twice.

    Examples
    --------
    >>> say_span(45), say_span(7200), say_span(86400 * 27.4)
    ('45 seconds', '2 hours', '27 days')
    """
    for unit, size in (("days", 86_400.0), ("hours", 3_600.0), ("minutes", 60.0)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} second{'' if round(seconds) == 1 else 's'}"
