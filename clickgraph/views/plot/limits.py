"""How far a result depends on the window, and which farms can be seen at all."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clickgraph.errors import InputError
from clickgraph.graph.windows import parse_window
from clickgraph.log.text import printable
from clickgraph.views.colours import SERIES, SHADES
from clickgraph.views.plot.canvas import axes_or_new, label, say
from clickgraph.views.plot.reading import read_columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MARKERS = "osD^v"
SEEN = 0.8  # the F1 from which a planted farm counts as found


def window_sensitivity(
    table: object, *, value: str = "f1", method: str | None = None, ax: "Axes | None" = None
) -> "Axes":
    """Draw how a measure changes with the window, a line per method.

    Parameters
    ----------
    table : table
        Anything that holds a table, a row per window (and method): the column `window` ("10s", "1h", ...,
        or a timedelta), the column `value`, and `method`. Rows of one window and method are averaged.
    value : str
        The column of the measure.
    method : str, optional
        The column that names what was measured; one line by default. At most five.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InputError
        If a column is missing or holds nulls, a window is not understood, or there are too many methods.

    Examples
    --------
    >>> import clickgraph as cg
    >>> table = {"window": ["10s", "1h", "10min"], "f1": [0.91, 0.97, 0.99]}
    >>> cg.plot.window_sensitivity(table).get_title(loc="left")
    'f1 stays between 0.91 and 0.99 from 10s to 1h'
    """
    names = ["window", value] if method is None else ["window", value, method]
    columns = read_columns(table, names)
    windows, at = _ordered(columns["window"])
    measured = _numbers(columns[value], name=value)
    which = np.array(["" if method is None else str(each) for each in columns[names[-1]].to_pylist()])
    if method is None:
        which[:] = ""
    methods = list(dict.fromkeys(which.tolist()))
    if len(methods) > len(SERIES):
        raise InputError(f"at most {len(SERIES)} methods", f"{len(methods)} of them", "draw the best ones")
    ax = axes_or_new(ax)
    ranges: dict[str, tuple[float, float]] = {}
    for name, colour, marker in zip(methods, SERIES, MARKERS, strict=False):
        line = _mean_by(at[which == name], measured[which == name], n=len(windows))
        ranges[name] = (float(np.nanmin(line)), float(np.nanmax(line)))
        ax.plot(range(len(windows)), line, color=colour, marker=marker, label=label(name) if name else None)
    ax.set_xticks(range(len(windows)), windows)
    ax.margins(y=0.1)
    if method is not None:
        ax.legend(frameon=False)
    return say(ax, _say_ranges(ranges, value, windows), x="window", y=printable(value))


def _say_ranges(ranges: dict[str, tuple[float, float]], value: str, windows: list[str]) -> str:
    span = f"from {windows[0]} to {windows[-1]}" if len(windows) > 1 else f"at {windows[0]}"
    steadiest = min(ranges, key=lambda name: ranges[name][1] - ranges[name][0])
    low, high = ranges[steadiest]
    whose = (
        f"{printable(value)} stays"
        if len(ranges) == 1
        else f"{label(steadiest)} is steadiest: {printable(value)} stays"
    )
    if f"{low:.2f}" == f"{high:.2f}":
        return f"{whose} at {low:.2f} {span}"
    return f"{whose} between {low:.2f} and {high:.2f} {span}"


def detectability(table: object, *, ax: "Axes | None" = None) -> "Axes":
    """Draw which farms are found: how many of them come to a job, over how long a job is spread.

    Parameters
    ----------
    table : table
        Anything that holds a table: `participation` (share of the farm that comes to a job, 0 to 1),
        `spread` ("10min", "1day", ..., a timedelta, or a number), `f1` of the planted farm, 0 to 1. Rows of
        one cell are averaged.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        A cell per pair of participation and spread, with its F1; a cell that was not measured stays blank.

    Raises
    ------
    InputError
        If a column is missing or holds nulls, a spread is not understood, or an F1 is none.

    Examples
    --------
    >>> import clickgraph as cg
    >>> table = {"participation": [0.1, 0.5, 0.1, 0.5], "spread": ["1h", "1h", "1day", "1day"], "f1": [1, 1, 0.2, 1]}
    >>> cg.plot.detectability(table).get_title(loc="left")
    'Farms are found (F1 of 0.8 or more) in 3 of 4 settings; the hardest has F1 0.20'
    """
    columns = read_columns(table, ["participation", "spread", "f1"])
    shares, row = np.unique(_numbers(columns["participation"], name="participation"), return_inverse=True)
    spreads, column = _ordered(columns["spread"])
    f1 = _numbers(columns["f1"], name="f1")
    if f1.min() < 0 or f1.max() > 1:
        raise InputError("an f1 from 0 to 1", f"{f1.min():g} to {f1.max():g}")
    cells = _mean_by(row * len(spreads) + column, f1, n=len(shares) * len(spreads)).reshape(len(shares), -1)
    ax = say(axes_or_new(ax), _say_found(cells), x="spread of a job", y="share of the farm that comes")
    image = ax.imshow(np.ma.masked_invalid(cells), origin="lower", aspect="auto", cmap=SHADES, vmin=0, vmax=1)
    ax.figure.colorbar(image, ax=ax, label="F1 of the planted farm", pad=0.02)
    for (y, x), value in np.ndenumerate(cells):
        if np.isfinite(value):
            ax.text(x, y, f"{value:.2f}", ha="center", va="center", color="black" if value > 0.55 else "white")
    ax.set_xticks(range(len(spreads)), spreads)
    ax.set_yticks(range(len(shares)), [f"{share:.0%}" for share in shares])
    return ax


def _say_found(cells: NDArray[np.float64]) -> str:
    known = cells[np.isfinite(cells)]
    found = int(np.count_nonzero(known >= SEEN))
    lead = f"Farms are found (F1 of {SEEN} or more) in {found} of {len(known)} settings"
    return lead if found == len(known) else f"{lead}; the hardest has F1 {known.min():.2f}"


def _ordered(column: pa.ChunkedArray) -> tuple[list[str], NDArray[np.int64]]:
    """Return the distinct lengths of time in ascending order, as texts, and each row's place among them."""
    values = column.to_pylist()
    size = {value: value if isinstance(value, int | float) else parse_window(value) for value in values}
    ranked = sorted(size, key=lambda value: size[value])
    place = {value: at for at, value in enumerate(ranked)}
    return [_say_length(value) for value in ranked], np.array([place[value] for value in values])


def _say_length(value: Any) -> str:
    return f"{value:g}" if isinstance(value, int | float) else printable(value)


def _numbers(column: pa.ChunkedArray, *, name: str) -> NDArray[np.float64]:
    try:
        values: NDArray[np.float64] = column.cast(pa.float64()).to_numpy()
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise InputError(f"numbers in {name}", f"the type {column.type}") from error
    return values


def _mean_by(group: NDArray[np.int64], values: NDArray[np.float64], *, n: int) -> NDArray[np.float64]:
    """Return the mean of the values of each group, NaN for a group without any."""
    total, count = np.bincount(group, weights=values, minlength=n), np.bincount(group, minlength=n)
    mean: NDArray[np.float64] = np.divide(total, count, out=np.full(n, np.nan), where=count > 0)
    return mean
