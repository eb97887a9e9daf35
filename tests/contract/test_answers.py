"""What is found and proven on models with known answers."""

from __future__ import annotations

import contract_models as models
import numpy as np
import pytest
from contract_backend import Backend

from optimizer.model.backend import Capability, Ending, Limit, Reason


@pytest.mark.parametrize(("maximise", "offset"), [(False, 0.0), (False, 1000.0), (True, 1000.0)])
def test_optimum_and_bound(backend: Backend, maximise: bool, offset: float) -> None:
    model = models.knapsacks(3, 16, maximise=maximise, offset=offset)
    result = backend.solve(model)
    assert result.reason is Reason.OPTIMAL
    assert result.limit is None
    assert result.objective == pytest.approx(models.by_enumeration(model), rel=1e-9)
    assert result.bound == pytest.approx(result.objective, rel=1e-6)
    assert result.warnings == ()
    assert result.native_status
    assert result.versions
    assert result.ending is Ending.COMPLETED


def test_mixed_model(backend: Backend) -> None:
    model, optimum = models.mixed()
    result = backend.solve(model)
    assert result.reason is Reason.OPTIMAL
    assert result.objective == pytest.approx(optimum, rel=1e-9)
    assert result.bound == pytest.approx(optimum, rel=1e-6)


def test_lp_infeasible(backend: Backend) -> None:
    assert backend.solve(models.lp_infeasible()).reason is Reason.INFEASIBLE


def test_integer_infeasible(backend: Backend) -> None:
    assert backend.solve(models.integer_infeasible()).reason is Reason.INFEASIBLE


def test_unbounded(backend: Backend) -> None:
    result = backend.solve(models.unbounded())
    if backend.can(Capability.UNBOUNDED):
        assert result.reason is Reason.UNBOUNDED
    else:
        assert result.reason is Reason.ERROR
        assert "bound" in result.message


def test_empty_model(backend: Backend) -> None:
    result = backend.solve(models.empty())
    assert result.reason is Reason.OPTIMAL
    assert result.objective == result.bound == 4.0


def test_model_without_rows(backend: Backend) -> None:
    result = backend.solve(models.model([-2, 1], [], [], [], [0.5, 0], [3.5, 1], [True, False]))
    assert result.reason is Reason.OPTIMAL
    assert result.objective == -6.0


def test_objective_of_nothing(backend: Backend) -> None:
    result = backend.solve(models.model([0, 0], [[1, 1]], [1], [1], [0, 0], [1, 1], offset=7.0))
    assert result.reason is Reason.OPTIMAL
    assert result.objective == 7.0
    assert result.bound == pytest.approx(7.0, rel=1e-6)


def test_time_limit_with_solution(backend: Backend) -> None:
    model = models.knapsacks(30, 250)
    result = backend.solve(model, time_limit=1.5)
    assert (result.reason, result.limit) == (Reason.FEASIBLE, Limit.TIME)
    assert result.ending is Ending.COMPLETED
    assert result.solve_s < 15  # ended by itself or from outside, on a busy machine, too
    if backend.can(Capability.BOUND):
        assert result.bound is not None
        assert result.objective is not None
        assert result.objective < result.bound < 1.2 * result.objective


def test_time_limit_without_solution(backend: Backend) -> None:
    model, _ = models.market_split()
    result = backend.solve(model, time_limit=1.0)
    assert (result.reason, result.limit) == (Reason.NO_SOLUTION, Limit.TIME)
    assert result.x is None
    assert result.objective is None
    if result.bound is not None:
        assert 0 <= result.bound < model.cost.sum()


def test_relative_gap_stop(backend: Backend) -> None:
    backend.needs(Capability.REL_GAP)
    model = models.knapsacks(10, 100)
    result = backend.solve(model, rel_gap=0.05)
    assert (result.reason, result.limit) == (Reason.OPTIMAL, Limit.GAP)
    assert result.objective is not None
    assert result.bound is not None
    assert 1e-6 < (result.bound - result.objective) / result.objective <= 0.05


def test_absolute_gap_stop(backend: Backend) -> None:
    backend.needs(Capability.ABS_GAP)
    result = backend.solve(models.knapsacks(10, 100), abs_gap=2000.0)
    assert (result.reason, result.limit) == (Reason.OPTIMAL, Limit.GAP)
    assert result.objective is not None
    assert result.bound is not None
    assert 1.0 < result.bound - result.objective <= 2000.0


def test_node_limit(backend: Backend) -> None:
    backend.needs(Capability.NODE_LIMIT)
    result = backend.solve(models.knapsacks(10, 100), node_limit=5)
    assert (result.reason, result.limit) == (Reason.FEASIBLE, Limit.NODE)
    assert result.nodes is not None
    assert result.nodes <= 20  # some count a few more before they look
    assert result.bound is not None


def test_large_numbers_stay_exact(backend: Backend) -> None:
    """Objectives of a country are around 1e9; "optimal" has to mean 1e-6 there, too."""
    random = np.random.default_rng(3)
    cost = np.round(random.uniform(1e6, 5e7, 30), 2)
    rows = np.ones((1, 30))
    model = models.model(cost, rows, [10], [np.inf], np.zeros(30), np.ones(30), offset=1e9)
    result = backend.solve(model)
    assert result.reason is Reason.OPTIMAL
    assert result.objective == pytest.approx(1e9 + np.sort(cost)[:10].sum(), abs=0.01)
