"""Staff of a network's hubs and hospitals, with all hires, is as much as its patients call for."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from instances import Instance
from optimizer.model.blocks import ColumnBlocks, RowBlocks
from optimizer.model.problem import Problem
from optimizer.rules.partners import partner_pairs
from optimizer.rules.record import Loosening, Room, Rule
from optimizer.rules.sets import most_staff, nothing_lacking
from optimizer.rules.units import FTE_PER_10K, fewer
from optimizer.verify import Evaluation
from optimizer.verify.prepared import needed_fte


def _rows(p: Problem, c: ColumnBlocks, rows: RowBlocks) -> None:
    """ratio x patients <= staff of its hubs and hospitals + network hires; staff <= FTE + hires of the hub."""
    links, (candidate, hospital) = np.arange(len(p.links)), partner_pairs(p)
    for role in np.flatnonzero(p.roles.network_ratio > 0).tolist():
        staff = c["staff"].reshape(len(p.links), p.n_roles)[:, role]
        fte = p.practices.fte[:, role]
        most = most_staff(p)[:, role]
        r = rows.block(p.n_sites, upper=0)
        r.add(p.links.row, staff, 1)
        r.add(p.reach.column, c["x"], -fte[p.reach.row])
        r.add(np.arange(p.n_sites), c["hires"].reshape(p.n_sites, p.n_roles)[:, role], -1)
        r = rows.block(len(links), upper=0)
        r.add(links, staff, 1)
        r.add(links, c["z"], -most[p.links.row])
        r = rows.block(p.n_candidates, upper=nothing_lacking(p, role))
        r.add(p.links.column, c["f"], p.roles.network_ratio[role])
        r.add(p.links.column, staff, -1)
        r.add(np.arange(p.n_candidates), c["w"], -p.candidates.lead_fte[:, role])
        r.add(candidate, c["partner"], -p.hospitals.fte[hospital, role])
        r.add(np.arange(p.n_candidates), c["network_hires"].reshape(p.n_candidates, p.n_roles)[:, role], -1)


def _room(instance: Instance, evaluation: Evaluation) -> Iterator[Room]:
    for role in instance.role:
        if role.network_min_per_10k is None:
            continue
        for network in evaluation.networks:
            needed = float(needed_fte(role.network_min_per_10k, network.patients))
            there = network.fte[role.id] + network.hired(role.id)
            words = f"{role.id} FTE, hires included"
            yield Room("network", network.id, words, float(there), needed, True, "FTE")


def _loosenings(instance: Instance) -> Iterator[Loosening]:
    for role in instance.role:
        if role.network_min_per_10k:
            words = f"{{:g}} {role.id} per 10,000 patients in a network"
            yield fewer(words, f"role.{role.id}.network_min_per_10k", role.network_min_per_10k, FTE_PER_10K)


RULE = Rule("network-workforce", rows=_rows, loosenings=_loosenings, room=_room)
