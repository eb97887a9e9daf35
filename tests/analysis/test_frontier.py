"""The curve of cost against disruption: the whole front of a small place, its bounds, its files."""

from __future__ import annotations

import csv
import io
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from partitioning import best_plan
from village import village

from instances import Instance
from optimizer.analysis.frontier import Frontier, NoPlan, find_frontier
from optimizer.analysis.frontier_points import Known, Proof, cost_and_disruption, efficient, least_cost, slope_at
from optimizer.analysis.params import FrontierParams
from optimizer.model.backend import Reason, SolveOptions
from optimizer.output.frontier_page import columns, frontier_csv, frontier_page
from optimizer.verify import verify

RICHER: dict[str, Any] = {  # than the village, whose front has two plans
    **{"practices.b.current_group": "G4", "practices.c.current_group": "G1"},
    **{"policy.independent_max_patients": 5_000, "policy.coverage_min": 0.3},
}
OPTIONS = SolveOptions(time_limit=60, threads=1, seed=1)


def place(**changes: Any) -> Instance:
    return village({**RICHER, **{key.replace("__", "."): value for key, value in changes.items()}})


@cache
def whole_front() -> tuple[tuple[float, float], ...]:
    """(disruption, cost) of every efficient plan of the place, by set partitioning: limits from the loosest down."""
    front: list[tuple[float, float]] = []
    limit = 1e9
    while True:
        instance = place(weights__disruption=FrontierParams.tie_price, policy__max_disruption=limit)
        best = best_plan(instance)
        if best is None:
            return tuple(reversed(front))
        cost, disruption = cost_and_disruption(verify(instance, best[1]))
        front.append((disruption, cost))
        limit = disruption - 0.01


@cache
def found(points: int = 6) -> Frontier:
    return find_frontier(place(), points=points, options=OPTIONS)


def test_the_front_has_a_plan_that_no_weights_find() -> None:
    front = whole_front()
    assert len(front) == 5
    assert all(a[0] < b[0] and a[1] > b[1] for a, b in pairwise(front))
    best = [min(front, key=lambda at: at[1] + weight * at[0]) for weight in [k / 20 for k in range(400)]]
    assert len(set(best)) < len(front)


def test_the_whole_front_is_found_and_proven() -> None:
    points = [(point.plan.against, point.plan.cost) for point in found().points]
    assert np.array(points) == pytest.approx(np.array(whole_front()))
    assert found().least == pytest.approx(whole_front()[0][0])
    for point in found().points:
        assert point.gap is not None
        assert 0 <= point.gap < 1e-4


def test_bounds_hold_along_the_whole_front() -> None:
    """For every amount of disruption, those of no plan's own included."""
    for disruption, cost in whole_front():
        for at in (disruption, disruption + 1.0):
            bound = found().cost_bound(at)
            assert bound is not None
            assert bound <= cost * (1 + 1e-9)


def test_plans_are_of_the_instance_itself() -> None:
    for point in found().points:
        result = point.plan.result
        assert result.instance == place()
        assert result.plan is not None
        evaluation = verify(place(), result.plan.plan)
        assert evaluation.ok
        assert result.objective == pytest.approx(float(evaluation.objective))
        assert result.bound is None


def test_its_own_limit_is_kept() -> None:
    limit = whole_front()[-1][0] - 1
    curve = find_frontier(place(policy__max_disruption=limit), points=2, options=OPTIONS)
    assert curve.points[-1].plan.against == pytest.approx(whole_front()[-2][0])


def test_no_plan_is_told_apart() -> None:
    with pytest.raises(NoPlan) as refused:
        find_frontier(place(hub__count_min=5), points=3, options=OPTIONS)
    assert refused.value.result.reason is Reason.INFEASIBLE


def test_nobody_moves_nothing_to_trade() -> None:
    """Without groups every plan has the same disruption, none."""
    free = place()
    ungrouped = Instance.model_validate(
        {**free.model_dump(), "practices": [{**p.model_dump(), "current_group": None} for p in free.practices]}
    )
    curve = find_frontier(ungrouped, points=5, options=OPTIONS)
    assert [point.plan.against for point in curve.points] == [0]
    assert "plan" in frontier_page(curve)


# --- points and bounds by hand ----------------------------------------------------------------------------------------


def known(disruption: float, cost: float) -> Known:
    return Known(found().points[0].plan.result, cost, disruption)


def test_efficient_plans_and_slopes_of_their_hull() -> None:
    plans = [known(0, 100), known(10, 70), known(20, 65), known(30, 30), known(30, 40), known(40, 30)]
    assert [(plan.against, plan.cost) for plan in efficient(plans)] == [(0, 100), (10, 70), (20, 65), (30, 30)]
    assert slope_at(plans, 5) == pytest.approx(3)
    assert slope_at(plans, 20) == pytest.approx(2)  # from (10, 70) to (30, 30), above which (20, 65) lies
    assert slope_at(plans, 31) is None


def test_weak_duality_and_the_reach_of_a_proof() -> None:
    proofs = [Proof(2.0, 90.0, float("inf")), Proof(0.0, 60.0, 10.0)]
    assert least_cost(proofs, 10.0) == 70.0
    assert least_cost(proofs[1:], 10.0) == 60.0
    assert least_cost(proofs[1:], 10.5) is None
    assert least_cost(proofs, 50.0) == 0.0


def test_the_price_that_settles_ties_is_small() -> None:
    """Against what the cheapest plan costs, were all disruption free."""
    front = whole_front()
    assert FrontierParams.tie_price * front[-1][0] < 1e-4 * front[-1][1]


# --- files ------------------------------------------------------------------------------------------------------------


def test_csv_has_the_points() -> None:
    rows = list(csv.DictReader(io.StringIO(frontier_csv(found()))))
    assert tuple(rows[0]) == columns(found())
    assert [float(row["cost"]) for row in rows] == [point.plan.cost for point in found().points]
    assert float(rows[-1]["cost_more"]) == 0
    assert rows[0]["price"] == ""
    saved = [float(row["price"]) for row in rows[1:]]
    steps = [float(b["disruption"]) - float(a["disruption"]) for a, b in pairwise(rows)]
    assert sum(s * d for s, d in zip(saved, steps, strict=True)) == pytest.approx(float(rows[0]["cost_more"]))


def test_page_is_complete_and_escaped() -> None:
    page = frontier_page(find_frontier(place(name="<b>Vale</b>"), points=2, options=OPTIONS))
    assert "<b>Vale</b>" not in page
    assert "&lt;b&gt;Vale&lt;/b&gt;" in page
    assert "Plotly.newPlot" in page
    assert 'src="http' not in page
