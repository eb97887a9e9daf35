"""Where work is done side by side: processes of this machine, workers of a Dask cluster, or processes under MPI.

What is handed out watches over a process of its own (`call_apart`, or the benchmark's runs), so that a thread here or
on a worker has nothing to do but wait, and a crash costs one piece of work. Knows nothing of plans.
"""

from optimizer.executors.apart import LostWorkError, call_apart
from optimizer.executors.pools import ConnectionLostError, LocalPool, MissingExtraError, Pool
from optimizer.executors.stated import for_a_process, open_pool

__all__ = [
    "ConnectionLostError",
    "LocalPool",
    "LostWorkError",
    "MissingExtraError",
    "Pool",
    "call_apart",
    "for_a_process",
    "open_pool",
]
