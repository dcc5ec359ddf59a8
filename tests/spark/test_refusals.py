"""What cannot be used on Spark is refused as it is locally, with the reason."""

from typing import Any

import pyarrow as pa
import pytest
from made_groups import crowd, farm
from toy_logs import make_log

from clickgraph.errors import InputError

LOG = {"account": ["a", "b", "c"], "content": ["x"] * 3, "time": ["2024-05-01T00:00:00Z"] * 3}


def _find(spark: Any, log: dict[str, Any], **options: Any) -> None:
    import clickgraph.spark as cs

    cs.find_rings(spark.createDataFrame(pa.table(log)), **options)


def test_sources(spark: Any) -> None:
    import clickgraph.spark as cs

    with pytest.raises(InputError, match="a Spark DataFrame or the path of Parquet files; found list"):
        cs.find_rings([1, 2], spark=spark)


def test_missing_values_in_another_part_of_the_log(spark: Any) -> None:
    log = {**LOG, "account": ["a", "b", None]}
    with pytest.raises(InputError, match=r"1 missing in row .*counted within one part of the log"):
        _find(spark, log)


def test_times_of_two_units(spark: Any) -> None:
    with pytest.raises(InputError, match="Unix times of one unit"):
        _find(spark, {**LOG, "time": [1_700_000_000, 1_700_000_001, 1_700_000_000_000]})


def test_days_among_finer_times(spark: Any) -> None:
    days = [1_700_006_400 + 86_400 * (k % 5) for k in range(50)]
    fine = [1_700_000_123 + 977 * k for k in range(50)]
    log = {"account": [f"a{k}" for k in range(100)], "content": ["x"] * 100, "time": days + fine}
    with pytest.raises(InputError, match="times of one clock"):
        _find(spark, log)


def test_options(spark: Any) -> None:
    with pytest.raises(InputError, match="strata, to name other columns"):
        _find(spark, LOG, strata="language")
    with pytest.raises(InputError, match="plain values in tags; found array"):
        _find(spark, {**LOG, "tags": [["a"], ["b"], []]}, strata="tags")
    with pytest.raises(InputError, match="layers to be one of"):
        _find(spark, LOG, layers="both")
    with pytest.raises(InputError, match="alpha"):
        _find(spark, LOG, alpha=2.0)
    with pytest.raises(TypeError, match="unexpected keyword nation"):
        _find(spark, LOG, nation="x")


def test_an_empty_log(spark: Any) -> None:
    empty = pa.table(LOG).slice(0, 0)
    import clickgraph.spark as cs

    with pytest.raises(InputError, match="events to work on; found none"):
        cs.find_rings(spark.createDataFrame(empty))
    with pytest.raises(InputError, match="events to work on; found none"):
        _find(spark, LOG, ignore=["x"])


def test_groups_with_too_much_around_them(spark: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from clickgraph.spark import rounds

    monkeypatch.setattr(rounds, "MOST_EVENTS", 10)
    log = make_log(crowd(200, 2_000) + farm("f", 12, 9))
    with pytest.raises(InputError, match=r"at most 10 events lie, for one task to judge; found \d+"):
        _find(spark, log.to_pydict())
