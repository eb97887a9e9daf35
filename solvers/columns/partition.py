"""The end of a node whose leads are fixed: all hubs that a better plan may have, and the best choice among them.

With every hub below the gap enumerated, choosing some of them so that every practice is covered once is a
set-partitioning program whose optimum is the best plan of the node, or proves that the node has no better one. Rules
about the members of one hub are kept by leaving hubs out, rules about networks by rows. HiGHS solves the relaxations;
what they prove is computed from its duals (`dual_bound.py`).
"""

from __future__ import annotations

import time
from typing import Any

import highspy
import numpy as np
from scipy import sparse

from optimizer.model.arrays import NONE, BoolArray, FloatArray, IntArray
from optimizer.model.columns import Columns, Networks
from optimizer.model.outside import ways_outside
from optimizer.model.solution import Solution
from optimizer.model.terms import forgone_dividend, least_network_cost, priced_network_hires
from optimizer.rules import keeps_member_rules, keeps_network_rules
from solvers.columns.clusters import one_a_slot
from solvers.columns.cuts import coefficients, violated
from solvers.columns.dual_bound import LinearProgram
from solvers.columns.entries import (
    MONEY,
    PATIENTS,
    Entries,
    MasterRows,
    bounded_cost,
    limit_sums,
    matrix_of,
    shared_hires,
)
from solvers.columns.exchange import cheapest_lead
from solvers.columns.further_rows import FurtherRows
from solvers.columns.layout import link_cost, make_layout
from solvers.columns.node import Node
from solvers.columns.params import DEFAULT, ColumnsParams
from solvers.columns.relaxed import Relaxed
from solvers.columns.rounding import FTE, hairs


def keeps_fixed_networks(node: Node, columns: Columns, slot: IntArray) -> BoolArray:
    """[C] whether the members that a network is fixed for are in one of theirs."""
    keep = np.ones(len(columns), dtype=bool)
    for practice, allowed in node.problem.network.fixed:
        holders = np.zeros(len(columns), dtype=bool)
        holders[columns.owner[columns.member == practice]] = True
        fits = np.array([bool(set(s.leads) & set(allowed)) for s in node.slots] + [False])
        keep &= ~holders | fits[slot]
    return keep


def keeps_own_leads(node: Node, columns: Columns, slot: IntArray) -> BoolArray:
    """[C] whether a hub at the site of a lead is in the lead's slot, where all leads of the slot lead a network."""
    site, keep = node.problem.candidates.site, np.ones(len(columns), dtype=bool)
    for s, of in enumerate(node.slots):
        if of.all_lead:
            keep &= (slot == s) | ~np.isin(columns.site, site[list(of.leads)])
    return keep


