"""Parameters of a structure-aware backend: frozen dataclasses, from what `SolveOptions.params` says in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any, get_type_hints

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails, to_json

from instances.wording import did_you_mean
from optimizer.model.backend import UnsupportedOption
from solvers.process.worker import resolve


def read_params(solver_id: str, target: str, given: Mapping[str, Any]) -> Any:
    """An instance of the dataclass "module:Class" with the given values, all others at their defaults.

    Raises `UnsupportedOption` for every name that there is not and every value of another type.
    """
    of: Any = resolve(target)
    adapter: TypeAdapter[Any] = TypeAdapter(dict[str, of], config=ConfigDict(extra="forbid"))
    try:
        # as JSON, where strictness lets a list pass for a tuple, and "5" not for 5
        return adapter.validate_json(to_json({solver_id: given}), strict=True)[solver_id]
    except ValidationError as error:
        faults = [_fault(of, detail) for detail in error.errors(include_url=False)]
        raise UnsupportedOption(f"{solver_id} cannot honour params: {'; '.join(faults)}") from None


def _fault(of: Any, detail: ErrorDetails) -> str:
    """Key, value and what was expected."""
    loc = detail["loc"]
    key = ".".join(str(step) for step in loc)
    if detail["type"] == "unexpected_keyword_argument":
        known = _names_at(of, loc[1:-1])
        near = did_you_mean(str(loc[-1]), known) or f"; there are {', '.join(known) or 'none'}"
        return f"{key} = {detail['input']!r}: no such parameter{near}"
    return f"{key} = {detail['input']!r}: expected {detail['msg'].removeprefix('Input should be ')}"


def _names_at(of: Any, steps: Sequence[int | str]) -> list[str]:
    """Names of the fields of the dataclass at the end of these steps."""
    for step in steps:
        of = get_type_hints(of)[str(step)]
    return [field.name for field in fields(of)] if is_dataclass(of) else []
