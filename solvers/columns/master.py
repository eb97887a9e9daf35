"""The restricted master of a node: a linear program over pooled columns that gives duals, steadied by a box.

Rows: each practice once, a site at most one hub (a required one exactly one), a group continued once; capacity, leads
and links of the networks of each cluster of leads, their number slot by slot; coverage, number of hubs, hires against
the market, subset-row cuts. A practice's dual may leave its box around the centre only at a price (boxstep method:
Marsten, Hogan, Blankenship, Operations Research 23, 1975); the other rows that can be short have a fixed wide box.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

import highspy
import numpy as np
from scipy import sparse

from optimizer.model.arrays import NONE, BoolArray, FloatArray, IntArray
from optimizer.model.columns import Column, Columns
from optimizer.model.terms import independence, least_network_cost
from solvers.columns.branching import Doubt, Fractions
from solvers.columns.cuts import coefficients, violated
from solvers.columns.entries import (
    MONEY,
    PATIENTS,
    Entries,
    HeldColumns,
    MasterRows,
    best_of_each,
    cheapest,
    entries_of,
    keys_of,
    limit_sums,
    matrix_of,
    reduced_costs,
)
from solvers.columns.frozen import Frozen
from solvers.columns.layout import PricingLayout
from solvers.columns.node import NO_SLOT, Node
from solvers.columns.params import DEFAULT, CutParams, MasterParams
from solvers.columns.prices import NodePrices, sure_leads

PAYS = 1e-3  # pounds a year: a reduced cost further below 0 pays


@dataclass(frozen=True)
class Step:
    """An optimum of the master: its value without the constant, how much of the box is in use, its duals and x."""

    objective: float
    boxed: float
    prices: NodePrices
    first: FloatArray  # [C] first networks of the clusters
    networks: FloatArray  # [C] all their networks
    use: FloatArray  # [entries]

    def use_of(self, entries: Entries) -> FloatArray:
        """[entries] of a part of them; those that came after the step are not in use."""
        return np.append(self.use, 0.0)[np.minimum(entries.place, len(self.use))]


@dataclass(frozen=True)
class Use:
    """A hub that an optimum uses by a share, in a cluster; NONE = in no network."""

    column: Column
    cluster: int
    share: float


@dataclass(frozen=True)
class Optimum:
    """What a step uses: hubs, and [C] networks led from each cluster."""

    uses: list[Use]
    networks: FloatArray


class Master:
    """Keeps the program in HiGHS; columns and rows are only ever added.

    A cluster of leads has y networks, at most one, and e more, as many as it has other leads. A *link* row says that a
    practice is in networks of a cluster by y at most; such rows are made where an optimum breaks them.
    """

    def __init__(
        self,
        node: Node,
        layout: PricingLayout,
        columns: Columns,
        prices: NodePrices,
        params: MasterParams = DEFAULT.master,
        frozen: Frozen | None = None,
    ) -> None:
        self.node, self.layout, self._params, self.clusters = node, layout, params, prices.clusters
        self._frozen = frozen
        self.rows = MasterRows(node, len(self.clusters))
        self._highs = highspy.Highs()
        self._highs.setOptionValue("output_flag", False)
        self._highs.setOptionValue("threads", 1)
        self.until = np.inf  # time.monotonic() at which a linear program under way is given up
        self._add_rows()
        self._add_fixed()
        self._n_fixed, self._n_entries = self._highs.getNumCol(), 0
        self._held: set[tuple[Column, int]] = set()
        self._parts: list[HeldColumns] = []  # each more than twice as long as the next
        self._cuts, self._cut_rows = np.zeros((0, 3), dtype=np.int64), np.zeros(0, dtype=np.int64)
        self._link_row = np.full((len(self.clusters), node.problem.n_practices), NONE)
        if frozen is None:
            self.add_cuts(prices.with_binding_cuts().cuts)
        else:
            self._add_cuts(frozen.prices.cuts, np.where(frozen.cut, highspy.kHighsInf, 1.0))
        self._add(columns, cheapest(node, layout, columns, prices, params.most_first))
        links = prices.link > 0.0
        if frozen is not None:
            links &= ~frozen.cluster[:, None]
        self._add_links(np.argwhere(links))

    def _add_rows(self) -> None:
        c, rows, slots = len(self.clusters), self.rows, self.node.slots
        inf = highspy.kHighsInf
        self._networks, count = rows.count, rows.count + len(slots)  # rows of the slots' numbers of networks
        lower, upper = np.full(count, -inf), np.full(count, inf)
        lower[: rows.site] = 1.0
        lower[rows.site : rows.group] = self.node.required
        upper[: rows.low] = 1.0
        lower[rows.low : rows.low + c] = 0.0
        upper[rows.high : rows.high + c] = 0.0
        lower[rows.lead : rows.lead + c] = 0.0
        limit_sums(self.node, rows, lower[: rows.count], upper[: rows.count])
        lower[rows.count :], upper[rows.count :] = [slot.low for slot in slots], [slot.high for slot in slots]
        if self._frozen is not None:
            free = self._frozen_rows(self._frozen)
            lower[free], upper[free] = -inf, inf
        starts, none = np.zeros(count, dtype=np.int32), np.zeros(0, dtype=np.int32)
        self._highs.addRows(count, lower, upper, 0, starts, none, np.zeros(0))

    def _frozen_rows(self, frozen: Frozen) -> IntArray:
        """Those of what is priced outside."""
        rows, clusters = self.rows, np.flatnonzero(frozen.cluster)
        of_clusters = [first + clusters for first in (rows.low, rows.high, rows.lead)]
        sums = np.array([rows.coverage, rows.hubs, *range(rows.market, rows.count)], dtype=np.int64)
        return np.concatenate(
            [np.flatnonzero(frozen.practice), rows.group + np.flatnonzero(frozen.group), *of_clusters, sums]
        )

    def _add_fixed(self) -> None:
        """Networks by cluster, independents, and the box."""
        p, node, rows = self.node.problem, self.node, self.rows
        hub_led, sizes, cost = p.models.hub_led, self.clusters.sizes.tolist(), least_network_cost(p)[0]
        if self._frozen is not None:  # what networks of theirs cost is a constant
            sizes = np.where(self._frozen.cluster, 0, sizes).tolist()
        boxed = np.inf if self._frozen is None else np.where(self._frozen.practice, 0.0, np.inf)
        boxed = np.broadcast_to(boxed, p.n_practices)
        for most in ([min(1, size) for size in sizes], [max(0, size - 1) for size in sizes]):
            for c, k in enumerate(self.clusters.models(node).tolist()):
                entries = {
                    rows.low + c: -p.models.minimum[k] * PATIENTS,
                    rows.high + c: -p.models.maximum[k] * PATIENTS,
                    self._networks + int(self.clusters.slot[c]): 1.0,
                }
                if hub_led[k]:
                    entries[rows.lead + c] = -1.0
                self._add_one(cost[k], entries, float(most[c]))
        alone = independence(p)
        for i in range(p.n_practices):
            self._add_one(float(alone[i]), {i: 1.0}, float(node.may_be_independent[i]))
        self._box = 2 * len(self.clusters) + p.n_practices
        for sign in (1.0, -1.0):
            for i in range(p.n_practices):
                self._add_one(0.0, {i: sign}, float(boxed[i]))
        for sign in (1.0, -1.0):
            for row in (*range(rows.low, rows.lead), rows.coverage):
                self._add_one(self._params.widest / PATIENTS, {row: sign})
            for row in range(rows.hubs, rows.market):
                self._add_one(self._params.widest_hub, {row: sign})
        for row in (*range(rows.lead, rows.coverage), *(rows.site + np.flatnonzero(node.required))):
            self._add_one(self._params.widest_hub, {int(row): 1.0})
        self._n_boxed = self._highs.getNumCol()
        if self._frozen is not None:
            for j in np.flatnonzero(self._frozen.site < 0.0).tolist():
                self._add_one(float(self._frozen.site[j]), {rows.site + j: 1.0})

    def _add_one(self, cost: float, entries: dict[int, float], upper: float = highspy.kHighsInf) -> None:
        index = np.array(list(entries), dtype=np.int32)
        self._highs.addCol(cost * MONEY, 0.0, upper, len(index), index, np.array(list(entries.values()), dtype=float))

    def _add(self, columns: Columns, entries: Entries) -> None:
        """Columns that are new, with their entries."""
        counted = coefficients(columns.incidence, self._cuts)
        placed = self._place(columns, counted, entries)
        self._parts.append(HeldColumns(columns, placed, counted))
        while len(self._parts) > 1 and len(self._parts[-2].columns) <= 2 * len(self._parts[-1].columns):
            last = self._parts.pop()
            self._parts.append(self._parts.pop().followed_by(last))

    def _place(self, columns: Columns, counted: sparse.csr_array, entries: Entries) -> Entries:
        """Put entries into the program."""
        count = len(entries.column)
        placed = replace(entries, place=self._n_entries + np.arange(count))
        members = columns.columns(entries.column)
        self._held.update(zip(members, entries.cluster.tolist(), strict=True))
        plain = matrix_of(self.node, self.layout, self.rows, columns, entries).tocoo()
        cuts = counted[:, entries.column].tocoo()
        linked, practice = self._memberships(columns, entries)
        link = self._link_row[entries.cluster[linked], practice]
        row = np.concatenate([plain.row, self._cut_rows[cuts.row], link[link >= 0]])
        column = np.concatenate([plain.col, cuts.col, linked[link >= 0]])
        value = np.concatenate([plain.data, cuts.data, np.ones(int((link >= 0).sum()))])
        part = sparse.csc_array((value, (row, column)), shape=(self._highs.getNumRow(), count))
        cost = entries.cost
        if self._frozen is not None:
            prices = replace(self._frozen.prices, cut=self._frozen.prices.cut_of(len(self._cuts)))
            cost = reduced_costs(self.node, self.layout, columns, counted, entries, prices)
        self._highs.addCols(
            count,
            cost * MONEY,
            np.zeros(count),
            np.full(count, highspy.kHighsInf),
            int(part.nnz),
            part.indptr[:-1].astype(np.int32),
            part.indices.astype(np.int32),
            part.data,
        )
        self._n_entries += count
        return placed

    def _memberships(self, columns: Columns, entries: Entries) -> tuple[IntArray, IntArray]:
        """(entry, practice) of each member of entries that are in networks."""
        networked = np.flatnonzero(entries.cluster < len(self.clusters))
        first, size = columns.first[entries.column[networked]], np.diff(columns.first)[entries.column[networked]]
        offset = np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size)
        return np.repeat(networked, size), columns.member[np.repeat(first, size) + offset]

    def add(self, found: list[Column], clusters: IntArray) -> int:
        """Put hubs into the program that are not there yet in these clusters (NONE: in no network); how many."""
        wanted = np.where(clusters == NONE, len(self.clusters), clusters).tolist()
        fresh = [key for key in zip(found, wanted, strict=True) if key[0].members and key not in self._held]
        if fresh:
            columns = Columns.of(self.node.problem, [column for column, _ in fresh])
            every = entries_of(self.node, self.layout, columns)
            self._add(columns, every.where(every.cluster == np.array([c for _, c in fresh])[every.column]))
        return len(fresh)

    def add_elsewhere(self, prices: NodePrices, most: int) -> int:
        """Put held hubs into the clusters of each slot where they pay best and are not yet: those that pay most.

        Returns how many; some more than `most` where several pay alike.
        """
        paying = []
        for part in self._parts:
            every = entries_of(self.node, self.layout, part.columns)
            reduced = reduced_costs(self.node, self.layout, part.columns, part.counted, every, prices)
            best = best_of_each(self.node, self.layout, every, reduced)
            best = best[reduced[best] < -PAYS]
            fresh = best[~np.isin(keys_of(every.where(best)), keys_of(part.entries))]
            paying.append((every.where(fresh), reduced[fresh]))
        amounts = np.sort(np.concatenate([amount for _, amount in paying]))
        worst = amounts[min(most, len(amounts)) - 1] if len(amounts) else 0.0
        count = 0
        for at, (entries, amount) in enumerate(paying):
            chosen = entries.where(amount <= worst)
            if len(chosen.column):
                part = self._parts[at]
                placed = self._place(part.columns, part.counted, chosen)
                self._parts[at] = replace(part, entries=part.entries.followed_by(placed, 0))
                count += len(chosen.column)
        return count

    def add_cuts(self, cuts: IntArray) -> None:
        """Rows for subset-row cuts, [C, 3] practices."""
        self._add_cuts(cuts, np.ones(len(cuts)))

    def _add_cuts(self, cuts: IntArray, limit: FloatArray) -> None:
        self._cuts = np.concatenate([self._cuts, cuts])
        self._cut_rows = np.concatenate([self._cut_rows, self._highs.getNumRow() + np.arange(len(cuts))])
        fresh = [coefficients(part.columns.incidence, cuts) for part in self._parts]
        self._parts = [
            replace(part, counted=sparse.csr_array(sparse.vstack([part.counted, rows])))
            for part, rows in zip(self._parts, fresh, strict=True)
        ]
        inside = [sparse.coo_array(rows[:, part.entries.column]) for part, rows in zip(self._parts, fresh, strict=True)]
        none = np.zeros(0, dtype=np.int64)
        row = np.concatenate([none, *(of.row for of in inside)])
        place = np.concatenate(
            [none, *(part.entries.place[of.col] for part, of in zip(self._parts, inside, strict=True))]
        )
        self._add_ones(row, place, limit)

    def _add_ones(self, row: IntArray, place: IntArray, upper: FloatArray, fixed: IntArray | None = None) -> None:
        """Rows of ones over entries, and of -1 for a fixed column each, at most `upper` [rows]."""
        order = np.argsort(row, kind="stable")
        start = np.searchsorted(row[order], np.arange(len(upper) + 1))
        for r, most in enumerate(upper.tolist()):
            index = self._n_fixed + place[order[start[r] : start[r + 1]]]
            value = np.ones(len(index))
            if fixed is not None:
                index, value = np.append(index, fixed[r]), np.append(value, -1.0)
            self._highs.addRow(-highspy.kHighsInf, most, len(index), index.astype(np.int32), value)

    def link(self, step: Step, least: float, most: int) -> int:
        """Add the link rows that a step's optimum breaks by more than `least`, at most so many; returns how many."""
        inside = np.zeros(self._link_row.shape)
        for part in self._parts:
            use = step.use_of(part.entries)
            linked, practice = self._memberships(part.columns, part.entries)
            np.add.at(inside, (part.entries.cluster[linked], practice), use[linked])
        excess = np.where(self._link_row >= 0, 0.0, inside - step.first[:, None])
        if self._frozen is not None:
            excess[self._frozen.cluster] = 0.0
        worst = np.argsort(-excess, axis=None, kind="stable")[:most]
        cluster, practice = np.unravel_index(worst[excess.ravel()[worst] > least], excess.shape)
        self._add_links(np.column_stack([cluster, practice]))
        return len(cluster)

    def _add_links(self, links: IntArray) -> None:
        """[L, 2] clusters and practices."""
        cluster, practice = links[:, 0], links[:, 1]
        number = np.full(self._link_row.shape, NONE)
        number[cluster, practice] = np.arange(len(links))
        self._link_row[cluster, practice] = self._highs.getNumRow() + np.arange(len(links))
        rows, places = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
        for part in self._parts:
            linked, member = self._memberships(part.columns, part.entries)
            of = number[part.entries.cluster[linked], member]
            rows.append(of[of >= 0])
            places.append(part.entries.place[linked[of >= 0]])
        self._add_ones(np.concatenate(rows), np.concatenate(places), np.zeros(len(links)), fixed=cluster)

    def violated_cuts(self, use: FloatArray, most: int, params: CutParams) -> IntArray:
        """[C, 3] the cuts that a step's optimum violates most, of practices that it covers."""
        order = np.concatenate([part.entries.place for part in self._parts]).argsort()
        rows = [part.columns.incidence[:, part.entries.column] for part in self._parts]
        packing = sparse.csr_array(sparse.hstack(rows, format="csc")[:, order])[:, : len(use)]
        if self._frozen is not None:
            packing = sparse.csr_array(sparse.diags_array((~self._frozen.practice).astype(float)) @ packing)
        return np.array(violated(sparse.csr_array(packing), use, most, params), dtype=np.int64).reshape(-1, 3)

    def uses(self, step: Step, least: float) -> list[Use]:
        """The hubs that a step's optimum uses by `least` or more, cluster by cluster."""
        found, none = [], len(self.clusters)
        for part in self._parts:
            shares = step.use_of(part.entries)
            used = np.flatnonzero(shares >= least)
            columns = part.columns.columns(part.entries.column[used])
            clusters = np.where(part.entries.cluster[used] == none, NONE, part.entries.cluster[used])
            found += [Use(*of) for of in zip(columns, clusters.tolist(), shares[used].tolist(), strict=True)]
        return found

    def used(self, step: Step, practices: BoolArray) -> FloatArray:
        """[roles + 2] FTE hired, patients in networks and hubs of a step's optimum.

        A hub counts by the share of its members among these practices [n].
        """
        sums = np.zeros(self.node.problem.n_roles + 2)
        for part in self._parts:
            columns, entries, use = part.columns, part.entries, step.use_of(part.entries)
            share = columns.total(practices[columns.member]) / np.maximum(1, np.diff(columns.first))
            hubs = share * np.bincount(entries.column, weights=use, minlength=len(columns))
            inside = use * (entries.cluster < len(self.clusters))
            networked = share * np.bincount(entries.column, weights=inside, minlength=len(columns))
            sums += np.concatenate([hubs @ columns.hires, [networked @ columns.patients, hubs.sum()]])
        return sums

    def fix_networks(self, counts: IntArray) -> None:
        """Fix the number of networks of each slot."""
        for s, count in enumerate(counts.tolist()):
            self._highs.changeRowBounds(self._networks + s, float(count), float(count))

    def least_reduced(self, prices: NodePrices) -> FloatArray:
        """[m] least reduced cost of a held column at each site; 0 at most, but where there must be a hub."""
        least = np.where(self.node.required, np.inf, 0.0 if self._frozen is None else self._frozen.site)
        for part in self._parts:
            reduced = reduced_costs(self.node, self.layout, part.columns, part.counted, part.entries, prices)
            np.minimum.at(least, part.columns.site[part.entries.column], reduced)
        return least

    def fractions(self, step: Step) -> Fractions:
        """Of a step's optimum."""
        p = self.node.problem
        in_slot, inside = np.zeros((p.n_sites, len(self.node.slots) + 1)), np.zeros(len(p.reach))
        slot_of = np.append(self.layout.slot, len(self.node.slots))
        for part in self._parts:
            columns, entries, use = part.columns, part.entries, step.use_of(part.entries)
            weight = np.bincount(entries.column, weights=use, minlength=len(columns))
            np.add.at(in_slot, (columns.site[entries.column], slot_of[entries.cluster]), use)
            np.add.at(inside, columns.pair, weight[columns.owner])
        return Fractions(in_slot, inside, step.networks)

    def solve(self, centre: FloatArray, width: FloatArray) -> Step | None:
        """Optimal duals, those of practices within `centre` +- `width` (pounds) unless that is impossible.

        None where there are none, or `until` came first.
        """
        n, c = self.node.problem.n_practices, len(self.clusters)
        cost = np.concatenate([centre + width, width - centre]) * MONEY
        self._highs.changeColsCost(2 * n, np.arange(self._box, self._box + 2 * n, dtype=np.int32), cost)
        if not self._run():
            return None
        solution = self._highs.getSolution()
        value = np.array(solution.col_value)
        return Step(
            objective=float(self._highs.getInfo().objective_function_value) / MONEY,
            boxed=float(value[self._box : self._n_boxed].sum()),
            prices=self._prices(np.array(solution.row_dual) / MONEY),
            first=value[:c],
            networks=value[:c] + value[c : 2 * c],
            use=value[self._n_fixed :],
        )

    def gains(self, doubts: list[Doubt]) -> FloatArray | None:
        """[doubts, 2] pounds a year by which the last optimum rises on either side: less of what is in doubt, more.

        Among the columns held and in few pivots: what a branch may gain, not a bound. Sites in doubt are neither closed
        nor required. None where `until` came first.
        """
        known, value = self._highs.getBasis(), self._highs.getInfo().objective_function_value
        count, rows = self._highs.getNumRow(), self._rows_of(doubts)
        basis = self._highs.getBasis()
        gains = np.zeros((len(doubts), 2))
        self._highs.setOptionValue("simplex_iteration_limit", self._params.trial_pivots)
        for k, (row, doubt) in enumerate(zip(rows, doubts, strict=True)):
            if time.monotonic() >= self.until:
                break
            least, most = (0.0, 1.0) if doubt.site != NONE else (-highspy.kHighsInf, highspy.kHighsInf)
            for side, bounds in enumerate([(least, float(doubt.most)), (doubt.most + 1.0, most)]):
                self._highs.changeRowBounds(row, *bounds)
                gains[k, side] = self._trial(basis) - value
            self._highs.changeRowBounds(row, least, most)
        self._highs.setOptionValue("simplex_iteration_limit", highspy.kHighsIInf)
        added = np.arange(count, self._highs.getNumRow(), dtype=np.int32)
        self._highs.deleteRows(len(added), added)
        self._highs.setBasis(known)
        return None if time.monotonic() >= self.until else np.maximum(gains, 0.0) / MONEY

    def _rows_of(self, doubts: list[Doubt]) -> list[int]:
        """A row with each sum; those that are not there yet are added, without limits."""
        cluster = np.zeros(self._n_entries, dtype=np.int64)
        for part in self._parts:
            cluster[part.entries.place] = part.entries.cluster
        slot = np.append(self.layout.slot, NO_SLOT)[cluster]
        rows = []
        for doubt in doubts:
            if doubt.site != NONE:
                rows.append(self.rows.site + doubt.site)
                continue
            if doubt.slots:
                index = self._n_fixed + np.flatnonzero(np.isin(slot, list(doubt.slots)))
            else:  # first and further networks of the clusters
                index = np.array([first + c for first in (0, len(self.clusters)) for c in doubt.clusters])
            inf = highspy.kHighsInf
            rows.append(self._highs.getNumRow())
            self._highs.addRow(-inf, inf, len(index), index.astype(np.int32), np.ones(len(index)))
        return rows

    def _trial(self, basis: Any) -> float:
        self._highs.setBasis(basis)
        self._highs.run()
        infeasible = self._highs.getModelStatus() == highspy.HighsModelStatus.kInfeasible
        return np.inf if infeasible else float(self._highs.getInfo().objective_function_value)

    def _run(self) -> bool:
        for attempt in range(2):
            if attempt:
                self._highs.clearSolver()
            left = self.until - time.monotonic()
            if left <= 0.0:
                return False
            self._highs.setOptionValue("time_limit", self._highs.getRunTime() + left)  # of all its runs together
            self._highs.run()
            if self._highs.getModelStatus() == highspy.HighsModelStatus.kOptimal:
                return True
        return False

    def _prices(self, dual: FloatArray) -> NodePrices:
        rows, c = self.rows, len(self.clusters)
        made = self._link_row >= 0
        link = np.zeros(made.shape)
        link[made] = np.maximum(-dual[self._link_row[made]], 0.0)
        own = sure_leads(
            self.node,
            NodePrices(
                practice=dual[: rows.site].copy(),
                group=np.minimum(dual[rows.group : rows.low], 0.0),
                clusters=self.clusters,
                low=np.maximum(dual[rows.low : rows.low + c], 0.0) * PATIENTS,
                high=np.minimum(dual[rows.high : rows.high + c], 0.0) * PATIENTS,
                lead=np.maximum(dual[rows.lead : rows.lead + c], 0.0),
                link=link,
                coverage=float(dual[rows.coverage]) * PATIENTS,
                hubs=float(dual[rows.hubs]),
                limits=dual[rows.limit : rows.market].copy(),
                market=np.minimum(dual[rows.market : rows.count], 0.0),
                cuts=self._cuts,
                cut=np.minimum(dual[self._cut_rows], 0.0),
            ),
        )
        return own if self._frozen is None else own.plus(self._frozen.prices)
