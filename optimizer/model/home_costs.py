"""What where patients live costs and forbids, by pairs of a practice and a site (docs/model.md, section 4)."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from instances import Hospital, Instance, Practice
from optimizer.model.arrays import BoolArray, FloatArray
from optimizer.model.decimals import exact
from optimizer.model.homes import MM, Homes, living_elsewhere, mean_mm, outside_zone, priced_mm
from optimizer.model.pairs import Pairs


def asks_for_homes(instance: Instance) -> bool:
    """Whether anything that a plan depends on is about where patients live."""
    hub = instance.hub
    priced = hub.zone_price_per_patient or hub.neighbourhood_price_per_patient
    limits = (hub.max_home_km, hub.far_share_max, hub.zone_share_max, instance.policy.far_share_max)
    return bool(instance.travel.basis == "homes" or any(limit is not None for limit in limits) or priced)


def home_prices(instance: Instance, homes: Homes, places: Sequence[Practice | Hospital], pairs: Pairs) -> FloatArray:
    """[pairs] pounds a year: travel from home, being outside the zone of the hub, living elsewhere."""
    hub, cost = instance.hub, np.zeros(len(pairs))
    if instance.travel.basis == "homes":
        cost += _travel(instance, homes, places, pairs)
    if hub.zone is not None and hub.zone_price_per_patient:
        cost += hub.zone_price_per_patient * outside_zone(homes, hub.zone, places, pairs.row, pairs.column)
    if hub.neighbourhood_price_per_patient:
        cost += hub.neighbourhood_price_per_patient * living_elsewhere(homes, places, pairs.row, pairs.column)
    return instance.weights.cost * cost


def travel_of_independents(instance: Instance, homes: Homes) -> FloatArray:
    """[n] pounds a year of the patients of practices in no hub, from home to their practice; 0 from premises."""
    n = len(instance.practices)
    if instance.travel.basis != "homes":
        return np.zeros(n)
    own = np.arange(n)
    pairs = Pairs(n, n, own, own, np.zeros(n), np.zeros(n))
    return instance.weights.cost * _travel(instance, homes, instance.practices, pairs)


def further_from_home(
    instance: Instance, homes: Homes, places: Sequence[Practice | Hospital], pairs: Pairs
) -> BoolArray:
    """[pairs] whether the practice's patients live further from the site, on average, than hubs may be."""
    limit = instance.hub.max_home_km
    if limit is None:
        return np.zeros(len(pairs), dtype=bool)
    most = math.floor(exact(limit) * int(MM))
    return np.asarray(mean_mm(homes, places, pairs.row, pairs.column) > most)


def _travel(instance: Instance, homes: Homes, places: Sequence[Practice | Hospital], pairs: Pairs) -> FloatArray:
    """[pairs] pounds a year, unweighted."""
    rules, patients = instance.travel, np.array([p.patients for p in instance.practices], dtype=np.int64)
    if rules.deprived_weight == 1.0:
        km = mean_mm(homes, places, pairs.row, pairs.column) / MM
    else:
        mean, deprived = priced_mm(homes, places, pairs.row, pairs.column)
        km = (mean + (rules.deprived_weight - 1.0) * deprived) / MM
    return np.asarray(patients[pairs.row] * km * rules.cost_per_patient_km)
