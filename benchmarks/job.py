"""The child's side of a run: one solve in a process of its own, every verified step of it sent out as it happens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from instances import Instance
from optimizer.model.backend import Limit, Outcome, Proof, Reason, SolveOptions
from optimizer.model.plan import Plan
from optimizer.solving.result import Progress, Result


@dataclass(frozen=True)
class Job:
    """The payload."""

    instance: Instance
    backend: str
    options: SolveOptions


@dataclass(frozen=True)
class Step:
    """A better plan or a better bound, or a message, as it is there."""

    progress: Progress
    plan: Plan | None  # None where it is no better plan


@dataclass(frozen=True)
class Ended:
    """What a solve that came to its end has to say; plans and bounds have been sent before."""

    outcome: Outcome  # what the backend said, without its plan and its certificate
    reason: Reason
    limit: Limit | None
    message: str = ""
    objective: float | None = None  # verified
    bound: float | None = None
    proof: Proof | None = None

    @classmethod
    def of(cls, result: Result) -> Ended:
        return cls(
            outcome=replace(result.outcome, solution=None, certificate=None),
            reason=result.reason,
            limit=result.limit,
            message="; ".join(text for text in (result.message, *result.warnings) if text),
            objective=result.objective,
            bound=result.bound,
            proof=result.proof,
        )


def run(job: Job, emit: Callable[[object], None]) -> Ended:
    """What the worker calls; emits each `Step`."""
    from optimizer.solving.solve import solve

    better: list[Plan] = []

    def tell(progress: Progress) -> None:
        emit(Step(progress, better.pop() if better else None))

    return Ended.of(solve(job.instance, job.backend, options=job.options, on_progress=tell, on_plan=better.append))


def compile_kernels(payload: None, emit: Callable[[object], None]) -> None:
    """Everything that is compiled once on a machine, so that no run pays for it."""
    from optimizer.cli.inputs import small_instance
    from optimizer.construct import compile_kernels as compile_construction
    from optimizer.model.build import build_problem
    from solvers.columns.warm import prepare

    del payload, emit
    problem = build_problem(small_instance())
    wait = prepare(problem)
    compile_construction(problem)
    if wait is not None:
        wait()
