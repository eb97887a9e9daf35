"""Kinds of network: care models, split where networks of one differ in more than their lead and their members.

A network starts in a wave, and who is in one of a whole area, or in a bid that is funded, is given: so a care model is
as many kinds as there are waves, times the units that it may take whole, and a kind more for each bid and wave. Every
solver knows a kind as it knows a care model; that a unit is taken whole follows from its least and most patients,
which are all that it has, and from nobody else's being allowed in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from instances import Bid, CareModel, Instance, Practice, Wave
from optimizer.model.arrays import BoolArray


@dataclass(frozen=True)
class Unit:
    """The practices that a network takes, all of them and nobody else."""

    members: BoolArray  # [n]
    areas: tuple[str, ...] = ()  # those that are whole in it
    bid: Bid | None = None

    @property
    def name(self) -> str:
        """As people call it."""
        if self.bid is not None:
            return f"bid {self.bid.id}"
        return f"{'area' if len(self.areas) == 1 else 'areas'} {', '.join(self.areas)}"

    def may_be_led_from(self, place: str, area: str | None) -> bool:
        """Whether a place in an area (None = in none) may lead it."""
        if self.bid is not None:
            return self.bid.lead in (None, place)
        return area is None or area in self.areas


@dataclass(frozen=True)
class Kind:
    """A care model, in a wave (None: there are none), of a unit (None: of whom it likes)."""

    model: int  # place among the care models of the instance
    wave: Wave | None
    unit: Unit | None

    @property
    def bid(self) -> Bid | None:
        return None if self.unit is None else self.unit.bid

    def setup_cost(self, model: CareModel) -> float:
        """Pounds once."""
        asked = None if self.bid is None else self.bid.cost
        return model.setup_cost if asked is None else asked


def kinds_of(instance: Instance) -> tuple[Kind, ...]:
    """Those that can be: care models in their order, then bids, each wave by wave."""
    waves: tuple[Wave | None, ...] = instance.wave or (None,)
    return tuple(Kind(k, wave, unit) for k, unit in _units(instance) for wave in waves)


def _units(instance: Instance) -> Iterator[tuple[int, Unit | None]]:
    """(care model, unit) of every kind, waves aside."""
    for k, model in enumerate(() if instance.policy.bids_only else instance.care_model):
        if model.whole_area:
            for areas in whole_areas(instance):
                yield k, Unit(_in_areas(instance.practices, areas), areas)
        else:
            yield k, None
    model_of = {model.id: k for k, model in enumerate(instance.care_model)}
    for bid in instance.bids:
        if bid.readiness >= instance.policy.bid_readiness_min:
            yield model_of[bid.care_model], Unit(_listed(instance.practices, bid.members), bid=bid)


def whole_areas(instance: Instance) -> list[tuple[str, ...]]:
    """What a whole-area network may take: each named group of areas, and each area that is in none."""
    groups = [tuple(dict.fromkeys(areas)) for areas in instance.policy.area_groups.values()]
    grouped = {area for areas in groups for area in areas}
    areas = dict.fromkeys(practice.area for practice in instance.practices if practice.area)
    return [*groups, *((area,) for area in areas if area not in grouped)]


def _in_areas(practices: tuple[Practice, ...], areas: tuple[str, ...]) -> BoolArray:
    return np.array([practice.area in areas for practice in practices], dtype=bool)


def _listed(practices: tuple[Practice, ...], ids: tuple[str, ...]) -> BoolArray:
    return np.isin([practice.id for practice in practices], ids)
