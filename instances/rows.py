"""Rows of the tables of an instance: places, travel between them, what is said of them, bids and commissioners."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)

from instances.values import (
    AREA,
    Amount,
    CareModelId,
    HospitalKind,
    Id,
    Label,
    Latitude,
    Longitude,
    Name,
    Number,
    Patients,
    Rating,
    Reference,
    Share,
    Text,
)


class Record(BaseModel):
    """Frozen, strict about unknown keys, finite numbers only."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, str_strip_whitespace=True)


class _Place(Record):
    id: Id
    name: Text = ""
    latitude: Latitude | None = Field(None, description="degrees north, WGS 84")
    longitude: Longitude | None = Field(None, description="degrees east, WGS 84")
    x_km: Number | None = Field(None, description="km, plane coordinate; in place of latitude and longitude")
    y_km: Number | None = Field(None, description="km, plane coordinate")
    area: Label = Field(None, description="commissioner, for boundaries and whole-area models")
    areas: dict[Id, Name] = Field(
        default_factory=dict, description="areas of other kinds, such as local authorities, by kind"
    )
    can_host_hub: bool = Field(True, description="whether a hub can be sited here")
    hub_setup_cost: Amount | None = Field(None, description="pounds once; empty = hub.setup_cost")
    hub_capacity: Patients | None = Field(None, description="most patients of a hub here; empty = no limit of its own")
    fte: dict[Id, Amount] = Field(
        default_factory=dict, description="full-time equivalents, by role id; a role left out is not reported, not zero"
    )

    def area_of(self, kind: str) -> str | None:
        """Its area of a kind; `area` is the commissioner's."""
        return self.area if kind == AREA else self.areas.get(kind)


class Practice(_Place):
    """A GP practice: a row of practices.csv."""

    patients: Patients = Field(description="registered patients")
    current_group: Label = Field(None, description="its group today (PCN or federation); empty = none")
    deprivation: Number | None = Field(None, description="deprivation score, higher = more deprived (IMD)")
    rural: bool | None = Field(None, description="true = a rural hub site; empty or false = by rural_reach_patients")
    refuses: tuple[CareModelId, ...] = Field(
        (), description="care model ids that it does not consent to; TRUST_RUN: being run by a trust"
    )
    reluctant: tuple[CareModelId, ...] = Field((), description="care model ids that it consents to at a price only")
    readiness: Share | None = Field(None, description="for any network, 0 = not ready to 1 = ready; empty = 1")
    gp_vacancies: Amount | None = Field(None, description="FTE of GPs that it looks for; for its strain")
    rating: Rating | None = Field(None, description="of its regulator (CQC, overall); for its strain")
    list_closed: bool | None = Field(None, description="whether it takes no new patients; for its strain")
    strain: Share | None = Field(None, description="0 = least to 1 = most strained; empty = from the figures reported")
    independent_allowed: bool = Field(True, description="whether it may stay outside any hub")
    weighted_patients: Amount | None = Field(
        None, description="patients, weighted by need (Carr-Hill); empty = the registered ones"
    )
    core_funding_per_patient: Amount | None = Field(
        None, description="pounds a year per registered patient; empty = not reported"
    )


class Hospital(_Place):
    """A hospital site: a row of hospitals.csv."""

    kind: HospitalKind
    trust: Label = None
    leads: tuple[CareModelId, ...] = Field((), description="care model ids that it can lead; empty = by kind")
    features: dict[Id, Number] = Field(
        default_factory=dict, description="what chains compare, by feature; a feature left out is not known, not zero"
    )
    can_join_chain: bool | None = Field(
        None, description="whether it may be in a chain; empty = by chain.kinds and chain.join_max"
    )
    can_lead: bool = Field(True, description="false = leads no network; it may still be a partner in one")
    lead_patients_max: Patients | None = Field(
        None, description="most patients of a network that it leads; empty = the model's maximum"
    )
    lead_practices_max: Patients | None = Field(
        None, description="most practices of a network that it leads; empty = no limit of its own"
    )
    budget: Amount | None = Field(None, description="pounds a year that it has; reported, not optimised")
    runs_practices_max: Patients | None = Field(
        None,
        description="practices that its trust can run, added up over the trust's sites; empty here and next = none",
    )
    runs_patients_max: Patients | None = Field(
        None, description="patients of practices that its trust can run, likewise"
    )


