"""Pricing against a brute force over all sets of members, on the hand-made instance with random duals."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

import instances
from instances import Instance
from optimizer.build import build_problem
from optimizer.problem import Problem
from solvers.columns.lagrangian import EVERY_LEAF, Pricer
from solvers.columns.layout import NONE
from solvers.columns.pool import Column, Pool
from solvers.columns.pricing import Duals, price_sites

HAMLET = Path(instances.__file__).parent / "data" / "hamlet"
SETTINGS = (
    [],
    ["hub.host_is_member=false"],
    ["hub.max=14000", "hub.target_max=12000", "hub.target_min=10000"],
    ["role.gp.min_per_10k=6.0", "policy.consent=false"],
)


def random_duals(problem: Problem, rng: np.random.Generator) -> Duals:
    patients = problem.practices.patients
    return Duals(
        practice=patients * rng.uniform(5.0, 45.0, len(patients)),
        group=-rng.uniform(0.0, 20_000.0, len(problem.group_ids)),
        patient=np.append(rng.uniform(-12.0, 4.0, problem.n_models), 0.0),
        hire=problem.roles.hire_cost * rng.uniform(1.0, 1.5),
        hub=float(rng.uniform(-10_000.0, 10_000.0)),
    )


def reduced_cost(pool: Pool, column: Column, duals: Duals) -> float:
    """From the column's own price, which shares no code with the kernels."""
    p = pool.problem
    cost, patients, hires = pool.price(column)
    cost += float((hires * (duals.hire - p.roles.hire_cost)).sum()) + duals.hub
    cost -= float(duals.practice[list(column.members)].sum())
    if column.group != NONE:
        cost -= float(duals.group[column.group])
    if column.model != NONE:
        cost += (float(duals.patient[column.model]) + p.network.dividend) * patients
    return cost


def is_hub(pool: Pool, column: Column) -> bool:
    p, members = pool.problem, np.array(column.members)
    if (p.reach.index_of(members, np.full(len(members), column.site)) < 0).any():
        return False
    if p.host[column.site] >= 0 and p.host[column.site] not in column.members:
        return False
    if column.model != NONE:
        linked = np.isfinite(pool.layout.coordination[column.site, column.model])
        if not linked or p.practices.refuses[members, column.model].any():
            return False
    patients = int(p.practices.patients[members].sum())
    most = int(p.sites.capacity[column.site])
    if len(members) > 1:
        most = min(most, p.hub.maximum)
    return int(p.sites.minimum[column.site]) <= patients <= most


def brute_force(pool: Pool, site: int, duals: Duals) -> float:
    p = pool.problem
    least = 0.0
    near = p.reach.row[p.reach.column == site].tolist()
    for size in range(1, len(near) + 1):
        for members in combinations(near, size):
            for model in range(NONE, p.n_models):
                if not is_hub(pool, Column(site, model, NONE, members)):
                    continue
                for group in range(NONE, len(p.group_ids)):
                    least = min(least, reduced_cost(pool, Column(site, model, group, members), duals))
    return least


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda s: ",".join(s) or "as it is")
def test_the_least_reduced_cost_of_every_site_is_found(settings: list[str]) -> None:
    problem = build_problem(Instance.read(HAMLET).with_settings(settings))
    pricer = Pricer(problem, threads=1)
    pool = Pool(problem, pricer.layout)
    rng = np.random.default_rng(len(settings))
    for _ in range(3):
        duals = random_duals(problem, rng)
        found, share = pricer.found, np.zeros((problem.n_sites, problem.n_models + 1))
        price_sites(pricer.layout, duals, share, np.arange(problem.n_sites), EVERY_LEAF, 1_000_000, found)
        for site in rng.choice(problem.n_sites, 3, replace=False).tolist():
            assert found.bound[site] == pytest.approx(brute_force(pool, site, duals), abs=1e-3)
        for column in pricer.columns():
            assert is_hub(pool, column)
            best = min(reduced_cost(pool, c, duals) for c in pricer.columns() if c.site == column.site)
            assert best == pytest.approx(found.bound[column.site], abs=1e-3)


def test_a_search_cut_short_bounds_from_below() -> None:
    problem = build_problem(Instance.read(HAMLET))
    pricer = Pricer(problem, threads=1)
    sites = np.arange(problem.n_sites)
    rng = np.random.default_rng(7)
    for _ in range(5):
        duals = random_duals(problem, rng)
        bounds = []
        for most_nodes in (1, 5, 1_000_000):
            share = np.zeros((problem.n_sites, problem.n_models + 1))
            price_sites(pricer.layout, duals, share, sites, EVERY_LEAF, most_nodes, pricer.found)
            bounds.append(pricer.found.bound.copy())
        assert (bounds[0] <= bounds[2] + 1e-3).all()
        assert (bounds[1] <= bounds[2] + 1e-3).all()
