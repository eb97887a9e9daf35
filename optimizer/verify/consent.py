"""Which refusals bind, on what ground one is set aside, and what practices that are placed without joy cost."""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property

from instances.instance import Instance
from instances.rows import Practice
from optimizer.verify.exact import exact
from optimizer.verify.strain import strains


class Consent:
    """What practices say to care models, and the commissioner to them."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance

    def forbids(self, practice: Practice, model: str) -> bool:
        """Whether the practice is in no network of the model."""
        return self._counts(practice, model) and practice.id not in self.grounds

    def ground(self, practice: Practice, model: str | None) -> str | None:
        """On what ground it is in a network of a model that it refuses; None where it refuses nothing of the kind."""
        return self.grounds.get(practice.id) if model is not None and self._counts(practice, model) else None

    def reluctance(self, practice: Practice, model: str) -> Fraction:
        """Pounds per patient a year of being in a network of the model."""
        policy = self._instance.policy
        price = Fraction(0)
        if practice.readiness is not None:
            price += exact(policy.unready_price_per_patient) * (1 - exact(practice.readiness))
        if model in practice.reluctant:
            price += exact(policy.reluctant_price_per_patient)
        if self.ground(practice, model) is not None:
            price += exact(policy.imposed_price_per_patient)
        return price

    def _counts(self, practice: Practice, model: str) -> bool:
        return self._instance.policy.consent and model in practice.refuses

    @cached_property
    def grounds(self) -> dict[str, str]:
        """Why the commissioner may place a practice, of those that may be placed."""
        policy = self._instance.policy
        if not policy.last_resort:
            return {}
        known = {} if policy.serious_strain is None else strains(self._instance)
        grounds: dict[str, str] = {}
        for practice in self._instance.practices:
            named = []
            if practice.id in policy.unplaced_after_mediation:
                named.append("after mediation")
            if practice.id in policy.serious_problems:
                named.append("serious problems")
            if practice.id in known and known[practice.id] >= exact(policy.serious_strain or 0):
                named.append(f"strain {float(known[practice.id]):.2f}")
            if named:
                grounds[practice.id] = ", ".join(named)
        return grounds
