"""A part of a plan without networks: whole hubs near each other, a problem of its own while the rest stays as it is."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from optimizer.model.arrays import NO_LIMIT, NONE, BoolArray, IntArray
from optimizer.model.columns import Column, Columns
from optimizer.model.pairs import Pairs, first_of_each
from optimizer.model.problem import Practices, Problem, Sites
from optimizer.model.solution import Solution
from solvers.columns.pool import columns_of
from solvers.search.pool import PooledHub

CHEAPEST = 30  # sites of a practice, beside its present one


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
        place = _position(self.sites, self.whole.n_sites)
        return Solution(
            site_of=np.where(site_of >= 0, place[site_of], NONE),
            network_of=np.full(len(self.sites), NONE),
            is_open=self.plan.is_open[self.sites],
        )

    def columns(self, hubs: list[PooledHub]) -> list[Column]:
        """Those of the whole's hubs that are inside, continuing no group."""
        practice, site = _position(self.practices, self.whole.n_practices), _position(self.sites, self.whole.n_sites)
        inside = [hub for hub in hubs if site[hub.site] >= 0 and (practice[hub.members] >= 0).all()]
        return [Column(int(site[h.site]), NONE, NONE, tuple(sorted(practice[h.members].tolist()))) for h in inside]

    def put_back(self, found: Solution) -> Solution:
        """The plan of the whole with another solution of the part."""
        site_of, is_open = self.plan.site_of.copy(), self.plan.is_open.copy()
        site_of[self.practices] = np.where(found.site_of >= 0, self.sites[found.site_of], NONE)
        is_open[self.sites] = found.is_open
        return Solution(site_of, self.plan.network_of, is_open)


def part_of(p: Problem, plan: Solution, region: BoolArray) -> PlanPart:
    """`region`: [n] practices of whole hubs, and some in none. Limits on sums are less by what the rest uses."""
    mine = np.zeros(p.n_sites, dtype=bool)
    mine[plan.site_of[region & (plan.site_of >= 0)]] = True
    usable = mine | (~plan.is_open & ((p.host < 0) | region[p.host]))
    reach = _cheapest(p.reach.where(region[p.reach.row] & usable[p.reach.column]), plan)
    practices, sites = np.flatnonzero(region), np.union1d(np.flatnonzero(mine), reach.column)
    rest = Columns.of(p, [column for column in columns_of(p, plan) if not mine[column.site]])
    taken = np.intersect1d(rest.group, np.arange(len(p.group_ids)))
    moved = np.where(region, np.isin(p.practices.group, taken), plan.site_of < 0)
    problem = replace(
        p,
        practices=_practices(p, practices, taken),
        sites=_sites(p, practices, sites),
        hub=replace(
            p.hub,
            count_min=max(0, p.hub.count_min - len(rest)),
            count_max=p.hub.count_max if p.hub.count_max >= NO_LIMIT else p.hub.count_max - len(rest),
        ),
        roles=replace(p.roles, market=np.maximum(0.0, p.roles.market - rest.hires.sum(axis=0))),
        network=replace(p.network, fund=p.network.fund - float(p.sites.setup[rest.site].sum())),
        moving_limit=p.moving_limit - float(rest.moving.sum() + p.practices.moving[moved].sum()),
        reach=_inside(reach, practices, sites),
        links=_inside(p.links, sites, np.arange(p.n_candidates)),
    )
    return PlanPart(p, plan, practices, sites, problem)


def _cheapest(pairs: Pairs, plan: Solution) -> Pairs:
    """Of the pairs, those with a practice's present site or one of its cheapest."""
    keep = plan.site_of[pairs.row] == pairs.column
    keep[first_of_each(pairs.row, np.lexsort((pairs.cost, pairs.row)), CHEAPEST)] = True
    return pairs.where(keep)


def _practices(p: Problem, chosen: IntArray, taken: IntArray) -> Practices:
    """`taken`: groups that hubs of the rest continue; here their practices have no group to leave."""
    old = p.practices
    free = np.isin(old.group[chosen], taken)
    apart = _position(chosen, p.n_practices)[old.apart]
    return replace(
        old,
        ids=tuple(old.ids[i] for i in chosen),
        names=tuple(old.names[i] for i in chosen),
        patients=old.patients[chosen],
        group=np.where(free, NONE, old.group[chosen]),
        area=old.area[chosen],
        may_be_independent=old.may_be_independent[chosen],
        independent_cost=old.independent_cost[chosen],
        move_cost=np.where(free, 0.0, old.move_cost[chosen]),
        moving=np.where(free, 0.0, old.moving[chosen]),
        fte=old.fte[chosen],
        refuses=old.refuses[chosen],
        misfit_cost=old.misfit_cost[chosen],
        together=old.together[chosen],
        apart=apart[(apart >= 0).all(axis=1)],
    )


def _sites(p: Problem, practices: IntArray, chosen: IntArray) -> Sites:
    old = p.sites
    practice = _position(practices, p.n_practices)[old.practice[chosen]]
    return replace(
        old,
        ids=tuple(old.ids[j] for j in chosen),
        names=tuple(old.names[j] for j in chosen),
        practice=np.where(old.practice[chosen] >= 0, practice, NONE),
        hospital=old.hospital[chosen],
        minimum=old.minimum[chosen],
        capacity=old.capacity[chosen],
        cost=old.cost[chosen],
        setup=old.setup[chosen],
        area=old.area[chosen],
        must_open=old.must_open[chosen],
    )


def _position(chosen: IntArray, n: int) -> IntArray:
    """[n] place among the chosen, NONE = not one of them."""
    position = np.full(n, NONE)
    position[chosen] = np.arange(len(chosen))
    return position


def _inside(pairs: Pairs, rows: IntArray, columns: IntArray) -> Pairs:
    """The pairs between chosen rows and columns, numbered anew."""
    row, column = _position(rows, pairs.n_rows)[pairs.row], _position(columns, pairs.n_columns)[pairs.column]
    keep = (row >= 0) & (column >= 0)
    return Pairs(len(rows), len(columns), row[keep], column[keep], pairs.km[keep], pairs.cost[keep])
