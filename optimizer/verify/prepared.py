"""What of an instance every plan is judged by, worked out once: staff in post, markets, misfits, sites and leads."""

from __future__ import annotations

import math
from collections import defaultdict
from fractions import Fraction
from functools import cached_property

from instances.instance import Instance
from instances.rows import Hospital, Practice
from instances.schema import Boundary, CareModel, TrustRun
from instances.values import TRUST_RUN
from optimizer.model.departures import Departures
from optimizer.model.plan import Network
from optimizer.verify.consent import Consent
from optimizer.verify.exact import exact
from optimizer.verify.homes import Homes
from optimizer.verify.neighbours import Neighbours
from optimizer.verify.strain import UNKNOWN, ridits, strains
from optimizer.verify.today import sites_of_groups
from optimizer.verify.travel import Travel
from optimizer.verify.wording import TOLERANCE_FTE

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
        self.bids = {bid.id: bid for bid in instance.bids}
        self.waves = {wave.id: wave for wave in instance.wave}
        self.roles = {role.id: role for role in instance.role}
        self.groups = {practice.current_group for practice in instance.practices if practice.current_group}
        self.rank = {practice.id: rank for rank, practice in enumerate(instance.practices)}
        self.patients = sum(practice.patients for practice in instance.practices)
        self.travel = Travel(instance)
        self.homes = Homes(instance)
        self.neighbours = Neighbours(instance)
        self.consent = Consent(instance)
        self.boundaries = instance.boundaries
        self.fte = {role: _fte(instance, role) for role in self.roles}
        self._rural: dict[str, bool] = {}
        self._worth: dict[int, Fraction] = {}  # by the year of the start
        self._misfits: dict[tuple[str, str], Fraction] = {}

    @cached_property
    def estimated_fte(self) -> dict[str, tuple[str, ...]]:
        """Practices that did not report, by role."""
        return {
            role: tuple(practice.id for practice in self.instance.practices if role not in practice.fte)
            for role in self.roles
        }

    @cached_property
    def market(self) -> dict[str, Fraction]:
        """FTE that the labour market offers, by role; whole ones where people are hired whole."""
        return {role: self._offered(role) for role in self.roles}

    def _offered(self, role: str) -> Fraction:
        of = self.roles[role]
        if of.market_fte is not None:
            offered = exact(of.market_fte)
        else:
            offered = exact(of.market_fte_share) * sum(self.fte[role].values(), Fraction(0))
        return Fraction(math.floor(offered + TOLERANCE_FTE)) if of.whole_fte else offered

    def to_hire(self, role: str, lacking: Fraction) -> Fraction:
        """FTE that make up for what is lacking; of a role hired whole the least whole number, a hair being nothing."""
        if self.roles[role].whole_fte:
            lacking = Fraction(math.ceil(lacking - TOLERANCE_FTE))
        return max(Fraction(0), lacking)

    @cached_property
    def areas(self) -> dict[str, frozenset[str]]:
        """Practices by area."""
        members: defaultdict[str, set[str]] = defaultdict(set)
        for practice in self.instance.practices:
            if practice.area:
                members[practice.area].add(practice.id)
        return {area: frozenset(practices) for area, practices in members.items()}

    def uncrossed(self, tier: str) -> list[Boundary]:
        """Boundaries that hubs, or networks, do not cross."""
        return [each for each in self.boundaries if each.tier == tier and each.price_per_patient is None]

    @property
    def priced(self) -> list[Boundary]:
        """Boundaries that may be crossed at a price, of both tiers."""
        return [each for each in self.boundaries if each.price_per_patient is not None]

    def can_host(self, site: str) -> bool:
        place = self.places.get(site)
        if place is None or not place.can_host_hub:
            return False
        return isinstance(place, Practice) or place.kind in self.instance.hub.hospital_sites

    def can_lead(self, model: CareModel, lead: str) -> bool:
        """Whether a place may lead a network of the model, `lead_min_patients` aside."""
        hospital = self.hospitals.get(lead)
        if hospital is not None and not hospital.can_lead:
            return False
        named = hospital is not None and model.id in hospital.leads
        open_to_all = hospital is not None and not hospital.leads
        if model.lead == "hub":
            return self.can_host(lead) and (hospital is None or named or open_to_all)
        return named or (hospital is not None and open_to_all and hospital.kind == model.lead)

    def care_model_of(self, model: str) -> str:
        """The care model of the instance that one of `models` is."""
        return model

    def members_of(self, model: str) -> frozenset[str] | None:
        """Who is in a network of it, all of them and nobody else; None = whom it likes."""
        del model
        return None

    def partners_of(self, model: CareModel, lead: str) -> frozenset[str]:
        """Hospitals that may be partners in a network of the model led from there."""
        most = exact(model.partner_max_km)
        able = [h for h, place in self.hospitals.items() if h != lead and place.kind in model.partner_kinds]
        legs = {h: self.travel.leg(h, lead) for h in able}
        return frozenset(h for h, leg in legs.items() if leg is not None and leg.km <= most)

    def most_led(self, model: CareModel, lead: str) -> tuple[int, int]:
        """(patients, practices) that a network of the model led from there has at most."""
        patients, practices, hospital = model.max, len(self.practices), self.hospitals.get(lead)
        if hospital is not None and hospital.lead_patients_max is not None:
            patients = min(patients, hospital.lead_patients_max)
        if hospital is not None and hospital.lead_practices_max is not None:
            practices = min(practices, hospital.lead_practices_max)
        return patients, practices

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

    def network_setup_cost(self, network: Network) -> Fraction:
        """Pounds once: what its bid asks for, else its model's."""
        bid = self.bids.get(network.bid) if network.bid is not None else None
        asked = None if bid is None else bid.cost
        return exact(self.models[network.care_model].setup_cost if asked is None else asked)

    def travel_cost(self, practice: str, site: str) -> Fraction | None:
        """Pounds a year that the patients of a practice travel for to a hub there; None where it is out of reach."""
        leg, rules = self.travel.leg(practice, site), self.instance.travel
        if leg is None:
            return None
        if rules.basis == "premises" and leg.cost is not None:
            return leg.cost
        km = self.homes.priced_km(practice, site) if rules.basis == "homes" else leg.km
        return self.practices[practice].patients * km * exact(rules.cost_per_patient_km)

    def travel_cost_alone(self, practice: str) -> Fraction:
        """The same in no hub: from home to the practice, from its premises nothing."""
        rules = self.instance.travel
        if rules.basis != "homes":
            return Fraction(0)
        km = self.homes.priced_km(practice, practice)
        return self.practices[practice].patients * km * exact(rules.cost_per_patient_km)

    @cached_property
    def todays_sites(self) -> dict[str, str]:
        """Where each of today's groups has its hub, if it is one as it stands, by group."""
        return sites_of_groups(self.instance, self.travel, self.travel_cost)

    @cached_property
    def todays_mm_by_fifth(self) -> tuple[int, ...]:
        """Patient-millimetres from home to today's hubs, of practices without a group to themselves."""
        sites = {p.id: self.todays_sites[p.current_group] if p.current_group else p.id for p in self.instance.practices}
        each = (self.homes.mm_by_fifth(practice, site) for practice, site in sites.items())
        return tuple(map(sum, zip(*each, strict=True)))

    def is_far_from_home(self, practice: str, site: str) -> bool:
        """Whether the patients of a practice live further from the site, on average, than hubs may be."""
        limit = self.instance.hub.max_home_km
        return limit is not None and self.homes.mean_km(practice, site) > exact(limit)

    def neighbourhood_cost(self, practice: str, site: str) -> Fraction:
        """Pounds a year of patients who live outside the zone of a hub there, and of those who live elsewhere."""
        return self.zone_cost(practice, site) + self.elsewhere_cost(practice, site)

    def zone_cost(self, practice: str, site: str) -> Fraction:
        """Pounds a year."""
        hub = self.instance.hub
        if hub.zone is None or not hub.zone_price_per_patient:
            return Fraction(0)
        return exact(hub.zone_price_per_patient) * self.homes.outside(practice, site, hub.zone)

    def elsewhere_cost(self, practice: str, site: str) -> Fraction:
        """Pounds a year."""
        price = self.instance.hub.neighbourhood_price_per_patient
        return exact(price) * self.homes.elsewhere(practice, site) if price else Fraction(0)

    @cached_property
    def units(self) -> list[tuple[str, ...]]:
        """The areas that a whole-area network takes together: each named group, each area that is in none."""
        groups = [tuple(areas) for areas in self.instance.policy.area_groups.values()]
        return groups + [(area,) for area in self.areas if not any(area in areas for areas in groups)]

    def whole_areas(self, members: frozenset[str]) -> tuple[str, ...]:
        """Areas of which these are everybody but practices without patients, in the units that they are from."""
        units = [unit for unit in self.units if any(self.areas[area] & members for area in unit)]
        return tuple(area for unit in units for area in unit if self._asked_of(area) <= members)

    def _asked_of(self, area: str) -> frozenset[str]:
        """Practices of an area that a network which takes it whole has to have."""
        return frozenset(practice for practice in self.areas[area] if self.practices[practice].patients)

    def worth(self, wave: str | None) -> Fraction:
        """Share of a yearly amount over the horizon, discounted, that falls due once the wave has started."""
        start = self.waves[wave].start_year if wave in self.waves else 0
        if start not in self._worth:
            self._worth[start] = self._worth_from(start)
        return self._worth[start]

    def _worth_from(self, start: int) -> Fraction:
        horizon, rate = exact(self.instance.horizon_years), exact(self.instance.policy.discount_rate)
        whole = due = Fraction(0)
        for year in range(math.ceil(horizon)):
            value = min(Fraction(1), horizon - year) / (1 + rate) ** year
            whole += value
            due += value if year >= start else 0
        return due / whole

    def departure(self, practice: str, hub: str | None) -> Fraction:
        """Pounds a year that a practice in the hub at that site (None: independent) pays for not being where it was."""
        if self.departures is None or not self.departures.departs(practice, hub):
            return Fraction(0)
        return exact(self.departures.price_per_practice)

    def lacks_delegation(self, practice: Practice, model: CareModel) -> bool:
        """Whether the model needs a delegated commissioner and the practice's is none."""
        return model.needs_delegated and practice.area not in self._delegated

    @cached_property
    def _delegated(self) -> frozenset[str]:
        """Areas whose commissioner is delegated."""
        return frozenset(row.area for row in self.instance.commissioners if row.delegated)

    def misfit(self, practice: str, model: CareModel) -> Fraction:
        """Pounds per patient a year."""
        pair = (practice, model.id)
        if pair not in self._misfits:
            stated = self._stated_misfits.get(pair)
            self._misfits[pair] = self._fit(practice, model) if stated is None else stated
        return self._misfits[pair]

    def _fit(self, practice: str, of: CareModel | TrustRun) -> Fraction:
        """Of deprivation and strain."""
        affluent, deprived = exact(of.misfit_affluent), exact(of.misfit_deprived)
        least, most = exact(of.misfit_unstrained), exact(of.misfit_strained)
        of_deprivation = affluent + self._deprivation.get(practice, UNKNOWN) * (deprived - affluent)
        return of_deprivation + least + (self.strain(practice) * (most - least) if most != least else 0)

    def strain(self, practice: str) -> Fraction:
        """From 0 to 1; a half where it is not known."""
        return self._strain.get(practice, UNKNOWN)

    def network_price(self, practice: Practice, model: CareModel) -> Fraction:
        """Pounds per patient a year of being in a network of the model: misfit, reluctance and autonomy."""
        reluctance = self.consent.reluctance(practice, model.id)
        return self.misfit(practice.id, model) + reluctance + exact(model.autonomy_price_per_patient)

    def trust_misfit(self, practice: str) -> Fraction:
        """Pounds per patient a year of being run by a trust, what every practice pays included."""
        rules = self.instance.trust_run
        return Fraction(0) if rules is None else exact(rules.price_per_patient) + self._fit(practice, rules)

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
    def _deprivation(self) -> dict[str, Fraction]:
        """Its rank, of practices with a score."""
        return ridits(self.instance, lambda practice: practice.deprivation)

    @cached_property
    def _strain(self) -> dict[str, Fraction]:
        return strains(self.instance)


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
