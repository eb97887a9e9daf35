"""Which figures of an instance are defaults of ours: a plan that rests on them says so.

Pages of rules are written out in full for people to edit: a figure that a file repeats is no better known for that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from instances.instance import Instance
from instances.presets import Figure
from instances.schema import DESCRIBING


@dataclass(frozen=True)
class Assumption:
    """A setting that the instance leaves at its default, or states as it is by default."""

    key: str  # dotted, as in the files: hub.min, care_model.MCP.max_km
    value: Any
    description: str  # the field's unit and the source of its default


_SECTIONS = ("travel", "hub", "trust_run", "policy", "disruption", "weights", "chain")  # in an instance that has them
_RECORDS = ("role", "care_model")
_USED_BY_SOME: dict[str, Callable[[Instance], bool]] = {  # what assumes nothing where there is nothing it is for
    "policy.reluctant_price_per_patient": lambda instance: any(p.reluctant for p in instance.practices),
    "policy.unready_price_per_patient": lambda instance: any(p.readiness is not None for p in instance.practices),
    "policy.imposed_price_per_patient": lambda instance: instance.policy.last_resort,
    "policy.last_resort": lambda instance: bool(instance.care_model),
    "hub.neighbours_from": lambda instance: instance.neighbours is None and instance.asks_for_contiguity,
    "policy.dividend_reinvested_share": lambda instance: bool(instance.care_model),
    **dict.fromkeys(
        ("travel.basis", "hub.zone_price_per_patient", "hub.neighbourhood_price_per_patient", "policy.no_fifth_worse"),
        lambda instance: instance.homes is not None,
    ),
    "travel.deprived_weight": lambda instance: instance.travel.basis == "homes",
    **dict.fromkeys(
        ("policy.bids_only", "policy.bid_readiness_min", "policy.unready_bid_price_per_patient"),
        lambda instance: bool(instance.bids),
    ),
    **dict.fromkeys(("policy.discount_rate", "policy.delay_price_per_patient"), lambda instance: bool(instance.wave)),
}
_OF_PARTNERS = ("partners_min", "partner_max_km", "partner_running_cost", "partner_setup_cost")
_NEEDS = dict.fromkeys(_OF_PARTNERS, "partner_kinds")  # figures that count for nothing while another is empty


def assumptions(instance: Instance) -> list[Assumption]:
    """In the schema's order; rules that are off by default assume nothing.

    Of stated settings, those whose default has a source or is an assumption: the rest are choices, not figures.
    """
    found = [a for a in _of_record(instance, "") if a.key == "horizon_years"]
    for name in _SECTIONS:
        section = getattr(instance, name)
        found += _of_record(section, f"{name}.") if section is not None else ()
    for name in _RECORDS:
        for record in getattr(instance, name):
            found += _of_record(record, f"{name}.{record.id}.")
    if instance.policy.coverage_min is None:
        description = type(instance.policy).model_fields["coverage_min"].description or ""
        found.append(Assumption("policy.coverage_min", instance.coverage_min, description))
    return [each for each in found if each.key not in _USED_BY_SOME or _USED_BY_SOME[each.key](instance)]


def _of_record(record: BaseModel, prefix: str) -> Iterator[Assumption]:
    published = getattr(record, "published", {})
    for name, field in type(record).model_fields.items():
        value, figure = getattr(record, name), published.get(name)
        if value in (None, (), {}) or name in DESCRIBING or (name in _NEEDS and not getattr(record, _NEEDS[name])):
            continue
        description = _described(field.description or "", figure)
        usual = value == (figure.value if figure else field.default)
        if name not in record.model_fields_set or (value and usual and _tells_source(description)):
            yield Assumption(prefix + name, value, description)


def _tells_source(description: str) -> bool:
    return "assumption" in description or ": " in description or "; " in description


def _described(description: str, figure: Figure | None) -> str:
    """The source of a published figure goes before that of the field's own default, which it replaces."""
    return f"{description.partition(';')[0].partition(': ')[0]}; {figure.source}" if figure else description
