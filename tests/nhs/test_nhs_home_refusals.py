"""Registrations and places that cannot be used: one message each with file, row and column, and nothing written."""

from __future__ import annotations

from pathlib import Path

import pytest
from published import text
from published_homes import (
    HOMES,
    HOMES_2021,
    HOMES_HEADER,
    LOOKUP,
    LSOA_2011_HEADER,
    LSOAS_2011,
    add_lookup,
    home_rows,
    homes_text,
    write_homes,
)
from typer.testing import CliRunner

from instances import Instance
from optimizer.cli import app

FILE = "gp-reg-pat-prac-lsoa-all.csv"


@pytest.fixture
def area(tmp_path: Path) -> Path:
    return write_homes(tmp_path / "area")


def refused(area: Path, *options: str) -> list[str]:
    """What the command says, line by line; exit code 2, and nothing is written."""
    out = area.parent / "out"
    arguments = ["import", "nhs", "--data", str(area), "--icb", "QN1", "--out", str(out), *options]
    said = CliRunner().invoke(app, arguments, env={"COLUMNS": "300"})
    assert said.exit_code == 2, said.output
    assert not out.exists()
    title, *lines = said.stderr.splitlines()
    assert title == "The input cannot be used:"
    return [line.strip() for line in lines]


def rewritten(area: Path, homes: list[tuple[str, str, object]], sex: str = "ALL") -> None:
    (area / FILE).write_text(homes_text(homes, sex))


@pytest.mark.parametrize("cell", ["*", "", "ND"])
def test_suppressed_counts(area: Path, cell: str) -> None:
    rewritten(area, [*HOMES[:2], ("A00002", "E01000002", cell), ("A00002", "E01000003", cell), *HOMES[6:]])
    assert refused(area) == [
        f"{FILE}, row 4, NUMBER_OF_PATIENTS: found '{cell}': how many patients live there; it is suppressed "
        "(2 rows like it)"
    ]


def test_a_negative_count(area: Path) -> None:
    rewritten(area, [*HOMES, ("A00002", "E01000001", -3)])
    assert refused(area) == [f"{FILE}, row 13, NUMBER_OF_PATIENTS: found '-3': 0 patients or more"]


def test_a_count_that_is_none(area: Path) -> None:
    rewritten(area, [*HOMES, ("A00002", "E01000001", "many")])
    assert refused(area)[0].startswith(f"{FILE}, row 13, NUMBER_OF_PATIENTS: found 'many': a whole number")


def test_counts_of_practices_elsewhere_do_not_matter(area: Path) -> None:
    rewritten(area, [*HOMES, ("B00001", "E01000001", "*")])
    options = ["--data", str(area), "--icb", "QN1", "--out", str(area.parent / "out")]
    assert CliRunner().invoke(app, ["import", "nhs", *options]).exit_code == 0
    assert Instance.read(area.parent / "out").homes is not None


def test_a_row_twice(area: Path) -> None:
    rewritten(area, [*HOMES, HOMES[1]])
    assert refused(area) == [
        f"{FILE}, row 13, LSOA_CODE: found 'E01000002': one row of a practice, LSOA and sex; this is a second one of "
        "A00001, ALL"
    ]


def test_one_sex_alone(area: Path) -> None:
    rewritten(area, HOMES, "FEMALE")
    assert refused(area) == [f"{FILE}: patients of both sexes; those that are male are in a file of their own"]


def test_another_sex(area: Path) -> None:
    rewritten(area, HOMES, "X")
    assert refused(area) == [f"{FILE}, row 2, SEX: found 'X': ALL, MALE or FEMALE"]


@pytest.mark.parametrize("cell", ["", "#N/A"])
def test_no_code(area: Path, cell: str) -> None:
    rewritten(area, [*HOMES, ("A00002", cell, 5)])
    (said,) = refused(area)
    assert said.startswith(f"{FILE}, row 13, LSOA_CODE: found '{cell}': the code of an LSOA, or NO2021")


def test_no_practice_of_the_area(area: Path) -> None:
    rewritten(area, [("Z00001", "E01000001", 5)])
    assert refused(area) == [f"{FILE}: rows of the 4 practices of the selection; it has none of theirs"]


def test_two_vintages_in_one_file(area: Path) -> None:
    rewritten(area, [*HOMES, ("A00002", "E01033801", 5)])
    assert refused(area) == [
        f"{FILE}, row 13, LSOA_CODE: found 'E01033801': LSOAs of one vintage; rows of 2011 alone: 1, of 2021 alone: 1"
    ]


