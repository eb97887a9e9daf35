"""A part of a plan: whole networks, hubs in none, practices in no hub; a problem of its own, the rest as it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from optimizer.model.arrays import NONE, BoolArray, IntArray
from optimizer.model.axes import Chosen
from optimizer.model.columns import Column, Columns
from optimizer.model.consequences import hires_and_partners, hub_populations
from optimizer.model.outside import runners
from optimizer.model.pairs import Pairs, first_of_each
from optimizer.model.problem import Practices, Problem
from optimizer.model.restrict import kept_candidates, restrict
from optimizer.model.solution import Solution
from optimizer.rules import NO_NETWORKS, Rest, RestNetworks, restricted
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
    def candidates(self) -> IntArray:
        """Of the whole: those that the part has."""
        return kept_candidates(self.whole, self.sites)

    @property
    def solution(self) -> Solution:
        """What the plan has there."""
        site_of, network_of = self.plan.site_of[self.practices], self.plan.network_of[self.sites]
        place = Chosen(self.whole.n_sites, self.sites).place
        candidate = Chosen(self.whole.n_candidates, self.candidates).place
        return Solution(
            site_of=np.where(site_of >= 0, place[site_of], NONE),
            network_of=np.append(candidate, NONE)[network_of],  # NONE is the last
            is_open=self.plan.is_open[self.sites],
        )

    def columns(self, hubs: Iterable[PooledHub | Column]) -> list[Column]:
        """Those of the whole's hubs that are inside, continuing no group."""
        practice = Chosen(self.whole.n_practices, self.practices).place
        site = Chosen(self.whole.n_sites, self.sites).place
        mine = ((int(site[hub.site]), practice[np.asarray(hub.members)]) for hub in hubs if site[hub.site] >= 0)
        return [Column(at, NONE, NONE, tuple(sorted(of.tolist()))) for at, of in mine if (of >= 0).all()]

    def put_back(self, found: Solution) -> Solution:
        """The plan of the whole with another solution of the part."""
        return self.put_into(self.plan, found)

    def put_into(self, plan: Solution, found: Solution) -> Solution:
        """Another plan of the whole, which has in the part what this one has there, with that solution."""
        site_of, network_of, is_open = plan.site_of.copy(), plan.network_of.copy(), plan.is_open.copy()
        site_of[self.practices] = np.where(found.site_of >= 0, self.sites[found.site_of], NONE)
        is_open[self.sites] = found.is_open
        network_of[self.sites] = np.append(self.candidates, NONE)[found.network_of]
        return Solution(site_of, network_of, is_open)


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
    networks, free = _rest_networks(p, plan, mine)
    less = restricted(p, Rest(rest, run_by, moved, outside, networks))
    part = restrict(replace(less, reach=reach, links=p.links.where(free[p.links.column])), practices, sites)
    problem = replace(part, practices=_without_groups(part.practices, taken))
    return PlanPart(p, plan, practices, sites, problem)


def _rest_networks(p: Problem, plan: Solution, mine: BoolArray) -> tuple[RestNetworks, BoolArray]:
    """What networks of hubs elsewhere use; [candidates] whether a network of the part may have the lead.

    `mine`: [m] sites of the part's hubs. A hospital in a network of the rest leads none here.
    """
    if not p.n_candidates:
        return NO_NETWORKS, np.zeros(0, dtype=bool)
    elsewhere = np.flatnonzero((plan.network_of >= 0) & ~mine)
    used, of = np.unique(plan.network_of[elsewhere], return_inverse=True)
    _, hires, partner = hires_and_partners(p, plan)
    kind = p.candidates.model[used]
    partners = np.bincount(partner[partner >= 0], minlength=p.n_candidates)[used]
    further = np.maximum(0, partners - p.models.partners_min[kind])
    patients = np.bincount(of, hub_populations(p, plan)[elsewhere], minlength=len(used))
    networks = RestNetworks(
        number=np.bincount(kind, minlength=p.n_models),
        patients=np.bincount(kind, patients, minlength=p.n_models).astype(np.int64),
        hires=hires[used].sum(axis=0),
        setup=float(p.models.setup[kind].sum() + p.models.partner_setup[kind] @ further),
    )
    busy = np.union1d(p.candidates.hospital[used], np.flatnonzero(np.isin(partner, used)))
    free = ~np.isin(p.candidates.hospital, busy[busy >= 0])
    free[used] = False
    return networks, free


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
