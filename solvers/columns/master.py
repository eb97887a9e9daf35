"""The restricted master of a node: a linear program over pooled columns that gives duals, steadied by a box.

Rows: each practice once, a site at most one hub (a required one exactly one), a group continued once, network capacity
and leads per slot, coverage, number of hubs, hires against the market, subset-row cuts. A practice's dual may leave its
box around the centre only at a price (boxstep method: Marsten, Hogan, Blankenship, Operations Research 23, 1975); the
other rows that can be short have a fixed wide box. Money is scaled to thousands of pounds, patients to ten thousands.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from scipy import sparse

from optimizer.model.arrays import NONE, FloatArray, IntArray
from optimizer.model.columns import Column, Columns
from optimizer.model.terms import independence
from optimizer.rules import counts, coverage, labour_market
from solvers.columns.branching import Fractions
from solvers.columns.cuts import coefficients, violated
from solvers.columns.layout import PricingLayout, limits_of_slots
from solvers.columns.node import Node
from solvers.columns.params import DEFAULT, CutParams, MasterParams
from solvers.columns.prices import SURE_LEAD, NodePrices

MONEY = 1e-3
PATIENTS = 1e-4
PRICED = frozenset({coverage.NAME, counts.NAME, labour_market.NAME})  # rules whose totals have rows here


@dataclass(frozen=True)
class Step:
    """An optimum of the master: its value without the constant, how much of the box is in use, its duals and x."""

    objective: float
    boxed: float
    prices: NodePrices
    use: FloatArray  # [entries] of `Master.entries`


@dataclass(frozen=True)
class Entries:
    """Columns of the pool as they stand in the master: one entry for each slot that a column can be in."""

    column: IntArray  # into the Columns
    slot: IntArray  # S = no network
    cost: FloatArray


def entries_of(node: Node, layout: PricingLayout, columns: Columns) -> Entries:
    """All places that the node leaves to the columns."""
    p, owner = node.problem, columns.owner
    fits = columns.every(node.allowed[columns.pair]) & ~node.closed[columns.site]
    model = np.maximum(columns.model, 0)[owner]
    if p.n_models:
        fits &= columns.every(~p.practices.refuses[columns.member, model] | (columns.model < 0)[owner])
    found, slots, costs = [], [], []
    for s in range(len(node.slots) + 1):
        wanted = node.slots[s].model if s < len(node.slots) else NONE
        coordination = layout.coordination[columns.site, s]
        mine = np.flatnonzero(fits & (columns.model == wanted) & np.isfinite(coordination))
        found.append(mine)
        slots.append(np.full(len(mine), s))
        costs.append(columns.cost[mine] + coordination[mine])
    return Entries(np.concatenate(found), np.concatenate(slots), np.concatenate(costs))


@dataclass(frozen=True)
class HeldColumns:
    """Columns that a master holds, where they stand in it, and which of its cuts count them."""

    columns: Columns
    entries: Entries
    counted: sparse.csr_array  # [cuts, columns]

    def followed_by(self, other: HeldColumns) -> HeldColumns:
        """Both as one."""
        mine, others = self.entries, other.entries
        entries = Entries(
            np.concatenate([mine.column, len(self.columns) + others.column]),
            np.concatenate([mine.slot, others.slot]),
            np.concatenate([mine.cost, others.cost]),
        )
        counted = sparse.csr_array(sparse.hstack([self.counted, other.counted]))
        return HeldColumns(self.columns.followed_by(other.columns), entries, counted)


class MasterRows:
    """Where each kind of row begins."""

    def __init__(self, node: Node) -> None:
        p = node.problem
        slots = len(node.slots)
        self.site = p.n_practices
        self.group = self.site + p.n_sites
        self.low = self.group + len(p.group_ids)
        self.high = self.low + slots
        self.lead = self.high + slots
        self.coverage = self.lead + slots
        self.hubs = self.coverage + 1
        self.limit = self.hubs + 1
        self.market = self.limit + len(node.limits)
        self.count = self.market + p.n_roles


def limit_sums(node: Node, rows: MasterRows, lower: FloatArray, upper: FloatArray) -> None:
    """Limits of the priced totals and of the node's limits on hubs, patients scaled."""
    p = node.problem
    (covered,), (hubs,) = coverage.RULE.totals(p), counts.RULE.totals(p)
    lower[rows.coverage], upper[rows.coverage] = covered.low * PATIENTS, covered.high * PATIENTS
    lower[rows.hubs], upper[rows.hubs] = hubs.low, hubs.high
    lower[rows.limit : rows.market] = [limit.low for limit in node.limits]
    upper[rows.limit : rows.market] = [limit.high for limit in node.limits]
    offered = {total.subject: total.high for total in labour_market.RULE.totals(p)}
    upper[rows.market :] = [offered.get(role, np.inf) for role in p.roles.ids]


