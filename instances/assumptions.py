"""Which figures an instance leaves to defaults: a plan that rests on them says so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from instances.presets import source
from instances.schema import Instance


@dataclass(frozen=True)
class Assumption:
    """A setting that the instance does not state."""

    key: str  # dotted, as in the files: hub.min, care_model.MCP.max_km
    value: Any
    description: str  # the field's unit and the source of its default


_SECTIONS = ("travel", "hub", "policy", "disruption", "weights")
_RECORDS = ("role", "care_model")


def assumptions(instance: Instance) -> list[Assumption]:
    """Every setting left at its default, in the schema's order; rules that are off by default assume nothing."""
    found = [a for a in _of_record(instance, "") if a.key == "horizon_years"]
    for name in _SECTIONS:
        found += _of_record(getattr(instance, name), f"{name}.")
    for name in _RECORDS:
        for record in getattr(instance, name):
            found += _of_record(record, f"{name}.{record.id}.")
    if instance.policy.coverage_min is None:
        description = type(instance.policy).model_fields["coverage_min"].description or ""
        found.append(Assumption("policy.coverage_min", instance.coverage_min, description))
    return found


def _of_record(record: BaseModel, prefix: str) -> Iterator[Assumption]:
    for name, field in type(record).model_fields.items():
        value = getattr(record, name)
        if name not in record.model_fields_set and value not in (None, (), {}):
            yield Assumption(prefix + name, value, _described(record, name, field.description or ""))


def _described(record: BaseModel, name: str, description: str) -> str:
    """The source of a preset goes before that of the field's own default, which it replaces."""
    preset = source(getattr(record, "id", ""), name)
    return description if preset is None else f"{description.partition(';')[0].partition(': ')[0]}; {preset}"
