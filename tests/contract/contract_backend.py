"""A backend as the contract tests see it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from optimizer.model.arrays import FloatArray
from optimizer.model.backend import Capability, SolveOptions
from optimizer.model.mip import MipModel
from solvers.mip.solver import MipResult, MipSolver


@dataclass
class Recorder:
    """What was streamed."""

    incumbents: list[tuple[FloatArray, float]] = field(default_factory=list)
    bounds: list[float] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    on_incumbent: Callable[[], Any] | None = None

    def incumbent(self, x: FloatArray, objective: float) -> None:
        self.incumbents.append((x, objective))
        if self.on_incumbent is not None:
            self.on_incumbent()

    def bound(self, value: float) -> None:
        self.bounds.append(value)

    def log(self, text: str) -> None:
        self.lines.append(text)


@dataclass(frozen=True)
class Backend:
    """A backend under test."""

    solver: MipSolver

    @property
    def id(self) -> str:
        return self.solver.info.id

    def can(self, capability: Capability) -> bool:
        return capability in self.solver.info.capabilities

    def needs(self, *capabilities: Capability) -> None:
        missing = [capability for capability in capabilities if not self.can(capability)]
        if missing:
            pytest.skip(f"{self.id} does not claim {', '.join(missing)}")

    def solve(
        self,
        model: MipModel,
        x0: FloatArray | None = None,
        events: Recorder | None = None,
        *,
        on_unsupported: str = "error",
        **options: Any,
    ) -> MipResult:
        """Solves on one thread unless told otherwise; every result has to be consistent in itself."""
        options = {"threads": 1, "time_limit": 20.0, **options, "on_unsupported": on_unsupported}
        result = self.solver.solve_mip(model, SolveOptions(**options), x0, events)
        check_consistent(model, result)
        return result


def check_consistent(model: MipModel, result: MipResult) -> None:
    has_plan = result.reason in ("optimal", "feasible")
    assert (result.x is not None) == has_plan
    assert (result.objective is not None) == has_plan
    if result.x is not None and result.objective is not None:
        assert model.violation(result.x) <= 1e-6
        assert result.objective == pytest.approx(model.objective(result.x))
        if result.bound is not None:
            sign = -1 if model.maximise else 1
            assert sign * (result.objective - result.bound) >= 0
