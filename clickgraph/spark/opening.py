"""Opening: a foreign frame into a log on the cluster, by the rules of :func:`clickgraph.read_events`."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, get_args

from clickgraph.errors import InputError
from clickgraph.log.names import AUTO
from clickgraph.log.readers import Layers, as_ignored, name_columns
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
    others = [name for name in frame.columns if name not in names.used()]
    if strata is not None:
        _check_strata(strata, frame, others)
    rows, told = read_rows(work, frame, names, timezone=timezone, ignore=as_ignored(ignore), strata=strata is not None)
    coded = code_rows(
        work, rows, names, merge=layers == "merge", notices=(*said, *told),
        stratum=None if strata is None else others.index(strata),
    )  # fmt: skip
    if coded.n_events == 0:
        raise InputError("events to work on", "none", "clickgraph.find_rings reads an empty log")
    return count_log(work, coded, strata=strata)


def _check_strata(strata: str, frame: "DataFrame", others: list[str]) -> None:
    """Refuse strata that are no column, and columns whose order Spark and Arrow do not agree on."""
    if strata not in others:
        raise InputError(
            "strata to name a column of the log", f"{strata!r}",
            f"columns kept beside account, content and time: {others or 'none'}",
        )  # fmt: skip
    kinds = {name: frame.schema[name].dataType.typeName() for name in others}
    nested = [name for name, kind in kinds.items() if kind in ("array", "map", "struct", "variant")]
    if nested:
        raise InputError(
            "plain columns beside the strata", f"nested ones: {', '.join(map(printable, nested))}",
            "select the columns that are needed",
        )  # fmt: skip