def matrix_of(
    node: Node, layout: PricingLayout, rows: MasterRows, columns: Columns, entries: Entries
) -> sparse.csc_array:
    """[rows, entries] coefficients, patients scaled."""
    slots, count = len(node.slots), len(entries.column)
    place = np.arange(count)
    size = np.diff(columns.first)[entries.column]
    offset = np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size)
    members = columns.member[np.repeat(columns.first[entries.column], size) + offset]
    site, group = columns.site[entries.column], columns.group[entries.column]
    patients = columns.patients[entries.column] * PATIENTS
    inside, grouped = np.flatnonzero(entries.slot < slots), np.flatnonzero(group >= 0)
    slot = entries.slot[inside]
    leading = inside[layout.leads[site[inside], slot]]
    hires = columns.hires[entries.column]
    hiring, role = np.nonzero(hires)
    one = np.ones(count)
    limit, limited = np.nonzero(limits_of_slots(node)[:, entries.slot])
    blocks = [
        (members, np.repeat(place, size), np.ones(len(members))),
        (rows.site + site, place, one),
        (rows.group + group[grouped], grouped, one[grouped]),
        (rows.low + slot, inside, patients[inside]),
        (rows.high + slot, inside, patients[inside]),
        (rows.lead + entries.slot[leading], leading, one[leading]),
        (np.full(len(inside), rows.coverage), inside, patients[inside]),
        (np.full(count, rows.hubs), place, one),
        (rows.limit + limit, place[limited], one[limited]),
        (rows.market + role, hiring, hires[hiring, role]),
    ]
    row, column, value = (np.concatenate(part) for part in zip(*blocks, strict=True))
    return sparse.csc_array((value, (row, column)), shape=(rows.count, count))


