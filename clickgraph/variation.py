"""Variation: the same log searched again under other seeds, windows and resolutions.

The function is ``clickgraph.stability``; a module of that name would hide it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from clickgraph.detection import find_rings, search
from clickgraph.errors import InputError
from clickgraph.graph.engagement import EngagementGraph, build_graph
from clickgraph.graph.projection import project
from clickgraph.graph.ties import AccountGraph
from clickgraph.graph.windows import WindowLike, choose_windows, window_name
from clickgraph.log.readers import read_events
from clickgraph.log.text import printable
from clickgraph.rings.model import Rings
from clickgraph.runs import Setting, Stability, Windows, compare_runs
from clickgraph.settings import ALPHA, FALSE_TIES, MIN_SHARED, MIN_SIZE, RESOLUTION, check, check_whole

__all__ = ["Stability", "stability"]

BASE = "base"
SEEDS = (1, 2, 3, 4)
RESOLUTIONS = (0.5, 2.0)  # times the base's


def stability(
    source: object,
    *,
    seeds: Sequence[int] = SEEDS,
    window_sets: Sequence[WindowLike | Sequence[WindowLike]] | None = None,
    resolutions: Sequence[float] | None = None,
    windows: str | Sequence[WindowLike] = "auto",
    resolution: float = RESOLUTION.default,
    rng: int = 0,
    strata: str | None = None,
    alpha: float = ALPHA.default,
    min_size: int = int(MIN_SIZE.default),
    min_shared: int = int(MIN_SHARED.default),
    false_ties: float = FALSE_TIES.default,
    ignore: Iterable[object] = (),
    layers: Literal["separate", "merge"] = "separate",
    n_threads: int | None = None,
    **columns: Any,
) -> Stability:
    """Look for the rings of a log again under other settings, one changed at a time.

    Parameters
    ----------
    source : path, table, network or Events
        The log, as :func:`clickgraph.read_events` takes it.
    seeds : sequence of int
        Other seeds of the community search.
    window_sets : sequence, optional
        Other windows, each a window or several, such as ``["10s", ("1min", "1h")]``. If not given, the base's windows
        with each one left out in turn: no ring should hang on a single one.
    resolutions : sequence of float, optional
        Other resolutions; half and twice the base's if not given.
    windows, resolution, rng
        The base, as for :func:`clickgraph.find_rings`.
    strata, alpha, min_size, min_shared, false_ties, ignore, layers, n_threads, **columns
        As for :func:`clickgraph.find_rings`, the same in every run.

    Returns
    -------
    Stability
        Cost: a projection for each set of windows and two for the base's, and a search for communities and their test
        for every run.

    Raises
    ------
    InputError
        If the log or an option cannot be used, or there is nothing to vary.

    Notes
    -----
    A ring of the base is matched with the ring of a run whose F1, ``2 * common / (n + m)``, is largest; "again" means
    0.8 or more. That a ring comes back says that the search is steady, not that its accounts act as one: an audience
    comes back as well.

    Examples
    --------
    >>> import clickgraph as cg
    >>> world = cg.simulate("phone-farm", n_accounts=60, n_organic_accounts=1000, n_organic_events=10000, rng=1)
    >>> found = cg.stability(world.events, seeds=[1, 2], window_sets=["10min"], resolutions=[2.0])
    >>> found.summary().to_pylist()[0]["n_again"]
    4
    """
    _check_lists(seeds=seeds, window_sets=window_sets, resolutions=resolutions)
    for seed in seeds:
        check_whole("a seed", seed, least=0)
    for value in resolutions or ():
        check("resolution", value)
    events = read_events(source, layers=layers, ignore=ignore, **columns)
    base = Setting(BASE, BASE, rng, _names(windows, clock=events.clock), resolution)
    others = [
        *(base._replace(name="rng", value=str(seed), rng=seed) for seed in seeds if seed != rng),
        *_vary_windows(base, window_sets, clock=events.clock),
        *_vary_resolution(base, resolutions),
    ]
    if not others:
        raise InputError("a seed, a set of windows or a resolution other than the base's", "none")
    knobs: dict[str, Any] = {"min_shared": min_shared, "false_ties": false_ties, "n_threads": n_threads}
    found = find_rings(
        events, windows=windows, resolution=resolution, rng=rng, strata=strata, alpha=alpha, min_size=min_size,
        layers=layers, **knobs,
    )  # fmt: skip
    walk = _Walk(build_graph(events, strata=strata), knobs, {"alpha": alpha, "min_size": min_size}, {})
    runs = [(setting, walk.find(setting)) for setting in others]
    return compare_runs(found, runs, account_ids=events.account_ids)


def _check_lists(**asked: object) -> None:
    """Raise InputError where one value is given for a list of them: a text is no list of its letters."""
    for name, values in asked.items():
        if values is not None and (isinstance(values, str) or not isinstance(values, Iterable)):
            raise InputError(f"{name} as a sequence", printable(repr(values)), f"{name}=[{printable(repr(values))}]")


@dataclass(frozen=True, slots=True, eq=False)
class _Walk:
    """The stages of find_rings over one graph; its ties are kept, for they depend on the windows alone."""

    graph: EngagementGraph
    knobs: dict[str, Any]
    tests: dict[str, Any]
    ties: dict[Windows, AccountGraph]

    def find(self, setting: Setting) -> Rings:
        return search(
            self.graph, lambda graph: self._project(graph, setting.windows), windows=setting.windows,
            resolution=setting.resolution, rng=setting.rng, false_ties=self.knobs["false_ties"],
            n_threads=self.knobs["n_threads"], **self.tests,
        )  # fmt: skip

    def _project(self, graph: EngagementGraph, windows: Windows) -> AccountGraph:
        if graph is not self.graph:  # contents of audiences were set apart
            return project(graph, windows=windows, **self.knobs)
        if windows not in self.ties:
            self.ties[windows] = project(graph, windows=windows, **self.knobs)
        return self.ties[windows]


def _names(windows: object, *, clock: int | None) -> Windows:
    return tuple(window_name(int(width)) for width in choose_windows(windows, clock)[0])  # type: ignore[arg-type]


def _vary_windows(base: Setting, window_sets: Sequence[Any] | None, *, clock: int | None) -> list[Setting]:
    if window_sets is None:
        if len(base.windows) < 2:
            return []
        parts = [tuple(name for name in base.windows if name != left_out) for left_out in base.windows]
        said = [f"without {left_out}" for left_out in base.windows]
    else:
        parts = [_names(each, clock=clock) for each in window_sets]
        said = ["+".join(part) for part in parts]
    named = zip(parts, said, strict=True)
    return [base._replace(name="windows", value=value, windows=part) for part, value in named if part != base.windows]


def _vary_resolution(base: Setting, resolutions: Sequence[float] | None) -> list[Setting]:
    asked = [base.resolution * factor for factor in RESOLUTIONS] if resolutions is None else resolutions
    return [
        base._replace(name="resolution", value=f"{value:g}", resolution=value)
        for value in asked
        if value != base.resolution
    ]
