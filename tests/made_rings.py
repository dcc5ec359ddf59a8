"""Rings made by hand: two groups on a log that nobody needs."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pyarrow as pa

from clickgraph.log.table import Table
from clickgraph.rings.model import Rings

TIME = pa.timestamp("us", tz="UTC")
NOON = datetime(2024, 1, 1, 12, tzinfo=UTC)
NAN = float("nan")

SCHEMAS = {
    "summary": {
        "ring": pa.string(), "score_bits": pa.float64(), "p_value": pa.float64(), "verdict": pa.string(),
        "decided_by": pa.string(), "n_accounts": pa.int32(), "n_contents": pa.int32(),
        "n_bursts": pa.int32(), "window": pa.string(), "first": TIME, "last": TIME,
        "variance_ratio": pa.float64(), "edge": pa.float64(),
    },
    "members": {
        "ring": pa.string(), "account": None, "score_bits": pa.float64(), "member_bits": pa.float64(),
        "share": pa.float64(),
    },
    "bursts": {
        "ring": pa.string(), "content": pa.string(), "action": pa.string(), "start": TIME, "end": TIME,
        "n_members": pa.int32(), "n_outside": pa.int32(), "expected": pa.float64(), "bits": pa.float64(),
    },
    "acts": {
        "ring": pa.string(), "account": None, "content": pa.string(), "action": pa.string(), "time": TIME,
    },
    "ties": {
        "ring": pa.string(), "account": None, "other": None, "shared": pa.int32(),
        "expected": pa.float64(), "window": pa.string(), "bits": pa.float64(),
    },
    "evidence": {
        "ring": pa.string(), "name": pa.string(), "observed": pa.float64(), "expected": pa.float64(),
        "bits": pa.float64(),
    },
}  # fmt: skip
SETTINGS = {"alpha": 0.01, "windows": ["10s", "10min"], "rng": 0}


def make_ring(
    name: str, accounts: list[Any], contents: list[str], *, clock: bool = True, **summary: Any
) -> dict[str, list[dict[str, Any]]]:
    """The rows of one ring: every account acts in one burst on each content, an hour apart."""
    n = len(accounts)
    starts = [NOON + timedelta(hours=at) if clock else None for at in range(len(contents))]
    ends = [start + timedelta(seconds=10 * n) if start else None for start in starts]
    row: dict[str, Any] = {
        "ring": name, "score_bits": 30.0 * len(contents) - 25.0, "p_value": 1e-12, "verdict": "ring",
        "decided_by": "variance ratio", "n_accounts": n, "n_contents": len(set(contents)),
        "n_bursts": len(contents), "window": "10min" if clock else "ever", "first": starts[0],
        "last": ends[-1], "variance_ratio": 0.9, "edge": 0.0, **summary,
    }  # fmt: skip
    ring = {"ring": name}
    return {
        "summary": [row],
        "members": [
            ring | {"account": account, "score_bits": row["score_bits"], "member_bits": 8.0, "share": 0.5}
            for account in accounts
        ],
        "bursts": [
            ring | {"content": content, "action": "like", "start": start, "end": end, "n_members": n,
                    "n_outside": 1, "expected": 0.25, "bits": 30.0}
            for content, start, end in zip(contents, starts, ends, strict=True)
        ],
        "acts": [
            ring | {"account": account, "content": content, "action": "like",
                    "time": start and start + timedelta(seconds=10 * at)}
            for content, start in zip(contents, starts, strict=True)
            for at, account in enumerate(accounts)
        ],
        "ties": [
            ring | {"account": one, "other": two, "shared": len(contents), "expected": 0.01,
                    "window": row["window"], "bits": 20.0}
            for one, two in pairwise(accounts)
        ],
        "evidence": [
            ring | piece for piece in (
                {"name": "bursts", "observed": float(n * len(contents)),
                 "expected": 0.25 * len(contents), "bits": row["score_bits"] + 25.0},
                {"name": "choice of bursts", "observed": 4.0, "expected": NAN, "bits": -15.0},
                {"name": "choice of members", "observed": float(n), "expected": NAN, "bits": -10.0},
                {"name": "variance ratio", "observed": row["variance_ratio"], "expected": 1.0, "bits": 0.0},
                {"name": "edge", "observed": row["edge"], "expected": 0.0, "bits": 0.0},
                {"name": "whole log", "observed": row["score_bits"] + 3.0, "expected": NAN, "bits": 0.0},
            )
        ],
    }  # fmt: skip


def make_rings(*made: dict[str, list[dict[str, Any]]], accounts: pa.DataType | None = None, **facts: Any) -> Rings:
    """`Rings` of the given rings in their order; `accounts` is the type of their ids."""
    ids = accounts or pa.string()
    tables = {
        name: Table(
            pa.Table.from_pylist(
                [row for ring in made for row in ring[name]],
                schema=pa.schema([(column, kind or ids) for column, kind in columns.items()]),
            )
        )
        for name, columns in SCHEMAS.items()
    }
    given: dict[str, Any] = {
        "settings": SETTINGS, "version": "0.1.0", "fingerprint": "f00d" * 8, "notices": (), **facts
    }  # fmt: skip
    return Rings(**tables, **given)


def two_rings() -> Rings:
    """A farm of four on three contents (one twice), and an audience of three; "a2" is in both."""
    return make_rings(
        make_ring("r-farm", ["a1", "a2", "a3", "a4"], ["c2", "c1", "c3", "c2"]),
        make_ring("r-fans", ["b1", "a2", "b2"], ["c9", "c8"], verdict="audience", variance_ratio=6.0, edge=NAN),
        notices=("the clock ticks every 1s",),
    )
