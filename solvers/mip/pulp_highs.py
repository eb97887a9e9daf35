"""HiGHS through PuLP."""

from __future__ import annotations

import time
from typing import Any

from optimizer.model.arrays import FloatArray
from optimizer.model.backend import SolverInfo
from optimizer.model.mip import MipModel
from solvers.mip.backend import CAPABILITIES, BackendError, MipEmit, MipOutcome, MipSettings
from solvers.mip.highs_run import configure, run_highs
from solvers.mip.pulp_model import PulpModel, pulp_version
from solvers.mip.solver import MipSolver

INFO = SolverInfo(
    id="pulp:highs",
    title="HiGHS through PuLP",
    modules=("pulp", "highspy"),
    capabilities=CAPABILITIES,
    packages=("pulp", "highspy"),
    hint='pip install "pulp>=3.3.2,<4" "highspy>=1.16,<1.17"',
)


def solve(model: MipModel, settings: MipSettings, start: FloatArray | None, emit: MipEmit) -> MipOutcome:
    import pulp

    if not pulp.HiGHS().available():
        raise BackendError("PuLP does not see highspy")
    began = time.monotonic()
    built = PulpModel(model)
    outcomes: list[MipOutcome] = []
    # PuLP's own HiGHS ignores starts and the log path, drops setters' return codes, negates costs to maximise without
    # negating bounds back, and has no word for a node limit. It is left to build the model only.
    sign = -1.0 if model.maximise else 1.0

    class Highs(pulp.HiGHS):  # type: ignore[misc]
        def callSolver(self, lp: Any) -> None:  # noqa: N802
            build_s = time.monotonic() - began
            configure(lp.solverModel, settings, INFO.id)
            full_start = built.start(start) if start is not None else None
            outcomes.append(run_highs(lp.solverModel, settings, full_start, _Expanding(emit, built), sign=sign))
            outcomes[-1].build_s = build_s

        def findSolutionValues(self, lp: Any) -> tuple[int, int]:  # noqa: ARG002, N802
            return pulp.LpStatusNotSolved, pulp.LpSolutionNoSolutionFound

    built.solve(Highs(msg=False))
    outcome = outcomes[0]
    if outcome.x is not None:
        outcome.x = built.expand(outcome.x)
    outcome.versions.update(pulp_version())
    return outcome


class _Expanding:
    """PuLP's model does not have quite the columns that ours has."""

    def __init__(self, emit: MipEmit, built: PulpModel) -> None:
        self._emit = emit
        self._built = built

    def incumbent(self, x: FloatArray) -> None:
        self._emit.incumbent(self._built.expand(x))

    def bound(self, value: float) -> None:
        self._emit.bound(value)

    def log(self, text: str) -> None:
        self._emit.log(text)


solver = MipSolver(INFO, "solvers.mip.pulp_highs:solve")
