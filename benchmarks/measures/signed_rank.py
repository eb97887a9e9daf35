"""Whether one backend beats another on the same tasks by more than chance: Wilcoxon's signed-rank test.

F. Wilcoxon, Individual comparisons by ranking methods, Biometrics Bulletin 1(6), 1945, 80-83.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
from scipy.stats import false_discovery_control, wilcoxon

SHIFT_S = 1.0  # of the logarithms that are compared, so that tiny times do not decide
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
        p = float(wilcoxon(difference).pvalue) if differing else float("nan")
        rows.append((a, b, len(difference), differing, float(np.exp(difference.mean())), p, float("nan")))
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    tested = table["p"].notna()
    if tested.any():
        table.loc[tested, "q"] = false_discovery_control(table.loc[tested, "p"].to_numpy())
    return table
