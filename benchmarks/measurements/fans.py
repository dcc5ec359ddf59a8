"""Fans and farms side by side: one group in a small world, and what was said of it."""

from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.measuring import Numbers, describe, search
from clickgraph.evaluation import match_rings
from clickgraph.log.table import Table
from clickgraph.rings.model import Ring
from clickgraph.simulation.farms import Farm
from clickgraph.simulation.planting import plant
from clickgraph.simulation.scenarios import simulate
from clickgraph.simulation.worlds import MICROSECONDS, World, in_time_order

Kind = Literal["many clients", "one creator amid his fans"]

N_POSTS = 24
SIZE: dict[str, Any] = {"n_accounts": 3_000, "n_events": 30_000}
FANS: dict[str, Any] = {"n_creators": 1, "n_fans": (400, 400), "n_posts": (N_POSTS, N_POSTS)}
_PASSERS_BY = 0.3  # per paid act, as many as come by per act of a fan
_CAME_BACK = 0.5  # F1 from which a group is the farm, or more of it than anything else
_REGULAR = 3  # acts on one creator's posts that make a regular


def fan_world(*, faithful: float, seed: int) -> World:
    """Return a world with one creator's fans, some of whom never miss a post."""
    return simulate("fans", rng=seed, faithful=faithful, **SIZE, **FANS)


def measure_fans(*, faithful: float, seed: int, strata: str | None = None) -> Numbers:
    """Return what is said of the fans of one creator: of the strongest group that comes back."""
    rings, numbers = search(fan_world(faithful=faithful, seed=seed).events, strata=strata)
    return {**numbers, "group": _describe(rings[0]) if len(rings) else None}


def measure_farm(
    *,
    kind: Kind,
    loyalty: float,
    n_accounts: int,
    participation: float,
    faithful: float,
    seed: int,
    strata: str | None = None,
) -> Numbers:
    """Return what is said of a farm of a given size: of the group that fits it best.

    With many clients it works among people who choose for themselves; with one, every job is a post of a
    creator with fans of his own.
    """
    one_client = kind == "one creator amid his fans"
    farm = Farm(
        n_accounts=n_accounts,
        n_jobs=N_POSTS,
        participation=(participation, participation),
        loyalty=loyalty,
        lives="patchwork",
        clients=1 if one_client else 8,
        audience=(0.0, 0.0) if one_client else (_PASSERS_BY, _PASSERS_BY),
    )
    public = fan_world(faithful=faithful, seed=seed) if one_client else simulate("independent", rng=seed, **SIZE)
    world = plant(public.events, farm, rng=seed)
    return _search_farm(serve(world, public, creator=creator_with_fans(public)) if one_client else world, strata=strata)


def _search_farm(world: World, *, strata: str | None) -> Numbers:
    rings, numbers = search(world.events, strata=strata)
    match: Numbers = next(iter(match_rings(rings, world.truth)), {"found": None, "f1": 0.0})
    found = {ring.id: ring for ring in rings}.get(match["found"])
    f1 = float(match["f1"])
    group = _describe(found) if found is not None and f1 >= _CAME_BACK else None
    return {**numbers, "group": group, "f1": round(f1, 3)}


def creator_with_fans(world: World) -> Any:
    """Return the creator with the most regulars, of those with about as many posts as the one with fans.

    Someone with hundreds of posts has accounts that meet him a few times by accident.
    """
    events = world.events.to_arrow()
    posts = events.group_by("creator").aggregate([("content", "count_distinct")])
    near = pc.and_(
        pc.greater_equal(posts["content_count_distinct"], N_POSTS - 2),
        pc.less_equal(posts["content_count_distinct"], N_POSTS),
    )
    events = events.filter(pc.is_in(events["creator"], value_set=posts["creator"].filter(near).combine_chunks()))
    acts = events.group_by(["creator", "account"]).aggregate([("content", "count")])
    regulars = acts.filter(pc.greater_equal(acts["content_count"], _REGULAR))
    counts = pc.value_counts(regulars["creator"])
    best = int(np.argmax(counts.field("counts").to_numpy()))
    return counts.field("values")[best].as_py()


def serve(world: World, public: World, *, creator: Any) -> World:
    """Return `world` with its farm's jobs moved onto the posts of a creator of `public`, the k-th to the k-th.

    A job begins when the post comes out; where there are more jobs than posts, the rest of them is dropped.
    """
    events, before = world.events.to_arrow(), public.events.to_arrow()
    posts = before.filter(pc.equal(before["creator"], creator)).group_by("content").aggregate([("time", "min")])
    posts = posts.sort_by("time_min")
    known = pc.unique(before["content"])
    is_job = pc.invert(pc.is_in(events["content"], value_set=known))
    work, rest = events.filter(is_job), events.filter(pc.invert(is_job))
    jobs = work.group_by("content").aggregate([("time", "min")]).sort_by("time_min")
    job = pc.index_in(work["content"], value_set=jobs["content"].combine_chunks()).to_numpy()
    kept = job < len(posts)
    work, job = work.filter(pa.array(kept)), job[kept]
    begun, out = (_microseconds(table["time_min"])[job] for table in (jobs, posts))
    end = _microseconds(before["time"]).max()
    time = np.minimum(_microseconds(work["time"]) - begun + out, end) // MICROSECONDS * MICROSECONDS
    columns = {name: work[name] for name in work.column_names}
    columns["content"] = posts["content"].combine_chunks().take(pa.array(job))
    columns["creator"] = pa.repeat(pa.scalar(creator, work["creator"].type), len(work))
    columns["time"] = pa.array(time).cast(work["time"].type)
    return World(in_time_order(pa.concat_tables([rest, pa.table(columns, schema=rest.schema)])), _recount(world, work))


def _recount(world: World, work: pa.Table) -> Table:
    """Return the truth with the acts that are left of each member."""
    truth = world.truth.to_arrow()
    counts = pc.value_counts(work["account"])
    place = pc.index_in(truth["account"], value_set=counts.field("values")).to_numpy(zero_copy_only=False)
    n_acts = np.append(counts.field("counts").to_numpy(), 0)[np.nan_to_num(place, nan=-1).astype(np.int64)]
    return Table(truth.set_column(truth.column_names.index("n_acts"), "n_acts", pa.array(n_acts, pa.int64())))


def _microseconds(column: pa.ChunkedArray) -> np.ndarray[Any, np.dtype[np.int64]]:
    return np.asarray(column.cast(pa.int64()).to_numpy())


def _describe(ring: Ring) -> Numbers:
    """Return what the tables show of a ring, and every piece of its evidence."""
    pieces = {piece.name: float(piece.observed) for piece in ring.evidence if np.isfinite(piece.observed)}
    return {**describe(ring), "evidence": pieces}