def test_codes_that_are_not_of_the_year_in_the_header(area: Path) -> None:
    rows = home_rows([*HOMES[:2], ("A00002", "E01033801", 5)])
    (area / FILE).write_text(text(HOMES_HEADER.replace("LSOA_CODE", "LSOA11CD"), rows))
    (said,) = refused(area)
    assert said.startswith(f"{FILE}, row 4, LSOA11CD: found 'E01033801': LSOAs of one vintage; rows of 2011 alone: 3,")


def test_other_vintage_without_a_lookup(tmp_path: Path) -> None:
    area = write_homes(tmp_path / "area", HOMES_2021)
    assert refused(area) == [
        f"{FILE}, row 7, LSOA_CODE: found 'E01033801': centroids of LSOA 2021, or a file of LSOA 2011 to LSOA 2021 "
        "(exact fit lookup): LSOA11CD, LSOA21CD; the places are LSOA 2011"
    ]


def test_codes_of_no_vintage(area: Path) -> None:
    rewritten(area, [(code, place.replace("E01000", "E01001"), count) for code, place, count in HOMES])
    assert refused(area) == [
        f"{FILE}, row 2, LSOA_CODE: found 'E01001001': LSOAs of 2011 or 2021 that lsoa11.csv have; most of the "
        "patients live in others"
    ]


def test_latitude_and_longitude_exchanged(area: Path) -> None:
    turned = [(code, name, east, north, *rest) for code, name, north, east, *rest in LSOAS_2011]
    (area / "lsoa11.csv").write_text(text(LSOA_2011_HEADER, turned))
    assert refused(area) == [
        "lsoa11.csv, row 2, LAT: found '-2.201': degrees north; latitude and longitude seem to be exchanged"
    ]


def test_eastings_and_northings_exchanged(area: Path) -> None:
    """The places of the area, with 386 km east and 400 km north as they should be, exchanged and 40 km further."""
    pytest.importorskip("pyproj")
    rows = [(code, 440_000 + k, 386_000) for k, (code, *_) in enumerate(LSOAS_2011)]
    (area / "lsoa11.csv").write_text(text("lsoa11cd,easting,northing", rows))
    (said,) = refused(area)
    assert said.startswith("lsoa11.csv: places around the practices; 212 of 212 patients in")
    assert said.endswith("would live more than 50 km away (are eastings and northings exchanged?)")


def test_half_a_place(area: Path) -> None:
    (area / "lsoa11.csv").write_text(text("LSOA11CD,LAT", [row[:1] + row[2:3] for row in map(tuple, LSOAS_2011)]))
    assert refused(area) == [
        "lsoa11.csv: columns for both halves of a place: latitude and longitude or easting and northing"
    ]


def test_a_centroid_twice(area: Path) -> None:
    (area / "lsoa11.csv").write_text(text(LSOA_2011_HEADER, [*LSOAS_2011, LSOAS_2011[0]]))
    assert refused(area) == [
        "lsoa11.csv, row 9, LSOA11CD: found 'E01000001': each LSOA once; this is a second row of it"
    ]


def test_an_unknown_rural_class(area: Path) -> None:
    (area / "ruc.csv").write_text("LSOA11CD,RUC11CD\nE01000001,Z9\n")
    assert refused(area) == [
        "ruc.csv, row 2, RUC11CD: found 'Z9': a class of the rural-urban classification of 2011 or 2021, by code or "
        "name"
    ]


def test_travel_from_homes_without_homes(tmp_path: Path) -> None:
    area = write_homes(tmp_path / "area", places=())
    (said,) = refused(area, "--travel-from", "homes")
    assert said.startswith("--travel-from: found 'homes': premises, or files of patients by practice and LSOA")


def test_a_lookup_of_nothing(tmp_path: Path) -> None:
    """Codes that the lookup does not have either: most patients live nowhere."""
    area = write_homes(tmp_path / "area", [("A00001", "E01033801", 9), ("A00001", "E01000001", 2)])
    add_lookup(area, LOOKUP[:4])
    (said,) = refused(area)
    assert said.startswith(f"{FILE}, row 2, LSOA_CODE: found 'E01033801': LSOAs of 2011 or 2021 that lsoa11.csv have")
