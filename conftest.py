"""Where the tests keep compiled kernels: every worker for itself, and anew when any kernel changes."""

import hashlib
import os
from pathlib import Path

# numba's cache on disk is not safe against several writers: two that compile one kernel for different types at
# the same moment name both results alike, and one of them later runs the other's code. It also looks at the
# file of a kernel only, not at those of the kernels that it calls. numba reads the variable when it is imported.
_ROOT = Path(__file__).parent
_SOURCES = sorted((_ROOT / "clickgraph" / "kernels").glob("*.py"))
_STATE = hashlib.blake2b(b"".join(path.read_bytes() for path in _SOURCES), digest_size=8).hexdigest()
_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "alone")
os.environ["NUMBA_CACHE_DIR"] = str(_ROOT / ".pytest_cache" / "kernels" / _STATE / _WORKER)
