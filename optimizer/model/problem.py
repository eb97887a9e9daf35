"""The problem as immutable numpy arrays: the one place where an instance's units become coefficients.

Second stop on the way from a file to a plan. Indices: practices i, sites j (places where a hub may be), care models k,
network candidates n (a model and a lead), roles r, groups g. Every `*_cost` and `*_price` is in pounds a year and
already weighted, so that an objective is a plain sum. Fields say what they run along (`optimizer.model.axes`), so
that a Problem can be cut to part of it (`optimizer.model.restrict`). `optimizer.model.build` makes one of an Instance.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import entry_points
from typing import Annotated

import numpy as np

from optimizer.model.arrays import NONE, BoolArray, FloatArray, IntArray
from optimizer.model.axes import (
    Among,
    Axis,
    Between,
    OneOf,
    PerCandidate,
    PerPractice,
    PerSite,
    PracticeOrNone,
    SiteOrNone,
    Whole,
)
from optimizer.model.equity import DistanceLimits
from optimizer.model.mip import Formulation
from optimizer.model.pairs import Pairs
from optimizer.model.sent import Sent

FORMULATIONS = "caregroup.formulations"  # entry points: what makes a program of a problem
COMPACT = "compact"


@dataclass(frozen=True)
class Practices:
    ids: PerPractice[tuple[str, ...]]
    names: PerPractice[tuple[str, ...]]  # as people know them: name and id, the id alone where there is no name
    locks: PerPractice[tuple[str, ...]]  # what its own locks are, in words; empty where it has none
    patients: PerPractice[IntArray]  # [n]
    group: PerPractice[IntArray]  # [n] current group, NONE = no group
    areas: PerPractice[IntArray]  # [n, boundaries that hubs do not cross] NONE = in every area
    may_be_independent: PerPractice[BoolArray]  # [n] in no hub: on its own or run by a trust
    # [n] of the cheaper of the two, whatever a trust has room for; departing priced in (dividend, moving come on top)
    independent_cost: PerPractice[FloatArray]
    may_be_alone: PerPractice[BoolArray]  # [n] in no hub, on its own
    alone_cost: PerPractice[FloatArray]  # [n] of that, as `independent_cost`
    move_cost: PerPractice[FloatArray]  # [n] 0 where there is no current group
    moving: PerPractice[FloatArray]  # [n] pounds once, unweighted, of being moved; 0 where there is no current group
    far_alone: PerPractice[IntArray]  # [n] patients who live far from the practice, in no hub; 0 where nobody asks
    fte: PerPractice[FloatArray]  # [n, roles] estimates filled in
    refuses: PerPractice[BoolArray]  # [n, models] refusals that bind
    undelegated: PerPractice[BoolArray]  # [n, models] whether its commissioner lacks what the model needs
    outside: PerPractice[BoolArray]  # [n, models] not of the unit that networks of the kind take whole
    misfit_cost: PerPractice[FloatArray]  # [n, models] all that being in a network of the kind costs a practice
    together: PerPractice[IntArray]  # [n] practices with the same value >= 0 share a hub; NONE = free
    apart: Annotated[IntArray, Among(Axis.PRACTICE)]  # [n_apart, 2] pairs of practices that do not share a hub
    # [edges, 2] pairs of practices next to each other; empty where no rule asks for it
    neighbours: Annotated[IntArray, Among(Axis.PRACTICE)]
    island: PerPractice[IntArray]  # [n] component of the neighbour graph

    @property
    def barred(self) -> BoolArray:
        """[n, models] whether a practice is in no network of the kind."""
        return np.asarray(self.refuses | self.undelegated | self.outside)


@dataclass(frozen=True)
class Sites:
    ids: PerSite[tuple[str, ...]]
    names: PerSite[tuple[str, ...]]  # as those of practices
    practice: PerSite[PracticeOrNone]  # [m] the practice whose premises it is, NONE = a hospital
    hospital: PerSite[IntArray]  # [m] index in the instance's hospitals, NONE = a practice
    minimum: PerSite[IntArray]  # [m] patients, rural rule applied
    capacity: PerSite[IntArray]  # [m] patients; NO_LIMIT where none is given
    cost: PerSite[FloatArray]  # [m] running and annual share of set-up
    setup: PerSite[FloatArray]  # [m] pounds once, unweighted
    areas: PerSite[IntArray]  # [m, boundaries that networks do not cross] NONE = in every area
    must_open: PerSite[BoolArray]  # [m]


@dataclass(frozen=True)
class HubLimits:
    maximum: int  # patients; a practice above it is alone in its hub
    target_min: int
    target_max: int
    price: float  # per patient outside the targets
    host_is_member: bool
    count_min: int
    count_max: int
    contiguous: bool


@dataclass(frozen=True)
class Roles:
    ids: tuple[str, ...]
    hub_ratio: FloatArray  # [roles] FTE per patient, 0 = no rule
    network_ratio: FloatArray  # [roles] FTE per patient, 0 = no rule
    hire_cost: FloatArray  # [roles] per FTE
    market: FloatArray  # [roles] FTE that can be hired in all
    whole_fte: BoolArray  # [roles] a hub and a network hire whole FTE only


@dataclass(frozen=True)
class Models:
    """Kinds of network (`optimizer.model.kinds`): care models, where nothing splits them; populations in patients."""

    ids: tuple[str, ...]  # of the care model
    waves: tuple[str | None, ...]  # ids
    bids: tuple[str | None, ...]  # ids
    units: tuple[str | None, ...]  # what is taken whole, in words; None = it takes whom it likes
    hub_led: BoolArray  # [models]
    minimum: IntArray
    maximum: IntArray
    target_min: IntArray
    target_max: IntArray
    price: FloatArray  # per patient outside the targets
    cost: FloatArray  # [models] running and annual share of set-up of one network with its fewest partners
    setup: FloatArray  # [models] pounds once, unweighted, its fewest partners included
    count_min: IntArray
    count_max: IntArray  # NO_LIMIT where none is given
    patients_min: IntArray  # share_min of all patients
    patients_max: IntArray
    contiguous: BoolArray  # [models]
    partners_min: IntArray  # hospitals beside the lead
    partners_max: IntArray  # as many as there are hospitals where no limit is given
    partner_cost: FloatArray  # [models] running and annual share of set-up of one more partner than the fewest
    partner_setup: FloatArray  # [models] pounds once, unweighted, of one more

    @property
    def is_whole(self) -> BoolArray:
        """[models] takes all practices that are not outside of its unit."""
        return np.array([unit is not None for unit in self.units], dtype=bool)


@dataclass(frozen=True)
class KindLimits:
    """Sums over all networks between two limits, beside the limits that each kind has by itself."""

    rules: tuple[str, ...]  # [L] whose they are, as verification names them
    subjects: tuple[str, ...]  # [L] what has the limit
    networks: FloatArray  # [L, models] what a network counts for
    patients: FloatArray  # [L, models] what a patient in a network counts for
    low: FloatArray  # [L]
    high: FloatArray  # [L]
    in_pounds: BoolArray  # [L] the others are numbers of networks or areas, or patients


@dataclass(frozen=True)
class Candidates:
    """Network candidates: a care model and a lead."""

    ids: PerCandidate[tuple[str, ...]]  # "MODEL:lead"
    leads: PerCandidate[tuple[str, ...]]  # place ids
    model: PerCandidate[IntArray]  # [candidates]
    site: PerCandidate[SiteOrNone]  # [candidates] site of the lead, NONE = the lead is no hub site
    hospital: PerCandidate[IntArray]  # [candidates] index in the instance's hospitals, NONE = the lead is a practice
    lead_fte: PerCandidate[FloatArray]  # [candidates, roles] FTE of a hospital lead
    maximum: PerCandidate[IntArray]  # [candidates] patients: of the model, or what a hospital can lead if that is less
    practices_max: PerCandidate[IntArray]  # [candidates] at most all practices
    partner_km: PerCandidate[FloatArray]  # [candidates, hospitals] road km to the lead, inf = cannot be a partner


@dataclass(frozen=True)
class Hospitals:
    """All hospitals of the instance, as members of networks."""

    ids: tuple[str, ...]
    fte: FloatArray  # [hospitals, roles] 0 where none is reported


@dataclass(frozen=True)
class NetworkLimits:
    patients_min: int  # coverage of all networks together
    patients_max: int
    dividend: float  # per patient in no network
    fund: float  # pounds once, unweighted; inf = no limit
    # practice -> candidates of which one must hold it
    fixed: Annotated[tuple[tuple[int, tuple[int, ...]], ...], OneOf(Axis.PRACTICE, Axis.CANDIDATE)]
    limits: Whole[KindLimits]


@dataclass(frozen=True)
class Trusts:
    """Trusts that run single practices outside any hub."""

    ids: Whole[tuple[str, ...]]
    practices_max: Whole[IntArray]  # [trusts] NO_LIMIT where none is given
    patients_max: Whole[IntArray]  # [trusts] NO_LIMIT where none is given
    # [n, trusts] of running a practice, departing priced in; inf: the trust cannot, or the practice does not agree
    cost: PerPractice[FloatArray]
    hospital: PerPractice[IntArray]  # [n, trusts] the trust's nearest, into the problem's hospitals


@dataclass(frozen=True)
class HubShare:
    """Of `whole` patients of a hub at most `part` are among those counted; 1 of 1 = no limit."""

    part: int
    whole: int  # at most all patients of the instance, so that products with numbers of patients are exact
    # practice to site where some of the practice's patients count; cost = how many
    counted: Annotated[Pairs, Between(Axis.PRACTICE, Axis.SITE)]

    @property
    def is_limited(self) -> bool:
        return self.part < self.whole

    def of(self, practice: IntArray, site: IntArray) -> IntArray:
        """[pairs] patients who count."""
        at = self.counted.index_of(practice, site)
        return np.append(self.counted.cost, 0.0)[at].astype(np.int64)


@dataclass(frozen=True)
class Problem(Sent):
    """All data of a solve. `reach` rows are practices, columns sites; `links` rows are sites, columns candidates."""

    name: str
    practices: Practices
    sites: Sites
    hub: Whole[HubLimits]
    roles: Whole[Roles]
    models: Whole[Models]
    candidates: Candidates
    hospitals: Whole[Hospitals]
    network: NetworkLimits
    trusts: Trusts
    moving_limit: float  # pounds once, unweighted, for all practices moved; inf = no limit
    far: HubShare  # patients who live far from the site
    outside_zone: HubShare  # patients who live outside the zone of the site
    far_max: int  # patients of the whole plan who live far; NO_LIMIT where none is given
    moving_price: float  # weighted pounds a year for a pound of moving: `move_cost` = it x `moving`
    group_ids: Whole[tuple[str, ...]]
    # practice to site, pruned by every rule on a single pair; cost = travel, crossing boundaries and departing
    reach: Annotated[Pairs, Between(Axis.PRACTICE, Axis.SITE)]
    links: Annotated[Pairs, Between(Axis.SITE, Axis.CANDIDATE)]  # site to candidate; cost = coordination
    # those links that cross a boundary at a price; cost = pounds a year per patient of the hub
    crossings: Annotated[Pairs, Between(Axis.SITE, Axis.CANDIDATE)]
    distances: DistanceLimits  # from home to hub, over the plan, by deprivation fifth

    @cached_property
    def mip(self) -> Formulation:
        """The compact formulation, built on first use; found as solvers are, for it is built on problems."""
        (entry,) = entry_points(group=FORMULATIONS, name=COMPACT)
        formulation: Formulation = entry.load()(self)
        return formulation

    @cached_property
    def crossing_price(self) -> FloatArray:
        """[links] pounds a year per patient of the hub; 0 where no boundary is crossed."""
        price, at = np.zeros(len(self.links)), self.links.index_of(self.crossings.row, self.crossings.column)
        price[at[at >= 0]] = self.crossings.cost[at >= 0]  # a cut problem may have lost links
        return price

    @property
    def n_practices(self) -> int:
        return len(self.practices.ids)

    @property
    def n_sites(self) -> int:
        return len(self.sites.ids)

    @property
    def n_models(self) -> int:
        return len(self.models.ids)

    @property
    def n_candidates(self) -> int:
        return len(self.candidates.ids)

    @property
    def n_roles(self) -> int:
        return len(self.roles.ids)

    @property
    def total_patients(self) -> int:
        return int(self.practices.patients.sum())

    @cached_property
    def has_partners(self) -> bool:
        """Whether a hospital may be in a network that it does not lead."""
        return bool(np.isfinite(self.candidates.partner_km).any())

    @cached_property
    def shared(self) -> IntArray:
        """Hospitals that other rules would let into several networks; a hub of theirs is in the one that it leads."""
        of, n = self.candidates.hospital, len(self.hospitals.ids)
        hub_led = self.models.hub_led[self.candidates.model]
        leads = np.bincount(of[(of >= 0) & ~hub_led], minlength=n)
        partners = np.isfinite(self.candidates.partner_km).sum(axis=0)
        leads[partners > 0] += np.isin(np.flatnonzero(partners > 0), of[hub_led])
        return np.flatnonzero(leads + partners > 1)

    @cached_property
    def oversize(self) -> BoolArray:
        """[n] practices above the hub maximum: alone in their hub, exempt from it."""
        return self.practices.patients > self.hub.maximum

    @cached_property
    def premises(self) -> IntArray:
        """[n] the site at each practice's premises, NONE = no site."""
        site = np.full(self.n_practices, NONE, dtype=np.int64)
        own = np.flatnonzero(self.sites.practice >= 0)
        site[self.sites.practice[own]] = own
        return site

    @cached_property
    def host(self) -> IntArray:
        """[m] the practice that must be a member of a hub at the site, NONE = nobody."""
        if self.hub.host_is_member:
            return self.sites.practice
        return np.full(self.n_sites, NONE, dtype=np.int64)
