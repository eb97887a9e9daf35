"""The compact formulation: a Problem as one mixed-integer program in sparse arrays, for any MIP backend.

Columns come in blocks (docs/model.md section 5 names them); each term prices some, each rule adds blocks of rows, and
so do terms that need some. Nothing loops over pairs in Python: a block is a few numpy arrays.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.compact.point import Encoder
from optimizer.compact.terms import TERMS
from optimizer.model.arrays import NONE, FloatArray, IntArray
from optimizer.model.blocks import ColumnBlocks, RowBlocks
from optimizer.model.mip import MipModel
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from optimizer.model.terms import forgone_dividend
from optimizer.rules import RULES
from optimizer.rules.sets import group_sites, large_pairs, most_staff, run_pairs, site_capacity
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
        return cls(problem, rows.model(offset=forgone_dividend(problem)), rows.columns)

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
        return Solution(site_of=site_of, network_of=network_of, is_open=x[at("y")] > 0.5, run_by=self._run_by(x))

    def _run_by(self, x: FloatArray) -> IntArray | None:
        if not self.problem.trusts.ids:
            return None
        practice, trust = run_pairs(self.problem)
        chosen = x[self.columns.at("run")] > 0.5
        run_by = np.full(self.problem.n_practices, NONE)
        run_by[practice[chosen]] = trust[chosen]
        return run_by

    def encode(self, solution: Solution) -> FloatArray:
        """The point of the program that a solution stands for, its dependent columns at their cheapest values."""
        return Encoder(self.problem, self.columns, solution).point()


def formulate(p: Problem) -> RowBlocks:
    """All columns and rows."""
    columns = _declare_columns(p)
    for term in TERMS:
        for block, cost in term.prices(p).items():
            columns.price(block, cost)
    rows = RowBlocks(columns)
    for rule in RULES:
        rule.rows(p, columns, rows)
        total_rows(rule, p, columns, rows)
        for term in TERMS:
            if term.after == rule.name:
                term.rows(p, columns, rows)
    return rows


def _declare_columns(p: Problem) -> ColumnBlocks:
    """All blocks of columns with their bounds. Names follow docs/model.md section 5."""
    c = ColumnBlocks()
    capacity = site_capacity(p)
    c.add("x", binary=len(p.reach))
    c.add("y", binary=p.n_sites, lower=p.sites.must_open.astype(float))
    c.add("u", binary=p.n_practices, upper=p.practices.may_be_independent.astype(float))
    c.add("population", continuous=p.n_sites, upper=capacity)
    c.add("z", binary=len(p.links))
    c.add("w", binary=p.n_candidates)
    c.add("f", continuous=len(p.links), upper=capacity[p.links.row])
    most = np.minimum(p.models.count_max, p.n_candidates)
    c.add("networks", integer=p.n_models, lower=np.minimum(p.models.count_min, most), upper=most)
    c.add("model", continuous=p.n_sites * p.n_models, upper=1.0)
    c.add("e", continuous=p.n_practices, upper=1.0)
    c.add("q", binary=len(group_sites(p)))
    for name, n in (("hires", p.n_sites), ("network_hires", p.n_candidates)):
        market, whole = np.tile(p.roles.market, n), np.tile(p.roles.whole_fte, n)
        c.add(name, continuous=n * p.n_roles, upper=market, whole=whole)
    c.add("staff", continuous=len(p.links) * p.n_roles, upper=most_staff(p)[p.links.row].ravel())
    c.add("hub_under", continuous=p.n_sites, upper=p.hub.target_min)
    c.add("hub_over", continuous=p.n_sites, upper=capacity)
    c.add("alone", continuous=len(large_pairs(p)), upper=1.0)
    c.add("network_under", continuous=p.n_candidates, upper=p.models.target_min[p.candidates.model])
    c.add("network_over", continuous=p.n_candidates, upper=float(p.total_patients))
    c.add("v", continuous=p.n_practices * p.n_models, upper=1.0)
    for rule in RULES:
        rule.columns(p, c)
    return c
