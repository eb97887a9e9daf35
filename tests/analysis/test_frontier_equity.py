"""The curve of cost against how far the most deprived fifth lives: against brute force at every limit."""

from __future__ import annotations

import random
from functools import cache
from itertools import pairwise

import pytest
from partitioning import best_plan
from random_homes import with_homes
from random_instances import random_instance
from village import village

from instances import InputError, Instance
from optimizer.analysis.frontier import Frontier, NoPlan
from optimizer.analysis.frontier_equity import find_equity_frontier
from optimizer.model.backend import SolveOptions
from optimizer.output.frontier_page import frontier_csv, frontier_page, rows

OPTIONS = SolveOptions(time_limit=60, threads=1, seed=1)


@cache
def place() -> Instance:
    free = {"policy.no_fifth_worse": False, "policy.deprived_km_max": None}
    return with_homes(random_instance(41, 7), random.Random(41)).with_settings(free)


@cache
def found() -> Frontier:
    return find_equity_frontier(place(), points=4, options=OPTIONS)


def test_every_point_is_the_best_within_its_km() -> None:
    points = found().points
    assert len(points) > 1
    assert all(a.plan.against < b.plan.against and a.plan.cost > b.plan.cost for a, b in pairwise(points))
    for point in points:
        best = best_plan(place().with_settings({"policy.deprived_km_max": round(point.plan.against + 0.0005, 3)}))
        assert best is not None
        assert point.plan.cost == pytest.approx(best[0], rel=1e-4)
        assert point.bound is not None
        assert point.bound <= best[0] * (1 + 1e-9)
    free = best_plan(place())
    assert free is not None
    assert points[-1].plan.cost == pytest.approx(free[0], rel=1e-6)


def test_no_plan_has_shorter_ways_than_the_first_point() -> None:
    least = found().points[0].plan.against
    assert best_plan(place().with_settings({"policy.deprived_km_max": round(least - 0.002, 3)})) is None


def test_its_own_limit_is_kept() -> None:
    limit = round(found().points[-1].plan.against - 0.01, 3)
    curve = find_equity_frontier(place().with_settings({"policy.deprived_km_max": limit}), points=2, options=OPTIONS)
    assert curve.points[-1].plan.against <= limit


def test_table_and_page() -> None:
    header = frontier_csv(found()).splitlines()[0]
    assert header.startswith("plan,deprived_km,cost,cost_bound,gap")
    first, *_, last = rows(found())
    assert last["cost_more"] == 0
    assert first["price"] is None
    page = frontier_page(found())
    assert "cost against km of the most deprived fifth" in page
    assert "saved per km" in page


def test_what_it_takes() -> None:
    with pytest.raises(InputError, match=r"homes\.csv"):
        find_equity_frontier(village(), points=3, options=OPTIONS)
    crowd = {"places": [{"id": "X", "x_km": 0.0, "y_km": 0.0, "deprivation": 99}]}
    homes = {"practice": list("abcd"), "place": ["X"] * 4, "patients": [1] * 4}
    with pytest.raises(InputError, match="none is in the most deprived fifth"):
        find_equity_frontier(village({**crowd, "homes": homes}), points=3, options=OPTIONS)
    with pytest.raises(NoPlan):
        find_equity_frontier(place().with_settings({"hub.count_min": 7, "hub.count_max": 7}), points=3, options=OPTIONS)
