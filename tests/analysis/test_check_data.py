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
        (
            [{}],
            {"hub": {"preset": "PCN", "min": 20_000, "min_rural": 5_000, "max": 70_000, "contiguous": False}},
            "hub.preset is PCN, but the file states most figures otherwise: min, min_rural, max, contiguous",
        ),
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


def _in_degrees(*places: tuple[float, float]) -> Instance:
    return made([{"x_km": None, "y_km": None, "latitude": north, "longitude": east} for north, east in places])


def _on_a_plane(*places: tuple[float, float]) -> Instance:
    return made([{"x_km": east, "y_km": north} for east, north in places])


@pytest.mark.parametrize(
    ("instance", "words"),
    [
        (_in_degrees((-1.9, 52.5), (-1.8, 52.4)), "2 places (p0, p1) outside the British Isles (latitude 49 to 61.5, "),
        (_in_degrees((-1.9, 52.5), (52.4, -1.8)), "1 place (p0) outside the British Isles"),
        (_in_degrees((-1.9, 52.5), (52.4, -1.8)), "are latitude and longitude swapped?"),
        (_in_degrees((50.2, 5.1), (50.3, -5.2)), "is the minus sign of the longitude missing?"),
        (_in_degrees((0, 0), (50.3, -5.2)), "does 0 stand for a place that is not known?"),
        (_in_degrees((48.85, 2.35), (48.86, 2.36)), "2 places (p0, p1) outside the British Isles"),
        (_on_a_plane((411_250, 286_900), (412_000, 287_000)), "2 places (p0, p1) absurdly far off"),
        (_on_a_plane((411_250, 286_900), (412_000, 287_000)), "are x_km and y_km in metres? Divide them by 1,000"),
        (_on_a_plane((0, 0), (4_000, 3_000), (9_000, 500)), "are x_km and y_km in metres? Divide them by 1,000"),
        (_on_a_plane((0, 0), (4, 3), (5, 1), (41_125, 4)), "absurdly far off, places 41,125 km apart: is a digit or"),
        (_on_a_plane((0, 0), (4, 3), (5, 1), (411, 4_112)), "1 place (p3) absurdly far off, places 4,112 km apart"),
        (_on_a_plane((-1.9, 52.5), (-1.8, 52.4)), "look like degrees, not km: name the columns longitude and latitude"),
        (_on_a_plane((52.5, -1.9), (52.4, -1.8)), "look like degrees, not km: name the columns latitude and longitude"),
        (_on_a_plane(*((k / 1000, k / 900) for k in range(6))), "all 6 points on the map lie within 0.0056 km"),
    ],
)
def test_places_that_cannot_be_there(instance: Instance, words: str) -> None:
    (warning,) = data_warnings(instance)
    assert words in warning


def test_places_that_can_be_there() -> None:
    isles = _in_degrees((49.18, -2.1), (60.8, -0.8), (54.4, -10.0), (52.47, 1.75), (51.5, 0.0))
    grid = _on_a_plane((411.25, 286.9), (90.1, 10.6), (650, 310), (462, 1_220))
    assert data_warnings(isles) == data_warnings(grid) == []


def _grouped(**sizes: int) -> Instance:
    names = [name.replace("_", " ") for name, size in sizes.items() for _ in range(size)]
    return made([{"current_group": name, "x_km": k / 2} for k, name in enumerate(names)])


@pytest.mark.parametrize(
    ("sizes", "meant"),
    [
        ({"Mill_Street_PCN": 5, "Mil_Street_PCN": 1}, "'Mill Street PCN' (5 practices)"),
        ({"Mill_Streat_PCN": 2, "Mill_Street_PCN": 5}, "'Mill Street PCN' (5 practices)"),
        ({"Mill_Stteet_PCN": 1, "Mill_Street_PCN": 1}, "'Mill Street PCN' (1 practice)"),
        ({"Mill_Street_PCN": 3, "Mill_Stretes_PCN": 1, "Mill_Stretse_PCN": 1}, "(1 practice)"),
        ({"MILL_STREET_PCN": 3, "Mill_Street__pcn": 4}, "'Mill Street  pcn' (4 practices)"),
    ],
)
def test_names_that_are_nearly_another(sizes: dict[str, int], meant: str) -> None:
    (warning,) = [said for said in data_warnings(_grouped(**sizes)) if "did you mean" in said]
    assert meant.replace("  ", " ") in warning


@pytest.mark.parametrize(
    "sizes",
    [
        {"North_1_PCN": 1, "North_2_PCN": 5},
        {"North_A": 1, "North_B": 4, "North": 3},
        {"Ely_and_Soham_I": 1, "Ely_and_Soham_II": 1},
        {"U36925": 1, "U36926": 4},
        {"East": 1, "Eist": 4},
        {"Mill_Street_PCN": 3, "Mill_Strret_PCN": 3},
        {"Mill_Street": 1, "Hill_Streep": 5},
    ],
)
def test_names_that_are_their_own(sizes: dict[str, int]) -> None:
    assert data_warnings(_grouped(**sizes)) == []


def test_areas_are_misspelt_too() -> None:
    (warning,) = data_warnings(made([{"area": "NHS Kent"}, {"area": "NHS Kemt"}, {"area": "NHS Kent"}]))
    assert warning == "area 'NHS Kemt' (1 practice: p1): did you mean 'NHS Kent' (2 practices)?"


def test_of_many_names_alike_the_first_are_told() -> None:
    letters = "abcdefghijklmnop"
    said = data_warnings(_grouped(**{f"Mill_Stre{letter}t_PCN": 1 for letter in letters}))
    assert sum("did you mean" in warning for warning in said) == 10
    assert "5 more current groups whose name is nearly another's" in said
