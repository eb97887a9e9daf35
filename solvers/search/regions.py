"""Parts of a plan to work on: practices near each other, whole networks and hubs around a place, a few hubs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.model.arrays import NONE, BoolArray, FloatArray, IntArray
from optimizer.model.pairs import Pairs, first_of_each
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from solvers.search.params import RegionsParams


@dataclass(frozen=True)
class Neighbourhood:
    """A few whole hubs to be dealt out anew."""

    practices: BoolArray  # [n] members, and independents among them
    sites: BoolArray  # [m] where hubs may be
    pairs: BoolArray  # [reach] who may go where


class Regions:
    """`travel`: [m, n] pounds a year, inf out of reach."""

    def __init__(self, problem: Problem, travel: FloatArray, params: RegionsParams) -> None:
        self._problem = problem
        self._params = params
        self._travel = travel
        reach = problem.reach
        own = _nearest(reach.row, reach, params.own_sites)
        around = _nearest(reach.column, reach, params.near_sites)
        self._own_start = np.searchsorted(reach.row[own], np.arange(problem.n_practices + 1))
        self._own = reach.column[own]
        self._around_start = np.searchsorted(reach.column[around], np.arange(problem.n_sites + 1))
        self._around = reach.row[around]

    def practices(self, random: np.random.Generator, size: int) -> IntArray:
        """That many practices around a random one, neighbour by neighbour; where these end, by travel."""
        n = self._problem.n_practices
        taken = np.zeros(n, dtype=bool)
        order = [int(random.integers(n))]
        taken[order[0]] = True
        for i in order:
            for site in self._own[self._own_start[i] : self._own_start[i + 1]]:
                for other in self._around[self._around_start[site] : self._around_start[site + 1]]:
                    if not taken[other] and len(order) < size:
                        taken[other] = True
                        order.append(int(other))
        if len(order) < size:
            own = self._own[self._own_start[order[0]] : self._own_start[order[0] + 1]]
            rest = np.flatnonzero(~taken)
            by_travel = np.argsort(self._travel[own[:1]][:, rest].sum(axis=0), kind="stable")
            order += rest[by_travel][: size - len(order)].tolist()
        return np.array(order, dtype=np.int64)

    def networks(self, plan: Solution, random: np.random.Generator, size: int) -> BoolArray:
        """[n] practices of whole networks, and of hubs without one, around a random place: at least `size`."""
        region = np.zeros(self._problem.n_practices, dtype=bool)
        network = np.where(plan.site_of >= 0, plan.network_of[plan.site_of], NONE)
        for i in self.practices(random, len(region)):
            if region.sum() >= size:
                break
            if network[i] >= 0:
                region |= network == network[i]
            elif plan.site_of[i] >= 0:
                region |= plan.site_of == plan.site_of[i]
            region[i] = True
        return region

    def hubs(self, plan: Solution, random: np.random.Generator, count: int, most_pairs: int) -> Neighbourhood:
        """About `count` hubs around a random place, with so many other sites that there are about `most_pairs`."""
        chosen: list[int] = []
        region = np.zeros(self._problem.n_practices, dtype=bool)
        for i in self.practices(random, len(region)):
            site = int(plan.site_of[i])
            if (
                region[i]
                or self._params.least_pairs * region.sum() > most_pairs
                or (site >= 0 and len(chosen) == count)
            ):
                continue
            region[i] = True
            if site >= 0:
                chosen.append(site)
                region |= plan.site_of == site
        per_practice = max(1, most_pairs // max(1, int(region.sum())))
        sites = self._sites(plan, region, chosen, max(1, per_practice // max(1, min(3, len(chosen)))))
        return Neighbourhood(region, sites, self._pairs(plan, region, sites, per_practice))

    def guided(
        self, plan: Solution, random: np.random.Generator, count: int, most_pairs: int, with_pair: FloatArray
    ) -> Neighbourhood:
        """About `count` hubs around a random place, with the pairs of least `with_pair` [reach] among them."""
        p, reach = self._problem, self._problem.reach
        region = np.zeros(p.n_practices, dtype=bool)
        hubs = 0
        for i in self.practices(random, p.n_practices):
            site = int(plan.site_of[i])
            if region[i] or (
                site >= 0 and (hubs == count or self._params.guided_least_pairs * region.sum() > most_pairs)
            ):
                continue
            region[i] = True
            if site >= 0:
                hubs += 1
                region |= plan.site_of == site
        sites = np.zeros(p.n_sites, dtype=bool)
        sites[plan.site_of[region & (plan.site_of >= 0)]] = True
        usable = sites | (~plan.is_open & ((p.host < 0) | region[p.host]))
        inside = np.flatnonzero(region[reach.row] & usable[reach.column] & np.isfinite(with_pair))
        pairs: BoolArray = plan.site_of[reach.row] == reach.column
        pairs[inside[np.argsort(with_pair[inside], kind="stable")[:most_pairs]]] = True
        sites[reach.column[pairs & region[reach.row]]] = True
        return Neighbourhood(region, sites, pairs)

    def _sites(self, plan: Solution, region: BoolArray, chosen: list[int], each: int) -> BoolArray:
        """The chosen hubs' sites, and of each hub the `each` sites that would serve its members at least cost."""
        p = self._problem
        host = p.host
        free = ~plan.is_open & ((host < 0) | region[host])
        sites = np.zeros(p.n_sites, dtype=bool)
        for hub in chosen:
            cost = self._travel[:, plan.site_of == hub].sum(axis=1) + p.sites.cost
            cost[~free] = np.inf
            order = np.argsort(cost, kind="stable")[:each]
            sites[order[np.isfinite(cost[order])]] = True
        sites[chosen] = True
        return sites

    def _pairs(self, plan: Solution, region: BoolArray, sites: BoolArray, per_practice: int) -> BoolArray:
        """Each practice of the region with its cheapest sites; everybody at its present site."""
        reach = self._problem.reach
        inside = np.flatnonzero(region[reach.row] & sites[reach.column])
        order = inside[np.lexsort((reach.cost[inside], reach.row[inside]))]
        pairs: BoolArray = plan.site_of[reach.row] == reach.column
        pairs[first_of_each(reach.row, order, per_practice)] = True
        return pairs


def _nearest(key: IntArray, pairs: Pairs, most: int) -> IntArray:
    """Positions of the `most` nearest pairs of each key (cheapest where distance ties), by key."""
    return first_of_each(key, np.lexsort((pairs.cost, pairs.km, key)), most)
