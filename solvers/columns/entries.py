"""Columns as they stand in linear programs over hubs: their entries cluster by cluster, rows, and reduced costs.

Patients are scaled to ten thousands, money to thousands of pounds where a solver gets it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from optimizer.model.arrays import NONE, BoolArray, FloatArray, IntArray
from optimizer.model.columns import Columns
from optimizer.model.terms import least_network_cost, priced_network_hires
from optimizer.rules import counts, coverage, labour_market
from solvers.columns.cuts import coefficients
from solvers.columns.layout import PricingLayout, counted_in_limits, link_cost
from solvers.columns.node import Node
from solvers.columns.prices import NodePrices

MONEY = 1e-3
PATIENTS = 1e-4
PRICED = frozenset({coverage.NAME, counts.NAME, labour_market.NAME})  # rules whose totals have rows here


@dataclass(frozen=True)
class Entries:
    """Columns as they stand in a program: an entry for each cluster that a column is in."""

    column: IntArray  # into the Columns
    cluster: IntArray  # C = no network
    cost: FloatArray
    place: IntArray  # among the program's entries

    def where(self, keep: IntArray | BoolArray) -> Entries:
        return Entries(self.column[keep], self.cluster[keep], self.cost[keep], self.place[keep])

    def followed_by(self, other: Entries, shift: int) -> Entries:
        """Both, the column numbers of the others shifted."""
        return Entries(
            np.concatenate([self.column, shift + other.column]),
            np.concatenate([self.cluster, other.cluster]),
            np.concatenate([self.cost, other.cost]),
            np.concatenate([self.place, other.place]),
        )


def bounded_cost(columns: Columns) -> FloatArray:
    """[C] pounds a year of each hub, with what its network hires for its patients at least."""
    _, of_patient = least_network_cost(columns.problem)
    return np.asarray(columns.cost + np.append(of_patient, 0.0)[columns.model] * columns.patients)


def shared_hires(columns: Columns) -> FloatArray:
    """[C, roles] what of the hires of a hub's network is in its bounded cost."""
    p = columns.problem
    per_patient = np.vstack([priced_network_hires(p)[1], np.zeros(p.n_roles)])  # in no network: the last
    return np.asarray(per_patient[columns.model] * columns.patients[:, None])


def entries_of(node: Node, layout: PricingLayout, columns: Columns) -> Entries:
    """All clusters that the node leaves to the columns; they have no places yet."""
    p, owner = node.problem, columns.owner
    fits = columns.every(node.allowed[columns.pair]) & ~node.closed[columns.site]
    model = np.maximum(columns.model, 0)[owner]
    if p.n_models:
        fits &= columns.every(~p.practices.barred[columns.member, model] | (columns.model < 0)[owner])
    wanted = np.append(np.array([slot.model for slot in node.slots], dtype=np.int64)[layout.slot], NONE)
    in_cluster = fits[:, None] & (columns.model[:, None] == wanted) & np.isfinite(layout.coordination[columns.site])
    cluster, column = np.nonzero(in_cluster.T)
    cost = bounded_cost(columns)[column] + link_cost(layout, columns.site[column], cluster, columns.patients[column])
    return Entries(column, cluster, cost, np.full(len(column), NONE))


@dataclass(frozen=True)
class HeldColumns:
    """Columns that a master holds, where they stand in it, and which of its cuts count them."""

    columns: Columns
    entries: Entries
    counted: sparse.csr_array  # [cuts, columns]

    def followed_by(self, other: HeldColumns) -> HeldColumns:
        """Both as one."""
        entries = self.entries.followed_by(other.entries, len(self.columns))
        counted = sparse.csr_array(sparse.hstack([self.counted, other.counted]))
        return HeldColumns(self.columns.followed_by(other.columns), entries, counted)


