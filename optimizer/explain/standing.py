"""Where an instance stands: the best plan known for it and the proven bound, after a solve."""

from __future__ import annotations

from dataclasses import dataclass

from instances import Instance
from optimizer.model.backend import Limit, Reason, SolveOptions, SolverError
from optimizer.model.certificate import Certificate
from optimizer.model.gap import PROVEN_GAP
from optimizer.model.plan import Plan
from optimizer.solving.solve import DEFAULT_SOLVER, solve
from optimizer.verify import Evaluation


@dataclass(frozen=True)
class Standing:
    """A verified plan; no plan costs less than `bound` pounds a year."""

    plan: Plan
    evaluation: Evaluation
    bound: float
    certificate: Certificate | None = None  # of the bound or one below it
    elapsed_s: float = 0.0  # of the solve

    @property
    def objective(self) -> float:
        return float(self.evaluation.objective)

    @property
    def slack(self) -> float:
        """Pounds a year that a proof may leave open."""
        return PROVEN_GAP * max(self.objective, 1.0)

    @property
    def is_proven(self) -> bool:
        """Whether no plan costs less."""
        return self.objective - self.bound <= self.slack


def stand(
    instance: Instance, *, options: SolveOptions, start: Plan | None = None, solver: str = DEFAULT_SOLVER
) -> Standing | None:
    """The outcome of a solve, from a start that keeps every rule, else from scratch; None where no plan was found.

    A bound that is only claimed counts as none.
    Raises `KeyboardInterrupt` where it was stopped on request, `SolverError` where the backend failed without a plan.
    """
    result = solve(instance, solver, options=options, start=start, construct_anyway=False)
    if result.limit is Limit.INTERRUPT:
        raise KeyboardInterrupt
    if result.plan is None:
        if result.reason is Reason.ERROR:
            raise SolverError(f"the backend {solver} failed: {result.message}")
        return None
    return Standing(
        plan=result.plan.plan,
        evaluation=result.plan.evaluation,
        bound=result.proven_bound or 0.0,
        certificate=result.certificate,
        elapsed_s=result.elapsed_s,
    )
