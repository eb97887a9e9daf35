"""The compact formulation: a Problem as one mixed-integer program in sparse arrays, for any MIP backend.

Columns come in blocks (docs/model.md section 5 names them); each rule adds a block of rows. Nothing loops over pairs in
Python: a block is a few numpy arrays.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from optimizer.compact.point import Encoder
from optimizer.model.arrays import NO_LIMIT, FloatArray
from optimizer.model.blocks import ColumnBlocks, RowBlocks
from optimizer.model.mip import MipModel
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from optimizer.rules.sets import candidate_areas, group_sites, large_pairs, most_staff, site_areas, site_capacity


@dataclass(frozen=True)
class CompactModel:
    """The program and the way between its points and solutions."""

    problem: Problem
    model: MipModel
    columns: ColumnBlocks

    @classmethod
    def build(cls, problem: Problem) -> CompactModel:
        columns = declare_columns(problem)
        rows = RowBlocks(columns)
        for rule in RULES:
            rule(problem, columns, rows)
        return cls(problem, rows.model(offset=problem.network.dividend * problem.total_patients), columns)

    def names(self) -> tuple[str, ...]:
        return self.columns.names()

    def decode(self, x: FloatArray) -> Solution:
        """The choices in a point of the program; everything else follows from them."""
        problem, at = self.problem, self.columns.at
        site_of = np.full(problem.n_practices, -1, dtype=np.int64)
        chosen = np.flatnonzero(x[at("x")] > 0.5)
        site_of[problem.reach.row[chosen]] = problem.reach.column[chosen]
        network_of = np.full(problem.n_sites, -1, dtype=np.int64)
        linked = np.flatnonzero(x[at("z")] > 0.5)
        network_of[problem.links.row[linked]] = problem.links.column[linked]
        return Solution(site_of=site_of, network_of=network_of, is_open=x[at("y")] > 0.5)

    def encode(self, solution: Solution) -> FloatArray:
        """The point of the program that a solution stands for, its dependent columns at their cheapest values."""
        return Encoder(self.problem, self.columns, solution).point()


# --- columns ----------------------------------------------------------------------------------------------------------


def declare_columns(p: Problem) -> ColumnBlocks:
    """All blocks of columns with bounds and costs. Names follow docs/model.md section 5."""
    c = ColumnBlocks()
    capacity = site_capacity(p)
    total = float(p.total_patients)
    c.add("x", binary=len(p.reach), cost=p.reach.cost)
    c.add("y", binary=p.n_sites, cost=p.sites.cost, lower=p.sites.must_open.astype(float))
    free = p.practices.may_be_independent.astype(float)
    c.add("u", binary=p.n_practices, cost=p.practices.independent_cost, upper=free)
    c.add("population", continuous=p.n_sites, upper=capacity)
    c.add("z", binary=len(p.links), cost=p.links.cost)
    c.add("w", binary=p.n_candidates, cost=p.models.cost[p.candidates.model])
    c.add("f", continuous=len(p.links), cost=-p.network.dividend, upper=capacity[p.links.row])
    c.add(
        "networks", integer=p.n_models, lower=p.models.count_min, upper=np.minimum(p.models.count_max, p.n_candidates)
    )
    c.add("model", continuous=p.n_sites * p.n_models, upper=1.0)
    c.add("e", continuous=p.n_practices, cost=p.practices.move_cost, upper=1.0)
    c.add("q", binary=len(group_sites(p)))
    for name, n in (("hires", p.n_sites), ("network_hires", p.n_candidates)):
        cost, upper = np.tile(p.roles.hire_cost, n), np.tile(p.roles.market, n)
        c.add(name, continuous=n * p.n_roles, cost=cost, upper=upper)
    c.add("staff", continuous=len(p.links) * p.n_roles, upper=most_staff(p)[p.links.row].ravel())
    c.add("hub_under", continuous=p.n_sites, cost=p.hub.price, upper=p.hub.target_min)
    c.add("hub_over", continuous=p.n_sites, cost=p.hub.price, upper=capacity)
    c.add("alone", continuous=len(large_pairs(p)), upper=1.0)
    price = p.models.price[p.candidates.model]
    c.add("network_under", continuous=p.n_candidates, cost=price, upper=p.models.target_min[p.candidates.model])
    c.add("network_over", continuous=p.n_candidates, cost=price, upper=total)
    c.add("v", continuous=p.n_practices * p.n_models, cost=p.practices.misfit_cost.ravel(), upper=1.0)
    c.add("hub_area", binary=len(site_areas(p)) if p.hub.same_area else 0)
    c.add("network_area", binary=len(candidate_areas(p)) if p.network.same_area else 0)
    return c


# --- hub tier ---------------------------------------------------------------------------------------------------------


def one_group_each(p: Problem, c: ColumnBlocks, rows: RowBlocks) -> None:
    r = rows.block(p.n_practices, lower=1, upper=1)
    r.add(p.reach.row, c["x"], 1)
    r.add(np.arange(p.n_practices), c["u"], 1)


def open_sites(p: Problem, c: ColumnBlocks, rows: RowBlocks) -> None:
    """x <= y; the host of an open site is a member; the number of hubs."""
    r = rows.block(len(p.reach), upper=0)
    r.add(np.arange(len(p.reach)), c["x"], 1)
    r.add(np.arange(len(p.reach)), c["y"][p.reach.column], -1)
    hosted = np.flatnonzero(p.host >= 0)
    own = p.reach.index_of(p.host[hosted], hosted)
    r = rows.block(len(hosted), upper=0)
    r.add(np.arange(len(hosted)), c["y"][hosted], 1)
    found = own >= 0
    r.add(np.flatnonzero(found), c["x"][own[found]], -1)
    most = np.inf if p.hub.count_max >= NO_LIMIT else p.hub.count_max  # a huge number misleads presolve
    r = rows.block(1, lower=p.hub.count_min, upper=most)
    r.add(np.zeros(p.n_sites, np.int64), c["y"], 1)


def hub_population(p: Problem, c: ColumnBlocks, rows: RowBlocks) -> None:
    """population = patients of members, between the site's minimum and maximum; an oversize practice is alone."""
    patients = p.practices.patients[p.reach.row].astype(float)
    sites = np.arange(p.n_sites)
    r = rows.block(p.n_sites, lower=0, upper=0)
    r.add(p.reach.column, c["x"], patients)
    r.add(sites, c["population"], -1)
    r = rows.block(p.n_sites, lower=0)
    r.add(sites, c["population"], 1)
    r.add(sites, c["y"], -p.sites.minimum)
    r = rows.block(p.n_sites, upper=0)
    r.add(sites, c["population"], 1)
    r.add(sites, c["y"], -np.minimum(p.hub.maximum, p.sites.capacity))
    big = np.flatnonzero(p.oversize[p.reach.row])
    room = np.minimum(p.hub.maximum, p.sites.capacity[p.reach.column[big]])
    r.add(p.reach.column[big], c["x"][big], room - patients[big])
    empty = np.flatnonzero(patients == 0)  # the rows above let practices without patients in beside an oversize one
    pairs = [(one, other) for one in big for other in empty[p.reach.column[empty] == p.reach.column[one]]]
    r = rows.block(len(pairs), upper=1)
    for at, pair in enumerate(pairs):
        r.add([at, at], c["x"][list(pair)], 1)


