"""plot: the pictures of a ring, each with a title that says what is to be seen.

Every function takes a result (:class:`clickgraph.Ring`, or a table), draws on `ax` or on a figure of its
own, and returns the matplotlib Axes. All need the extra ``plot``.
"""

from clickgraph.views.plot.content import timeline
from clickgraph.views.plot.evidence import waterfall
from clickgraph.views.plot.limits import detectability, window_sensitivity
from clickgraph.views.plot.members import heatmap, raster
from clickgraph.views.plot.network import network

__all__ = ["detectability", "heatmap", "network", "raster", "timeline", "waterfall", "window_sensitivity"]
