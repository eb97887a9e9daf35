"""The restricted master: a linear program over the pool that gives duals, steadied by a box around a centre.

Rows: each practice once, a site at most one hub, a group continued once, network capacity per model, coverage, number
of hubs, hires against the market. A practice's dual may leave its box around the centre only at a price (boxstep
method: Marsten, Hogan, Blankenship, Operations Research 23, 1975); the other network rows have a fixed wide box.
Money is scaled to thousands of pounds, patients to ten thousands.
"""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np

from optimizer.pairs import FloatArray
from optimizer.problem import NO_LIMIT
from solvers.columns.layout import NONE
from solvers.columns.pool import Column, Pool

MONEY = 1e-3
PATIENTS = 1e-4
WIDEST = 100.0  # pounds per patient: box of the duals of network rows
WIDEST_HUB = 1e7  # pounds: box of the dual of the number of hubs


@dataclass(frozen=True)
class Prices:
    """Duals in pounds, signs as the bound needs them."""

    objective: float  # of the master, without the constant
    boxed: float  # how much of the box is in use, in units of covering
    practice: FloatArray  # [n] free
    group: FloatArray  # [G] <= 0
    network_min: FloatArray  # [K] >= 0, per patient: networks have at least their minimum
    network_max: FloatArray  # [K] <= 0, per patient
    coverage: float  # per patient in any network, free
    hubs: float  # per hub, free
    market: FloatArray  # [R] <= 0, per FTE


class Master:
    """Keeps the program in HiGHS; columns are only ever added."""

    def __init__(self, pool: Pool) -> None:
        p = pool.problem
        self.pool = pool
        n, m, groups, models = p.n_practices, p.n_sites, len(p.group_ids), p.n_models
        self._group, self._low = n + m, n + m + groups
        self._high, self._coverage = self._low + models, self._low + 2 * models
        self._hubs, self._market = self._coverage + 1, self._coverage + 2
        inf = highspy.kHighsInf
        low, high = np.array([p.network.patients_min, p.network.patients_max]) * PATIENTS
        most_hubs = inf if p.hub.count_max >= NO_LIMIT else p.hub.count_max
        whole = np.array([[low, p.hub.count_min], [high, most_hubs]])
        lower = [np.ones(n), np.full(m + groups, -inf), np.zeros(models), np.full(models, -inf), whole[0]]
        upper = [np.ones(n + m + groups), np.full(models, inf), np.zeros(models), whole[1], p.roles.market]
        self._highs = highspy.Highs()
        self._highs.setOptionValue("output_flag", False)
        self._highs.setOptionValue("threads", 1)
        row_lower, row_upper = np.concatenate([*lower, np.full(p.n_roles, -inf)]), np.concatenate(upper)
        starts = np.zeros(len(row_lower), dtype=np.int32)
        self._highs.addRows(len(row_lower), row_lower, row_upper, 0, starts, np.zeros(0, dtype=np.int32), np.zeros(0))
        self._add_fixed()

    def _add_fixed(self) -> None:
        """Networks per model, independents, and the box."""
        p = self.pool.problem
        for k in range(p.n_models):
            entries = {self._low + k: -p.models.minimum[k] * PATIENTS, self._high + k: -p.models.maximum[k] * PATIENTS}
            self._add(p.models.cost[k], entries, float(p.models.count_max[k]), float(p.models.count_min[k]))
        alone = p.practices.independent_cost + p.practices.move_cost
        for i in range(p.n_practices):
            self._add(float(alone[i]), {i: 1.0}, float(p.practices.may_be_independent[i]))
        self._box = p.n_models + p.n_practices
        for sign in (1.0, -1.0):
            for i in range(p.n_practices):
                self._add(0.0, {i: sign})
        for sign in (1.0, -1.0):
            for row in range(self._low, self._coverage + 1):
                self._add(WIDEST / PATIENTS, {row: sign})
            self._add(WIDEST_HUB, {self._hubs: sign})

    def _add(
        self, cost: float, entries: dict[int, float], upper: float = highspy.kHighsInf, lower: float = 0.0
    ) -> None:
        index = np.array(list(entries), dtype=np.int32)
        self._highs.addCol(cost * MONEY, lower, upper, len(index), index, np.array(list(entries.values()), dtype=float))

    def add(self, column: Column) -> bool:
        """Put a hub into the program, if it is new."""
        p = self.pool.problem
        if not self.pool.add(column):
            return False
        cost, patients, hires = self.pool.price(column)
        entries = dict.fromkeys(column.members, 1.0)
        entries[p.n_practices + column.site] = 1.0
        entries[self._hubs] = 1.0
        if column.group != NONE:
            entries[self._group + column.group] = 1.0
        if column.model != NONE:
            for row in (self._low + column.model, self._high + column.model, self._coverage):
                entries[row] = patients * PATIENTS
        for r in np.flatnonzero(hires > 0):
            entries[self._market + int(r)] = float(hires[r])
        self._add(cost, entries)
        return True

    def fix_networks(self, counts: FloatArray | None) -> None:
        """Fix the number of networks per model, or leave it free (None)."""
        models = self.pool.problem.models
        for k in range(self.pool.problem.n_models):
            low, high = (models.count_min[k], models.count_max[k]) if counts is None else (counts[k], counts[k])
            self._highs.changeColBounds(k, float(low), float(high))

    def solve(self, centre: FloatArray, width: FloatArray) -> Prices | None:
        """Optimal duals, those of practices within `centre` +- `width` (pounds) unless that is impossible."""
        p, n = self.pool.problem, self.pool.problem.n_practices
        cost = np.concatenate([centre + width, width - centre]) * MONEY
        self._highs.changeColsCost(2 * n, np.arange(self._box, self._box + 2 * n, dtype=np.int32), cost)
        self._highs.run()
        if self._highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            self._highs.clearSolver()
            self._highs.run()
            if self._highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
                return None
        solution = self._highs.getSolution()
        dual = np.array(solution.row_dual) / MONEY
        value = np.array(solution.col_value)
        boxes = 2 * n + 2 * (2 * p.n_models + 2)
        return Prices(
            objective=float(self._highs.getInfo().objective_function_value) / MONEY,
            boxed=float(value[self._box : self._box + boxes].sum()),
            practice=dual[:n].copy(),
            group=np.minimum(dual[self._group : self._low], 0.0),
            network_min=np.maximum(dual[self._low : self._high], 0.0) * PATIENTS,
            network_max=np.minimum(dual[self._high : self._coverage], 0.0) * PATIENTS,
            coverage=float(dual[self._coverage]) * PATIENTS,
            hubs=float(dual[self._hubs]),
            market=np.minimum(dual[self._market :], 0.0),
        )
