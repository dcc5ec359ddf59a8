"""Arrays in one file, for every worker to map: what is as large as the accounts or the contents, never as the log."""

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

ALIGNED = 64  # bytes
Arrays = Mapping[str, NDArray[Any]]


def write_arrays(path: Path, arrays: Arrays) -> None:
    """Write named arrays to a file: the length of a JSON header, the header, and the arrays one after another.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "arrays"
    >>> write_arrays(path, {"a": np.arange(3), "b": np.zeros((2, 2), np.int8)})
    >>> {name: array.tolist() for name, array in map_arrays(str(path)).items()}
    {'a': [0, 1, 2], 'b': [[0, 0], [0, 0]]}
    """
    entries, place = {}, 0
    for name, array in arrays.items():
        entries[name] = {"dtype": array.dtype.str, "shape": array.shape, "place": place}
        place += -(-array.nbytes // ALIGNED) * ALIGNED
    header = json.dumps(entries).encode()
    header += b" " * (-(len(header) + 8) % ALIGNED)
    with path.open("wb") as file:
        file.write(len(header).to_bytes(8, "little") + header)
        for array in arrays.values():
            data = np.ascontiguousarray(array)
            file.write(data.reshape(-1).view(np.uint8).data)
            file.write(b"\0" * (-data.nbytes % ALIGNED))


@lru_cache(maxsize=8)
def map_arrays(path: str) -> dict[str, NDArray[Any]]:
    """Return the arrays of a file, mapped: processes of one machine share them, and none can change another's."""
    data = np.memmap(path, np.uint8, mode="c").view(np.ndarray)
    start = 8 + int(data[:8].view("<i8")[0])
    entries = json.loads(data[8:start].tobytes())
    return {name: _part(data[start:], **entry) for name, entry in entries.items()}


def _part(data: NDArray[np.uint8], *, dtype: str, shape: list[int], place: int) -> NDArray[Any]:
    n_bytes = int(np.prod(shape, dtype=np.int64)) * np.dtype(dtype).itemsize
    part: NDArray[Any] = data[place : place + n_bytes].view(dtype).reshape(shape)
    return part


def receive(name: str) -> dict[str, NDArray[Any]]:
    """Return, inside a task, the arrays that were shipped under a name."""
    from pyspark import SparkFiles

    return map_arrays(SparkFiles.get(name))
