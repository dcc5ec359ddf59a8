"""``clickgraph find --engine spark``: a session for the command, and the search on it."""

import os
import sys
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from clickgraph.rings.model import Rings


def find_on_spark(
    source: str, *, master: str | None, folder: str | None, n_threads: int | None = None, **given: Any
) -> "Rings":
    """Return the rings of Parquet files, searched on Spark.

    Parameters
    ----------
    source : str
        A path of Parquet files as Spark understands it.
    master : str or None
        Of a cluster, ``spark://host:port`` or ``yarn``; ``sc://host:port`` of a Connect server; this machine's cores
        by default.
    folder : str or None
        For the stages of the work.
    n_threads : int or None
        Refused: the cluster says what runs at the same time.
    **given
        As for :func:`clickgraph.spark.find_rings`.
    """
    if n_threads is not None:
        raise click.UsageError("--threads goes with --engine local: on Spark it is the cluster that says")
    from clickgraph.spark import find_rings

    session = _open(master or "local[*]")
    try:
        return find_rings(source, spark=session, folder=folder, **given)
    finally:
        session.stop()


def _open(master: str) -> "SparkSession":
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise ImportError("--engine spark needs PySpark: pip install 'clickgraph[spark]'") from error
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.appName("clickgraph")
    if master.startswith("sc://"):
        return builder.remote(master).getOrCreate()
    return builder.master(master).config("spark.ui.showConsoleProgress", "false").getOrCreate()
