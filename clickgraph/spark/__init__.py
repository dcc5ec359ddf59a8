"""clickgraph on Spark: the same rings, where the log outgrows one machine (extra ``spark``; Java 17).

Everything runs through DataFrames, on a classic session or through Spark Connect. clickgraph has to be installed for
the Python of the workers.
"""

from clickgraph.spark.cache import keep_kernels_apart

keep_kernels_apart()  # before numba is imported below

from clickgraph.spark.detection import find_rings, project  # noqa: E402

__all__ = ["find_rings", "project"]
