"""Which figures of an instance are defaults of ours: a plan that rests on them says so.

Pages of rules are written out in full for people to edit: a figure that a file repeats is no better known for that.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from instances.instance import Instance
from instances.presets import preset, source


@dataclass(frozen=True)
class Assumption:
    """A setting that the instance leaves at its default, or states as it is by default."""

    key: str  # dotted, as in the files: hub.min, care_model.MCP.max_km
    value: Any
    description: str  # the field's unit and the source of its default


_SECTIONS = ("travel", "hub", "trust_run", "policy", "disruption", "weights")  # in an instance that has them
_RECORDS = ("role", "care_model")


def assumptions(instance: Instance) -> list[Assumption]:
    """In the schema's order; rules that are off by default assume nothing.

    Of stated settings, those whose default has a source or is an assumption: the rest are choices, not figures.
    """
    found = [a for a in _of_record(instance, "") if a.key == "horizon_years"]
    for name in _SECTIONS:
        section = getattr(instance, name)
        found += [] if section is None else _of_record(section, f"{name}.")
    for name in _RECORDS:
        for record in getattr(instance, name):
            found += _of_record(record, f"{name}.{record.id}.")
    if instance.policy.coverage_min is None:
        description = type(instance.policy).model_fields["coverage_min"].description or ""
        found.append(Assumption("policy.coverage_min", instance.coverage_min, description))
    return found


def _of_record(record: BaseModel, prefix: str) -> Iterator[Assumption]:
    for name, field in type(record).model_fields.items():
        value, description = getattr(record, name), _described(record, name, field.description or "")
        if value in (None, (), {}):
            continue
        usual = value == preset(getattr(record, "id", ""), name, field.default)
        if name not in record.model_fields_set or (value and usual and _tells_source(description)):
            yield Assumption(prefix + name, value, description)


def _tells_source(description: str) -> bool:
    return "assumption" in description or ": " in description or "; " in description


def _described(record: BaseModel, name: str, description: str) -> str:
    """The source of a preset goes before that of the field's own default, which it replaces."""
    published = source(getattr(record, "id", ""), name)
    return description if published is None else f"{description.partition(';')[0].partition(': ')[0]}; {published}"
