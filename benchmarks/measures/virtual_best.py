"""The virtual best backend: what a portfolio would reach that knew for each task, and each measure, whom to ask.

L. Xu, F. Hutter, H. H. Hoos, K. Leyton-Brown, Evaluating component solver contributions to portfolio-based algorithm
selectors, SAT 2012, Lecture Notes in Computer Science 7317, 228-241.
"""

from __future__ import annotations

import pandas as pd

from benchmarks.measures.grading import Grade
from benchmarks.measures.times import TARGETS

VIRTUAL_BEST = "virtual best"
LEAST = ("objective", "gap", "to_best", "primal_integral_s", "primal_dual_integral_s", *TARGETS)


def virtual_best(runs: pd.DataFrame) -> pd.DataFrame:
    """A row a task, as if one backend had run it: of every measure the least of all; failed runs count for nothing.

    `runs` has the fields of `Row` and the columns problem, solver, grade and the measures, every backend on every task.
    """
    task = ["problem", "seed"]
    failed = runs["grade"].map(lambda grade: Grade(grade).failed)
    counted = runs.assign(infeasible=(runs["reason"] == "infeasible") & ~failed)
    counted.loc[failed, [name for name in LEAST if name in TARGETS or name == "gap"]] = float("nan")
    best = counted.groupby(task).agg({**dict.fromkeys(LEAST, "min"), "time_limit_s": "first", "infeasible": "any"})
    reason = best.pop("infeasible").map({True: "infeasible", False: "feasible"})
    return best.assign(solver=VIRTUAL_BEST, grade=str(Grade.UNKNOWN), proof="proven", reason=reason).reset_index()
