"""The child's side of a MIP solve: runs a backend, believes nothing unchecked, streams what it finds."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimizer.model.arrays import FloatArray
from optimizer.model.backend import Reason
from optimizer.model.mip import MipModel
from solvers.mip.backend import MipBackend, MipOutcome, MipSettings
from solvers.mip.check import Checked, Checker
from solvers.process.job import Bound, Line
from solvers.process.worker import resolve


@dataclass(frozen=True)
class MipTask:
    """The payload: which backend ("module:attribute") solves what. `start` has been checked by the parent."""

    backend: str
    model: MipModel
    settings: MipSettings
    start: FloatArray | None = None


class CheckedEmit:
    """Passes on incumbents that hold and are better than the last, and bounds that are tighter than the last."""

    def __init__(self, model: MipModel, emit: Callable[[object], None]) -> None:
        self._checker = Checker(model)
        self._emit = emit
        self._sign = -1.0 if model.maximise else 1.0
        self._lock = threading.Lock()
        self._bound: float | None = None
        self.first: float | None = None  # objective of the first incumbent
        self.best: Checked | None = None
        self.faults: list[str] = []

    def incumbent(self, x: FloatArray) -> None:
        with self._lock:
            checked = self._checker.check(x)
            if checked.fault:
                self.faults.append(checked.fault)
                return
            if self.first is None:
                self.first = checked.objective
            if self.best is not None and self._sign * (checked.objective - self.best.objective) >= 0:
                return
            self.best = checked
            self._emit(checked)

    def bound(self, value: float) -> None:
        if not np.isfinite(value) or abs(value) >= 1e20:
            return
        with self._lock:
            if self.best is not None and self._sign * (value - self.best.objective) > 1e-6 * max(1.0, abs(value)):
                self.faults.append(f"bound {value:.10g} beyond a solution of {self.best.objective:.10g}")
                return
            if self._bound is None or self._sign * (value - self._bound) > 0:
                self._bound = float(value)
                self._emit(Bound(self._bound))

    def log(self, text: str) -> None:
        self._emit(Line(text))


def run(task: MipTask, emit: Callable[[object], None]) -> MipOutcome:
    """What `worker.py` calls."""
    settings = replace(task.settings, started=time.monotonic())
    if not task.model.matrix.count_nonzero():
        return _solve_without_rows(task.model)
    backend: MipBackend = resolve(task.backend)
    checked = CheckedEmit(task.model, emit)
    outcome = backend(task.model, settings, task.start, checked)
    if outcome.x is not None:
        checked.incumbent(outcome.x)
    if outcome.bound is not None:
        checked.bound(outcome.bound)
    if outcome.infeasible_or_unbounded:
        outcome = _tell_infeasible_from_unbounded(backend, task.model, settings, outcome)
    outcome.x = checked.best.x if checked.best is not None else None
    outcome.objective = checked.best.objective if checked.best is not None else None
    if checked.faults:
        count = len(checked.faults)
        outcome.warnings += (f"{count} claim{'s' * (count > 1)} of the solver rejected: {checked.faults[-1]}",)
    if task.start is not None and outcome.start_used is None:
        outcome.start_used = _start_used(task.model, task.start, checked.first)
    return outcome


def _start_used(model: MipModel, start: FloatArray, first: float | None) -> bool:
    """Every API accepts any start without a word; only the first incumbent shows whether it was taken up."""
    objective = model.objective(start)
    sign = -1.0 if model.maximise else 1.0
    return first is not None and sign * (first - objective) <= 1e-6 * max(1.0, abs(objective))


def _solve_without_rows(model: MipModel) -> MipOutcome:
    """A model whose rows are empty, or that has no columns: solvers disagree on what to call it."""
    lower = np.where(model.integer, np.ceil(model.lower), model.lower)
    upper = np.where(model.integer, np.floor(model.upper), model.upper)
    if bool(np.any((model.row_lower > 0) | (model.row_upper < 0))) or bool(np.any(lower > upper)):
        return MipOutcome(Reason.INFEASIBLE)
    x = np.where(model.cost == 0, np.clip(0.0, lower, upper), np.where(_improves_up(model), upper, lower))
    if not np.isfinite(x).all():
        return MipOutcome(Reason.UNBOUNDED)
    objective = model.objective(x)
    return MipOutcome(Reason.OPTIMAL, x=x, objective=objective, bound=objective)


def _tell_infeasible_from_unbounded(
    backend: MipBackend, model: MipModel, settings: MipSettings, outcome: MipOutcome
) -> MipOutcome:
    """Solves again without an objective: a solution means unbounded."""
    if bool(np.isfinite(np.where(model.cost == 0, 0.0, np.where(_improves_up(model), model.upper, model.lower))).all()):
        outcome.reason = Reason.INFEASIBLE
        return outcome
    without_objective = replace(model, cost=np.zeros(model.n_columns), offset=0.0)
    found = CheckedEmit(without_objective, lambda _: None)
    settings = replace(settings, time_limit=settings.time_left(), started=time.monotonic(), log_path=None)
    second = backend(without_objective, settings, None, found)
    if second.x is not None:
        found.incumbent(second.x)
    if found.best is not None:
        outcome.reason = Reason.UNBOUNDED
    elif second.reason is Reason.INFEASIBLE or second.infeasible_or_unbounded:
        outcome.reason = Reason.INFEASIBLE
    else:
        outcome.reason, outcome.limit = Reason.NO_SOLUTION, second.limit
        outcome.message = "infeasible or unbounded; the limits left no time to tell which"
    return outcome


def _improves_up(model: MipModel) -> NDArray[np.bool_]:
    """Columns whose growth improves the objective."""
    return np.asarray((model.cost > 0) == model.maximise)
