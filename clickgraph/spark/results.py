"""Results: what was scored as rings that know accounts and contents by their codes, and audiences set apart."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

import clickgraph
from clickgraph.log.table import Table
from clickgraph.rings.audiences import find_owners, layers_apart
from clickgraph.rings.columns import COLUMNS
from clickgraph.rings.model import Rings
from clickgraph.rings.scoring import Totals, why_nothing
from clickgraph.rings.tables import make_rings
from clickgraph.spark.counting import SparkLog, with_layers
from clickgraph.spark.judging import Scored
from clickgraph.spark.pairing import SparkTies
from clickgraph.spark.rounds import Courtroom
from clickgraph.spark.sublog import known_of, make_sublog
from clickgraph.spark.workplace import Workplace


def gather_rings(
    scored: Scored, ties: SparkTies, *,
    alpha: float, min_size: int, settings: dict[str, Any], without: Sequence[str],
) -> Rings:  # fmt: skip
    """Return what was scored as rings, best first, some tables left empty; accounts and contents are their codes."""
    log = scored.court.log
    told = list(ties.notices)
    tables = scored.tables([name for name in COLUMNS if name not in without])
    if not tables:
        told.append(why_nothing(_totals_of(scored.court), alpha=alpha, min_size=min_size))
    tables = _no_tables(scored.court) | tables
    rings = Rings(
        **tables, settings=settings, version=clickgraph.__version__, fingerprint=log.fingerprint,
        notices=(*log.frame.notices, *told),
    )  # fmt: skip
    return best_first(rings)


def best_first(rings: Rings) -> Rings:
    """Return the rings in the order of their verdict, their evidence, then their names."""
    return rings.joined(rings[:0])


def _totals_of(court: Courtroom) -> Totals:
    log = court.log
    met = log.slots.select("target", "account").distinct().groupBy("target").count()
    crowds = court.work.table(met)["count"].to_numpy()
    return Totals(int((log.n_acted > 0).sum()), log.n_events, len(court.windows), crowds)


def _no_tables(court: Courtroom) -> dict[str, Table]:
    """Return the tables of no rings."""
    log, nothing = court.log, np.empty(0, np.int64)
    intervals = dict.fromkeys(("target", "low", "high"), nothing)
    intervals["is_whole"] = np.zeros(log.n_accounts, dtype=np.bool_)
    codes = pa.array([], pa.int32())
    events = pa.table({"account": codes, "target": codes, "time": pa.array([], pa.int64())})
    sublog = make_sublog(
        events, known_of(log, court.windows), intervals=intervals,
        action_ids=log.frame.action_ids, clock=log.frame.clock,
    )  # fmt: skip
    rings = make_rings(sublog, [], ties=None, settings={}, notices=())
    return {name: getattr(rings, name) for name in COLUMNS}


def set_apart(work: Workplace, log: SparkLog, audiences: Rings) -> SparkLog:
    """Return the log with a layer of its own for the contents of each audience: :func:`clickgraph.set_apart`."""
    members = [ring.accounts.to_numpy() for ring in audiences]
    n_theirs = _events_of(work, log, members)
    met = (np.isin(log.target_content, ring.contents.to_numpy()) for ring in audiences)
    owner = find_owners(zip(n_theirs, met, strict=True), n_events=log.n_on_target)
    layers = layers_apart(owner, log.target_layer, log.base_layer)
    if not (owner >= 0).any():
        return replace(log, target_layer=layers[0], base_layer=layers[1])
    return with_layers(work, log, *layers)


def _events_of(work: Workplace, log: SparkLog, groups: list[NDArray[np.int32]]) -> list[NDArray[np.int64]]:
    """Return, for each group, its members' events on each target."""
    if not groups:
        return []
    from pyspark.sql import functions as sf

    pairs = pa.table({
        "account": pa.array(np.concatenate(groups), pa.int32()),
        "owner": pa.array(np.repeat(np.arange(len(groups)), list(map(len, groups))), pa.int32()),
    })  # fmt: skip
    members = sf.broadcast(work.spark.createDataFrame(pairs))
    table = work.table(log.slots.join(members, "account").groupBy("owner", "target").count())
    owner, target, count = (table[name].to_numpy() for name in ("owner", "target", "count"))
    n_theirs = [np.zeros(len(log.target_layer), dtype=np.int64) for _ in groups]
    for k, of_group in enumerate(n_theirs):
        of_group[target[owner == k]] = count[owner == k]
    return n_theirs
