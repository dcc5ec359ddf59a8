"""Spark for the tests: where it cannot run, they are skipped and say why."""

import importlib.util
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
CONF = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.memory": "1g",
    "spark.sql.shuffle.partitions": "4",
    "spark.sql.session.timeZone": "UTC",
}


def why_not() -> str | None:
    """Say why the tests on Spark cannot run here; None where they can."""
    if importlib.util.find_spec("pyspark") is None:
        return "PySpark is not installed: make test-spark"
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        return "no Java here: Spark needs Java 17"
    if "PYTEST_XDIST_WORKER" in os.environ:
        return "tests on Spark run alone: make test-spark"
    return None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    reason = why_not()
    for item in items:
        needs_spark = "spark" in getattr(item, "fixturenames", ()) or item.path.name == "test_cluster.py"
        if HERE in item.path.parents and needs_spark:
            # PySpark's own: it warns of the newest pandas, and leaves sockets to the garbage collector.
            item.add_marker(pytest.mark.filterwarnings("ignore:PySpark does not yet:FutureWarning"))
            item.add_marker(pytest.mark.filterwarnings("ignore::ResourceWarning"))
            item.add_marker(pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"))
            if reason is not None:
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    """A session on two cores of this machine."""
    os.environ |= {"PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[2]").appName("clickgraph tests")
    for name, value in CONF.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()