def hub_size_price(p: Problem, c: ColumnBlocks, rows: RowBlocks) -> None:
    sites = np.arange(p.n_sites)
    r = rows.block(p.n_sites, lower=0)
    r.add(sites, c["hub_under"], 1)
    r.add(sites, c["population"], 1)
    r.add(sites, c["y"], -p.hub.target_min)
    large = large_pairs(p)
    i, j = p.reach.row[large], p.reach.column[large]
    r = rows.block(p.n_sites, lower=0)
    r.add(sites, c["hub_over"], 1)
    r.add(sites, c["population"], -1)
    r.add(sites, c["y"], p.hub.target_max)
    r.add(j, c["alone"], p.practices.patients[i] - p.hub.target_max)
    r = rows.block(len(large), upper=0)
    r.add(np.arange(len(large)), c["alone"], 1)
    r.add(np.arange(len(large)), c["x"][large], -1)
    pairs = [(t, o) for t in range(len(large)) for o in np.flatnonzero(p.reach.column == j[t]) if o != large[t]]
    alone, other = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    r = rows.block(len(pairs), upper=1)
    r.add(np.arange(len(pairs)), c["alone"][alone], 1)
    r.add(np.arange(len(pairs)), c["x"][other], 1)


def hub_areas(p: Problem, c: ColumnBlocks, rows: RowBlocks) -> None:
    if not p.hub.same_area:
        return
    options = site_areas(p)
    r = rows.block(p.n_sites, upper=0)
    r.add(options[:, 0], c["hub_area"], 1)
    r.add(np.arange(p.n_sites), c["y"], -1)
    free = np.flatnonzero(p.host[p.reach.column] < 0)
    r = rows.block(len(free), upper=0)
    r.add(np.arange(len(free)), c["x"][free], 1)
    wanted = p.reach.column[free] * (p.practices.area.max() + 1) + p.practices.area[p.reach.row[free]]
    keys = options[:, 0] * (p.practices.area.max() + 1) + options[:, 1]
    r.add(np.arange(len(free)), c["hub_area"][np.searchsorted(keys, wanted)], -1)


