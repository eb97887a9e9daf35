"""A node of the branching tree: which leads share how many networks, and what is decided on sites and practices.

A *slot* stands for a number of networks of one care model, each led from one of the slot's leads. The root has a slot
a care model; branching splits slots by leads, fixes counts, closes or requires sites, divides the sites of a practice
and the networks of a site. The children of a branch cover all plans of their parent (docs/columns.md).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from optimizer.model.arrays import BoolArray, IntArray
from optimizer.model.problem import Problem

NO_SLOT = -1


@dataclass(frozen=True)
class Slot:
    """`low` to `high` networks of a model, each led by another of `leads` (network candidates)."""

    model: int
    leads: tuple[int, ...]
    low: int
    high: int

    @property
    def all_lead(self) -> bool:
        """Whether there are as many networks as leads."""
        return self.low == self.high == len(self.leads)

    def most(self, of_leads: IntArray) -> float:
        """What its networks come to at most in a figure of candidates [C]: the leads with most of it lead."""
        return float(np.sort(of_leads[list(self.leads)])[::-1][: self.high].sum())


@dataclass(frozen=True)
class HubLimit:
    """`low` to `high` hubs in networks of these slots; NO_SLOT stands for those in none."""

    slots: frozenset[int]
    low: int
    high: int


@dataclass(frozen=True)
class Node:
    """What is decided so far."""

    problem: Problem
    slots: tuple[Slot, ...]
    closed: BoolArray  # [m] no hub at the site
    required: BoolArray  # [m] a hub at the site
    allowed: BoolArray  # [pairs in reach]
    may_be_independent: BoolArray  # [n]
    barred: frozenset[tuple[int, int]] = frozenset()  # (site, slot) of no hub; NO_SLOT: of none outside networks

    limits: tuple[HubLimit, ...] = ()

    @property
    def counts_fixed(self) -> bool:
        return all(slot.low == slot.high for slot in self.slots)

    @property
    def leads_fixed(self) -> bool:
        """Whether every network that there is has one possible lead."""
        return self.counts_fixed and all(slot.high == 0 or len(slot.leads) == 1 for slot in self.slots)

    def with_counts(self, counts: IntArray) -> Node:
        """The number of networks of each slot fixed."""
        slots = (replace(s, low=int(c), high=int(c)) for s, c in zip(self.slots, counts, strict=True))
        return replace(self, slots=tuple(slots))

    def split_count(self, at: int, most: int) -> list[Node]:
        """[at most so many networks of the slot, more than that]"""
        slot = self.slots[at]
        ends = (slot.low, most), (most + 1, slot.high)
        parts = (replace(slot, low=low, high=high) for low, high in ends)
        return [replace(self, slots=(*self.slots[:at], part, *self.slots[at + 1 :])) for part in parts]

    def split_leads(self, at: int, first: tuple[int, ...]) -> list[Node]:
        """Child a has a of the slot's networks led from `first`, in the slot's place; the others go to the end."""
        slot = self.slots[at]
        rest = tuple(n for n in slot.leads if n not in set(first))
        barred = {(site, len(self.slots)) for site, of in self.barred if of == at}
        limits = tuple(
            replace(limit, slots=limit.slots | {len(self.slots)}) if at in limit.slots else limit
            for limit in self.limits
        )
        children = []
        for a in range(slot.high + 1):
            b = slot.high - a
            one, other = Slot(slot.model, first, a, a), Slot(slot.model, rest, b, b)
            slots = (*self.slots[:at], one, *self.slots[at + 1 :], other)
            children.append(replace(self, slots=slots, barred=self.barred | barred, limits=limits))
        return children

    def split_site(self, site: int) -> list[Node]:
        """[no hub at the site, a hub at the site]"""
        closed, required = self.closed.copy(), self.required.copy()
        closed[site] = required[site] = True
        return [replace(self, closed=closed), replace(self, required=required)]

    def split_hubs(self, slots: frozenset[int], most: int) -> list[Node]:
        """[at most so many hubs in networks of these slots, more than that]"""
        few, many = HubLimit(slots, 0, most), HubLimit(slots, most + 1, self.problem.n_sites)
        return [replace(self, limits=(*self.limits, limit)) for limit in (few, many)]

    def split_slot_of_site(self, site: int, slot: int) -> list[Node]:
        """[a hub at the site in a network of the slot (NO_SLOT: in none), no such hub at the site]"""
        required = self.required.copy()
        required[site] = True
        others = {(site, s) for s in range(NO_SLOT, len(self.slots)) if s != slot}
        return [
            replace(self, required=required, barred=self.barred | others),
            replace(self, barred=self.barred | {(site, slot)}),
        ]

    def split_practice(self, practice: int, sites: IntArray) -> list[Node]:
        """[the practice in a hub at one of the sites, in none of these hubs]"""
        reach = self.problem.reach
        mine = reach.row == practice
        inside = mine & np.isin(reach.column, sites)
        alone = self.may_be_independent.copy()
        alone[practice] = False
        return [
            replace(self, allowed=self.allowed & (~mine | inside), may_be_independent=alone),
            replace(self, allowed=self.allowed & ~inside),
        ]


def root_node(p: Problem) -> Node:
    """Everything open: a slot a care model, with all its leads."""
    m = p.models
    slots = []
    for k in range(p.n_models):
        leads = np.flatnonzero(p.candidates.model == k)
        most = min(int(m.count_max[k]), len(leads), p.total_patients // max(1, int(m.minimum[k])))
        slots.append(Slot(k, tuple(leads.tolist()), int(m.count_min[k]), most))
    return Node(
        problem=p,
        slots=tuple(slots),
        closed=np.zeros(p.n_sites, dtype=bool),
        required=p.sites.must_open.copy(),
        allowed=np.ones(len(p.reach), dtype=bool),
        may_be_independent=p.practices.may_be_independent,
    )
