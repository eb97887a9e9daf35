"""What a plan is held to beside hubs and care models: policy, what moving costs, how terms weigh."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from instances.rows import Record
from instances.values import (
    Amount,
    Id,
    Patients,
    Share,
)


class Policy(Record):
    coverage_min: Share | None = Field(
        None, description="least share of patients in networks; empty = 0.5 (Five Year Forward View), 0 without models"
    )
    coverage_max: Share = Field(1.0, description="most share of patients in networks")
    dividend_per_patient: Amount = Field(8.0, description="pounds a year forgone per patient in no network; assumption")
    dividend_reinvested_share: Share = Field(
        0.0, description="share of the dividend that networks put back into care; reported, not optimised"
    )
    guarantee_per_patient: Amount | None = Field(
        None,
        description="pounds a year per registered patient up to which core funding is raised in networks; empty = none "
        "(Bolton, 2015: 95)",
    )
    consent: bool = Field(True, description="a practice is never in a network of a model that it refuses")
    reluctant_price_per_patient: Amount = Field(
        5.0, description="pounds a year, of a practice in a network of a model that it is reluctant about; assumption"
    )
    unready_price_per_patient: Amount = Field(
        5.0, description="pounds a year, of a practice of readiness 0 in a network; none at 1, linear; assumption"
    )
    last_resort: bool = Field(False, description="the commissioner may place practices that the grounds below name")
    unplaced_after_mediation: tuple[Id, ...] = Field((), description="practices that no network took of its own accord")
    serious_problems: tuple[Id, ...] = Field((), description="practices with serious problems")
    serious_strain: Share | None = Field(None, description="strain from which problems are serious; empty = from none")
    imposed_price_per_patient: Amount = Field(
        20.0, description="pounds a year, of a practice placed against its refusal; assumption"
    )
    respect_areas: bool | Literal["hubs", "networks"] = Field(
        False, description="members of a hub, hubs of a network, or (true) both share an area"
    )
    area_groups: dict[Id, tuple[Id, ...]] = Field(
        default_factory=dict, description="name = areas that a whole-area network takes together"
    )
    bids_only: bool = Field(False, description="a network is a bid that is funded; false = others may be planned too")
    bid_readiness_min: Share = Field(0.0, description="a bid less ready is not funded")
    unready_bid_price_per_patient: Amount = Field(
        0.0, description="pounds a year per patient of a funded bid that is not ready at all, less the readier it is"
    )
    discount_rate: Share = Field(0.035, description="a year, of what comes later: Green Book, HM Treasury")
    delay_price_per_patient: Amount = Field(
        0.0,
        description="pounds a year per patient at full strain and year until its network starts",
    )
    allow_independent: bool = True
    independent_max_patients: Patients = Field(10_000, description="a larger practice joins a hub; assumption")
    independent_price_per_patient: Amount = Field(30.0, description="pounds a year; assumption")
    transformation_fund: Amount = Field(0.0, description="pounds once, for all hubs and networks; 0 = no limit")
    max_disruption: Amount | None = Field(
        None, description="most disruption, unweighted pounds a year; empty = no limit, 0 = nobody moves"
    )
    far_share_max: Share | None = Field(
        None, description="most share of all patients who are far from their hub (hub.far_km); empty = no limit"
    )
    no_fifth_worse: bool = Field(
        False, description="no deprivation fifth of patients lives further from its hubs than from today's; needs homes"
    )
    deprived_km_max: Amount | None = Field(
        None, description="road km, mean of the most deprived fifth from home to hub; needs homes; empty = no limit"
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


class Disruption(Record):
    cost_per_practice: Amount = Field(5_000.0, description="pounds once per moved practice: NHS England SW, 4,280")
    cost_per_patient: Amount = Field(25.0, description="pounds once per patient of a moved practice; assumption")


class Weights(Record):
    cost: Amount = Field(1.0, description="multiplies every cost term")
    disruption: Amount = Field(1.0, description="multiplies every disruption term")
