"""The same runs before and after a change: what got better or worse, for each run and over all.

Times by shifted geometric means and Wilcoxon's signed-rank test (`means`, `signed_rank`); verdicts by the sign test
(J. Arbuthnott, Philosophical Transactions 27, 1710, 186-190), which counts how often, not by how much.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from benchmarks.measures import exceeds
from benchmarks.measures.grading import Grade
from benchmarks.measures.means import reached_share, shifted_geometric_mean
from benchmarks.measures.signed_rank import SHIFT_S, signed_ranks

SAME = ["instance_hash", "solver", "seed", "threads", "time_limit_s"]
SIDES = ("before", "after")
COMPARED = ("grade", "objective", "bound", "gap", "proven_s", "primal_dual_integral_s", "machine_id", "code")
SLOWER = 1.25  # factor between (seconds + 1) of two proofs below which they are the same: times vary as much
ALL = "all backends"


def pairs(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """A row for each run that both have: columns `SAME`, problem, those of `COMPARED` with _before and _after, and
    verdict: "same", or better or worse with the first thing that differs.

    Both have the fields of `Row` and what a report measures; of several of the same run the newest counts.
    """
    sides = [side.sort_values("started", kind="stable").drop_duplicates(SAME, keep="last") for side in (before, after)]
    names = [*SAME, *COMPARED]
    both = sides[1][["problem", *names]].merge(sides[0][names], on=SAME, suffixes=("_after", "_before"))
    both["verdict"] = [_verdict(run) for run in both.to_dict("records")]
    return both.sort_values(["solver", "problem", "threads", "time_limit_s", "seed"], ignore_index=True)


def _verdict(run: Mapping[Any, Any]) -> str:
    """By the first of these that differs; a plan or bound within 1e-6 is the same."""
    for what, worse, better in _differences(run):
        if worse or better:
            return f"{'worse' if worse else 'better'}: {what}"
    return "same"


def _differences(run: Mapping[Any, Any]) -> Iterator[tuple[str, bool, bool]]:
    was, now = ({name: run[f"{name}_{side}"] for name in COMPARED} for side in SIDES)
    failed = [Grade(side["grade"]).failed for side in (was, now)]
    yield "failure", failed[1] and not failed[0], failed[0] and not failed[1]
    for name, what in (("objective", "plan"), ("proven_s", "proof")):
        has = [not pd.isna(side[name]) for side in (was, now)]
        yield what, has[0] and not has[1], has[1] and not has[0]
    yield "cost", exceeds(now["objective"], was["objective"]), exceeds(was["objective"], now["objective"])
    yield "bound", exceeds(was["bound"], now["bound"]), exceeds(now["bound"], was["bound"])
    factor = (now["proven_s"] + SHIFT_S) / (was["proven_s"] + SHIFT_S)
    yield "time", factor > SLOWER, factor < 1 / SLOWER


def totals(compared: pd.DataFrame) -> pd.DataFrame:
    """A row a backend and, where there are several, one of all; of what `pairs` found."""
    groups = [(str(solver), rows) for solver, rows in compared.groupby("solver", sort=True)]
    if len(groups) > 1:
        groups.append((ALL, compared))
    return pd.DataFrame([_total(solver, rows) for solver, rows in groups])


def _total(solver: str, rows: pd.DataFrame) -> dict[str, object]:
    limits = rows["time_limit_s"].to_numpy()
    reached = {side: rows[f"proven_s_{side}"].to_numpy() for side in SIDES}
    seconds = pd.DataFrame({side: np.where(np.isnan(reached[side]), limits, reached[side]) for side in SIDES})
    test = signed_ranks(seconds).iloc[0]
    worse, better = (int(rows["verdict"].str.startswith(word).sum()) for word in ("worse", "better"))
    return {
        "solver": solver,
        "tasks": len(rows),
        "worse": worse,
        "better": better,
        "sign_p": binomtest(worse, worse + better).pvalue if worse + better else np.nan,
        **{f"solved_{side}": reached_share(reached[side]) for side in SIDES},
        **{f"sgm10_s_{side}": shifted_geometric_mean(seconds[side].to_numpy(), 10.0) for side in SIDES},
        "factor": test["factor"],
        "p": test["p"],
        **{f"gap_{side}": float(rows[f"gap_{side}"].clip(upper=1.0).fillna(1.0).mean()) for side in SIDES},
    }
