"""A plan: which practices form which hub, which hubs form which network. Ids only, no arrays, no prices.

What a plan costs and whether it keeps the rules is for `optimizer.verify` to say; `solving.tables` has its tables.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Fte = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Hub(_Part):
    """An open hub; its id is its site's id."""

    site: str
    members: tuple[str, ...] = Field(description="practice ids")
    network: str | None = Field(None, description='"MODEL:lead"; none = a hub on its own')
    continues: str | None = Field(None, description="the current group that it continues")
    hires: dict[str, Fte] = Field(default_factory=dict, description="FTE to hire by role id")


class Network(_Part):
    """An open network; its id is `MODEL:lead`."""

    care_model: str
    lead: str = Field(description="id of a hub site or a hospital")
    hospitals: tuple[str, ...] = Field(
        (), description="ids of its partners, a hospital that leads it aside", exclude_if=lambda ids: not ids
    )
    hires: dict[str, Fte] = Field(default_factory=dict, description="FTE to hire beyond the hubs' own, by role id")
    wave: str | None = Field(
        None,
        description="id of the wave in which it starts; none = there are no waves",
        exclude_if=lambda of: of is None,
    )
    bid: str | None = Field(
        None, description="id of the bid that it is; none = it is none", exclude_if=lambda of: of is None
    )

    @property
    def id(self) -> str:
        return f"{self.care_model}:{self.lead}"


class Chain(_Part):
    """Hospitals that are alike and work as one; it is called by its lead."""

    lead: str = Field(description="id of the hospital that leads it, one of its members")
    members: tuple[str, ...] = Field(description="hospital ids")


class TrustRun(_Part):
    """A practice that a trust runs, outside any hub."""

    practice: str
    hospital: str = Field(description="id of a hospital of the trust: the nearest")


class Plan(_Part):
    """All decisions of a plan."""

    hubs: tuple[Hub, ...]
    networks: tuple[Network, ...] = ()
    independents: tuple[str, ...] = Field((), description="practice ids outside any hub, on their own")
    trust_run: tuple[TrustRun, ...] = Field((), description="practices run by trusts")
    chains: tuple[Chain, ...] | None = Field(None, description="none = nothing is said of hospitals; () = all alone")

    @property
    def outside(self) -> tuple[str, ...]:
        """Practices in no hub, on their own or run by trusts."""
        return (*self.independents, *(run.practice for run in self.trust_run))
