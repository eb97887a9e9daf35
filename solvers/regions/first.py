"""A first plan, region by region: each by itself, with its share of what is limited over the whole."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from optimizer.construct import SearchState, mended
from optimizer.construct.params import DEFAULTS
from optimizer.model.arrays import NO_LIMIT, NONE, IntArray
from optimizer.model.problem import Problem
from optimizer.model.restrict import kept_candidates, restrict
from optimizer.model.solution import Solution
from solvers.process.job import StructuredJob
from solvers.regions.cooled import cool_down
from solvers.regions.cut import regions_of_sites
from solvers.regions.params import FirstParams
from solvers.search.params import SearchParams


@dataclass(frozen=True)
class Share:
    """A region as a problem of its own; practices, sites and candidates of the whole, ascending."""

    practices: IntArray
    sites: IntArray
    candidates: IntArray
    problem: Problem


def shares(p: Problem, regions: list[IntArray]) -> list[Share]:
    """Sites go where their host is, or the nearest practice; hospitals lead where most sites are that they can lead."""
    of_site = regions_of_sites(p, regions)
    of_candidate = _of_candidates(p, of_site, len(regions))
    return [_share(p, k, practices, of_site, of_candidate) for k, practices in enumerate(regions)]


def plan_share(job: StructuredJob[SearchParams], proposals: int, params: FirstParams) -> Solution:
    """The best plan that the colder half of a cooling from today's groups comes upon; a piece of work.

    Where it comes upon none, what it ends with, which breaks rules: a seam may have cut practices off from every hub
    that they can have, which the whole mends.
    """
    state = SearchState.empty(job.problem, job.seed, params=job.params.world)
    state.fill()
    cool_down(job, state, proposals, params.hot, params.focus, DEFAULTS.first_plan.soft_consent)
    return state.best() or state.current()


def together(p: Problem, parts: list[tuple[Share, Solution]]) -> Solution:
    """The plans of regions as one of the whole; who has none is in no hub."""
    site_of, network_of = np.full(p.n_practices, NONE), np.full(p.n_sites, NONE)
    is_open = np.zeros(p.n_sites, dtype=bool)
    for share, found in parts:
        site_of[share.practices] = np.append(share.sites, NONE)[found.site_of]
        network_of[share.sites] = np.append(share.candidates, NONE)[found.network_of]
        is_open[share.sites] = found.is_open
    return Solution(site_of, network_of, is_open)


def _of_candidates(p: Problem, of_site: IntArray, regions: int) -> IntArray:
    """[candidates] the region with most sites that can join it; one for all networks that a hospital can lead."""
    known = of_site[p.links.row] >= 0
    seen = np.zeros((p.n_candidates, regions))
    np.add.at(seen, (p.links.column[known], of_site[p.links.row[known]]), 1)
    hospital = np.flatnonzero(p.candidates.hospital >= 0)
    by_hospital = np.zeros((len(p.hospitals.ids), regions))
    np.add.at(by_hospital, p.candidates.hospital[hospital], seen[hospital])
    seen[hospital] = by_hospital[p.candidates.hospital[hospital]]
    return np.where(seen.any(axis=1), seen.argmax(axis=1), NONE) if regions else np.full(p.n_candidates, NONE)


def mended_soon(
    p: Problem, plan: Solution, seed: int, most_s: float, params: FirstParams, proposals_each: int
) -> Solution | None:
    """The cheapest plan met near one that breaks rules, in as few runs as find one; so many proposals a practice."""
    soon = replace(DEFAULTS.repair, runs=params.mend_runs, always=1, proposals_per_practice=proposals_each)
    return mended(p, plan, seed, most_s, replace(DEFAULTS, repair=soon))


def _share(p: Problem, k: int, practices: IntArray, of_site: IntArray, of_candidate: IntArray) -> Share:
    sites = np.flatnonzero(of_site == k)
    less = _dealt(replace(p, links=p.links.where(of_candidate[p.links.column] == k)), practices)
    return Share(practices, sites, kept_candidates(p, sites), restrict(less, practices, sites))


def _dealt(p: Problem, practices: IntArray) -> Problem:
    """Limits on sums over a plan, in proportion to patients; numbers of networks are left to the whole."""
    share = float(p.practices.patients[practices].sum()) / max(1, p.total_patients)

    def part(limit: int) -> int:
        return limit if limit >= NO_LIMIT else int(np.ceil(share * limit))

    network = replace(
        p.network,
        patients_min=int(share * p.network.patients_min),
        patients_max=part(p.network.patients_max),
        fund=share * p.network.fund,
    )
    models = replace(
        p.models,
        patients_min=(share * p.models.patients_min).astype(np.int64),
        patients_max=np.ceil(share * p.models.patients_max).astype(np.int64),
        count_min=np.zeros(p.n_models, dtype=np.int64),
    )
    return replace(
        p,
        network=network,
        models=models,
        hub=replace(p.hub, count_min=int(share * p.hub.count_min), count_max=part(p.hub.count_max)),
        roles=replace(p.roles, market=share * p.roles.market),
        moving_limit=share * p.moving_limit,
        far_max=part(p.far_max),
    )
