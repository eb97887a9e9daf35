"""What to generate: the spec that a caller fills in, and the shape of country behind each kind.

First stop of the generator: every other part reads a `GenerateSpec` and its `Profile`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Kind = Literal["city", "market-town", "rural-county", "mixed"]


@dataclass(frozen=True)
class Profile:
    """The shape of a kind of country. Assumptions chosen so that the generated figures meet `figures.TARGETS`."""

    rural_share: float  # share of practices in villages: 15 % of England's practices are rural
    largest_share: float  # share of the other practices in the largest settlement
    zipf: float  # exponent of the sizes of the settlements after the largest
    smallest_town: float  # practices in the smallest town
    people_per_km2: float  # of land, countryside included; England has about 430
    deprivation_shift: float  # standard deviations from England's mean
    moors: int  # stretches of empty land
    has_coast: bool


PROFILES: dict[Kind, Profile] = {
    "city": Profile(0.02, 0.86, 1.0, 3.0, 1_400, 0.45, moors=0, has_coast=False),
    "market-town": Profile(0.35, 0.55, 1.0, 2.0, 190, -0.25, moors=1, has_coast=False),
    "rural-county": Profile(0.45, 0.33, 0.9, 2.0, 110, -0.20, moors=2, has_coast=True),
    "mixed": Profile(0.15, 0.08, 0.75, 2.0, 330, 0.0, moors=2, has_coast=True),
}


class GenerateSpec(BaseModel):
    """A synthetic instance to be made. With a seed it decides every byte of the result."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    kind: Kind = Field(default="mixed", description="the shape of country")
    practices: int = Field(default=100, ge=12, le=9_999, description="number of practices")
    name: str | None = Field(default=None, description="name of the instance; empty = from kind and seed")
    latitude: float = Field(default=52.5, ge=50, le=60, description="degrees north of the centre of the region")
    longitude: float = Field(default=-1.5, ge=-8, le=2, description="degrees east of the centre of the region")
    mean_list: float = Field(default=10_400, ge=4_000, le=25_000, description="patients per practice, as in England")
    patients_per_acute: float = Field(default=250_000, ge=20_000, description="as England or nearly")
    patients_per_community: float = Field(default=180_000, ge=20_000, description="as England")
    patients_per_area: float = Field(default=600_000, ge=20_000, description="per commissioner; England: 106 sub-ICBs")
    refuse_pacs: float = Field(default=0.20, ge=0, le=1, description="share of practices that refuse PACS; assumption")
    refuse_mcp: float = Field(default=0.06, ge=0, le=1, description="share of practices that refuse MCP; assumption")
    ungrouped: float = Field(default=0.01, ge=0, le=1, description="share of practices in no group; BMA 2020: 1 %")
    scattered: float = Field(default=0.015, ge=0, le=1, description="share of practices far from their group")
    unreported: float = Field(default=0.01, ge=0, le=0.5, description="share that reports no GPs; England 2025: 1 %")
    homes: bool = Field(default=False, description="whether it has places and says who lives where")
    people_per_place: float = Field(default=1_650, ge=200, description="of places; LSOAs of 2021 have 1,650")

    @property
    def profile(self) -> Profile:
        return PROFILES[self.kind]

    @model_validator(mode="after")
    def _shares_leave_groups(self) -> Self:
        if self.ungrouped + self.scattered > 0.5:
            raise ValueError("ungrouped + scattered: at most 0.5, or there are no groups to speak of")
        return self
