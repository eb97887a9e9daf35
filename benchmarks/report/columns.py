"""Which columns a shown table has, how they are headed and how their figures are written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from benchmarks.measures.times import TARGETS
from benchmarks.report.wording import MISSING, amount, p_value, percent, plain, seconds, tasks_share, yes

INTEGRALS = {"primal_integral_s": "primal integral", "primal_dual_integral_s": "primal-dual integral"}


def seed_number(seed: object) -> str:
    return MISSING if pd.isna(seed) else str(seed)  # type: ignore[call-overload]


def measure_words(name: str) -> str:
    return (TARGETS | INTEGRALS)[name]


@dataclass(frozen=True)
class Column:
    """`note` explains the heading; numbers are set to the right."""

    name: str
    heading: str
    show: Callable[[Any], str] = plain
    note: str = ""
    long: bool = False  # a sentence, which may be wrapped

    @property
    def numeric(self) -> bool:
        return self.show not in (plain, measure_words, yes)


SUMMARY = (
    Column("solver", "backend"),
    Column("tasks", "tasks", lambda count: f"{count:,}", "instances times seeds"),
    Column("with_plan", "plan", tasks_share, "share of tasks with a verified plan"),
    Column("solved", "solved", tasks_share, "share of tasks proven optimal within 1e-6, or proven to have no plan"),
    Column("claimed", "claimed", tasks_share, "share of tasks that it alone says are solved: nothing vouches for it"),
    Column("failed", "failed", lambda count: f"{count:,}", "runs that crashed or claim what is not true"),
    Column("sgm1_s", "SGM 1 s", seconds, "seconds to the proof, shifted geometric mean; failures at the limit"),
    Column("sgm10_s", "SGM 10 s", seconds, "the same, shift 10 s"),
    Column("par10_s", "PAR10 s", seconds, "mean seconds to the proof; failures at ten times the limit"),
    Column("gap", "gap", percent, "mean proven gap at the limit; 100 % without plan or bound"),
    Column("to_best", "to best", percent, "mean gap of the plan to the best known; 100 % without a plan"),
    Column("primal_integral", "PI", percent, "primal integral, mean share of the time limit"),
    Column("primal_dual_integral", "PDI", percent, "primal-dual integral, mean share of the time limit"),
)

TIMES = (
    Column("solver", "backend"),
    Column("target", "target", measure_words),
    Column("reached", "reached", tasks_share, "share of tasks"),
    Column("sgm1_s", "SGM 1 s", seconds),
    Column("sgm10_s", "SGM 10 s", seconds),
    Column("par10_s", "PAR10 s", seconds),
)

PAIRS = (
    Column("measure", "measure", measure_words),
    Column("a", "a"),
    Column("b", "b"),
    Column("tasks", "tasks", lambda count: f"{count:,}"),
    Column("differing", "differing", lambda count: f"{count:,}", "tasks in which the two differ"),
    Column("factor", "b over a", lambda factor: f"{factor:.2f}", "geometric mean, shift 1 s: above 1, a wins"),
    Column("p", "p", p_value, "two-sided"),
    Column("q", "q", p_value, "p corrected for the number of pairs (Benjamini and Hochberg)"),
)

RUNS = (
    Column("problem", "instance"),
    Column("solver", "backend"),
    Column("seed", "seed", seed_number),
    Column("threads", "threads", lambda threads: str(threads)),
    Column("time_limit_s", "limit s", lambda limit: f"{limit:g}"),
    Column("grade", "grade"),
    Column("objective", "objective", amount, "of the verified plan"),
    Column("bound", "bound", amount, "lower bound"),
    Column("whose", "proof", note="what the bound, or that no plan exists, counts as"),
    Column("gap", "gap", percent, "to a proven bound"),
    Column("to_best", "to best", percent, "gap of the plan to the best known"),
    Column("first_s", "first s", seconds, "seconds to the first plan"),
    Column("within_1_s", "1 % s", seconds, "seconds to a plan within 1 % of the best known"),
    Column("gap_1_s", "gap 1 % s", seconds, "seconds to a proven gap of 1 %"),
    Column("proven_s", "proof s", seconds, "seconds to the proof"),
    Column("total_s", "all s", seconds),
    Column("peak_mb", "MB", lambda mb: f"{mb:,.0f}", "peak memory"),
    Column("store", "store", long=True),
    Column("message", "message", long=True),
)

BEST_KNOWN = (
    Column("problem", "instance"),
    Column("family", "family"),
    Column("objective", "best known", amount),
    Column("source", "from", long=True),
    Column("plan", "plan", note="its file, which caregroup verify reads", long=True),
    Column("bound", "best bound", amount),
    Column("bound_source", "bound from", long=True),
    Column("gap", "gap", percent),
    Column("published", "published", amount),
    Column("published_status", "published as", long=True),
    Column("over_published", "best here over it", percent),
)

SEEDS = (
    Column("problem", "instance"),
    Column("solver", "backend"),
    Column("threads", "threads", lambda threads: str(threads)),
    Column("time_limit_s", "limit s", lambda limit: f"{limit:g}"),
    Column("code", "commit"),
    Column("seeds", "seeds", lambda count: f"{count:,}"),
    Column("least", "least cost", amount, "of the verified plans"),
    Column("greatest", "greatest cost", amount),
    Column("spread", "spread", percent, "of the least cost"),
    Column("least_bound", "least bound", amount, "of the greatest that each run claimed"),
    Column("greatest_bound", "greatest bound", amount),
    Column("bound_spread", "bound spread", percent, "of the greatest bound"),
    Column("contradict", "contradict", yes, "a bound above another seed's plan"),
)

TOTALS = (
    Column("solver", "backend"),
    Column("tasks", "tasks", lambda count: f"{count:,}"),
    Column("worse", "worse", lambda count: f"{count:,}"),
    Column("better", "better", lambda count: f"{count:,}"),
    Column("sign_p", "sign p", p_value, "two-sided, of how often it got worse and better"),
    Column("solved_before", "solved", tasks_share),
    Column("solved_after", "now", tasks_share),
    Column("sgm10_s_before", "SGM 10 s", seconds),
    Column("sgm10_s_after", "now", seconds),
    Column("factor", "now over then", lambda factor: f"{factor:.2f}", "geometric mean, shift 1 s: below 1 is faster"),
    Column("p", "p", p_value, "Wilcoxon, two-sided, of the times"),
    Column("gap_before", "gap", percent),
    Column("gap_after", "now", percent),
)

CHANGES = (
    Column("problem", "instance"),
    Column("solver", "backend"),
    Column("seed", "seed", seed_number),
    Column("threads", "threads", lambda threads: str(threads)),
    Column("time_limit_s", "limit s", lambda limit: f"{limit:g}"),
    Column("verdict", "now"),
    Column("grade_before", "grade"),
    Column("grade_after", "now"),
    Column("objective_before", "objective", amount),
    Column("objective_after", "now", amount),
    Column("gap_before", "gap", percent),
    Column("gap_after", "now", percent),
    Column("proven_s_before", "proof s", seconds),
    Column("proven_s_after", "now", seconds),
)

REFERENCE = (
    Column("machine", "machine"),
    Column("job", "job"),
    Column("started", "started"),
    Column("total_s", "seconds", seconds),
    Column("to_median", "to median", lambda ratio: f"{ratio:.2f}"),
)


@dataclass(frozen=True)
class Cell:
    """`order` is what the table is sorted by."""

    text: str
    order: str


def cells(table: pd.DataFrame, columns: tuple[Column, ...]) -> list[list[Cell]]:
    """A list a row."""
    return [
        [Cell(column.show(row[column.name]), _order(column, row[column.name])) for column in columns]
        for row in table.to_dict("records")
    ]


def _order(column: Column, value: Any) -> str:
    if isinstance(value, str) or not column.numeric:
        return plain(value)
    return "" if pd.isna(value) else repr(float(value))
