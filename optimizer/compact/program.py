"""The compact formulation: a Problem as one mixed-integer program in sparse arrays, for any MIP backend.

Columns come in blocks (docs/model.md section 5 names them); each rule adds blocks of rows, and each term that needs
some. Nothing loops over pairs in Python: a block is a few numpy arrays.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.compact.point import Encoder
from optimizer.compact.terms import TERM_ROWS
from optimizer.model.arrays import FloatArray
from optimizer.model.blocks import ColumnBlocks, RowBlocks
from optimizer.model.mip import MipModel
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from optimizer.rules import RULES
from optimizer.rules.sets import group_sites, large_pairs, most_staff, site_capacity
from optimizer.rules.totals import total_rows


@dataclass(frozen=True)
class CompactModel:
    """The program and the way between its points and solutions."""

    problem: Problem
    model: MipModel
    columns: ColumnBlocks

    @classmethod
    def build(cls, problem: Problem) -> CompactModel:
        rows = formulate(problem)
        return cls(problem, rows.model(offset=problem.network.dividend * problem.total_patients), rows.columns)

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


def formulate(p: Problem) -> RowBlocks:
    """All columns and rows. Those of a term follow the rule whose columns they build on."""
    columns = _declare_columns(p)
    rows = RowBlocks(columns)
    for rule in RULES:
        rule.rows(p, columns, rows)
        total_rows(rule, p, columns, rows)
        if rule.name in TERM_ROWS:
            TERM_ROWS[rule.name](p, columns, rows)
    return rows


def _declare_columns(p: Problem) -> ColumnBlocks:
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
    for rule in RULES:
        rule.columns(p, c)
    return c
