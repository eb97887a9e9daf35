"""Neighbourhoods in files: keys of plan.json, columns of hubs.csv (docs/neighbourhoods.md)."""

from __future__ import annotations

from typing import Self

import pandas as pd
from pandas.api.extensions import ExtensionArray
from pydantic import Field

from optimizer.analysis.neighbourhoods import HubPatch, Neighbourhoods, Residents, residents_of
from optimizer.model.json_document import Part
from optimizer.solving.result import VerifiedPlan
from optimizer.verify import Evaluation

PERCENT_DECIMALS = 1
_SHARE_DECIMALS = 6


class NeighbourhoodFigures(Part):
    """Of a plan. Shares are of patients whose homes are known, from 0 to 1."""

    in_patch: float | None = Field(default=None, description="share of patients who live in their hub's patch")
    median_hub: float | None = Field(default=None, description="the same by hub, the median of hubs")
    unknown_homes: int = Field(default=0, description="patients whose homes nobody knows")
    places: int = Field(default=0, description="places that are counted")
    places_split: int = Field(default=0, description="places between several hubs")
    hubs_across: dict[str, int] = Field(default_factory=dict, description="hubs in several zones, by kind of zone")

    @classmethod
    def figures(cls, residents: Residents, found: Neighbourhoods) -> Self:
        return cls(
            in_patch=_share(found.containment),
            median_hub=_share(found.median_containment),
            unknown_homes=round(found.unknown),
            places=found.places,
            places_split=found.split,
            hubs_across={kind: found.across(kind) for kind in residents.zone_kinds},
        )


class NeighbourhoodsPart(NeighbourhoodFigures):
    """The same of today's groups beside it."""

    today: NeighbourhoodFigures | None = None


class HubNeighbourhood(Part):
    """Where the patients of one hub live."""

    hub: str
    in_patch: float | None = Field(default=None, description="share of its patients who live in its patch")
    of_residents: float | None = Field(default=None, description="share of the patch's residents who are its patients")
    patch_places: int
    unknown_homes: int
    zones: dict[str, dict[str, float]] = Field(
        default_factory=dict, description="by kind, zones in which patients live, with the share of them"
    )

    @classmethod
    def of(cls, patch: HubPatch) -> Self:
        return cls(
            hub=patch.hub,
            in_patch=_share(patch.containment),
            of_residents=_share(patch.of_residents),
            patch_places=patch.places,
            unknown_homes=round(patch.unknown),
            zones={kind: {z.zone: round(z.share, _SHARE_DECIMALS) for z in of} for kind, of in patch.zones.items()},
        )


def neighbourhood_parts(
    plan: VerifiedPlan, today: Evaluation | None
) -> tuple[NeighbourhoodsPart | None, tuple[HubNeighbourhood, ...]]:
    """Of the plan and of its hubs; (None, ()) where the instance does not say where patients live."""
    residents = residents_of(plan.instance)
    if residents is None:
        return None, ()
    found = residents.neighbourhoods(plan.evaluation.hubs)
    part = NeighbourhoodsPart.figures(residents, found)
    if today is not None:
        of_today = NeighbourhoodFigures.figures(residents, residents.neighbourhoods(today.hubs))
        part = part.model_copy(update={"today": of_today})
    return part, tuple(HubNeighbourhood.of(hub) for hub in found.hubs)


def with_neighbourhoods(plan: VerifiedPlan, hubs: pd.DataFrame) -> pd.DataFrame:
    """hubs.csv with where each hub's patients live; as it is where the instance does not say."""
    residents = residents_of(plan.instance)
    if residents is None:
        return hubs
    patches = residents.neighbourhoods(plan.evaluation.hubs).hubs
    columns: dict[str, ExtensionArray] = {
        "patch_places": pd.array([patch.places for patch in patches], dtype="Int64"),
        "patch_list_share": pd.array([_share(patch.containment) for patch in patches], dtype="Float64"),
        "patch_resident_share": pd.array([_share(patch.of_residents) for patch in patches], dtype="Float64"),
    }
    if (kind := residents.zone_kind) is not None:
        zones = ["; ".join(zone.zone for zone in patch.zones[kind]) or None for patch in patches]
        columns[f"zones_{kind}"] = pd.array(zones, dtype="string")
    return hubs.assign(**columns)


def _share(value: float | None) -> float | None:
    return None if value is None else round(value, _SHARE_DECIMALS)