def hub_workforce(p: Problem, c: ColumnBlocks, rows: RowBlocks) -> None:
    """ratio x population - members' FTE <= hires; hires within the labour market."""
    for role in np.flatnonzero((p.roles.hub_ratio > 0) | (p.roles.network_ratio > 0)):
        hires = c["hires"].reshape(p.n_sites, p.n_roles)[:, role]
        if p.roles.hub_ratio[role] > 0:
            need = p.roles.hub_ratio[role] * p.practices.patients - p.practices.fte[:, role]
            r = rows.block(p.n_sites, upper=0)
            r.add(p.reach.column, c["x"], need[p.reach.row])
            r.add(np.arange(p.n_sites), hires, -1)
        r = rows.block(1, upper=p.roles.market[role])
        r.add(np.zeros(p.n_sites, np.int64), hires, 1)
        network_hires = c["network_hires"].reshape(p.n_candidates, p.n_roles)[:, role]
        r.add(np.zeros(p.n_candidates, np.int64), network_hires, 1)


def locks(p: Problem, c: ColumnBlocks, rows: RowBlocks) -> None:
    """Practices kept together share every site; no site takes two that are kept apart."""
    for label in np.unique(p.practices.together[p.practices.together >= 0]):
        members = np.flatnonzero(p.practices.together == label)
        entries = [np.flatnonzero(p.reach.row == i) for i in members]
        for one, other in pairwise(entries):
            r = rows.block(len(one), lower=0, upper=0)
            r.add(np.arange(len(one)), c["x"][one], 1)
            r.add(np.arange(len(one)), c["x"][other], -1)
    for a, b in p.practices.apart:
        one, other = np.flatnonzero(p.reach.row == a), np.flatnonzero(p.reach.row == b)
        shared, at_one, at_other = np.intersect1d(p.reach.column[one], p.reach.column[other], return_indices=True)
        r = rows.block(len(shared), upper=1)
        r.add(np.arange(len(shared)), c["x"][one[at_one]], 1)
        r.add(np.arange(len(shared)), c["x"][other[at_other]], 1)


def continuity(p: Problem, c: ColumnBlocks, rows: RowBlocks) -> None:
    """x <= q + e for members of a group; a group is continued by one hub, a hub continues one group."""
    pairs = group_sites(p)
    grouped = np.flatnonzero(p.practices.group[p.reach.row] >= 0)
    wanted = p.practices.group[p.reach.row[grouped]] * p.n_sites + p.reach.column[grouped]
    q = np.searchsorted(pairs[:, 0] * p.n_sites + pairs[:, 1], wanted)
    r = rows.block(len(grouped), upper=0)
    r.add(np.arange(len(grouped)), c["x"][grouped], 1)
    r.add(np.arange(len(grouped)), c["q"][q], -1)
    r.add(np.arange(len(grouped)), c["e"][p.reach.row[grouped]], -1)
    members = np.flatnonzero(p.practices.group >= 0)
    r = rows.block(len(members), upper=0)
    r.add(np.arange(len(members)), c["u"][members], 1)
    r.add(np.arange(len(members)), c["e"][members], -1)
    r = rows.block(len(p.group_ids), upper=1)
    r.add(pairs[:, 0], c["q"], 1)
    r = rows.block(p.n_sites, upper=0)
    r.add(pairs[:, 1], c["q"], 1)
    r.add(np.arange(p.n_sites), c["y"], -1)


# --- network tier -----------------------------------------------------------------------------------------------------


