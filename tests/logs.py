"""Small random logs for the property tests."""

import numpy as np
import pyarrow as pa
from hypothesis import strategies as st

BEGINNING = 1_700_000_000_000_000


@st.composite
def logs(draw: st.DrawFn, *, posts: bool = False) -> pa.Table:
    """Draw a log of few accounts, contents and moments, so that repeats and equal times are common."""
    n = draw(st.integers(1, 60))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    columns = {
        "account": rng.integers(0, 9, n),
        "content": rng.integers(0, 7, n),
        "time": pa.array(BEGINNING + 1_000_000 * rng.integers(0, 200, n), pa.timestamp("us", "UTC")),
    }
    if posts:
        columns["post_id"] = rng.integers(0, 12, n)
    return pa.table(columns)