class MasterRows:
    """Where each kind of row begins."""

    def __init__(self, node: Node, n_clusters: int) -> None:
        p = node.problem
        self.site = p.n_practices
        self.group = self.site + p.n_sites
        self.low = self.group + len(p.group_ids)
        self.high = self.low + n_clusters
        self.lead = self.high + n_clusters
        self.coverage = self.lead + n_clusters
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
    none, count = len(layout.slot), len(entries.column)
    place = np.arange(count)
    size = np.diff(columns.first)[entries.column]
    offset = np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size)
    members = columns.member[np.repeat(columns.first[entries.column], size) + offset]
    site, group = columns.site[entries.column], columns.group[entries.column]
    patients = columns.patients[entries.column] * PATIENTS
    inside, grouped = np.flatnonzero(entries.cluster < none), np.flatnonzero(group >= 0)
    cluster = entries.cluster[inside]
    leading = inside[layout.leads[site[inside], cluster]]
    hires = columns.hires[entries.column]
    hiring, role = np.nonzero(hires)
    one = np.ones(count)
    limit, limited = np.nonzero(counted_in_limits(node, layout.slot)[:, entries.cluster])
    blocks = [
        (members, np.repeat(place, size), np.ones(len(members))),
        (rows.site + site, place, one),
        (rows.group + group[grouped], grouped, one[grouped]),
        (rows.low + cluster, inside, patients[inside]),
        (rows.high + cluster, inside, patients[inside]),
        (rows.lead + entries.cluster[leading], leading, one[leading]),
        (np.full(len(inside), rows.coverage), inside, patients[inside]),
        (np.full(count, rows.hubs), place, one),
        (rows.limit + limit, place[limited], one[limited]),
        (rows.market + role, hiring, hires[hiring, role]),
    ]
    row, column, value = (np.concatenate(part) for part in zip(*blocks, strict=True))
    return sparse.csc_array((value, (row, column)), shape=(rows.count, count))


def reduced_costs(
    node: Node,
    layout: PricingLayout,
    columns: Columns,
    counted: sparse.csr_array,
    entries: Entries,
    prices: NodePrices,
) -> FloatArray:
    """[entries] reduced costs under prices of this node. `counted`: [cuts of the prices, columns]."""
    c = entries.column
    networked = np.append(prices.low + prices.high + prices.coverage, 0.0)
    paid = columns.total(prices.practice[columns.member]) + columns.hires @ prices.market + prices.hubs
    grouped = columns.group >= 0
    paid[grouped] += prices.group[columns.group[grouped]]
    paid += counted.T @ prices.cut
    lead = np.append(prices.lead, 0.0)[entries.cluster]
    leads = np.column_stack([layout.leads, np.zeros(len(layout.leads), dtype=bool)])[columns.site[c], entries.cluster]
    limits = (prices.limits @ counted_in_limits(node, layout.slot))[entries.cluster]
    reduced = entries.cost - paid[c] - limits - columns.patients[c] * networked[entries.cluster] - lead * leads
    if prices.link.any():
        links = columns.incidence.T @ np.vstack([prices.link, np.zeros(prices.link.shape[1])]).T
        reduced += links[c, entries.cluster]
    return np.asarray(reduced)


def best_of_each(node: Node, layout: PricingLayout, entries: Entries, reduced: FloatArray) -> IntArray:
    """The entry of least reduced cost of each column in each slot."""
    slot = np.append(layout.slot, len(node.slots))[entries.cluster]
    order = np.lexsort((reduced, slot, entries.column))
    column, of = entries.column[order], slot[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (column[1:] != column[:-1]) | (of[1:] != of[:-1])
    return order[first]


def cheapest(node: Node, layout: PricingLayout, columns: Columns, prices: NodePrices, most: int) -> Entries:
    """The columns of least reduced cost, as many as a master begins with; each in the best cluster of its slots."""
    every = entries_of(node, layout, columns)
    reduced = reduced_costs(node, layout, columns, coefficients(columns.incidence, prices.cuts), every, prices)
    best = best_of_each(node, layout, every, reduced)
    if len(best) <= most:
        return every.where(best)
    least = np.full(len(columns), np.inf)
    np.minimum.at(least, every.column[best], reduced[best])
    order = np.argsort(least, kind="stable")
    places = np.bincount(every.column[best], minlength=len(columns))[order].cumsum()
    return every.where(best[np.isin(every.column[best], order[places <= most])])


def keys_of(entries: Entries) -> IntArray:
    """[entries] a number for each column and cluster."""
    return entries.column * (1 << 20) + entries.cluster
