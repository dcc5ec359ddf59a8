"""Rows grouped by their keys, the groups in the order in which they first come."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from clickgraph.log.ids import as_type, bare

ROW = "first row"


def group_rows(rows: pa.Table, keys: str | list[str], *, take: Sequence[tuple[Any, ...]]) -> pa.Table:
    """Return a row per group: its keys, and what is to `take`, as ``pyarrow.TableGroupBy`` names aggregations.

    Arrow alone promises no order of the groups; a file that is the same bytes each time needs one.

    Examples
    --------
    >>> rows = pa.table({"account": ["b", "a", "b"], "bits": [1, 2, 3]})
    >>> group_rows(rows, "account", take=[("bits", "sum")]).to_pydict()
    {'account': ['b', 'a'], 'bits_sum': [4, 2]}
    """
    stored = pa.table([bare(column) for column in rows.columns], names=rows.column_names)
    numbered = stored.append_column(ROW, pa.array(np.arange(len(rows))))
    groups = numbered.group_by(keys, use_threads=False).aggregate([*take, (ROW, "min")])
    groups = groups.sort_by(f"{ROW}_min").drop_columns(f"{ROW}_min")
    for at, name in enumerate(groups.column_names):
        if name in rows.column_names:
            groups = groups.set_column(at, name, as_type(groups[name], rows[name].type))
    return groups