class Master:
    """Keeps the program in HiGHS; columns are only ever added."""

    def __init__(
        self,
        node: Node,
        layout: PricingLayout,
        columns: Columns,
        prices: NodePrices,
        params: MasterParams = DEFAULT.master,
    ) -> None:
        self.node, self.layout, self.rows, self._params = node, layout, MasterRows(node), params
        self._highs = highspy.Highs()
        self._highs.setOptionValue("output_flag", False)
        self._highs.setOptionValue("threads", 1)
        self._add_rows()
        self._add_fixed()
        self._n_fixed = self._highs.getNumCol()
        self._held: set[Column] = set()
        self._parts: list[HeldColumns] = []  # each more than twice as long as the next
        self._cuts = np.zeros((0, 3), dtype=np.int64)
        self._add(columns, _cheapest(self, columns, prices, params.most_first))
        self.add_cuts(prices.with_binding_cuts().cuts)

    def _add_rows(self) -> None:
        s, rows = len(self.node.slots), self.rows
        inf = highspy.kHighsInf
        lower, upper = np.full(rows.count, -inf), np.full(rows.count, inf)
        lower[: rows.site] = 1.0
        lower[rows.site : rows.group] = self.node.required
        upper[: rows.low] = 1.0
        lower[rows.low : rows.low + s] = 0.0
        upper[rows.high : rows.high + s] = 0.0
        lower[rows.lead : rows.lead + s] = 0.0
        limit_sums(self.node, rows, lower, upper)
        starts, none = np.zeros(rows.count, dtype=np.int32), np.zeros(0, dtype=np.int32)
        self._highs.addRows(rows.count, lower, upper, 0, starts, none, np.zeros(0))

    def _add_fixed(self) -> None:
        """Networks per slot, independents, and the box."""
        p, node, rows = self.node.problem, self.node, self.rows
        hub_led = p.models.hub_led
        for s, slot in enumerate(node.slots):
            k = slot.model
            entries = {rows.low + s: -p.models.minimum[k] * PATIENTS, rows.high + s: -p.models.maximum[k] * PATIENTS}
            if hub_led[k]:
                entries[rows.lead + s] = -1.0
            self._add_one(p.models.cost[k], entries, float(slot.high), float(slot.low))
        alone = independence(p)
        for i in range(p.n_practices):
            self._add_one(float(alone[i]), {i: 1.0}, float(node.may_be_independent[i]))
        self._box = len(node.slots) + p.n_practices
        for sign in (1.0, -1.0):
            for i in range(p.n_practices):
                self._add_one(0.0, {i: sign})
        for sign in (1.0, -1.0):
            for row in (*range(rows.low, rows.lead), rows.coverage):
                self._add_one(self._params.widest / PATIENTS, {row: sign})
            for row in range(rows.hubs, rows.market):
                self._add_one(self._params.widest_hub, {row: sign})
        for row in (*range(rows.lead, rows.coverage), *(rows.site + np.flatnonzero(node.required))):
            self._add_one(self._params.widest_hub, {int(row): 1.0})

    def _add_one(
        self, cost: float, entries: dict[int, float], upper: float = highspy.kHighsInf, lower: float = 0.0
    ) -> None:
        index = np.array(list(entries), dtype=np.int32)
        self._highs.addCol(cost * MONEY, lower, upper, len(index), index, np.array(list(entries.values()), dtype=float))

    def _add(self, columns: Columns, entries: Entries) -> None:
        self._held.update(columns.columns(np.unique(entries.column)))
        plain = matrix_of(self.node, self.layout, self.rows, columns, entries)
        counted = coefficients(columns.incidence, self._cuts)
        self._parts.append(HeldColumns(columns, entries, counted))
        while len(self._parts) > 1 and len(self._parts[-2].columns) <= 2 * len(self._parts[-1].columns):
            last = self._parts.pop()
            self._parts.append(self._parts.pop().followed_by(last))
        part = sparse.csc_array(sparse.vstack([plain, counted[:, entries.column]]))
        count = len(entries.column)
        self._highs.addCols(
            count,
            entries.cost * MONEY,
            np.zeros(count),
            np.full(count, highspy.kHighsInf),
            int(part.nnz),
            part.indptr[:-1].astype(np.int32),
            part.indices.astype(np.int32),
            part.data,
        )

    def add(self, found: list[Column]) -> int:
        """Put hubs into the program that are not there yet; returns how many."""
        fresh = [column for column in found if column.members and column not in self._held]
        if fresh:
            columns = Columns.of(self.node.problem, fresh)
            self._add(columns, entries_of(self.node, self.layout, columns))
        return len(fresh)

    def add_cuts(self, cuts: IntArray) -> None:
        """Rows for subset-row cuts, [C, 3] practices."""
        self._cuts = np.concatenate([self._cuts, cuts])
        fresh = [coefficients(part.columns.incidence, cuts) for part in self._parts]
        self._parts = [
            HeldColumns(part.columns, part.entries, sparse.csr_array(sparse.vstack([part.counted, rows])))
            for part, rows in zip(self._parts, fresh, strict=True)
        ]
        placed = [rows[:, part.entries.column] for part, rows in zip(self._parts, fresh, strict=True)]
        whole = sparse.csr_array(sparse.hstack(placed))
        for row in range(len(cuts)):
            inside = slice(whole.indptr[row], whole.indptr[row + 1])
            index = (self._n_fixed + whole.indices[inside]).astype(np.int32)
            self._highs.addRow(-highspy.kHighsInf, 1.0, len(index), index, np.ones(len(index)))

    def violated_cuts(self, use: FloatArray, most: int, params: CutParams) -> IntArray:
        """[C, 3] the cuts that a step's optimum violates most."""
        rows = [part.columns.incidence[:, part.entries.column] for part in self._parts]
        packing = sparse.csr_array(sparse.hstack(rows))[:, : len(use)]
        return np.array(violated(packing, use, most, params), dtype=np.int64).reshape(-1, 3)

    def columns_in_use(self, use: FloatArray, least: float) -> list[Column]:
        """The hubs that a step's optimum uses by `least` or more."""
        found, at = [], 0
        for part in self._parts:
            mine = use[at : at + len(part.entries.column)]
            at += len(part.entries.column)
            found += part.columns.columns(np.unique(part.entries.column[np.flatnonzero(mine >= least)]))
        return found

    def fix_networks(self, counts: FloatArray) -> None:
        """Fix the number of networks of each slot."""
        for s, count in enumerate(counts.tolist()):
            self._highs.changeColBounds(s, count, count)

    def least_reduced(self, prices: NodePrices) -> FloatArray:
        """[m] least reduced cost of a held column at each site; 0 at most, but where there must be a hub."""
        least = np.where(self.node.required, np.inf, 0.0)
        for part in self._parts:
            reduced = reduced_costs(self.node, self.layout, part, prices)
            np.minimum.at(least, part.columns.site[part.entries.column], reduced)
        return least

    def fractions(self, use: FloatArray) -> Fractions:
        """Of a step's optimum; columns that came after it are not in use."""
        p, at = self.node.problem, 0
        in_slot, inside = np.zeros((p.n_sites, len(self.node.slots) + 1)), np.zeros(len(p.reach))
        for part in self._parts:
            columns, entries = part.columns, part.entries
            mine = np.zeros(len(entries.column))
            known = use[at : at + len(mine)]
            mine[: len(known)] = known
            at += len(mine)
            weight = np.bincount(entries.column, weights=mine, minlength=len(columns))
            np.add.at(in_slot, (columns.site[entries.column], entries.slot), mine)
            np.add.at(inside, columns.pair, weight[columns.owner])
        return Fractions(in_slot, inside)

    def solve(self, centre: FloatArray, width: FloatArray) -> Step | None:
        """Optimal duals, those of practices within `centre` +- `width` (pounds) unless that is impossible."""
        n = self.node.problem.n_practices
        cost = np.concatenate([centre + width, width - centre]) * MONEY
        self._highs.changeColsCost(2 * n, np.arange(self._box, self._box + 2 * n, dtype=np.int32), cost)
        if not self._run():
            return None
        solution = self._highs.getSolution()
        value = np.array(solution.col_value)
        return Step(
            objective=float(self._highs.getInfo().objective_function_value) / MONEY,
            boxed=float(value[self._box : self._n_fixed].sum()),
            prices=self._prices(np.array(solution.row_dual) / MONEY),
            use=value[self._n_fixed :],
        )

    def gains_of_sites(self, sites: IntArray) -> FloatArray:
        """[sites, 2] pounds a year by which the last optimum rises without a hub at each site, and with one.

        Among the columns held and in few pivots: what a branch may gain, not a bound. The sites are neither closed nor
        required.
        """
        site = np.concatenate([part.columns.site[part.entries.column] for part in self._parts])
        basis, value = self._highs.getBasis(), self._highs.getInfo().objective_function_value
        gains = np.zeros((len(sites), 2))
        self._highs.setOptionValue("simplex_iteration_limit", self._params.trial_pivots)
        for k, j in enumerate(sites.tolist()):
            held = (self._n_fixed + np.flatnonzero(site == j)).astype(np.int32)
            nothing, upper = np.zeros(len(held)), np.full(len(held), highspy.kHighsInf)
            self._highs.changeColsBounds(len(held), held, nothing, nothing)
            gains[k, 0] = self._trial(basis) - value
            self._highs.changeColsBounds(len(held), held, nothing, upper)
            self._highs.changeRowBounds(self.rows.site + j, 1.0, 1.0)
            gains[k, 1] = self._trial(basis) - value
            self._highs.changeRowBounds(self.rows.site + j, 0.0, 1.0)
        self._highs.setOptionValue("simplex_iteration_limit", highspy.kHighsIInf)
        self._highs.setBasis(basis)
        return np.maximum(gains, 0.0) / MONEY

    def _trial(self, basis: Any) -> float:
        self._highs.setBasis(basis)
        self._highs.run()
        infeasible = self._highs.getModelStatus() == highspy.HighsModelStatus.kInfeasible
        return np.inf if infeasible else float(self._highs.getInfo().objective_function_value)

    def _run(self) -> bool:
        for attempt in range(2):
            if attempt:
                self._highs.clearSolver()
            self._highs.run()
            if self._highs.getModelStatus() == highspy.HighsModelStatus.kOptimal:
                return True
        return False

    def _prices(self, dual: FloatArray) -> NodePrices:
        rows, s = self.rows, len(self.node.slots)
        return sure_leads(
            self.node,
            NodePrices(
                practice=dual[: rows.site].copy(),
                group=np.minimum(dual[rows.group : rows.low], 0.0),
                low=np.maximum(dual[rows.low : rows.low + s], 0.0) * PATIENTS,
                high=np.minimum(dual[rows.high : rows.high + s], 0.0) * PATIENTS,
                lead=np.maximum(dual[rows.lead : rows.lead + s], 0.0),
                coverage=float(dual[rows.coverage]) * PATIENTS,
                hubs=float(dual[rows.hubs]),
                limits=dual[rows.limit : rows.market].copy(),
                market=np.minimum(dual[rows.market : rows.count], 0.0),
                cuts=self._cuts,
                cut=np.minimum(dual[rows.count :], 0.0),
            ),
        )


