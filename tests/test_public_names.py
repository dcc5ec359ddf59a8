"""The public names: all load, and no module hides one of them."""

from pathlib import Path
from types import ModuleType

import clickgraph


def test_every_name_loads_from_its_home() -> None:
    for name in clickgraph.__all__:
        value = getattr(clickgraph, name)
        home = value.__name__ if isinstance(value, ModuleType) else value.__module__
        assert home.startswith("clickgraph."), name


def test_no_module_is_called_like_a_name() -> None:
    """Importing ``clickgraph.x`` sets the attribute x of the package: a function x would be gone."""
    modules = {path.stem for path in Path(clickgraph.__file__).parent.iterdir()}
    assert not modules & set(clickgraph.__all__)
