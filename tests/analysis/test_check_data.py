"""Warnings about data that no rule forbids."""

from __future__ import annotations

from typing import Any

import pytest

from instances import Instance
from optimizer.analysis.check_data import data_warnings


def made(practices: list[dict[str, Any]], **settings: Any) -> Instance:
    rows = [{"id": f"p{k}", "patients": 8_000, "x_km": k, "y_km": 0.0, **row} for k, row in enumerate(practices)]
    return Instance.model_validate({"name": "test", "practices": rows, **settings})


def test_nothing_to_say() -> None:
    assert data_warnings(made([{}, {}])) == []


@pytest.mark.parametrize(
    ("practices", "settings", "words"),
    [
        ([{"patients": 0}, {}], {}, "1 practice (p0) without patients"),
        ([{"patients": 900}, {"patients": 10}], {}, "2 practices (p0, p1) of fewer than 1,000 patients"),
        ([{"patients": 90_000}], {}, "1 practice (p0) above hub.max (70,000 patients)"),
        ([{}], {"hub": {"target_min": 80_000, "target_max": 90_000}}, "hub: the targets 80,000 to 90,000 lie outside"),
        ([{"fte": {"gp": 3}}, {}], {"role": [{"id": "gp"}]}, "1 practice (p1) without FTE of gp"),
        ([{"fte": {"nurse": 3}}], {}, "FTE of nurse is given, but no role nurse is"),
        ([{"x_km": 5}, {"x_km": 5}, {}], {}, "2 practices (p0, p1) share 1 point on the map"),
        ([{"current_group": "g"}, {"current_group": "g", "x_km": 31}], {}, "1 current group more than 30 km wide: g"),
        (
            [{"deprivation": 20}, {}],
            {"care_model": [{"id": "MCP", "lead": "hub"}]},
            "1 practice (p1) without a deprivation score",
        ),
    ],
)
def test_warnings(practices: list[dict[str, Any]], settings: dict[str, Any], words: str) -> None:
    (warning,) = data_warnings(made(practices, **settings))
    assert words in warning


def test_degrees_are_measured_on_the_globe() -> None:
    places = [{"x_km": None, "y_km": None, "latitude": 52.0, "longitude": east} for east in (0.0, 0.40, 0.45)]
    near = [{**place, "current_group": "g"} for place in places[:2]]
    wide = [{**place, "current_group": "g"} for place in places[::2]]
    assert data_warnings(made(near)) == []  # 27.4 km
    assert len(data_warnings(made(wide))) == 1  # 30.8 km


def test_long_lists_are_cut() -> None:
    (warning,) = data_warnings(made([{"patients": 0} for _ in range(7)]))
    assert "7 practices (p0, p1, p2, p3, p4, ...)" in warning
