"""Measuring: what find_rings, or a peer, makes of a world, as plain numbers."""

import math
import time
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.peers.groups import Groups
from clickgraph.detection import find_rings
from clickgraph.evaluation import MIN_ACTS, Evaluation, evaluate
from clickgraph.log.table import Table
from clickgraph.measures import average_precision
from clickgraph.rings.model import Ring, Rings
from clickgraph.rings.ring import VERDICTS
from clickgraph.simulation.worlds import World

Numbers = dict[str, Any]
# What is told of a true ring's partner.
SHOWN = ("verdict", "decided_by", "bits", "p_value", "variance_ratio", "edge", "unevenness", "returns")
# The smallest p-value of the groups of these verdicts, 1 where there are none.
P_OF = {
    "smallest_p": VERDICTS,
    "smallest_suspected_p": ("ring", "candidate", "not enough data"),
    "smallest_ring_p": ("ring",),
}


def search(events: Any, **options: Any) -> tuple[Rings, Numbers]:
    """Return the rings of a log by find_rings with defaults but for `options`, and its seconds and counts."""
    begun = time.perf_counter()
    rings = find_rings(events, n_threads=1, **options)
    seconds = round(time.perf_counter() - begun, 2)
    verdicts = [ring.verdict for ring in rings]
    counts = {verdict: verdicts.count(verdict) for verdict in VERDICTS}
    smallest = {
        name: min([1.0, *(p_against_own_hours(ring) for ring in rings if ring.verdict in verdicts)])
        for name, verdicts in P_OF.items()
    }
    return rings, {"search_seconds": seconds, "n_verdicts": counts, **smallest}


def p_against_own_hours(ring: Ring) -> float:
    """Return the p-value of the test of the ring's own hours, also where another piece was shown."""
    bits = piece_of(ring, "own hours")
    return float(ring.p_value if math.isnan(bits) else min(1.0, 2.0 ** -max(bits, 0.0)))


def describe(ring: Ring) -> Numbers:
    """Return what the tables show of a ring."""
    row = ring.summary
    return {
        "n_accounts": len(ring.accounts),
        "n_contents": len(ring.contents),
        "verdict": ring.verdict,
        "decided_by": ring.decided_by,
        "bits": round(float(ring.score_bits), 1),
        "p_value": p_against_own_hours(ring),
        "variance_ratio": _number(row["variance_ratio"]),
        "edge": _number(row["edge"]),
        "unevenness": _number(piece_of(ring, "unevenness")),
        "returns": _number(piece_of(ring, "returns")),
        "participation": mean_participation(ring),
    }


def piece_of(ring: Ring, name: str) -> float:
    """Return what was observed of a piece of the ring's evidence, NaN where it has none."""
    return next((float(piece.observed) for piece in ring.evidence if piece.name == name), math.nan)


def mean_participation(ring: Ring) -> float:
    """Return the share of the ring's contents on which its mean member acted within the bursts."""
    acts = ring.acts.to_arrow().group_by(["account", "content"]).aggregate([])
    return round(len(acts) / max(len(ring.accounts) * len(pc.unique(acts["content"])), 1), 3)


def against_truth(rings: Rings, world: World) -> Numbers:
    """Return the measures of all rings reported, and of those with the verdict `ring` only."""
    accounts = world.events["account"]
    every = evaluate(rings, world.truth, accounts=accounts)
    sure = evaluate(rings, world.truth, accounts=accounts, verdicts=["ring"])
    return {"all": to_numbers(every), "ring": to_numbers(sure), "rings": _true_rings(rings, every)}


def organic_rings(rings: Rings, world: World, *, most: int = 10) -> list[Numbers]:
    """Return the strongest rings less than half of whose accounts are of a farm."""
    farm = world.truth["account"].combine_chunks()
    found = []
    for ring in rings:
        members = ring.accounts.cast(farm.type)
        if pc.sum(pc.is_in(members, value_set=farm)).as_py() < 0.5 * len(members):
            found.append(describe(ring))
    return found[:most]


def groups_against_truth(groups: Groups, world: World) -> Numbers:
    """Return the measures of a peer's groups; the accounts are ranked by the peer's own account scores."""
    result = evaluate(groups.to_members(), world.truth, accounts=groups.ids)
    numbers = to_numbers(result)
    counted, positive = _counted(world.truth, groups.ids)
    numbers["average_precision"] = _number(
        average_precision(groups.account_scores[counted], positive=positive[counted])
    )
    return {"all": numbers, "notes": dict(groups.notes)}


def to_numbers(result: Evaluation) -> Numbers:
    """Return the scalars of an evaluation."""
    names = ["average_precision", "n_rings", "n_true_rings", "n_matched", "n_organic", "n_organic_ahead"]
    names += ["adjusted_rand_index", "n_members", "n_apart"]
    return {name: _number(getattr(result, name)) for name in names}


def _true_rings(rings: Rings, result: Evaluation) -> list[Numbers]:
    """Return a row per true ring: its partner's F1, verdict and p-value."""
    by_id = {ring.id: ring for ring in rings}
    rows = []
    for match in result.matches:
        partner = by_id.get(match["found"])
        shown = {} if partner is None else describe(partner)
        rows.append(
            {
                "ring": match["ring"],
                "n_members": int(match["n_accounts"]),
                "f1": round(float(match["f1"]), 3),
                "precision": round(float(match["precision"]), 3),
                "recall": round(float(match["recall"]), 3),
                **{name: shown.get(name) for name in SHOWN},
            }
        )
    return rows


def _counted(truth: Table, ids: pa.Array) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return which accounts are judged at all, and which of them are members of a farm."""
    acted = pc.greater_equal(truth["n_acts"], MIN_ACTS)
    members, everyone = (
        pc.is_in(ids, value_set=column.combine_chunks().cast(ids.type)).to_numpy(zero_copy_only=False)
        for column in (truth["account"].filter(acted), truth["account"])
    )
    return members | ~everyone, members


def _number(value: Any) -> Any:
    """Return a plain number, None for nan: JSON has none."""
    if isinstance(value, bool | int | np.integer):
        return int(value)
    return None if value is None or not np.isfinite(value) else round(float(value), 6)
