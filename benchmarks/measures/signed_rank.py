"""Whether one backend beats another on the same tasks by more than chance: Wilcoxon's signed-rank test.

F. Wilcoxon, Individual comparisons by ranking methods, Biometrics Bulletin 1(6), 1945, 80-83.
"""

from __future__ import annotations

from itertools import combinations
from typing import Literal

import numpy as np
import pandas as pd
from scipy.stats import false_discovery_control, wilcoxon

from benchmarks.measures.trace import FloatArray

SHIFT_S = 1.0  # of the logarithms that are compared, so that tiny times do not decide
EXACT = 50  # differences at most, where the distribution of the ranks is enumerated
COLUMNS = ("a", "b", "tasks", "differing", "factor", "p", "q")


def signed_ranks(seconds: pd.DataFrame) -> pd.DataFrame:
    """Every pair of backends (columns) over all tasks (rows); seconds without nan: a failure is charged its limit.

    `factor`: the geometric mean of (b + 1 s) / (a + 1 s); above 1, a is better. `p`: two-sided, from the differences of
    those logarithms, equal ones left out (as Wilcoxon did); nan where all are equal. `q`: p after Benjamini and
    Hochberg's correction for testing all these pairs.
    """
    logs = np.log(seconds + SHIFT_S)
    rows = []
    for a, b in combinations(seconds.columns, 2):
        difference = (logs[b] - logs[a]).to_numpy()
        differing = int(np.count_nonzero(difference))
        factor = float(np.exp(difference.mean()))
        rows.append((a, b, len(difference), differing, factor, _p_value(difference[difference != 0]), float("nan")))
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    tested = table["p"].notna()
    if tested.any():
        table.loc[tested, "q"] = false_discovery_control(table.loc[tested, "p"].to_numpy())
    return table


def _p_value(differences: FloatArray) -> float:
    """Of differences that are not 0. Left to itself, scipy enumerates signs where there are ties, which takes seconds
    for each pair."""
    if len(differences) == 0:
        return float("nan")
    untied = len(np.unique(np.abs(differences))) == len(differences)
    method: Literal["exact", "approx"] = "exact" if untied and len(differences) <= EXACT else "approx"
    return float(wilcoxon(differences, method=method).pvalue)
