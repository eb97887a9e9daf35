"""Rows of a set-partitioning program that a master has no prices for: sizes and staff of networks, sums over a plan.

Every total of a rule is read from its record (`optimizer.rules`), so that a new one needs nothing here; those apart
that the master has rows for, and the numbers of networks, which are fixed.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from optimizer.model.arrays import NONE, FloatArray, IntArray
from optimizer.model.columns import Columns
from optimizer.model.outside import Ways, room_of_trusts
from optimizer.model.partner_pairs import most_of_hospitals
from optimizer.model.sums import Total
from optimizer.model.terms import least_network_hires, priced_network_hires
from optimizer.rules import RULES, lead_capacity, model_counts, network_workforce
from solvers.columns.entries import PATIENTS, PRICED, shared_hires
from solvers.columns.node import Node
from solvers.columns.rounding import FTE

KEPT_ELSEWHERE = PRICED | {model_counts.NAME}
Block = sparse.csr_array | None


class FurtherRows:
    """Over hubs, practices in none, patients of each slot under and over the targets, hires of each slot and role."""

    def __init__(self, node: Node, columns: Columns, slot: IntArray, outside: Ways) -> None:
        p = self._problem = node.problem
        self._node, self._columns, self._slot, self._outside = node, columns, slot, outside
        self._model = np.array([s.model for s in node.slots], dtype=np.int64)
        self._networks = np.array([s.high for s in node.slots], dtype=np.float64)
        self._blocks: list[sparse.csr_array] = []
        self._lower: list[FloatArray] = []
        self._upper: list[FloatArray] = []
        self.count = 0
        self.staff = np.full((len(node.slots), p.n_roles), NONE)  # [S, R] row of a slot's staff
        self._add_sizes()
        for rule in RULES:  # in whose order rows come
            if rule.name == network_workforce.RULE.name:
                self._add_staff()
            if rule.name == lead_capacity.NAME:
                self._add_practices()
            for total in () if rule.name in KEPT_ELSEWHERE else rule.totals(p):
                if np.isfinite([total.low, total.high]).any():
                    self._add_total(total)
        counts, most = room_of_trusts(p, outside)
        if len(most):
            self._add(sparse.csr_array((len(most), len(columns))), np.full(len(most), -np.inf), most, alone=counts)

    @property
    def matrix(self) -> sparse.csr_array:
        return sparse.csr_array(sparse.vstack(self._blocks))

    @property
    def lower(self) -> FloatArray:
        return np.concatenate(self._lower)

    @property
    def upper(self) -> FloatArray:
        return np.concatenate(self._upper)

    def _add_sizes(self) -> None:
        """The first rows: each slot's patients with those under the target, then with those over it."""
        models, s = self._problem.models, len(self._node.slots)
        held = self._by_slot(self._columns.patients * PATIENTS)
        eye = sparse.csr_array(sparse.eye_array(s))
        least = models.target_min[self._model] * self._networks * PATIENTS
        most = models.target_max[self._model] * self._networks * PATIENTS
        self._add(held, least, np.full(s, np.inf), under=eye * PATIENTS)
        self._add(held, np.full(s, -np.inf), most, over=eye * -PATIENTS)

    def _add_staff(self) -> None:
        """What the networks of a slot lack is hired beyond what the costs of networks and hubs have of it already; each
        has the partners that bring most, for nothing."""
        p, s, columns = self._problem, len(self._node.slots), self._columns
        least, (priced, per_patient) = least_network_hires(p)[0], priced_network_hires(p)
        brought = most_of_hospitals(p)
        shared = shared_hires(columns)
        for r in np.flatnonzero(p.roles.network_ratio > 0):
            fte = columns.total(p.practices.fte[columns.member, r]) + columns.hires[:, r]
            lead = np.array([brought[list(slot.leads), r].max(initial=0.0) for slot in self._node.slots])
            hired = sparse.csr_array((-np.ones(s), (np.arange(s), np.arange(s) * p.n_roles + r)), (s, s * p.n_roles))
            lacking = p.roles.network_ratio[r] * columns.patients - fte
            lacking = np.where(shared[:, r] > 0, -shared[:, r], lacking)
            by_patient = per_patient[self._model, r] > 0
            there = np.where(by_patient, -least[self._model, r], lead + priced[self._model, r])
            there = (there + FTE * p.roles.whole_fte[r]) * self._networks
            self.staff[:, r] = self.count + np.arange(s)
            self._add(self._by_slot(lacking), np.full(s, -np.inf), there, hires=hired)

    def _add_practices(self) -> None:
        """No more of them than leads take on."""
        p, slots = self._problem, self._node.slots
        if (p.candidates.practices_max < p.n_practices).any():
            held = self._by_slot(np.diff(self._columns.first).astype(np.float64))
            most = np.array([slot.most(p.candidates.practices_max) for slot in slots], dtype=np.float64)
            self._add(held, np.full(len(slots), -np.inf), most)

    def _add_total(self, total: Total) -> None:
        """The networks that there are go to the right-hand side."""
        sum_, s = total.sum, len(self._node.slots)
        scale = 1.0 if sum_.networked is None else PATIENTS
        there = float(sum_.of_networks[self._model] @ self._networks)
        of_hubs = sum_.of_columns(self._columns)
        if sum_.hires is not None:
            there += float(self._networks @ priced_network_hires(self._problem)[0][self._model] @ sum_.hires)
            of_hubs += shared_hires(self._columns) @ sum_.hires
        self._add(
            _row(of_hubs * scale),
            np.array([(total.low - there) * scale]),
            np.array([(total.high - there) * scale]),
            hires=None if sum_.hires is None else _row(np.tile(sum_.hires, s) * scale),
            alone=_row(sum_.of_independents[self._outside.practice] * scale),
        )

    def _by_slot(self, value: FloatArray) -> sparse.csr_array:
        """[S, C] a value of each hub in the row of its slot."""
        s, inside = len(self._node.slots), np.flatnonzero(self._slot < len(self._node.slots))
        return sparse.csr_array((value[inside], (self._slot[inside], inside)), shape=(s, len(self._columns)))

    def _add(
        self,
        hubs: sparse.csr_array,
        lower: FloatArray,
        upper: FloatArray,
        alone: Block = None,
        under: Block = None,
        over: Block = None,
        hires: Block = None,
    ) -> None:
        count, s = int(hubs.shape[0]), len(self._node.slots)
        given = zip((alone, under, over, hires), (len(self._outside.practice), s, s, self.staff.size), strict=True)
        parts = [sparse.csr_array((count, width)) if part is None else part for part, width in given]
        self._blocks.append(sparse.csr_array(sparse.hstack([hubs, *parts])))
        self._lower.append(lower)
        self._upper.append(upper)
        self.count += count


def _row(values: FloatArray) -> sparse.csr_array:
    return sparse.csr_array(values[None, :])
