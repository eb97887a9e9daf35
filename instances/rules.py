"""The page of rules that made instances carry, written out in full so that people and programs read it as it stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel

from instances.policy import Disruption, Policy, Weights
from instances.presets import ROLES
from instances.schema import DESCRIBING, LATER, CareModel, HubRules, Role, TravelRules

_UNSTATED = {"contiguous", "whole_area", "keep_together", "keep_apart", "must_open", "must_not_open", "table"}
_UNSTATED |= {"fixed_hub", "barred_hub", "fixed_network", "share_min", "share_max", "count_min", *DESCRIBING} | LATER


def stated(record: BaseModel) -> dict[str, Any]:
    """Every setting that has a value and is more than an empty lock or an unused limit."""
    return record.model_dump(exclude=_UNSTATED, exclude_none=True)


def full_rules(
    roles: Sequence[str] = ("gp", "nurse"), models: Sequence[str] = ("MCP", "PACS", "CHN")
) -> dict[str, Any]:
    """Settings of an `Instance`: the schema's defaults, published roles and care models by their ids."""
    return {
        "horizon_years": 5.0,
        "travel": TravelRules(**stated(TravelRules())),
        "hub": HubRules(**stated(HubRules())),
        "role": tuple(_role(id) for id in roles),
        "care_model": tuple(_care_model(id) for id in models),
        "policy": Policy(**{**stated(Policy()), "coverage_min": 0.5}),
        "disruption": Disruption(**stated(Disruption())),
        "weights": Weights(**stated(Weights())),
    }


def _role(id: str) -> Role:
    return Role(id=id, **{name: figure.value for name, figure in ROLES[id].items()}, market_fte_share=0.05)


def _care_model(id: str) -> CareModel:
    return CareModel(**stated(CareModel.model_validate({"id": id})))
