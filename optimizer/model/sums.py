"""Linear sums over a plan, declared once and read by every program: limits on whole plans are such sums.

A sum says what each thing that a plan is made of counts for. What it comes to is the same whether it is read off
a column (a whole hub), a practice on its own, a network, or the columns of the compact formulation.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from optimizer.model.arrays import FloatArray, IntArray
from optimizer.model.columns import Columns
from optimizer.model.problem import Problem
from optimizer.model.sent import Sent


@dataclass(frozen=True)
class Sum(Sent):
    """What things count for; None = nothing."""

    problem: Problem
    hubs: FloatArray | None = None  # [m] a hub at each site
    networks: FloatArray | None = None  # [models] a network of each model, its fewest partners included
    partners: FloatArray | None = None  # [models] one more partner of a network of each model
    networked: FloatArray | None = None  # [models] a patient in a network of each model
    moved: FloatArray | None = None  # [n] a practice whose group its hub does not continue, or that is in no hub
    hires: FloatArray | None = None  # [roles] an FTE that hubs or networks hire
    of_pairs: FloatArray | None = None  # [pairs in reach] a practice in a hub at a site
    independents: FloatArray | None = None  # [n] a practice in no hub

    def of_columns(self, columns: Columns) -> FloatArray:
        """[C] of each hub; hires and further partners of its network are left out."""
        found = np.zeros(len(columns))
        if self.hubs is not None:
            found += self.hubs[columns.site]
        if self.networked is not None:
            found += np.append(self.networked, 0.0)[columns.model] * columns.patients
        if self.moved is not None:
            found += columns.total(self.moved[columns.member] * columns.moved)
        if self.hires is not None:
            found += columns.hires @ self.hires
        if self.of_pairs is not None:
            found += columns.total(self.of_pairs[columns.pair])
        return found

    @cached_property
    def of_independents(self) -> FloatArray:
        """[n] of each practice in no hub."""
        found = np.zeros(self.problem.n_practices)
        for each in (self.moved, self.independents):
            if each is not None:
                found += each
        return found

    @cached_property
    def of_networks(self) -> FloatArray:
        """[models] of each network; its hubs, hires and further partners are left out."""
        return np.zeros(self.problem.n_models) if self.networks is None else self.networks

    def in_compact(self) -> dict[str, tuple[IntArray, FloatArray]]:
        """Blocks of the compact formulation (docs/model.md section 5): (places in the block, what they count for)."""
        p, found = self.problem, {}
        if self.hubs is not None:
            found["y"] = self.hubs
        if self.networks is not None:
            found["w"] = self.networks[p.candidates.model]
        if self.partners is not None:
            found["more_partners"] = self.partners[p.candidates.model]
        if self.networked is not None:
            found["f"] = self.networked[p.candidates.model[p.links.column]]
        if self.moved is not None:
            found["e"] = self.moved
        if self.hires is not None:
            found["hires"] = np.tile(self.hires, p.n_sites)
            found["network_hires"] = np.tile(self.hires, p.n_candidates)
        if self.of_pairs is not None:
            found["x"] = self.of_pairs
        if self.independents is not None:
            found["u"] = self.independents
        return {block: (np.flatnonzero(value), value[value != 0]) for block, value in found.items()}


@dataclass(frozen=True)
class Total:
    """A sum between two limits. `most`: what it can never exceed."""

    subject: str  # what has the limit: "plan", a care model, a role
    sum: Sum
    low: float = -np.inf
    high: float = np.inf
    most: float = np.inf
    in_bounds: bool = False  # whether bounds of columns of the compact model keep it, without a row
