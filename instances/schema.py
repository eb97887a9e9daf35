"""What an instance holds: practices, hospitals and a page of rules, each value judged by itself.

Every field's description carries its unit and where its default comes from. What values must hold between them is in
`consistency.py`; `instance.py` puts the two together.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, Self, TypeVar

from pydantic import (
    Field,
    ModelWrapValidatorHandler,
    ValidationError,
    model_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError

from instances.policy import Disruption, Policy, Weights
from instances.presets import PRESETS, ROLES, Figure, Tier
from instances.rows import (
    Adjacency,
    Bid,
    Commissioner,
    HomePlace,
    HomesTable,
    Hospital,
    Misfit,
    Neighbours,
    Practice,
    Record,
    TravelTable,
)
from instances.values import (
    AREA,
    PLAIN,
    UNNAMED,
    Amount,
    CareModelId,
    ContractChange,
    HospitalKind,
    Id,
    Label,
    Members,
    Number,
    Patients,
    Positive,
    PresetName,
    Share,
    Title,
    is_blank,
    one_line,
)

# fields that came later than the hash of an instance, which leaves them out where they are at their defaults
LATER = frozenset(
    {"neighbours"}
    | {"preset", "pools_assets", "pools_employment", "pools_contract"}
    | {"reluctant", "readiness", "gp_vacancies", "rating", "list_closed", "strain"}
    | {"misfit_strained", "misfit_unstrained", "autonomy_price_per_patient"}
    | {"reluctant_price_per_patient", "unready_price_per_patient", "imposed_price_per_patient"}
    | {"last_resort", "unplaced_after_mediation", "serious_problems", "serious_strain"}
    | {"weighted_patients", "core_funding_per_patient", "commissioners", "needs_delegated"}
    | {"guarantee_per_patient", "dividend_reinvested_share"}
    | {"whole_fte", "market_fte"}
    | {"areas", "boundary"}
    | {"partner_kinds", "partners_min", "partners_max", "partner_max_km", "partner_running_cost", "partner_setup_cost"}
    | {"can_lead", "lead_patients_max", "lead_practices_max", "budget"}
    | {"trust_run", "runs_practices_max", "runs_patients_max"}
    | {"chain", "features", "can_join_chain"}
    | {"bids", "bids_only", "bid_readiness_min", "unready_bid_price_per_patient"}
    | {"area_groups", "area_share_min", "area_share_max"}
    | {"wave", "discount_rate", "delay_price_per_patient"}
    | {"homes", "places", "basis", "deprived_weight", "max_home_km"}
    | {"zone", "zone_price_per_patient", "neighbourhood_price_per_patient"}
    | {"neighbours_from", "adjacency"}
    | {"far_km", "far_minutes", "far_share_max", "zone_share_max"}
    | {"no_fifth_worse", "deprived_km_max"}
)
_TEXTS = ("preset", "title", "contract")  # that a preset has and no file can unsay
DESCRIBING = ("title", "contract", "contract_change", "budget_scope")  # of a care model: no plan depends on them


class _Published(Record):
    """A record that starts from the figures of a preset, under whatever is stated."""

    @classmethod
    def figures(cls, data: Mapping[str, Any]) -> Mapping[str, Figure]:
        """Of the preset that `data` names, or of its id; none where nothing is published. Raises for a wrong name."""
        raise NotImplementedError

    @property
    def published(self) -> Mapping[str, Figure]:
        return self.figures(vars(self))

    @model_validator(mode="wrap")
    @classmethod
    def _from_preset(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        """Figures of a preset do not count as stated, and a text that is blank says nothing."""
        if not isinstance(data, dict):
            return handler(data)
        stated = {name: value for name, value in data.items() if name not in _TEXTS or not is_blank(value)}
        figures = cls.figures(stated)
        record = handler({**{n: f.value for n, f in figures.items() if n in cls.model_fields}, **stated})
        record.__pydantic_fields_set__.intersection_update(stated)
        return record


class _Modelled(_Published):
    """Hubs or networks as one of the care models that were proposed."""

    tier: ClassVar[Tier]

    @classmethod
    def figures(cls, data: Mapping[str, Any]) -> Mapping[str, Figure]:
        named = one_line(data.get("preset"))
        name = named or data.get("id")
        preset = PRESETS.get(name) if isinstance(name, str) else None
        if preset is not None and preset.tier == cls.tier:
            return preset.settings
        if isinstance(named, str):
            raise _no_preset(named, cls.tier)
        return {}


def _no_preset(name: str, tier: Tier) -> ValidationError:
    fit = [preset.name for preset in PRESETS.values() if preset.tier == tier]
    expected = f"the name of a care model for {tier}s"
    if name in PRESETS:
        expected += f", such as {fit[0]}; {name} is one for {PRESETS[name].tier}s"
    error = PydanticCustomError("preset", "{expected}", {"expected": expected, "known": [] if name in PRESETS else fit})
    return ValidationError.from_exception_data("preset", [InitErrorDetails(type=error, loc=("preset",), input=name)])


class Wave(Record):
    """When networks can start."""

    id: Id
    start_year: Annotated[int, Field(ge=0, le=100), PLAIN] = Field(description="years from now; 0 = at once")
    fund: Amount | None = Field(None, description="pounds once, most for setting up its networks; empty = no limit")
    networks_max: Patients | None = Field(None, description="most networks that start in it; empty = no limit")


class Boundary(Record):
    """Borders between areas of a kind that hubs or networks do not cross, or cross at a price."""

    area: Id = Field(AREA, description='"area", or a kind that has a column area_<kind> of practices and hospitals')
    tier: Literal["hubs", "networks"] = Field(
        description="members of a hub share an area, or the sites of a network's hubs do"
    )
    price_per_patient: Amount | None = Field(
        None, description="pounds a year per patient across; empty = nobody is; 0 = no boundary; a choice, no source"
    )
    exceptions: tuple[Id, ...] = Field((), description="practices and hospitals that count as being in every area")

    @property
    def id(self) -> str:
        """Tier and kind of area, which no two have in common."""
        return f"{self.tier}.{self.area}"

    def area_of(self, place: Practice | Hospital) -> str | None:
        """Where a place is to this boundary; None = in every area, as an exception or for want of one."""
        return None if place.id in self.exceptions else place.area_of(self.area)


class TravelRules(Record):
    circuity: Positive = Field(1.3, description="road km per km of straight line; assumption (tested 1.2-1.4)")
    cost_per_patient_km: Amount = Field(
        1.50,
        description="pounds a year per patient and road km: 1.6 return visits, 28p mileage + 19p time a km; assumption",
    )
    table: TravelTable | None = Field(None, description="measured travel in place of coordinates (travel.csv)")
    basis: Literal["premises", "homes"] = Field(
        "premises", description="from where patients travel to their hub: their practice, or home (needs homes.csv)"
    )
    deprived_weight: Positive = Field(
        1.0, description="what a km from a home in the most deprived fifth counts for; needs basis homes; a choice"
    )


class HubRules(_Modelled):
    tier = "hub"

    min: Patients = Field(20_000, description="patients, hard; assumption below the 30,000 of the Network Contract DES")
    min_rural: Patients = Field(5_000, description="patients, hard, at a rural site (DES waiver); figure is assumption")
    rural_reach_patients: Patients = Field(
        60_000, description="a site that fewer patients can reach is rural; assumption"
    )
    target_min: Patients = Field(30_000, description="patients, soft: Network Contract DES, 2019")
    target_max: Patients = Field(50_000, description="patients, soft: Network Contract DES, 2019")
    max: Patients = Field(70_000, description="patients, hard; assumption (single neighbourhood provider proposals)")
    price_per_patient: Amount = Field(20.0, description="pounds a year per patient outside the targets; assumption")
    max_km: Amount = Field(15.0, description="road km, practice to hub; assumption (no national standard)")
    max_minutes: Amount | None = Field(None, description="minutes, practice to hub; needs a travel table with minutes")
    max_home_km: Amount | None = Field(
        None, description="road km, mean of a practice's patients from home to hub; needs homes.csv; empty = no limit"
    )
    far_km: Amount | None = Field(
        None, description="road km from home to hub; who lives further away is far; needs homes.csv; empty = nobody is"
    )
    far_minutes: Amount | None = Field(
        None, description="minutes from home to hub, likewise; needs a travel table with minutes from places"
    )
    far_share_max: Share | None = Field(
        None, description="most share of a hub's patients who are far; needs far_km or far_minutes; empty = no limit"
    )
    zone: Label = Field(None, description="kind of zone (a column of places.csv) that hubs keep to; empty = none")
    zone_price_per_patient: Amount = Field(
        0.0, description="pounds a year per patient who lives outside the zone of the hub's site; a choice"
    )
    zone_share_max: Share | None = Field(
        None, description="most share of a hub's patients who live outside the zone of its site; empty = no limit"
    )
    neighbourhood_price_per_patient: Amount = Field(
        0.0, description="pounds a year per patient who lives where practices around the hub have few; a choice"
    )
    host_is_member: bool = Field(True, description="the practice at a hub site is a member of that hub")
    hospital_sites: tuple[HospitalKind, ...] = Field(("community",), description="kinds of hospital that may be a hub")
    running_cost: Amount = Field(150_000.0, description="pounds a year; assumption")
    setup_cost: Amount = Field(100_000.0, description="pounds once: GBP 102m for 1,027 refurbishments, 99,000 each")
    count_min: Patients | None = Field(None, description="fewest hubs")
    count_max: Patients | None = Field(None, description="most hubs")
    contiguous: bool = Field(False, description="hubs connected in the neighbour graph")
    neighbours_from: Literal["coordinates", "catchments"] = Field(
        "coordinates", description="what makes practices neighbours: how they lie, or who lives where; a choice"
    )
    preset: PresetName = None


class Role(_Published):
    id: Id
    min_per_10k: Amount | None = Field(None, description="FTE per 10,000 patients in every hub; empty = no rule")
    network_min_per_10k: Amount | None = Field(None, description="the same for every network; empty = no rule")
    cost_per_fte: Amount = Field(60_000.0, description="pounds a year per FTE hired, on-costs included; assumption")
    market_fte_share: Amount = Field(0.05, description="hires <= this share of the FTE now in post; assumption")
    market_fte: Amount | None = Field(
        None, description="most FTE hired in all, in place of the share, also where nobody has any; empty = by share"
    )
    whole_fte: bool = Field(False, description="a hub and a network hire whole FTE only")

    @classmethod
    def figures(cls, data: Mapping[str, Any]) -> Mapping[str, Figure]:
        own = data.get("id")
        return ROLES.get(own, {}) if isinstance(own, str) else {}


class CareModel(_Modelled):
    tier = "network"

    id: CareModelId
    lead: Literal["hub", HospitalKind] = Field(description='"hub", or the kind of hospital that leads')
    lead_min_patients: Patients = Field(0, description="a practice site with fewer patients cannot lead")
    min: Patients = Field(100_000, description="patients, hard")
    target_min: Patients = Field(100_000, description="patients, soft")
    target_max: Patients = Field(350_000, description="patients, soft")
    max: Patients = Field(350_000, description="patients, hard")
    price_per_patient: Amount = Field(2.0, description="pounds a year per patient outside the targets; assumption")
    max_km: Amount = Field(30.0, description="road km, hub to lead; assumption")
    max_minutes: Amount | None = Field(None, description="minutes, hub to lead; needs a travel table with minutes")
    running_cost: Amount = Field(800_000.0, description="pounds a year; assumption")
    setup_cost: Amount = Field(2_000_000.0, description="pounds once; assumption")
    cost_per_hub_km: Amount = Field(200.0, description="pounds a year per hub and road km to the lead; assumption")
    misfit_deprived: Amount = Field(
        0.0, description="pounds per patient a year, at the most deprived practice; assumption"
    )
    misfit_affluent: Amount = Field(
        0.0, description="pounds per patient a year, at the least deprived practice; linear in rank between"
    )
    misfit_strained: Amount = Field(
        0.0, description="pounds per patient a year on top, at a practice of strain 1; assumption"
    )
    misfit_unstrained: Amount = Field(
        0.0, description="pounds per patient a year on top, at a practice of strain 0; linear in strain between"
    )
    autonomy_price_per_patient: Amount = Field(
        0.0, description="pounds a year for what practices no longer decide themselves; assumption"
    )
    partner_kinds: tuple[HospitalKind, ...] = Field(
        (), description="kinds of hospital that may be partners in a network, beside a hospital that leads it"
    )
    partners_min: Patients = Field(0, description="fewest partners of a network")
    partners_max: Patients | None = Field(None, description="most partners of a network; empty = no limit")
    partner_max_km: Amount = Field(40.0, description="road km, partner to lead; assumption (as PACS, hub to lead)")
    partner_running_cost: Amount = Field(0.0, description="pounds a year per partner; assumption")
    partner_setup_cost: Amount = Field(0.0, description="pounds once per partner; assumption")
    capitated_budget_per_patient: Amount | None = Field(None, description="pounds a year; reported, not optimised")
    share_min: Share = Field(0.0, description="least share of all patients in networks of this model")
    share_max: Share = Field(1.0, description="most share of all patients in networks of this model")
    count_min: Patients = Field(0, description="fewest networks of this model")
    count_max: Patients | None = Field(None, description="most networks of this model")
    whole_area: bool = Field(False, description="takes every practice of its area or is not there")
    area_share_min: Share = Field(0.0, description="least share of all areas that are whole in networks of this model")
    area_share_max: Share = Field(1.0, description="most share of all areas that are whole in networks of this model")
    needs_delegated: bool = Field(
        False, description="only practices whose commissioner is delegated can be in it (needs commissioners.csv)"
    )
    contiguous: bool = Field(False, description="networks connected in the neighbour graph")
    preset: PresetName = None
    title: Label = Field(None, description="what it is called; reported")
    contract: Label = Field(None, description="the contract that it works under; reported")
    contract_change: ContractChange | None = Field(
        None, description="0 none, 1 enhanced service or alliance, 2 new contract beside, 3 full merger; reported"
    )
    budget_scope: tuple[Id, ...] = Field((), description="services that its budget is for; reported")
    pools_assets: Share | None = Field(None, description="share of practices' assets that it pools; reported")
    pools_employment: Share | None = Field(None, description="share of employment that it pools; reported")
    pools_contract: Share | None = Field(None, description="share of practices' contracts that it pools; reported")


class TrustRun(Record):
    """Single practices run by a hospital trust, outside any hub and network."""

    cost_per_practice: Amount = Field(50_000.0, description="pounds a year, management by the trust; assumption")
    price_per_patient: Amount = Field(15.0, description="pounds a year, wish for practices in hubs; assumption")
    misfit_deprived: Amount = Field(
        0.0, description="pounds per patient a year, at the most deprived practice; assumption"
    )
    misfit_affluent: Amount = Field(
        0.0, description="pounds per patient a year, at the least deprived practice; linear in rank between"
    )
    misfit_strained: Amount = Field(0.0, description="pounds per patient a year, at full strain; assumption")
    misfit_unstrained: Amount = Field(0.0, description="pounds per patient a year, at no strain; linear between")
    max_km: Amount = Field(15.0, description="road km, practice to a hospital of the trust; assumption")


class ChainRules(Record):
    """Chains of hospitals that are alike, wherever they are; each is led by one of its members."""

    features: dict[Id, Amount] = Field(
        min_length=1, description="weights by feature, a column chain_<feature> of hospitals; kind counts as one"
    )
    kinds: tuple[HospitalKind, ...] = Field(
        ("acute", "community"), description="kinds of hospital that may be in a chain; assumption"
    )
    join_max: dict[Id, Number] = Field(
        default_factory=dict, description="feature = the most of it that a hospital in a chain has: small ones alone"
    )
    lead_min: dict[Id, Number] = Field(
        default_factory=dict, description="feature = the least of it that a hospital needs to lead a chain"
    )
    members_min: Members = Field(2, description="hospitals in a chain, its lead among them, hard")
    members_max: Members = Field(8, description="hospitals in a chain, its lead among them, hard; assumption")
    price_per_unlikeness: Amount = Field(
        20_000.0, description="pounds a year per member and unit of unlikeness to its lead; assumption"
    )
    running_cost: Amount = Field(200_000.0, description="pounds a year per chain; assumption")
    setup_cost: Amount = Field(500_000.0, description="pounds once per chain; assumption")
    alone_allowed: bool = Field(True, description="whether a hospital that may be in a chain may be in none")
    alone_price: Amount = Field(
        150_000.0, description="pounds a year per hospital that may be in a chain and is in none; assumption"
    )

    def takes(self, hospital: Hospital) -> bool:
        """Whether a hospital may be in a chain; one whose size is not known may not, unless it is named."""
        if hospital.can_join_chain is not None:
            return hospital.can_join_chain
        return hospital.kind in self.kinds and all(
            feature in hospital.features and hospital.features[feature] <= most
            for feature, most in self.join_max.items()
        )

    def can_lead(self, hospital: Hospital) -> bool:
        """Whether a hospital is strong enough to lead the chain that it is in."""
        return all(
            feature in hospital.features and hospital.features[feature] >= least
            for feature, least in self.lead_min.items()
        )


class InstanceData(Record):
    """The fields of an `Instance`, which is held to `consistency.py` besides."""

    schema_version: Literal[1] = 1
    name: Title = UNNAMED
    horizon_years: Positive = Field(5.0, description="years over which one-off money is spread; assumption")
    travel: TravelRules = TravelRules()
    hub: HubRules = HubRules()
    role: tuple[Role, ...] = Field((), description="staff roles; none = no workforce rule")
    care_model: tuple[CareModel, ...] = Field((), description="kinds of network; none = hubs only")
    boundary: tuple[Boundary, ...] = Field((), description="borders of areas, beside those of policy.respect_areas")
    trust_run: TrustRun | None = Field(None, description="practices run by trusts; empty = nobody is")
    policy: Policy = Policy()
    disruption: Disruption = Disruption()
    weights: Weights = Weights()
    chain: ChainRules | None = Field(None, description="chains of hospitals; empty = none")
    practices: tuple[Practice, ...]
    hospitals: tuple[Hospital, ...] = ()
    misfit: tuple[Misfit, ...] = ()
    bids: tuple[Bid, ...] = ()
    wave: tuple[Wave, ...] = Field((), description="when networks can start; none = all at once")
    commissioners: tuple[Commissioner, ...] = ()
    places: tuple[HomePlace, ...] = Field((), description="where people live")
    homes: HomesTable | None = Field(None, description="who is registered where (homes.csv); empty = not known")
    neighbours: tuple[Neighbours, ...] | None = Field(
        None, description="which practices are next to each other; empty = as hub.neighbours_from says (docs/model.md)"
    )
    adjacency: tuple[Adjacency, ...] = Field((), description="places that touch, for neighbours from catchments")

    @property
    def coverage_min(self) -> float:
        """Least share of patients in networks, its default resolved."""
        stated = self.policy.coverage_min
        return stated if stated is not None else (0.5 if self.care_model else 0.0)

    @property
    def asks_for_contiguity(self) -> bool:
        """Whether hubs, or networks of some model, are to be connected in the neighbour graph."""
        return self.hub.contiguous or any(model.contiguous for model in self.care_model)

    @property
    def chain_hospitals(self) -> tuple[Hospital, ...]:
        """Those that may be in a chain; none where there are no chains."""
        return () if self.chain is None else tuple(filter(self.chain.takes, self.hospitals))

    @property
    def boundaries(self) -> tuple[Boundary, ...]:
        """Those that `policy.respect_areas` stands for, then the others."""
        respected = self.policy.respect_areas
        short: tuple[Literal["hubs", "networks"], ...] = ("hubs", "networks")
        return (*(Boundary(tier=tier) for tier in short if respected in (True, tier)), *self.boundary)

    @property
    def sha256(self) -> str:
        """Hash of the content, the same whichever file format it came from."""
        exclude: dict[str, Any] = {"care_model": {"__all__": set(DESCRIBING)}, "homes": True}
        content = self.model_dump(mode="json", exclude=exclude)
        content = _without_later(content, self.model_dump(mode="json", exclude=exclude, exclude_defaults=True))
        if self.homes is not None:  # too long a table to be gone through for what came later
            content["homes"] = vars(self.homes)
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _without_later(content: Any, beside_defaults: Any) -> Any:
    """Content without the fields of `LATER` that are at their defaults."""
    if isinstance(content, dict):
        given = beside_defaults if isinstance(beside_defaults, dict) else {}
        return {
            key: _without_later(value, given.get(key))
            for key, value in content.items()
            if key in given or key not in LATER
        }
    if isinstance(content, list) and isinstance(beside_defaults, list) and len(content) == len(beside_defaults):
        return [_without_later(*pair) for pair in zip(content, beside_defaults, strict=True)]
    return content


AnyInstance = TypeVar("AnyInstance", bound=InstanceData)  # what readers make: they know the data, not the class
