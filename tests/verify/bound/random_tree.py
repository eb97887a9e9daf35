"""Random trees of cases, with prices that are good everywhere."""

from __future__ import annotations

import numpy as np
from bound_support import Rechecker

from instances import Instance
from optimizer.model.build import build_problem
from optimizer.model.certificate import (
    AssignBranch,
    Branch,
    CountBranch,
    HubsBranch,
    LeadsBranch,
    Leaf,
    NetworkBranch,
    Prices,
    SiteBranch,
    Split,
)
from optimizer.verify.bound.cases import Case


class RandomTree:
    """Random branches; leaves with the given prices, slightly changed."""

    def __init__(self, instance: Instance, prices: list[Prices], rng: np.random.Generator) -> None:
        self._problem = build_problem(instance)
        self._cases = Rechecker(instance, []).cases
        self._good, self._rng = prices, rng
        self.prices = list(prices)

    def tree(self, case: Case, depth: int) -> Leaf | Split:
        if depth == 0:
            return self._leaf(case)
        branch = self._branch(case)
        parts = self._cases.parts("tree", case, branch)
        return Split(branch=branch, children=tuple(self.tree(part, depth - 1) for part in parts))

    def _leaf(self, case: Case) -> Leaf:
        used = []
        for good in self._good:
            slots = list(good.slots)
            models = self._problem.models.ids
            slots += [good.slots[models.index(slot.model)] for slot in case.slots[len(slots) :]]
            changed = {i: price * float(self._rng.normal(1.0, 1e-3)) for i, price in good.practice.items()}
            used.append(len(self.prices))
            limits = tuple(self._rng.normal(0.0, 1_000.0, len(case.limits)).tolist())
            self.prices.append(good.model_copy(update={"slots": tuple(slots), "practice": changed, "limits": limits}))
        return Leaf(prices=tuple(used), bound=None)

    def _branch(self, case: Case) -> Branch:
        p, rng = self._problem, self._rng
        settled = [k for k, slot in enumerate(case.slots) if slot.low == slot.high > 0 and len(slot.leads) > 1]
        kind = rng.integers(6)
        if kind == 0 and settled:
            slot = int(rng.choice(settled))
            return LeadsBranch(kind="leads", slot=slot, split=(min(case.slots[slot].leads),))
        if kind <= 1:
            slot = int(rng.integers(len(case.slots)))
            middle = max(0, (case.slots[slot].low + case.slots[slot].high - 1) // 2)
            return CountBranch(kind="count", slot=slot, at=middle)
        site = p.sites.ids[int(rng.integers(p.n_sites))]
        if kind == 2:
            return SiteBranch(kind="site", site=site)
        if kind == 4:
            chosen = tuple(s for s in (None, *range(len(case.slots))) if rng.random() < 0.5)
            return HubsBranch(kind="hubs", slots=chosen, at=int(rng.integers(p.n_sites)))
        if kind == 3:
            slots: list[int | None] = [None, *range(len(case.slots))]
            return NetworkBranch(kind="network", site=site, slot=slots[int(rng.integers(len(slots)))])
        return AssignBranch(kind="assign", practice=p.practices.ids[int(rng.integers(p.n_practices))], sites=(site,))
