"""What kinds of network add to a problem: who is outside of units, what time costs, limits over several kinds."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

import numpy as np

from instances import Instance
from optimizer.model.arrays import BoolArray, FloatArray, IntArray
from optimizer.model.decimals import exact
from optimizer.model.kinds import Kind
from optimizer.model.problem import KindLimits
from optimizer.model.strain import strain


def only_kinds(kinds: tuple[Kind, ...]) -> BoolArray:
    """[kinds] whether each is the only one of its care model, so that the care model's limits are its own."""
    return np.array([[k.model for k in kinds].count(kind.model) == 1 for kind in kinds], dtype=bool)


def outside_units(kinds: tuple[Kind, ...], n: int) -> BoolArray:
    """[n, kinds] practices that are not of the unit."""
    nobody = np.zeros(n, dtype=bool)
    columns = [nobody if kind.unit is None else ~kind.unit.members for kind in kinds]
    return np.array(columns, dtype=bool).reshape(len(kinds), n).T.copy()


def worth_of(instance: Instance, kinds: tuple[Kind, ...]) -> FloatArray:
    """[kinds] what is left of a yearly amount over the horizon, discounted, as networks start in their wave."""
    return np.array([1.0 if k.wave is None else float(worth(instance, k.wave.start_year)) for k in kinds])


def worth(instance: Instance, start_year: int) -> Fraction:
    """Share of a yearly amount over the horizon, discounted by the year, that falls due from a year on."""
    factor = 1 / (1 + exact(instance.policy.discount_rate))
    horizon = exact(instance.horizon_years)
    due = [factor**year * min(Fraction(1), horizon - year) for year in range(math.ceil(horizon))]
    return sum(due[start_year:], Fraction(0)) / sum(due, Fraction(0))


def by_kind(instance: Instance, kinds: tuple[Kind, ...], patients: IntArray) -> FloatArray:
    """[n, kinds] pounds a year of being in a network of the kind: dividend lost to waiting, strain, a bid not ready."""
    policy = instance.policy
    late = (1.0 - worth_of(instance, kinds)) * policy.dividend_per_patient
    lacking = np.array([0.0 if k.bid is None else 1.0 - k.bid.readiness for k in kinds])
    per_patient = (late + lacking * policy.unready_bid_price_per_patient)[None, :]
    if policy.delay_price_per_patient and instance.wave:
        years = np.array([0.0 if k.wave is None else float(k.wave.start_year) for k in kinds])
        per_patient = per_patient + policy.delay_price_per_patient * np.outer(strain(instance), years)
    return np.asarray(patients[:, None] * per_patient, dtype=np.float64)


# --- limits over several kinds ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Limit:
    rule: str
    subject: str
    low: float
    high: float
    networks: Callable[[Kind], float] | None = None
    patients: Callable[[Kind], float] | None = None
    in_pounds: bool = False


def kind_limits(instance: Instance, kinds: tuple[Kind, ...]) -> KindLimits:
    """Limits of care models that are several kinds, of areas, and of waves; those that limit nothing as well."""
    limits = list(_limits(instance, kinds))

    def counts(of: Callable[[Kind], float] | None) -> list[float]:
        return [0.0 if of is None else of(kind) for kind in kinds]

    shape = (len(limits), len(kinds))
    return KindLimits(
        rules=tuple(limit.rule for limit in limits),
        subjects=tuple(limit.subject for limit in limits),
        networks=np.array([counts(limit.networks) for limit in limits], dtype=np.float64).reshape(shape),
        patients=np.array([counts(limit.patients) for limit in limits], dtype=np.float64).reshape(shape),
        low=np.array([limit.low for limit in limits], dtype=np.float64),
        high=np.array([limit.high for limit in limits], dtype=np.float64),
        in_pounds=np.array([limit.in_pounds for limit in limits], dtype=bool),
    )


def _limits(instance: Instance, kinds: tuple[Kind, ...]) -> Iterator[_Limit]:
    total = sum(practice.patients for practice in instance.practices)
    areas = len({practice.area for practice in instance.practices if practice.area})
    alone = {kind.model for kind, alone in zip(kinds, only_kinds(kinds), strict=True) if alone}
    for k, model in enumerate(instance.care_model):
        if k not in alone:
            most = math.inf if model.count_max is None else float(model.count_max)
            yield _Limit("model-counts", model.id, model.count_min, most, networks=partial(_is_of, model=k))
            low, high = math.ceil(exact(model.share_min) * total), math.floor(exact(model.share_max) * total)
            yield _Limit("model-shares", model.id, low, high, patients=partial(_is_of, model=k))
        if model.whole_area:
            low = math.ceil(exact(model.area_share_min) * areas)
            high = math.floor(exact(model.area_share_max) * areas)
            yield _Limit("area-shares", model.id, low, high, networks=partial(_areas_of, model=k))
    yield from _of_waves(instance)


def _is_of(kind: Kind, model: int) -> float:
    return float(kind.model == model)


def _areas_of(kind: Kind, model: int) -> float:
    return float(len(kind.unit.areas)) if kind.unit is not None and kind.model == model else 0.0


def _of_waves(instance: Instance) -> Iterator[_Limit]:
    for wave in instance.wave:
        most = math.inf if wave.networks_max is None else float(wave.networks_max)
        yield _Limit("wave-networks", wave.id, 0.0, most, networks=partial(_starts, wave=wave.id))
        fund = math.inf if wave.fund is None else wave.fund
        yield _Limit("wave-fund", wave.id, 0.0, fund, networks=partial(_setup, instance, wave=wave.id), in_pounds=True)


def _starts(kind: Kind, wave: str) -> float:
    return float(kind.wave is not None and kind.wave.id == wave)


def _setup(instance: Instance, kind: Kind, wave: str) -> float:
    return kind.setup_cost(instance.care_model[kind.model]) * _starts(kind, wave)
