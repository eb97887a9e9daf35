"""Parts of a plan with networks: they cost what the whole does, keep its limits, and go back into it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from regions_support import planned, town

from optimizer.construct import adopted
from optimizer.model.consequences import hub_populations, required_hires, to_plan
from optimizer.model.objective import objective
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from optimizer.verify import verify
from solvers.auto.part import part_of
from solvers.columns.pool import columns_of
from solvers.process.job import StructuredJob
from solvers.regions.cut import Cutter
from solvers.regions.params import FirstParams, PartsParams
from solvers.regions.parts import cool_plan, put_back, recombine_part, whole_networks
from solvers.search.params import SearchParams


def test_parts_are_whole_networks() -> None:
    problem, plan = planned()
    masks = whole_networks(problem, plan, Cutter(problem).cut(-(-problem.n_practices // 3)))
    assert (np.sum(masks, axis=0) == 1).all()
    for mask in masks:
        hubs = plan.site_of[mask & (plan.site_of >= 0)]
        assert not np.isin(plan.site_of[~mask & (plan.site_of >= 0)], hubs).any()
        networks = plan.network_of[hubs]
        others = plan.network_of[plan.site_of[~mask & (plan.site_of >= 0)]]
        assert not np.isin(others, networks[networks >= 0]).any()


def test_a_part_has_what_the_rest_leaves() -> None:
    problem, plan = planned()
    mask = whole_networks(problem, plan, Cutter(problem).cut(-(-problem.n_practices // 2)))[0]
    part = part_of(problem, plan, mask, problem.n_sites)
    rest = np.flatnonzero(plan.is_open & ~np.isin(np.arange(problem.n_sites), plan.site_of[mask]))
    networked = rest[plan.network_of[rest] >= 0]
    patients = int(hub_populations(problem, plan)[networked].sum())
    assert part.problem.network.patients_min == max(0, problem.network.patients_min - patients)
    assert part.problem.network.patients_max == problem.network.patients_max - patients
    of_hubs, of_networks = required_hires(problem, plan)
    used = np.unique(plan.network_of[networked])
    hired = of_hubs[rest].sum(axis=0) + of_networks[used].sum(axis=0)
    assert part.problem.roles.market == pytest.approx(np.maximum(0.0, problem.roles.market - hired))
    taken = set(np.array(problem.candidates.ids)[used])
    linked = np.unique(part.problem.links.column)
    assert not taken & set(np.array(part.problem.candidates.ids)[linked])


def cooled(problem: Problem, start: Solution, seed: int) -> Solution | None:
    job = StructuredJob(problem, 60.0, 1, seed, SearchParams(), start=start)
    (found,) = cool_plan(job, 10_000 * problem.n_practices, 0.1, 400, FirstParams()).plans
    return found if objective(problem, found) < objective(problem, start) - 0.01 else None


def recombined(problem: Problem, start: Solution, seed: int) -> Solution | None:
    """From hubs of a plan that a cooling has found."""
    job = StructuredJob(problem, 60.0, 1, seed, SearchParams(), start=start)
    (other,) = cool_plan(job, 10_000 * problem.n_practices, 0.1, 400, FirstParams()).plans
    (found,) = recombine_part(job, PartsParams(), 10.0, columns_of(problem, other)).plans
    assert objective(problem, found) <= min(objective(problem, plan) for plan in (start, other)) + 0.01
    return found if objective(problem, found) < objective(problem, start) - 0.01 else None


@pytest.mark.parametrize("how", [cooled, recombined])
def test_a_part_planned_anew_costs_the_whole_what_it_costs_itself(
    how: Callable[[Problem, Solution, int], Solution | None],
) -> None:
    problem, plan = planned()
    masks = whole_networks(problem, plan, Cutter(problem).cut(-(-problem.n_practices // 2)))
    gains = []
    for seed, mask in enumerate(masks):
        part = part_of(problem, plan, mask, problem.n_sites)
        start = part.solution
        assert adopted(part.problem, start) is not None
        found = how(part.problem, start, seed)
        if found is None:
            continue
        merged = put_back(part, plan, found)
        assert merged is not None
        gain = objective(part.problem, start) - objective(part.problem, found)
        gains.append(gain)
        assert objective(problem, plan) - objective(problem, merged) == pytest.approx(gain, abs=0.01)
        assert verify(town(), to_plan(problem, merged)).ok
        assert put_back(part, merged, found) is None  # it has changed there meanwhile
        plan = merged
    assert any(gain > 0 for gain in gains)
