"""Opening: a foreign frame into a log on the cluster, by the rules of :func:`clickgraph.read_events`."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, get_args

from clickgraph.errors import InputError
from clickgraph.log.names import AUTO, Names
from clickgraph.log.readers import Layers, as_ignored, name_columns, other_columns
from clickgraph.log.text import printable
from clickgraph.spark.coding import code_rows
from clickgraph.spark.counting import SparkLog, count_log
from clickgraph.spark.reading import open_frame, read_rows
from clickgraph.spark.workplace import Workplace

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

ROLES = ("account", "content", "time", "action", "post")


def open_session(source: object, spark: "SparkSession | None") -> "DataFrame":
    """Return the source as a frame; ImportError with the extra's name where PySpark is missing."""
    try:
        import pyspark  # noqa: F401
    except ImportError as error:
        raise ImportError("clickgraph.spark needs PySpark: pip install 'clickgraph[spark]'") from error
    return open_frame(source, spark)


def open_log(
    work: Workplace, frame: "DataFrame", *,
    strata: str | None, ignore: Iterable[object], layers: str, columns: Mapping[str, Any],
) -> SparkLog:  # fmt: skip
    """Read, code and count a log."""
    if layers not in get_args(Layers):
        raise InputError(f"layers to be one of {', '.join(get_args(Layers))}", printable(repr(layers)))
    given = {"time": AUTO, **columns}
    timezone = given.pop("timezone", None)
    unknown = sorted(set(given) - set(ROLES))
    if unknown:
        raise TypeError(f"unexpected keyword {', '.join(unknown)}: columns are {', '.join(ROLES)}, and timezone")
    names, said = name_columns(frame.columns, roles={role: given.get(role) for role in ROLES})
    if strata is not None:
        _check_strata(strata, frame, names)
    rows, told = read_rows(work, frame, names, timezone=timezone, ignore=as_ignored(ignore), strata=strata)
    coded = code_rows(work, rows, names, merge=layers == "merge", notices=(*said, *told))
    if coded.n_events == 0:
        raise InputError("events to work on", "none", "clickgraph.find_rings reads an empty log")
    return count_log(work, coded, strata=strata)


def _check_strata(strata: str, frame: "DataFrame", names: Names) -> None:
    """Refuse strata that are no column, or one that Spark and Arrow do not order in the same way."""
    other_columns(frame.columns, names, keep=(strata,))
    kind = frame.schema[strata].dataType.typeName()
    if kind in ("array", "map", "struct", "variant"):
        raise InputError(f"plain values in {printable(strata)}", kind, "make a text or a number of it")
