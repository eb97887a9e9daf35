"""What a benchmark consists of, as TOML: instances, backends with options, seeds, threads, limits."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from benchmarks.sources import Source


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class BackendOptions(_Part):
    """Options of a backend beyond those that the suite varies; each means what it does in `SolveOptions`."""

    rel_gap: float | None = Field(default=None, ge=0)
    abs_gap: float | None = Field(default=None, ge=0, description="pounds a year")
    node_limit: int | None = Field(default=None, ge=1)
    native: dict[str, Any] = Field(default_factory=dict, description="in the backend's own words: {name = value}")
    params: dict[str, Any] = Field(default_factory=dict, description="of the backend: {group = {name = value}}")


class Backend(_Part):
    """A backend of the grid: a table, or its id alone."""

    id: str
    options: BackendOptions = BackendOptions()
    grid: dict[str, Any] = Field(
        default_factory=dict, description="options with a list of values each: an entry for every combination"
    )

    @model_validator(mode="before")
    @classmethod
    def _of_id(cls, given: Any) -> Any:
        return {"id": given} if isinstance(given, str) else given

    @model_validator(mode="after")
    def _grid_is_of_options(self) -> Self:
        self.entries()
        return self

    def entries(self) -> tuple[Backend, ...]:
        """One for every combination of the grid's values, the last varying fastest; itself without a grid."""
        if not self.grid:
            return (self,)
        axes = dict(_axes(self.grid))
        combinations = [dict(zip(axes, values, strict=True)) for values in product(*axes.values())]
        return tuple(Backend(id=self.id, options=self._options(combination)) for combination in combinations)

    def _options(self, combination: dict[tuple[str, ...], Any]) -> BackendOptions:
        stated = self.options.model_dump(exclude_defaults=True)
        for path, value in combination.items():
            for name in reversed(path):
                value = {name: value}
            stated = _merged(stated, value)
        try:
            return BackendOptions.model_validate(stated)
        except ValidationError as error:
            said = [f"grid.{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()]
            raise ValueError("; ".join(said)) from None


def _axes(table: dict[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], list[Any]]]:
    """Each list of a grid, with the names that lead to it; raise `ValueError` for what is neither list nor table."""
    for name, value in table.items():
        at = (*path, name)
        if isinstance(value, dict) and value:
            yield from _axes(value, at)
        elif isinstance(value, list) and value:
            yield at, value
        else:
            raise ValueError(f"grid.{'.'.join(at)}: a list of at least one value for each option, not {value!r}")


class BackendTable(_Part):
    """What holds for every entry of a backend, unless the entry says otherwise."""

    params: dict[str, Any] = Field(default_factory=dict, description="of the backend: {group = {name = value}}")


class Suite(_Part):
    """The grid is instances x backends x threads x seeds."""

    name: str = Field(min_length=1, pattern=r"^[\w.-]+$", description="letters, digits, dots and dashes")
    description: str = ""
    time_limit_s: float = Field(default=60.0, gt=0, description="wall clock of a solve")
    memory_limit_mb: int | None = Field(default=None, ge=256, description="of all processes of a run together")
    threads: Annotated[tuple[Annotated[int, Field(ge=1)], ...], Field(min_length=1)] = (1,)
    seeds: Annotated[tuple[Annotated[int, Field(ge=0, le=2**31 - 1)], ...], Field(min_length=1)] = (1,)
    reference_every: int = Field(default=25, ge=1, description="runs between two runs of the reference job")
    backends: Annotated[tuple[Backend, ...], Field(min_length=1)]
    backend: dict[str, BackendTable] = Field(default_factory=dict, description="by id")
    instances: Annotated[tuple[Source, ...], Field(min_length=1)]

    def options_of(self, backend: Backend) -> BackendOptions:
        """Its own, with the parameters that its table states and it does not."""
        shared = self.backend.get(backend.id, BackendTable()).params
        return backend.options.model_copy(update={"params": _merged(shared, backend.options.params)})


def _merged(shared: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """`own` before `shared`, name by name."""
    merged = {**shared, **own}
    for name in shared.keys() & own.keys():
        if isinstance(shared[name], dict) and isinstance(own[name], dict):
            merged[name] = _merged(shared[name], own[name])
    return merged
