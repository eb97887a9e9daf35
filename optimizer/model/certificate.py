"""bound.json: what a lower bound rests on, complete enough for anybody to recompute it (docs/certificate.md).

Prices of the rules that tie hubs together, and a tree of cases. No state of a case is written: it follows from the
branches that lead to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import ConfigDict, Discriminator, Field, Tag, model_validator

from optimizer.model.departures import Departures
from optimizer.model.json_document import InstanceMark, JsonDocument, Part

BOUND_FILE = "bound.json"

NotNegative = Annotated[float, Field(ge=0)]
NotPositive = Annotated[float, Field(le=0)]
Index = Annotated[int, Field(ge=0)]


class _Strict(Part):
    """A misspelt key would weaken a bound unseen."""

    model_config = ConfigDict(extra="forbid")


class NetworkPrices(_Strict):
    """Prices of networks that some leads may lead."""

    low: NotNegative = Field(default=0.0, description="per patient: its networks have at least their minimum")
    high: NotPositive = Field(default=0.0, description="per patient: at most their maximum")
    lead: NotNegative = Field(default=0.0, description="per network, hub-led: a hub of the slot is at its lead")
    links: dict[str, NotNegative] = Field(
        default_factory=dict, description="by practice: it is in one of the networks only if there are any"
    )


class ClusterPrices(NetworkPrices):
    """Prices of the networks that some leads of a slot lead."""

    leads: tuple[str, ...] = Field(description="in no other cluster of the slot")


class SlotPrices(NetworkPrices):
    """Prices of a slot's networks, all together or cluster by cluster."""

    clusters: tuple[ClusterPrices, ...] = Field(default=(), description="a partition of its leads; none: all together")

    @model_validator(mode="after")
    def _priced_once(self) -> Self:
        if self.clusters and (self.low or self.high or self.lead or self.links):
            raise ValueError("a slot with clusters has no prices of its own")
        return self


class CutPrice(_Strict):
    """Of three practices, two or more are together in one hub at most."""

    practices: tuple[str, str, str]
    price: NotPositive = Field(description="per hub that has two or more of them")


class Prices(_Strict):
    """Pounds a year; what is left out is 0."""

    practice: dict[str, float] = Field(default_factory=dict, description="by practice: it has one place")
    group: dict[str, NotPositive] = Field(default_factory=dict, description="by group: one hub at most continues it")
    market: dict[str, NotPositive] = Field(default_factory=dict, description="per FTE by role: hires within the market")
    coverage: float = Field(default=0.0, description="per patient in networks")
    hubs: float = Field(default=0.0, description="per hub")
    limits: tuple[float, ...] = Field(default=(), description="per hub, one per limit on hubs of the case")
    cuts: tuple[CutPrice, ...] = ()
    slots: tuple[SlotPrices, ...] = Field(default=(), description="one per slot of the case that it is used in")


class CountBranch(_Strict):
    """At most `at` networks in the slot, or more."""

    kind: Literal["count"]
    slot: Index
    at: Index


class HubsBranch(_Strict):
    """At most `at` hubs in networks of the slots, or more."""

    kind: Literal["hubs"]
    slots: tuple[Index | None, ...] = Field(description="null: hubs in no network")
    at: Index


class LeadsBranch(_Strict):
    """A slot of exactly c networks in two by lead: 0, 1, ... c of them in the first."""

    kind: Literal["leads"]
    slot: Index
    split: tuple[str, ...] = Field(description="leads of the first part")


class SiteBranch(_Strict):
    """No hub at the site, or one."""

    kind: Literal["site"]
    site: str


class NetworkBranch(_Strict):
    """A hub at the site in a network of the slot, or no such hub there."""

    kind: Literal["network"]
    site: str
    slot: Index | None = Field(description="null: in no network")


class AssignBranch(_Strict):
    """The practice in a hub at one of the sites, or at none of them."""

    kind: Literal["assign"]
    practice: str
    sites: tuple[str, ...]


Branch = CountBranch | HubsBranch | LeadsBranch | SiteBranch | NetworkBranch | AssignBranch


class Enumeration(_Strict):
    """What listing hubs adds to a leaf: no plan of the case costs less than `bound`.

    Every hub of a plan that costs less than `value` and `room` is one of `hubs` hubs, and no choice among
    these that covers each practice once costs less than `bound`.
    """

    prices: Index = Field(description="position in the certificate's list")
    value: float = Field(description="claimed of these prices where the hubs were listed, pounds a year")
    room: Annotated[float, Field(gt=0)] = Field(description="pounds a year above the least reduced cost at a site")
    hubs: Index = Field(description="how many there are")
    bound: float = Field(description="claimed, pounds a year")


class Leaf(_Strict):
    """A case that is bounded by prices and, where hubs were listed, by a search among these."""

    prices: tuple[Index, ...] = Field(default=(), description="positions in the certificate's list")
    bound: float | None = Field(description="claimed of the prices alone, pounds a year; null: the case has no plan")
    enumeration: Enumeration | None = None


class Split(_Strict):
    """A case that is split into others, which cover it."""

    branch: Annotated[Branch, Field(discriminator="kind")]
    children: tuple[Case, ...]


def _kind_of_case(written: Any) -> str:
    is_split = isinstance(written, Split) or (isinstance(written, dict) and "branch" in written)
    return "split" if is_split else "leaf"


Case = Annotated[Annotated[Leaf, Tag("leaf")] | Annotated[Split, Tag("split")], Discriminator(_kind_of_case)]


class Certificate(JsonDocument):
    """The content of bound.json. Money in pounds a year, weighted as in the objective, departures added."""

    model_config = ConfigDict(extra="forbid")
    indent: ClassVar[int | None] = None

    schema_version: Literal[1]
    instance: InstanceMark = InstanceMark()
    departures: Departures | None = Field(default=None, description="priced beside the cost, if any are")
    bound: float = Field(description="claimed by prices alone: no plan costs less")
    enumerated_bound: float | None = Field(
        default=None, description="claimed where leaves with an enumeration count with its bound; null: none is"
    )
    root_bound: float = Field(description="claimed of the first case alone, without the tree")
    root: tuple[Index, ...] = Field(description="prices of the first case")
    prices: tuple[Prices, ...]
    tree: Case

    def leaves(self) -> Iterator[Leaf]:
        """Depth first, as written."""
        stack: list[Leaf | Split] = [self.tree]
        while stack:
            case = stack.pop()
            if isinstance(case, Leaf):
                yield case
            else:
                stack.extend(reversed(case.children))
