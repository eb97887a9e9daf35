"""Columns: whole hubs as arrays, with what they cost apart from their lead."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from optimizer.model.arrays import BoolArray, FloatArray, IntArray
from optimizer.model.problem import Problem
from optimizer.model.terms import hub_hires, hub_size, misfit_less_dividend


@dataclass(frozen=True)
class Column:
    """A hub: its site, the care model of its network (NONE = no network), the group that it continues, its members."""

    site: int
    model: int
    group: int
    members: tuple[int, ...]  # ascending


@dataclass(frozen=True)
class Networks:
    """Networks as their whole hubs."""

    model: IntArray  # [N]
    hubs: Columns
    of: IntArray  # [C] the network of each hub

    def __len__(self) -> int:
        return len(self.model)

    @property
    def owner(self) -> IntArray:
        """[members] the network of each member entry of its hubs."""
        return self.of[self.hubs.owner]


@dataclass(frozen=True)
class Columns:
    """Columns as arrays; members of column c are `member[first[c]:first[c + 1]]`, `pair` their entries of the reach."""

    problem: Problem
    site: IntArray  # [C]
    model: IntArray  # [C]
    group: IntArray  # [C]
    first: IntArray  # [C + 1]
    member: IntArray

    @classmethod
    def of(cls, problem: Problem, columns: list[Column]) -> Columns:
        sizes = [len(c.members) for c in columns]
        return cls(
            problem=problem,
            site=np.array([c.site for c in columns], dtype=np.int64),
            model=np.array([c.model for c in columns], dtype=np.int64),
            group=np.array([c.group for c in columns], dtype=np.int64),
            first=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
            member=np.array([i for c in columns for i in c.members], dtype=np.int64),
        )

    def __len__(self) -> int:
        return len(self.site)

    def members_of(self, column: int) -> IntArray:
        return self.member[self.first[column] : self.first[column + 1]]

    @cached_property
    def owner(self) -> IntArray:
        """[members] the column of each member entry."""
        return np.repeat(np.arange(len(self)), np.diff(self.first))

    @cached_property
    def pair(self) -> IntArray:
        """[members] entry of the reach of member and site."""
        return self.problem.reach.index_of(self.member, self.site[self.owner])

    def total(self, values: FloatArray | IntArray | BoolArray) -> FloatArray:
        """[C] sums over members of a value per member entry."""
        return np.bincount(self.owner, weights=values, minlength=len(self)).astype(np.float64)

    def every(self, holds: BoolArray) -> BoolArray:
        """[C] whether something holds of every member entry."""
        return np.asarray(self.total(~holds) == 0, dtype=bool)

    @cached_property
    def incidence(self) -> sparse.csr_array:
        """[practices, C] 1 where a column holds a practice."""
        shape = (self.problem.n_practices, len(self))
        return sparse.csr_array((np.ones(len(self.member)), (self.member, self.owner)), shape=shape)

    @cached_property
    def patients(self) -> FloatArray:
        return self.total(self.problem.practices.patients[self.member])

    @cached_property
    def hires(self) -> FloatArray:
        """[C, roles] FTE that the hub rules lack."""
        p = self.problem
        fte = np.zeros((len(self), p.n_roles))
        np.add.at(fte, self.owner, p.practices.fte[self.member])
        return hub_hires(p, self.patients, fte)

    @cached_property
    def moved(self) -> BoolArray:
        """[members] whether the group is not continued."""
        return np.asarray(self.problem.practices.group[self.member] != self.group[self.owner], dtype=bool)

    @cached_property
    def moving(self) -> FloatArray:
        """[C] pounds once of the members who are moved."""
        return self.total(self.problem.practices.moving[self.member] * self.moved)

    @cached_property
    def cost(self) -> FloatArray:
        """[C] pounds a year: all that the hub decides but coordination; the dividend of networked patients a saving."""
        p = self.problem
        below, above = hub_size(p, self.patients, np.diff(self.first))
        cost = p.sites.cost[self.site] + p.hub.price * (below + above) + self.total(p.reach.cost[self.pair])
        cost += p.moving_price * self.moving + self.hires @ p.roles.hire_cost
        networked = self.model >= 0
        if networked.any():
            misfit = self.total(p.practices.misfit_cost[self.member, np.maximum(self.model, 0)[self.owner]])
            cost += np.where(networked, misfit_less_dividend(p, misfit, self.patients), 0.0)
        return np.asarray(cost, dtype=np.float64)

    def columns(self, which: IntArray) -> list[Column]:
        """Some of them as objects."""
        site, model, group, first = self.site.tolist(), self.model.tolist(), self.group.tolist(), self.first.tolist()
        return [
            Column(site[c], model[c], group[c], tuple(self.member[first[c] : first[c + 1]].tolist()))
            for c in which.tolist()
        ]

    def take(self, which: IntArray, model: IntArray, group: IntArray) -> Columns:
        """Hubs `which`, each as often as it is named, in networks of these models, continuing these groups."""
        sizes = np.diff(self.first)[which]
        first = np.concatenate([[0], np.cumsum(sizes)])
        entry = np.repeat(self.first[which] - first[:-1], sizes) + np.arange(first[-1])
        return Columns(self.problem, self.site[which], model, group, first, self.member[entry])

    def followed_by(self, other: Columns) -> Columns:
        """These and then the others."""
        return Columns(
            problem=self.problem,
            site=np.concatenate([self.site, other.site]),
            model=np.concatenate([self.model, other.model]),
            group=np.concatenate([self.group, other.group]),
            first=np.concatenate([self.first, self.first[-1] + other.first[1:]]),
            member=np.concatenate([self.member, other.member]),
        )

    def where(self, keep: BoolArray) -> Columns:
        """Those for which `keep[column]` holds."""
        sizes = np.diff(self.first)[keep]
        return Columns(
            problem=self.problem,
            site=self.site[keep],
            model=self.model[keep],
            group=self.group[keep],
            first=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
            member=self.member[keep[self.owner]],
        )
