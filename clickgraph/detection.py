"""find_rings: the whole walk of the data on one screen."""

import os
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from clickgraph.graph.communities import Communities, find_communities
from clickgraph.graph.engagement import EngagementGraph, build_graph
from clickgraph.graph.memory import check_memory
from clickgraph.graph.projection import project
from clickgraph.graph.sweep import Progress
from clickgraph.graph.ties import AccountGraph
from clickgraph.graph.turnouts import find_pools
from clickgraph.graph.windows import WindowLike, choose_windows, window_name
from clickgraph.log.memory import give_back
from clickgraph.log.readers import read_events
from clickgraph.rings.audiences import are_uneven, set_apart
from clickgraph.rings.background import Background
from clickgraph.rings.looks import unite
from clickgraph.rings.model import Rings
from clickgraph.rings.pools import add_pools, beside_audiences, codes_of_each, without_known
from clickgraph.rings.refinement import refine_in
from clickgraph.rings.rest import search_with_rest, without_accounts
from clickgraph.rings.scoring import score_in
from clickgraph.rings.splitting import FEW_OF_POOL
from clickgraph.settings import (
    ALPHA,
    FALSE_TIES,
    LEAST_APART,
    LOOKS,
    MIN_SHARED,
    MIN_SIZE,
    RESOLUTION,
    check_all,
    check_whole,
)


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
    memory_limit: str | int | None = None,
    workdir: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
    **columns: Any,
) -> Rings:
    """Find the groups of accounts that act as one in an engagement log.

    By what each two accounts have in common, and by what each two turnouts have: see :func:`clickgraph.project` and
    :func:`clickgraph.find_pools`. Where rings did half of the log, the others are looked for without them.

    Parameters
    ----------
    source : path, table, network or Events
        Whatever :func:`clickgraph.read_events` takes.
    windows : "auto" or sequence of windows
        How far apart two events may lie and still count as together; "auto" needs none from you: 10 s, 1 min,
        10 min, 1 h, 6 h, 1 day, 3 days and ever, as the clock allows.
    strata : str, optional
        A column of the log (language, topic, creator, ...) within whose values the null is computed.
    alpha : float
        The chance of any false ring in an organic log that is accepted.
    resolution : float
        Bits of evidence per pair of members below which a group is no community.
    min_size : int
        Smallest group that is reported.
    min_shared : int
        Fewest common proofs of a tie.
    false_ties : float
        False ties per account that may pass; the test of the ring pays for them.
    ignore : iterable of ids
        Accounts and contents to leave out: official accounts, press agencies.
    layers : {"separate", "merge"}
        Whether a like and a share of one content are two proofs or one.
    rng : int
        Seed of the community search.
    n_threads : int, optional
        Threads; all cores by default. The result does not depend on it.
    memory_limit : str or int, optional
        Memory that the process may take: ``"4GB"``, or bytes; by default what it has and 80 % of what is free. A
        Parquet log that needs more is sorted on disk; a search that needs more is refused before it begins.
    workdir : path, optional
        Folder in which a Parquet log is kept once it is sorted, as in :func:`clickgraph.read_events`.
    progress : callable, optional
        Called with the share of the pairs judged, from 0 to 1.
    **columns
        Names of columns (account, content, time, action, post) and `timezone`, as in
        :func:`clickgraph.read_events`.

    Returns
    -------
    Rings
        Best first, with members, bursts, witnesses, ties, evidence, and all settings; empty, with the reason,
        where there is nothing to say. Cost: near linear in the events, within the budget of co-actions.

    Raises
    ------
    InputError
        If the log or an option cannot be used, or the memory will not do: what was expected, what was found, and a
        hint.

    Examples
    --------
    >>> import clickgraph as cg
    >>> world = cg.simulate("phone-farm", n_accounts=60, n_organic_accounts=1000, n_organic_events=10000, rng=1)
    >>> [(ring.verdict, len(ring.accounts)) for ring in cg.find_rings(world.events)]
    [('ring', 60)]
    """
    check_all(alpha=alpha, resolution=resolution, min_size=min_size, min_shared=min_shared, false_ties=false_ties)
    check_whole("rng", rng, least=0)
    kept = () if strata is None else (strata,)
    columns = {"keep": kept, "memory_limit": memory_limit, "workdir": workdir} | columns
    events = read_events(source, layers=layers, ignore=ignore, **columns)
    widths, _ = choose_windows(windows, events.clock)
    n_layers = len(events.action_ids) + (strata is not None)
    check_memory(events, n_windows=len(widths), n_layers=n_layers, n_threads=n_threads, memory_limit=memory_limit)
    graph = build_graph(events, strata=strata)
    settings = note_settings(
        widths, strata=strata, alpha=alpha, resolution=resolution, min_size=min_size,
        min_shared=min_shared, false_ties=false_ties, layers=layers, rng=rng,
    )  # fmt: skip

    def tie(graph: EngagementGraph) -> AccountGraph:
        return project(
            graph, windows=windows, min_shared=min_shared, false_ties=false_ties, n_threads=n_threads, progress=progress
        )

    def search_all(graph: EngagementGraph) -> Rings:
        return search(
            graph, tie, windows=windows, alpha=alpha, resolution=resolution, min_size=min_size, false_ties=false_ties,
            rng=rng, n_threads=n_threads, settings=settings,
        )  # fmt: skip

    return search_with_rest(
        search_all, graph, members_of=lambda rings: codes_of_each(rings, events.account_ids), without=without_accounts
    )


