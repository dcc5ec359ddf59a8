"""R's own files, read without R."""

import warnings
from pathlib import Path
from typing import Any

from clickgraph.errors import InputError


def read_r(path: Path) -> Any:
    """Return the one data frame of an ``.rda`` file as a pandas DataFrame.

    Raises
    ------
    ImportError
        If rdata is not installed.
    InputError
        If the file holds anything but one table.
    """
    try:
        import rdata
    except ImportError as error:
        raise ImportError("R files need rdata: pip install 'clickgraph[datasets]'") from error
    with warnings.catch_warnings():
        # A tibble is read as the data frame that it is.
        warnings.filterwarnings("ignore", message="Missing constructor for R class", category=UserWarning)
        held = rdata.read_rda(path)
    if len(held) != 1:
        raise InputError("an R file with one table", f"{len(held)} objects in {path.name}", "was it published anew?")
    return next(iter(held.values()))
