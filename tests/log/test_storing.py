"""Columns in files: what grows keeps what it had, whether the machine can set room aside or not."""

import os
from pathlib import Path

import numpy as np
import pytest

from clickgraph.log.storing import Folder


@pytest.mark.parametrize("has_fallocate", [True, False])
def test_a_column_that_grows_keeps_what_it_had(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_fallocate: bool
) -> None:
    if not has_fallocate:
        monkeypatch.delattr(os, "posix_fallocate", raising=False)
    store = Folder(tmp_path)
    column = store.grow("ids", np.arange(5), size=10)
    column = store.grow("ids", column, size=2_000)
    assert len(column) == 2_000
    assert column[:5].tolist() == [0, 1, 2, 3, 4]
    assert (tmp_path / "ids").stat().st_size == 2_000 * column.itemsize
