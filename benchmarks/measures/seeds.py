"""What changes with nothing but the seed: costs and bounds of the same backend, options, threads, limit, machine and
code on the same instance."""

from __future__ import annotations

import pandas as pd

from benchmarks.measures import exceeds
from optimizer.model.gap import relative_gap

SAME_BUT_SEED = ["problem", "solver", "machine_id", "threads", "time_limit_s", "code"]
COLUMNS = (
    *SAME_BUT_SEED,
    *("seeds", "least", "greatest", "spread", "least_bound", "greatest_bound", "bound_spread", "differ", "contradict"),
)


def across_seeds(runs: pd.DataFrame) -> pd.DataFrame:
    """A row for each setting that several seeds have run; `spread` is relative to the least plan, `bound_spread` to the
    greatest bound, and of one figure 0.

    `contradict`: one seed's bound is above another's plan. `runs` has the fields of `Row` and the columns problem,
    solver, machine_id, code and greatest_bound.
    """
    rows = [
        dict(zip(SAME_BUT_SEED, setting, strict=True)) | _spread(of_setting)
        for setting, of_setting in runs[runs["outcome"] != "unavailable"].groupby(SAME_BUT_SEED, sort=True)
        if of_setting["seed"].nunique() > 1
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _spread(runs: pd.DataFrame) -> dict[str, object]:
    plans, bounds = runs["objective"], runs["greatest_bound"]
    least, greatest = float(plans.min()), float(plans.max())
    low, high = float(bounds.min()), float(bounds.max())
    return {
        "seeds": int(runs["seed"].nunique()),
        "least": least,
        "greatest": greatest,
        "spread": relative_gap(least, greatest),
        "least_bound": low,
        "greatest_bound": high,
        "bound_spread": relative_gap(high, low),
        "differ": exceeds(greatest, least) or exceeds(high, low) or plans.isna().any() != plans.isna().all(),
        "contradict": exceeds(high, least),
    }
