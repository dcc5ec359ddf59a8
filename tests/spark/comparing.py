"""The one law of clickgraph.spark: what it finds is what the local walk finds."""

from typing import Any

import pyarrow as pa

import clickgraph as cg
from clickgraph.rings.columns import COLUMNS


def assert_same(there: cg.Rings, here: cg.Rings) -> None:
    """Compare every table, and what goes with them."""
    for name in COLUMNS:
        one, other = (getattr(rings, name) for rings in (there, here))
        assert one.to_arrow().schema.equals(other.to_arrow().schema), name
        assert one == other, name
    for fact in ("settings", "version", "fingerprint", "notices"):
        assert getattr(there, fact) == getattr(here, fact), fact


def assert_spark_equals_local(spark: Any, log: pa.Table, *, partitions: int = 3, **options: Any) -> cg.Rings:
    """Search a log both ways; return the rings."""
    import clickgraph.spark as cs

    frame = spark.createDataFrame(log).repartition(partitions)
    here = cg.find_rings(frame.toArrow(), **options)
    assert_same(cs.find_rings(frame, **options), here)
    return here