def membership(p: Problem, c: ColumnBlocks, rows: RowBlocks) -> None:
    """A hub joins at most one network, an open one; `model` says of which model; leads lead their own."""
    links = np.arange(len(p.links))
    r = rows.block(p.n_sites, upper=0)
    r.add(p.links.row, c["z"], 1)
    r.add(np.arange(p.n_sites), c["y"], -1)
    r = rows.block(len(links), upper=0)
    r.add(links, c["z"], 1)
    r.add(links, c["w"][p.links.column], -1)
    r = rows.block(p.n_sites * p.n_models, lower=0, upper=0)
    r.add(p.links.row * p.n_models + p.candidates.model[p.links.column], c["z"], 1)
    r.add(np.arange(p.n_sites * p.n_models), c["model"], -1)
    r = rows.block(p.n_models, lower=0, upper=0)
    r.add(p.candidates.model, c["w"], 1)
    r.add(np.arange(p.n_models), c["networks"], -1)
    r = rows.block(p.n_candidates, upper=0)
    r.add(np.arange(p.n_candidates), c["w"], 1)
    r.add(p.links.column, c["z"], -1)
    _leads(p, c, rows)


def _leads(p: Problem, c: ColumnBlocks, rows: RowBlocks) -> None:
    """w <= z of a hub lead; w + y - 1 <= z of a hospital lead that is itself a hub."""
    led = np.flatnonzero(p.candidates.site >= 0)
    hub_led = p.models.hub_led[p.candidates.model[led]]
    own = p.links.index_of(p.candidates.site[led], led)
    r = rows.block(len(led), upper=np.where(hub_led, 0, 1))
    r.add(np.arange(len(led)), c["w"][led], 1)
    r.add(np.flatnonzero(~hub_led), c["y"][p.candidates.site[led[~hub_led]]], 1)
    r.add(np.flatnonzero(own >= 0), c["z"][own[own >= 0]], -1)


def network_population(p: Problem, c: ColumnBlocks, rows: RowBlocks) -> None:
    """f = population of the hub in its network, 0 elsewhere; bands, shares and coverage on sums of f."""
    capacity = site_capacity(p)
    links, sites = np.arange(len(p.links)), np.arange(p.n_sites)
    r = rows.block(len(links), upper=0)
    r.add(links, c["f"], 1)
    r.add(links, c["z"], -capacity[p.links.row])
    r = rows.block(p.n_sites, upper=0)
    r.add(p.links.row, c["f"], 1)
    r.add(sites, c["population"], -1)
    r = rows.block(p.n_sites, lower=-capacity)
    r.add(p.links.row, c["f"], 1)
    r.add(sites, c["population"], -1)
    r.add(p.links.row, c["z"], -capacity[p.links.row])
    candidates, model = np.arange(p.n_candidates), p.candidates.model
    r = rows.block(p.n_candidates, lower=0)
    r.add(p.links.column, c["f"], 1)
    r.add(candidates, c["w"], -p.models.minimum[model])
    r = rows.block(p.n_candidates, upper=0)
    r.add(p.links.column, c["f"], 1)
    r.add(candidates, c["w"], -p.models.maximum[model])
    # two rows a band: one that holds no whole number of patients is upside down, which some solvers refuse
    for side in ({"lower": p.models.patients_min}, {"upper": p.models.patients_max}):
        r = rows.block(p.n_models, **side)
        r.add(model[p.links.column], c["f"], 1)
    for limit in ({"lower": p.network.patients_min}, {"upper": p.network.patients_max}):
        r = rows.block(1, **limit)
        r.add(np.zeros(len(links), np.int64), c["f"], 1)


def network_size_price(p: Problem, c: ColumnBlocks, rows: RowBlocks) -> None:
    candidates, model = np.arange(p.n_candidates), p.candidates.model
    r = rows.block(p.n_candidates, lower=0)
    r.add(candidates, c["network_under"], 1)
    r.add(p.links.column, c["f"], 1)
    r.add(candidates, c["w"], -p.models.target_min[model])
    r = rows.block(p.n_candidates, lower=0)
    r.add(candidates, c["network_over"], 1)
    r.add(p.links.column, c["f"], -1)
    r.add(candidates, c["w"], p.models.target_max[model])


