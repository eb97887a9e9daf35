"""What rules on kinds of network have in common: how a kind is called, sums over several, who is outside a unit."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.model.arrays import BoolArray
from optimizer.model.membership import missing_from_units
from optimizer.model.problem import Problem
from optimizer.model.sums import Sum, Total

MOST_NAMED = 5  # practices in a sentence


def kind_name(p: Problem, kind: int) -> str:
    """The care model, where it is the only kind of it."""
    model = p.models.ids[kind]
    return model if p.models.ids.count(model) == 1 else f"{model}, kind {kind + 1}"


def unit_remarks(p: Problem, kinds: BoolArray) -> Iterator[str]:
    """Units of these kinds that no network can take whole, and who cannot be in one."""
    missing = missing_from_units(p) & kinds
    for k in np.flatnonzero(missing.any(axis=0)).tolist():
        names = [p.practices.names[i] for i in np.flatnonzero(missing[:, k])]
        listed = ", ".join(names[:MOST_NAMED])
        more = f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
        yield (
            f"no network of {p.models.ids[k]} can take {p.models.units[k]} whole: {listed}{more} can be in none "
            "(no lead within reach, or no consent)"
        )


def totals_over_kinds(p: Problem, rule: str) -> Iterator[Total]:
    """Those limits over several kinds of network that are a rule's."""
    limits = p.network.limits
    for t, (of, subject) in enumerate(zip(limits.rules, limits.subjects, strict=True)):
        if of == rule:
            of_patients = bool(limits.patients[t].any())
            sum_ = Sum(p, networked=limits.patients[t]) if of_patients else Sum(p, networks=limits.networks[t])
            most = p.total_patients if of_patients else float(limits.networks[t][p.candidates.model].sum())
            yield Total(subject, sum_, low=float(limits.low[t]), high=float(limits.high[t]), most=most)
