"""Where patients live: arrays, verification and a third count agree to the millimetre and the patient."""

from __future__ import annotations

import random
from functools import cache

import numpy as np
import pytest
from living import Living
from random_homes import with_homes
from random_instances import random_instance
from roads import Roads

from instances import Instance
from optimizer.model.equity import mm_by_fifth, todays_mm
from optimizer.model.homes import MM, homes_of, living_elsewhere, mean_mm, outside_zone, priced_mm
from optimizer.model.today import todays_sites
from optimizer.verify.prepared import Prepared

SEEDS = range(25)


@cache
def homely(seed: int) -> Instance:
    instance = with_homes(random_instance(seed, 8), random.Random(seed))
    return instance.with_settings({"travel.deprived_weight": 2.5})


@pytest.mark.parametrize("seed", SEEDS)
def test_every_pair_has_the_same_figures(seed: int) -> None:
    instance = homely(seed)
    sites = [*instance.practices, *instance.hospitals]
    n, m = len(instance.practices), len(sites)
    row, column = np.repeat(np.arange(n), m), np.tile(np.arange(m), n)
    homes, verified, roads = homes_of(instance), Prepared(instance).homes, Roads(instance)
    third = Living(instance, roads.km, roads.straight)
    mean, (priced, deprived) = mean_mm(homes, sites, row, column), priced_mm(homes, sites, row, column)
    assert (mean == priced).all()
    outside, elsewhere = outside_zone(homes, "council", sites, row, column), living_elsewhere(homes, sites, row, column)
    by_fifth = mm_by_fifth(homes, sites, row, column)
    for k, (i, j) in enumerate(zip(row.tolist(), column.tolist(), strict=True)):
        pair = instance.practices[i].id, sites[j].id
        assert float(mean[k] / MM) == float(verified.mean_km(*pair)) == third.mean_km(*pair)
        assert float(verified.priced_km(*pair)) == pytest.approx((mean[k] + 1.5 * deprived[k]) / 1e6, rel=1e-12)
        assert third.priced_km(*pair) == pytest.approx(float(verified.priced_km(*pair)), rel=1e-12)
        assert outside[k] == verified.outside(*pair, "council") == third.outside(*pair)
        assert elsewhere[k] == verified.elsewhere(*pair) == third.elsewhere(*pair)
        of_fifths = tuple(third.mm_of_fifth(*pair, fifth) for fifth in range(5))
        assert tuple(by_fifth[k].tolist()) == verified.mm_by_fifth(*pair) == of_fifths


@pytest.mark.parametrize("seed", SEEDS)
def test_fifths_are_the_same(seed: int) -> None:
    instance = homely(seed)
    homes, verified, roads = homes_of(instance), Prepared(instance).homes, Roads(instance)
    third = Living(instance, roads.km, roads.straight)
    ids = [point.id for point in homes.points]
    names = [(instance.practices[i].id, ids[k]) for i, k in zip(homes.practice, homes.point, strict=True)]
    of_arrays = {name: int(fifth) for name, fifth in zip(names, homes.fifth, strict=True) if fifth >= 0}
    assert of_arrays == verified.fifth == third.fifth
    patients = [float(third.patients_of_fifth(fifth)) for fifth in range(5)]
    assert [float(each) for each in verified.patients_by_fifth] == patients
    assert [homes.registered[homes.fifth == fifth].sum() / 1000 for fifth in range(5)] == patients


@pytest.mark.parametrize("seed", range(60))
def test_todays_hubs_are_the_same(seed: int) -> None:
    """With travel tables or without, from homes or premises, hospitals and full sites among them."""
    instance = random_instance(seed, 9)
    if seed % 2:
        instance = with_homes(instance, random.Random(seed))
    prepared, homes = Prepared(instance), homes_of(instance)
    assert {group: site.id for group, site in todays_sites(instance, homes).items()} == prepared.todays_sites
    if seed % 2:
        assert tuple(todays_mm(instance, homes).tolist()) == prepared.todays_mm_by_fifth


def test_large_figures_do_not_overflow() -> None:
    """A practice of the size of a city whose patients live at the other end of the world."""
    places = [{"id": "far", "latitude": -52.0, "longitude": 179.0, "deprivation": 9}]
    instance = Instance.model_validate(
        {
            "practices": [{"id": "a", "patients": 900_000, "latitude": 52.0, "longitude": -1.0, "deprivation": 5}],
            "places": places,
            "homes": {"practice": ["a"], "place": ["far"], "patients": [7_000_000]},
        }
    )
    one = np.zeros(1, dtype=np.int64)
    found = mm_by_fifth(homes_of(instance), instance.practices, one, one)[0]
    assert tuple(found.tolist()) == Prepared(instance).homes.mm_by_fifth("a", "a")
    assert found.sum() == pytest.approx(900_000 * 25_000 * 1e6, rel=0.1)
