"""A known plan that a proof is never told of, and that no step of it may lose: finds what is false, and names it.

After the debug solutions of SCIP (`debug.c`): wherever the tree closes, leaves out, fixes or divides something, the
node that holds the plan has to be open, or bounded at or below its cost. For tests: it costs time, and proves nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np

from optimizer.model.arrays import BoolArray, FloatArray, IntArray
from optimizer.model.columns import Column, Columns
from optimizer.model.objective import objective
from optimizer.model.outside import runners
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from solvers.columns.clusters import Clusters
from solvers.columns.cuts import coefficients
from solvers.columns.entries import Entries, bounded_cost, reduced_costs
from solvers.columns.lagrangian import Counts, Listing, PriceEvaluation
from solvers.columns.layout import link_cost, make_layout
from solvers.columns.node import NO_SLOT, Node
from solvers.columns.partition import Partition
from solvers.columns.pool import columns_of
from solvers.columns.watch import Watch

if TYPE_CHECKING:
    from solvers.columns.relaxed import Program

TOLERANCE = 1e-6, 1e-9  # pounds a year, and relative to the plan's cost


class Lost(AssertionError):  # noqa: N818
    """The plan was lost; the message names the step."""


class Witness(Watch):
    """Watches a proof of one problem with one plan, which keeps every rule."""

    def __init__(self, problem: Problem, plan: Solution) -> None:
        self.problem, self.plan, self.cost = problem, plan, objective(problem, plan)
        self.most = self.cost + TOLERANCE[0] + TOLERANCE[1] * abs(self.cost)  # what a true bound can be at most
        self.hubs = columns_of(problem, plan)
        self.networks = np.unique(plan.network_of[plan.network_of >= 0])
        self._places: WeakKeyDictionary[Program, IntArray] = WeakKeyDictionary()  # of its binaries

    # --- where it is ------------------------------------------------------------------------------------------------

    def slots(self, node: Node) -> list[int] | None:
        """The slot of each of its networks; None where one fits in none."""
        slot_of = {lead: s for s, slot in enumerate(node.slots) for lead in slot.leads}
        slots = [slot_of.get(int(n), NO_SLOT) for n in self.networks]
        return None if NO_SLOT in slots else slots

    def slots_of_hubs(self, node: Node) -> list[int]:
        """The slot of each of its hubs, NO_SLOT = in no network. For a node that has it."""
        networks = self.plan.network_of[[hub.site for hub in self.hubs]]
        slot_of = dict(zip(self.networks.tolist(), self.slots(node) or [], strict=True))
        return [slot_of.get(int(n), NO_SLOT) for n in networks]

    def clusters_of_hubs(self, clusters: Clusters) -> IntArray:
        """[hubs] of leads; as many as there are clusters = in no network."""
        cluster_of = {lead: c for c, leads in enumerate(clusters.leads) for lead in leads}
        networks = self.plan.network_of[[hub.site for hub in self.hubs]].tolist()
        return np.array([cluster_of.get(n, len(clusters)) for n in networks], dtype=np.int64)

    def counts(self, node: Node) -> IntArray:
        """[slots] how many of its networks are in each."""
        return np.bincount(self.slots(node) or [], minlength=len(node.slots))

    def is_in(self, node: Node) -> bool:
        """Whether it is a plan of the node."""
        if self.slots(node) is None:
            return False
        is_open, site_of, reach = self.plan.is_open, self.plan.site_of, self.problem.reach
        grouped = np.flatnonzero(site_of >= 0)
        if (is_open & node.closed).any() or (node.required & ~is_open).any():
            return False
        if not node.allowed[reach.index_of(grouped, site_of[grouped])].all():
            return False
        if not node.may_be_independent[site_of < 0].all():
            return False
        places = self.slots_of_hubs(node)
        if any((hub.site, slot) in node.barred for hub, slot in zip(self.hubs, places, strict=True)):
            return False
        within = (limit.low <= sum(s in limit.slots for s in places) <= limit.high for limit in node.limits)
        counts = self.counts(node)
        return all(within) and all(s.low <= c <= s.high for s, c in zip(node.slots, counts, strict=True))

    def _is_below(self, cutoff: float) -> bool:
        """Whether what is left out at a cutoff must not be this plan."""
        return self.most < cutoff

    def _keys(self, node: Node) -> list[tuple[Column, int]]:
        return list(zip(self.hubs, self.slots_of_hubs(node), strict=True))

    # --- the tree ---------------------------------------------------------------------------------------------------

    def evaluated(self, node: Node, counts: Counts) -> None:
        if not self.is_in(node):
            return
        own = np.flatnonzero((counts.counts == self.counts(node)).all(axis=1)) if counts.enumerated else [0]
        if not len(own):
            raise Lost("the choices of network counts leave its own out")
        bound, by = counts.bounds[own[0]], counts.by[own[0]]
        if bound > self.most:
            raise Lost(f"{self._what(node, counts.evaluations[by])}: bound {bound:,.4f}, {self._said}")

    def bounded(self, node: Node, bound: float, by: str) -> None:
        if bound > self.most and self.is_in(node):
            raise Lost(f"{by}: bound {bound:,.4f}, {self._said}")

    def told(self, bound: float) -> None:
        if bound > self.most:
            raise Lost(f"the bound of all plans {bound:,.4f}, {self._said}")

    def branched(self, node: Node, children: list[Node], by: str, cutoff: float) -> None:
        if self._is_below(cutoff) and self.is_in(node) and not any(map(self.is_in, children)):
            raise Lost(f"a branch on {by}")

    def paired(self, node: Node, with_pair: FloatArray) -> None:
        if not self.is_in(node):
            return
        inside = np.flatnonzero(self.plan.site_of >= 0)
        least = with_pair[self.problem.reach.index_of(inside, self.plan.site_of[inside])]
        if least.max(initial=-np.inf) > self.most:
            raise Lost(f"what a plan with a pair costs at least: {least.max():,.4f}, {self._said}")

    def listed(self, node: Node, listing: Listing) -> None:
        if not self._is_below(listing.cutoff) or not self.is_in(node):
            return
        known = set(zip(listing.columns, listing.slot.tolist(), strict=True))
        for key in self._keys(node):
            if key not in known:
                raise Lost(f"the enumeration of hubs at {self.problem.sites.ids[key[0].site]}, {self._said}")

    # --- enumerated hubs --------------------------------------------------------------------------------------------

    def partitioned(self, partition: Partition, cutoff: float) -> None:
        if not self._is_below(cutoff) or not self.is_in(partition.node):
            return
        columns = partition.columns.columns(np.arange(len(partition.columns)))
        slots = np.where(partition.slot < len(partition.node.slots), partition.slot, NO_SLOT).tolist()
        place = {key: at for at, key in enumerate(zip(columns, slots, strict=True))}
        ways = zip(partition.outside.practice.tolist(), partition.outside.trust.tolist(), strict=True)
        outside = {way: len(columns) + at for at, way in enumerate(ways)}
        missing = [key for key in self._keys(partition.node) if key not in place]
        if missing:
            raise Lost(f"rules about the members of a hub, at {self.problem.sites.ids[missing[0][0].site]}")
        own = [place[key] for key in self._keys(partition.node)]
        run_by = runners(self.problem, self.plan)
        own += [outside[int(i), int(run_by[i])] for i in np.flatnonzero(self.plan.site_of < 0)]
        self._places[partition] = np.array(own, dtype=np.int64)

    def left_out(self, program: Program, gone: BoolArray, cutoff: float) -> None:
        own = self._places.get(program)
        if own is None:
            return
        if not gone[own].any():
            self._places[program] = own - np.cumsum(gone)[own]
        elif self._is_below(cutoff):
            raise Lost("reduced costs among enumerated hubs")
        else:
            del self._places[program]

    def relaxed(self, program: Program, left_out: BoolArray, bound: float, by: str) -> None:
        if bound > self.most and self._is_among(program, left_out):
            raise Lost(f"{by} over enumerated hubs: bound {bound:,.4f}, {self._said}")

    def divided(self, program: Program, parent: BoolArray, children: list[BoolArray], cutoff: float) -> None:
        if not self._is_below(cutoff) or not self._is_among(program, parent):
            return
        if not any(self._is_among(program, child) for child in children):
            raise Lost("a division of enumerated hubs")

    def _is_among(self, program: Program, left_out: BoolArray) -> bool:
        own = self._places.get(program)
        return own is not None and not left_out[own].any()

    # --- what to say ------------------------------------------------------------------------------------------------

    @property
    def _said(self) -> str:
        return f"yet a plan costs {self.cost:,.4f}"

    def _what(self, node: Node, evaluation: PriceEvaluation) -> str:
        """Which part of an evaluation is too high."""
        prices, columns = evaluation.prices, Columns.of(self.problem, self.hubs)
        layout, cluster = make_layout(node, prices.clusters), self.clusters_of_hubs(prices.clusters)
        cost = bounded_cost(columns) + link_cost(layout, columns.site, cluster, columns.patients)
        counted = coefficients(columns.incidence, prices.cuts)
        places = np.arange(len(columns))
        reduced = reduced_costs(node, layout, columns, counted, Entries(places, cluster, cost, places), prices)
        missed = columns.site[reduced < evaluation.site[columns.site] - TOLERANCE[0]]
        if len(missed):
            return f"the pricing of {self.problem.sites.ids[missed[0]]}"
        if (np.asarray(counted.sum(axis=1)).ravel() > 1).any():
            return "a subset-row cut"
        return "the sum of prices"
