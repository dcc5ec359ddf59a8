"""find_rings: the whole walk of the data on one screen."""

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from clickgraph.graph.communities import find_communities
from clickgraph.graph.engagement import build_graph
from clickgraph.graph.projection import Progress, project
from clickgraph.graph.windows import WindowLike, choose_windows, window_name
from clickgraph.log.readers import read_events
from clickgraph.rings.model import Rings
from clickgraph.rings.refinement import refine
from clickgraph.rings.scoring import score
from clickgraph.settings import ALPHA, FALSE_TIES, MIN_SHARED, MIN_SIZE, RESOLUTION


def find_rings(
    source: object,
    *,
    windows: str | Sequence[WindowLike] = "auto",
    strata: str | None = None,
    alpha: float = ALPHA.default,
    resolution: float = RESOLUTION.default,
    min_size: int = int(MIN_SIZE.default),
    min_shared: int = int(MIN_SHARED.default),
    false_ties: float = FALSE_TIES.default,
    ignore: Iterable[object] = (),
    layers: Literal["separate", "merge"] = "separate",
    rng: int = 0,
    n_threads: int | None = None,
    progress: Progress | None = None,
    **columns: Any,
) -> Rings:
    """Find the groups of accounts that act as one."""
    events = read_events(source, layers=layers, ignore=ignore, **columns)
    graph = build_graph(events, strata=strata)
    ties = project(
        graph,
        windows=windows,
        min_shared=min_shared,
        false_ties=false_ties,
        n_threads=n_threads,
        progress=progress,
    )
    communities = find_communities(ties, resolution=resolution, rng=rng)
    groups = refine(graph, communities, windows=windows, min_size=min_size)
    widths, told = choose_windows(windows, events.clock)
    settings = {
        "windows": [window_name(int(width)) for width in widths], "strata": strata, "alpha": alpha,
        "resolution": resolution, "min_size": min_size, "min_shared": min_shared, "false_ties": false_ties,
        "layers": layers, "rng": rng,
    }  # fmt: skip
    return score(
        graph,
        groups,
        ties=ties,
        windows=windows,
        alpha=alpha,
        min_size=min_size,
        settings=settings,
        notices=ties.notices,
    )
