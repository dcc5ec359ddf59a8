"""Positions by code against a stable sort."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clickgraph.kernels import positions
from clickgraph.kernels.positions import positions_by_code


@pytest.mark.parametrize("n_codes", [7, 2048, 5001])
@pytest.mark.parametrize("part", [3, 1 << 16])
@given(data=st.data())
def test_positions_come_by_code_and_in_order(part: int, n_codes: int, data: st.DataObject) -> None:
    codes = np.array(data.draw(st.lists(st.integers(0, n_codes - 1), max_size=40)), dtype=np.int32)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(positions, "PART", part)
        indptr, order = positions_by_code(codes, n_codes)
    assert order.tolist() == np.argsort(codes, kind="stable").tolist()
    assert np.diff(indptr, prepend=0).tolist() == [0, *np.bincount(codes, minlength=n_codes).tolist()]
    assert order.dtype == np.int32


def test_no_codes_have_no_positions() -> None:
    indptr, order = positions_by_code(np.empty(0, np.int32), 0)
    assert (indptr.tolist(), order.tolist()) == ([0], [])


def test_positions_beyond_int32_are_int64(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(positions, "_INT32_MAX", 2)
    indptr, order = positions_by_code(np.array([1, 0, 1], np.int32), 2)
    assert (indptr.tolist(), order.tolist(), order.dtype) == ([0, 1, 3], [1, 0, 2], np.int64)
