"""Performance profiles: the share of tasks that a backend does within a factor of the fastest.

E. D. Dolan and J. J. More, Benchmarking optimization software with performance profiles, Mathematical Programming 91,
2002, 201-213.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

SHORTEST_S = 0.01  # times below it are the same: clocks and process starts say no more


def ratios(times_s: pd.DataFrame) -> pd.DataFrame:
    """Each time over the shortest of its task (row; columns are backends); inf where the target was not reached (nan).

    A task in which nobody reached it stays, with inf in every column.
    """
    floored = times_s.clip(lower=SHORTEST_S)
    return floored.div(floored.min(axis=1), axis=0).fillna(np.inf)


def profile(times_s: pd.DataFrame) -> pd.DataFrame:
    """The steps of every backend's profile: columns backend, ratio, share; share holds from its ratio to the next."""
    steps = []
    for backend, column in ratios(times_s).items():
        reached = np.sort(column[np.isfinite(column)].to_numpy())
        at, counts = np.unique(reached, return_counts=True)
        if not (len(at) and at[0] == 1.0):
            at, counts = np.insert(at, 0, 1.0), np.insert(counts, 0, 0)
        share = np.cumsum(counts) / len(column)
        steps.append(pd.DataFrame({"backend": backend, "ratio": at, "share": share}))
    return pd.concat(steps, ignore_index=True)
