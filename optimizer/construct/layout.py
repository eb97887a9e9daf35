"""Lays a Problem out in the memory of a `World`: rows, dense travel, neighbour lists, and an empty state."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from optimizer.construct.params import DEFAULTS, LayoutParams, WorldParams
from optimizer.construct.tables import (
    CANDIDATE,
    COUNTED,
    DISTANCE,
    GROUP,
    HOSPITAL,
    HUB,
    HUB_DISTANCE,
    HUB_ROLE,
    IN_PATIENTS,
    IN_POUNDS,
    LIMIT,
    MODEL,
    MOVED,
    NETWORK,
    NETWORK_ROLE,
    PRACTICE,
    ROLE,
    SHARE,
    SITE,
    TRUST,
)
from optimizer.construct.world import World, random_state
from optimizer.model.arrays import NO_LIMIT, NONE, BoolArray, FloatArray, IntArray
from optimizer.model.pairs import Pairs
from optimizer.model.problem import Problem
from optimizer.model.terms import forgone_dividend

MOVING_SLACK = 1e-4  # pounds once: what running sums can have lost; far below what a practice moved costs


def make_world(p: Problem, seed: int, severity: float = 1.0, params: WorldParams = DEFAULTS.world) -> World:
    """Everybody on its own, no hub, no network. `severity` multiplies the prices of broken rules."""
    lists, layout = _Lists(), params.layout
    tables = _practice_tables(p, lists, layout) | _site_tables(p) | _network_tables(p, layout) | _state_tables(p)
    tables["lists"] = lists.joined()
    usual_step, usual_per_patient = _penalties(p, tables["travel"], layout)
    step, per_patient = severity * usual_step, severity * usual_per_patient
    barred = int((~p.practices.may_be_alone).sum())
    alone = float(p.practices.alone_cost.sum() + p.practices.move_cost.sum())
    moving = float(p.practices.moving.sum())
    scalars: dict[str, Any] = {
        "host_is_member": p.hub.host_is_member,
        "hub_contiguous": p.hub.contiguous,
        "hub_maximum": p.hub.maximum,
        "hub_target_min": p.hub.target_min,
        "hub_target_max": p.hub.target_max,
        "hub_price": p.hub.price,
        "hubs_min": p.hub.count_min,
        "hubs_max": p.hub.count_max,
        "networked_min": p.network.patients_min,
        "networked_max": p.network.patients_max,
        "dividend": p.network.dividend,
        "leads_several": bool((_leads_of_hospitals(p) >= 0).sum(axis=1).max(initial=0) > 1),
        "leads_limited": bool((_less_than_model(p) | (p.candidates.practices_max < p.n_practices)).any()),
        "has_partners": p.has_partners,
        "fund": p.network.fund,
        "far_max": p.far_max,
        "far": int(p.practices.far_alone.sum()),
        "moving_limit": p.moving_limit + MOVING_SLACK,
        "moving_patients": p.total_patients / max(moving, 1.0),
        "moving": moving,
        "must_open": int(p.sites.must_open.sum()),
        "scale": usual_step,
        "step": step,
        "consent": step,
        "per_patient": per_patient,
        "cost": alone + barred * step,
        "faults": barred,
        "n_free_hubs": len(tables["free_hubs"]),
        "n_free_networks": len(tables["free_networks"]),
        "best_cost": np.inf,
        "random": random_state(seed),
        **asdict(params.price),
        **asdict(params.moves),
    }
    return World(tables, scalars)


class _Lists:
    """Lists of whole numbers one after the other in a single table."""

    def __init__(self) -> None:
        self._parts: list[IntArray] = []
        self._length = 0

    def add(self, row: IntArray, value: IntArray, n_rows: int) -> tuple[IntArray, IntArray]:
        """Append the values row by row; returns (start [n_rows], end [n_rows])."""
        order = np.argsort(row, kind="stable")
        start = np.searchsorted(row[order], np.arange(n_rows + 1)) + self._length
        self._parts.append(value[order].astype(np.int64))
        self._length += len(value)
        return start[:-1].astype(np.int64), start[1:].astype(np.int64)

    def joined(self) -> IntArray:
        return np.concatenate([*self._parts, np.zeros(1, np.int64)])


def _dense(pairs: Pairs, missing: float = np.inf) -> FloatArray:
    dense = np.full((pairs.n_rows, pairs.n_columns), missing)
    dense[pairs.row, pairs.column] = pairs.cost
    return dense


def _nearest(pairs: Pairs, most: int) -> IntArray:
    """Positions of the `most` cheapest pairs (nearest where cost ties) of each row, cheapest first."""
    order = np.lexsort((pairs.km, pairs.cost, pairs.row))
    row = pairs.row[order]
    rank = np.arange(len(row)) - pairs.start[row]
    return order[rank < most]


def _practice_tables(p: Problem, lists: _Lists, params: LayoutParams) -> dict[str, np.ndarray]:
    n = p.n_practices
    rows = np.zeros(n, dtype=PRACTICE)
    rows["patients"], rows["group"] = p.practices.patients, p.practices.group
    rows["premises"] = p.premises
    rows["move_cost"], rows["alone_cost"] = p.practices.move_cost, p.practices.alone_cost
    rows["moving"], rows["far_alone"] = p.practices.moving, p.practices.far_alone
    rows["may_be_alone"], rows["may_be_independent"] = p.practices.may_be_alone, p.practices.may_be_independent
    rows["fixed_row"] = NONE
    fixed = np.zeros((len(p.network.fixed), p.n_candidates), dtype=np.int64)
    for k, (practice, allowed) in enumerate(p.network.fixed):
        rows["fixed_row"][practice] = k
        fixed[k, list(allowed)] = 1
    unit = [_unit(p.practices.together, i) for i in range(n)]
    owner = np.repeat(np.arange(n), [len(u) for u in unit])
    near = _nearest(p.reach, params.neighbours)
    free = p.reach.where(p.sites.practice[p.reach.column] < 0)
    a, b = p.practices.apart[:, 0], p.practices.apart[:, 1]
    for name, row, value in (
        ("unit", owner, np.concatenate(unit)),
        ("apart", np.concatenate([a, b]), np.concatenate([b, a])),
        ("near", p.reach.row[near], p.reach.column[near]),
        ("extra", free.row, free.column),
    ):
        rows[f"{name}_start"], rows[f"{name}_end"] = lists.add(row, value, n)
    rows["hub"] = rows["run_by"] = rows["next"] = rows["before"] = NONE
    return {
        "practices": rows,
        "travel": _dense(p.reach).T,
        "areas": p.practices.areas,
        "misfit": p.practices.misfit_cost,
        "run_cost": p.trusts.cost,
        "trusts": _trusts(p),
        "refuses": p.practices.barred.astype(np.int64),
        "fte": p.practices.fte,
        "fixed": fixed,
        **_borders(p),
        **_shares(p),
        **_distances(p),
    }


def _distances(p: Problem) -> dict[str, np.ndarray]:
    limits = p.distances
    rows = np.zeros(len(limits.subjects), dtype=DISTANCE)
    rows["most"], rows["mm"] = limits.most, limits.alone.sum(axis=0)
    rows["per_mm"] = limits.patients / np.maximum(limits.most, 1)
    dense = [_dense(pairs, missing=0.0).T for pairs in limits.pairs]
    return {
        "distances": rows,
        "home_mm": np.concatenate([np.zeros((0, p.n_practices)), *dense]).astype(np.int64),
        "alone_mm": limits.alone,
    }


def _shares(p: Problem) -> dict[str, np.ndarray]:
    """None where nothing is asked."""
    asked = [share for share in (p.far, p.outside_zone) if share.is_limited]
    if p.far_max < NO_LIMIT and not p.far.is_limited:
        asked.insert(0, p.far)
    rows = np.zeros(len(asked), dtype=SHARE)
    rows["part"], rows["whole"] = [share.part for share in asked], [share.whole for share in asked]
    counted = [_dense(share.counted, missing=0.0).T.astype(np.int64) for share in asked]
    return {"shares": rows, "counted": np.concatenate([np.zeros((0, p.n_practices), np.int64), *counted])}


def _trusts(p: Problem) -> np.ndarray:
    rows = np.zeros(len(p.trusts.ids), dtype=TRUST)
    rows["practices_max"], rows["patients_max"] = p.trusts.practices_max, p.trusts.patients_max
    return rows


def _borders(p: Problem) -> dict[str, np.ndarray]:
    edges = np.concatenate([p.practices.neighbours, p.practices.neighbours[:, ::-1]])
    edges = edges[np.argsort(edges[:, 0], kind="stable")]
    return {
        "border_start": np.searchsorted(edges[:, 0], np.arange(p.n_practices + 1)).astype(np.int64),
        "borders": np.append(edges[:, 1], NONE),
        "island": p.practices.island,
        **{name: np.zeros(p.n_practices, dtype=np.int64) for name in ("marks", "shores", "stack")},
    }


def _unit(together: IntArray, i: int) -> IntArray:
    return np.flatnonzero(together == together[i]) if together[i] >= 0 else np.array([i], dtype=np.int64)


def _site_tables(p: Problem) -> dict[str, np.ndarray]:
    rows = np.zeros(p.n_sites, dtype=SITE)
    for name in ("practice", "minimum", "capacity", "cost", "setup", "must_open"):
        rows[name] = getattr(p.sites, name)
    rows["hub"] = NONE
    return {"sites": rows, "site_areas": p.sites.areas}


def _network_tables(p: Problem, params: LayoutParams) -> dict[str, np.ndarray]:
    models = np.zeros(p.n_models, dtype=MODEL)
    for name in (
        *("hub_led", "minimum", "maximum", "target_min", "target_max", "price", "cost", "setup"),
        *("count_min", "count_max", "patients_min", "patients_max", "contiguous", "partners_min"),
    ):
        models[name] = getattr(p.models, name)
    roles = np.zeros(p.n_roles, dtype=ROLE)
    for name in ("hub_ratio", "network_ratio", "hire_cost", "market", "whole_fte"):
        roles[name] = getattr(p.roles, name)
    candidates = np.zeros(p.n_candidates, dtype=CANDIDATE)
    for name in ("model", "site", "hospital", "practices_max"):
        candidates[name] = getattr(p.candidates, name)
    candidates["maximum"] = np.where(_less_than_model(p), p.candidates.maximum, NO_LIMIT)
    candidates["network"] = NONE
    near, km = np.nonzero(np.isfinite(p.candidates.partner_km)), p.candidates.partner_km
    nearest = np.lexsort((km[near], near[0]))
    first = np.searchsorted(near[0], np.arange(p.n_candidates + 1))
    candidates["partner_start"], candidates["partner_end"] = first[:-1], first[1:]
    candidate_at = np.full((p.n_models, p.n_sites), NONE, dtype=np.int64)
    at_site = np.flatnonzero(p.candidates.site >= 0)
    candidate_at[p.candidates.model[at_site], p.candidates.site[at_site]] = at_site
    lead_start, leads = _hospital_leads(p, params.nearest_leads)
    around = np.lexsort((p.links.km, p.links.column))
    return {
        **_limits(p),
        "models": models,
        "roles": roles,
        "candidates": candidates,
        "candidate_at": candidate_at,
        "candidate_of": _leads_of_hospitals(p),
        "hospitals": np.zeros(len(p.hospitals.ids), dtype=HOSPITAL),
        "hospital_fte": p.hospitals.fte,
        "partners": np.append(near[1][nearest], NONE),
        "wanting": np.zeros(p.n_candidates, dtype=np.int64),
        "lead_fte": p.candidates.lead_fte,
        "link": _dense(p.links),
        "crossing": _dense(p.crossings, missing=0.0) if len(p.crossings) else np.zeros((0, 0)),
        "lead_start": lead_start,
        "leads": leads,
        "around_start": np.searchsorted(p.links.column[around], np.arange(p.n_candidates + 1)).astype(np.int64),
        "around": np.append(p.links.row[around], NONE),
    }


def _limits(p: Problem) -> dict[str, np.ndarray]:
    limits = p.network.limits
    rows = np.zeros(len(limits.rules), dtype=LIMIT)
    rows["low"], rows["high"] = limits.low, limits.high
    of_patients = limits.patients.any(axis=1)
    rows["unit"] = np.where(limits.in_pounds, IN_POUNDS, np.where(of_patients, IN_PATIENTS, COUNTED))
    return {"limits": rows, "limit_networks": limits.networks, "limit_patients": limits.patients}


def _less_than_model(p: Problem) -> BoolArray:
    """[C] whether a hospital takes on fewer patients than a network of the model can have."""
    return np.asarray(p.candidates.maximum < p.models.maximum[p.candidates.model])


def _leads_of_hospitals(p: Problem) -> IntArray:
    """[H, K] hospital-led candidate of each hospital, NONE = cannot; a hub of its own ties it to what that leads."""
    led = np.flatnonzero((p.candidates.hospital >= 0) & ~p.models.hub_led[p.candidates.model])
    found = np.full((len(p.hospitals.ids), p.n_models), NONE, dtype=np.int64)
    found[p.candidates.hospital[led], p.candidates.model[led]] = led
    return found


def _hospital_leads(p: Problem, most: int) -> tuple[IntArray, IntArray]:
    """Nearest hospital candidates per (site, model): (start [m * K + 1], candidates)."""
    by_hospital = p.links.where(~p.models.hub_led[p.candidates.model[p.links.column]])
    row = by_hospital.row * max(1, p.n_models) + p.candidates.model[by_hospital.column]
    order = np.lexsort((by_hospital.km, row))
    row, column = row[order], by_hospital.column[order]
    start = np.searchsorted(row, np.arange(p.n_sites * max(1, p.n_models) + 1))
    rank = np.arange(len(row)) - start[row]
    keep = rank < most
    row, column = row[keep], column[keep]
    return np.searchsorted(row, np.arange(len(start))).astype(np.int64), np.append(column, NONE)


def _state_tables(p: Problem) -> dict[str, np.ndarray]:
    n_hubs = p.n_practices + 4  # slots; a recombination may need a few beyond one per practice
    n_networks = n_hubs if p.n_candidates else 0  # more than there are leads: a network may want for one
    hubs = np.zeros(n_hubs, dtype=HUB)
    hubs["first"] = hubs["site"] = hubs["continues"] = hubs["network"] = NONE
    networks = np.zeros(n_networks, dtype=NETWORK)
    networks["first"] = networks["model"] = networks["lead"] = NONE
    # each practice of a unit can move all of it
    together = p.practices.together[p.practices.together >= 0]
    most_moves = p.n_practices + int((np.bincount(together) ** 2).sum())
    groups = np.zeros(max(1, len(p.group_ids)), dtype=GROUP)
    groups["hub"] = NONE
    return {
        "hubs": hubs,
        "networks": networks,
        "groups": groups,
        "hub_roles": np.zeros((n_hubs, p.n_roles), dtype=HUB_ROLE),
        "hub_distances": np.zeros((n_hubs, len(p.distances.subjects)), dtype=HUB_DISTANCE),
        "network_roles": np.zeros((n_networks, p.n_roles), dtype=NETWORK_ROLE),
        "moved": np.zeros(4 * most_moves + 8, dtype=MOVED),
        "moved_hubs": np.zeros(4 * n_hubs + 8, dtype=MOVED),
        "touched_hubs": np.zeros(n_hubs, dtype=np.int64),
        "touched_networks": np.zeros(n_networks, dtype=np.int64),
        "free_hubs": np.arange(n_hubs - 1, -1, -1, dtype=np.int64),
        "free_networks": np.arange(n_networks - 1, -1, -1, dtype=np.int64),
        **{name: np.zeros(p.n_practices + 4, dtype=np.int64) for name in ("pool", "chosen", "seeds", "loads", "focus")},
        "best_site_of": np.full(p.n_practices, NONE, dtype=np.int64),
        "best_network_of": np.full(p.n_sites, NONE, dtype=np.int64),
        "best_is_open": np.zeros(p.n_sites, dtype=np.int64),
    }


def _penalties(p: Problem, travel: FloatArray, params: LayoutParams) -> tuple[float, float]:
    """(step, per patient): the scale of a typical hub's cost and of a typical cost per patient."""
    hub_size = max(1.0, (p.hub.target_min + min(p.hub.target_max, p.total_patients)) / 2)
    n_hubs = max(1.0, min(p.total_patients / hub_size, p.hub.count_max))
    usual = np.sort(travel, axis=0)[: max(params.fewest_usual_sites, int(p.n_sites / n_hubs))]
    finite = np.isfinite(usual)
    mean = np.where(finite, usual, 0.0).sum(axis=0) / np.maximum(1, finite.sum(axis=0))
    total = float(mean.sum()) + n_hubs * (float(p.sites.cost.mean()) if p.n_sites else 0.0)
    total += forgone_dividend(p) + float(p.practices.move_cost.sum()) / 4
    total = max(total, 1.0)
    per_patient = params.patient_penalty * total / max(1, p.total_patients)
    return params.step_share * total / n_hubs, max(p.hub.price, per_patient)
