"""What all tests share: the real data beside the checkout, and stable hypothesis runs."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# The first call of a kernel compiles it: neither a deadline nor "too slow" says anything about the code.
settings.register_profile("stable", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("stable")


@pytest.fixture(scope="session")
def shared_data(pytestconfig: pytest.Config) -> Callable[[str], Path]:
    """Return a function from the name of a public data set to its folder, which skips where there is none."""
    shelf = pytestconfig.rootpath.parent / "shared" / "data"

    def folder(name: str) -> Path:
        if not (shelf / name).is_dir():
            pytest.skip(f"the data set {name} is not beside the checkout (../shared/data/{name})")
        return shelf / name

    return folder
