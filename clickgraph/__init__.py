"""clickgraph: find coordinated account rings in engagement logs.

The walk of the data, one verb per stage::

    table -> Events -> EngagementGraph -> AccountGraph -> communities -> Rings -> sentences
    read_events  build_graph       project        find_communities  refine, score   explain

:func:`find_rings` takes all of these steps in one call. Names load on first use, so that
``import clickgraph`` stays light.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clickgraph import datasets as datasets
    from clickgraph.detection import find_rings
    from clickgraph.estimator import RingDetector
    from clickgraph.graph.communities import Communities, find_communities
    from clickgraph.graph.counting import count_coactions
    from clickgraph.graph.engagement import EngagementGraph, build_graph
    from clickgraph.graph.projection import project
    from clickgraph.graph.ties import AccountGraph
    from clickgraph.graph.turnouts import find_pools
    from clickgraph.log.events import Events
    from clickgraph.log.readers import read_events
    from clickgraph.log.table import Table
    from clickgraph.rings.audiences import set_apart
    from clickgraph.rings.audit import Audit, audit
    from clickgraph.rings.explanation import Explanation, explain
    from clickgraph.rings.model import Evidence, Ring, Rings, read_rings
    from clickgraph.rings.pair import explain_pair
    from clickgraph.rings.prices import read_prices
    from clickgraph.rings.refinement import refine
    from clickgraph.rings.scoring import score
    from clickgraph.simulation.scenarios import simulate
    from clickgraph.variation import Stability, stability
    from clickgraph.views import plot
    from clickgraph.views.export import export
    from clickgraph.views.report import write_report

__version__ = "0.1.0"

_HOME = {
    "AccountGraph": "graph.ties",
    "Audit": "rings.audit",
    "Communities": "graph.communities",
    "EngagementGraph": "graph.engagement",
    "Events": "log.events",
    "Evidence": "rings.model",
    "Explanation": "rings.explanation",
    "Ring": "rings.model",
    "RingDetector": "estimator",
    "Rings": "rings.model",
    "Stability": "variation",
    "Table": "log.table",
    "audit": "rings.audit",
    "build_graph": "graph.engagement",
    "count_coactions": "graph.counting",
    "datasets": "datasets",
    "explain": "rings.explanation",
    "explain_pair": "rings.pair",
    "export": "views.export",
    "find_communities": "graph.communities",
    "find_pools": "graph.turnouts",
    "find_rings": "detection",
    "plot": "views.plot",
    "project": "graph.projection",
    "read_events": "log.readers",
    "read_prices": "rings.prices",
    "read_rings": "rings.model",
    "refine": "rings.refinement",
    "score": "rings.scoring",
    "set_apart": "rings.audiences",
    "simulate": "simulation.scenarios",
    "stability": "variation",
    "write_report": "views.report",
}

_ROOMS = {"datasets", "plot"}  # public as a module: cg.plot.raster

__all__ = [
    "AccountGraph", "Audit", "Communities", "EngagementGraph", "Events", "Evidence", "Explanation", "Ring",
    "RingDetector", "Rings", "Stability", "Table", "audit", "build_graph", "count_coactions", "explain", "explain_pair",
    "export", "find_communities", "find_pools", "find_rings", "plot", "project", "read_events", "read_prices",
    "read_rings", "refine", "score", "set_apart", "simulate", "stability", "write_report",
]  # fmt: skip


def __getattr__(name: str) -> object:
    """Load a public name from its module on first use."""
    if name not in _HOME:
        raise AttributeError(f"module 'clickgraph' has no attribute {name!r}")
    module = import_module(f"clickgraph.{_HOME[name]}")
    value = module if name in _ROOMS else getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
