"""Sketches: what a master's optimum is near to, as a start for the search."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from columns_support import converged
from random_instances import random_instance

import instances
from instances import Instance
from optimizer.construct import construct
from optimizer.model.arrays import NONE
from optimizer.model.build import build_problem
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from solvers.columns.branching import Fractions
from solvers.columns.clusters import Clusters, clustered
from solvers.columns.exchange import sketch_of
from solvers.columns.node import Node, root_node


def hamlet() -> Problem:
    return build_problem(Instance.read(Path(instances.__file__).parent / "data" / "hamlet"))


def as_optimum(node: Node, clusters: Clusters, plan: Solution) -> Fractions:
    """Of a plan; one lead a cluster."""
    p = node.problem
    in_slot, networks = np.zeros((p.n_sites, len(node.slots) + 1)), np.zeros(len(clusters))
    for site in np.flatnonzero(plan.is_open):
        lead = plan.network_of[site]
        in_slot[site, p.candidates.model[lead] if lead != NONE else len(node.slots)] = 1.0
    for c, leads in enumerate(clusters.leads):
        networks[c] = float(leads[0] in plan.network_of)
    return Fractions(in_slot, (plan.site_of[p.reach.row] == p.reach.column).astype(np.float64), networks)


def problems() -> list[Problem]:
    return [hamlet(), *(build_problem(random_instance(seed, 12)) for seed in range(2, 6))]


@pytest.mark.parametrize("which", range(5))
def test_of_a_whole_optimum_it_is_the_plan(which: int) -> None:
    problem = problems()[which]
    plan = construct(problem, seed=1, time_limit=60.0)
    if plan is None:
        pytest.skip("no plan was constructed")
    node = root_node(problem)
    clusters = clustered(node, problem.n_candidates)
    used = np.unique(plan.network_of[plan.network_of != NONE])
    counts = np.bincount(problem.candidates.model[used], minlength=problem.n_models)
    node = node.with_counts(counts)
    sketch = sketch_of(node, clusters, as_optimum(node, clusters, plan))
    np.testing.assert_array_equal(sketch.site_of, plan.site_of)
    np.testing.assert_array_equal(sketch.is_open, plan.is_open)
    assert set(sketch.network_of.tolist()) <= {*plan.network_of.tolist(), NONE}
    model = np.append(problem.candidates.model, NONE)
    np.testing.assert_array_equal(model[sketch.network_of], model[plan.network_of])


@pytest.mark.parametrize("clusters", [1, 4])
def test_of_a_divided_optimum_it_is_within_reach_and_has_the_networks_of_the_node(clusters: int) -> None:
    root = root_node(hamlet())
    counts = converged(root).counts
    node = root.with_counts(counts.counts[counts.weakest].astype(np.int64))
    ascent = converged(node, clusters)
    optimum = ascent.fractions()
    assert optimum is not None
    halves = replace(optimum, inside=0.5 * optimum.inside)
    for fractions in (optimum, halves):
        sketch = sketch_of(node, ascent.pricer.clusters, fractions)
        inside = np.flatnonzero(sketch.site_of != NONE)
        assert len(inside)
        assert (node.problem.reach.index_of(inside, sketch.site_of[inside]) >= 0).all()
        assert set(sketch.site_of[inside].tolist()) == set(np.flatnonzero(sketch.is_open).tolist())
        joined = np.flatnonzero(sketch.network_of != NONE)
        assert sketch.is_open[joined].all()
        assert (node.problem.links.index_of(joined, sketch.network_of[joined]) >= 0).all()
        for slot in node.slots:
            assert len(set(sketch.network_of[joined].tolist()) & set(slot.leads)) <= slot.high
