"""Pricing against a brute force over all sets of members, on the hand-made instance with random duals."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

import instances
from instances import Instance
from optimizer.model.arrays import NONE
from optimizer.model.build import build_problem
from optimizer.model.columns import Column, Columns
from optimizer.model.problem import Problem
from solvers.columns.clusters import one_a_slot
from solvers.columns.kernels.hub_costs import Duals
from solvers.columns.kernels.pricing import Priced, price_sites
from solvers.columns.kernels.relaxed_hubs import relax_sites
from solvers.columns.lagrangian import EVERY_SEARCH, Pricer
from solvers.columns.layout import make_layout
from solvers.columns.node import root_node

HAMLET = Path(instances.__file__).parent / "data" / "hamlet"
SETTINGS = (
    [],
    ["hub.host_is_member=false"],
    ["hub.max=14000", "hub.target_max=12000", "hub.target_min=10000"],
    ["role.gp.min_per_10k=6.0", "policy.consent=false"],
    ["role.gp.whole_fte=true", "role.gp.min_per_10k=4.0"],
)


CUTS = np.array(  # practices: any of them in several cuts, and many cuts among those near each other
    [
        [0, 1, 2],
        [1, 4, 5],
        [3, 6, 9],
        [0, 2, 4],
        [2, 5, 7],
        [6, 8, 9],
        [1, 2, 3],
        [0, 5, 8],
        [4, 7, 8],
        [3, 5, 6],
        [7, 9, 10],
    ]
)


def random_duals(problem: Problem, rng: np.random.Generator) -> Duals:
    patients = problem.practices.patients
    order = np.argsort(CUTS.ravel(), kind="stable")
    return Duals(
        practice=patients * rng.uniform(5.0, 45.0, len(patients)),
        group=-rng.uniform(0.0, 20_000.0, len(problem.group_ids)),
        misfit=problem.practices.misfit_cost,
        patient=np.pad(rng.uniform(-12.0, 4.0, (problem.n_sites, problem.n_models)), ((0, 0), (0, 1))),
        entry=make_layout(root_node(problem), one_a_slot(root_node(problem))).coordination,
        hire=problem.roles.hire_cost * rng.uniform(1.0, 1.5),
        hub=float(rng.uniform(-10_000.0, 10_000.0)),
        cut=rng.uniform(0.0, 60_000.0, len(CUTS)),
        cut_first=np.searchsorted(CUTS.ravel()[order], np.arange(len(patients) + 1)),
        cut_of=order // 3,
    )


def price(pricer: Pricer, duals: Duals, most_searches: int, most_nodes: int) -> Priced:
    problem = pricer.node.problem
    pricer.found.bound[:] = 0.0
    share = np.zeros((problem.n_sites, problem.n_models + 1, problem.n_roles))
    sites = np.arange(problem.n_sites)
    price_sites(pricer.layout, duals, share, sites, most_searches, most_nodes, pricer.found)
    return pricer.found


def reduced_cost(p: Problem, column: Column, duals: Duals) -> float:
    """From the column's own cost, which shares no code with the kernels."""
    priced = Columns.of(p, [column])
    cost, patients, hires = float(priced.cost[0]), float(priced.patients[0]), priced.hires[0]
    cost += float((hires * (duals.hire - p.roles.hire_cost)).sum()) + duals.hub
    cost -= float(duals.practice[list(column.members)].sum())
    held = np.isin(CUTS, column.members).sum(axis=1) > 1
    cost += float(duals.cut[held].sum())
    if column.group != NONE:
        cost -= float(duals.group[column.group])
    if column.model != NONE:
        cost += (float(duals.patient[column.site, column.model]) + p.network.dividend) * patients
        cost += float(duals.entry[column.site, column.model])
    return cost


def is_hub(p: Problem, column: Column, duals: Duals) -> bool:
    members = np.array(column.members)
    if (p.reach.index_of(members, np.full(len(members), column.site)) < 0).any():
        return False
    if p.host[column.site] >= 0 and p.host[column.site] not in column.members:
        return False
    if column.model != NONE:
        linked = np.isfinite(duals.entry[column.site, column.model])
        if not linked or p.practices.barred[members, column.model].any():
            return False
    patients = int(p.practices.patients[members].sum())
    most = int(p.sites.capacity[column.site])
    if len(members) > 1:
        most = min(most, p.hub.maximum)
    return int(p.sites.minimum[column.site]) <= patients <= most


def brute_force(p: Problem, site: int, duals: Duals) -> float:
    least = 0.0
    near = p.reach.row[p.reach.column == site].tolist()
    for size in range(1, len(near) + 1):
        for members in combinations(near, size):
            for model in range(NONE, p.n_models):
                if not is_hub(p, Column(site, model, NONE, members), duals):
                    continue
                for group in range(NONE, len(p.group_ids)):
                    least = min(least, reduced_cost(p, Column(site, model, group, members), duals))
    return least


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda s: ",".join(s) or "as it is")
def test_the_least_reduced_cost_of_every_site_is_found(settings: list[str]) -> None:
    problem = build_problem(Instance.read(HAMLET).with_settings(settings))
    pricer = Pricer(root_node(problem), one_a_slot(root_node(problem)), threads=1)
    rng = np.random.default_rng(len(settings))
    for _ in range(3):
        duals = random_duals(problem, rng)
        found = price(pricer, duals, EVERY_SEARCH, 1_000_000)
        for site in rng.choice(problem.n_sites, 3, replace=False).tolist():
            assert found.bound[site] == pytest.approx(brute_force(problem, site, duals), abs=1e-3)
        columns, _ = pricer.columns()
        for column in columns:
            assert is_hub(problem, column, duals)
            best = min(reduced_cost(problem, c, duals) for c in columns if c.site == column.site)
            assert best == pytest.approx(found.bound[column.site], abs=1e-3)


def test_a_search_cut_short_bounds_from_below() -> None:
    problem = build_problem(Instance.read(HAMLET))
    pricer = Pricer(root_node(problem), one_a_slot(root_node(problem)), threads=1)
    rng = np.random.default_rng(7)
    for _ in range(5):
        duals = random_duals(problem, rng)
        bounds = []
        for most_nodes in (1, 5, 1_000_000):
            bounds.append(price(pricer, duals, EVERY_SEARCH, most_nodes).bound.copy())
        assert (bounds[0] <= bounds[2] + 1e-3).all()
        assert (bounds[1] <= bounds[2] + 1e-3).all()


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda s: ",".join(s) or "as it is")
def test_relaxed_hubs_cost_no_more_than_the_cheapest(settings: list[str]) -> None:
    problem = build_problem(Instance.read(HAMLET).with_settings(settings))
    pricer = Pricer(root_node(problem), one_a_slot(root_node(problem)), threads=1)
    rng, sites = np.random.default_rng(len(settings)), np.arange(problem.n_sites)
    for _ in range(5):
        duals = random_duals(problem, rng)
        least = price(pricer, duals, EVERY_SEARCH, 1_000_000).bound.copy()
        for share in rng.uniform(0.0, 1.0, (2, problem.n_sites, problem.n_models + 1, problem.n_roles)):
            relax_sites(pricer.layout, duals, share, sites, pricer.found)
            assert (np.minimum(0.0, pricer.found.bound) <= least + 1e-3).all()