class Partition:
    """The program of one node; HiGHS keeps it."""

    def __init__(self, node: Node, columns: Columns, slot: IntArray, params: ColumnsParams = DEFAULT) -> None:
        self._params = params
        keep = keeps_member_rules(node.problem, columns)
        keep &= keeps_fixed_networks(node, columns, slot) & keeps_own_leads(node, columns, slot)
        self.node, self.columns, self.slot = node, columns.where(keep), slot[keep]
        self._layout, self._rows = make_layout(node, one_a_slot(node)), MasterRows(node, len(node.slots))
        cost = bounded_cost(self.columns) + link_cost(self._layout, self.columns.site, self.slot, self.columns.patients)
        self._highs = highspy.Highs()
        places = np.arange(len(self.columns))
        self._pass_model(Entries(places, self.slot, cost, places))

    @property
    def n_practices(self) -> int:
        return self.node.problem.n_practices

    @property
    def labels(self) -> list[IntArray]:
        """[binaries] site, continued group, slot and trust; NONE where there is none."""
        hubs, outside = np.full(len(self.columns), NONE), np.full(len(self.outside.practice), NONE)
        parts = (self.columns.site, self.columns.group, self.slot)
        return [*(np.concatenate([part, outside]) for part in parts), np.concatenate([hubs, self.outside.trust])]

    @property
    def _slots(self) -> int:
        return len(self.node.slots)

    def _pass_model(self, entries: Entries) -> None:
        p, node = self.node.problem, self.node
        model = np.array([s.model for s in node.slots], dtype=np.int64)
        networks = np.array([s.high for s in node.slots], dtype=np.float64)
        hubs = matrix_of(node, self._layout, self._rows, self.columns, entries) + self._shared_hires()
        self.outside = outside = ways_outside(p, np.flatnonzero(node.may_be_independent))
        n_outside = len(outside.practice)
        alone = sparse.csc_array(
            (np.ones(n_outside), (outside.practice, np.arange(n_outside))), shape=(self._rows.count, n_outside)
        )
        n_hires = self._slots * p.n_roles
        sizes = sparse.csc_array((self._rows.count, 2 * self._slots))
        market = (np.ones(n_hires), (self._rows.market + np.arange(n_hires) % p.n_roles, np.arange(n_hires)))
        hires = sparse.csc_array(market, shape=(self._rows.count, n_hires))
        main = sparse.csr_array(sparse.hstack([hubs, alone, sizes, hires]))
        more = FurtherRows(node, self.columns, self.slot, outside)
        price, hire = p.models.price[model], np.tile(p.roles.hire_cost, self._slots)
        row_lower, row_upper = self._main_rows(networks, model)
        binaries = len(self.columns) + n_outside
        self.n_binaries, self._left_out = binaries, np.zeros(binaries, dtype=bool)
        self.packing = sparse.csr_array(main[: self._rows.low, :binaries])
        of_networks, _ = least_network_cost(p)
        self._offset = forgone_dividend(p) + float(of_networks[model] @ networks)
        self._offset -= hairs(p.roles.hire_cost[p.roles.whole_fte], int(networks.sum()))
        own_row, own = self._payers(np.where(more.staff >= 0, self._rows.count + more.staff, NONE))
        self._program = LinearProgram(
            matrix=sparse.csc_array(sparse.vstack([main, more.matrix])),
            cost=np.concatenate(
                [entries.cost, outside.cost + p.practices.move_cost[outside.practice], price, price, hire]
            ),
            lower=np.concatenate([row_lower, more.lower]),
            upper=np.concatenate([row_upper, more.upper]),
            own_row=own_row,
            own=own,
        )
        self._highs.setOptionValue("output_flag", False)
        self._highs.setOptionValue("threads", 1)
        pass_program(self._highs, self._program)

    def _shared_hires(self) -> sparse.csc_array:
        """[rows, C] what a hub's network hires for its patients at least, on the labour market."""
        above = sparse.csr_array((self._rows.market, len(self.columns)))
        return sparse.csc_array(sparse.vstack([above, sparse.csr_array(shared_hires(self.columns).T)]))

    def _payers(self, staff: IntArray) -> tuple[IntArray, FloatArray]:
        """Row and coefficient of what makes up for sizes off target and lacking staff. `staff`: [S, R] rows."""
        s = self._slots
        own_row = np.concatenate([self._rows.count + np.arange(2 * s), staff.ravel()])
        own = np.concatenate([np.full(s, PATIENTS), np.full(s, -PATIENTS), np.full(staff.size, -1.0)])
        return own_row, own

    def _main_rows(self, networks: FloatArray, model: IntArray) -> tuple[FloatArray, FloatArray]:
        """Limits of the rows that the master has, with the networks that there are moved to the right."""
        p, rows, s = self.node.problem, self._rows, self._slots
        lower, upper = np.full(rows.count, -np.inf), np.full(rows.count, np.inf)
        lower[: rows.site] = 1.0
        lower[rows.site : rows.group] = self.node.required
        upper[: rows.low] = 1.0
        lower[rows.low : rows.low + s] = p.models.minimum[model] * networks * PATIENTS
        upper[rows.high : rows.high + s] = [slot.most(p.candidates.maximum) * PATIENTS for slot in self.node.slots]
        lower[rows.lead : rows.lead + s] = networks * p.models.hub_led[model]
        limit_sums(self.node, rows, lower, upper)
        priced, _ = priced_network_hires(p)
        upper[rows.market :] += FTE * (1 + networks.sum() * p.roles.whole_fte) - networks @ priced[model]
        return lower, upper

    # --- the linear relaxation ----------------------------------------------------------------------------------------

    def relax(self, left_out: BoolArray, until: float) -> Relaxed | None:
        """The optimum without some binaries; None where time ran out.

        Where nothing is left a value of inf; where HiGHS's answer proves nothing, one of -inf.
        """
        changed = np.flatnonzero(left_out != self._left_out)
        if len(changed):
            upper = np.where(left_out[changed], 0.0, np.inf)
            self._highs.changeColsBounds(len(changed), changed.astype(np.int32), np.zeros(len(changed)), upper)
            self._left_out = left_out.copy()
        for attempt in range(2):
            if attempt:
                self._highs.clearSolver()
            relaxed = self._solve(left_out, until)
            if relaxed is not None:
                return relaxed
            if time.monotonic() >= until:
                return None
        return Relaxed(-np.inf, np.zeros(0), np.zeros(0))

    def _solve(self, left_out: BoolArray, until: float) -> Relaxed | None:
        """What HiGHS's duals prove; None where it gave none, or a proof that does not hold."""
        self._highs.setOptionValue("time_limit", self._highs.getRunTime() + max(0.1, until - time.monotonic()))
        self._highs.run()
        status = self._highs.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            _, known, ray = self._highs.getDualRay()
            rays = (np.array(ray), -np.array(ray)) if known else ()
            proven = any(self._program.has_no_point(sign, left_out) for sign in rays)
            return Relaxed(np.inf, np.zeros(0), np.zeros(0)) if proven else None
        if status != highspy.HighsModelStatus.kOptimal:
            return None
        solution = self._highs.getSolution()
        bound, reduced = self._program.bound(np.array(solution.row_dual) / MONEY, left_out)
        return Relaxed(bound + self._offset, np.array(solution.col_value)[: self.n_binaries], reduced)

    def cut(self, x: FloatArray) -> bool:
        """Add the subset-row cuts that x violates most; whether there are any."""
        triples = violated(self.packing, x, self._params.division.most_cuts, self._params.cuts)
        if not triples:
            return False
        rows = coefficients(self.packing, np.array(triples))
        self._add_rows(rows, np.ones(len(triples)))
        return True

    def _add_rows(self, rows: sparse.csr_array, upper: FloatArray) -> None:
        """Over the binaries, each at most its upper limit."""
        self._program = self._program.with_rows(rows, upper)
        for row, most in enumerate(upper.tolist()):
            inside = slice(rows.indptr[row], rows.indptr[row + 1])
            index, value = rows.indices[inside].astype(np.int32), rows.data[inside].astype(np.float64)
            self._highs.addRow(-highspy.kHighsInf, most, len(index), index, value)

    def forbid(self, x: FloatArray) -> bool:
        """Rows against exactly the hubs of each network in a choice that breaks a rule on all its members.

        Of slots of one network: who is in which of several is not decided here.
        """
        slots, columns = self.node.slots, self.columns
        alone = np.array([*(slot.high == 1 for slot in slots), False])
        chosen = np.zeros(len(columns), dtype=bool)
        chosen[(x[: len(columns)] > 0.5) & alone[self.slot]] = True
        model = np.array([slot.model for slot in slots], dtype=np.int64)
        networks = Networks(model, columns.where(chosen), self.slot[chosen])
        broken = np.flatnonzero(~keeps_network_rules(self.node.problem, networks)).tolist()
        if len(broken):
            rows = [self._against(s, np.flatnonzero(chosen & (self.slot == s))) for s in broken]
            upper = [(chosen & (self.slot == s)).sum() - 1.0 for s in broken]
            self._add_rows(sparse.csr_array(np.stack(rows)), np.array(upper))
        return bool(len(broken))

    def _against(self, s: int, hubs: IntArray) -> FloatArray:
        """[binaries] 1 for these hubs of a slot, whatever group they continue, -1 for all its others."""
        columns, row = self.columns, np.zeros(self.n_binaries)
        row[np.flatnonzero(self.slot == s)] = -1.0
        wanted = {int(columns.site[c]): columns.members_of(c) for c in hubs.tolist()}
        for c in np.flatnonzero((self.slot == s) & np.isin(columns.site, columns.site[hubs])).tolist():
            if np.array_equal(columns.members_of(c), wanted[int(columns.site[c])]):
                row[c] = 1.0
        return row

    def drop(self, gone: BoolArray) -> None:
        """Take binaries out for good."""
        index = np.flatnonzero(gone).astype(np.int32)
        if not len(index):
            return
        self._highs.deleteCols(len(index), index)
        self._program = self._program.without(gone)
        n, keep = len(self.columns), ~gone
        self._left_out, self.packing = self._left_out[keep], sparse.csr_array(self.packing[:, keep])
        self.columns, self.slot = self.columns.where(keep[:n]), self.slot[keep[:n]]
        self.outside = self.outside.where(keep[n:])
        self.n_binaries = int(keep.sum())

    def decode(self, x: FloatArray) -> Solution:
        """The plan of a choice of binaries; where a network has several possible leads, the one that costs least."""
        p = self.node.problem
        site_of = np.full(p.n_practices, NONE, dtype=np.int64)
        network_of = np.full(p.n_sites, NONE, dtype=np.int64)
        is_open = np.zeros(p.n_sites, dtype=bool)
        chosen = np.flatnonzero(x[: len(self.columns)] > 0.5)
        lead = []
        for s in range(self._slots):
            inside = chosen[self.slot[chosen] == s]
            lead.append(cheapest_lead(self.node, s, self.columns.site[inside], self.columns.patients[inside]))
        lead.append(NONE)
        for c in chosen:
            site = self.columns.site[c]
            site_of[self.columns.member[self.columns.first[c] : self.columns.first[c + 1]]] = site
            network_of[site] = lead[self.slot[c]]
            is_open[site] = True
        return Solution(site_of, network_of, is_open)


def pass_program(highs: Any, program: LinearProgram) -> None:
    """Give HiGHS a program, money scaled; no binary needs its upper limit, as rows of one keep it."""
    matrix, count = program.matrix, len(program.cost)
    highs.passModel(
        count,
        matrix.shape[0],
        int(matrix.nnz),
        int(highspy.MatrixFormat.kColwise),
        int(highspy.ObjSense.kMinimize),
        0.0,
        program.cost * MONEY,
        np.zeros(count),
        np.full(count, np.inf),
        program.lower,
        program.upper,
        matrix.indptr.astype(np.int32),
        matrix.indices.astype(np.int32),
        matrix.data,
        np.zeros(count, dtype=np.int32),
    )
