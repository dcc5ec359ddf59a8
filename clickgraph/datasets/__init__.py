"""Public data sets: each fetched from its public source at a pinned commit, or read from a folder of yours.

``clickgraph.datasets.load("stargazers_ghost")``. Nothing of the data comes with clickgraph.
"""

from clickgraph.datasets.loading import available, load

__all__ = ["available", "load"]
