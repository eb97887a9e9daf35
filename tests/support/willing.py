"""What a practice makes of a care model, and a care model of it, written from docs/model.md alone in plain floats."""

from __future__ import annotations

from collections.abc import Callable

from instances import CareModel, Instance, Practice

RATINGS = ["outstanding", "good", "requires_improvement", "inadequate"]


class Willing:
    """Refusals that bind and what being in a network costs, for an optimum that shares nothing with the solvers."""

    def __init__(self, instance: Instance) -> None:
        self.rows, self.policy = instance.practices, instance.policy
        self.table = {(row.practice, row.care_model): row.per_patient for row in instance.misfit}

    def refuses(self, practice: Practice, model: str) -> bool:
        return self.policy.consent and model in practice.refuses and not self._may_be_placed(practice)

    def per_patient(self, practice: Practice, model: CareModel) -> float:
        """Pounds a year: misfit, reluctance, autonomy."""
        price = self._misfit(practice, model) + model.autonomy_price_per_patient
        price += self.policy.unready_price_per_patient * (1 - (1 if practice.readiness is None else practice.readiness))
        if model.id in practice.reluctant:
            price += self.policy.reluctant_price_per_patient
        if self.policy.consent and model.id in practice.refuses:
            price += self.policy.imposed_price_per_patient
        return price

    def _may_be_placed(self, practice: Practice) -> bool:
        if not self.policy.last_resort:
            return False
        if practice.id in self.policy.unplaced_after_mediation or practice.id in self.policy.serious_problems:
            return True
        known = self.strain(practice)
        least = self.policy.serious_strain
        return known is not None and least is not None and known >= least - 1e-12

    def _misfit(self, practice: Practice, model: CareModel) -> float:
        if (practice.id, model.id) in self.table:
            return self.table[practice.id, model.id]
        ridit, strain = self._ridit(practice, lambda p: p.deprivation), self.strain(practice)
        deprived = model.misfit_affluent + (0.5 if ridit is None else ridit) * (
            model.misfit_deprived - model.misfit_affluent
        )
        return (
            deprived
            + model.misfit_unstrained
            + (0.5 if strain is None else strain) * (model.misfit_strained - model.misfit_unstrained)
        )

    def strain(self, practice: Practice) -> float | None:
        """None where nothing is known."""
        if practice.strain is not None:
            return practice.strain
        measures: list[Callable[[Practice], float | None]] = [
            lambda p: p.patients / max(p.fte["gp"], 1e-9) if "gp" in p.fte and p.patients else None,
            lambda p: p.gp_vacancies / p.patients if p.gp_vacancies is not None and p.patients else None,
            lambda p: None if p.rating is None else RATINGS.index(p.rating),
            lambda p: p.list_closed,
        ]
        there = [m for m in measures if any(m(p) is not None for p in self.rows)]
        own = [self._ridit(practice, measure) for measure in there]
        if all(rank is None for rank in own):
            return None
        return sum(0.5 if rank is None else rank for rank in own) / len(own)

    def _ridit(self, practice: Practice, measure: Callable[[Practice], float | None]) -> float | None:
        own = measure(practice)
        if own is None:
            return None
        told = [(value, p.patients) for p in self.rows if (value := measure(p)) is not None]
        less = sum(patients for value, patients in told if value < own)
        same = sum(patients for value, patients in told if value == own)
        return (less + same / 2) / sum(patients for _, patients in told)
