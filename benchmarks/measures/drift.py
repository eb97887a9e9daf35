"""Whether times can be trusted: the reference job against its median on the machine, and how much of the time that a
run took it spent on a processor."""

from __future__ import annotations

import pandas as pd

BUSY = 0.5  # of its wall-clock time; a solver that is left alone computes nearly all of it
SHORT_S = 5.0  # runs below it say little: starting processes and writing files weigh more
TOLERATED = 0.2  # away from the median; a quiet machine repeats the job within a few per cent

COLUMNS = ("machine", "job", "started", "total_s", "to_median")


def drift(references: pd.DataFrame) -> pd.DataFrame:
    """A row for each run of the reference job, in the order of time; `to_median` 1.1 is 10 % slower than usual."""
    table = pd.DataFrame(
        {
            "machine": [machine["id"] for machine in references["machine"]],
            "job": references["instance"] + ", " + references["backend"],
            "started": references["started"],
            "total_s": references["total_s"],
        }
    )
    median = table.groupby(["machine", "job"])["total_s"].transform("median")
    return table.assign(to_median=table["total_s"] / median).sort_values(["machine", "job", "started"])


def drifted(table: pd.DataFrame) -> list[str]:
    """A sentence for each machine and job that did not keep its pace."""
    said = []
    for (machine, job), rows in table.groupby(["machine", "job"]):
        low, high = rows["to_median"].min(), rows["to_median"].max()
        if max(high - 1, 1 - low) > TOLERATED:
            said.append(
                f"machine {machine}: the reference job ({job}) took from {low:.2f} to {high:.2f} times its median of "
                f"{rows['total_s'].median():.2f} s over {len(rows)} runs: times on it are to be read with care"
            )
    return said


def starved(runs: pd.DataFrame) -> list[str]:
    """A sentence for each machine on which runs had to wait for a processor; `runs` has the fields of `Row`."""
    waited = (runs["total_s"] >= SHORT_S) & (runs["cpu_s"] < BUSY * runs["total_s"])
    machines = runs["machine"].map(lambda machine: machine["id"])
    return [
        f"machine {machine}: {count} of {(machines == machine).sum()} runs were on a processor for less than half of "
        "their time: the machine had other things to do, or they waited for memory or disk; their times say little"
        for machine, count in machines[waited].value_counts(sort=False).items()
    ]
