"""Members' staff and what the hub hires is as much as its patients call for."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from instances import Instance
from optimizer.model.blocks import ColumnBlocks, RowBlocks
from optimizer.model.problem import Problem
from optimizer.rules.record import Loosening, Room, Rule
from optimizer.rules.sets import nothing_lacking
from optimizer.rules.units import FTE_PER_10K, fewer
from optimizer.verify import Evaluation
from optimizer.verify.prepared import needed_fte


def _rows(p: Problem, c: ColumnBlocks, rows: RowBlocks) -> None:
    """ratio x population - members' FTE <= hires."""
    for role in np.flatnonzero(p.roles.hub_ratio > 0).tolist():
        need = p.roles.hub_ratio[role] * p.practices.patients - p.practices.fte[:, role]
        r = rows.block(p.n_sites, upper=nothing_lacking(p, role))
        r.add(p.reach.column, c["x"], need[p.reach.row])
        r.add(np.arange(p.n_sites), c["hires"].reshape(p.n_sites, p.n_roles)[:, role], -1)


def _loosenings(instance: Instance) -> Iterator[Loosening]:
    for role in instance.role:
        if role.min_per_10k:
            words = f"{{:g}} {role.id} per 10,000 patients in a hub"
            yield fewer(words, f"role.{role.id}.min_per_10k", role.min_per_10k, FTE_PER_10K)


def _room(instance: Instance, evaluation: Evaluation) -> Iterator[Room]:
    for role in instance.role:
        if role.min_per_10k is None:
            continue
        for hub in evaluation.hubs:
            needed, there = needed_fte(role.min_per_10k, hub.patients), hub.fte[role.id] + hub.hired(role.id)
            yield Room("hub", hub.site, f"{role.id} FTE, hires included", float(there), float(needed), True, "FTE")


RULE = Rule("hub-workforce", rows=_rows, loosenings=_loosenings, room=_room)
