"""What arrays say that a solution costs, as a whole and piece by piece, is what verification says of its plan."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from random_instances import random_instance
from solutions import hubs_of, scattered

from instances import Instance
from optimizer.model.build import build_problem
from optimizer.model.consequences import required_hires, to_plan
from optimizer.model.objective import objective
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from optimizer.model.terms import forgone_dividend, independence, network_size
from optimizer.verify import verify


def drawn() -> Iterator[tuple[Instance, Problem, Solution]]:
    """Most of them break rules, which changes no price."""
    for seed in range(30):
        instance = random_instance(seed, 10)
        problem = build_problem(instance)
        rng = np.random.default_rng(seed)
        for _ in range(10):
            yield instance, problem, scattered(problem, rng)


def in_pieces(p: Problem, s: Solution) -> float:
    """Hub by hub, practice by practice, network by network, as programs over whole hubs add it up."""
    hubs, site = hubs_of(p, s), np.flatnonzero(s.is_open & (s.network_of >= 0))
    used, network = np.unique(s.network_of[site], return_inverse=True)
    model = p.candidates.model[used]
    patients = hubs.patients[np.searchsorted(hubs.site, site)]
    below, above = network_size(p, model, np.bincount(network, weights=patients, minlength=len(used)))
    cost = hubs.cost.sum() + independence(p)[s.site_of < 0].sum()
    cost += p.links.cost[p.links.index_of(site, s.network_of[site])].sum()
    cost += (p.models.cost[model] + p.models.price[model] * (below + above)).sum()
    cost += (required_hires(p, s)[1] @ p.roles.hire_cost).sum()
    return float(cost + forgone_dividend(p))


def test_a_solution_costs_what_its_plan_costs() -> None:
    for instance, problem, solution in drawn():
        exact = float(verify(instance, to_plan(problem, solution)).objective)
        assert objective(problem, solution) == pytest.approx(exact, rel=1e-9)


def test_its_pieces_cost_as_much() -> None:
    for _, problem, solution in drawn():
        assert in_pieces(problem, solution) == pytest.approx(objective(problem, solution), rel=1e-9)


def test_every_term_is_met() -> None:
    met: set[str] = set()
    for instance, problem, solution in drawn():
        terms = verify(instance, to_plan(problem, solution)).terms
        met |= {name for name, value in terms.items() if value > 0}
    assert met == set(terms)
