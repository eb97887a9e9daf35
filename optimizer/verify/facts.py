"""What a plan amounts to: its hubs, networks and practices with their figures, as far as the plan makes sense.

Nonsense never stops the count: a practice counts in the first hub that lists it, a practice in no hub as independent,
a network that is unknown or not listed as none. Reporting it is the rules' business.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from optimizer.model.plan import Hub, Network, Plan
from optimizer.verify.exact import exact
from optimizer.verify.prepared import Prepared, needed_fte
from optimizer.verify.travel import Leg


@dataclass(frozen=True)
class PracticeFacts:
    """Where a practice ends up; no hub = independent, or run by a trust."""

    practice: str
    hub: str | None
    network: str | None
    care_model: str | None
    moved: bool
    km: Fraction | None  # road km to its hub; None also where that is out of reach
    without_consent: str | None  # the commissioner's ground for placing it in a network that it refuses
    run_by: str | None = None  # the hospital whose trust runs it


@dataclass(frozen=True)
class HubFacts:
    """An open hub."""

    site: str
    name: str
    members: tuple[str, ...]  # in the instance's order
    patients: int
    minimum: int  # fewest patients allowed at this site
    in_band: bool  # within the targets; one practice above them is, as nothing is to be done about it
    rural: bool
    network: str | None
    care_model: str | None
    continues: str | None
    mean_km: Fraction  # members to site, weighted by patients
    max_km: Fraction
    fte: dict[str, Fraction]  # members' own by role, estimates included
    hires: dict[str, Fraction]  # as the plan states them
    hires_needed: dict[str, Fraction]
    km_to_lead: Fraction | None  # None: no network, or out of reach

    def hired(self, role: str) -> Fraction:
        """FTE that count and are paid for: as stated, at least as needed."""
        return max(self.hires[role], self.hires_needed[role])


@dataclass(frozen=True)
class NetworkFacts:
    """An open network."""

    id: str
    care_model: str
    lead: str
    partners: tuple[str, ...]  # hospitals beside the lead, as far as the instance has them, each once
    hubs: tuple[str, ...]
    practices: int
    patients: int
    mean_km: Fraction  # hub to lead, every hub alike
    max_km: Fraction
    setup: Fraction  # pounds once
    wave: str | None
    bid: str | None
    areas: tuple[str, ...]  # of which it has every practice, those without patients aside
    fte: dict[str, Fraction]  # of its hubs by role, their hires included, and of hospitals in it
    hires: dict[str, Fraction]  # beyond its hubs' own, as the plan states them
    hires_needed: dict[str, Fraction]

    def hired(self, role: str) -> Fraction:
        return max(self.hires[role], self.hires_needed[role])


@dataclass(frozen=True)
class Case:
    """A plan beside the instance that it is for: what rules and costs look at."""

    prepared: Prepared
    plan: Plan
    hubs: tuple[HubFacts, ...]
    networks: tuple[NetworkFacts, ...]
    practices: tuple[PracticeFacts, ...]

    @cached_property
    def by_practice(self) -> dict[str, PracticeFacts]:
        return {facts.practice: facts for facts in self.practices}

    @cached_property
    def hubs_at(self) -> dict[str, list[HubFacts]]:
        found: defaultdict[str, list[HubFacts]] = defaultdict(list)
        for hub in self.hubs:
            found[hub.site].append(hub)
        return dict(found)

    @cached_property
    def hubs_of(self) -> dict[str, list[HubFacts]]:
        """Hubs by network id."""
        found: dict[str, list[HubFacts]] = {network.id: [] for network in self.networks}
        for hub in self.hubs:
            if hub.network is not None:
                found[hub.network].append(hub)
        return found

    @cached_property
    def listed(self) -> dict[int, NetworkFacts]:
        """By the identity of what the plan lists."""
        listed = _networks_by_id(self.prepared, self.plan).values()
        return {id(network): facts for network, facts in zip(listed, self.networks, strict=True)}

    @cached_property
    def covered(self) -> int:
        """Patients in networks."""
        return sum(network.patients for network in self.networks)

    @cached_property
    def hires(self) -> dict[str, Fraction]:
        """FTE to hire over the plan by role, at least what the workforce rules need."""
        parts: tuple[HubFacts | NetworkFacts, ...] = (*self.hubs, *self.networks)
        return {role: sum((part.hired(role) for part in parts), Fraction(0)) for role in self.prepared.roles}

    @cached_property
    def run(self) -> tuple[PracticeFacts, ...]:
        """Practices run by trusts."""
        return tuple(facts for facts in self.practices if facts.run_by is not None)

    def leg(self, practice: str) -> Leg | None:
        """The way from a practice to its hub."""
        hub = self.by_practice[practice].hub
        return None if hub is None else self.prepared.travel.leg(practice, hub)


def gather(prepared: Prepared, plan: Plan, last: Case | None = None) -> Case:
    """The figures of a plan. What it shares with `last`, another case of the instance, is not worked out again."""
    listed = _networks_by_id(prepared, plan)
    known = {} if last is None else {id(hub): facts for hub, facts in zip(last.plan.hubs, last.hubs, strict=True)}
    hubs = tuple(
        _known_hub(known.get(id(hub)), hub, members, listed) or _hub_facts(prepared, hub, members, listed)
        for hub, members in zip(plan.hubs, _members(prepared, plan), strict=True)
    )
    inside: dict[str, list[HubFacts]] = {network: [] for network in listed}
    for hub in hubs:
        if hub.network is not None:
            inside[hub.network].append(hub)
    return Case(
        prepared=prepared,
        plan=plan,
        hubs=hubs,
        networks=tuple(
            _known_network(last, network, inside[id_]) or _network_facts(prepared, network, inside[id_])
            for id_, network in listed.items()
        ),
        practices=_practice_facts(prepared, hubs, plan, last),
    )


def clean_hires(hires: dict[str, float], prepared: Prepared) -> dict[str, Fraction]:
    """FTE by role of the instance; what is not a quantity counts as none."""
    return {
        role: exact(hires[role]) if _is_quantity(hires.get(role, 0.0)) and role in hires else Fraction(0)
        for role in prepared.roles
    }


def _is_quantity(fte: float) -> bool:
    return math.isfinite(fte) and fte >= 0


def _networks_by_id(prepared: Prepared, plan: Plan) -> dict[str, Network]:
    """The first of each network whose model exists."""
    listed: dict[str, Network] = {}
    for network in plan.networks:
        if network.care_model in prepared.models:
            listed.setdefault(network.id, network)
    return listed


def _members(prepared: Prepared, plan: Plan) -> list[tuple[str, ...]]:
    """Members of each hub of the plan: known practices, each in the first hub that lists it."""
    taken: set[str] = set()
    result = []
    for hub in plan.hubs:
        members = (set(hub.members) & prepared.practices.keys()) - taken
        taken |= members
        result.append(tuple(sorted(members, key=prepared.rank.__getitem__)))
    return result


def _known_hub(
    known: HubFacts | None, hub: Hub, members: tuple[str, ...], listed: dict[str, Network]
) -> HubFacts | None:
    """The facts of this very hub, where it has the same members and its network is there, or is not, as before."""
    if known is None or known.members != members:
        return None
    return known if known.network == (hub.network if hub.network in listed else None) else None


def _known_network(last: Case | None, network: Network, hubs: list[HubFacts]) -> NetworkFacts | None:
    """The facts of this very network, where its hubs are the same ones."""
    known = None if last is None else last.listed.get(id(network))
    if last is None or known is None:
        return None
    then = last.hubs_of[known.id]
    is_same = len(then) == len(hubs) and all(a is b for a, b in zip(then, hubs, strict=True))
    return known if is_same else None


def _hub_facts(prepared: Prepared, hub: Hub, members: tuple[str, ...], listed: dict[str, Network]) -> HubFacts:
    rules, place = prepared.instance.hub, prepared.places.get(hub.site)
    patients = sum(prepared.practices[member].patients for member in members)
    legs = {member: prepared.travel.leg(member, hub.site) for member in members}
    patient_km = sum(
        (prepared.practices[member].patients * leg.km for member, leg in legs.items() if leg is not None), Fraction(0)
    )
    network = listed.get(hub.network) if hub.network is not None else None
    to_lead = None if network is None else prepared.travel.leg(hub.site, network.lead)
    fte = {role: sum((prepared.fte[role][member] for member in members), Fraction(0)) for role in prepared.roles}
    return HubFacts(
        site=hub.site,
        name="" if place is None else place.name,
        members=members,
        patients=patients,
        minimum=prepared.min_patients(hub.site),
        in_band=rules.target_min <= patients and (patients <= rules.target_max or len(members) == 1),
        rural=prepared.is_rural(hub.site),
        network=None if network is None else network.id,
        care_model=None if network is None else network.care_model,
        continues=hub.continues,
        mean_km=patient_km / patients if patients else Fraction(0),
        max_km=max((leg.km for leg in legs.values() if leg is not None), default=Fraction(0)),
        fte=fte,
        hires=clean_hires(hub.hires, prepared),
        hires_needed={
            role: prepared.to_hire(role, needed_fte(prepared.roles[role].min_per_10k, patients) - own)
            for role, own in fte.items()
        },
        km_to_lead=None if to_lead is None else to_lead.km,
    )


def _network_facts(prepared: Prepared, network: Network, hubs: list[HubFacts]) -> NetworkFacts:
    km = [hub.km_to_lead for hub in hubs if hub.km_to_lead is not None]
    patients = sum(hub.patients for hub in hubs)
    partners = tuple(dict.fromkeys(h for h in network.hospitals if h in prepared.hospitals and h != network.lead))
    inside = [prepared.hospitals[id_] for id_ in (network.lead, *partners) if id_ in prepared.hospitals]
    members = {member for hub in hubs for member in hub.members}
    present = {
        role: sum((hub.fte[role] + hub.hired(role) for hub in hubs), Fraction(0))
        + sum((exact(hospital.fte.get(role, 0)) for hospital in inside), Fraction(0))
        for role in prepared.roles
    }
    return NetworkFacts(
        id=network.id,
        care_model=network.care_model,
        lead=network.lead,
        partners=partners,
        hubs=tuple(hub.site for hub in hubs),
        practices=sum(len(hub.members) for hub in hubs),
        patients=patients,
        mean_km=sum(km, Fraction(0)) / len(km) if km else Fraction(0),
        max_km=max(km, default=Fraction(0)),
        setup=prepared.network_setup_cost(network),
        wave=network.wave,
        bid=network.bid,
        areas=prepared.whole_areas(frozenset(members)),
        hires=clean_hires(network.hires, prepared),
        fte=present,
        hires_needed={
            role: prepared.to_hire(role, needed_fte(prepared.roles[role].network_min_per_10k, patients) - there)
            for role, there in present.items()
        },
    )


def _practice_facts(
    prepared: Prepared, hubs: tuple[HubFacts, ...], plan: Plan, last: Case | None
) -> tuple[PracticeFacts, ...]:
    runners = {run.practice: run.hospital for run in reversed(plan.trust_run)}  # the first that is listed counts
    home = {member: hub for hub in hubs for member in hub.members}
    home_then = {} if last is None else {member: hub for hub in last.hubs for member in hub.members}
    then = {} if last is None else last.by_practice
    facts = []
    for practice in prepared.instance.practices:
        hub, known = home.get(practice.id), then.get(practice.id)
        run_by = runners.get(practice.id) if hub is None else None
        if known is not None and known.run_by == run_by and home_then.get(practice.id) is hub:
            facts.append(known)
            continue
        leg = None if hub is None else prepared.travel.leg(practice.id, hub.site)
        group = practice.current_group or None
        facts.append(
            PracticeFacts(
                practice=practice.id,
                hub=None if hub is None else hub.site,
                network=None if hub is None else hub.network,
                care_model=None if hub is None else hub.care_model,
                moved=group is not None and (hub is None or hub.continues != group),
                km=None if leg is None else leg.km,
                without_consent=prepared.consent.ground(practice, None if hub is None else hub.care_model),
                run_by=run_by,
            )
        )
    return tuple(facts)
