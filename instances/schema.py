"""What an instance holds: practices, hospitals and a page of rules, each value judged by itself.

Every field's description carries its unit and where its default comes from. What values must hold between them is in
`consistency.py`; `instance.py` puts the two together.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    model_validator,
)
from pydantic_core import PydanticCustomError

from instances.presets import CARE_MODELS, ROLES
from instances.sheet_errors import is_sheet_error


def _plain_number(value: Any) -> Any:
    """Refuse what Python would take for a number and a planner would not: true, 12_345."""
    if isinstance(value, bool) or (isinstance(value, str) and "_" in value):
        raise ValueError("a number")
    return value


def _no_point_for_thousands(value: Any) -> Any:
    """Text such as 12.000, which is twelve thousand in half of Europe and would be read as twelve."""
    if isinstance(value, str) and re.fullmatch(r"\d{1,3}(\.0{3})+", value.strip()):
        raise ValueError("a whole number without a point")
    return value


def _no_minus_zero(value: float) -> float:
    return value + 0.0  # -0.0 equals 0.0 but would hash differently


def _one_line(value: Any) -> Any:
    """Spaces at the ends, doubled spaces and line breaks carry no meaning and do not survive every file format."""
    return " ".join(value.split()) if isinstance(value, str) else value


def _no_sheet_error(value: str) -> str:
    """An id or a name that is one would be refused when it is read back from a table."""
    if is_sheet_error(value):
        raise PydanticCustomError("spreadsheet_error", "an error of a spreadsheet is no value")
    return value


def _blank_is_none(value: Any) -> Any:
    return _one_line(value) or None


def _blank_is_unnamed(value: Any) -> Any:
    return _one_line(value) or _UNNAMED


TRUST_RUN = "TRUST_RUN"  # what a practice refuses that no trust shall run: no care model, and no id of one
_UNNAMED = "unnamed"
# fields that came later than the hash of an instance, which leaves them out where they are at their defaults
_LATER = frozenset({"neighbours", "trust_run", "runs_practices_max", "runs_patients_max"})
_UNPRINTABLE = r"\x00-\x1f\x7f\u{fffe}\u{ffff}"  # control characters, which no spreadsheet can hold
HospitalKind = Literal["acute", "community", "specialist", "mental_health", "other"]
_VALUE = AfterValidator(_no_sheet_error)
Reference = Annotated[str, Field(min_length=1, pattern=rf"^[^;{_UNPRINTABLE}]+$")]  # `;` separates ids in a cell
Id = Annotated[Reference, _VALUE]
CareModelId = Annotated[str, Field(min_length=1, pattern=rf"^[^;:{_UNPRINTABLE}]+$"), _VALUE]  # `:` parts MODEL:lead
Text = Annotated[str, BeforeValidator(_one_line), Field(pattern=rf"^[^{_UNPRINTABLE}]*$"), _VALUE]
Title = Annotated[Text, BeforeValidator(_blank_is_unnamed)]
Label = Annotated[Text | None, BeforeValidator(_blank_is_none)]
_PLAIN, _SIGN = BeforeValidator(_plain_number), AfterValidator(_no_minus_zero)
_FAR, _MUCH, _LITTLE = 1e9, 1e30, 1e-9  # products and quotients of what is in between are finite
Number = Annotated[float, Field(ge=-_FAR, le=_FAR), _PLAIN, _SIGN]
Positive = Annotated[float, Field(ge=_LITTLE, le=_MUCH), _PLAIN, _SIGN]
Amount = Annotated[float, Field(ge=0, le=_MUCH), _PLAIN, _SIGN]
Share = Annotated[float, Field(ge=0, le=1), _PLAIN, _SIGN]
Latitude = Annotated[float, Field(ge=-90, le=90), _PLAIN, _SIGN]
Longitude = Annotated[float, Field(ge=-180, le=180), _PLAIN, _SIGN]
Patients = Annotated[int, Field(ge=0, le=1_000_000_000), _PLAIN, BeforeValidator(_no_point_for_thousands)]


class _Record(BaseModel):
    """Frozen, strict about unknown keys, finite numbers only."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, str_strip_whitespace=True)


_R = TypeVar("_R", bound=_Record)


class _Place(_Record):
    id: Id
    name: Text = ""
    latitude: Latitude | None = Field(None, description="degrees north, WGS 84")
    longitude: Longitude | None = Field(None, description="degrees east, WGS 84")
    x_km: Number | None = Field(None, description="km, plane coordinate; in place of latitude and longitude")
    y_km: Number | None = Field(None, description="km, plane coordinate")
    area: Label = Field(None, description="commissioner, for boundaries and whole-area models")
    can_host_hub: bool = Field(True, description="whether a hub can be sited here")
    hub_setup_cost: Amount | None = Field(None, description="pounds once; empty = hub.setup_cost")
    hub_capacity: Patients | None = Field(None, description="most patients of a hub here; empty = no limit of its own")
    fte: dict[Id, Amount] = Field(
        default_factory=dict, description="full-time equivalents, by role id; a role left out is not reported, not zero"
    )


