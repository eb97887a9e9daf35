"""What masters of windows use, put together, and the plans that are cooled from there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from regions_support import planned, town

from optimizer.construct import adopted
from optimizer.model.arrays import NONE
from optimizer.model.consequences import to_plan
from optimizer.model.objective import objective
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from optimizer.verify import verify
from solvers.columns.branching import Fractions
from solvers.columns.pool import columns_of
from solvers.process.job import StructuredJob
from solvers.regions.bound import WholeBound
from solvers.regions.climb import climb
from solvers.regions.cut import Cutter
from solvers.regions.optimum import WholeOptimum
from solvers.regions.params import DEFAULT, Climbing
from solvers.regions.parts import cool_plan
from solvers.regions.window import Window
from solvers.search.params import SearchParams


def told_apart() -> tuple[WholeBound, list[np.ndarray]]:
    """Leads of the market town told apart, and its halves."""
    problem, plan = planned()
    bound = WholeBound(problem, 1, DEFAULT)
    bound.begin(columns_of(problem, plan))
    regions = Cutter(problem).cut(-(-problem.n_practices // 2))
    bound.tell_apart(regions, 8.0)
    return bound, regions


def used(problem: Problem, plan: Solution, window: Window) -> Fractions:
    """The optimum of a window whose master uses the hubs of a plan, whole."""
    in_slot = np.zeros((len(window.sites), problem.n_models + 1))
    for at, site in enumerate(window.sites):
        if plan.is_open[site]:
            lead = plan.network_of[site]
            in_slot[at, problem.n_models if lead == NONE else problem.candidates.model[lead]] = 1.0
    part = window.node.problem
    inside = plan.site_of[window.practices[part.reach.row]] == window.sites[part.reach.column]
    leads = set(part.candidates.ids) & {problem.candidates.ids[n] for n in np.unique(plan.network_of) if n != NONE}
    networks = [float(any(part.candidates.ids[n] in leads for n in of)) for of in window.start.clusters.leads]
    return Fractions(in_slot, inside.astype(np.float64), np.array(networks))


def test_windows_that_use_a_plan_sketch_it() -> None:
    """Each has its own practices; of networks, who is in one of which model is told, not which lead is best."""
    problem, plan = planned()
    bound, regions = told_apart()
    optimum = WholeOptimum(problem, bound.prices.clusters)
    for practices, own in zip(regions, bound.owned(regions), strict=True):
        assert optimum.sketch(bound.node) is None  # not before every window has told
        window, _ = bound.window(practices, own)
        optimum.add(window, used(problem, plan, window))
    sketch = optimum.sketch(bound.node)
    assert sketch is not None
    np.testing.assert_array_equal(sketch.site_of, plan.site_of)
    np.testing.assert_array_equal(sketch.is_open, plan.is_open)
    joined = np.flatnonzero(sketch.network_of != NONE)
    model = problem.candidates.model
    np.testing.assert_array_equal(model[sketch.network_of[joined]], model[plan.network_of[joined]])
    assert (problem.links.index_of(joined, sketch.network_of[joined]) >= 0).all()


def test_a_sweep_ends_with_a_sketch_that_can_be_mended_and_cooled() -> None:
    problem, plan = planned()
    bound, regions = told_apart()
    bound.begin_sweep()
    for practices, own in zip(regions, bound.owned(regions), strict=True):
        window, columns = bound.window(practices, own)
        bound.take(window, climb(window, columns, 60.0, Climbing(1e-4, 0.01), DEFAULT.auto.columns))
    assert bound.sketch is None
    bound.end_sweep()
    sketch = bound.sketch
    assert sketch is not None
    placed = np.flatnonzero(sketch.site_of != NONE)
    assert (problem.reach.index_of(placed, sketch.site_of[placed]) >= 0).all()
    assert cooled_from(problem, sketch) < objective(problem, plan)


@pytest.mark.parametrize("crowded", [False, True])
def test_what_breaks_rules_is_mended_before_it_is_cooled(crowded: bool) -> None:
    """Nobody in any hub; or all hubs within reach of one lead in its network."""
    problem, plan = planned()
    if crowded:
        lead = int(plan.network_of[plan.is_open].max())
        able = problem.links.index_of(np.arange(problem.n_sites), np.full(problem.n_sites, lead)) >= 0
        start = replace(plan, network_of=np.where(plan.is_open & able, lead, NONE))
    else:
        empty = np.full_like(plan.site_of, NONE), np.full_like(plan.network_of, NONE), np.zeros_like(plan.is_open)
        start = Solution(*empty)
    assert adopted(problem, start) is None
    assert cooled_from(problem, start) < 1.02 * objective(problem, plan)


def cooled_from(problem: Problem, sketch: Solution) -> float:
    """What the plan costs, which keeps every rule."""
    job = StructuredJob(problem, 60.0, 1, 1, SearchParams(), start=sketch)
    improved = cool_plan(job, 10_000 * problem.n_practices, 0.1, 400, DEFAULT.first)
    assert improved.cooled_s > 0.0
    (found,) = improved.plans
    assert verify(town(), to_plan(problem, found)).ok
    return objective(problem, found)