class TravelTable(Record):
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


class HomePlace(Record):
    """A place where people live, such as an LSOA: a row of places.csv."""

    id: Id
    name: Text = ""
    latitude: Latitude | None = Field(None, description="degrees north, WGS 84; where its people live on average")
    longitude: Longitude | None = Field(None, description="degrees east, WGS 84")
    x_km: Number | None = Field(None, description="km, plane coordinate; in place of latitude and longitude")
    y_km: Number | None = Field(None, description="km, plane coordinate")
    population: Amount | None = Field(None, description="residents; empty = not known")
    deprivation: Number | None = Field(
        None, description="deprivation score, higher = more deprived (IMD); empty = as its people's practices"
    )
    rural: bool | None = Field(None, description="whether it is rural; empty = not known")
    zones: dict[Id, Name] = Field(
        default_factory=dict, description="zones that it lies in, such as council or MSOA, by kind"
    )


def _once_each(cells: Any, judge: ValidatorFunctionWrapHandler) -> Any:
    """A long column with few different words or counts in it: each is judged once, unless one is bad."""
    if not isinstance(cells, list | tuple) or set(map(type, cells)) not in ({str}, {int}):
        return judge(cells)
    words = list(dict.fromkeys(cells))
    try:
        judged = dict(zip(words, judge(words), strict=True))
    except ValidationError:
        return judge(cells)
    return tuple(map(judged.__getitem__, cells))


_COLUMN = WrapValidator(_once_each)


class HomesTable(Record):
    """homes.csv by column: `patients[t]` of `practice[t]` live at `place[t]`, a place or the practice itself."""

    practice: Annotated[tuple[Reference, ...], _COLUMN]
    place: Annotated[tuple[Reference, ...], _COLUMN]
    patients: Annotated[tuple[Patients, ...], _COLUMN] = Field(
        description="patients, of any vintage: shares of the practice's list"
    )

    @model_validator(mode="after")
    def _one_length(self) -> Self:
        if not len(self.practice) == len(self.place) == len(self.patients):
            raise ValueError("columns of a table of homes have one length")
        return self


class Misfit(Record):
    """A row of misfit.csv: goes before the misfit computed from deprivation."""

    practice: Id
    care_model: CareModelId
    per_patient: Amount = Field(description="pounds per patient a year")


class Neighbours(Record):
    """A row of neighbours.csv: two practices next to each other, in either order."""

    a: Id = Field(description="a practice")
    b: Id = Field(description="another one")


class Adjacency(Record):
    """A row of adjacency.csv: two places that touch, in either order; none across water."""

    a: Id = Field(description="a place")
    b: Id = Field(description="another one")


class Bid(Record):
    """A row of bids.csv: a network that somebody has asked to be; funded whole, or not at all."""

    id: Id
    care_model: CareModelId
    lead: Id | None = Field(None, description="place that is to lead it; empty = whoever serves best")
    members: tuple[Id, ...] = Field(min_length=1, description="practice ids: all of its network, and nobody else")
    cost: Amount | None = Field(None, description="pounds once, asked for; empty = the care model's setup_cost")
    readiness: Share = Field(1.0, description="0 = not ready at all, 1 = could start today")


class Commissioner(Record):
    """A row of commissioners.csv: who commissions the practices of an area."""

    area: Name = Field(description="the area of its practices")
    delegated: bool = Field(description="whether it commissions general practice under full delegation")
    management_cost: Amount | None = Field(
        None, description="pounds a year; reported, not optimised; empty = not known"
    )