class Practice(_Place):
    """A GP practice: a row of practices.csv."""

    patients: Patients = Field(description="registered patients")
    current_group: Label = Field(None, description="its group today (PCN or federation); empty = none")
    deprivation: Number | None = Field(None, description="deprivation score, higher = more deprived (IMD)")
    rural: bool | None = Field(None, description="true = a rural hub site; empty or false = by rural_reach_patients")
    refuses: tuple[CareModelId, ...] = Field(
        (), description="care model ids that it does not consent to; TRUST_RUN: being run by a trust"
    )
    independent_allowed: bool = Field(True, description="whether it may stay outside any hub")


class Hospital(_Place):
    """A hospital site: a row of hospitals.csv."""

    kind: HospitalKind
    trust: Label = None
    leads: tuple[CareModelId, ...] = Field((), description="care model ids that it can lead; empty = by kind")
    runs_practices_max: Patients | None = Field(
        None,
        description="practices that its trust can run, added up over the trust's sites; empty here and next = none",
    )
    runs_patients_max: Patients | None = Field(
        None, description="patients of practices that its trust can run, likewise"
    )


class TravelTable(_Record):
    """travel.csv by column: `origin[t]`, `destination[t]` are ids; pairs that are absent are out of reach."""

    origin: tuple[Reference, ...]
    destination: tuple[Reference, ...]
    km: tuple[Amount, ...] | None = Field(None, description="road km")
    minutes: tuple[Amount, ...] | None = Field(None, description="travel time, minutes")
    cost: tuple[Amount, ...] | None = Field(None, description="pounds a year for the whole practice at that site")

    @model_validator(mode="after")
    def _one_length(self) -> Self:
        for column in (self.destination, self.km, self.minutes, self.cost):
            if column is not None and len(column) != len(self.origin):
                raise ValueError("columns of a travel table have one length")
        return self


class Misfit(_Record):
    """A row of misfit.csv: goes before the misfit computed from deprivation."""

    practice: Id
    care_model: CareModelId
    per_patient: Amount = Field(description="pounds per patient a year")


class Neighbours(_Record):
    """A row of neighbours.csv: two practices next to each other, in either order."""

    a: Id = Field(description="a practice")
    b: Id = Field(description="another one")


class TravelRules(_Record):
    circuity: Positive = Field(1.3, description="road km per km of straight line; assumption (tested 1.2-1.4)")
    cost_per_patient_km: Amount = Field(
        1.50,
        description="pounds a year per patient and road km: 1.6 return visits, 28p mileage + 19p time a km; assumption",
    )
    table: TravelTable | None = Field(None, description="measured travel in place of coordinates (travel.csv)")


class HubRules(_Record):
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
    host_is_member: bool = Field(True, description="the practice at a hub site is a member of that hub")
    hospital_sites: tuple[HospitalKind, ...] = Field(("community",), description="kinds of hospital that may be a hub")
    running_cost: Amount = Field(150_000.0, description="pounds a year; assumption")
    setup_cost: Amount = Field(100_000.0, description="pounds once: GBP 102m for 1,027 refurbishments, 99,000 each")
    count_min: Patients | None = Field(None, description="fewest hubs")
    count_max: Patients | None = Field(None, description="most hubs")
    contiguous: bool = Field(False, description="hubs connected in the neighbour graph")


