"""Where an instance stands: the best plan known for it and the proven bound, after a solve."""

from __future__ import annotations

from dataclasses import dataclass

from instances import Instance
from optimizer.backend import Limit, Reason, SolveOptions, SolverError
from optimizer.plan import Plan
from optimizer.solving import DEFAULT_SOLVER, solve
from optimizer.verify import Evaluation


@dataclass(frozen=True)
class Standing:
    """A verified plan; no plan costs less than `bound` pounds a year."""

    plan: Plan
    evaluation: Evaluation
    bound: float

    @property
    def objective(self) -> float:
        return float(self.evaluation.objective)


def stand(
    instance: Instance, *, options: SolveOptions, start: Plan | None = None, solver: str = DEFAULT_SOLVER
) -> Standing | None:
    """The outcome of a solve; None where no plan was found.

    Raises `KeyboardInterrupt` where it was stopped on request, `SolverError` where the backend failed without a plan.
    """
    result = solve(instance, solver, options=options, start=start)
    if result.limit is Limit.INTERRUPT:
        raise KeyboardInterrupt
    if result.plan is None:
        if result.reason is Reason.ERROR:
            raise SolverError(f"the backend {solver} failed: {result.message}")
        return None
    bound = 0.0 if result.bound is None else result.bound
    return Standing(result.plan.plan, result.plan.evaluation, bound)
