"""Small random logs for the property tests."""

import numpy as np
import pyarrow as pa
from hypothesis import strategies as st

BEGINNING = 1_700_000_000_000_000


@st.composite
def logs(draw: st.DrawFn, *, posts: bool = False, days: int = 1, n_events: int = 60) -> pa.Table:
    """Draw a log of few accounts, contents and moments, so that repeats and equal times are common.

    The moments are the first 200 seconds of each day.
    """
    n = draw(st.integers(1, n_events))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    accounts, contents = rng.integers(0, 9, n), rng.integers(0, 7, n)
    seconds = rng.integers(0, 200, n) + (86_400 * rng.integers(0, days, n) if days > 1 else 0)
    columns = {
        "account": accounts,
        "content": contents,
        "time": pa.array(BEGINNING + 1_000_000 * seconds, pa.timestamp("us", "UTC")),
    }
    if posts:
        columns["post_id"] = rng.integers(0, 12, n)
    return pa.table(columns)
