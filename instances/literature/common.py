"""What all literature instances share: one tier, no price but the file's own, loads in whole patients."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from instances.instance import Instance
from instances.literature.numbers import NumberFile, Word

MOST_PATIENTS = 1_000_000_000  # that a field of an instance holds

_POLICY = {
    "coverage_min": 0.0,
    "coverage_max": 1.0,
    "dividend_per_patient": 0.0,
    "consent": False,
    "respect_areas": False,
    "allow_independent": False,
    "independent_max_patients": 0,
    "independent_price_per_patient": 0.0,
    "transformation_fund": 0.0,
}


@dataclass(frozen=True)
class Imported:
    """An instance and what was done to the file's figures to get there."""

    instance: Instance
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Loads:
    """Demands and capacities in whole patients: the file's figures x `scale`, a power of ten."""

    demands: list[int]
    capacities: list[int]
    scale: int

    @property
    def largest(self) -> int:
        """No hub and no practice has more, so that `hub.max` set to it never decides."""
        return max(*self.demands, *self.capacities)

    @property
    def notes(self) -> tuple[str, ...]:
        if self.scale == 1:
            return ()
        return (f"demands and capacities are multiplied by {self.scale:,}, to be whole numbers of patients",)


def loads(file: NumberFile, demands: Sequence[Word], capacities: Sequence[Word]) -> Loads:
    """Whole numbers of patients; a figure too large for that is a fault."""
    exact_demands = [file.amount(word, "a demand") for word in demands]
    exact_capacities = [file.amount(word, "a capacity") for word in capacities]
    scale = _power_of_ten((*exact_demands, *exact_capacities))
    for word in (*demands, *capacities):
        if word.exact * scale > MOST_PATIENTS:
            times = f" (x {scale:,}, as other figures have decimals)" if scale > 1 else ""
            file.blame(word.line, f"a demand or capacity of at most {MOST_PATIENTS:,}{times}", word.text)
    return Loads(
        demands=[int(demand * scale) for demand in exact_demands],
        capacities=[int(capacity * scale) for capacity in exact_capacities],
        scale=scale,
    )


def _power_of_ten(figures: Iterable[Fraction]) -> int:
    """The smallest that makes every figure whole; decimals always have one."""
    divisor, scale = math.lcm(*{figure.denominator for figure in figures}), 1
    while scale % divisor:
        scale *= 10
    return scale


def one_tier_instance(
    name: str,
    hub: dict[str, Any],
    practices: list[dict[str, Any]],
    travel: dict[str, Any],
    hospitals: Sequence[dict[str, Any]] = (),
) -> Instance:
    """Hubs only, everything that costs nothing in the literature at no price, and nothing left to a default.

    `hub` states `min`, `max`, `max_km`, `hospital_sites` and counts where there are any.
    """
    neutral = {
        "min_rural": hub["min"],
        "rural_reach_patients": 0,
        "target_min": hub["min"],
        "target_max": hub["max"],
        "price_per_patient": 0.0,
        "host_is_member": False,
        "running_cost": 0.0,
        "setup_cost": 0.0,
        "contiguous": False,
    }
    return Instance.model_validate(
        {
            "name": name,
            "horizon_years": 1.0,
            "travel": {"circuity": 1.0, "cost_per_patient_km": 0.0, "table": travel},
            "hub": {**hub, **neutral},
            "policy": _POLICY,
            "disruption": {"cost_per_practice": 0.0, "cost_per_patient": 0.0},
            "weights": {"cost": 1.0, "disruption": 0.0},
            "practices": practices,
            "hospitals": hospitals,
        }
    )
