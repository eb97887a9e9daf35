"""A part of a plan without networks: whole hubs near each other, a problem of its own while the rest stays as it is."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from optimizer.model.arrays import NONE, BoolArray, IntArray
from optimizer.model.axes import Chosen
from optimizer.model.columns import Column, Columns
from optimizer.model.outside import runners
from optimizer.model.pairs import Pairs, first_of_each
from optimizer.model.problem import Practices, Problem
from optimizer.model.restrict import restrict
from optimizer.model.solution import Solution
from optimizer.rules import Rest, restricted
from solvers.auto.params import DEFAULT
from solvers.columns.pool import columns_of
from solvers.search.pool import PooledHub


@dataclass(frozen=True)
class PlanPart:
    """Some practices and sites of the whole, ascending; its plans cost what those of the whole do, less a constant."""

    whole: Problem
    plan: Solution  # of the whole
    practices: IntArray
    sites: IntArray
    problem: Problem

    @property
    def solution(self) -> Solution:
        """What the plan has there."""
        site_of = self.plan.site_of[self.practices]
        place = Chosen(self.whole.n_sites, self.sites).place
        return Solution(
            site_of=np.where(site_of >= 0, place[site_of], NONE),
            network_of=np.full(len(self.sites), NONE),
            is_open=self.plan.is_open[self.sites],
        )

    def columns(self, hubs: list[PooledHub]) -> list[Column]:
        """Those of the whole's hubs that are inside, continuing no group."""
        practice = Chosen(self.whole.n_practices, self.practices).place
        site = Chosen(self.whole.n_sites, self.sites).place
        inside = [hub for hub in hubs if site[hub.site] >= 0 and (practice[hub.members] >= 0).all()]
        return [Column(int(site[h.site]), NONE, NONE, tuple(sorted(practice[h.members].tolist()))) for h in inside]

    def put_back(self, found: Solution) -> Solution:
        """The plan of the whole with another solution of the part."""
        site_of, is_open = self.plan.site_of.copy(), self.plan.is_open.copy()
        site_of[self.practices] = np.where(found.site_of >= 0, self.sites[found.site_of], NONE)
        is_open[self.sites] = found.is_open
        return Solution(site_of, self.plan.network_of, is_open)


def part_of(p: Problem, plan: Solution, region: BoolArray, most_sites: int = DEFAULT.part_sites) -> PlanPart:
    """`region`: [n] practices of whole hubs, and some in none. Limits on sums are less by what the rest uses.

    `most_sites`: the cheapest of each practice that it may have, beside its present one.
    """
    mine = np.zeros(p.n_sites, dtype=bool)
    mine[plan.site_of[region & (plan.site_of >= 0)]] = True
    usable = mine | (~plan.is_open & ((p.host < 0) | region[p.host]))
    reach = _cheapest(p.reach.where(region[p.reach.row] & usable[p.reach.column]), plan, most_sites)
    practices, sites = np.flatnonzero(region), np.union1d(np.flatnonzero(mine), reach.column)
    rest = Columns.of(p, [column for column in columns_of(p, plan) if not mine[column.site]])
    taken = np.intersect1d(rest.group, np.arange(len(p.group_ids)))
    moved = np.where(region, np.isin(p.practices.group, taken), plan.site_of < 0)
    run_by, outside = np.where(region, NONE, runners(p, plan)), ~region & (plan.site_of < 0)
    part = restrict(replace(restricted(p, Rest(rest, run_by, moved, outside)), reach=reach), practices, sites)
    problem = replace(part, practices=_without_groups(part.practices, taken))
    return PlanPart(p, plan, practices, sites, problem)


def _cheapest(pairs: Pairs, plan: Solution, most: int) -> Pairs:
    """Of the pairs, those with a practice's present site or one of its cheapest."""
    keep = plan.site_of[pairs.row] == pairs.column
    keep[first_of_each(pairs.row, np.lexsort((pairs.cost, pairs.row)), most)] = True
    return pairs.where(keep)


def _without_groups(practices: Practices, taken: IntArray) -> Practices:
    """`taken`: groups that hubs of the rest continue; here their practices have no group to leave."""
    free = np.isin(practices.group, taken)
    return replace(
        practices,
        group=np.where(free, NONE, practices.group),
        move_cost=np.where(free, 0.0, practices.move_cost),
        moving=np.where(free, 0.0, practices.moving),
    )
