"""The file of scenarios: what is solved, and how. Descriptions are what a message says is expected."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

DEFAULT_TIME_LIMIT_S = 60.0

Name = Annotated[str, StringConstraints(min_length=1)]
Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=60)]
Seed = Annotated[int, Field(ge=0, le=2**31 - 1)]


class Shared(BaseModel):
    """What may be stated for all scenarios, and again for one of them."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    instances: list[Name] = Field(
        default=[], min_length=1, description="a list of files or folders of instances, beside this file"
    )
    seeds: list[Seed] = Field(default=[], min_length=1, description="a list of whole numbers, 0 or more")
    solver: str = Field(default="auto", description="the id of a backend, as caregroup solvers lists them")
    time_limit_s: float = Field(
        default=DEFAULT_TIME_LIMIT_S, gt=0, description="a number of seconds of wall clock, above 0"
    )
    gap: float | None = Field(default=None, ge=0, description="a relative gap, such as 0.005")
    threads: int = Field(default=1, ge=1, description="a whole number of threads, 1 or more")
    memory_mb: int | None = Field(default=None, ge=1, description="a whole number of megabytes, 1 or more")


class Scenario(Shared):
    """One set of settings; what it does not state is as for all."""

    id: Id = Field(description="letters, digits, dots, dashes and underscores, 60 at most")
    set: list[str] = Field(default=[], description='a list of settings, such as "hub.max_km=12"')
    start_from: str | None = Field(default=None, description="the id of another scenario")


class Scenarios(Shared):
    """The whole file."""

    instances: list[Name] = Field(min_length=1, description=Shared.model_fields["instances"].description)
    scenario: list[Scenario] = Field(min_length=1, description="tables [[scenario]], one or more")

    def settings_of(self, scenario: Scenario) -> Shared:
        """What holds for a scenario."""
        stated: dict[str, Any] = {}
        for part in (self, scenario):
            stated |= {name: getattr(part, name) for name in Shared.model_fields if name in part.model_fields_set}
        return Shared.model_validate(stated)
