"""Parts of the plan of the whole, planned anew: which ones, the work on one, and what becomes of it."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np

from optimizer.construct import SearchState
from optimizer.model.arrays import NONE, BoolArray, IntArray
from optimizer.model.columns import Column
from optimizer.model.objective import objective
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from solvers.auto.part import PlanPart
from solvers.process.job import StructuredJob
from solvers.regions.cooled import cool_down
from solvers.regions.cut import regions_of_practices
from solvers.regions.first import mended_soon
from solvers.regions.params import FirstParams, PartsParams
from solvers.search.params import SearchParams
from solvers.search.pool import HubPool
from solvers.search.recombine import recombine


@dataclass(frozen=True)
class Improved:
    """Plans of a part or the whole, better than its start or not; none where no search stands on that.

    `cooled_s`: seconds that cooling took.
    """

    plans: list[Solution]
    cooled_s: float = 0.0


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


def cool_plan(
    job: StructuredJob[SearchParams], proposals: int, hot: float, focus: int, mending: FirstParams
) -> Improved:
    """A plan heated and cooled with so many proposals; a piece of work for a process of its own.

    Where the start breaks a rule, or what cooling ends with does, it is mended. `hot`: first temperature, in halves of
    a typical hub's cost. `focus`: practices that moves start from at a time.
    """
    start, state = job.start, SearchState.empty(job.problem, job.seed, params=job.params.world)
    assert start is not None
    if not state.adopt(start):
        near = _mended(job, start, mending)
        if near is None:
            return Improved([])
        state = SearchState.empty(job.problem, job.seed, params=job.params.world)
        state.adopt(near)
    began = time.monotonic()
    cool_down(job, state, proposals, hot, focus)
    cooled_s = time.monotonic() - began
    cooled = state.best() or _mended(job, state.current(), mending)
    return Improved([] if cooled is None else [cooled], cooled_s)


def _mended(job: StructuredJob[SearchParams], broken: Solution, mending: FirstParams) -> Solution | None:
    assert job.time_limit is not None
    most_s = min(mending.mend_s, 0.5 * job.time_limit)
    return mended_soon(job.problem, broken, job.seed, most_s, mending, mending.mend_each)


def recombine_part(
    job: StructuredJob[SearchParams], params: PartsParams, most_s: float, hubs: list[Column]
) -> Improved:
    """A part put together anew from its hubs and these; a piece of work."""
    start = job.start
    assert start is not None
    pool = HubPool(job.problem, job.params.pool)
    pool.add_hubs((hub.site, np.array(hub.members)) for hub in hubs)
    pool.add_plan(start)
    found = recombine(
        job.problem,
        start,
        objective(job.problem, start),
        pool.hubs(),
        np.unique(start.network_of[start.network_of >= 0]),
        np.ones(job.problem.n_practices, dtype=bool),
        most_s,
        replace(job.params.recombine, most_nodes=params.most_nodes),
    )
    return Improved([] if found is None else [found])


def put_back(part: PlanPart, plan: Solution, found: Solution) -> Solution | None:
    """The plan of the whole with it; None where it has changed there meanwhile."""
    before = part.plan
    same = (before.site_of[part.practices] == plan.site_of[part.practices]).all()
    same &= (before.is_open[part.sites] == plan.is_open[part.sites]).all()
    same &= (before.network_of[part.sites] == plan.network_of[part.sites]).all()
    return part.put_into(plan, found) if same else None
