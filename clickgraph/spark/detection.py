"""find_rings on Spark: the same walk, with the events on the cluster."""

from collections.abc import Iterable, Sequence
from os import PathLike
from typing import TYPE_CHECKING, Any, Literal

from clickgraph.detection import look_beside_audiences, note_settings
from clickgraph.graph.windows import WindowLike, choose_windows, window_name
from clickgraph.rings.model import Rings
from clickgraph.rings.pools import add_pools
from clickgraph.rings.rest import search_with_rest
from clickgraph.rings.splitting import FEW_OF_POOL
from clickgraph.settings import ALPHA, FALSE_TIES, MIN_SHARED, MIN_SIZE, RESOLUTION, check_all, check_whole
from clickgraph.spark.counting import SparkLog, without_accounts
from clickgraph.spark.grouping import Members, find_communities
from clickgraph.spark.judging import Scored, refine, score
from clickgraph.spark.naming import in_ids, name_ties
from clickgraph.spark.opening import open_log, open_session
from clickgraph.spark.pairing import SparkTies, count_pairs, find_ties
from clickgraph.spark.results import gather_rings, set_apart
from clickgraph.spark.rounds import Courtroom
from clickgraph.spark.turnouts import find_pools
from clickgraph.spark.workplace import open_workplace
from clickgraph.spark.writing import LONG, write_tables

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

Folder = str | PathLike[str] | None


def find_rings(
    source: object,
    *,
    spark: "SparkSession | None" = None,
    folder: Folder = None,
    n_blocks: int | None = None,
    write: Folder = None,
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
    **columns: Any,
) -> Rings:
    """Find the rings of a log that one machine does not hold: what :func:`clickgraph.find_rings` finds, on Spark.

    Parameters
    ----------
    source : DataFrame or path
        A Spark DataFrame, classic or Connect, or the path of Parquet files as Spark understands it.
    spark : SparkSession, optional
        With a path; the active session by default.
    folder : path, optional
        Where the stages of the work are written and read, removed at the end where it is a file system that this
        process reaches. All workers must reach it; needed unless the session is local.
    n_blocks : int, optional
        Into how many blocks the accounts are cut, each pair of which is a task; by default as the log is long.
        The result does not depend on it, nor on the partitions of anything.
    write : path, optional
        Where the workers write the tables of the result, each as a folder of Parquet files; nothing else may be there.
        The long ones, acts and ties, then do not come to this process: they are empty in what is returned.
    windows, strata, alpha, resolution, min_size, min_shared, false_ties, ignore, layers, rng, **columns
        As for :func:`clickgraph.find_rings`.

    Returns
    -------
    Rings
        Equal to what :func:`clickgraph.find_rings` returns for the same rows. Cost: docs/spark.md has measurements,
        and what the driver and the tasks hold.

    Raises
    ------
    InputError
        As :func:`clickgraph.find_rings`; without a folder where one is needed; or where the events around a batch
        of groups do not fit a task.
    ImportError
        Without PySpark.
    """
    check_all(alpha=alpha, resolution=resolution, min_size=min_size, min_shared=min_shared, false_ties=false_ties)
    check_whole("rng", rng, least=0)
    frame = open_session(source, spark)
    without = () if write is None else LONG
    with open_workplace(frame.sparkSession, folder) as work:
        log = open_log(work, frame, strata=strata, ignore=ignore, layers=layers, columns=columns)
        widths, told = choose_windows(windows, log.frame.clock)
        settings = note_settings(
            widths, strata=strata, alpha=alpha, resolution=resolution, min_size=min_size,
            min_shared=min_shared, false_ties=false_ties, layers=layers, rng=rng,
        )  # fmt: skip
        looks: list[Scored] = []

        def judge(court: Courtroom, groups: Sequence[Members], ties: SparkTies) -> Rings:
            looks.insert(0, score(court, groups, ties, alpha=alpha, min_size=min_size))
            return gather_rings(looks[0], ties, alpha=alpha, min_size=min_size, settings=settings, without=without)

        def search(log: SparkLog) -> Rings:
            pairs = count_pairs(work, log, widths)

            def look(log: SparkLog) -> tuple[Rings, tuple[Courtroom, SparkTies]]:
                ties = find_ties(
                    work, log, widths, pairs,
                    min_shared=min_shared, false_ties=false_ties, n_blocks=n_blocks, notices=told,
                )  # fmt: skip
                court = Courtroom.of(work, log, widths)
                seeds = find_communities(work, log, ties, resolution=resolution, rng=rng)
                return judge(court, refine(court, seeds, min_size=min_size), ties), (court, ties)

            log, rings, (court, ties) = look_beside_audiences(
                look, log, set_apart=lambda log, rings: set_apart(work, log, rings)
            )
            pools = find_pools(work, log, rings, resolution=resolution, false_ties=false_ties, rng=rng)
            groups = refine(court, pools, min_size=min_size, few=FEW_OF_POOL)
            if not groups:
                return rings
            found = judge(court, groups, ties)
            looks[0] = looks[0].beside(rings)
            return add_pools(found, rings)

        rings = search_with_rest(
            search, log,
            members_of=lambda rings: [ring.accounts.to_numpy() for ring in rings],
            without=lambda log, accounts: without_accounts(work, log, accounts),
        )  # fmt: skip
        named, names = in_ids(work, log, rings)
        if write is not None:
            write_tables(log, looks, rings, names=names, out=str(write).rstrip("/"))
        return named


def project(
    source: object,
    *,
    spark: "SparkSession | None" = None,
    folder: Folder = None,
    n_blocks: int | None = None,
    windows: str | Sequence[WindowLike] = "auto",
    strata: str | None = None,
    min_shared: int = int(MIN_SHARED.default),
    false_ties: float = FALSE_TIES.default,
    ignore: Iterable[object] = (),
    layers: Literal["separate", "merge"] = "separate",
    **columns: Any,
) -> "DataFrame":
    """Find the ties between accounts that chance does not explain: those of :func:`clickgraph.project`.

    Parameters
    ----------
    source, spark, folder, n_blocks
        As for :func:`clickgraph.spark.find_rings`.
    windows, strata, min_shared, false_ties, ignore, layers, **columns
        As for :func:`clickgraph.find_rings`.

    Returns
    -------
    DataFrame
        A row per tie: account, other, shared, expected, window, bits, kept, as
        :meth:`clickgraph.AccountGraph.to_table` has them, in no order. It is read from `folder`, whose stages stay
        for that; without one they are in a temporary folder.
    """
    check_all(min_shared=min_shared, false_ties=false_ties)
    frame = open_session(source, spark)
    with open_workplace(frame.sparkSession, folder) as work:
        log = open_log(work, frame, strata=strata, ignore=ignore, layers=layers, columns=columns)
        widths, told = choose_windows(windows, log.frame.clock)
        pairs = count_pairs(work, log, widths)
        ties = find_ties(
            work, log, widths, pairs, min_shared=min_shared, false_ties=false_ties, n_blocks=n_blocks, notices=told
        )
        names = {int(width): window_name(int(width)) for width in widths}
        return work.leave(name_ties(log, ties.frame, names), "ties")
