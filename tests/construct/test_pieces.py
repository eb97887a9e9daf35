"""Pieces of hubs and networks as compiled code counts them, against a count over arrays and against verification."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from instances import Instance
from optimizer.construct.layout import make_world
from optimizer.construct.pieces import strays_of_hub, strays_of_network
from optimizer.construct.world import entry, link_hub, link_practice
from optimizer.model.neighbours import neighbour_graph
from optimizer.model.pieces import strays
from optimizer.model.problem import Problem
from optimizer.verify.neighbours import Neighbours


@entry
def fill(w: Any, hub_of: Any, network_of: Any) -> Any:
    for i in range(w.n_practices):
        if hub_of[i] >= 0:
            link_practice(w, i, hub_of[i])
    for hub in range(len(network_of)):
        if network_of[hub] >= 0:
            link_hub(w, hub, network_of[hub])


@entry
def count_hub(w: Any, hub: Any) -> Any:
    return strays_of_hub(w, hub)


@entry
def count_network(w: Any, network: Any) -> Any:
    return strays_of_network(w, network)


def archipelago(n: int = 24) -> Instance:
    """Two rows of practices and an island of three."""
    places = [(k % 12 * 1.0, k // 12 * 1.1) for k in range(n - 3)] + [(40.0 + k, 0.0) for k in range(3)]
    return Instance.model_validate(
        {
            "practices": [{"id": f"p{k}", "patients": 3_000, "x_km": x, "y_km": y} for k, (x, y) in enumerate(places)],
            "care_model": [{"id": "M", "lead": "hub"}],
            "hub": {"max_km": 15, "contiguous": True},
        }
    )


@pytest.fixture(scope="module")
def problem() -> Problem:
    from optimizer.model.build import build_problem

    return build_problem(archipelago())


@pytest.mark.parametrize("seed", range(20))
def test_pieces(problem: Problem, seed: int) -> None:
    random, n = np.random.default_rng(seed), problem.n_practices
    hub_of, network_of = random.integers(-1, 4, n), random.integers(-1, 2, 4)
    owner = make_world(problem, seed=0)  # of the memory
    world = owner.record
    fill(world, hub_of, network_of)
    inside = np.flatnonzero(hub_of >= 0)
    expected = strays(problem.practices, hub_of[inside], inside, 4)
    assert [count_hub(world, hub) for hub in range(4)] == expected.tolist()
    network = np.where(hub_of >= 0, network_of[hub_of], -1)
    inside = np.flatnonzero(network >= 0)
    expected = strays(problem.practices, network[inside], inside, 2)
    assert [count_network(world, t) for t in range(2)] == expected.tolist()
    judge = Neighbours(archipelago())
    for t in range(2):
        members = [problem.practices.ids[i] for i in np.flatnonzero(network == t)]
        assert len(judge.strays(members)) == expected[t]


def test_the_island_is_one(problem: Problem) -> None:
    assert neighbour_graph(archipelago()).n_components == 2
    assert len(np.unique(problem.practices.island)) == 2
