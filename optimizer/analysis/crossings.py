"""Patients whom a plan takes across the boundaries of areas, boundary by boundary."""

from __future__ import annotations

from dataclasses import dataclass

from instances import Instance
from instances.values import AREA
from optimizer.verify import Evaluation


@dataclass(frozen=True)
class Crossing:
    """A boundary and who is across it: of members in another area than their hub, or of hubs than their lead."""

    boundary: str  # in words
    rule: str  # whether it may be crossed, and at what price
    patients: int
    pounds: float  # a year, before weights; 0 of those that may not be crossed


def crossings(instance: Instance, evaluation: Evaluation) -> list[Crossing]:
    """Of every boundary of the instance, in its order."""
    found = []
    for boundary, patients in zip(instance.boundaries, evaluation.across, strict=True):
        price, exceptions = boundary.price_per_patient, len(boundary.exceptions)
        kind = "areas" if boundary.area == AREA else f"areas of {boundary.area}"
        rule = "not to be crossed" if price is None else f"{price:g} pounds a patient"
        rule += f", {exceptions} in every area" if exceptions else ""
        found.append(Crossing(f"{boundary.tier}, {kind}", rule, patients, (price or 0.0) * patients))
    return found