def consent_and_misfit(p: Problem, c: ColumnBlocks, rows: RowBlocks) -> None:
    """x + model <= 1 where a practice refuses the model; else v >= x + model - 1 where misfit has a price."""
    for k in range(p.n_models):
        model = c["model"].reshape(p.n_sites, p.n_models)[:, k]
        v = c["v"].reshape(p.n_practices, p.n_models)[:, k]
        linked = np.isin(p.reach.column, p.links.row[p.candidates.model[p.links.column] == k])
        refusing = p.practices.refuses[p.reach.row, k]
        for pairs, priced in (
            (np.flatnonzero(linked & refusing), False),
            (np.flatnonzero(linked & ~refusing & (p.practices.misfit_cost[p.reach.row, k] > 0)), True),
        ):
            r = rows.block(len(pairs), upper=1)
            r.add(np.arange(len(pairs)), c["x"][pairs], 1)
            r.add(np.arange(len(pairs)), model[p.reach.column[pairs]], 1)
            if priced:
                r.add(np.arange(len(pairs)), v[p.reach.row[pairs]], -1)


def fixed_networks(p: Problem, c: ColumnBlocks, rows: RowBlocks) -> None:
    """A practice with a fixed network only joins hubs that are in it."""
    for practice, allowed in p.network.fixed:
        pairs = np.flatnonzero(p.reach.row == practice)
        r = rows.block(len(pairs), upper=0)
        r.add(np.arange(len(pairs)), c["x"][pairs], 1)
        links = np.flatnonzero(np.isin(p.links.column, allowed))
        for k, site in enumerate(p.reach.column[pairs]):
            at = links[p.links.row[links] == site]
            r.add(np.full(len(at), k), c["z"][at], -1)


def network_areas(p: Problem, c: ColumnBlocks, rows: RowBlocks) -> None:
    if not p.network.same_area:
        return
    options = candidate_areas(p)
    r = rows.block(p.n_candidates, upper=0)
    r.add(options[:, 0], c["network_area"], 1)
    r.add(np.arange(p.n_candidates), c["w"], -1)
    free = np.flatnonzero(~p.models.hub_led[p.candidates.model[p.links.column]])
    width = p.sites.area.max() + 1
    wanted = p.links.column[free] * width + p.sites.area[p.links.row[free]]
    r = rows.block(len(free), upper=0)
    r.add(np.arange(len(free)), c["z"][free], 1)
    r.add(np.arange(len(free)), c["network_area"][np.searchsorted(options[:, 0] * width + options[:, 1], wanted)], -1)


def network_workforce(p: Problem, c: ColumnBlocks, rows: RowBlocks) -> None:
    """ratio x patients <= staff of its hubs + the lead hospital's + network hires; staff <= FTE + hires of the hub."""
    links = np.arange(len(p.links))
    for role in np.flatnonzero(p.roles.network_ratio > 0):
        staff = c["staff"].reshape(len(p.links), p.n_roles)[:, role]
        fte = p.practices.fte[:, role]
        most = most_staff(p)[:, role]
        r = rows.block(p.n_sites, upper=0)
        r.add(p.links.row, staff, 1)
        r.add(p.reach.column, c["x"], -fte[p.reach.row])
        r.add(np.arange(p.n_sites), c["hires"].reshape(p.n_sites, p.n_roles)[:, role], -1)
        r = rows.block(len(links), upper=0)
        r.add(links, staff, 1)
        r.add(links, c["z"], -most[p.links.row])
        r = rows.block(p.n_candidates, upper=0)
        r.add(p.links.column, c["f"], p.roles.network_ratio[role])
        r.add(p.links.column, staff, -1)
        r.add(np.arange(p.n_candidates), c["w"], -p.candidates.lead_fte[:, role])
        r.add(np.arange(p.n_candidates), c["network_hires"].reshape(p.n_candidates, p.n_roles)[:, role], -1)


def fund(p: Problem, c: ColumnBlocks, rows: RowBlocks) -> None:
    if np.isinf(p.network.fund):
        return
    r = rows.block(1, upper=p.network.fund)
    r.add(np.zeros(p.n_sites, np.int64), c["y"], p.sites.setup)
    r.add(np.zeros(p.n_candidates, np.int64), c["w"], p.models.setup[p.candidates.model])


def disruption(p: Problem, c: ColumnBlocks, rows: RowBlocks) -> None:
    if np.isinf(p.moving_limit):
        return
    r = rows.block(1, upper=p.moving_limit)
    r.add(np.zeros(p.n_practices, np.int64), c["e"], p.practices.moving)


# Contiguity and whole-area models will each be a function here.
RULES = (
    one_group_each,
    open_sites,
    hub_population,
    hub_size_price,
    hub_areas,
    hub_workforce,
    locks,
    continuity,
    membership,
    network_population,
    network_size_price,
    consent_and_misfit,
    fixed_networks,
    network_areas,
    network_workforce,
    fund,
    disruption,
)
