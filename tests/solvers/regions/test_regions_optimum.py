"""What masters of windows use, put together, and the plans that are cooled from there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from regions_support import planned, town

from optimizer.construct import adopted
from optimizer.model.arrays import NONE
from optimizer.model.columns import Column
from optimizer.model.consequences import to_plan
from optimizer.model.objective import objective
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from optimizer.verify import verify
from solvers.columns.master import Optimum, Use
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


def used(problem: Problem, plan: Solution, window: Window) -> Optimum:
    """The optimum of a window whose master uses the hubs of a plan that are inside, whole."""
    clusters = window.start.clusters
    candidate = {name: n for n, name in enumerate(window.node.problem.candidates.ids)}
    cluster_of = {n: c for c, leads in enumerate(clusters.leads) for n in leads}
    uses = []
    columns = [c for c in columns_of(problem, plan) if set(c.members) <= set(window.practices.tolist())]
    for column, of in zip(columns, window.columns(columns, problem.n_practices, problem.n_sites), strict=True):
        lead = plan.network_of[column.site]
        cluster = NONE if lead == NONE else cluster_of[candidate[problem.candidates.ids[lead]]]
        uses.append(Use(of, cluster, 1.0))
    leads = {problem.candidates.ids[n] for n in plan.network_of if n != NONE}
    names = window.node.problem.candidates.ids
    return Optimum(uses, np.array([float(any(names[n] in leads for n in of)) for of in clusters.leads]))


def test_windows_that_use_a_plan_sketch_it() -> None:
    """Whose hub is where, and who is in a network of which model; not which lead of a cluster is best."""
    problem, plan = planned()
    bound, regions = told_apart()
    optimum = WholeOptimum(problem, bound.prices.clusters)
    for practices, own in zip(regions, bound.owned(regions), strict=True):
        assert optimum.sketch() is None  # not before every window has told
        window, _ = bound.window(practices, own)
        optimum.add(window, used(problem, plan, window))
    sketch = optimum.sketch()
    assert sketch is not None
    np.testing.assert_array_equal(sketch.site_of, plan.site_of)
    np.testing.assert_array_equal(sketch.is_open, plan.is_open)
    joined = np.flatnonzero(sketch.network_of != NONE)
    assert len(joined) > 0
    model = problem.candidates.model
    np.testing.assert_array_equal(model[sketch.network_of[joined]], model[plan.network_of[joined]])
    assert (problem.links.index_of(joined, sketch.network_of[joined]) >= 0).all()
    assert not (sketch.network_of[plan.network_of == NONE] != NONE).any()


def test_hubs_that_are_used_most_come_first() -> None:
    """Of two that share a practice; and none that is used little."""
    problem, plan = planned()
    bound, _ = told_apart()
    everybody = np.arange(problem.n_practices)
    window, _ = bound.window(everybody, np.zeros(len(bound.apart), dtype=bool))
    hubs = window.columns(columns_of(problem, plan), problem.n_practices, problem.n_sites)
    other = next(c for c in hubs if c.site != hubs[0].site)
    rival = Column(other.site, NONE, NONE, (hubs[0].members[0],))
    optimum = WholeOptimum(problem, bound.prices.clusters)
    uses = [Use(rival, NONE, 0.4), Use(hubs[0], NONE, 0.6), Use(other, NONE, 0.2)]
    optimum.add(window, Optimum(uses, np.zeros(len(window.clusters))))
    sketch = optimum.sketch()
    assert sketch is not None
    (site,) = np.flatnonzero(sketch.is_open).tolist()
    assert site == window.sites[hubs[0].site]
    placed = np.flatnonzero(sketch.site_of != NONE)
    assert placed.tolist() == window.practices[list(hubs[0].members)].tolist()


def test_a_sweep_ends_with_a_sketch_that_can_be_mended_and_cooled() -> None:
    problem, plan = planned()
    bound = WholeBound(problem, 1, DEFAULT)
    bound.begin(columns_of(problem, plan))
    everybody = np.arange(problem.n_practices)
    bound.tell_apart([everybody], 8.0)
    (own,) = bound.owned([everybody])
    bound.begin_sweep()
    bound.make_sketch()
    assert bound.sketch is None
    window, columns = bound.window(everybody, own)
    bound.take(window, climb(window, columns, 60.0, Climbing(1e-5), DEFAULT.auto.columns))
    bound.make_sketch()
    sketch = bound.sketch
    assert sketch is not None
    placed = np.flatnonzero(sketch.site_of != NONE)
    assert (problem.reach.index_of(placed, sketch.site_of[placed]) >= 0).all()
    joined = np.flatnonzero(sketch.network_of != NONE)
    assert sketch.is_open[joined].all()
    assert (problem.links.index_of(joined, sketch.network_of[joined]) >= 0).all()
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
