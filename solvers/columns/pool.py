"""Columns: whole hubs with everything that they cost, and the pool of those met so far."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from optimizer.backend import Solution
from optimizer.pairs import FloatArray, IntArray
from optimizer.problem import Problem
from optimizer.solution import continued_group
from solvers.columns.layout import NONE, Layout


@dataclass(frozen=True)
class Column:
    """A hub: its site, the care model of its network (NONE = no network), the group that it continues, its members."""

    site: int
    model: int
    group: int
    members: tuple[int, ...]  # ascending


@dataclass(frozen=True)
class Pool:
    """Distinct columns of a problem."""

    problem: Problem
    layout: Layout
    known: set[Column] = field(default_factory=set)

    def add(self, column: Column) -> bool:
        """Whether it is new."""
        if column in self.known:
            return False
        self.known.add(column)
        return True

    def price(self, column: Column) -> tuple[float, int, FloatArray]:
        """(pounds a year, patients, FTE hired per role); coordination at its least over the model's leads.

        What a network itself costs is not in it; the dividend of networked patients is, as a saving.
        """
        p, members = self.problem, np.array(column.members, dtype=np.int64)
        patients = int(p.practices.patients[members].sum())
        pairs = p.reach.index_of(members, np.full(len(members), column.site))
        cost = float(p.sites.cost[column.site] + p.reach.cost[pairs].sum())
        cost += p.hub.price * max(0, p.hub.target_min - patients)
        if len(members) > 1:
            cost += p.hub.price * max(0, patients - p.hub.target_max)
        cost += float(p.practices.move_cost[members[p.practices.group[members] != column.group]].sum())
        if column.model != NONE:
            cost += float(p.practices.misfit_cost[members, column.model].sum()) - p.network.dividend * patients
            cost += float(self.layout.coordination[column.site, column.model])
        lacking = p.roles.hub_ratio * patients - p.practices.fte[members].sum(axis=0)
        hires = np.where(p.roles.hub_ratio > 0, np.maximum(0.0, lacking), 0.0)
        return cost + float((hires * p.roles.hire_cost).sum()), patients, hires


def columns_of(problem: Problem, solution: Solution) -> list[Column]:
    """The hubs of a plan as columns."""
    continued: IntArray = continued_group(problem, solution)
    columns = []
    for j in np.flatnonzero(solution.is_open):
        members = np.flatnonzero(solution.site_of == j)
        if len(members):
            network = solution.network_of[j]
            model = int(problem.candidates.model[network]) if network >= 0 else NONE
            columns.append(Column(int(j), model, int(continued[j]), tuple(members.tolist())))
    return columns
