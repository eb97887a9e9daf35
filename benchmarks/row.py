"""The row of a run: what the runner writes, a JSON object a line, and the measures read."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from optimizer.backend import Ending, Limit, Reason
from optimizer.plan import Plan


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
    seed: int
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
