"""The verdict on a plan: every rule and every pound, from the instance and the plan alone."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from instances.instance import Instance
from optimizer.model.departures import Departures
from optimizer.model.plan import Plan
from optimizer.verify.boundaries import patients_across
from optimizer.verify.chains import ChainEvaluation, Chains
from optimizer.verify.costs import departed, departures, price
from optimizer.verify.facts import Case, HubFacts, NetworkFacts, PracticeFacts, gather
from optimizer.verify.prepared import Prepared
from optimizer.verify.rules import broken
from optimizer.verify.wording import Violation


@dataclass(frozen=True)
class Evaluation:
    """What is true of a plan."""

    objective: Fraction  # pounds a year, weighted
    terms: dict[str, Fraction]  # pounds a year, unweighted; every term, in the order of docs/model.md
    violations: tuple[Violation, ...]
    practices: tuple[PracticeFacts, ...]  # in the instance's order
    hubs: tuple[HubFacts, ...]
    networks: tuple[NetworkFacts, ...]
    hires: dict[str, Fraction]  # FTE over the plan by role, at least what the rules need: what `terms` prices
    market: dict[str, Fraction]  # FTE that the labour market offers, by role
    coverage: Fraction  # share of all patients in networks
    estimated_fte: dict[str, tuple[str, ...]]  # practices that did not report, by role
    across: tuple[int, ...] = ()  # patients across each boundary of the instance
    departed: tuple[str, ...] = ()  # practices that are not where an earlier plan has them, where that has a price
    departures: Fraction = Fraction(0)  # that price, pounds a year; no part of the objective
    chains: ChainEvaluation | None = None  # None where the plan says nothing of chains, or the instance has none

    @property
    def priced(self) -> Fraction:
        """Objective and price of departures, pounds a year: what a solve minimises and its bound is of."""
        return self.objective + self.departures

    @property
    def without_consent(self) -> tuple[PracticeFacts, ...]:
        """Practices that the commissioner's last resort places in a network of a model that they refuse."""
        return tuple(facts for facts in self.practices if facts.without_consent is not None)

    @property
    def ok(self) -> bool:
        """Whether the plan keeps every rule."""
        return not self.violations


class Verifier:
    """Evaluates any number of plans for one instance."""

    def __init__(self, instance: Instance, departures: Departures | None = None) -> None:
        self._prepared = Prepared(instance, departures)
        self._chains = Chains(instance)
        self._last: Case | None = None  # plans that differ in a hub or two share the rest

    def evaluate(self, plan: Plan) -> Evaluation:
        """Never fails on a plan: what makes no sense in it is a violation."""
        prepared = self._prepared
        case = self._last = gather(prepared, plan, self._last)
        objective, terms = price(case)
        return Evaluation(
            objective=objective,
            terms=terms,
            violations=(*broken(case), *self._chains.broken(plan)),
            practices=case.practices,
            hubs=case.hubs,
            networks=case.networks,
            hires=case.hires,
            market=prepared.market,
            coverage=Fraction(case.covered, prepared.patients) if prepared.patients else Fraction(0),
            estimated_fte=prepared.estimated_fte,
            across=tuple(patients_across(case, boundary) for boundary in prepared.boundaries),
            departed=departed(case),
            departures=departures(case),
            chains=self._chains.evaluate(plan),
        )


def verify(instance: Instance, plan: Plan, departures: Departures | None = None) -> Evaluation:
    """Every rule and every pound of a plan."""
    return Verifier(instance, departures).evaluate(plan)