def search(
    graph: EngagementGraph, tie: Callable[[EngagementGraph], AccountGraph], *, windows: str | Sequence[WindowLike],
    alpha: float, resolution: float, min_size: int, false_ties: float, rng: int, n_threads: int | None,
    settings: dict[str, Any] | None = None,
) -> Rings:  # fmt: skip
    """Look for rings by the ties of the accounts, beside audiences once more, and by the turnouts of the targets."""
    widths, _ = choose_windows(windows, graph.events.clock)

    def judge(log: Background, groups: Communities, ties: AccountGraph, *, says_why: bool = True) -> Rings:
        return score_in(
            log, groups, ties=ties, alpha=alpha, min_size=min_size,
            settings=settings, notices=ties.notices, n_threads=n_threads, says_why=says_why,
        )  # fmt: skip

    def look(graph: EngagementGraph) -> tuple[Rings, AccountGraph]:
        ties = tie(graph)
        seeds = find_communities(ties, resolution=resolution, rng=rng)
        log = Background.of(graph, widths)
        return judge(log, refine_in(log, seeds, min_size=min_size, n_threads=n_threads), ties), ties

    graph, rings, ties = look_beside_audiences(look, graph, set_apart=set_apart)
    is_left = beside_audiences(graph, rings)
    give_back()  # of what the looks left behind
    pools = find_pools(graph, is_left, resolution=resolution, false_ties=false_ties, rng=rng, n_threads=n_threads)
    pools = without_known(pools, rings)
    if len(pools) == 0:
        return rings
    log = Background.of(graph, widths)  # let go while pools were looked for, which takes most memory
    groups = refine_in(log, pools, min_size=min_size, few=FEW_OF_POOL, n_threads=n_threads)
    return add_pools(judge(log, groups, ties, says_why=False), rings) if len(groups) else rings


def note_settings(widths: NDArray[np.int64], **options: Any) -> dict[str, Any]:
    """Return what goes with a result: the windows by their names, and the options."""
    return {"windows": [window_name(int(width)) for width in widths], **options}


class Layered(Protocol):
    """A log of which some targets may be set apart."""

    @property
    def n_events(self) -> int:
        """Number of events."""

    @property
    def n_apart(self) -> int:
        """Number of events on targets that were set apart."""


Log = TypeVar("Log", bound=Layered)
Kept = TypeVar("Kept")


def look_beside_audiences(
    look: Callable[[Log], tuple[Rings, Kept]], log: Log, *, set_apart: Callable[[Log, Rings], Log]
) -> tuple[Log, Rings, Kept]:
    """Look for rings; where audiences hold much of the log, set their contents apart and look again.

    Returns the log as it was looked at last, what all looks found, and what the last one keeps for later.
    """
    rings, kept = look(log)
    for _ in range(int(LOOKS.default) - 1):
        apart = set_apart(log, rings.where(are_uneven(rings)))
        if apart.n_apart - log.n_apart < LEAST_APART.default * log.n_events:
            break
        log = apart
        later, kept = look(log)
        rings = unite(later, rings)
    return log, rings, kept
