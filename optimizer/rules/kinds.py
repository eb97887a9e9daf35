"""What rules on kinds of network have in common: how a kind is called, sums over several, who is outside a unit."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.model.arrays import BoolArray
from optimizer.model.blocks import ColumnBlocks, RowBlocks
from optimizer.model.problem import Problem
from optimizer.model.sums import Sum, Total
from optimizer.rules.sets import linked_pairs


def kind_name(p: Problem, kind: int) -> str:
    """The care model, where it is the only kind of it."""
    model = p.models.ids[kind]
    return model if p.models.ids.count(model) == 1 else f"{model}, kind {kind + 1}"


def totals_over_kinds(p: Problem, rule: str) -> Iterator[Total]:
    """Those limits over several kinds of network that are a rule's."""
    limits = p.network.limits
    for t, (of, subject) in enumerate(zip(limits.rules, limits.subjects, strict=True)):
        if of == rule:
            of_patients = bool(limits.patients[t].any())
            sum_ = Sum(p, networked=limits.patients[t]) if of_patients else Sum(p, networks=limits.networks[t])
            most = p.total_patients if of_patients else float(limits.networks[t][p.candidates.model].sum())
            yield Total(subject, sum_, low=float(limits.low[t]), high=float(limits.high[t]), most=most)


def ban_rows(p: Problem, c: ColumnBlocks, rows: RowBlocks, banned: BoolArray) -> None:
    """x + model <= 1 where a practice is in no network of a kind: `banned` [n, models]."""
    for k in range(p.n_models):
        pairs = np.flatnonzero(linked_pairs(p, k) & banned[p.reach.row, k])
        r = rows.block(len(pairs), upper=1)
        r.add(np.arange(len(pairs)), c["x"][pairs], 1)
        r.add(np.arange(len(pairs)), c["model"].reshape(p.n_sites, p.n_models)[p.reach.column[pairs], k], 1)
