"""The pictures of the report that one can look into: Bokeh figures as JSON, the same bytes each time."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from clickgraph.rings.display import count_of
from clickgraph.rings.ring import Ring
from clickgraph.views.acts import acts_of
from clickgraph.views.colours import RING, SHADES, TOTAL
from clickgraph.views.layout import draw_ties
from clickgraph.views.report_tables import safe_texts

if TYPE_CHECKING:
    from bokeh.models import ColumnDataSource
    from bokeh.plotting import figure

MOST_MARKS = 10_000
HEIGHT = 440  # pixels
TOOLS = "pan,box_zoom,wheel_zoom,reset"


def ring_pictures(ring: Ring, *, number: int) -> tuple[dict[str, Any], ...]:
    """Return the raster and the network of a ring.

    Parameters
    ----------
    ring : Ring
        What is shown.
    number : int
        Of the ring's card: makes the names of all parts unique on the page.

    Returns
    -------
    tuple of dict
        `id` of the element, `title`, `caption`, `height`, and `picture`: the Bokeh item, and `names`, the
        ids that its columns of positions stand for (an id is long, and comes often).
    """
    return _raster(ring, number), _network(ring, number)


def _raster(ring: Ring, number: int) -> dict[str, Any]:
    acts = acts_of(ring)
    step = -(-len(acts.account) // MOST_MARKS) or 1
    shown = np.flatnonzero(acts.account % step == 0)
    when = acts.content if acts.time is None else acts.time.astype(np.int64) / 1e3  # Bokeh counts milliseconds
    rows = (acts.n_accounts - 0.5, -0.5)
    plot = _figure(x_axis_type="linear" if acts.time is None else "datetime", y_range=rows)
    data = {"x": when[shown].astype(np.float64), "y": acts.account[shown].astype(np.int32)}
    source = _source(data, account=acts.account[shown] // step, content=acts.content[shown])
    plot.scatter("x", "y", source=source, marker="dash", angle=np.pi / 2, size=_size(acts.n_accounts), color=RING)
    hover = [("account", "@account"), ("content", "@content")]
    _hover(plot, hover if acts.time is None else [*hover, ("time", "@x{%F %T} UTC")])
    plot.yaxis.axis_label = "account, in order of entry"
    plot.xaxis.axis_label = "content (the log has no times)" if acts.time is None else "time (UTC)"
    names = {
        "account": safe_texts(acts.account_ids.to_pylist()[::step]),
        "content": safe_texts(acts.content_ids.to_pylist()),
    }
    left_out = "" if step == 1 else f" To stay readable, one account in {step} is drawn."
    bursts = count_of(len(ring.bursts), "burst")
    return {
        "id": f"raster-{number}", "title": "When the members act", "height": HEIGHT,
        "caption": f"Each mark is an act inside one of {bursts}; a row is an account, in order of entry.{left_out}",
        "picture": {"item": _item(plot, f"raster-{number}"), "names": names},
    }  # fmt: skip


def _size(n_accounts: int) -> float:
    return float(max(3.0, min(14.0, 300.0 / max(n_accounts, 1))))


def _network(ring: Ring, number: int) -> dict[str, Any]:
    drawing = draw_ties(ring)
    plot = _figure(x_axis_type="linear")
    if len(drawing.accounts):
        partners = drawing.n_partners
        one, other = drawing.place[drawing.one], drawing.place[drawing.other]
        shade = 0.15 + 0.45 * drawing.bits / drawing.bits.max()
        ends = {"x0": one[:, 0], "y0": one[:, 1], "x1": other[:, 0], "y1": other[:, 1], "shade": shade}
        plot.segment("x0", "y0", "x1", "y1", source=_source(ends), line_color=TOTAL, line_alpha="shade")
        places = {"x": drawing.place[:, 0], "y": drawing.place[:, 1], "partners": partners}
        share = drawing.partner_share
        dots = {"size": 5 + 12 * share, "colour": _shades(share)}
        source = _source(places | dots, account=np.arange(len(partners)))
        nodes = plot.scatter("x", "y", source=source, size="size", fill_color="colour", line_color=TOTAL)
        _hover(plot, [("account", "@account"), ("tied to", "@partners")], on=[nodes])
    plot.axis.visible = False
    plot.grid.visible = False
    return {
        "id": f"network-{number}", "title": "Who shares with whom", "height": HEIGHT,
        "caption": f"{drawing.caption}. A dot is an account, darker and larger with more partners.",
        "picture": {
            "item": _item(plot, f"network-{number}"),
            "names": {"account": safe_texts(drawing.accounts.to_pylist())},
        },
    }  # fmt: skip


def _shades(share: NDArray[np.float64]) -> list[str]:
    from bokeh.palettes import all_palettes

    palette = all_palettes[SHADES.capitalize()][256][::-1]
    return [palette[at] for at in (share * 255).astype(int).tolist()]


def _figure(**options: Any) -> "figure":
    from bokeh.plotting import figure

    plot = figure(
        height=HEIGHT, sizing_mode="stretch_width", tools=TOOLS, toolbar_location="above",
        output_backend="canvas", background_fill_color="#ffffff", **options,
    )  # fmt: skip
    plot.toolbar.logo = None
    plot.toolbar.active_drag = None  # a finger on a picture scrolls the page
    plot.outline_line_color = None
    plot.grid.grid_line_alpha = 0.4
    return plot


def _source(data: dict[str, Any], **positions: Any) -> "ColumnDataSource":
    """Return columns, and columns of positions that the page's script turns into names."""
    from bokeh.models import ColumnDataSource

    columns = data | {name: list(map(int, values)) for name, values in positions.items()}
    return ColumnDataSource(data={name: columns[name] for name in sorted(columns)})


def _hover(plot: "figure", tips: Sequence[tuple[str, str]], *, on: Sequence[Any] | None = None) -> None:
    from bokeh.models import HoverTool

    tool = HoverTool(tooltips=list(tips), formatters={"@x": "datetime"})
    if on is not None:
        tool.renderers = list(on)
    plot.add_tools(tool)


def _item(plot: "figure", name: str) -> Any:
    """Return the figure as JSON; its parts are numbered anew, for Bokeh counts through the whole process."""
    from bokeh.core.types import ID
    from bokeh.embed import json_item

    item = json_item(plot, target=ID(name))
    numbers: dict[str, str] = {}
    return _renumbered(item, numbers, name)


def _renumbered(value: Any, numbers: dict[str, str], prefix: str) -> Any:
    if isinstance(value, dict):
        return {
            key: numbers.setdefault(item, f"{prefix}-{len(numbers)}")
            if key in ("id", "root_id") and isinstance(item, str)
            else _renumbered(item, numbers, prefix)
            for key, item in value.items()
        }
    return [_renumbered(item, numbers, prefix) for item in value] if isinstance(value, list | tuple) else value
