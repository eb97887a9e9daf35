"""Bounds by relaxed hubs against every plan of small median problems; the climb over them against linear programs."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import linprog

from instances.literature import read_cpmp
from optimizer.model.arrays import FloatArray
from optimizer.model.build import build_problem
from optimizer.model.problem import Problem
from solvers.columns.clusters import one_a_slot
from solvers.columns.lagrangian import Pricer, RelaxedEvaluation
from solvers.columns.node import root_node
from solvers.columns.prices import no_prices
from solvers.columns.subgradient import Subgradient

SETTINGS: tuple[list[str], ...] = ([], ["hub.count_min=1", "hub.count_max=3"], ["hub.min=14"])


def median_problem(folder: Path, seed: int, n: int, medians: int, settings: list[str]) -> Problem:
    rng = np.random.default_rng(seed)
    demand = rng.integers(1, 12, n)
    capacity = int(1.3 * demand.sum() / medians) + 1
    places = rng.integers(0, 60, (n, 2))
    nodes = [f"{x} {y} {capacity} {d}" for (x, y), d in zip(places.tolist(), demand.tolist(), strict=True)]
    file = folder / "median.txt"
    file.write_text("\n".join([f"{n} {medians}", *nodes]) + "\n")
    return build_problem(read_cpmp(file).instance.with_settings(settings))


def pricer_of(p: Problem) -> Pricer:
    node = root_node(p)
    return Pricer(node, one_a_slot(node), threads=1)


def relaxed(pricer: Pricer, prices: FloatArray) -> RelaxedEvaluation:
    evaluation = pricer.relax(no_prices(pricer.node.problem, prices, pricer.clusters), lambda: False)
    assert evaluation is not None
    return evaluation


def random_prices(p: Problem, rng: np.random.Generator) -> FloatArray:
    return np.asarray(rng.uniform(0.0, 2.0 * p.reach.cost.mean(), p.n_practices))


def travel_of(p: Problem) -> FloatArray:
    """[n, m] of each pair; all are in reach."""
    travel = np.zeros((p.n_practices, p.n_sites))
    travel[p.reach.row, p.reach.column] = p.reach.cost
    return travel


def least_cost(p: Problem) -> float:
    """Of all plans."""
    travel, patients, least = travel_of(p), p.practices.patients, np.inf
    for homes in product(range(p.n_sites), repeat=p.n_practices):
        load = np.bincount(homes, weights=patients, minlength=p.n_sites)
        used = load > 0
        fits = (load <= p.sites.capacity).all() and (load[used] >= p.sites.minimum[used]).all()
        if fits and p.hub.count_min <= used.sum() <= p.hub.count_max:
            least = min(least, float(travel[np.arange(p.n_practices), homes].sum()))
    return least


def linear_bound(p: Problem) -> float:
    """Of the compact model with practices at open sites only, x_ij <= y_j, and loads within their capacities."""
    n, m, patients = p.n_practices, p.n_sites, p.practices.patients.astype(float)
    once = np.hstack([np.kron(np.eye(n), np.ones(m)), np.zeros((n, m))])
    count = np.append(np.zeros(n * m), np.ones(m))[None, :]
    linked = np.hstack([np.eye(n * m), -np.tile(np.eye(m), (n, 1))])
    load = np.hstack([np.kron(patients, np.eye(m)), -np.diag(p.sites.capacity.astype(float))])
    optimum = linprog(
        np.append(travel_of(p).ravel(), np.zeros(m)),
        A_ub=np.vstack([linked, load]),
        b_ub=np.zeros(n * m + m),
        A_eq=np.vstack([once, count]),
        b_eq=np.append(np.ones(n), p.hub.count_min),
        bounds=(0, 1),
    )
    assert optimum.fun is not None
    return float(optimum.fun)


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda s: ",".join(s) or "as it is")
def test_no_plan_costs_less_than_relaxed_hubs_tell(tmp_path: Path, settings: list[str]) -> None:
    for seed in range(3):
        p = median_problem(tmp_path, seed, 6, 2, settings)
        pricer, rng, least = pricer_of(p), np.random.default_rng(seed), least_cost(p)
        assert np.isfinite(least)
        for _ in range(20):
            assert relaxed(pricer, random_prices(p, rng)).value <= least


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda s: ",".join(s) or "as it is")
def test_the_exact_bound_of_the_same_prices_is_no_lower(tmp_path: Path, settings: list[str]) -> None:
    p = median_problem(tmp_path, 5, 12, 3, settings)
    pricer, rng = pricer_of(p), np.random.default_rng(5)
    for _ in range(20):
        evaluation = relaxed(pricer, random_prices(p, rng)).evaluation
        exact = pricer.evaluate(evaluation.prices, 1_000_000, lambda: False)
        assert exact is not None
        assert evaluation.constant <= exact.constant + 1e-6


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda s: ",".join(s) or "as it is")
def test_the_bound_rises_nowhere_faster_than_its_direction_tells(tmp_path: Path, settings: list[str]) -> None:
    p = median_problem(tmp_path, 7, 12, 3, settings)
    pricer, rng = pricer_of(p), np.random.default_rng(7)
    for _ in range(20):
        here, there = random_prices(p, rng), random_prices(p, rng)
        at = relaxed(pricer, here)
        assert relaxed(pricer, there).value <= at.value + at.uncovered @ (there - here) + 1e-3


@pytest.mark.parametrize("target", [1.05, np.inf])
def test_the_climb_ends_near_the_linear_program(tmp_path: Path, target: float) -> None:
    for seed in range(3):
        p = median_problem(tmp_path, seed, 20, 4, [])
        pricer, bound = pricer_of(p), linear_bound(p)
        starts = [no_prices(p, np.zeros(p.n_practices), pricer.clusters)]
        climb = Subgradient(pricer, starts, usual=bound)
        while not climb.finished:
            assert climb.advance(target * bound, lambda: False)
        assert climb.best is not None
        assert 0.98 * bound <= climb.best.value <= bound + 1e-6


def test_a_climb_that_is_stopped_keeps_what_it_has(tmp_path: Path) -> None:
    p = median_problem(tmp_path, 1, 20, 4, [])
    pricer = pricer_of(p)
    climb = Subgradient(pricer, [no_prices(p, np.zeros(p.n_practices), pricer.clusters)], usual=100.0)
    assert climb.advance(np.inf, lambda: False)
    best = climb.best
    assert not climb.advance(np.inf, lambda: True)
    assert climb.best is best
