"""What of an instance every plan is judged by, worked out once: staff in post, markets, misfits, sites and leads."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from functools import cached_property

from instances.instance import Instance
from instances.schema import TRUST_RUN, CareModel, Hospital, Practice
from optimizer.model.departures import Departures
from optimizer.verify.exact import exact
from optimizer.verify.neighbours import Neighbours
from optimizer.verify.travel import Travel

Trust = tuple[str, str]  # its name; of a hospital without one, the hospital's id


class Prepared:
    """An instance in exact numbers, looked up by id."""

    def __init__(self, instance: Instance, departures: Departures | None = None) -> None:
        self.instance = instance
        self.departures = departures
        self.practices = {practice.id: practice for practice in instance.practices}
        self.hospitals = {hospital.id: hospital for hospital in instance.hospitals}
        self.places: dict[str, Practice | Hospital] = {**self.hospitals, **self.practices}
        self.models = {model.id: model for model in instance.care_model}
        self.roles = {role.id: role for role in instance.role}
        self.groups = {practice.current_group for practice in instance.practices if practice.current_group}
        self.rank = {practice.id: rank for rank, practice in enumerate(instance.practices)}
        self.patients = sum(practice.patients for practice in instance.practices)
        self.travel = Travel(instance)
        self.neighbours = Neighbours(instance)
        self.fte = {role: _fte(instance, role) for role in self.roles}
        self._rural: dict[str, bool] = {}

    @cached_property
    def estimated_fte(self) -> dict[str, tuple[str, ...]]:
        """Practices that did not report, by role."""
        return {
            role: tuple(practice.id for practice in self.instance.practices if role not in practice.fte)
            for role in self.roles
        }

    @cached_property
    def market(self) -> dict[str, Fraction]:
        """FTE that the labour market offers, by role."""
        return {
            role.id: exact(role.market_fte_share) * sum(self.fte[role.id].values(), Fraction(0))
            for role in self.roles.values()
        }

    @cached_property
    def areas(self) -> dict[str, frozenset[str]]:
        """Practices by area."""
        members: defaultdict[str, set[str]] = defaultdict(set)
        for practice in self.instance.practices:
            if practice.area:
                members[practice.area].add(practice.id)
        return {area: frozenset(practices) for area, practices in members.items()}

    def can_host(self, site: str) -> bool:
        place = self.places.get(site)
        if place is None or not place.can_host_hub:
            return False
        return isinstance(place, Practice) or place.kind in self.instance.hub.hospital_sites

    def can_lead(self, model: CareModel, lead: str) -> bool:
        """Whether a place may lead a network of the model, `lead_min_patients` aside."""
        hospital = self.hospitals.get(lead)
        named = hospital is not None and model.id in hospital.leads
        open_to_all = hospital is not None and not hospital.leads
        if model.lead == "hub":
            return self.can_host(lead) and (hospital is None or named or open_to_all)
        return named or (hospital is not None and open_to_all and hospital.kind == model.lead)

    def is_rural(self, site: str) -> bool:
        if site not in self._rural:
            self._rural[site] = self._judge_rural(site)
        return self._rural[site]

    def _judge_rural(self, site: str) -> bool:
        practice, rules = self.practices.get(site), self.instance.hub
        if practice is not None and practice.rural:
            return True
        return not self.travel.is_reached_by(
            site, patients=rules.rural_reach_patients, max_km=rules.max_km, max_minutes=rules.max_minutes
        )

    def min_patients(self, site: str) -> int:
        """The least population of a hub at the site."""
        rules = self.instance.hub
        return min(rules.min, rules.min_rural) if self.is_rural(site) else rules.min

    def hub_setup_cost(self, site: str) -> Fraction:
        """Pounds once."""
        place = self.places.get(site)
        own = None if place is None else place.hub_setup_cost
        return exact(self.instance.hub.setup_cost if own is None else own)

    def departure(self, practice: str, hub: str | None) -> Fraction:
        """Pounds a year that a practice in the hub at that site (None: independent) pays for not being where it was."""
        if self.departures is None or not self.departures.departs(practice, hub):
            return Fraction(0)
        return exact(self.departures.price_per_practice)

    def misfit(self, practice: str, model: CareModel) -> Fraction:
        """Pounds per patient a year."""
        stated = self._stated_misfits.get((practice, model.id))
        if stated is not None:
            return stated
        affluent, deprived = exact(model.misfit_affluent), exact(model.misfit_deprived)
        return affluent + self.ridits.get(practice, Fraction(1, 2)) * (deprived - affluent)

    def trust_misfit(self, practice: str) -> Fraction:
        """Pounds per patient a year of being run by a trust, what every practice pays included."""
        rules = self.instance.trust_run
        if rules is None:
            return Fraction(0)
        affluent, deprived = exact(rules.misfit_affluent), exact(rules.misfit_deprived)
        fit = affluent + self.ridits.get(practice, Fraction(1, 2)) * (deprived - affluent)
        return exact(rules.price_per_patient) + fit

    @cached_property
    def trusts(self) -> dict[Trust, tuple[int | None, int | None]]:
        """Most practices and patients that each trust can run, None = no limit; those that run none are left out."""
        stated: defaultdict[Trust, list[tuple[int | None, int | None]]] = defaultdict(list)
        for hospital in self.instance.hospitals:
            stated[trust_of(hospital)].append((hospital.runs_practices_max, hospital.runs_patients_max))
        limits = {
            trust: (_added([of[0] for of in sites]), _added([of[1] for of in sites])) for trust, sites in stated.items()
        }
        return {trust: most for trust, most in limits.items() if most != (None, None)}

    def run_cost(self, practice: str) -> Fraction:
        """Pounds a year of being run by a trust, unweighted."""
        rules = self.instance.trust_run
        once = Fraction(0) if rules is None else exact(rules.cost_per_practice)
        return once + self.practices[practice].patients * self.trust_misfit(practice)

    def runners(self, practice: str) -> tuple[Trust, ...]:
        """Trusts that a practice agrees to be run by and that have a hospital near enough."""
        rules, policy = self.instance.trust_run, self.instance.policy
        if rules is None or (policy.consent and TRUST_RUN in self.practices[practice].refuses):
            return ()
        near = (self.travel.leg(practice, hospital.id) for hospital in self.instance.hospitals)
        legs = zip(map(trust_of, self.instance.hospitals), near, strict=True)
        found = (trust for trust, leg in legs if leg is not None and leg.within(rules.max_km, None))
        return tuple(trust for trust in dict.fromkeys(found) if trust in self.trusts)

    @cached_property
    def _stated_misfits(self) -> dict[tuple[str, str], Fraction]:
        return {(row.practice, row.care_model): exact(row.per_patient) for row in self.instance.misfit}

    @cached_property
    def ridits(self) -> dict[str, Fraction]:
        """Rank of deprivation between 0 and 1, of practices with a score (Bross, Biometrics 14, 1958)."""
        by_score: defaultdict[float, list[Practice]] = defaultdict(list)
        for practice in self.instance.practices:
            if practice.deprivation is not None:
                by_score[practice.deprivation].append(practice)
        total = sum(practice.patients for alike in by_score.values() for practice in alike)
        ridits: dict[str, Fraction] = {}
        less_deprived = 0
        for score in sorted(by_score) if total else ():
            alike = sum(practice.patients for practice in by_score[score])
            ridit = Fraction(2 * less_deprived + alike, 2 * total)
            ridits.update((practice.id, ridit) for practice in by_score[score])
            less_deprived += alike
        return ridits


def trust_of(hospital: Hospital) -> Trust:
    """A hospital without a trust is one of its own, whatever others are called."""
    return (hospital.trust, "") if hospital.trust else ("", hospital.id)


def _added(limits: list[int | None]) -> int | None:
    stated = [limit for limit in limits if limit is not None]
    return sum(stated) if stated else None


def _fte(instance: Instance, role: str) -> dict[str, Fraction]:
    """FTE of a role by practice, estimated by patients where none is reported."""
    reported = {practice.id: exact(practice.fte[role]) for practice in instance.practices if role in practice.fte}
    patients = sum(practice.patients for practice in instance.practices if practice.id in reported)
    rate = sum(reported.values(), Fraction(0)) / patients if patients else Fraction(0)
    return {p.id: reported[p.id] if p.id in reported else rate * p.patients for p in instance.practices}


def needed_fte(per_10k: float | None, patients: int) -> Fraction:
    """FTE that a population calls for; none where there is no ratio."""
    return Fraction(0) if per_10k is None else exact(per_10k) * patients / 10_000