def sure_leads(node: Node, prices: NodePrices) -> NodePrices:
    """Where a network has one possible lead, a price that makes it lead."""
    lead = prices.lead.copy()
    for s, slot in enumerate(node.slots):
        if not node.problem.models.hub_led[slot.model] or slot.high == 0:
            lead[s] = 0.0
        elif slot.all_lead:
            lead[s] = SURE_LEAD
    return NodePrices(**{**prices.__dict__, "lead": lead})


def reduced_costs(node: Node, layout: PricingLayout, part: HeldColumns, prices: NodePrices) -> FloatArray:
    """[entries] reduced costs under prices of this node, whose cuts are those of the part."""
    columns, entries = part.columns, part.entries
    c = entries.column
    networked = np.append(prices.low + prices.high + prices.coverage, 0.0)
    paid = columns.total(prices.practice[columns.member]) + columns.hires @ prices.market + prices.hubs
    grouped = columns.group >= 0
    paid[grouped] += prices.group[columns.group[grouped]]
    paid += part.counted.T @ prices.cut
    lead = np.append(prices.lead, 0.0)[entries.slot]
    leads = np.column_stack([layout.leads, np.zeros(len(layout.leads), dtype=bool)])[columns.site[c], entries.slot]
    limits = (prices.limits @ limits_of_slots(node))[entries.slot]
    return np.asarray(entries.cost - paid[c] - limits - columns.patients[c] * networked[entries.slot] - lead * leads)


def _cheapest(master: Master, columns: Columns, prices: NodePrices, most: int) -> Entries:
    """The columns of least reduced cost, as many as a master begins with; each with all the slots it can be in."""
    entries = entries_of(master.node, master.layout, columns)
    if len(entries.column) <= most:
        return entries
    least = np.full(len(columns), np.inf)
    part = HeldColumns(columns, entries, coefficients(columns.incidence, prices.cuts))
    np.minimum.at(least, entries.column, reduced_costs(master.node, master.layout, part, prices))
    order = np.argsort(least, kind="stable")
    places = np.bincount(entries.column, minlength=len(columns))[order].cumsum()
    keep = np.isin(entries.column, order[places <= most])
    return Entries(entries.column[keep], entries.slot[keep], entries.cost[keep])
