"""Care models as kinds of network, where bids, whole areas or waves split them: what a bound is rechecked by.

A kind stands where a care model does: it has the model's figures, its own set-up, running cost and price of waiting,
and, where it takes a unit whole, the patients of the unit for its least and its most.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from instances.instance import Instance
from instances.rows import Bid, Practice
from instances.schema import CareModel
from optimizer.model.departures import Departures
from optimizer.verify.consent import Consent
from optimizer.verify.exact import exact
from optimizer.verify.prepared import Prepared

Bools = NDArray[np.bool_]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Kind:
    """`model` with the figures of the kind; `unit`: who is in a network of it, None = whom it likes."""

    of: str
    model: CareModel
    unit: frozenset[str] | None
    areas: tuple[str, ...]
    bid: Bid | None
    wave: str | None


@dataclass(frozen=True)
class NumberLimit:
    """A sum over networks, by kind, between two limits."""

    weights: dict[str, Fraction]
    low: Fraction
    high: Fraction | None


def prepared(instance: Instance, departures: Departures | None) -> Prepared:
    """Of care models as they are, or by kind where they are several or take units whole."""
    is_split = instance.wave or instance.bids or any(model.whole_area for model in instance.care_model)
    return ByKind(instance, departures) if is_split else Prepared(instance, departures)


def keeps_number_limits(of: Prepared, models: Sequence[str], counts: Integers) -> Bools:
    """[choices] whether numbers of networks of these models, [choices, models], keep the limits over several kinds."""
    keep = np.ones(len(counts), dtype=bool)
    for limit in of.number_limits if isinstance(of, ByKind) else ():
        weights = [limit.weights.get(model, Fraction(0)) for model in models]
        scale = math.lcm(*(weight.denominator for weight in weights))
        total = counts.astype(object) @ np.array([int(weight * scale) for weight in weights], dtype=object)
        keep &= np.asarray(total >= limit.low * scale, dtype=bool)
        if limit.high is not None:
            keep &= np.asarray(total <= limit.high * scale, dtype=bool)
    return keep


class ByKind(Prepared):
    """An instance whose `models` are kinds, by ids of their own."""

    def __init__(self, instance: Instance, departures: Departures | None = None) -> None:
        super().__init__(instance, departures)
        self._offered_models = self.models
        self.kinds = {kind.model.id: kind for kind in _numbered(list(self._kinds()))}
        self.models = {id_: kind.model for id_, kind in self.kinds.items()}
        self.consent = _ConsentByKind(instance, self.kinds)

    def care_model_of(self, model: str) -> str:
        return self.kinds[model].of

    def members_of(self, model: str) -> frozenset[str] | None:
        return self.kinds[model].unit

    def can_lead(self, model: CareModel, lead: str) -> bool:
        kind = self.kinds[model.id]
        if kind.bid is not None and kind.bid.lead not in (None, lead):
            return False
        area = self.places[lead].area if lead in self.places else None
        if kind.areas and area is not None and area not in kind.areas:
            return False
        return super().can_lead(self._offered_models[kind.of], lead)

    def misfit(self, practice: str, model: CareModel) -> Fraction:
        return super().misfit(practice, self._offered_models[self.kinds[model.id].of])

    def network_price(self, practice: Practice, model: CareModel) -> Fraction:
        wave, price = self.kinds[model.id].wave, exact(self.instance.policy.delay_price_per_patient)
        waiting = price * self.waves[wave].start_year * self.strain(practice.id) if wave is not None and price else 0
        return super().network_price(practice, model) + waiting

    @property
    def number_limits(self) -> tuple[NumberLimit, ...]:
        return tuple(self._limits())

    def _kinds(self) -> Iterator[Kind]:
        """In the order of solvers: care models, the units of each, then bids; each wave by wave."""
        policy = self.instance.policy
        for model in () if policy.bids_only else self._offered_models.values():
            if not model.whole_area:
                yield from self._in_waves(model, None, (), None)
                continue
            for areas in self.units:
                members = frozenset(p.id for p in self.instance.practices if p.area in areas)
                yield from self._in_waves(model, members, areas, None)
        for bid in self.bids.values():
            if bid.readiness >= policy.bid_readiness_min:
                yield from self._in_waves(self._offered_models[bid.care_model], frozenset(bid.members), (), bid)

    def _in_waves(
        self, model: CareModel, unit: frozenset[str] | None, areas: tuple[str, ...], bid: Bid | None
    ) -> Iterator[Kind]:
        for wave in self.waves or (None,):
            figures = self._figures(model, unit, bid, wave)
            yield Kind(model.id, model.model_copy(update=figures), unit, areas, bid, wave)

    def _figures(
        self, model: CareModel, unit: frozenset[str] | None, bid: Bid | None, wave: str | None
    ) -> dict[str, float | None]:
        """What the kind has of its own; money that no float is, rounded down."""
        policy, worth = self.instance.policy, self.worth(wave)
        lacking = Fraction(0) if bid is None else 1 - exact(bid.readiness)
        late = (1 - worth) * exact(policy.dividend_per_patient)
        waiting = late + lacking * exact(policy.unready_bid_price_per_patient)
        found: dict[str, float | None] = {
            "running_cost": _at_most(exact(model.running_cost) * worth),
            "autonomy_price_per_patient": _at_most(exact(model.autonomy_price_per_patient) + waiting),
        }
        if bid is not None and bid.cost is not None:
            found["setup_cost"] = bid.cost
        if unit is not None:
            patients = sum(self.practices[member].patients for member in unit)
            found |= {"min": max(model.min, patients), "max": min(model.max, patients), "count_max": 1}
        return found

    def _limits(self) -> Iterator[NumberLimit]:
        for model in self._offered_models.values():
            mine = {id_: kind for id_, kind in self.kinds.items() if kind.of == model.id}
            if len(mine) != 1:
                most = None if model.count_max is None else Fraction(model.count_max)
                yield NumberLimit(dict.fromkeys(mine, Fraction(1)), Fraction(model.count_min), most)
            if model.whole_area:
                total = len(self.areas)
                low = Fraction(math.ceil(exact(model.area_share_min) * total))
                high = Fraction(math.floor(exact(model.area_share_max) * total))
                yield NumberLimit({id_: Fraction(len(kind.areas)) for id_, kind in mine.items()}, low, high)
        for wave in self.waves.values():
            mine = {id_: kind for id_, kind in self.kinds.items() if kind.wave == wave.id}
            if wave.networks_max is not None:
                yield NumberLimit(dict.fromkeys(mine, Fraction(1)), Fraction(0), Fraction(wave.networks_max))
            if wave.fund is not None:
                setup = {id_: exact(kind.model.setup_cost) for id_, kind in mine.items()}
                yield NumberLimit(setup, Fraction(0), exact(wave.fund))


def _numbered(kinds: list[Kind]) -> Iterator[Kind]:
    """With ids of their own, and no limits but those that are theirs alone."""
    for number, kind in enumerate(kinds):
        if sum(other.of == kind.of for other in kinds) == 1:
            yield kind
            continue
        own = {"id": f"{kind.of}, kind {number + 1}", "count_min": 0, "share_min": 0.0}
        yield Kind(kind.of, kind.model.model_copy(update=own), kind.unit, kind.areas, kind.bid, kind.wave)


def _at_most(amount: Fraction) -> float:
    """The nearest float that is not above."""
    nearest = float(amount)
    return nearest if exact(nearest) <= amount else math.nextafter(nearest, -math.inf)


class _ConsentByKind(Consent):
    """What practices say to kinds: what they say to the care model; and nobody outside of a unit is in it."""

    def __init__(self, instance: Instance, kinds: dict[str, Kind]) -> None:
        super().__init__(instance)
        self._kinds = kinds

    def forbids(self, practice: Practice, model: str) -> bool:
        kind = self._kinds[model]
        is_out = kind.unit is not None and practice.id not in kind.unit
        return is_out or super().forbids(practice, kind.of)

    def reluctance(self, practice: Practice, model: str) -> Fraction:
        return super().reluctance(practice, self._kinds[model].of)
