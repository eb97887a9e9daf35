"""Departures from an earlier plan at a price: what keeps a plan close to the one that it changes (docs/model.md).

A practice departs if its hub is not at the site where it was. The price steers which plan is found; it is no cost.
"""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

from optimizer.model.plan import Plan

Price = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Departures(BaseModel):
    """What departing costs, and from where. A practice that `hubs` leaves out is new and cannot depart."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    price_per_practice: Price = Field(description="pounds a year, unweighted")
    hubs: dict[str, str | None] = Field(description="site of each practice's hub in the earlier plan; null: in none")

    @classmethod
    def of(cls, earlier: Plan, price_per_practice: float) -> Self:
        """Raises `ValidationError` for a price below 0 or without end."""
        hubs: dict[str, str | None] = dict.fromkeys(earlier.outside)
        hubs |= {practice: hub.site for hub in earlier.hubs for practice in hub.members}
        return cls(price_per_practice=price_per_practice, hubs=hubs)

    def departs(self, practice: str, hub: str | None) -> bool:
        """Whether a practice is elsewhere if it is in the hub at that site; None: if it is independent."""
        return practice in self.hubs and self.hubs[practice] != hub


class PricedDepartures(Departures):
    """With those of a plan."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    practices: int = Field(description="that depart")
    pounds: Price = Field(description="practices x price, a year")
