"""Pictures are drawn without a screen, and none is left open."""

from collections.abc import Iterator

import matplotlib as mpl
import pytest
from matplotlib import pyplot

mpl.use("agg")


@pytest.fixture(autouse=True)
def _close_figures() -> Iterator[None]:
    yield
    pyplot.close("all")
