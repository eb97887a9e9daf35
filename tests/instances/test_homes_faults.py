"""Homes and places: what is read of them, and what is wrong with them, by file, row and column."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from instance_folder import HOSPITALS, PRACTICES, TOML, faults_of, write_folder
from openpyxl import load_workbook

from instances import InputError, Instance
from instances.rows import HomePlace, HomesTable

PLACES = """id,name,latitude,longitude,population,deprivation,rural,zone_council,zone_msoa
E1,First,52.15,-1.1,1500,12.5,false,North,N1
E2,Second,52.25,-1.2,,,yes,South,
"""
HOMES = """practice,place,patients
A,E1,700
A,E2,300
B,E2,1900
B,B,100
"""
SMALL: dict[str, Any] = {"places": PLACES, "homes": HOMES}


def with_rules(hub: str = "", travel: str = "") -> dict[str, str]:
    toml = TOML.replace("[hub]\n", f"[hub]\n{hub}\n") + f"\n[travel]\n{travel}\n"
    return {"instance": toml}


@pytest.fixture
def small(tmp_path: Path) -> Instance:
    return Instance.read(write_folder(tmp_path / "small", **SMALL))


def test_what_is_read(small: Instance) -> None:
    assert small.homes == HomesTable(
        practice=("A", "A", "B", "B"), place=("E1", "E2", "E2", "B"), patients=(700, 300, 1900, 100)
    )
    assert small.places == (
        HomePlace(
            id="E1",
            name="First",
            latitude=52.15,
            longitude=-1.1,
            population=1_500,
            deprivation=12.5,
            rural=False,
            zones={"council": "North", "msoa": "N1"},
        ),
        HomePlace(id="E2", name="Second", latitude=52.25, longitude=-1.2, rural=True, zones={"council": "South"}),
    )


def test_what_is_written(small: Instance, tmp_path: Path) -> None:
    small.write(tmp_path / "out/instance.toml")
    assert (tmp_path / "out/homes.csv").read_text() == HOMES
    assert (tmp_path / "out/places.csv").read_text() == (
        "id,name,latitude,longitude,population,deprivation,rural,zone_council,zone_msoa\n"
        "E1,First,52.15,-1.1,1500.0,12.5,false,North,N1\n"
        "E2,Second,52.25,-1.2,,,true,South,\n"
    )


@pytest.mark.parametrize("name", ["north.toml", "plain.json", "book.xlsx"])
def test_every_format_reads_back_equal(small: Instance, tmp_path: Path, name: str) -> None:
    small.write(tmp_path / name)
    again = Instance.read(tmp_path / name)
    assert again == small
    assert again.sha256 == small.sha256


def test_frames(small: Instance) -> None:
    frames = small.frames()
    assert list(frames["homes"].columns) == ["practice", "place", "patients"]
    assert Instance.from_frames(**frames) == small
    with pytest.raises(InputError, match=r"homes, row 'x', place: found 'E9': the id of a place"):
        Instance.from_frames(
            **{**frames, "homes": pd.DataFrame({"practice": "A", "place": "E9", "patients": 1}, ["x"])}
        )


def test_the_hash_tells_homes_apart(small: Instance, tmp_path: Path) -> None:
    other = Instance.read(write_folder(tmp_path / "other", **{**SMALL, "homes": HOMES.replace("700", "701")}))
    without = Instance.read(write_folder(tmp_path / "without"))
    assert len({small.sha256, other.sha256, without.sha256}) == 3


def test_order_and_names_of_columns(small: Instance, tmp_path: Path) -> None:
    lines = [",".join(reversed(line.split(","))) for line in HOMES.splitlines()]
    assert Instance.read(write_folder(tmp_path / "turned", places=PLACES, homes="\n".join(lines))) == small
    elsewhere = {"who": HOMES, "where": PLACES, "instance": 'homes = "who.csv"\nplaces = "where.csv"\n' + TOML}
    assert Instance.read(write_folder(tmp_path / "elsewhere", **elsewhere)) == small


def test_no_table_even_so(tmp_path: Path) -> None:
    instance = Instance.read(write_folder(tmp_path, **SMALL, instance='homes = ""\nplaces = ""\n' + TOML))
    assert (instance.homes, instance.places) == (None, ())


def test_blank_lines_and_rows_with_fewer_cells_are_read(tmp_path: Path, small: Instance) -> None:
    """The last zone left out of a row; blank lines do not count, and rows keep their numbers."""
    spaced = PLACES.replace("South,\n", "South\n").replace("E2", "\n,,\nE2")
    assert Instance.read(write_folder(tmp_path / "spaced", places=spaced, homes=HOMES)) == small
    wrong = spaced.replace("52.25", "north")
    (fault,) = faults_of(write_folder(tmp_path / "wrong", places=wrong, homes=HOMES))
    assert fault.startswith("places.csv, row 5, latitude: found 'north'")


HOME = "the id of a place of places.csv, or of the practice itself"
PLANE = "id,patients,x_km,y_km\nA,1000,1,1\nB,2000,2,2\nC,3000,3,3\n"
ON_PLANE = {"practices": PLANE, "hospitals": None, "instance": ""}
ON_PLANE_PLACES = "id,x_km,y_km\nE1,1,1\nE2,2,2\n"
FAULTS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "a practice that is not there": (
        {"homes": HOMES.replace("B,E2", "BB,E2")},
        ["homes.csv, row 4, practice: found 'BB': the id of a practice; did you mean 'B'?"],
    ),
    "a place that is not there": (
        {"homes": HOMES.replace("A,E2", "A,E3")},
        [f"homes.csv, row 3, place: found 'E3': {HOME}"],
    ),
    "another practice as a place": (
        {"homes": HOMES.replace("B,B", "B,C")},
        [f"homes.csv, row 5, place: found 'C': {HOME}"],
    ),
    "a hospital as a place": (
        {"homes": HOMES.replace("B,B", "B,H")},
        [f"homes.csv, row 5, place: found 'H': {HOME}"],
    ),
    "a place twice": (
        {"homes": HOMES + "A,E1,5\n"},
        ["homes.csv, row 6, place: found 'E1': each place once for A"],
    ),
    "no places": (
        {"places": None},
        [f"homes.csv, row {row}, place: found '{place}': {HOME}" for row, place in ((2, "E1"), (3, "E2"), (4, "E2"))],
    ),
    "words for patients": (
        {"homes": HOMES.replace("300", "few")},
        ["homes.csv, row 3, patients: found 'few': a whole number of patients, 0 or more"],
    ),
    "fewer than nobody": (
        {"homes": HOMES.replace("300", "-1")},
        ["homes.csv, row 3, patients: found '-1': a whole number of patients, 0 or more"],
    ),
    "parts of patients": (
        {"homes": HOMES.replace("300", "0.5")},
        ["homes.csv, row 3, patients: found '0.5': a whole number of patients, 0 or more"],
    ),
    "an empty cell": (
        {"homes": HOMES.replace("A,E2,300", "A,,300")},
        ["homes.csv, row 3, place: found '': an id (text without ;)"],
    ),
    "an error of a spreadsheet": (
        {"homes": HOMES.replace("A,E2,300", "A,E2,#REF!")},
        ["homes.csv, row 3, patients: found '#REF!': a value; the spreadsheet shows an error here"],
    ),
    "a column that is missing": (
        {"homes": "practice,place\nA,E1\n"},
        ["homes.csv, row 1, patients: a column of this name; it is missing"],
    ),
    "a column that nobody knows": (
        {"homes": HOMES.replace("patients", "patient")},
        ["homes.csv, row 1, patient: not a known column; did you mean 'patients'?"],
    ),
    "places without ids": (
        {"places": PLACES.replace("id,", "code,")},
        [
            "places.csv, row 1, code: not a known column",
            "places.csv, row 1, id: a column of this name; it is missing",
        ],
    ),
    "a column of places nearly right": (
        {"places": PLACES.replace("deprivation", "deprivaton")},
        ["places.csv, row 1, deprivaton: not a known column; did you mean 'deprivation'?"],
    ),
    "an id twice": (
        {"places": PLACES.replace("E2,", "E1,"), "homes": HOMES.replace("E2", "E1").replace("A,E1,300\n", "")},
        ["places.csv, row 3, id: found 'E1': an id that no other place has"],
    ),
    "the id of a practice": (
        {"places": PLACES + "C,,52.1,-1.1,,,,,\n"},
        ["places.csv, row 4, id: found 'C': an id that no practice or hospital has"],
    ),
    "the id of a hospital": (
        {"places": PLACES + "H,,52.1,-1.1,,,,,\n"},
        ["places.csv, row 4, id: found 'H': an id that no practice or hospital has"],
    ),
    "half a place": (
        {"places": PLACES.replace("52.25", "")},
        ["places.csv, row 3, latitude: found '': a value, as longitude is given"],
    ),
    "nowhere": (
        {"places": PLACES.replace("52.25,-1.2", ",")},
        ["places.csv, row 3, latitude: found '': latitude and longitude"],
    ),
    "off the globe": (
        {"places": PLACES.replace("52.25", "522.5")},
        ["places.csv, row 3, latitude: found '522.5': a number of degrees north, -90 to 90"],
    ),
    "on another map than practices": (
        ON_PLANE,
        [
            "places.csv, row 2, latitude: found '52.15': x_km and y_km, as practices have",
            "places.csv, row 3, latitude: found '52.25': x_km and y_km, as practices have",
        ],
    ),
    "on a plane that practices are not on": (
        {"places": ON_PLANE_PLACES},
        [
            "places.csv, row 2, x_km: found '1': latitude and longitude, as practices have",
            "places.csv, row 3, x_km: found '2': latitude and longitude, as practices have",
        ],
    ),
    "the wrong way round": (
        {"places": PLACES.replace("52.15,-1.1", "-1.1,52.15")},
        ["places.csv, row 2, latitude: found '-1.1': degrees north; latitude and longitude seem to be exchanged"],
    ),
    "fewer residents than nobody": (
        {"places": PLACES.replace("1500", "-5")},
        ["places.csv, row 2, population: found '-5': a number, 0 or more"],
    ),
    "neither rural nor not": (
        {"places": PLACES.replace("yes", "hilly")},
        ["places.csv, row 3, rural: found 'hilly': true or false"],
    ),
}


@pytest.mark.parametrize(("changed", "faults"), FAULTS.values(), ids=FAULTS.keys())
def test_tables(tmp_path: Path, changed: dict[str, Any], faults: list[str]) -> None:
    assert faults_of(write_folder(tmp_path, **{**SMALL, **changed})) == faults


NO_HOMES = {"homes": None, "places": None}
WANTED = ", or homes.csv, which says who lives where"
NOWHERE = {
    "practices": PRACTICES.replace("52.3,-1.3", ","),
    "travel": "from,to,km\nA,B,1\nB,C,1\n",
    "hospitals": HOSPITALS,
}
SETTINGS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "travel from homes that nobody knows": (
        {**NO_HOMES, **with_rules(travel='basis = "homes"')},
        [f"instance.toml, travel.basis: found 'homes': premises{WANTED}"],
    ),
    "travel from elsewhere": (
        with_rules(travel='basis = "work"'),
        ["instance.toml, travel.basis: found 'work': one of premises, homes"],
    ),
    "a limit of homes that nobody knows": (
        {**NO_HOMES, **with_rules("max_home_km = 5")},
        [f"instance.toml, hub.max_home_km: found '5': no limit{WANTED}"],
    ),
    "a price of homes that nobody knows": (
        {**NO_HOMES, **with_rules("neighbourhood_price_per_patient = 2")},
        [f"instance.toml, hub.neighbourhood_price_per_patient: found '2': 0{WANTED}"],
    ),
    "a price without a kind of zone": (
        with_rules("zone_price_per_patient = 2"),
        ["instance.toml, hub.zone_price_per_patient: found '2': 0, or a kind of zone in hub.zone"],
    ),
    "a kind of zone that no column has": (
        with_rules('zone = "counsil"'),
        [
            "instance.toml, hub.zone: found 'counsil': a kind of zone that has a column zone_<kind> in places.csv, "
            "such as council; did you mean 'council'?"
        ],
    ),
    "zones without places": (
        {**NO_HOMES, **with_rules('zone = "council"')},
        [
            "instance.toml, hub.zone: found 'council': a kind of zone that has a column zone_<kind> in places.csv; "
            "there is none"
        ],
    ),
    "a weight without travel from home": (
        with_rules(travel="deprived_weight = 2.0"),
        ["instance.toml, travel.deprived_weight: found '2': 1, or travel.basis homes"],
    ),
    "a weight of nothing": (
        with_rules(travel='basis = "homes"\ndeprived_weight = 0'),
        ["instance.toml, travel.deprived_weight: found '0': a number, above 0"],
    ),
    "a practice that is nowhere": (
        {**NOWHERE, **with_rules("max_home_km = 5")},
        ["instance.toml, hub.max_home_km: found '5': no limit, or coordinates of every practice and hospital: C"],
    ),
    "measured costs are of premises": (
        {"travel": "from,to,km,cost\nA,B,1,5\n", **with_rules(travel='basis = "homes"')},
        [
            "instance.toml, travel.basis: found 'homes': premises, or a travel table without a column cost, which is "
            "of premises"
        ],
    ),
}


@pytest.mark.parametrize(("changed", "faults"), SETTINGS.values(), ids=SETTINGS.keys())
def test_settings(tmp_path: Path, changed: dict[str, Any], faults: list[str]) -> None:
    assert faults_of(write_folder(tmp_path, **{**SMALL, **changed})) == faults


def test_settings_that_are_right(tmp_path: Path) -> None:
    hub = 'max_home_km = 5.5\nzone = "council"\nzone_price_per_patient = 2.0\nneighbourhood_price_per_patient = 3.0'
    instance = Instance.read(
        write_folder(tmp_path, **SMALL, **with_rules(hub, 'basis = "homes"\ndeprived_weight = 1.5'))
    )
    assert (instance.travel.basis, instance.travel.deprived_weight) == ("homes", 1.5)
    assert (instance.hub.max_home_km, instance.hub.zone) == (5.5, "council")
    assert (instance.hub.zone_price_per_patient, instance.hub.neighbourhood_price_per_patient) == (2.0, 3.0)


def test_the_json_form(small: Instance, tmp_path: Path) -> None:
    path = tmp_path / "plain.json"
    small.write(path)
    written = json.loads(path.read_text())
    assert written["homes"] == {
        "practice": ["A", "A", "B", "B"],
        "place": ["E1", "E2", "E2", "B"],
        "patients": [700, 300, 1900, 100],
    }
    assert written["places"][1]["zones"] == {"council": "South"}
    written["homes"]["patients"].pop()
    path.write_text(json.dumps(written))
    assert faults_of(path) == ["plain.json, homes: columns of one length"]


def test_a_workbook(small: Instance, tmp_path: Path) -> None:
    small.write(tmp_path / "book.xlsx")
    book = load_workbook(tmp_path / "book.xlsx")
    book["homes"]["B3"] = "E7"
    book["places"]["D2"] = "far"
    book.save(tmp_path / "book.xlsx")
    assert faults_of(tmp_path / "book.xlsx") == [
        "book.xlsx, sheet places, row 2, longitude: found 'far': a number of degrees east, -180 to 180",
        f"book.xlsx, sheet homes, row 3, place: found 'E7': {HOME}",
    ]


def test_faults_of_both_tables_are_told_at_once(tmp_path: Path) -> None:
    changed = {"places": PLACES.replace("52.25", "north"), "homes": HOMES.replace("A,E1", "A,E5")}
    faults = faults_of(write_folder(tmp_path, **changed))
    assert [fault.split(":")[0] for fault in faults] == ["places.csv, row 3, latitude", "homes.csv, row 2, place"]
