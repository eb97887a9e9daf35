"""From a solution to the point of the compact formulation that it stands for: what a backend gets as a warm start."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.model.arrays import FloatArray
from optimizer.model.blocks import ColumnBlocks
from optimizer.model.consequences import continued_group, hub_populations, required_hires, stays
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from optimizer.model.terms import hub_size, network_size
from optimizer.rules import RULES
from optimizer.rules.alone import is_alone
from optimizer.rules.sets import group_sites, large_pairs


@dataclass(frozen=True)
class Encoder:
    """Fills a point of the program block by block from the choices of a solution, the rest at its cheapest."""

    problem: Problem
    columns: ColumnBlocks
    solution: Solution

    def point(self) -> FloatArray:
        p, c, s = self.problem, self.columns, self.solution
        x = np.zeros(c.count)
        members = np.flatnonzero(s.site_of >= 0)
        pairs = p.reach.index_of(members, s.site_of[members])
        if (pairs < 0).any():
            raise ValueError("a practice is assigned to a site that it cannot join")
        x[c["x"][pairs]] = 1
        x[c["y"]] = s.is_open
        x[c["u"]] = s.site_of < 0
        population = hub_populations(p, s)
        x[c["population"]] = population
        self._continuity(x)
        self._hub_size(x, population)
        self._networks(x, population)
        for rule in RULES:
            rule.encode(p, c, s, x)
        return x

    def _continuity(self, x: FloatArray) -> None:
        p, c, s = self.problem, self.columns, self.solution
        continued = continued_group(p, s)
        pairs = group_sites(p)
        x[c["q"]] = continued[pairs[:, 1]] == pairs[:, 0]
        x[c["e"]] = (p.practices.group >= 0) & ~stays(p, s)

    def _hub_size(self, x: FloatArray, population: FloatArray) -> None:
        p, c, s = self.problem, self.columns, self.solution
        below, above = hub_size(p, population, np.bincount(s.site_of[s.site_of >= 0], minlength=p.n_sites))
        x[c["alone"]] = is_alone(p, s, large_pairs(p))
        x[c["hub_under"]] = np.where(s.is_open, below, 0)
        x[c["hub_over"]] = above

    def _networks(self, x: FloatArray, population: FloatArray) -> None:
        p, c, s = self.problem, self.columns, self.solution
        hubs = np.flatnonzero(s.network_of >= 0)
        n = s.network_of[hubs]
        links = p.links.index_of(hubs, n)
        if (links < 0).any():
            raise ValueError("a hub is in a network whose lead is out of its reach")
        model = p.candidates.model[n]
        served = np.bincount(n, weights=population[hubs], minlength=p.n_candidates)
        is_open = np.isin(np.arange(p.n_candidates), n)
        below, above = network_size(p, p.candidates.model, served)
        x[c["z"][links]] = 1
        x[c["f"][links]] = population[hubs]
        x[c["w"]] = is_open
        x[c["networks"]] = np.bincount(p.candidates.model, weights=is_open, minlength=p.n_models)
        x[c["model"][hubs * p.n_models + model]] = 1
        x[c["network_under"]] = np.where(is_open, below, 0)
        x[c["network_over"]] = np.where(is_open, above, 0)
        model_of_site = np.full(p.n_sites + 1, -1, dtype=np.int64)  # the last entry serves independents (-1)
        model_of_site[hubs] = model
        inside = np.flatnonzero(model_of_site[s.site_of] >= 0)
        x[c["v"][inside * p.n_models + model_of_site[s.site_of[inside]]]] = 1
        hub_hires, network_hires = required_hires(p, s)
        x[c["hires"]] = hub_hires.ravel()
        x[c["network_hires"]] = network_hires.ravel()
        staff = np.zeros((p.n_sites, p.n_roles))
        np.add.at(staff, s.site_of[s.site_of >= 0], p.practices.fte[s.site_of >= 0])
        staff = np.where(p.roles.network_ratio > 0, staff + hub_hires, 0)
        x[c["staff"].reshape(len(p.links), p.n_roles)[links]] = staff[hubs]
