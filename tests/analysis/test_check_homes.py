"""What `check` says of homes, worked out by hand on a plane where road km are straight km."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from instances import Instance
from optimizer.analysis.check_data import data_warnings
from optimizer.analysis.check_homes import MOST_MEAN_KM, HomeFacts, home_facts

PLACES = [
    {"id": "E1", "x_km": 3.0, "y_km": 4.0, "zones": {"council": "North", "msoa": "1"}},
    {"id": "E2", "x_km": 0.0, "y_km": 1.0, "zones": {"council": "North", "msoa": "2"}},
    {"id": "E3", "x_km": 10.0, "y_km": 0.0, "zones": {"council": "South"}},
]


def made(homes: list[tuple[str, str, int]], places: list[dict[str, Any]] = PLACES, **rules: Any) -> Instance:
    """Practices a at (0, 0) with 1,000 patients, b at (10, 0) with 3,000, c at (20, 0) with 2,000."""
    rows = [
        {"id": name, "patients": patients, "x_km": x, "y_km": 0.0}
        for name, patients, x in (("a", 1_000, 0.0), ("b", 3_000, 10.0), ("c", 2_000, 20.0))
    ]
    columns = [list(column) for column in zip(*homes, strict=True)] or [[], [], []]
    table = dict(zip(("practice", "place", "patients"), columns, strict=True))
    travel = {"circuity": 1.0, **rules.pop("travel", {})}
    return Instance.model_validate({"practices": rows, "places": places, "homes": table, "travel": travel, **rules})


def facts_of(instance: Instance) -> HomeFacts:
    facts = home_facts(instance)
    assert facts is not None
    return facts


def test_who_lives_where() -> None:
    """Of a's 1,000 a fifth live 5 km away, half 1 km, the rest at the practice; of b's nine tenths at E3 beside it."""
    facts = facts_of(
        made([("a", "E1", 20), ("a", "E2", 50), ("a", "a", 30), ("b", "E3", 9), ("b", "b", 1), ("c", "c", 0)])
    )
    assert facts.known == 700 + 2_700
    assert facts.at_practice == 300 + 300
    assert facts.without == ("c",)  # a row without patients says nothing
    assert (facts.places, facts.zones) == (3, {"council": 2, "msoa": 2})
    assert facts.median_km == 0.0  # 2,700 of 3,400 live next to b
    assert facts.mean_km == {"a": pytest.approx((20 * 5 + 50 * 1) / 70), "b": 0.0}


def test_the_median_counts_patients_of_today() -> None:
    """100 and 1 of old lists are 1,000 and 3,000 patients today: half of the 4,000 have 5 km or more."""
    assert facts_of(made([("a", "E2", 100), ("b", "E1", 1)])).median_km == pytest.approx(65**0.5, abs=1e-6)
    assert facts_of(made([("a", "E2", 100), ("c", "c", 1)])).median_km == 1.0


def test_measured_travel_goes_before_coordinates() -> None:
    travel = {"table": {"origin": ["E2"], "destination": ["a"], "km": [2.5]}}
    facts = facts_of(made([("a", "E1", 1), ("a", "E2", 1)], travel=travel))
    assert facts.mean_km["a"] == pytest.approx((5.0 + 2.5) / 2)


def test_nothing_is_known() -> None:
    assert home_facts(made([]).model_copy(update={"homes": None})) is None
    facts = facts_of(made([], places=[]))
    assert (facts.known, facts.at_practice, facts.without, facts.median_km) == (0, 0, ("a", "b", "c"), None)


def test_warnings() -> None:
    far = [*PLACES, {"id": "E4", "x_km": 0.0, "y_km": MOST_MEAN_KM + 1}]
    homes = [("a", "E4", 5), ("b", "E3", 5), ("b", "b", 5)]
    warnings = data_warnings(made(homes, far))
    assert "1 practice (c) without homes in homes.csv: their patients count as living at the practice" in warnings
    (found,) = [warning for warning in warnings if "road km away" in warning]
    assert found.startswith("1 practice whose patients live more than 20 road km away on average (a 21.0 km): ")
    near = data_warnings(made([("a", "E3", 5), ("b", "E3", 5), ("c", "c", 1)]))
    assert not [warning for warning in near if "home" in warning]


def test_places_without_a_way_in_the_travel_table_are_named() -> None:
    travel = {"basis": "homes", "table": {"origin": ["E2", "c"], "destination": ["a", "a"], "km": [2.5, 20.0]}}
    homes = [("a", "E1", 1), ("a", "E2", 1), ("b", "b", 3), ("b", "E3", 0), ("c", "c", 1)]
    (found,) = [warning for warning in data_warnings(made(homes, travel=travel)) if "no way" in warning]
    assert found == (
        "travel.csv has no way from 2 places of 4 where patients live (E1, b): from there 1 x the straight line counts"
    )
    travel["table"] = {"origin": ["E1", "E2", "b", "c"], "destination": ["a"] * 4, "km": [5.0, 1.0, 10.0, 20.0]}
    assert not [warning for warning in data_warnings(made(homes, travel=travel)) if "no way" in warning]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["E1", "E2", "E3"]), st.integers(1, 99)), max_size=9))
@settings(max_examples=40, deadline=None)
def test_everybody_is_counted_once(homes: list[tuple[str, str, int]]) -> None:
    homes = [(practice, place, count) for (practice, place), count in {row[:2]: row[2] for row in homes}.items()]
    facts = facts_of(made(homes))
    patients = {"a": 1_000, "b": 3_000, "c": 2_000}
    assert facts.known == sum(patients[name] for name in {practice for practice, *_ in homes})
    assert facts.at_practice == 0
    assert set(facts.without) == patients.keys() - {practice for practice, *_ in homes}
