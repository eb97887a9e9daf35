"""Parts of the plan of the whole, planned anew: which ones, the work on one, and what becomes of it."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from optimizer.construct import SearchState
from optimizer.construct.cooling import Cooling, cool
from optimizer.model.arrays import NONE, BoolArray, IntArray
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from solvers.auto.part import PlanPart
from solvers.process.job import Found, StructuredJob
from solvers.regions.cut import regions_of_practices
from solvers.search.params import SearchParams
from solvers.search.run import run


@dataclass(frozen=True)
class Cooled:
    """The best plan on the way, the start or a cheaper one; None where the search cannot stand on the start."""

    plan: Solution | None
    seconds: float


def whole_networks(p: Problem, plan: Solution, regions: list[IntArray]) -> list[BoolArray]:
    """[n] each: the networks, hubs in none and practices in no hub that have most of their patients in a region."""
    region = regions_of_practices(p, regions)
    unit = _units(p, plan)
    _, unit = np.unique(unit, return_inverse=True)
    inside = np.zeros((int(unit.max(initial=-1)) + 1, len(regions)))
    np.add.at(inside, (unit, region), p.practices.patients)
    of = inside.argmax(axis=1)[unit]
    return [mine for mine in (of == k for k in range(len(regions))) if mine.any()]


def _units(p: Problem, plan: Solution) -> IntArray:
    """[n] the same number for all in a network, all in a hub in none; one for each in no hub."""
    site, n = plan.site_of, p.n_practices
    network = np.where(site >= 0, plan.network_of[site], NONE)
    unit = n + p.n_sites + np.where(network >= 0, network, 0)
    unit = np.where((site >= 0) & (network < 0), n + site, unit)
    return np.where(site < 0, np.arange(n), unit)


def cool_part(job: StructuredJob[SearchParams], proposals: int, hot: float) -> Cooled:
    """A part heated to `hot` and cooled with so many proposals; a piece of work for a process of its own."""
    began = time.monotonic()
    assert job.start is not None
    assert job.time_limit is not None
    runs = job.params.runs
    state = SearchState.empty(job.problem, job.seed, params=job.params.world)
    state.adopt(job.start)
    cooling = Cooling(hot, runs.cold, runs.slices, max(1, proposals // runs.slices), runs.network_share)
    cool(state, cooling, began + job.time_limit)
    return Cooled(state.best(), time.monotonic() - began)


def search_part(job: StructuredJob[SearchParams]) -> Solution | None:
    """The best plan of a part that is cheaper than its start; a piece of work for a process of its own."""
    found: list[Found] = []
    run(job, lambda event: found.append(event) if isinstance(event, Found) else None)
    better = [each for each in found if each.solution is not job.start]
    return better[-1].solution if better else None


def put_back(part: PlanPart, plan: Solution, found: Solution) -> Solution | None:
    """The plan of the whole with it; None where it has changed there meanwhile."""
    before = part.plan
    same = (before.site_of[part.practices] == plan.site_of[part.practices]).all()
    same &= (before.is_open[part.sites] == plan.is_open[part.sites]).all()
    same &= (before.network_of[part.sites] == plan.network_of[part.sites]).all()
    return part.put_into(plan, found) if same else None
