"""What a report is about."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from instances import Hospital, Instance, Practice
from optimizer.analysis.network_money import PlanMoney, money_of
from optimizer.model.departures import Departures
from optimizer.output.care_models import Described, care_models_of
from optimizer.output.document import PlanDocument, assumed
from optimizer.output.geography import Geography
from optimizer.output.place_names import PlaceNames
from optimizer.solving.assurance import Assurance
from optimizer.solving.result import Result, VerifiedPlan
from optimizer.verify import Evaluation, HubFacts, NetworkFacts, PracticeFacts
from optimizer.verify.money import MONEY_TODAY, Money, by_money

ALONE, INDEPENDENT, RUN = "alone", "independent", "run"  # in place of a network, where practices are in none


@dataclass(frozen=True)
class Subject:
    """A plan with its document; `today` is what it is compared with, None where there is nothing to compare."""

    plan: VerifiedPlan
    document: PlanDocument
    today: Evaluation | None
    assurance: Assurance  # of this very instance
    notes: tuple[str, ...]  # what a reader has to know before all else
    geography: Geography | None = None  # outlines under the map

    @classmethod
    def of(cls, plan: VerifiedPlan, document: PlanDocument | None, today: Evaluation | None) -> Subject:
        """The document is that of plan.json, if there is one; what it says of another instance is left out."""
        figures = tuple(assumed(plan.instance))
        nothing = Assurance(float(plan.evaluation.priced), None, None, "")
        if document is None:
            return cls(plan, PlanDocument(schema_version=1, hubs=(), assumptions=figures), today, nothing, ())
        document = document.model_copy(update={"assumptions": figures})
        if document.instance.sha256 == plan.instance.sha256:
            known = replace(
                nothing,
                bound=document.bound,
                proof=document.proof_here,
                solver=document.solver,
                certified=document.certified_bound,
            )
            return cls(plan, document, today, known, ())
        note = "The instance has changed since the plan was made: what was proven then is left out here."
        return cls(plan, document.model_copy(update={"chains": None}), today, nothing, (note,))

    @classmethod
    def of_result(cls, result: Result) -> Subject:
        """What a solve ended with; raises `ValueError` without a plan."""
        document = PlanDocument.of(result)
        assert result.plan is not None  # or there were no document
        return cls.of(result.plan, document, None if result.today is None else result.today.evaluation)

    @property
    def departures(self) -> Departures | None:
        """From an earlier plan, where they had a price."""
        return self.document.departures

    @property
    def instance(self) -> Instance:
        return self.plan.instance

    @property
    def evaluation(self) -> Evaluation:
        return self.plan.evaluation

    @cached_property
    def money(self) -> dict[Money, Fraction]:
        """Unweighted pounds a year by what kind of money they are."""
        return by_money(self.evaluation.terms)

    @cached_property
    def money_today(self) -> dict[Money, Fraction] | None:
        """The same of today's groups, what they do without being assumed."""
        return None if self.today is None else by_money(self.today.terms, MONEY_TODAY)

    @cached_property
    def network_money(self) -> PlanMoney:
        """Pounds by network and by commissioner."""
        return money_of(self.instance, self.evaluation)

    @cached_property
    def places(self) -> dict[str, Practice | Hospital]:
        hospitals: dict[str, Practice | Hospital] = {place.id: place for place in self.instance.hospitals}
        return hospitals | self.practices

    @cached_property
    def practices(self) -> dict[str, Practice]:
        return {practice.id: practice for practice in self.instance.practices}

    @cached_property
    def patients(self) -> int:
        return sum(practice.patients for practice in self.instance.practices)

    @cached_property
    def hubs(self) -> dict[str, HubFacts]:
        return {hub.site: hub for hub in self.evaluation.hubs}

    @cached_property
    def number(self) -> dict[str, int]:
        """What hubs are called on the map: 1, 2, ..., network by network, the largest first."""
        order = {key: k for k, (key, _) in enumerate(self.filters)}
        hubs = sorted(self.hubs.values(), key=lambda hub: (order.get(self.filter_of(hub.site), -1), -hub.patients))
        return {hub.site: k for k, hub in enumerate(hubs, start=1)}

    @cached_property
    def networks(self) -> dict[str, NetworkFacts]:
        return {network.id: network for network in self.evaluation.networks}

    @cached_property
    def care_models(self) -> list[Described]:
        return care_models_of(self.instance, self.evaluation)

    @cached_property
    def facts(self) -> dict[str, PracticeFacts]:
        return {facts.practice: facts for facts in self.evaluation.practices}

    @cached_property
    def names(self) -> PlaceNames:
        return PlaceNames.of(self.instance)

    def name(self, place: str) -> str:
        """What people call a place: its name, or its id where it has none."""
        return self.names.name(place)

    def network_name(self, network: str) -> str:
        """The care model and where it is led from."""
        facts = self.networks[network]
        return f"{facts.care_model}, {self.name(facts.lead)}"

    @cached_property
    def filters(self) -> list[tuple[str, str]]:
        """(key, label) of what the page can be narrowed to: networks, hubs on their own, practices in none."""
        found = [(network, self.network_name(network)) for network in self.networks]
        if self.networks and any(hub.network is None for hub in self.evaluation.hubs):
            found.append((ALONE, "Hubs in no network"))
        if any(facts.hub is None and facts.run_by is None for facts in self.evaluation.practices):
            found.append((INDEPENDENT, "Independent practices"))
        if any(facts.run_by is not None for facts in self.evaluation.practices):
            found.append((RUN, "Practices run by trusts"))
        return found

    def filter_of(self, hub: str) -> str:
        """The key under which a hub's practices are found."""
        return self.hubs[hub].network or ALONE

    def filter_of_practice(self, practice: str) -> str:
        """The key under which a practice is found."""
        facts = self.facts[practice]
        if facts.hub is not None:
            return self.filter_of(facts.hub)
        return INDEPENDENT if facts.run_by is None else RUN

    def without_hub(self, practice: str) -> str:
        """What is said of a practice in no hub."""
        run_by = self.facts[practice].run_by
        return "independent" if run_by is None else f"run by {self.name(run_by)}"
