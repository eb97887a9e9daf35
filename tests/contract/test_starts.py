"""Starts: taken up, refused, never lost."""

from __future__ import annotations

import contract_models as models
import numpy as np
import pytest
from contract_backend import Backend

from optimizer.model.backend import Capability, Limit, Reason


def test_complete_start_is_used(backend: Backend) -> None:
    backend.needs(Capability.WARM_START)
    model, planted = models.market_split()
    result = backend.solve(model, planted, time_limit=1.0)
    assert result.start_used is True
    assert result.objective is not None
    assert result.objective <= model.objective(planted)


def test_infeasible_start_is_told(backend: Backend) -> None:
    model = models.knapsacks(3, 20)
    result = backend.solve(model, np.ones(20))
    assert result.reason is Reason.OPTIMAL
    assert result.start_used is False
    assert any("start" in warning for warning in result.warnings)


def test_start_survives_a_short_limit(backend: Backend) -> None:
    model = models.knapsacks(30, 250)
    start = backend.solve(model, time_limit=1.0).x
    assert start is not None
    result = backend.solve(model, start, time_limit=0.1)
    assert (result.reason, result.limit) == (Reason.FEASIBLE, Limit.TIME)
    assert result.objective is not None
    assert result.objective >= model.objective(start) - 1e-6


def test_start_of_a_mixed_model(backend: Backend) -> None:
    model, optimum = models.mixed()
    result = backend.solve(model, np.array([1.0, 0, 2.0, 0, 0.5, 0]))
    assert result.reason is Reason.OPTIMAL
    assert result.objective == pytest.approx(optimum)