class Role(_Record):
    id: Id
    min_per_10k: Amount | None = Field(None, description="FTE per 10,000 patients in every hub; empty = no rule")
    network_min_per_10k: Amount | None = Field(None, description="the same for every network; empty = no rule")
    cost_per_fte: Amount = Field(60_000.0, description="pounds a year per FTE hired, on-costs included; assumption")
    market_fte_share: Amount = Field(0.05, description="hires <= this share of the FTE now in post; assumption")

    @model_validator(mode="wrap")
    @classmethod
    def _published(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        return _with_preset(data, handler, ROLES)


class CareModel(_Record):
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
    capitated_budget_per_patient: Amount | None = Field(None, description="pounds a year; reported, not optimised")
    share_min: Share = Field(0.0, description="least share of all patients in networks of this model")
    share_max: Share = Field(1.0, description="most share of all patients in networks of this model")
    count_min: Patients = Field(0, description="fewest networks of this model")
    count_max: Patients | None = Field(None, description="most networks of this model")
    whole_area: bool = Field(False, description="takes every practice of its area or is not there")
    contiguous: bool = Field(False, description="networks connected in the neighbour graph")

    @model_validator(mode="wrap")
    @classmethod
    def _published(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        return _with_preset(data, handler, CARE_MODELS)


class TrustRun(_Record):
    """Single practices run by a hospital trust, outside any hub and network."""

    cost_per_practice: Amount = Field(50_000.0, description="pounds a year, management by the trust; assumption")
    price_per_patient: Amount = Field(15.0, description="pounds a year, wish for practices in hubs; assumption")
    misfit_deprived: Amount = Field(
        0.0, description="pounds per patient a year, at the most deprived practice; assumption"
    )
    misfit_affluent: Amount = Field(
        0.0, description="pounds per patient a year, at the least deprived practice; linear in rank between"
    )
    max_km: Amount = Field(15.0, description="road km, practice to a hospital of the trust; assumption")


class Policy(_Record):
    coverage_min: Share | None = Field(
        None, description="least share of patients in networks; empty = 0.5 (Five Year Forward View), 0 without models"
    )
    coverage_max: Share = Field(1.0, description="most share of patients in networks")
    dividend_per_patient: Amount = Field(8.0, description="pounds a year forgone per patient in no network; assumption")
    consent: bool = Field(True, description="a practice is never in a network of a model that it refuses")
    respect_areas: bool | Literal["hubs", "networks"] = Field(
        False, description="members of a hub, hubs of a network, or (true) both share an area"
    )
    allow_independent: bool = True
    independent_max_patients: Patients = Field(10_000, description="a larger practice joins a hub; assumption")
    independent_price_per_patient: Amount = Field(30.0, description="pounds a year; assumption")
    transformation_fund: Amount = Field(0.0, description="pounds once, for all hubs and networks; 0 = no limit")
    max_disruption: Amount | None = Field(
        None, description="most disruption, unweighted pounds a year; empty = no limit, 0 = nobody moves"
    )
    keep_together: tuple[tuple[Id, ...], ...] = Field((), description="lists of practices that share a hub")
    keep_apart: tuple[tuple[Id, ...], ...] = Field((), description="lists of practices of which no two share a hub")
    fixed_hub: dict[Id, Id] = Field(default_factory=dict, description="practice = the site of its hub")
    barred_hub: dict[Id, tuple[Id, ...]] = Field(default_factory=dict, description="practice = sites it may not join")
    fixed_network: dict[Id, Id] = Field(
        default_factory=dict, description='practice = its network "MODEL:lead", or "MODEL" for any of that model'
    )
    must_open: tuple[Id, ...] = Field((), description="sites where there is a hub")
    must_not_open: tuple[Id, ...] = Field((), description="sites where there is none")


class Disruption(_Record):
    cost_per_practice: Amount = Field(5_000.0, description="pounds once per moved practice: NHS England SW, 4,280")
    cost_per_patient: Amount = Field(25.0, description="pounds once per patient of a moved practice; assumption")


class Weights(_Record):
    cost: Amount = Field(1.0, description="multiplies every cost term")
    disruption: Amount = Field(1.0, description="multiplies every disruption term")


class InstanceData(_Record):
    """The fields of an `Instance`, which is held to `consistency.py` besides."""

    schema_version: Literal[1] = 1
    name: Title = _UNNAMED
    horizon_years: Positive = Field(5.0, description="years over which one-off money is spread; assumption")
    travel: TravelRules = TravelRules()
    hub: HubRules = HubRules()
    role: tuple[Role, ...] = Field((), description="staff roles; none = no workforce rule")
    care_model: tuple[CareModel, ...] = Field((), description="kinds of network; none = hubs only")
    trust_run: TrustRun | None = Field(None, description="practices run by trusts; empty = nobody is")
    policy: Policy = Policy()
    disruption: Disruption = Disruption()
    weights: Weights = Weights()
    practices: tuple[Practice, ...]
    hospitals: tuple[Hospital, ...] = ()
    misfit: tuple[Misfit, ...] = ()
    neighbours: tuple[Neighbours, ...] | None = Field(
        None, description="which practices are next to each other; empty = computed from coordinates (docs/model.md)"
    )

    @property
    def coverage_min(self) -> float:
        """Least share of patients in networks, its default resolved."""
        stated = self.policy.coverage_min
        return stated if stated is not None else (0.5 if self.care_model else 0.0)

    @property
    def sha256(self) -> str:
        """Hash of the content, the same whichever file format it came from."""
        content = _without_later(self.model_dump(mode="json"), self.model_dump(mode="json", exclude_defaults=True))
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _without_later(content: Any, beside_defaults: Any) -> Any:
    """Content without the fields of `_LATER` that are at their defaults."""
    if isinstance(content, dict):
        given = beside_defaults if isinstance(beside_defaults, dict) else {}
        return {
            key: _without_later(value, given.get(key))
            for key, value in content.items()
            if key in given or key not in _LATER
        }
    if isinstance(content, list) and isinstance(beside_defaults, list) and len(content) == len(beside_defaults):
        return [_without_later(*pair) for pair in zip(content, beside_defaults, strict=True)]
    return content


AnyInstance = TypeVar("AnyInstance", bound=InstanceData)  # what readers make: they know the data, not the class


def _with_preset(data: Any, handler: ModelWrapValidatorHandler[_R], presets: dict[str, dict[str, Any]]) -> _R:
    """Published defaults for a known id, under whatever the file states; they do not count as stated."""
    if not (isinstance(data, dict) and isinstance(data.get("id"), str) and data["id"] in presets):
        return handler(data)
    record = handler({**presets[data["id"]], **data})
    record.__pydantic_fields_set__.intersection_update(data)
    return record
