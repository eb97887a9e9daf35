"""The row of a run: what the runner writes, a JSON object a line, and the measures read."""

from __future__ import annotations

from functools import cache
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from optimizer.model.backend import Ending, Limit, Proof, Reason
from optimizer.model.plan import Plan
from optimizer.solving.registry import proof_by

# what is known where a reason is a mere claim
_AS_CLAIMED: dict[Any, str] = {"optimal": "feasible", "infeasible": "no_solution"}


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Point(_Part):
    """Where a run stood: the best verified objective and the best bound so far; null = none yet."""

    seconds: float = Field(ge=0)
    objective: float | None
    bound: float | None


class Machine(_Part):
    """Where a run was done; `id` tells machines apart."""

    id: str
    cpu: str
    cores: int
    memory_mb: int
    python: str
    system: str


class Row(_Part):
    """One run of a backend on an instance, or of the reference job that shows whether the machine drifts."""

    kind: Literal["run", "reference"]
    key: str = Field(
        description="sha256, hex, of instance hash, backend, options, seed, threads, limits, versions and code"
    )
    suite: str
    instance: str
    family: str
    instance_hash: str
    backend: str
    options: dict[str, Any]
    seed: int | None = Field(description="null: the backend takes none")
    threads: int = Field(ge=1)
    time_limit_s: float = Field(gt=0)
    memory_limit_mb: int | None

    reason: Reason
    limit: Limit | None
    outcome: Ending = Field(description="what became of the process")
    native_status: str
    message: str

    objective: float | None = Field(description="of the verified plan, pounds a year or the literature's unit")
    claimed_objective: float | None = Field(description="what the backend said")
    bound: float | None
    proof: Proof | None = Field(
        default=None,
        description="what the bound counts as; without one, and beside infeasible or no_solution, that no plan exists",
    )
    gap: float | None = Field(description="|objective - bound| / max(|objective|, 1e-9)")
    build_s: float
    solve_s: float
    total_s: float
    cpu_s: float
    peak_mb: float
    trajectory: tuple[Point, ...]
    plan: Plan | None = Field(default=None, description="whose objective it is; rows of before it was kept have none")

    versions: dict[str, str]
    machine: Machine
    commit: str
    dirty: bool
    started: AwareDatetime

    @model_validator(mode="before")
    @classmethod
    def _told_apart(cls, row: Any) -> Any:
        """A row of before proofs were told apart from claims: by its backend; a claim makes it optimal no longer."""
        if not isinstance(row, dict) or "proof" in row or not isinstance(row.get("backend"), str):
            return row
        if row.get("bound") is None and row.get("reason") != Reason.INFEASIBLE:
            return row
        proof, reason = _proof_by(row["backend"]), row.get("reason")
        return {**row, "proof": proof, "reason": reason if proof == "proven" else _AS_CLAIMED.get(reason, reason)}


def seed_words(seed: int | None) -> str:
    """For a reader."""
    return "no seed" if seed is None else f"seed {seed}"


@cache
def _proof_by(backend: str) -> Proof:
    return proof_by(backend)
