"""What is measured of one run, worked by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from made_rows import point, row, unsolved, without_plan

from benchmarks.measures.curves import mean_gap, moments
from benchmarks.measures.integrals import primal_dual_integral, primal_gap, primal_integral
from benchmarks.measures.times import final_gap, target_times
from benchmarks.measures.trace import trace_of
from benchmarks.row import Row


def fields(of: Row) -> dict[str, Any]:
    return of.model_dump(mode="json")


def times(of: Row, best: float = 100.0) -> dict[str, float]:
    return target_times(fields(of), trace_of(fields(of)), best)


def test_trace_holds_the_best_so_far_and_ends_at_the_limit() -> None:
    jumpy = [point(3, 110, 40), point(1, 130, 60), point(12, 105, None)]
    trace = trace_of(fields(row(trajectory=jumpy, objective=104.0, bound=70.0, total_s=12.5)))
    assert trace.seconds.tolist() == [1, 3, 10, 10]
    assert trace.objective.tolist() == [130, 110, 105, 104]
    assert trace.bound.tolist() == [60, 60, 60, 70]


def test_without_a_verified_plan_its_trajectory_has_none() -> None:
    trace = trace_of(fields(without_plan(trajectory=[point(1, 100, 50)])))
    assert trace.objective.tolist() == [math.inf, math.inf]
    assert trace.bound.tolist() == [50, 50]


def test_times_of_a_solved_run() -> None:
    assert times(row()) == {
        "first_s": 2,
        "within_5_s": 4,
        "within_1_s": 4,
        "gap_5_s": 5,
        "gap_1_s": 5,
        "proven_s": 5,
    }


def test_times_of_a_run_stopped_at_its_limit() -> None:
    """120 against 100: not within 5 %; (120 - 90) / 120 = 25 %: no small gap."""
    found = times(unsolved())
    assert found.pop("first_s") == 6
    assert all(math.isnan(seconds) for seconds in found.values())


def test_near_the_best_known_and_near_the_bound_are_two_things() -> None:
    run = unsolved(trajectory=[point(3, 100.9, 97)], objective=100.9, bound=97.0)
    found = times(run)
    assert (found["within_1_s"], found["gap_5_s"]) == (3, 3)  # 0.9 % above 100; gap 3.9 / 100.9 = 3.87 %
    assert math.isnan(found["gap_1_s"])


def test_proof_that_no_plan_exists_is_a_proof() -> None:
    found = times(without_plan(reason="infeasible", limit=None, total_s=1.5), best=math.nan)
    assert found["proven_s"] == 1.5
    assert math.isnan(found["first_s"])


@pytest.mark.parametrize(
    ("objective", "bound", "expected"), [(120.0, 90.0, 0.25), (0.0, 0.0, 0.0), (None, 90.0, None), (120.0, None, None)]
)
def test_final_gap(objective: float | None, bound: float | None, expected: float | None) -> None:
    gap = final_gap(fields(row(objective=objective, bound=bound)))
    assert math.isnan(gap) if expected is None else gap == expected


def test_primal_gap_in_all_its_cases() -> None:
    x = np.array([120.0, 0.0, math.inf, -1.0, 90.0, 100.0])
    reference = np.array([100.0, 0.0, 100.0, 1.0, 100.0, math.nan])
    assert primal_gap(x, reference).tolist() == pytest.approx([20 / 120, 0, 1, 1, 0.1, 1])


def test_primal_integral() -> None:
    """1 for 2 s, (110 - 100) / 110 for 2 s, then 0 to the limit."""
    assert primal_integral(trace_of(fields(row())), 100.0) == pytest.approx(2 + 2 * 10 / 110)
    assert primal_integral(trace_of(fields(unsolved())), 100.0) == pytest.approx(6 + 4 * 20 / 120)
    assert primal_integral(trace_of(fields(without_plan())), 100.0) == 10


def test_primal_dual_integral() -> None:
    """1 for 2 s, 60 / 110 for 2 s, 50 / 100 for 1 s, then 0."""
    assert primal_dual_integral(trace_of(fields(row()))) == pytest.approx(2 + 2 * 60 / 110 + 0.5)
    assert primal_dual_integral(trace_of(fields(unsolved()))) == pytest.approx(6 + 4 * 0.25)
    assert primal_dual_integral(trace_of(fields(without_plan()))) == 10


def test_what_is_handed_over_after_the_limit_counts_at_the_limit() -> None:
    late = row(trajectory=[], total_s=10.4)
    assert primal_integral(trace_of(fields(late)), 100.0) == 10
    assert times(late)["proven_s"] == 10


def test_mean_gap_over_time() -> None:
    traces = [trace_of(fields(row())), trace_of(fields(without_plan()))]
    at = np.array([1.0, 2.0, 4.5, 10.0])
    assert mean_gap(traces, [100.0, 100.0], at).tolist() == pytest.approx([1, (10 / 110 + 1) / 2, 0.5, 0.5])
    assert mean_gap(traces, [None, None], at).tolist() == pytest.approx([1, (60 / 110 + 1) / 2, 0.75, 0.5])


def test_moments_end_at_the_limit() -> None:
    at = moments(60.0)
    assert (at[0], at[-1]) == (pytest.approx(0.1), pytest.approx(60.0))
    assert (np.diff(at) > 0).all()
