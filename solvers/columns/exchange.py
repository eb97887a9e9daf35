"""Hubs of the search as columns."""

from __future__ import annotations

from collections.abc import Iterable

from optimizer.problem import Problem
from solvers.columns.pool import NONE, Column
from solvers.search.pool import PooledHub


def columns_of_hubs(problem: Problem, hubs: Iterable[PooledHub]) -> list[Column]:
    """Every hub outside networks and in each model it was seen in, continuing the group that saves most."""
    columns = []
    for hub in hubs:
        models = {NONE, *(int(problem.candidates.model[n]) for n in hub.networks)}
        members = tuple(sorted(hub.members.tolist()))
        group = hub.groups[0][0] if hub.groups else NONE
        columns += [Column(hub.site, model, group, members) for model in sorted(models)]
    return columns
